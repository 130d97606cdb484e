package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
)

func keepsSessions(t *testing.T, db Database) {
	s := db.Migrated(t)
	ada := store.Session{Token: "hash-1", Person: "discord:1", Data: []byte{0, 1, 255}, ExpiresAt: noon.Add(time.Hour)}
	other := store.Session{Token: "hash-2", Person: "discord:1", Data: []byte("b"), ExpiresAt: noon.Add(2 * time.Hour)}
	grace := store.Session{Token: "hash-3", Person: "discord:2", Data: []byte("c"), ExpiresAt: noon.Add(time.Hour)}
	for _, session := range []store.Session{ada, other, grace} {
		require.NoError(t, s.CreateSession(t.Context(), session))
	}
	found, err := s.Session(t.Context(), "hash-1", noon)
	require.NoError(t, err)
	require.Equal(t, ada, found)
	_, err = s.Session(t.Context(), "hash-1", ada.ExpiresAt)
	require.ErrorIs(t, err, store.ErrNotFound, "its time is over")

	ada.Person, ada.Data, ada.ExpiresAt = "discord:9", []byte("new"), noon.Add(3*time.Hour)
	require.NoError(t, s.UpdateSession(t.Context(), ada))
	found, err = db.Open(t).Session(t.Context(), "hash-1", noon)
	require.NoError(t, err)
	require.Equal(t, ada, found, "another process sees it")

	require.NoError(t, s.DeleteSession(t.Context(), "hash-1"))
	require.ErrorIs(t, s.UpdateSession(t.Context(), ada), store.ErrNotFound, "an ended session stays ended")
	require.NoError(t, s.DeleteSession(t.Context(), "hash-1"))
	require.NoError(t, s.DeleteSessionsOf(t.Context(), "discord:1"))
	for token, want := range map[string]error{"hash-1": store.ErrNotFound, "hash-2": store.ErrNotFound, "hash-3": nil} {
		_, err := s.Session(t.Context(), token, noon)
		require.ErrorIs(t, err, want, token)
	}

	require.NoError(t, s.Sweep(t.Context(), grace.ExpiresAt.Add(time.Second)))
	_, err = s.Session(t.Context(), "hash-3", noon)
	require.ErrorIs(t, err, store.ErrNotFound, "what is over is swept away")
}

func keepsDevelopers(t *testing.T, db Database) {
	s := db.Migrated(t)
	require.NoError(t, s.AddDeveloper(t.Context(), store.Developer{Name: "grace", CreatedAt: noon}, by("developer.add")))
	require.NoError(t, s.AddDeveloper(t.Context(), store.Developer{Name: "ada", CreatedAt: noon}, by("developer.add")))
	require.NoError(t, s.AddDeveloper(t.Context(), store.Developer{Name: "ada", CreatedAt: noon.Add(time.Hour)}, by("developer.add")))
	all, err := s.Developers(t.Context())
	require.NoError(t, err)
	require.Equal(t, []store.Developer{{Name: "ada", CreatedAt: noon}, {Name: "grace", CreatedAt: noon}}, all)

	require.NoError(t, s.CreateSession(t.Context(), store.Session{Token: "h", Person: "dev:ada", Data: []byte("x"), ExpiresAt: noon.Add(time.Hour)}))
	require.NoError(t, s.RemoveDeveloper(t.Context(), "ada", "dev:ada", noon, by("developer.remove")))
	require.ErrorIs(t, s.RemoveDeveloper(t.Context(), "ada", "dev:ada", noon, by("developer.remove")), store.ErrNotFound)
	_, err = s.Developer(t.Context(), "ada")
	require.ErrorIs(t, err, store.ErrNotFound)
	_, err = s.Session(t.Context(), "h", noon)
	require.ErrorIs(t, err, store.ErrNotFound, "they are signed out")
	_, err = s.Developer(t.Context(), "grace")
	require.NoError(t, err)

	log, err := s.AuditEntries(t.Context(), 0, nil, 10)
	require.NoError(t, err)
	require.Len(t, log, 3, "the second sign-in of a name is no change")
}

func countsByDay(t *testing.T, db Database) {
	s := db.Migrated(t)
	today := store.DayOf(noon)
	open(t, s, 1, 100)
	open(t, s, 2, 100)
	_, err := s.Transfer(t.Context(), send(1, 2, 30))
	require.NoError(t, err)
	take := store.Adjust{Guild: guild, User: user(2), Amount: -20, At: noon.Add(24 * time.Hour), Audit: by("bytes.adjust")}
	_, err = s.Adjust(t.Context(), take)
	require.NoError(t, err)

	for day, want := range map[store.Day]store.DayFigures{
		today - 1: {},
		today:     {Transactions: 3, Minted: 200, Moved: 30},
		today + 1: {Transactions: 1, Burned: 20},
	} {
		want.Day = day
		got, err := s.DayFigures(t.Context(), guild, day)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	elsewhere, err := s.DayFigures(t.Context(), guild+1, today)
	require.NoError(t, err)
	require.Zero(t, elsewhere.Transactions)
}
