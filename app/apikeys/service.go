package apikeys

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	maxNameLength = 100
	maxGuilds     = 1000
)

// CreateKey is the input for a new API key.
type CreateKey struct {
	Name      string
	Scopes    []string
	Guilds    []snowflake.ID // where it may be used; nil for everywhere
	ExpiresAt *time.Time     // nil for never
	Actor     store.Actor    // who creates it
}

// validate fails with an Invalid fault that names every wrong input. now decides what has expired.
func (in CreateKey) validate(now time.Time, scopes []api.ScopeInfo) error {
	var f fault.Fields
	if n := utf8.RuneCountInString(in.Name); strings.TrimSpace(in.Name) == "" || n > maxNameLength || strings.ContainsRune(in.Name, 0) {
		f.Add("name", "A key needs a name of 1 to %d characters that says what it is for.", maxNameLength)
	}
	if len(in.Scopes) == 0 {
		f.Add("scopes", "A key without scopes cannot do anything. Choose from %s.", scopeNames(scopes))
	}
	for _, scope := range in.Scopes {
		if !slices.ContainsFunc(scopes, func(known api.ScopeInfo) bool { return string(known.Scope) == scope }) {
			f.Add("scopes", "%q is not a scope. Choose from %s.", truncate(scope), scopeNames(scopes))
		}
	}
	switch {
	case in.Guilds != nil && len(in.Guilds) == 0:
		f.Add("guilds", "A key without guilds cannot do anything. List guilds, or leave this out to allow all.")
	case len(in.Guilds) > maxGuilds:
		f.Add("guilds", "A key can list at most %d guilds. Leave this out to allow all.", maxGuilds)
	}
	if in.ExpiresAt != nil && !in.ExpiresAt.After(now) {
		f.Add("expires_at", "This time is in the past. Choose a later one.")
	}
	return f.Err()
}

func scopeNames(scopes []api.ScopeInfo) string {
	names := make([]string, len(scopes))
	for i, scope := range scopes {
		names[i] = string(scope.Scope)
	}
	return strings.Join(names, ", ")
}

// truncate keeps a quoted input from filling the message that quotes it.
func truncate(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:29]) + "…"
	}
	return s
}

// CreateKey creates a key and returns it, once: only its hash is stored.
func (s *Service) CreateKey(ctx context.Context, in CreateKey) (key string, made store.APIKey, err error) {
	now := s.now()
	if err := in.validate(now, s.scopes()); err != nil {
		return "", store.APIKey{}, err
	}
	key = newKey()
	hash, _ := parseKey(key)
	made, err = s.store.CreateAPIKey(ctx, store.APIKey{
		Name: in.Name, Prefix: visiblePrefix(key), Hash: hash[:], Scopes: sortedScopes(in.Scopes), Guilds: in.Guilds,
		ExpiresAt: in.ExpiresAt, CreatedAt: now,
	}, in.Actor.Entry("apikey.create", in.Name))
	if err != nil {
		return "", store.APIKey{}, err
	}
	return key, made, nil
}

func sortedScopes(scopes []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(scopes)))
}

// Keys lists every key, the newest first, revoked and expired ones too.
func (s *Service) Keys(ctx context.Context) ([]store.APIKey, error) { return s.store.APIKeys(ctx) }

// RevokeKey is the input to revoke a key.
type RevokeKey struct {
	ID    uuid.UUID
	Actor store.Actor // who revokes it
}

// RevokeKey revokes a key for good: here at once, in every other process within 5 s. Revoking it again
// changes nothing. It fails with not_found when the key does not exist.
func (s *Service) RevokeKey(ctx context.Context, in RevokeKey) (store.APIKey, error) {
	k, err := s.store.RevokeAPIKey(ctx, in.ID, s.now(), in.Actor.Entry("apikey.revoke", in.ID.String()))
	if errors.Is(err, store.ErrNotFound) {
		return store.APIKey{}, fault.New(fault.NotFound, "not_found", "API key %s not found", in.ID)
	}
	if err != nil {
		return store.APIKey{}, err
	}
	s.keys.InvalidateAll()
	s.bus.Publish(ctx, bus.Event{Topic: bus.KeyRevoked, IDs: []string{k.ID.String()}})
	return k, nil
}
