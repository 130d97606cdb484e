package engine

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// Problem says what is wrong with a rule, and where. The message is for the owner.
type Problem struct {
	Rule     string `json:"rule,omitempty"`   // id or name of the rule, from Compile
	Location string `json:"location"`         // "config.regex_patterns[2]"
	Offset   *int   `json:"offset,omitempty"` // in characters, within the value
	Message  string `json:"message"`
}

// Problems is an error that names every mistake.
type Problems []Problem

// Error joins the messages.
func (p Problems) Error() string {
	lines := make([]string, 0, len(p))
	for _, problem := range p {
		lines = append(lines, problem.Location+": "+problem.Message)
	}
	return strings.Join(lines, "\n")
}

// problemOf turns an error of decoding into a problem at the place.
func problemOf(location string, err error) Problem {
	var inner Problems
	if errors.As(err, &inner) && len(inner) > 0 {
		return inner[0]
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return Problem{Location: below(location, wrong.Field), Message: fmt.Sprintf("This must be %s, not %s.", kindName(wrong.Type.Kind()), wrong.Value)}
	}
	if _, field, ok := strings.Cut(err.Error(), "json: unknown field "); ok {
		return Problem{Location: below(location, strings.Trim(field, `"`)), Message: "There is no such setting."}
	}
	return Problem{Location: location, Message: "This cannot be read: " + err.Error() + "."}
}

func below(location, field string) string {
	if location == "" || field == "" {
		return location + field
	}
	return location + "." + field
}
