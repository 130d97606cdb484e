package dashboard

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/ui"
)

// The pages with the sign-ins of a person: their own, and for administrators somebody else's.
const (
	signInsPath   = home + "/sessions"
	signInsOfPath = home + "/users/{user}/sessions"
)

func (p *Pages) mountSignIns() {
	p.Get(signInsPath, SignedIn, p.signIns)
	p.Post(signInsPath, SignedIn, p.endSignIns)
	p.Get(signInsOfPath, Administrator, p.signIns)
	p.Post(signInsOfPath, Administrator, p.endSignIns)
}

// signedIn is a session as a page shows it.
type signedIn struct {
	token   string // its hash
	content sessionContent
}

// id names a session on a page without telling under what it is stored.
func (s signedIn) id() string {
	sum := sha256.Sum256([]byte("the sign-in " + s.token))
	return hex.EncodeToString(sum[:8])
}

// seen is when the session was used last, give or take some minutes.
func (s signedIn) seen() time.Time {
	at, err := strconv.ParseInt(s.content.Values[sessionSeen], 10, 64)
	if err != nil {
		return s.content.Deadline.Add(-sessionLifetime)
	}
	return time.Unix(at, 0)
}

// of lists the sessions of a person that are not over, the one used last first.
func (s *encryptedSessions) of(ctx context.Context, person string, now time.Time) ([]signedIn, error) {
	sealed, err := s.store.of(ctx, person, s.open)
	if err != nil {
		return nil, err
	}
	var found []signedIn
	for token, data := range sealed {
		if content, ok := s.open(token, data); ok && content.person() == person && content.Deadline.After(now) {
			found = append(found, signedIn{token, content})
		}
	}
	slices.SortFunc(found, func(a, b signedIn) int { return b.seen().Compare(a.seen()) })
	return found, nil
}

// whose is the person of the address, and where their sign-ins are; without one it is who asks.
func (p *Pages) whose(r *Request) (id snowflake.ID, key, path string, err error) {
	if r.PathValue("user") == "" {
		return 0, r.Person.Key(), signInsPath, nil
	}
	if id, err = web.ParseID(r.PathValue("user")); err != nil {
		return 0, "", "", errNotFound
	}
	return id, Person{ID: id}.Key(), home + "/users/" + id.String() + "/sessions", nil
}

func (p *Pages) signIns(r *Request) (Response, error) {
	id, key, path, err := p.whose(r)
	if err != nil {
		return Response{}, err
	}
	found, err := p.encrypted.of(r.Context(), key, p.config.Now())
	if err != nil {
		return Response{}, err
	}
	view := ui.SignIns{Form: r.Form(), Path: path, Own: id == 0}
	current := p.sessions.GetString(r.Context(), sessionStored)
	for _, s := range found {
		if p.config.Now().Sub(s.seen()) > p.config.Idle {
			continue // it ends when it is used next
		}
		view.Rows = append(view.Rows, ui.SignIn{ID: s.id(), Address: s.content.Values[sessionIP], Since: s.content.Deadline.Add(-sessionLifetime),
			Seen: s.seen(), Current: s.token == current})
	}
	title := r.T("Sign-ins")
	if id != 0 {
		title = r.T("Sign-ins of %s", id.String())
	}
	return Response{Title: title, Head: ui.Head{Title: title}, Body: view}, nil
}

// endSignIns ends one sign-in, or all of a person but the one that asks.
func (p *Pages) endSignIns(r *Request) (Response, error) {
	id, key, path, err := p.whose(r)
	if err != nil {
		return Response{}, err
	}
	ctx := r.Context()
	found, err := p.encrypted.of(ctx, key, p.config.Now())
	if err != nil {
		return Response{}, err
	}
	all, wanted, current, ended := r.PostFormValue("all") != "", r.PostFormValue("id"), p.sessions.GetString(ctx, sessionStored), int64(0)
	for _, s := range found {
		if s.token == current || !all && s.id() != wanted {
			continue
		}
		if err := p.encrypted.store.delete(ctx, s.token); err != nil {
			return Response{}, err
		}
		ended++
	}
	if ended == 0 {
		return Redirect(path, r.T("It was over already.")), nil
	}
	entry := r.Person.Actor().Entry("sign_out.other", "dashboard")
	if id != 0 {
		entry.Subject = "user " + id.String()
	}
	if _, err := p.config.Store.Audit(ctx, p.stamped(entry)); err != nil {
		return Response{}, err
	}
	return Redirect(path, r.N("%s sign-in was ended.", "%s sign-ins were ended.", ended)), nil
}
