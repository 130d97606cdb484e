package squads

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// Limit is how many members a squad takes, where saying nothing differs from saying that there is no
// limit.
type Limit struct {
	Given bool
	Most  *int64 // nil: any number
}

// UnmarshalJSON reads a whole number or null.
func (l *Limit) UnmarshalJSON(text []byte) error {
	*l = Limit{Given: true}
	return json.Unmarshal(text, &l.Most)
}

// Schema documents the limit.
func (Limit) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeInteger, Format: "int64", Nullable: true,
		Minimum: new(1.0), Maximum: new(float64(mostMembers)), Examples: []any{25}}
}
