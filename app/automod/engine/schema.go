package engine

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Defaults and bounds are in the tags of the settings, so that the checks here, the OpenAPI
// document and the editor say the same.

// forFields calls do for each field of the struct behind the pointer, with its name in JSON.
func forFields(pointer any, do func(field reflect.StructField, name string, value reflect.Value)) {
	value := reflect.ValueOf(pointer).Elem()
	for i := range value.NumField() {
		field := value.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		do(field, name, value.Field(i))
	}
}

func setDefaults(pointer any) {
	forFields(pointer, func(field reflect.StructField, _ string, value reflect.Value) {
		def, ok := field.Tag.Lookup("default")
		if !ok {
			return
		}
		if value.Kind() == reflect.Pointer {
			value.Set(reflect.New(value.Type().Elem()))
			value = value.Elem()
		}
		switch value.Kind() {
		case reflect.String:
			value.SetString(def)
		case reflect.Bool:
			value.SetBool(def == "true")
		case reflect.Float64:
			number, _ := strconv.ParseFloat(def, 64)
			value.SetFloat(number)
		default:
			number, _ := strconv.ParseInt(def, 10, 64)
			value.SetInt(number)
		}
	})
}

// fillLists makes each list that is nil an empty one: a list is never null.
func fillLists(pointer any) {
	forFields(pointer, func(_ reflect.StructField, _ string, value reflect.Value) {
		if value.Kind() == reflect.Slice && value.IsNil() {
			value.Set(reflect.MakeSlice(value.Type(), 0, 0))
		}
	})
}

// checkBounds compares the struct behind the pointer with its tags.
func checkBounds(location string, pointer any) (problems Problems) {
	forFields(pointer, func(field reflect.StructField, name string, value reflect.Value) {
		if value.IsZero() && strings.HasSuffix(field.Tag.Get("json"), ",omitempty") {
			return
		}
		if value.Kind() == reflect.Pointer {
			if value.IsNil() {
				return
			}
			value = value.Elem()
		}
		at := below(location, name)
		refuse := func(at, format string, args ...any) {
			problems = append(problems, Problem{Location: at, Message: fmt.Sprintf(format, args...)})
		}
		bound := func(tag string) (float64, bool) {
			number, err := strconv.ParseFloat(field.Tag.Get(tag), 64)
			return number, err == nil
		}
		between := func(at, low, high, what string, n float64) {
			least, hasLeast := bound(low)
			most, hasMost := bound(high)
			switch {
			case hasLeast && n < least:
				refuse(at, "%s %v is too small: at least %v.", what, n, least)
			case hasMost && n > most:
				refuse(at, "%s %v is too large: at most %v.", what, n, most)
			}
		}
		switch value.Kind() {
		case reflect.Int, reflect.Int64:
			between(at, "minimum", "maximum", "The number", float64(value.Int()))
		case reflect.Float64:
			between(at, "minimum", "maximum", "The number", value.Float())
		case reflect.String:
			between(at, "minLength", "maxLength", "The length", float64(utf8.RuneCountInString(value.String())))
			if enum, ok := field.Tag.Lookup("enum"); ok && !inList(enum, value.String()) {
				refuse(at, "This must be one of %s.", strings.ReplaceAll(enum, ",", ", "))
			}
		case reflect.Slice:
			between(at, "minItems", "maxItems", "The number of entries", float64(value.Len()))
			least, most, ok := strings.Cut(field.Tag.Get("each"), ",")
			if !ok {
				return
			}
			low, _ := strconv.Atoi(least)
			high, _ := strconv.Atoi(most)
			for i := range value.Len() {
				if n := utf8.RuneCountInString(value.Index(i).String()); n < low || n > high {
					refuse(fmt.Sprintf("%s[%d]", at, i), "The entry has %d characters: %d to %d are allowed.", n, low, high)
				}
			}
		}
	})
	return problems
}

func inList(list, value string) bool {
	for entry := range strings.SplitSeq(list, ",") {
		if entry == value {
			return true
		}
	}
	return false
}

// kindName says what a value must be.
func kindName(kind reflect.Kind) string {
	switch kind {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int64, reflect.Uint64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.String:
		return "text"
	case reflect.Slice:
		return "a list"
	}
	return "an object"
}
