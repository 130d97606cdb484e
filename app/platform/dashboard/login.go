package dashboard

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/oauth2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	minNameLength = 3
	maxNameLength = 32
	// signInLimit is how many sign-ins an address may attempt per minute, and the size of a burst.
	signInLimit = 20
)

// mountLogin registers the routes to sign in and out that the installation offers.
func (p *Pages) mountLogin() {
	p.Get(home+"/login", Anyone, p.login)
	p.Post(home+"/logout", SignedIn, p.logout)
	if p.config.Develop {
		p.Post(home+"/login", Anyone, p.loginByName)
	}
	if p.config.Discord != nil {
		p.Get(home+"/oauth/start", Anyone, p.startDiscordLogin)
		p.Get(home+"/oauth/callback", Anyone, p.discordCallback)
	}
}

func (p *Pages) login(r *Request) (Response, error) {
	next := nextPath(r.URL.Query().Get("next"))
	if r.Person.Known() {
		return Response{redirect: next}, nil
	}
	return p.loginPage(r, next, ui.Form{})
}

func (p *Pages) loginPage(r *Request, next string, form ui.Form) (Response, error) {
	view := ui.Login{Dev: p.config.Develop, Discord: p.config.Discord != nil}
	if next != home {
		view.Next = next
	}
	if view.Dev { // only this form needs a session before the sign-in
		form.Token = p.token(r.Request)
	}
	if flashes := p.flashes(r); len(flashes) > 0 && form.Problem == "" {
		form.Problem = flashes[0].Text
	}
	view.Form = form
	view.Name = form.Field(ui.Field{
		Name: "username", Label: r.T("Username"), Required: true, Autofocus: true, Longest: maxNameLength, Hint: "username",
		Help: r.T("At least 3 characters."),
	})
	status := http.StatusOK
	if len(form.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page := ui.Plain{Title: r.T("Sign in"), Theme: p.theme(r.Request), Body: view}
	return raw(func(w http.ResponseWriter) {
		if err := p.write(w, r.Request, status, page); err != nil {
			p.fail(w, r.Request, err)
		}
	}), nil
}

// loginByName signs anyone in as an administrator, by name; it exists only in development.
func (p *Pages) loginByName(r *Request) (Response, error) {
	if err := p.limitSignIns(r); err != nil {
		return Response{}, err
	}
	name := strings.TrimSpace(r.PostFormValue("username"))
	next := nextPath(r.PostFormValue("next"))
	if problem := nameProblem(name); !problem.IsZero() {
		return p.loginPage(r, next, ui.Form{Typed: r.PostForm, Errors: map[string]string{"username": problem.Localize(r.Printer())}})
	}
	person := Person{Name: name}
	err := p.config.Store.AddDeveloper(r.Context(), store.Developer{Name: name, CreatedAt: p.config.Now()},
		person.Actor().Entry("developer.add", name))
	if err != nil {
		return Response{}, err
	}
	return p.signIn(r, person, next)
}

func nameProblem(name string) i18n.Text {
	n := utf8.RuneCountInString(name)
	switch {
	case n < minNameLength || n > maxNameLength:
		return i18n.M("A username needs 3 to 32 characters.")
	case strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) || !utf8.ValidString(name):
		return i18n.M("A username can only contain visible characters.")
	}
	return i18n.Text{}
}

// signIn starts the session of a person under a new token and redirects to where they wanted to go.
func (p *Pages) signIn(r *Request, person Person, next string) (Response, error) {
	ctx := r.Context()
	if err := p.sessions.RenewToken(ctx); err != nil {
		return Response{}, err
	}
	p.sessions.Put(ctx, sessionToken, rand.Text())
	p.sessions.Put(ctx, sessionPerson, person.text())
	p.sessions.Put(ctx, sessionSeen, strconv.FormatInt(p.config.Now().Unix(), 10))
	p.sessions.Put(ctx, sessionIP, web.ClientIP(ctx).String())
	web.Identify(ctx, person.Key())
	if _, err := p.config.Store.Audit(ctx, p.stamped(person.Actor().Entry("sign_in", "dashboard"))); err != nil {
		return Response{}, err
	}
	return Response{redirect: next}, nil
}

func (p *Pages) stamped(a store.AuditEntry) store.AuditEntry {
	a.CreatedAt = p.config.Now()
	return a
}

