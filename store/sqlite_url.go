package store

import (
	"fmt"
	"net/url"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// sqliteSafe lists what a SQLite URL may set, and to which values. Everything else is refused rather than
// ignored: an option that loses data must not go unnoticed, nor one that is misspelt.
var sqliteSafe = map[string]string{
	"busy_timeout": `\d{1,6}`,
	"cache_size":   `-?\d{1,8}`,
	"mmap_size":    `\d{1,12}`,
	"temp_store":   `0|1|2|default|file|memory`,
	"synchronous":  `2|3|full|extra`,
	"journal_mode": `wal`,
	"foreign_keys": `1|on|yes|true`,
}

// sqliteShort names the driver's short forms of some pragmas.
var sqliteShort = map[string]string{
	"_busy_timeout": "busy_timeout", "_timeout": "busy_timeout",
	"_synchronous": "synchronous", "_sync": "synchronous",
	"_journal_mode": "journal_mode", "_journal": "journal_mode",
	"_foreign_keys": "foreign_keys", "_fk": "foreign_keys",
}

var pragmaForm = regexp.MustCompile(`^(\w+)\s*(?:\(\s*([\w-]+)\s*\)|=\s*([\w-]+))$`)

// sqliteURL takes "sqlite:PATH?options" apart: the path of the file, and the pragmas it sets.
func sqliteURL(raw string) (path string, pragmas map[string]string, err error) {
	path, query, _ := strings.Cut(strings.TrimPrefix(raw, "sqlite:"), "?")
	path = strings.TrimPrefix(path, "//") // sqlite:///abs/path
	if path == "" || strings.Contains(path, ":memory:") {
		return "", nil, fmt.Errorf("%w: a SQLite URL names a file, as in sqlite:data/smarterdev.db", ErrInvalid)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", nil, fmt.Errorf("%w: the options of the SQLite URL cannot be read: %v", ErrInvalid, err)
	}
	pragmas = map[string]string{}
	for name, settings := range values {
		for _, setting := range settings {
			if err := readSQLiteOption(pragmas, name, setting); err != nil {
				return "", nil, err
			}
		}
	}
	return filepath.Clean(path), pragmas, nil
}

func readSQLiteOption(pragmas map[string]string, name, setting string) error {
	if name == "_txlock" {
		if setting == "immediate" || setting == "exclusive" {
			return nil // immediate is what the writer uses, and what it needs
		}
		return fmt.Errorf("%w: _txlock=%s would let writers fail each other; leave it out", ErrInvalid, setting)
	}
	pragma := sqliteShort[name]
	if name == "_pragma" {
		form := pragmaForm.FindStringSubmatch(setting)
		if form == nil {
			return fmt.Errorf("%w: _pragma=%s is not of the form name(value)", ErrInvalid, setting)
		}
		pragma, setting = strings.ToLower(form[1]), form[2]+form[3]
	}
	allowed, known := sqliteSafe[pragma]
	if !known {
		return fmt.Errorf("%w: the SQLite URL may not set %s", ErrInvalid, name+"="+setting)
	}
	if !regexp.MustCompile(`(?i)^(?:` + allowed + `)$`).MatchString(setting) {
		return fmt.Errorf("%w: with %s %s SQLite could lose or corrupt data; leave it out", ErrInvalid, pragma, setting)
	}
	pragmas[pragma] = setting
	return nil
}

// sqliteDSN writes what the driver reads: the file as a URI, so that no letter of its path is taken for an
// option, and the pragmas of every connection.
func sqliteDSN(path string, pragmas map[string]string, readOnly bool) string {
	q := url.Values{}
	set := map[string]string{"journal_mode": "WAL", "synchronous": "FULL", "foreign_keys": "ON", "cache_size": "-16000"}
	for name, value := range pragmas {
		set[name] = value
	}
	// The wait for locks comes first: switching to WAL needs one.
	q.Add("_pragma", fmt.Sprintf("busy_timeout(%d)", sqlitePatience(pragmas).Milliseconds()))
	delete(set, "busy_timeout")
	for name, value := range set {
		q.Add("_pragma", name+"("+value+")")
	}
	if readOnly {
		q.Set("_query_only", "1")
	} else {
		q.Set("_txlock", "immediate")
	}
	return sqliteFile(path) + "?" + q.Encode()
}

// sqlitePatience is how long to wait for a lock that another process holds.
func sqlitePatience(pragmas map[string]string) time.Duration {
	if ms, err := strconv.Atoi(pragmas["busy_timeout"]); err == nil {
		return time.Duration(ms) * time.Millisecond
	}
	return 10 * time.Second
}

// sqliteLockDSN opens a file that is only ever locked: whoever begins a transaction on it waits for its turn.
func sqliteLockDSN(path string) string {
	return sqliteFile(path) + "?_txlock=exclusive&_pragma=busy_timeout(60000)"
}

func sqliteFile(path string) string {
	file := url.URL{Path: filepath.ToSlash(path)}
	return "file:" + strings.TrimPrefix(file.EscapedPath(), "./")
}
