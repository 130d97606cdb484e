package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Snowflake is an id of Discord's. In JSON it is a string; a number is read too, since Discord
// sends some as numbers.
type Snowflake uint64

// String returns the id in decimal.
func (s Snowflake) String() string { return strconv.FormatUint(uint64(s), 10) }

// MarshalText writes the id in decimal.
func (s Snowflake) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalJSON reads a string or a number.
func (s *Snowflake) UnmarshalJSON(data []byte) error {
	if string(data) == "null" {
		return nil
	}
	id, err := strconv.ParseUint(strings.Trim(string(data), `"`), 10, 64)
	if err != nil {
		return fmt.Errorf("%s is not an id", data)
	}
	*s = Snowflake(id)
	return nil
}

// Mode says what a rule's hits lead to.
type Mode string

const (
	Off     Mode = "off"     // the rule is not asked
	Shadow  Mode = "shadow"  // hits are logged, nobody is acted on
	Enforce Mode = "enforce" // hits are acted on
)

// Rule is one rule of a guild, with the names of the API.
type Rule struct {
	ID             string      `json:"id,omitempty"`
	Name           string      `json:"name" minLength:"1" maxLength:"100"`
	Type           Type        `json:"type"`
	Config         Config      `json:"config"`
	Conditions     Conditions  `json:"conditions"`
	ExemptRoles    []Snowflake `json:"exempt_roles" maxItems:"50"`
	ExemptChannels []Snowflake `json:"exempt_channels" maxItems:"100"` // a category or forum covers what is in it
	Actions        Actions     `json:"actions" minItems:"1" maxItems:"8"`
	Mode           Mode        `json:"mode" enum:"off,shadow,enforce" default:"shadow"`
	TextVersion    int         `json:"text_version"` // text.Version when the rule was saved
}

// Conditions narrow a rule to some members and channels. All that are given must hold.
type Conditions struct {
	MemberForLessThanSeconds  int64       `json:"member_for_less_than_seconds,omitempty" minimum:"1" maximum:"31536000"`
	AccountYoungerThanSeconds int64       `json:"account_younger_than_seconds,omitempty" minimum:"1" maximum:"315360000"`
	RolesAny                  []Snowflake `json:"roles_any,omitempty" maxItems:"50"`
	Channels                  []Snowflake `json:"channels,omitempty" maxItems:"100"` // a category covers what is in it
}

// UnmarshalJSON reads a rule, fills in the defaults of its type and refuses unknown fields. Its
// error is Problems.
func (r *Rule) UnmarshalJSON(data []byte) error {
	type fields Rule // without this method
	raw := struct {
		*fields
		Config json.RawMessage `json:"config"`
	}{fields: (*fields)(r)}
	setDefaults(r)
	if err := decode(data, &raw); err != nil {
		return Problems{problemOf("", err)}
	}
	config := newConfig(r.Type)
	if config == nil {
		return Problems{{Location: "type", Message: fmt.Sprintf("There is no rule type %q.", r.Type)}}
	}
	setDefaults(config)
	if len(raw.Config) > 0 {
		if err := decode(raw.Config, config); err != nil {
			return Problems{problemOf("config", err)}
		}
	}
	r.Config = config
	fillLists(r)
	fillLists(config)
	return nil
}

// decode is json.Unmarshal that refuses unknown fields.
func decode(data []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	return decoder.Decode(into)
}
