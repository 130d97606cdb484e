package store

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"
)

func TestADeletedFileIsNotWrittenTo(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "test.db")
	s, err := Open(t.Context(), "sqlite:"+path, os.DirFS("../migrations"))
	require.NoError(t, err)
	defer s.Close()
	require.NoError(t, s.Migrate(t.Context()))
	account := Account{Guild: 7, User: 1, Starting: 100, At: time.Now()}
	_, err = s.OpenAccount(t.Context(), account)
	require.NoError(t, err)
	require.NoError(t, s.WriteHealth())

	require.NoError(t, os.Rename(path, path+".gone"))
	require.ErrorIs(t, s.Ping(t.Context()), ErrUnavailable)
	sqliteOf(s).file.looked.Store(0) // the second is over
	account.User = 2
	_, err = s.OpenAccount(t.Context(), account)
	require.ErrorIs(t, err, ErrUnavailable)
	require.ErrorIs(t, s.WriteHealth(), ErrUnavailable)

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.ErrorContains(t, s.Ping(t.Context()), "replaced")
	require.NoError(t, os.Rename(path+".gone", path))
	require.NoError(t, s.Ping(t.Context()))
	_, err = s.OpenAccount(t.Context(), account)
	require.NoError(t, err)
	require.NoError(t, s.WriteHealth(), "a write that is kept ends it")
}

func TestWriteHealthForgets(t *testing.T) {
	t.Parallel()
	s := &Store{}
	s.writes.note(ErrUnavailable)
	require.Error(t, s.WriteHealth())
	s.writes.note(context.Canceled)
	require.Error(t, s.WriteHealth(), "says nothing about the database")
	s.writes.last.Load().at = time.Now().Add(-failedFor)
	require.NoError(t, s.WriteHealth())
}

func TestADamagedPostgresIsUnavailable(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"XX001", "XX002"} {
		require.ErrorIs(t, postgresError(&pgconn.PgError{Code: code}), ErrUnavailable, code)
	}
	require.NotErrorIs(t, postgresError(&pgconn.PgError{Code: "XX000"}), ErrUnavailable)
}
