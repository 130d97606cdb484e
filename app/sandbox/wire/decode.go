package wire

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

// Decode reads a JSON body into v, which is a pointer, as Discord reads one: snowflakes and
// integers may be strings or numbers, a field of null is as absent, unknown fields are ignored.
// What cannot be read is refused with 50035 and its path, text that is not JSON with 50109.
func Decode(raw []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var body any
	if d.Decode(&body) != nil {
		return problem.InvalidJSON
	}
	if _, err := d.Token(); err != io.EOF {
		return problem.InvalidJSON
	}
	f := problem.NewForm()
	assign(f, reflect.ValueOf(v).Elem(), body)
	return f.Err()
}

// nullable is a target that tells null from absent.
type nullable interface{ present(null bool) any }

var (
	idType          = reflect.TypeFor[ID]()
	timeType        = reflect.TypeFor[Time]()
	plainTimeType   = reflect.TypeFor[time.Time]()
	permissionsType = reflect.TypeFor[Permissions]()
	rawType         = reflect.TypeFor[json.RawMessage]()
	numberType      = reflect.TypeFor[json.Number]()
)

// assign puts a decoded JSON value into a field, or notes in the form why it cannot.
func assign(f problem.Form, to reflect.Value, from any) {
	if n, ok := to.Addr().Interface().(nullable); ok {
		inner := n.present(from == nil)
		if from != nil {
			assign(f, reflect.ValueOf(inner).Elem(), from)
		}
		return
	}
	if to.Type() == rawType {
		if text, err := json.Marshal(from); err == nil {
			to.SetBytes(text)
		}
		return
	}
	if one, ok := to.Addr().Interface().(*OneOrMore); ok {
		if _, list := from.([]any); !list && from != nil {
			from = []any{from}
		}
		assign(f, reflect.ValueOf((*[]ID)(one)).Elem(), from)
		return
	}
	if from == nil {
		switch to.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
			to.SetZero()
		}
		return
	}
	if scalar(f, to, from) {
		return
	}
	switch to.Kind() {
	case reflect.Pointer:
		fresh := reflect.New(to.Type().Elem())
		assign(f, fresh.Elem(), from)
		to.Set(fresh)
	case reflect.Interface:
		to.Set(reflect.ValueOf(from))
	case reflect.Slice:
		assignList(f, to, from)
	case reflect.Map:
		assignMap(f, to, from)
	case reflect.Struct:
		fields, ok := from.(map[string]any)
		if !ok {
			f.Add("MODEL_TYPE_CONVERT", "Only dictionaries may be used in a ModelType")
			return
		}
		assignStruct(f, to, fields)
	}
}

// scalar assigns what is one value in JSON; false when the target holds more than that.
func scalar(f problem.Form, to reflect.Value, from any) bool {
	text := plainText(from)
	switch to.Type() {
	case idType:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			f.Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not snowflake.", text)
		}
		to.SetUint(n)
		return true
	case permissionsType:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			f.Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", text)
		}
		to.SetUint(n)
		return true
	case timeType, plainTimeType:
		at, ok := parseTime(from)
		if !ok {
			f.Add("DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", text)
			return true
		}
		if to.Type() == timeType {
			to.Set(reflect.ValueOf(At(at)))
		} else {
			to.Set(reflect.ValueOf(at))
		}
		return true
	case numberType:
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			f.Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not number.", text)
			return true
		}
		to.SetString(text)
		return true
	}
	switch {
	case to.Kind() == reflect.String:
		if _, ok := from.(string); !ok {
			f.Add("STRING_TYPE_CONVERT", "Could not interpret \"%s\" as string.", text)
			return true
		}
		to.SetString(text)
	case to.Kind() == reflect.Bool:
		switch strings.ToLower(text) {
		case "true", "1":
			to.SetBool(true)
		case "false", "0":
			to.SetBool(false)
		default:
			f.Add("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
		}
	case to.CanInt():
		n, ok := integer(text)
		if !ok {
			f.Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", text)
		}
		to.SetInt(n)
	case to.CanUint(): // bits, such as intents
		n, ok := integer(text)
		if !ok || n < 0 {
			f.Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", text)
		}
		to.SetUint(uint64(max(n, 0)))
	case to.CanFloat():
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			f.Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not float.", text)
		}
		to.SetFloat(n)
	default:
		return false
	}
	return true
}

// plainText is a scalar as Discord quotes it in its messages.
func plainText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	}
	text, _ := json.Marshal(v)
	return string(text)
}

// integer reads an integer, also one with a fraction of zero.
func integer(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	x, err := strconv.ParseFloat(text, 64)
	if err != nil || x != float64(int64(x)) {
		return 0, false
	}
	return int64(x), true
}

// the forms of ISO 8601 in which libraries write an instant
var timeLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02T15:04:05.999999999", time.DateTime, time.DateOnly}

func parseTime(v any) (time.Time, bool) {
	text, ok := v.(string)
	if !ok {
		return time.Time{}, false
	}
	for _, layout := range timeLayouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}

func assignList(f problem.Form, to reflect.Value, from any) {
	if text, ok := from.(string); ok && to.Type().Elem().Kind() == reflect.Uint8 { // bytes in base64
		data, err := base64.StdEncoding.DecodeString(text)
		if err != nil {
			f.Add("BASE_TYPE_CONVERT", "Could not interpret the value as base64.")
		}
		to.SetBytes(data)
		return
	}
	items, ok := from.([]any)
	if !ok {
		f.Add("LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
		return
	}
	list := reflect.MakeSlice(to.Type(), len(items), len(items))
	for i, item := range items {
		if item == nil && list.Index(i).Kind() == reflect.Struct {
			f.At(i).Add("LIST_ITEM_VALUE_REQUIRED", "List item values of ModelType are required")
			continue
		}
		assign(f.At(i), list.Index(i), item)
	}
	to.Set(list)
}

func assignMap(f problem.Form, to reflect.Value, from any) {
	fields, ok := from.(map[string]any)
	if !ok {
		f.Add("DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
		return
	}
	m := reflect.MakeMapWithSize(to.Type(), len(fields))
	for key, item := range fields {
		value := reflect.New(to.Type().Elem()).Elem()
		assign(f.At(key), value, item)
		m.SetMapIndex(reflect.ValueOf(key).Convert(to.Type().Key()), value)
	}
	to.Set(m)
}

func assignStruct(f problem.Form, to reflect.Value, from map[string]any) {
	for i := range to.NumField() {
		field := to.Type().Field(i)
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case field.Anonymous && name == "":
			assignStruct(f, to.Field(i), from)
			continue
		case !field.IsExported() || name == "-":
			continue
		case name == "":
			name = field.Name
		}
		if value, given := from[name]; given {
			assign(f.At(name), to.Field(i), value)
		}
	}
}

// OneOrMore are ids that may also be written as one id alone.
type OneOrMore []ID
