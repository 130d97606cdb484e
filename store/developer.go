package store

import (
	"context"
	"time"
)

// Developer administers a development installation: anyone who signed in there by a name.
type Developer struct {
	Name      string
	CreatedAt time.Time // when they first signed in
}

func scanDeveloper(r row) (Developer, error) {
	var d Developer
	err := r.Scan(&d.Name, &d.CreatedAt)
	return d, err
}

// Developers returns all of them, by name.
func (s *Store) Developers(ctx context.Context) ([]Developer, error) {
	found, err := list(s.db.reader(ctx), scanDeveloper, `SELECT name, created_at FROM developers ORDER BY name`)
	return found, wrap("list developers", err)
}

// Developer returns one of them, ErrNotFound when there is none of that name.
func (s *Store) Developer(ctx context.Context, name string) (Developer, error) {
	d, err := one(s.db.reader(ctx), scanDeveloper, `SELECT name, created_at FROM developers WHERE name = $1`, name)
	return d, wrap("read developer", err)
}

// AddDeveloper adds one who is not there yet, with the audit entry in the same transaction.
func (s *Store) AddDeveloper(ctx context.Context, d Developer, audit AuditEntry) error {
	d.CreatedAt = moment(d.CreatedAt)
	return wrap("add developer", s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`INSERT INTO developers (name, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING`, d.Name, d.CreatedAt)
		if err != nil || n == 0 {
			return err
		}
		return writeChange(c, audit, 0, d.CreatedAt, nil, nil)
	}))
}

// RemoveDeveloper removes one and ends the sessions of person, with the audit entry in the same transaction.
// ErrNotFound when there is none of that name.
func (s *Store) RemoveDeveloper(ctx context.Context, name, person string, at time.Time, audit AuditEntry) error {
	return wrap("remove developer", s.db.write(ctx, func(c conn) error {
		n, err := c.exec(`DELETE FROM developers WHERE name = $1`, name)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrNotFound
		}
		if _, err := c.exec(`DELETE FROM sessions WHERE person = $1`, person); err != nil {
			return err
		}
		return writeChange(c, audit, 0, moment(at), nil, nil)
	}))
}
