package config

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/smarter-dev/smarterdev/ui"
)

// Facts lists every setting with its value, and for secrets only whether they are set.
func Facts(c Config) []ui.Fact { return factsOf(reflect.ValueOf(c)) }

func factsOf(group reflect.Value) []ui.Fact {
	var list []ui.Fact
	for i := range group.NumField() {
		field := group.Type().Field(i)
		name := field.Tag.Get("env")
		switch {
		case field.Anonymous:
			list = append(list, factsOf(group.Field(i))...)
		case name == "" || hidden(field):
		case group.Field(i).Type() == reflect.TypeFor[Secret]():
			fact := ui.Fact{Name: name}
			if !group.Field(i).IsZero() {
				fact.Value = "set"
			}
			list = append(list, fact)
		case group.Field(i).IsZero():
			list = append(list, ui.Fact{Name: name})
		default:
			list = append(list, ui.Fact{Name: name, Value: strings.Trim(fmt.Sprint(group.Field(i).Interface()), "[]")})
		}
	}
	return list
}

func hidden(field reflect.StructField) bool {
	_, is := field.Tag.Lookup("hidden")
	return is
}
