package store

import (
	"context"
	"time"
)

// Session is someone's sign-in to the dashboard. What it holds is sealed before it comes here.
type Session struct {
	Token     string // its hash
	Person    string // whose it is; empty before the sign-in
	Data      []byte
	ExpiresAt time.Time
}

const sessionColumns = `token, person, data, expires_at`

func scanSession(r row) (Session, error) {
	var s Session
	err := r.Scan(&s.Token, &s.Person, &s.Data, &s.ExpiresAt)
	return s, err
}

// Session returns the session with this hash. ErrNotFound when there is none or its time is over at now.
func (s *Store) Session(ctx context.Context, token string, now time.Time) (Session, error) {
	found, err := one(s.db.reader(ctx), scanSession,
		`SELECT `+sessionColumns+` FROM sessions WHERE token = $1 AND expires_at > $2`, token, moment(now))
	return found, wrap("read session", err)
}

// CreateSession writes a session that was not there before.
func (s *Store) CreateSession(ctx context.Context, session Session) error {
	return wrap("create session", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`INSERT INTO sessions (`+sessionColumns+`) VALUES ($1, $2, $3, $4)`,
			session.Token, session.Person, session.Data, moment(session.ExpiresAt))
		return err
	}))
}

// UpdateSession writes a session over the one with its hash. One that was deleted meanwhile stays
// deleted: ErrNotFound.
func (s *Store) UpdateSession(ctx context.Context, session Session) error {
	return wrap("update session", s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`UPDATE sessions SET person = $2, data = $3, expires_at = $4 WHERE token = $1`,
			session.Token, session.Person, session.Data, moment(session.ExpiresAt))
		if err == nil && n == 0 {
			return ErrNotFound
		}
		return err
	}))
}

// SessionsOf lists the sessions of a person whose time is not over at now.
func (s *Store) SessionsOf(ctx context.Context, person string, now time.Time) ([]Session, error) {
	found, err := list(s.db.reader(ctx), scanSession, `SELECT `+sessionColumns+` FROM sessions WHERE person = $1 AND expires_at > $2`, person, moment(now))
	return found, wrap("list sessions", err)
}

// DeleteSession ends a session; it is no error when there is none.
func (s *Store) DeleteSession(ctx context.Context, token string) error {
	return wrap("delete session", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`DELETE FROM sessions WHERE token = $1`, token)
		return err
	}))
}

// DeleteSessionsOf ends every session of a person.
func (s *Store) DeleteSessionsOf(ctx context.Context, person string) error {
	return wrap("delete sessions", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`DELETE FROM sessions WHERE person = $1`, person)
		return err
	}))
}
