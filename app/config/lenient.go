package config

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// Lenient reads the settings that are not plain text, for kong's mapper named "setting". A text
// that it cannot read is not an error yet: it is remembered and the default is used, so that all
// problems of a configuration are reported at once.
type Lenient struct {
	unread map[*kong.Value]Problem
}

// Decode implements kong.Mapper for whole numbers, ids and lists of them.
func (l *Lenient) Decode(ctx *kong.DecodeContext, target reflect.Value) error {
	var text string
	if err := ctx.Scan.PopValueInto("value", &text); err != nil {
		return err
	}
	if text = strings.TrimSpace(text); text == "" {
		text = ctx.Value.Default
	}
	value, err := parse(text, target.Type())
	if err != nil {
		if l.unread == nil {
			l.unread = make(map[*kong.Value]Problem)
		}
		l.unread[ctx.Value] = Problem{variableOf(ctx.Value), fmt.Sprintf("is %q", text), "write " + err.Error()}
		if value, err = parse(ctx.Value.Default, target.Type()); err != nil {
			return fmt.Errorf("the default of --%s: %w", ctx.Value.Name, err)
		}
	}
	target.Set(value)
	return nil
}

// Problems returns what could not be read among the flags of the command that ctx runs.
func (l *Lenient) Problems(ctx *kong.Context) Problems {
	var found Problems
	for _, flag := range ctx.Flags() {
		if problem, ok := l.unread[flag.Value]; ok {
			found = append(found, problem)
		}
	}
	return found
}

func variableOf(value *kong.Value) string {
	if len(value.Tag.Envs) > 0 {
		return value.Tag.Envs[0]
	}
	return "--" + value.Name
}

// parse reads text as a value of type t; no text is the zero value. The error says what to write.
func parse(text string, t reflect.Type) (reflect.Value, error) {
	value := reflect.New(t).Elem()
	if text == "" {
		return value, nil
	}
	if t == reflect.TypeFor[time.Duration]() {
		d, err := time.ParseDuration(text)
		if err != nil {
			return value, errors.New("a time, such as 30m or 2h")
		}
		value.SetInt(int64(d))
		return value, nil
	}
	switch t.Kind() {
	case reflect.Int:
		n, err := strconv.Atoi(text)
		if err != nil {
			return value, errors.New("a whole number")
		}
		value.SetInt(int64(n))
	case reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return value, errors.New("an id, which is a number of up to 20 digits")
		}
		value.SetUint(n)
	case reflect.Slice:
		for part := range strings.SplitSeq(text, ",") {
			if part = strings.TrimSpace(part); part == "" {
				continue
			}
			element, err := parse(part, t.Elem())
			if err != nil {
				return value, fmt.Errorf("%w, or several separated by commas", err)
			}
			value = reflect.Append(value, element)
		}
	default:
		return value, fmt.Errorf("nothing: a setting cannot be a %s", t)
	}
	return value, nil
}
