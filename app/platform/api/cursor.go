package api

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strconv"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

const (
	signatureLen = 12 // bytes of the signature that a cursor carries
	maxCursorLen = 200
)

// Paging is embedded in the input of an operation that lists.
type Paging struct {
	Limit  int    `query:"limit" default:"50" minimum:"1" maximum:"100" doc:"How many entries a page has." example:"20"`
	Cursor string `query:"cursor" maxLength:"200" doc:"Where the page begins: taken from the Link header of the page before. It belongs to this list with these filters." example:"MTc2NDAwMDAwMA"`
}

// Page is one page of a list; Link is the Link header to the next page, empty on the last.
type Page[T any] struct {
	Link string `header:"Link" doc:"The next page, as <address>; rel=\"next\". Absent on the last." example:"<https://example.com/api/guilds?cursor=MTc2NDAwMDAwMA>; rel=\"next\""`
	Body []T
}

// List reads one page. load returns up to limit entries that come after the given position (empty
// for the first page) and position identifies an entry. A cursor of another list is an
// Invalid fault.
func List[T any](ctx context.Context, p Paging, load func(after string, limit int) ([]T, error), position func(T) string) (*Page[T], error) {
	call := callOf(ctx)
	after := ""
	if p.Cursor != "" {
		var ok bool
		if after, ok = call.verifyCursor(p.Cursor); !ok {
			return nil, invalid([]fault.Field{{
				Name: "query.cursor", Message: "is no cursor of this list with these filters; begin again without it",
			}})
		}
	}
	rows, err := load(after, p.Limit+1)
	if err != nil {
		return nil, err
	}
	page := &Page[T]{Body: rows}
	if len(rows) > p.Limit {
		page.Body = rows[:p.Limit]
		page.Link = call.nextPage(position(rows[p.Limit-1]), p.Limit)
	}
	if page.Body == nil {
		page.Body = []T{}
	}
	return page, nil
}

// nextPage is the Link header to the page after a position.
func (c *call) nextPage(position string, limit int) string {
	query := c.url.Query()
	query.Set("cursor", c.signCursor(position))
	query.Set("limit", strconv.Itoa(limit))
	return "<" + c.api.config.BaseURL + c.url.EscapedPath() + "?" + query.Encode() + `>; rel="next"`
}

// signCursor makes a cursor: a position, signed together with the list and its filters, so that it
// cannot be forged or used for another list.
func (c *call) signCursor(position string) string {
	return base64.RawURLEncoding.EncodeToString(append(c.cursorSignature(position), position...))
}

func (c *call) verifyCursor(cursor string) (position string, ok bool) {
	if len(cursor) > maxCursorLen {
		return "", false
	}
	raw, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil || len(raw) < signatureLen {
		return "", false
	}
	position = string(raw[signatureLen:])
	return position, hmac.Equal(raw[:signatureLen], c.cursorSignature(position))
}

func (c *call) cursorSignature(position string) []byte {
	mac := hmac.New(sha256.New, c.api.cursorKey)
	for _, part := range []string{c.url.EscapedPath(), filters(c.url.Query()), position} {
		mac.Write([]byte(strconv.Itoa(len(part)) + ":" + part))
	}
	return mac.Sum(nil)[:signatureLen]
}

// filters is the query without paging: what identifies a list.
func filters(query url.Values) string {
	query.Del("cursor")
	query.Del("limit")
	return query.Encode()
}
