package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"strings"
)

// loadDotEnv adds the variables of a .env file to the environment, which takes precedence.
func loadDotEnv() error {
	text, err := os.ReadFile(".env")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return fmt.Errorf("reading .env: %w", err)
	}
	variables, err := parseDotEnv(text)
	if err != nil {
		return fmt.Errorf("reading .env: %w", err)
	}
	for _, v := range variables {
		if _, set := os.LookupEnv(v.name); set {
			continue
		}
		if err := os.Setenv(v.name, v.value); err != nil {
			return fmt.Errorf("reading .env: set %s: %w", v.name, err)
		}
	}
	return nil
}

type variable struct{ name, value string }

var assignment = regexp.MustCompile(`^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*(.*)$`)

// parseDotEnv reads lines of the form NAME=value. A value is taken as it is written: nothing in it is replaced.
// Quotes around it are left out, and without them what follows a # after a space; later lines win. An error names
// the line and never its text, which may be a secret.
func parseDotEnv(text []byte) ([]variable, error) {
	if bytes.HasPrefix(text, []byte{0xff, 0xfe}) || bytes.HasPrefix(text, []byte{0xfe, 0xff}) || bytes.IndexByte(text, 0) >= 0 {
		return nil, errors.New("it is written in UTF-16; save it as UTF-8")
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	at := map[string]int{}
	var found []variable
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		parts := assignment.FindStringSubmatch(line)
		if parts == nil {
			return nil, fmt.Errorf("line %d is not of the form NAME=value", number)
		}
		value, ok := unquote(parts[2])
		if !ok {
			return nil, fmt.Errorf("line %d has a quote that is not closed, or text behind it", number)
		}
		if i, again := at[parts[1]]; again {
			found[i].value = value
			continue
		}
		at[parts[1]] = len(found)
		found = append(found, variable{parts[1], value})
	}
	return found, nil
}

// unquote takes the quotes or the comment off a value.
func unquote(value string) (string, bool) {
	if value == "" || value[0] != '"' && value[0] != '\'' {
		if strings.HasPrefix(value, "#") {
			return "", true
		}
		if i := strings.IndexAny(value, " \t"); i >= 0 {
			for ; i < len(value); i++ {
				if value[i] == '#' && (value[i-1] == ' ' || value[i-1] == '\t') {
					value = value[:i]
				}
			}
		}
		return strings.TrimSpace(value), true
	}
	inside, behind, closed := strings.Cut(value[1:], value[:1])
	behind = strings.TrimSpace(behind)
	return inside, closed && (behind == "" || strings.HasPrefix(behind, "#"))
}
