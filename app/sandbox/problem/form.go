package problem

import (
	"fmt"
	"net/http"
	"strconv"
	"unicode/utf8"
)

type field struct {
	path          []string
	code, message string
}

// Form collects what is wrong with a request body. A Form made by At shares its parent's list,
// so a nested check needs only the part it looks at.
type Form struct {
	list *[]field
	path []string
}

// NewForm starts an empty collection at the root of a body.
func NewForm() Form { return Form{list: new([]field)} }

// At returns the same form pointed at a nested key or index.
func (f Form) At(keys ...any) Form {
	path := make([]string, len(f.path), len(f.path)+len(keys))
	copy(path, f.path)
	for _, k := range keys {
		switch k := k.(type) {
		case int:
			path = append(path, strconv.Itoa(k))
		default:
			path = append(path, fmt.Sprint(k))
		}
	}
	return Form{list: f.list, path: path}
}

// Add notes one mistake at the form's place; the message is formatted as by fmt.Sprintf.
func (f Form) Add(code, message string, args ...any) {
	if len(args) > 0 {
		message = fmt.Sprintf(message, args...)
	}
	*f.list = append(*f.list, field{f.path, code, message})
}

// Bad reports whether anything was added anywhere in the body.
func (f Form) Bad() bool { return len(*f.list) > 0 }

// Err returns nil when nothing was added, else the refusal 50035 with every mistake in it.
func (f Form) Err() error {
	if !f.Bad() {
		return nil
	}
	return &Error{Status: http.StatusBadRequest, Code: 50035, Message: "Invalid Form Body", fields: *f.list}
}

// Required notes that a field is missing.
func (f Form) Required() { f.Add("BASE_TYPE_REQUIRED", "This field is required") }

// Length checks a text's length in characters, both ends included.
func (f Form) Length(s string, least, most int) {
	n := utf8.RuneCountInString(s)
	switch {
	case n >= least && n <= most:
	case n == 0 && least > 0:
		f.Required()
	case least == 0:
		f.Add("BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", most)
	default:
		f.Add("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}

// Count checks the length of a list, both ends included.
func (f Form) Count(n, least, most int) {
	switch {
	case n >= least && n <= most:
	case least == 0:
		f.Add("BASE_TYPE_MAX_LENGTH", "Must be %d or fewer in length.", most)
	default:
		f.Add("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}

// Range checks a number, both ends included.
func (f Form) Range(n, least, most int) {
	switch {
	case n < least:
		f.Add("NUMBER_TYPE_MIN", "int value should be greater than or equal to %d.", least)
	case n > most:
		f.Add("NUMBER_TYPE_MAX", "int value should be less than or equal to %d.", most)
	}
}

// OneOf notes that a value is not one of those allowed; allowed is shown as it is.
func (f Form) OneOf(allowed string) {
	f.Add("BASE_TYPE_CHOICES", "Value must be one of {%s}.", allowed)
}

// Unique notes each value of a list that is in it before.
func Unique[T comparable](f Form, list []T) {
	seen := make(map[T]bool, len(list))
	for i, v := range list {
		if seen[v] {
			f.At(i).Add("SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
		}
		seen[v] = true
	}
}

// tree renders the flat list in Discord's nested form.
func (e *Error) tree() map[string]any {
	if len(e.fields) == 0 {
		return nil
	}
	type mistake struct {
		Code    string `json:"code"`
		Message string `json:"message"`
	}
	root := make(map[string]any)
	for _, f := range e.fields {
		at := root
		for _, key := range f.path {
			next, ok := at[key].(map[string]any)
			if !ok {
				next = make(map[string]any)
				at[key] = next
			}
			at = next
		}
		list, _ := at["_errors"].([]mistake)
		at["_errors"] = append(list, mistake{f.code, f.message})
	}
	return root
}
