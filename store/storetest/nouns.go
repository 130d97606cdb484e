package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"maps"
	"sync/atomic"
	"testing"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func audits(t *testing.T, db Database) {
	s := db.Migrated(t)
	var written []store.AuditEntry
	for i := range 7 {
		entry := by("sign.in")
		entry.GuildID, entry.CreatedAt = guild, noon.Add(time.Duration(i)*time.Second)
		entry.After = json.RawMessage(`{"n": 1}`)
		got, err := s.Audit(t.Context(), entry)
		require.NoError(t, err)
		require.NotEqual(t, uuid.Nil, got.ID)
		written = append([]store.AuditEntry{got}, written...)
	}
	instance, err := s.Audit(t.Context(), by("sign.out"))
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), instance.CreatedAt, time.Minute)

	first, err := s.AuditEntries(t.Context(), guild, nil, 4)
	require.NoError(t, err)
	require.Equal(t, written[:4], first)
	rest, err := s.AuditEntries(t.Context(), guild, &first[3].ID, 4)
	require.NoError(t, err)
	require.Equal(t, written[4:], rest)
	own, err := s.AuditEntries(t.Context(), 0, nil, 4)
	require.NoError(t, err)
	require.Equal(t, []store.AuditEntry{instance}, own)
	read, err := s.AuditEntry(t.Context(), guild, written[2].ID)
	require.NoError(t, err)
	require.Equal(t, written[2], read)
	_, err = s.AuditEntry(t.Context(), guild+1, written[2].ID)
	require.ErrorIs(t, err, store.ErrNotFound)
	for _, entry := range []store.AuditEntry{{}, {Action: "sign.in"}, {Actor: store.Actor{Source: "elsewhere"}, Action: "sign.in"}, store.Actor{Source: store.SourceJob}.Entry("", "")} {
		_, err = s.Audit(t.Context(), entry)
		require.ErrorIs(t, err, store.ErrInvalid)
	}
}

func confirms(t *testing.T, db Database) {
	s := db.Migrated(t)
	q := store.Confirmation{ID: store.NewID(noon), GuildID: guild, UserID: user(1), Requires: 1<<40 | 4, Kind: "bytes.send",
		Payload: json.RawMessage(`{"amount": 500}`), CreatedAt: noon, ExpiresAt: noon.Add(time.Minute)}
	require.NoError(t, s.SaveConfirmation(t.Context(), q))
	require.ErrorIs(t, s.SaveConfirmation(t.Context(), q), store.ErrExists)
	read, err := s.Confirmation(t.Context(), guild, q.ID)
	require.NoError(t, err)
	require.Equal(t, q, read)
	_, err = s.Confirmation(t.Context(), guild+1, q.ID)
	require.ErrorIs(t, err, store.ErrNotFound)

	var won atomic.Int64
	together(10, func(n int) {
		if err := s.ClaimConfirmation(t.Context(), guild, q.ID, user(10+n), noon, noon.Add(time.Second)); err == nil {
			won.Add(1)
		} else {
			assert.ErrorIs(t, err, store.ErrNotFound)
		}
	})
	require.EqualValues(t, 1, won.Load(), "of ten presses one wins")
	require.ErrorIs(t, s.SettleConfirmation(t.Context(), guild, q.ID, user(1), noon), store.ErrNotFound, "somebody else has the claim")
	require.ErrorIs(t, s.ReleaseConfirmation(t.Context(), guild, q.ID, user(1)), store.ErrNotFound)
	require.NoError(t, s.ClaimConfirmation(t.Context(), guild, q.ID, user(2), noon.Add(time.Second), noon.Add(time.Minute)), "who claimed it has died")
	require.NoError(t, s.ReleaseConfirmation(t.Context(), guild, q.ID, user(2)))
	require.NoError(t, s.ClaimConfirmation(t.Context(), guild, q.ID, user(1), noon, noon.Add(time.Second)))
	require.NoError(t, s.SettleConfirmation(t.Context(), guild, q.ID, user(1), noon))
	require.ErrorIs(t, s.ClaimConfirmation(t.Context(), guild, q.ID, user(1), noon.Add(time.Hour), noon.Add(time.Hour)), store.ErrNotFound, "it is answered")
	q.AnsweredBy, q.AnsweredAt = user(1), &noon
	read, err = s.Confirmation(t.Context(), guild, q.ID)
	require.NoError(t, err)
	require.Equal(t, q, read)
	q.Payload = json.RawMessage(`{`)
	require.ErrorIs(t, s.SaveConfirmation(t.Context(), q), store.ErrInvalid)
}

