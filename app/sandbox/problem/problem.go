// Package problem is how Discord says no: an HTTP status, a JSON error code, a message, and
// for bad input a tree that mirrors the request body.
package problem

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// Error is one refusal as Discord words it. It marshals to the body of the answer.
type Error struct {
	Status  int    // HTTP status
	Code    int    // Discord's JSON error code; 0 where Discord has none
	Message string // Discord's own words
	fields  []field
	limit   *limit
}

type limit struct {
	retryAfter float64 // seconds
	global     bool
}

// New makes a refusal.
func New(status, code int, message string) *Error {
	return &Error{Status: status, Code: code, Message: message}
}

func (e *Error) Error() string {
	if len(e.fields) == 0 {
		return fmt.Sprintf("%d: %s", e.Code, e.Message)
	}
	tree, err := json.Marshal(e.tree())
	if err != nil {
		return fmt.Sprintf("%d: %s", e.Code, e.Message)
	}
	return fmt.Sprintf("%d: %s %s", e.Code, e.Message, tree)
}

// Is lets errors.Is compare a refusal with one of the package's values by status and code.
func (e *Error) Is(target error) bool {
	other, ok := target.(*Error)
	return ok && other.Code == e.Code && other.Status == e.Status && other.Message == e.Message
}

// RateLimited is the refusal 429; retryAfter is in seconds.
func RateLimited(retryAfter float64, global bool) *Error {
	return &Error{Status: http.StatusTooManyRequests, Message: "You are being rate limited.", limit: &limit{retryAfter, global}}
}

// After returns the same refusal with the seconds after which a repetition is not refused.
func (e *Error) After(seconds float64) *Error {
	limited := *e
	limited.limit = &limit{retryAfter: seconds}
	return &limited
}

// RetryAfter is after how many seconds to repeat what a rate limit refused, 0 for other refusals.
func (e *Error) RetryAfter() float64 {
	if e.limit == nil {
		return 0
	}
	return e.limit.retryAfter
}

// MarshalJSON writes message, code and, for bad input, errors; for a rate limit what it is.
func (e *Error) MarshalJSON() ([]byte, error) {
	if e.limit != nil {
		return json.Marshal(struct {
			Message    string  `json:"message"`
			Code       int     `json:"code"`
			RetryAfter float64 `json:"retry_after"`
			Global     bool    `json:"global"`
		}{e.Message, e.Code, e.limit.retryAfter, e.limit.global})
	}
	return json.Marshal(struct {
		Message string         `json:"message"`
		Code    int            `json:"code"`
		Errors  map[string]any `json:"errors,omitempty"`
	}{e.Message, e.Code, e.tree()})
}

// From returns the refusal in err's chain; anything else becomes Discord's bare 500.
func From(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return New(http.StatusInternalServerError, 0, "500: Internal Server Error")
}
