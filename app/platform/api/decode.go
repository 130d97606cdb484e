package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// jsonFormat reads and writes bodies. Its errors may be shown to people.
func jsonFormat() huma.Format {
	return huma.Format{
		Marshal: func(w io.Writer, v any) error {
			e := json.NewEncoder(w)
			e.SetEscapeHTML(false)
			return e.Encode(v)
		},
		Unmarshal: func(data []byte, into any) error { return jsonError(unmarshal(data, into)) },
	}
}

// errNulCharacter reports the one character that the databases cannot store.
var errNulCharacter = errors.New(`must not hold the character \u0000`)

// unmarshal reads one JSON value and refuses text that cannot be stored. Bodies are read twice,
// into a tree that is validated and into the input; looking at the tree is enough.
func unmarshal(data []byte, into any) error {
	if err := json.Unmarshal(data, into); err != nil {
		return err
	}
	if tree, ok := into.(*any); ok && bytes.Contains(data, []byte(`\u0000`)) && holdsNul(*tree) {
		return errNulCharacter
	}
	return nil
}

func holdsNul(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.ContainsRune(v, 0)
	case []any:
		for _, item := range v {
			if holdsNul(item) {
				return true
			}
		}
	case map[string]any:
		for name, item := range v {
			if strings.ContainsRune(name, 0) || holdsNul(item) {
				return true
			}
		}
	}
	return false
}

// jsonError words a JSON error without the names of Go types.
func jsonError(err error) error {
	if err == nil || errors.Is(err, errNulCharacter) {
		return err
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("is no valid JSON: look at byte %d", syntax.Offset)
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		field := kind.Field
		if field == "" {
			field = "a value"
		}
		return fmt.Errorf("%s must be %s", field, kindName(kind.Type))
	}
	return errors.New("holds a value of the wrong form; compare it with the example in the reference")
}

func kindName(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return "a whole number in plain digits"
	case reflect.Float32, reflect.Float64:
		return "a number that is not so large"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	case reflect.Slice, reflect.Array:
		return "a list"
	case reflect.Struct, reflect.Map:
		return "an object"
	}
	return "of another kind"
}

// Decode decodes one value of a longer body, such as an item of a bulk request, as strictly as a
// body. The fault names its fields with locations below at, such as "body[3]".
func Decode[T any](a *API, raw json.RawMessage, at string) (T, error) {
	var value T
	var tree any
	format := jsonFormat()
	if err := format.Unmarshal(raw, &tree); err != nil {
		return value, invalid([]fault.Field{{Name: at, Message: err.Error()}})
	}
	registry := a.huma.OpenAPI().Components.Schemas
	schema := registry.Schema(reflect.TypeFor[T](), true, "")
	path := huma.NewPathBuffer([]byte{}, 0)
	path.Push(at)
	var result huma.ValidateResult
	huma.Validate(registry, schema, path, huma.ModeWriteToServer, tree, &result)
	if len(result.Errors) > 0 {
		return value, invalid(fields(result.Errors))
	}
	if err := format.Unmarshal(raw, &value); err != nil {
		return value, invalid([]fault.Field{{Name: at, Message: err.Error()}})
	}
	return value, nil
}
