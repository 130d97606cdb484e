package store

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestSQLiteURL(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]string{
		"sqlite:data/app.db":                                "data/app.db",
		"sqlite:./data/app.db":                              "data/app.db",
		"sqlite:/var/lib/app.db":                            "/var/lib/app.db",
		"sqlite:///var/lib/app.db":                          "/var/lib/app.db",
		"sqlite:a.db?_txlock=immediate":                     "a.db",
		"sqlite:a.db?_pragma=synchronous(EXTRA)":            "a.db",
		"sqlite:a.db?_pragma=busy_timeout%3d5000":           "a.db",
		"sqlite:a.db?_sync=FULL&_journal=WAL&_fk=on":        "a.db",
		"sqlite:a.db?_pragma=cache_size(-64000)&_fk=1":      "a.db",
		"sqlite:my data/50%.db?_pragma=mmap_size(10000000)": "my data/50%.db",
	} {
		path, _, err := sqliteURL(url)
		require.NoError(t, err, url)
		require.Equal(t, filepath.FromSlash(want), path, url)
	}
}

// Options under which SQLite can lose or corrupt data are refused, however they are written.
func TestDangerousSQLiteURL(t *testing.T) {
	t.Parallel()
	for _, options := range []string{
		"_pragma=synchronous(NORMAL)", "_pragma=synchronous(1)", "_pragma=synchronous%3dOFF", "_pragma=SYNCHRONOUS(off)",
		"_synchronous=NORMAL", "_sync=0",
		"_pragma=journal_mode(DELETE)", "_pragma=journal_mode=memory", "_journal_mode=OFF", "_journal=TRUNCATE",
		"_pragma=foreign_keys(0)", "_pragma=foreign_keys=off", "_fk=false", "_foreign_keys=no",
		"_txlock=deferred", "_txlock=",
		"_pragma=locking_mode(EXCLUSIVE)", "_pragma=writable_schema(1)", "_pragma=ignore_check_constraints(1)",
		"_pragma=foreign_keys(1);PRAGMA synchronous(0)", "_pragma=synchronous", "_pragma=",
		"mode=memory", "nolock=1", "immutable=1", "vfs=none", "_defensive=0", "cache=shared", "unheard=of", "%zz",
	} {
		_, _, err := sqliteURL("sqlite:a.db?" + options)
		require.ErrorIs(t, err, ErrInvalid, options)
		_, err = Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "a.db")+"?"+options, nil)
		require.ErrorIs(t, err, ErrInvalid, options)
	}
	for _, url := range []string{"sqlite:", "sqlite::memory:", "sqlite:file::memory:", "mysql://x", "", "a.db"} {
		_, err := Open(t.Context(), url, nil)
		require.ErrorIs(t, err, ErrInvalid, url)
	}
}

func TestSQLiteFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new folder", "what? 100% #1.db")
	plain := "sqlite:" + filepath.Join(filepath.Dir(path), "plain.db")
	_, err := Open(t.Context(), plain, os.DirFS("../migrations"))
	require.ErrorIs(t, err, ErrUnavailable)
	require.NoDirExists(t, filepath.Dir(path), "a folder is not made: its name may be misspelt")
	require.NoError(t, os.Mkdir(filepath.Dir(path), 0o700))
	s, err := Open(t.Context(), plain, os.DirFS("../migrations"))
	require.NoError(t, err)
	require.NoError(t, s.Ping(t.Context()))
	require.NoError(t, s.Migrate(t.Context()))
	info, err := os.Stat(filepath.Join(filepath.Dir(path), "plain.db"))
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm(), "for its owner alone")
	require.NoError(t, s.Close())
	require.NoError(t, s.Close(), "twice")
	require.ErrorIs(t, s.Enqueue(t.Context(), nil), ErrClosed)

	e, err := openSQLite(t.Context(), "sqlite:"+filepath.Join(filepath.Dir(path), "50% #1.db"), options{pool: 2, log: s.log, observe: func(Batch) {}})
	require.NoError(t, err)
	require.NoError(t, e.ping(t.Context()))
	require.NoError(t, e.close())
	require.FileExists(t, filepath.Join(filepath.Dir(path), "50% #1.db"), "no letter of a path is taken for an option")

	_, err = Open(t.Context(), "sqlite:/proc/nowhere/a.db", nil)
	require.ErrorIs(t, err, ErrUnavailable)
	_, err = Open(t.Context(), "postgres://127.0.0.1:1/none?connect_timeout=1", nil)
	require.ErrorIs(t, err, ErrUnavailable)
	_, err = Open(t.Context(), "postgres://user:secret@:bad/x", nil)
	require.ErrorIs(t, err, ErrInvalid)
	require.NotContains(t, err.Error(), "secret")
}
