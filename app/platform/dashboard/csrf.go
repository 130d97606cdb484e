package dashboard

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"net/http"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

const (
	csrfField  = "csrf"
	csrfHeader = "X-CSRF-Token"
)

// safeMethod reports whether a method does not change anything.
func safeMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// token is the CSRF token of the session, created at its first use and masked for a page.
func (p *Pages) token(r *http.Request) string {
	token := p.sessions.GetString(r.Context(), sessionToken)
	if token == "" {
		token = rand.Text()
		p.sessions.Put(r.Context(), sessionToken, token)
	}
	return maskToken(token)
}

// maskToken hides a token behind random bytes, so that it differs in every page: the size of compressed
// pages then says nothing about it. An empty token stays empty.
func maskToken(token string) string {
	if token == "" {
		return ""
	}
	masked := make([]byte, 2*len(token))
	_, _ = rand.Read(masked[:len(token)]) // never fails
	subtle.XORBytes(masked[len(token):], masked[:len(token)], []byte(token))
	return base64.RawURLEncoding.EncodeToString(masked)
}

// unmaskToken returns what maskToken hid; empty for anything else.
func unmaskToken(text string) string {
	masked, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(masked)%2 != 0 {
		return ""
	}
	token := make([]byte, len(masked)/2)
	subtle.XORBytes(token, masked[:len(token)], masked[len(token):])
	return string(token)
}

// checkOrigin rejects cross-site requests: by the headers of the browser, and by the token for
// browsers that send none.
func (p *Pages) checkOrigin(r *http.Request) error {
	if safeMethod(r.Method) {
		return nil
	}
	if err := p.origin.Check(r); err != nil {
		return crossSiteForm().Because(err)
	}
	if err := r.ParseForm(); err != nil { // reads the whole body before the right is looked at
		return fault.New(fault.Invalid, "incomplete_form",
			"This form did not arrive as a whole, so nothing was done. Please send it again.").Because(err)
	}
	want := p.sessions.GetString(r.Context(), sessionToken)
	got := r.Header.Get(csrfHeader)
	if got == "" {
		got = r.PostFormValue(csrfField)
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(unmaskToken(got))) != 1 {
		return crossSiteForm()
	}
	return nil
}

func crossSiteForm() *fault.Error {
	return fault.New(fault.Forbidden, "foreign_form",
		"This form has expired or came from another site, so nothing was changed. Reload the page and try again.")
}
