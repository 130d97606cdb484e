package ui

import (
	"net/url"
	"strings"
)

// Form is what every form carries: the proof of where it comes from and, after a refusal, what
// was typed and what is wrong with it.
type Form struct {
	Token   string
	Problem string            // what is wrong with the whole
	Errors  map[string]string // by the name of the field
	Typed   url.Values        // nil until something was typed
}

// Field completes a field: what was typed wins over its value, and its error is shown beside it.
func (f Form) Field(field Field) Field {
	field.Error = f.Errors[field.Name]
	if f.Typed == nil {
		return field
	}
	field.Value = f.Typed.Get(field.Name)
	switch field.Type {
	case "checkbox":
		field.Checked = field.Value != ""
	case "choices":
		field.Value = strings.Join(f.Typed[field.Name], "\n")
	}
	return field
}

// Field is one input with its label, help and error.
type Field struct {
	Name        string
	Label       string
	Type        string // as in HTML, also "textarea", "select" and "choices", any number of options; empty is text
	Value       string // of choices: those that are chosen, one a line
	Checked     bool   // of a checkbox
	Help        string
	Error       string
	Unit        string // said behind the input: "bytes"
	Min, Max    string // of a number
	Longest     int    // characters; 0 for no limit
	Required    bool
	Autofocus   bool
	Placeholder string
	Options     []Option // of a select or of choices
	Hint        string   // the browser's autocomplete
	Suggest     string   // address that lists what fits, as one types
}

// HelpID is what the input is described by.
func (f Field) HelpID() string { return "help-" + f.Name }

// ErrorID is what the input's mistake is told by.
func (f Field) ErrorID() string { return "error-" + f.Name }

// ID is the input's own.
func (f Field) ID() string { return "field-" + f.Name }

// Chosen reports whether an option of choices is on.
func (f Field) Chosen(value string) bool {
	for line := range strings.SplitSeq(f.Value, "\n") {
		if line == value {
			return true
		}
	}
	return false
}

// Option is one choice of a select.
type Option struct {
	Value, Label string
	Disabled     bool
}
