package dashboard

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
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
)

const (
	shortestName = 3
	longestName  = 32
	// signInLimit is how many tries to sign in one address has a minute, the first of them at once.
	signInLimit = 20
)

// mountLogin registers the ways in and out. What an installation does not offer is no route of it.
func (p *Pages) mountLogin() {
	p.Get(home+"/login", Anyone, p.login)
	p.Post(home+"/logout", SignedIn, p.logout)
	if p.config.Develop {
		p.Post(home+"/login", Anyone, p.loginByName)
	}
	if p.config.Discord != nil {
		p.Get(home+"/oauth/start", Anyone, p.askDiscord)
		p.Get(home+"/oauth/callback", Anyone, p.heardFromDiscord)
	}
}

func (p *Pages) login(r *Request) (Answer, error) {
	next := nextPath(r.URL.Query().Get("next"))
	if r.Person.Known() {
		return Answer{leave: next}, nil
	}
	return p.loginPage(r, next, ui.Form{})
}

func (p *Pages) loginPage(r *Request, next string, form ui.Form) (Answer, error) {
	view := ui.Login{Dev: p.config.Develop, Discord: p.config.Discord != nil}
	if next != home {
		view.Next = next
	}
	if view.Dev { // only that form needs a session before the sign-in
		form.Token = p.token(r.Request)
	}
	if said := p.toasts(r); len(said) > 0 && form.Problem == "" {
		form.Problem = said[0].Text
	}
	view.Form = form
	view.Name = form.Field(ui.Field{
		Name: "username", Label: "User name", Required: true, Autofocus: true, Longest: longestName, Hint: "username",
		Help: "3 characters or more.",
	})
	status := http.StatusOK
	if len(form.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	page := ui.Plain{Title: "Sign in", Theme: theme(r.Request), Body: view}
	return Send(func(w http.ResponseWriter) {
		if err := p.write(w, r.Request, status, page); err != nil {
			p.fail(w, r.Request, err)
		}
	}), nil
}

// loginByName makes whoever says a name an administrator; it exists in development alone.
func (p *Pages) loginByName(r *Request) (Answer, error) {
	if err := p.mayTry(r); err != nil {
		return Answer{}, err
	}
	name := strings.TrimSpace(r.PostFormValue("username"))
	next := nextPath(r.PostFormValue("next"))
	if problem := nameProblem(name); problem != "" {
		return p.loginPage(r, next, ui.Form{Typed: r.PostForm, Errors: map[string]string{"username": problem}})
	}
	person := Person{Name: name}
	err := p.config.Store.AddDeveloper(r.Context(), store.Developer{Name: name, CreatedAt: p.config.Now()},
		person.Actor().Entry("developer.add", name))
	if err != nil {
		return Answer{}, err
	}
	return p.signIn(r, person, next)
}

func nameProblem(name string) string {
	n := utf8.RuneCountInString(name)
	switch {
	case n < shortestName || n > longestName:
		return "A user name has 3 to 32 characters."
	case strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) }) || !utf8.ValidString(name):
		return "A user name has letters, digits and signs that can be seen."
	}
	return ""
}

// signIn begins the person's session under a new id and shows them where they wanted to go.
func (p *Pages) signIn(r *Request, person Person, next string) (Answer, error) {
	ctx := r.Context()
	if err := p.sessions.RenewToken(ctx); err != nil {
		return Answer{}, err
	}
	p.sessions.Put(ctx, sessionToken, rand.Text())
	p.sessions.Put(ctx, sessionPerson, person.text())
	p.sessions.Put(ctx, sessionIP, web.ClientIP(ctx).String())
	web.Identify(ctx, person.Key())
	if _, err := p.config.Store.Audit(ctx, p.dated(person.Actor().Entry("sign_in", "dashboard"))); err != nil {
		return Answer{}, err
	}
	return Answer{leave: next}, nil
}

func (p *Pages) dated(a store.AuditEntry) store.AuditEntry {
	a.CreatedAt = p.config.Now()
	return a
}

