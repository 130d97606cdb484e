package api

import (
	"errors"
	"math"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// idPattern is 1 to 20 digits that fit 64 bits; the few that it leaves out above 18·10¹⁸ are
	// as far from any that Discord gives as those that do not fit.
	idPattern = `^([0-9]{1,19}|1[0-7][0-9]{18})$`
	idExample = "1000000000000000002"
)

var (
	errIDTooLarge = errors.New("is larger than any id that Discord gives")
	errNotARowID  = errors.New("must be a UUID, as this API gives them")
)

// ID is a Discord id in a path or a query. Given distinguishes 0 from a missing id.
type ID struct {
	snowflake.ID
	Given bool
}

// UnmarshalText reads 1 to 20 digits. It rejects what does not fit the database.
func (id *ID) UnmarshalText(text []byte) error {
	n, err := web.ParseID(string(text))
	if err != nil {
		return err
	}
	if n > math.MaxInt64 {
		return errIDTooLarge
	}
	*id = ID{ID: n, Given: true}
	return nil
}

// Pointer returns nil when no id was given.
func (id ID) Pointer() *snowflake.ID {
	if !id.Given {
		return nil
	}
	return &id.ID
}

// Schema documents the id.
func (ID) Schema(huma.Registry) *huma.Schema { return idSchema() }

// RowID is the id of one of our rows in a path.
type RowID struct{ uuid.UUID }

// UnmarshalText reads the usual form of a UUID.
func (id *RowID) UnmarshalText(text []byte) error {
	if len(text) != 36 {
		return errNotARowID
	}
	if err := id.UUID.UnmarshalText(text); err != nil {
		return errNotARowID
	}
	return nil
}

// Schema documents the id.
func (RowID) Schema(huma.Registry) *huma.Schema { return rowIDSchema() }

// The types that bodies are documented by instead of their own: a snowflake is an integer to the
// schema generator, a UUID any text and a day too.
type (
	bodyID    struct{}
	bodyRowID struct{}
	bodyDay   struct{}
)

func (bodyID) Schema(huma.Registry) *huma.Schema    { return idSchema() }
func (bodyRowID) Schema(huma.Registry) *huma.Schema { return rowIDSchema() }
func (bodyDay) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Format: "date", Examples: []any{"2026-11-22"}}
}

func idSchema() *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Pattern: idPattern, PatternDescription: web.IDForm,
		Description: "An id of Discord.", Examples: []any{idExample},
	}
}

func rowIDSchema() *huma.Schema {
	return &huma.Schema{
		Type: huma.TypeString, Format: "uuid",
		Description: "A UUIDv7.", Examples: []any{"019a0000-0000-7000-8000-000000000001"},
	}
}

// aliasTypes makes the registry document ids, days and problems as they are on the wire.
func aliasTypes(r huma.Registry) {
	r.RegisterTypeAlias(reflect.TypeFor[snowflake.ID](), reflect.TypeFor[bodyID]())
	r.RegisterTypeAlias(reflect.TypeFor[uuid.UUID](), reflect.TypeFor[bodyRowID]())
	r.RegisterTypeAlias(reflect.TypeFor[web.Problem](), reflect.TypeFor[problem]())
	r.RegisterTypeAlias(reflect.TypeFor[store.Day](), reflect.TypeFor[bodyDay]())
}