// limitSignIns limits sign-ins by address.
func (p *Pages) limitSignIns(r *Request) error {
	limit := bus.Limit{PerSecond: signInLimit / time.Minute.Seconds(), Burst: signInLimit}
	result := p.config.Bus.Allow(r.Context(), "sign-in:"+web.ClientKey(web.ClientIP(r.Context())), limit)
	if result.Allowed {
		return nil
	}
	wait := int(result.RetryAfter/time.Second) + 1
	return fault.New(fault.Limited, "rate_limited",
		"Too many attempts to sign in. Try again in %d seconds.", wait).With("retry_after", wait)
}

// pendingSignIn is a sign-in that waits for Discord.
type pendingSignIn struct{ State, Verifier, Next string }

// startDiscordLogin redirects to Discord, where the person authorizes the sign-in.
func (p *Pages) startDiscordLogin(r *Request) (Response, error) {
	if err := p.limitSignIns(r); err != nil {
		return Response{}, err
	}
	pending := pendingSignIn{State: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: nextPath(r.URL.Query().Get("next"))}
	text, err := json.Marshal(pending)
	if err != nil {
		return Response{}, err
	}
	p.sessions.Put(r.Context(), sessionPending, string(text))
	to := p.config.Discord.AuthCodeURL(pending.State, oauth2.S256ChallengeOption(pending.Verifier))
	return Response{redirect: to}, nil
}

// discordCallback completes a sign-in through Discord. A state works once, and only in the browser
// that it was created for.
func (p *Pages) discordCallback(r *Request) (Response, error) {
	if err := p.limitSignIns(r); err != nil {
		return Response{}, err
	}
	var pending pendingSignIn
	text := p.sessions.PopString(r.Context(), sessionPending)
	query := r.URL.Query()
	if json.Unmarshal([]byte(text), &pending) != nil || pending.State == "" ||
		subtle.ConstantTimeCompare([]byte(pending.State), []byte(query.Get("state"))) != 1 {
		return p.rejectSignIn(r, r.T("This sign-in was started in another browser or has already been used. Please try again."), "forged or used state")
	}
	if reason := query.Get("error"); reason != "" {
		return p.rejectSignIn(r, r.T("You did not authorize the sign-in at Discord, so you are not signed in."), "declined at Discord")
	}
	me, err := p.exchangeCode(r.Context(), query.Get("code"), pending.Verifier)
	if errors.Is(err, errBadCode) {
		web.Logger(r.Context()).InfoContext(r.Context(), "Discord refused a sign-in", "error", err)
		return p.rejectSignIn(r, r.T("Discord did not accept this sign-in. Please try again."), "code refused by Discord")
	}
	if err != nil {
		return Response{}, err
	}
	p.sessions.Put(r.Context(), sessionAccess, me.access)
	p.sessions.Put(r.Context(), sessionGuilds, strings.Join(me.guilds, ","))
	return p.signIn(r, me.person, pending.Next)
}

// rejectSignIn redirects to the sign-in with a message, and records why in the audit log.
func (p *Pages) rejectSignIn(r *Request, message, why string) (Response, error) {
	entry := store.Actor{Name: "unknown", Source: store.SourceDashboard}.Entry("sign_in.refused", why)
	if _, err := p.config.Store.Audit(r.Context(), p.stamped(entry)); err != nil {
		return Response{}, err
	}
	return Response{redirect: home + "/login", flash: &ui.Toast{Tone: "warning", Text: message}}, nil
}

// logout ends the session, or all sessions of the person, and revokes the access token.
func (p *Pages) logout(r *Request) (Response, error) {
	ctx := r.Context()
	access := p.sessions.GetString(ctx, sessionAccess)
	action := "sign_out"
	if r.PostFormValue("everywhere") != "" {
		action = "sign_out.everywhere"
		if err := p.encrypted.deleteAll(ctx, r.Person); err != nil {
			return Response{}, err
		}
	}
	if err := p.sessions.Destroy(ctx); err != nil {
		return Response{}, err
	}
	if access != "" {
		p.revoke(ctx, access)
	}
	if _, err := p.config.Store.Audit(ctx, p.stamped(r.Person.Actor().Entry(action, "dashboard"))); err != nil {
		return Response{}, err
	}
	r.w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
	return Response{redirect: "/"}, nil
}