func sweeps(t *testing.T, db Database) {
	s := db.Migrated(t)
	const many = 1100 // more than one slice
	orders := make([]store.Transfer, many)
	for i := range orders {
		orders[i] = send(1, 2, 1)
		orders[i].From, orders[i].Key = user(10+i), user(i).String()
	}
	for _, r := range s.Transfers(t.Context(), orders) {
		require.NoError(t, r.Err)
	}
	young := send(1, 2, 1)
	young.At, young.Key = noon.Add(time.Hour), "young"
	kept, err := s.Transfer(t.Context(), young)
	require.NoError(t, err)
	for i, expires := range []time.Time{noon, noon.Add(8 * 24 * time.Hour)} {
		require.NoError(t, s.SaveConfirmation(t.Context(), store.Confirmation{ID: uuid.UUID{byte(i + 1)}, GuildID: guild,
			UserID: user(1), Payload: json.RawMessage(`{}`), CreatedAt: noon, ExpiresAt: expires}))
	}

	require.NoError(t, s.Sweep(t.Context(), noon.Add(7*24*time.Hour+time.Minute)))

	var keys int
	require.NoError(t, db.Raw(t).QueryRow(`SELECT count(*) FROM idempotency`).Scan(&keys))
	require.Equal(t, 1, keys)
	again, err := s.Transfer(t.Context(), young)
	require.NoError(t, err)
	require.Equal(t, kept.ID, again.ID, "a key is kept seven days")
	_, err = s.Confirmation(t.Context(), guild, uuid.UUID{1})
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.Confirmation(t.Context(), guild, uuid.UUID{2})
	require.NoError(t, err)
	Prove(t, s)
}

func keepsKeys(t *testing.T, db Database) {
	s := db.Migrated(t)
	hash := func(key string) []byte { h := sha256.Sum256([]byte(key)); return h[:] }
	k, err := s.CreateAPIKey(t.Context(), store.APIKey{Name: "site", Prefix: "sd_ab", Hash: hash("a"), Scopes: []string{"read", "economy"},
		Guilds: []snowflake.ID{guild}, ExpiresAt: new(noon.Add(time.Hour)), CreatedAt: noon}, by("apikey.create"))
	require.NoError(t, err)
	everywhere, err := s.CreateAPIKey(t.Context(), store.APIKey{Name: "all", Hash: hash("b"), CreatedAt: noon.Add(time.Second)}, by("apikey.create"))
	require.NoError(t, err)
	_, err = s.CreateAPIKey(t.Context(), store.APIKey{Name: "same", Hash: hash("a")}, by("apikey.create"))
	require.ErrorIs(t, err, store.ErrExists)
	_, err = s.CreateAPIKey(t.Context(), store.APIKey{Name: "short", Hash: []byte("a")}, by("apikey.create"))
	require.ErrorIs(t, err, store.ErrInvalid)

	read, err := s.APIKeyByHash(t.Context(), hash("a"))
	require.NoError(t, err)
	require.Equal(t, k, read)
	_, err = s.APIKeyByHash(t.Context(), hash("c"))
	require.ErrorIs(t, err, store.ErrNotFound)
	listed, err := s.APIKeys(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.APIKey{everywhere, k}, listed)
	require.Equal(t, []bool{true, false, true}, []bool{k.Reaches(guild), k.Reaches(guild + 1), everywhere.Reaches(guild + 1)})
	require.Equal(t, []bool{true, false, true}, []bool{k.Usable(noon), k.Usable(noon.Add(time.Hour)), everywhere.Usable(noon.Add(time.Hour))})

	used := map[uuid.UUID]time.Time{k.ID: noon.Add(3 * time.Minute), everywhere.ID: noon, store.NewID(noon): noon}
	require.NoError(t, s.TouchAPIKeys(t.Context(), used))
	earlier := maps.Clone(used)
	earlier[k.ID] = noon
	require.NoError(t, s.TouchAPIKeys(t.Context(), earlier))
	read, err = s.APIKeyByHash(t.Context(), hash("a"))
	require.NoError(t, err)
	require.Equal(t, new(noon.Add(3*time.Minute)), read.LastUsedAt)

	revoked, err := s.RevokeAPIKey(t.Context(), k.ID, noon.Add(time.Minute), by("apikey.revoke"))
	require.NoError(t, err)
	require.Equal(t, new(noon.Add(time.Minute)), revoked.RevokedAt)
	require.False(t, revoked.Usable(noon))
	twice, err := s.RevokeAPIKey(t.Context(), k.ID, noon.Add(time.Hour), by("apikey.revoke"))
	require.NoError(t, err)
	require.Equal(t, revoked, twice)
	_, err = s.RevokeAPIKey(t.Context(), store.NewID(noon), noon, by("apikey.revoke"))
	require.ErrorIs(t, err, store.ErrNotFound)
	log, err := s.AuditEntries(t.Context(), 0, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 3)
	for _, entry := range log {
		require.NotContains(t, string(entry.After), "hash")
	}
}

// honoursContext: a caller who left before their turn gets their context's error and changes nothing.
func honoursContext(t *testing.T, db Database) {
	s := db.Migrated(t)
	gone, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("left"))
	_, err := s.Transfer(gone, send(1, 2, 1))
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Claim(gone, daily(1, noon))
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Balance(gone, guild, user(1))
	require.ErrorIs(t, err, context.Canceled)
	_, err = s.Verify(gone)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, Prove(t, s).Rows)

	// Callers who leave while others are served disturb nobody.
	together(40, func(i int) {
		ctx, cancel := context.WithCancel(t.Context())
		if i%2 == 0 {
			go cancel()
		}
		defer cancel()
		for range sized(10, 100) {
			_, err := s.Transfer(ctx, send(100+i, 200+i, 1))
			if err != nil {
				assert.ErrorIs(t, err, context.Canceled)
				assert.Zero(t, i%2, "a caller who stayed was disturbed: %v", err)
			}
		}
	})
	for i := 1; i < 40; i += 2 {
		require.EqualValues(t, 100-int64(sized(10, 100)), balance(t, s, 100+i))
	}
	Prove(t, s)
}
