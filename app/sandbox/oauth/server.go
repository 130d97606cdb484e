package oauth

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// known are the scopes that the stand-in grants.
var known = []string{"identify", "email", "guilds", "guilds.members.read", "bot", "applications.commands"}

// Server is the OAuth2 part of the API.
type Server struct {
	World  *world.World
	Grants *Grants
}

// request is a checked authorization request.
type request struct {
	client    world.ID
	redirect  *url.URL
	scopes    []string
	state     string
	challenge string
}

// check reads an authorization request. Its errors are for the person who looks at the page:
// nothing is sent to an address that is not known to be right.
func (s *Server) check(q url.Values) (request, error) {
	app := s.World.Application()
	var req request
	if q.Get("client_id") != app.ID.String() {
		return req, fmt.Errorf("unknown application: client_id is %q, but this stand-in knows %s only", q.Get("client_id"), app.ID)
	}
	req.client = app.ID
	if q.Get("response_type") != "code" {
		return req, fmt.Errorf("response_type is %q, but must be \"code\"", q.Get("response_type"))
	}
	redirect, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || redirect.Host == "" || redirect.Scheme != "http" && redirect.Scheme != "https" {
		return req, fmt.Errorf("redirect_uri %q is not an http address", q.Get("redirect_uri"))
	}
	if len(app.RedirectURIs) > 0 && !slices.Contains(app.RedirectURIs, q.Get("redirect_uri")) {
		return req, fmt.Errorf("redirect_uri %q is not registered for the application", q.Get("redirect_uri"))
	}
	req.redirect = redirect
	req.scopes = strings.Fields(q.Get("scope"))
	if len(req.scopes) == 0 {
		return req, errors.New("scope is missing")
	}
	for _, scope := range req.scopes {
		if !slices.Contains(known, scope) {
			return req, fmt.Errorf("the scope %q is unknown", scope)
		}
	}
	req.state = q.Get("state")
	if req.challenge = q.Get("code_challenge"); req.challenge != "" && q.Get("code_challenge_method") != "S256" {
		return req, fmt.Errorf("code_challenge_method is %q, but must be \"S256\"", q.Get("code_challenge_method"))
	}
	return req, nil
}

// Agree is a person agreeing to what an authorization request asks; it returns where their
// browser goes next. Refusing is deny=1 in the request.
func (s *Server) Agree(person world.ID, q url.Values) (location string, err error) {
	req, err := s.check(q)
	if err != nil {
		return "", err
	}
	u, err := s.World.User(person)
	if err != nil || u.Bot {
		return "", fmt.Errorf("there is no person %s", person)
	}
	back := req.redirect.Query()
	if req.state != "" {
		back.Set("state", req.state)
	}
	if q.Get("deny") != "" {
		back.Set("error", "access_denied")
		back.Set("error_description", "The resource owner or authorization server denied the request")
	} else {
		back.Set("code", s.Grants.code(pending{
			Grant: Grant{User: person, Scopes: req.scopes}, redirect: q.Get("redirect_uri"), challenge: req.challenge,
		}))
	}
	to := *req.redirect
	to.RawQuery = back.Encode()
	return to.String(), nil
}

// failure is an error of the token endpoint.
type failure struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description,omitempty"`
}

func (f *failure) Error() string { return f.Code + ": " + f.Description }

// Token exchanges a code or a refresh token.
func (s *Server) Token(w http.ResponseWriter, r *http.Request) {
	t, err := s.token(r)
	if err != nil {
		fail(w, err)
		return
	}
	send(w, http.StatusOK, map[string]any{
		"token_type": "Bearer", "access_token": t.access, "refresh_token": t.refresh,
		"expires_in": int(tokenLife / time.Second), "scope": strings.Join(t.Scopes, " "),
	})
}

func (s *Server) token(r *http.Request) (*issued, error) {
	if err := s.client(r); err != nil {
		return nil, err
	}
	switch r.PostForm.Get("grant_type") {
	case "authorization_code":
		p, ok := s.Grants.redeem(r.PostForm.Get("code"))
		switch {
		case !ok:
			return nil, &failure{400, "invalid_grant", `Invalid "code" in request.`}
		case p.redirect != r.PostForm.Get("redirect_uri"):
			return nil, &failure{400, "invalid_grant", `Invalid "redirect_uri" in request.`}
		case p.challenge != "" && !proves(r.PostForm.Get("code_verifier"), p.challenge):
			return nil, &failure{400, "invalid_grant", `Invalid "code_verifier" in request.`}
		}
		return s.Grants.issue(p.Grant), nil
	case "refresh_token":
		t, ok := s.Grants.renew(r.PostForm.Get("refresh_token"))
		if !ok {
			return nil, &failure{400, "invalid_grant", `Invalid "refresh_token" in request.`}
		}
		return t, nil
	}
	return nil, &failure{400, "unsupported_grant_type", fmt.Sprintf("grant_type is %q", r.PostForm.Get("grant_type"))}
}

// Revoke ends a token.
func (s *Server) Revoke(w http.ResponseWriter, r *http.Request) {
	if err := s.client(r); err != nil {
		fail(w, err)
		return
	}
	s.Grants.revoke(r.PostForm.Get("token"))
	send(w, http.StatusOK, struct{}{})
}

// client checks who asks: by HTTP basic, or by client_id and client_secret in the form.
func (s *Server) client(r *http.Request) error {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if kind != "application/x-www-form-urlencoded" {
		return &failure{400, "invalid_request", "the body must be application/x-www-form-urlencoded"}
	}
	if err := r.ParseForm(); err != nil {
		return &failure{400, "invalid_request", "the form cannot be read"}
	}
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostForm.Get("client_id"), r.PostForm.Get("client_secret")
	}
	app := s.World.Application()
	known, err := strconv.ParseUint(id, 10, 64)
	if err != nil || world.ID(known) != app.ID || subtle.ConstantTimeCompare([]byte(secret), []byte(app.ClientSecret)) != 1 {
		return &failure{401, "invalid_client", ""}
	}
	return nil
}

// proves reports whether a verifier belongs to an S256 challenge.
func proves(verifier, challenge string) bool {
	sum := sha256.Sum256([]byte(verifier))
	return subtle.ConstantTimeCompare([]byte(base64.RawURLEncoding.EncodeToString(sum[:])), []byte(challenge)) == 1
}

func fail(w http.ResponseWriter, err error) {
	var f *failure
	if !errors.As(err, &f) {
		f = &failure{500, "server_error", ""}
	}
	send(w, f.status, f)
}

func send(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
