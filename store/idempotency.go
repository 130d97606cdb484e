package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"
)

// keyLife is how long an idempotency key is remembered.
const keyLife = 7 * 24 * time.Hour

// facts are the figures of an outcome as they were at the time, kept beside its key: the account that the
// verdict saw, or for a claim the account that it left. Both engines write the same JSON.
type facts struct {
	Amount        int64      `json:"amount,omitempty"`
	Max           int64      `json:"max,omitempty"`
	Earned        int64      `json:"earned,omitempty"`
	Balance       int64      `json:"balance"`
	TotalReceived int64      `json:"total_received,omitempty"`
	TotalSent     int64      `json:"total_sent,omitempty"`
	Streak        int        `json:"streak,omitempty"`
	LastDaily     *int32     `json:"last_daily,omitempty"`
	LastSentAt    *time.Time `json:"last_sent_at,omitempty"`
	RetryAt       *time.Time `json:"retry_at,omitempty"`
	CreatedAt     *time.Time `json:"created_at,omitempty"`
	UpdatedAt     *time.Time `json:"updated_at,omitempty"`
	Joined        *joined    `json:"joined,omitempty"`
}

// refusal words the facts as the error that the caller gets.
func (f facts) refusal(code string) *Refusal {
	r := &Refusal{Code: code, Amount: f.Amount, Balance: f.Balance, Max: f.Max, LastDaily: (*Day)(f.LastDaily)}
	r.LastSentAt, r.RetryAt = utc(f.LastSentAt), utc(f.RetryAt)
	if code == AlreadyClaimed && f.LastDaily != nil {
		opens := (Day(*f.LastDaily) + 1).Start()
		r.RetryAt = &opens
	}
	return r
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC()
	return &u
}

// memory is what a key is remembered by.
type memory struct {
	request  []byte
	ledgerID *uuid.UUID
	refusal  *string
	facts    json.RawMessage
}

func scanMemory(r row) (m memory, err error) {
	err = r.Scan(&m.request, &m.ledgerID, &m.refusal, &m.facts)
	return m, err
}

// fingerprint is the hash of a request: the same for the same operation with the same inputs. Names and
// times are no inputs, and neither are a guild's settings: a retry may find them changed.
func fingerprint(operation string, inputs ...any) []byte {
	text, err := json.Marshal(append([]any{operation}, inputs...))
	if err != nil {
		panic(err) // inputs are numbers and strings
	}
	sum := sha256.Sum256(text)
	return sum[:]
}

// remember writes the outcome under its key and reports whether the key was free; without a key there is
// nothing to write. When it was not free, nothing may be changed: see recall.
func remember(c conn, i identified, ledgerID *uuid.UUID, refusal string, f *facts) (free bool, err error) {
	if i.key == "" {
		return true, nil
	}
	var figures json.RawMessage
	if f != nil {
		if figures, err = json.Marshal(f); err != nil {
			return false, err
		}
	}
	n, err := c.exec(`INSERT INTO idempotency (guild_id, key, request, ledger_id, refusal, facts, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
		i.guild, i.key, i.request, ledgerID, text(refusal), figures, i.at)
	return n > 0, err
}

// recall returns what an earlier call with this key came to. ErrKeyReused when that was another request.
func recall(c conn, i identified) (memory, error) {
	m, err := one(c, scanMemory, `SELECT request, ledger_id, refusal, facts FROM idempotency WHERE guild_id = $1 AND key = $2`,
		i.guild, i.key)
	if err == nil && !bytes.Equal(m.request, i.request) {
		return m, fmt.Errorf("%w: %q", ErrKeyReused, i.key)
	}
	return m, err
}

// recallOutcome returns the remembered outcome of an operation whose result is a row of the ledger.
func recallOutcome(c conn, i identified) (outcome, error) {
	m, err := recall(c, i)
	if err != nil {
		return outcome{}, err
	}
	if m.refusal != nil {
		return m.refused()
	}
	if m.ledgerID == nil {
		return outcome{}, fmt.Errorf("the key %q remembers neither a row nor a refusal", i.key)
	}
	t, err := one(c, scanTransaction, selectTransaction, i.guild, *m.ledgerID)
	t.Again = t.ID != i.id
	return outcome{row: t}, err
}

func (m memory) figures() (f facts, err error) {
	if m.facts == nil {
		return f, nil
	}
	err = json.Unmarshal(m.facts, &f)
	return f, err
}

func (m memory) refused() (outcome, error) {
	f, err := m.figures()
	if err != nil {
		return outcome{}, err
	}
	r := f.refusal(*m.refusal)
	r.Again = true
	return outcome{refusal: r}, nil
}

// refuse remembers a refusal, or returns what the key was used for before.
func refuse(c conn, i identified, code string, f facts) (outcome, error) {
	free, err := remember(c, i, nil, code, &f)
	if err != nil {
		return outcome{}, err
	}
	if !free {
		return recallOutcome(c, i)
	}
	return outcome{refusal: f.refusal(code)}, nil
}
