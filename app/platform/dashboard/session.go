package dashboard

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"
)

// sessionLife is how long a sign-in lasts, used or not.
const sessionLife = 24 * time.Hour

// What a session holds; all of it is text.
const (
	sessionPerson  = "person"  // who it is, see Person
	sessionToken   = "csrf"    // proves that a form is ours
	sessionAccess  = "access"  // Discord's access token, to be revoked
	sessionGuilds  = "guilds"  // ids of the guilds that the person was in at the sign-in
	sessionIP      = "ip"      // where they signed in from
	sessionSays    = "says"    // what the next page says
	sessionPending = "sign_in" // the sign-in under way, see pendingSignIn
	plainCookie    = "session"
	hostCookie     = "__Host-session"
)

// newSessions makes the manager of sessions. secure says that people reach us by https.
func newSessions(vault *sealedSessions, secure bool, fail func(http.ResponseWriter, *http.Request, error)) *scs.SessionManager {
	m := scs.New()
	m.Lifetime = sessionLife
	m.Store = vault
	m.Codec = sessionText{}
	m.HashTokenInStore = true
	m.ErrorFunc = fail
	m.Cookie.Name = plainCookie
	if secure {
		m.Cookie.Name, m.Cookie.Secure = hostCookie, true
	}
	return m
}

// sessionKeeper is where sealed sessions lie; tokens arrive hashed.
type sessionKeeper interface {
	find(ctx context.Context, token string) (data []byte, found bool, err error)
	save(ctx context.Context, token, person string, data []byte, expiry time.Time) error
	end(ctx context.Context, token string) error
	// endAll ends every session of a person.
	endAll(ctx context.Context, person string, open func(token string, data []byte) (sessionContent, bool)) error
}

// sessionContent is a session as it is written.
type sessionContent struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// person is whose session it is, as Person.Key; empty before the sign-in.
func (c sessionContent) person() string { return parsePerson(c.Values[sessionPerson]).Key() }

// sessionText writes sessions as JSON.
type sessionText struct{}

// Encode writes a session; every value must be a string.
func (sessionText) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	content := sessionContent{Deadline: deadline, Values: make(map[string]string, len(values))}
	for name, value := range values {
		text, ok := value.(string)
		if !ok {
			return nil, fmt.Errorf("the session's %s is a %T", name, value)
		}
		content.Values[name] = text
	}
	return json.Marshal(content)
}

// Decode reads a session.
func (sessionText) Decode(data []byte) (time.Time, map[string]any, error) {
	var content sessionContent
	if err := json.Unmarshal(data, &content); err != nil {
		return time.Time{}, nil, err
	}
	values := make(map[string]any, len(content.Values))
	for name, value := range content.Values {
		values[name] = value
	}
	return content.Deadline, values, nil
}

// sealedSessions encrypts sessions on their way to the keeper: who has the database alone neither
// reads nor alters them.
type sealedSessions struct {
	keeper sessionKeeper
	aead   cipher.AEAD
}

// sealSessions derives the key from the secret.
func sealSessions(keeper sessionKeeper, secret []byte) (*sealedSessions, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "sessions of the dashboard", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of sessions: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &sealedSessions{keeper, aead}, err
}

// FindCtx returns a session. One that was sealed with another secret is none.
func (s *sealedSessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, found, err := s.keeper.find(ctx, token)
	if err != nil || !found {
		return nil, false, err
	}
	text, err := s.aead.Open(nil, nil, data, []byte(token))
	return text, err == nil, nil
}

// endAll ends every session of a person.
func (s *sealedSessions) endAll(ctx context.Context, p Person) error {
	return s.keeper.endAll(ctx, p.Key(), func(token string, data []byte) (sessionContent, bool) {
		var content sessionContent
		text, err := s.aead.Open(nil, nil, data, []byte(token))
		ok := err == nil && json.Unmarshal(text, &content) == nil
		return content, ok
	})
}

// CommitCtx writes a session.
func (s *sealedSessions) CommitCtx(ctx context.Context, token string, text []byte, expiry time.Time) error {
	var content sessionContent
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	return s.keeper.save(ctx, token, content.person(), s.aead.Seal(nil, nil, text, []byte(token)), expiry)
}

// DeleteCtx ends a session.
func (s *sealedSessions) DeleteCtx(ctx context.Context, token string) error {
	return s.keeper.end(ctx, token)
}

// Find is there for the interface; the manager uses FindCtx.
func (s *sealedSessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is there for the interface; the manager uses CommitCtx.
func (s *sealedSessions) Commit(token string, text []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, text, expiry)
}

// Delete is there for the interface; the manager uses DeleteCtx.
func (s *sealedSessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// secretOr returns the secret, or one that this process makes up and with which its sessions end.
func secretOr(secret []byte) []byte {
	if len(secret) > 0 {
		return secret
	}
	return []byte(rand.Text() + rand.Text())
}
