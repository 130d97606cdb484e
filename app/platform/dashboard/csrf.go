package dashboard

import (
	"crypto/rand"
	"crypto/subtle"
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

// token is the CSRF token of the session, created at its first use.
func (p *Pages) token(r *http.Request) string {
	token := p.sessions.GetString(r.Context(), sessionToken)
	if token == "" {
		token = rand.Text()
		p.sessions.Put(r.Context(), sessionToken, token)
	}
	return token
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
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(got)) != 1 {
		return crossSiteForm()
	}
	return nil
}

func crossSiteForm() *fault.Error {
	return fault.New(fault.Forbidden, "foreign_form",
		"This form has expired or came from another site, so nothing was changed. Reload the page and try again.")
}
