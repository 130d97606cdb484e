// Package oauth is Discord's OAuth2: the page on which a person agrees, codes, tokens and their
// end. It knows the authorization code flow with PKCE, refreshing and revoking.
package oauth

import (
	"crypto/rand"
	"slices"
	"sync"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const (
	codeLife  = time.Minute
	tokenLife = 7 * 24 * time.Hour
)

// Grant is what a person allowed an application.
type Grant struct {
	User    world.ID
	Scopes  []string
	Expires time.Time
}

// Has reports whether the grant covers a scope.
func (g Grant) Has(scope string) bool { return slices.Contains(g.Scopes, scope) }

type pending struct {
	Grant
	redirect  string
	challenge string // S256; empty without PKCE
}

type issued struct {
	Grant
	access, refresh string
}

// Grants holds codes and tokens, in memory: they do not outlive a start.
type Grants struct {
	now func() time.Time

	mu      sync.Mutex
	codes   map[string]pending
	access  map[string]*issued
	refresh map[string]*issued
}

// NewGrants starts without any; now tells the time.
func NewGrants(now func() time.Time) *Grants {
	return &Grants{now: now, codes: map[string]pending{}, access: map[string]*issued{}, refresh: map[string]*issued{}}
}

// Bearer returns what an access token allows; false when there is none, or no longer.
func (g *Grants) Bearer(token string) (Grant, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	t := g.access[token]
	if t == nil || !g.now().Before(t.Expires) {
		return Grant{}, false
	}
	return t.Grant, true
}

func (g *Grants) code(p pending) string {
	g.mu.Lock()
	defer g.mu.Unlock()
	p.Expires = g.now().Add(codeLife)
	code := rand.Text()
	g.codes[code] = p
	return code
}

// redeem takes a code, which is thereby used up.
func (g *Grants) redeem(code string) (pending, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	p, ok := g.codes[code]
	delete(g.codes, code)
	return p, ok && g.now().Before(p.Expires)
}

func (g *Grants) issue(grant Grant) *issued {
	g.mu.Lock()
	defer g.mu.Unlock()
	grant.Expires = g.now().Add(tokenLife)
	t := &issued{Grant: grant, access: rand.Text(), refresh: rand.Text()}
	g.access[t.access], g.refresh[t.refresh] = t, t
	return t
}

// renew exchanges a refresh token, which is thereby used up together with its access token.
func (g *Grants) renew(refresh string) (*issued, bool) {
	g.mu.Lock()
	t := g.refresh[refresh]
	g.drop(t)
	g.mu.Unlock()
	if t == nil {
		return nil, false
	}
	return g.issue(t.Grant), true
}

// revoke ends the grant of an access or refresh token; an unknown one is nothing.
func (g *Grants) revoke(token string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.drop(g.access[token])
	g.drop(g.refresh[token])
}

func (g *Grants) drop(t *issued) {
	if t != nil {
		delete(g.access, t.access)
		delete(g.refresh, t.refresh)
	}
}