// mayTry counts a try to sign in by the address that it came from.
func (p *Pages) mayTry(r *Request) error {
	limit := bus.Limit{PerSecond: signInLimit / time.Minute.Seconds(), Burst: signInLimit}
	result := p.config.Bus.Allow(r.Context(), "sign-in:"+web.ClientIP(r.Context()).String(), limit)
	if result.Allowed {
		return nil
	}
	wait := int(result.RetryAfter/time.Second) + 1
	return fault.New(fault.Limited, "rate_limited",
		"There were too many tries to sign in from here. The next is possible in %d seconds.", wait).With("retry_after", wait)
}

// pendingSignIn is what we remember of a sign-in while Discord asks the person.
type pendingSignIn struct{ State, Verifier, Next string }

// askDiscord sends the person to Discord, which asks whether they want us to know who they are.
func (p *Pages) askDiscord(r *Request) (Answer, error) {
	if err := p.mayTry(r); err != nil {
		return Answer{}, err
	}
	pending := pendingSignIn{State: rand.Text(), Verifier: oauth2.GenerateVerifier(), Next: nextPath(r.URL.Query().Get("next"))}
	text, err := json.Marshal(pending)
	if err != nil {
		return Answer{}, err
	}
	p.sessions.Put(r.Context(), sessionPending, string(text))
	to := p.config.Discord.AuthCodeURL(pending.State, oauth2.S256ChallengeOption(pending.Verifier))
	return Answer{leave: to}, nil
}

// heardFromDiscord ends a sign-in through Discord. Each state works once, and only in the browser
// that it was made for.
func (p *Pages) heardFromDiscord(r *Request) (Answer, error) {
	if err := p.mayTry(r); err != nil {
		return Answer{}, err
	}
	var pending pendingSignIn
	text := p.sessions.PopString(r.Context(), sessionPending)
	asked := r.URL.Query()
	if json.Unmarshal([]byte(text), &pending) != nil || pending.State == "" ||
		subtle.ConstantTimeCompare([]byte(pending.State), []byte(asked.Get("state"))) != 1 {
		return p.refuseSignIn(r, "This sign-in was not begun in this browser, or was used before. Please begin again.", "forged or used state")
	}
	if reason := asked.Get("error"); reason != "" {
		return p.refuseSignIn(r, "Discord was not allowed to tell us who you are, so you are not signed in.", "declined at Discord")
	}
	me, err := p.redeem(r.Context(), asked.Get("code"), pending.Verifier)
	if errors.Is(err, errBadCode) {
		web.Logger(r.Context()).InfoContext(r.Context(), "Discord refused a sign-in", "error", err)
		return p.refuseSignIn(r, "Discord did not accept this sign-in. Please begin again.", "code refused by Discord")
	}
	if err != nil {
		return Answer{}, err
	}
	p.sessions.Put(r.Context(), sessionAccess, me.access)
	p.sessions.Put(r.Context(), sessionGuilds, strings.Join(me.guilds, ","))
	return p.signIn(r, me.person, pending.Next)
}

// refuseSignIn says why on the page to sign in, and notes it.
func (p *Pages) refuseSignIn(r *Request, said, why string) (Answer, error) {
	entry := store.Actor{Name: "unknown", Source: store.SourceDashboard}.Entry("sign_in.refused", why)
	if _, err := p.config.Store.Audit(r.Context(), p.dated(entry)); err != nil {
		return Answer{}, err
	}
	return Answer{leave: home + "/login", said: &ui.Toast{Tone: "warning", Text: said}}, nil
}

// logout ends the session, or all of the person's, and Discord's token with it.
func (p *Pages) logout(r *Request) (Answer, error) {
	ctx := r.Context()
	access := p.sessions.GetString(ctx, sessionAccess)
	action := "sign_out"
	if r.PostFormValue("everywhere") != "" {
		action = "sign_out.everywhere"
		if err := p.vault.endAll(ctx, r.Person); err != nil {
			return Answer{}, err
		}
	}
	if err := p.sessions.Destroy(ctx); err != nil {
		return Answer{}, err
	}
	if access != "" {
		p.revoke(ctx, access)
	}
	if _, err := p.config.Store.Audit(ctx, p.dated(r.Person.Actor().Entry(action, "dashboard"))); err != nil {
		return Answer{}, err
	}
	return Answer{leave: "/"}, nil
}
