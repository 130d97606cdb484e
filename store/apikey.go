package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// APIKey is a key to the REST API. The key itself is known to its holder alone.
type APIKey struct {
	ID         uuid.UUID      `json:"id" doc:"A UUIDv7."`
	Name       string         `json:"name" doc:"What it is for." example:"leaderboard site"`
	Prefix     string         `json:"prefix" doc:"How it begins, to tell it from others." example:"sd_3fK9"`
	Hash       []byte         `json:"-"` // SHA-256 of the key
	Scopes     []string       `json:"scopes" doc:"What it may do." example:"[\"read\"]"`
	Guilds     []snowflake.ID `json:"guilds" doc:"Where it may do it; null for everywhere."`
	ExpiresAt  *time.Time     `json:"expires_at" doc:"When it ends; null for never."`
	LastUsedAt *time.Time     `json:"last_used_at" doc:"When it was last used, to the minute or so."`
	RevokedAt  *time.Time     `json:"revoked_at" doc:"When it was revoked; null while it is not."`
	CreatedAt  time.Time      `json:"created_at" doc:"When it was made."`
	UpdatedAt  time.Time      `json:"updated_at" doc:"When it last changed."`
}

const apiKeyColumns = `id, name, prefix, hash, scopes, guilds, expires_at, last_used_at, revoked_at, created_at, updated_at`

func scanAPIKey(r row) (APIKey, error) {
	var k APIKey
	var scopes, guilds json.RawMessage
	err := r.Scan(&k.ID, &k.Name, &k.Prefix, &k.Hash, &scopes, &guilds, &k.ExpiresAt, &k.LastUsedAt, &k.RevokedAt, &k.CreatedAt, &k.UpdatedAt)
	if err == nil {
		err = json.Unmarshal(scopes, &k.Scopes)
	}
	if err == nil && guilds != nil {
		err = json.Unmarshal(guilds, &k.Guilds)
	}
	return k, err
}

// CreateAPIKey keeps a new key, with its audit entry in the same transaction, and returns it with id and
// times; CreatedAt is now when it is zero. ErrExists when the hash is known already.
func (s *Store) CreateAPIKey(ctx context.Context, k APIKey, audit AuditEntry) (APIKey, error) {
	if err := checkIDs(append([]snowflake.ID{audit.Actor.ID}, k.Guilds...)...); err != nil {
		return APIKey{}, err
	}
	if len(k.Hash) != sha256.Size {
		return APIKey{}, fmt.Errorf("%w: the hash of a key is %d bytes, this one %d", ErrInvalid, sha256.Size, len(k.Hash))
	}
	if k.CreatedAt.IsZero() {
		k.CreatedAt = time.Now()
	}
	k.CreatedAt = moment(k.CreatedAt)
	k.ID, k.UpdatedAt, k.LastUsedAt, k.RevokedAt = NewID(k.CreatedAt), k.CreatedAt, nil, nil
	if k.ExpiresAt != nil {
		k.ExpiresAt = new(moment(*k.ExpiresAt))
	}
	if k.Scopes == nil {
		k.Scopes = []string{}
	}
	scopes, err := json.Marshal(k.Scopes)
	if err != nil {
		return APIKey{}, err
	}
	var guilds json.RawMessage
	if k.Guilds != nil {
		if guilds, err = json.Marshal(k.Guilds); err != nil {
			return APIKey{}, err
		}
	}
	err = s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`INSERT INTO api_keys (`+apiKeyColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			k.ID, k.Name, k.Prefix, k.Hash, json.RawMessage(scopes), guilds, k.ExpiresAt, k.LastUsedAt, k.RevokedAt, k.CreatedAt, k.UpdatedAt)
		if err != nil {
			return err
		}
		return writeChange(c, audit, 0, k.CreatedAt, nil, k)
	})
	return k, wrap("create API key", err)
}

// APIKeys returns every key, the newest first, those that are revoked or over too.
func (s *Store) APIKeys(ctx context.Context) ([]APIKey, error) {
	found, err := list(s.db.reader(ctx), scanAPIKey, `SELECT `+apiKeyColumns+` FROM api_keys ORDER BY id DESC`)
	return found, wrap("list API keys", err)
}

// APIKeyByHash returns the key of this SHA-256, whether or not it may still be used. ErrNotFound when there
// is none.
func (s *Store) APIKeyByHash(ctx context.Context, hash []byte) (APIKey, error) {
	k, err := one(s.db.reader(ctx), scanAPIKey, `SELECT `+apiKeyColumns+` FROM api_keys WHERE hash = $1`, hash)
	return k, wrap("read API key", err)
}

// RevokeAPIKey ends a key for good, with its audit entry in the same transaction, and returns it. One that is
// revoked already is returned as it is. ErrNotFound when there is none.
func (s *Store) RevokeAPIKey(ctx context.Context, id uuid.UUID, at time.Time, audit AuditEntry) (APIKey, error) {
	at = moment(at)
	if err := checkIDs(audit.Actor.ID); err != nil {
		return APIKey{}, err
	}
	var k APIKey
	err := s.db.write(ctx, func(c conn) (err error) {
		k, err = one(c, scanAPIKey, `SELECT `+apiKeyColumns+` FROM api_keys WHERE id = $1`+c.dialect().forUpdate, id)
		if err != nil || k.RevokedAt != nil {
			return err
		}
		before := k
		k.RevokedAt, k.UpdatedAt = &at, at
		if _, err := c.exec(`UPDATE api_keys SET revoked_at = $2, updated_at = $2 WHERE id = $1`, id, at); err != nil {
			return err
		}
		return writeChange(c, audit, 0, at, before, k)
	})
	return k, wrap("revoke API key", err)
}

// TouchAPIKeys records when keys were last used, all in one transaction; an earlier time than the recorded
// one changes nothing.
func (s *Store) TouchAPIKeys(ctx context.Context, used map[uuid.UUID]time.Time) error {
	if len(used) == 0 {
		return nil
	}
	ids := slices.SortedFunc(maps.Keys(used), func(a, b uuid.UUID) int { return bytes.Compare(a[:], b[:]) })
	err := s.db.write(ctx, func(c conn) error {
		for _, id := range ids { // in order, so that two processes queue and do not deadlock
			_, err := c.exec(`UPDATE api_keys SET last_used_at = $2 WHERE id = $1 AND (last_used_at IS NULL OR last_used_at < $2)`,
				id, moment(used[id]))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return wrap("touch API keys", err)
}

// Usable reports whether the key may be used at this time.
func (k APIKey) Usable(at time.Time) bool {
	return k.RevokedAt == nil && (k.ExpiresAt == nil || at.Before(*k.ExpiresAt))
}

// Reaches reports whether the key may be used on this guild.
func (k APIKey) Reaches(guild snowflake.ID) bool {
	return k.Guilds == nil || slices.Contains(k.Guilds, guild)
}
