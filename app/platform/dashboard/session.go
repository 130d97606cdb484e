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

// sessionLifetime is how long a session lasts, whether it is used or not.
const sessionLifetime = 24 * time.Hour

// anonymousLifetime is how long a session of nobody is kept after its last change: long enough to sign in.
const anonymousLifetime = 10 * time.Minute

// defaultIdle is how long a session lasts without use where nothing else is set. That it is used is written down a few
// times in that span, not at each request.
const (
	defaultIdle  = 2 * time.Hour
	seenPerSpan  = 12
	eventsAccept = "text/event-stream"
)

// The values of a session; all of them are strings.
const (
	sessionPerson  = "person"  // who it is, see Person
	sessionToken   = "csrf"    // the CSRF token
	sessionAccess  = "access"  // Discord's access token, to be revoked
	sessionGuilds  = "guilds"  // ids of the guilds that the person was in at the sign-in
	sessionIP      = "ip"      // where they signed in from
	sessionFlash   = "says"    // the flash message of the next page
	sessionSeen    = "seen"    // when it was used last, in seconds since 1970, give or take a fraction of the idle time
	sessionPending = "sign_in" // the sign-in under way, see pendingSignIn
	sessionStored  = "stored"  // the token under which it was stored last, see CommitCtx
	plainCookie    = "session"
	hostCookie     = "__Host-session"
)

// newSessions returns the session manager. secure: people reach the server by https.
func newSessions(store *encryptedSessions, secure bool, fail func(http.ResponseWriter, *http.Request, error)) *scs.SessionManager {
	m := scs.New()
	m.Lifetime = sessionLifetime
	m.Store = store
	m.Codec = sessionCodec{}
	m.HashTokenInStore = true
	m.ErrorFunc = fail
	m.Cookie.Name = plainCookie
	if secure {
		m.Cookie.Name, m.Cookie.Secure = hostCookie, true
	}
	return m
}

// sessionStore stores encrypted sessions; tokens arrive hashed.
type sessionStore interface {
	find(ctx context.Context, token string) (data []byte, found bool, err error)
	create(ctx context.Context, token, person string, data []byte, expiry time.Time) error
	// update replaces a session. One that was deleted meanwhile stays deleted, which is no error.
	update(ctx context.Context, token, person string, data []byte, expiry time.Time) error
	delete(ctx context.Context, token string) error
	// of returns the sealed sessions of a person by token. Where there is no index by person, open tells whose one is.
	of(ctx context.Context, person string, open func(token string, data []byte) (sessionContent, bool)) (map[string][]byte, error)
	// deleteAll deletes every session of a person.
	deleteAll(ctx context.Context, person string, open func(token string, data []byte) (sessionContent, bool)) error
}

// sessionContent is an encoded session.
type sessionContent struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// person is the owner of the session, as Person.Key; empty before the sign-in.
func (c sessionContent) person() string { return parsePerson(c.Values[sessionPerson]).Key() }

// sessionCodec encodes sessions as JSON.
type sessionCodec struct{}

// Encode encodes a session; every value must be a string.
func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
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

// Decode decodes a session.
func (sessionCodec) Decode(data []byte) (time.Time, map[string]any, error) {
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

// encryptedSessions encrypts sessions before they are stored, so that access to the database alone is
// not enough to read or modify them.
type encryptedSessions struct {
	store sessionStore
	aead  cipher.AEAD
}

// encryptSessions derives the key from the secret.
func encryptSessions(store sessionStore, secret []byte) (*encryptedSessions, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, "sessions of the dashboard", 32)
	if err != nil {
		return nil, fmt.Errorf("derive the key of sessions: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	return &encryptedSessions{store, aead}, err
}

// FindCtx returns a session. One that was encrypted with another secret is not found.
func (s *encryptedSessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	data, found, err := s.store.find(ctx, token)
	if err != nil || !found {
		return nil, false, err
	}
	text, err := s.aead.Open(nil, nil, data, []byte(token))
	return text, err == nil, nil
}

// deleteAll deletes every session of a person.
func (s *encryptedSessions) deleteAll(ctx context.Context, p Person) error {
	return s.store.deleteAll(ctx, p.Key(), s.open)
}

// open reads a sealed session; ok is false for one that was sealed with another secret.
func (s *encryptedSessions) open(token string, data []byte) (content sessionContent, ok bool) {
	text, err := s.aead.Open(nil, nil, data, []byte(token))
	return content, err == nil && json.Unmarshal(text, &content) == nil
}

// CommitCtx stores a session. One that was loaded is only updated, so that a request that was under way
// while its session ended does not bring it back; one with a new token is created.
func (s *encryptedSessions) CommitCtx(ctx context.Context, token string, text []byte, expiry time.Time) error {
	var content sessionContent
	if err := json.Unmarshal(text, &content); err != nil {
		return err
	}
	write := s.store.update
	if content.Values[sessionStored] != token {
		write = s.store.create
		content.Values[sessionStored] = token
	}
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	if soon := time.Now().Add(anonymousLifetime); content.person() == "" && soon.Before(expiry) {
		expiry = soon
	}
	return write(ctx, token, content.person(), s.aead.Seal(nil, nil, text, []byte(token)), expiry)
}

// DeleteCtx deletes a session.
func (s *encryptedSessions) DeleteCtx(ctx context.Context, token string) error {
	return s.store.delete(ctx, token)
}

// Find implements scs.Store; the manager uses FindCtx.
func (s *encryptedSessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit implements scs.Store; the manager uses CommitCtx.
func (s *encryptedSessions) Commit(token string, text []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, text, expiry)
}

// Delete implements scs.Store; the manager uses DeleteCtx.
func (s *encryptedSessions) Delete(token string) error {
	return s.DeleteCtx(context.Background(), token)
}

// secretOrRandom returns the secret, or a random one, whose sessions end with the process.
func secretOrRandom(secret []byte) []byte {
	if len(secret) > 0 {
		return secret
	}
	return []byte(rand.Text() + rand.Text())
}
