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

// safeMethod reports whether a method changes nothing.
func safeMethod(method string) bool {
	return method == http.MethodGet || method == http.MethodHead || method == http.MethodOptions
}

// token is what proves that a form is ours. A session gets one at its first use.
func (p *Pages) token(r *http.Request) string {
	token := p.sessions.GetString(r.Context(), sessionToken)
	if token == "" {
		token = rand.Text()
		p.sessions.Put(r.Context(), sessionToken, token)
	}
	return token
}

// checkOrigin refuses what another site made a browser send: by what the browser says of it, and by
// the token, for browsers that say nothing.
func (p *Pages) checkOrigin(r *http.Request) error {
	if safeMethod(r.Method) {
		return nil
	}
	if err := p.origin.Check(r); err != nil {
		return foreignForm().Because(err)
	}
	want := p.sessions.GetString(r.Context(), sessionToken)
	got := r.Header.Get(csrfHeader)
	if got == "" {
		got = r.PostFormValue(csrfField)
	}
	if want == "" || subtle.ConstantTimeCompare([]byte(want), []byte(got)) != 1 {
		return foreignForm()
	}
	return nil
}

func foreignForm() *fault.Error {
	return fault.New(fault.Forbidden, "foreign_form",
		"This form did not come from this page as it stands now, so nothing was done. Open the page again and repeat it.")
}
