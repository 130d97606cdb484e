package world

import (
	"bytes"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// value checks one option and returns it as the interaction carries it.
func (r *resolver) value(f problem.Form, o *wire.CommandOption, raw json.RawMessage) json.RawMessage {
	if len(o.Choices) > 0 && !slices.ContainsFunc(o.Choices, func(c wire.Choice) bool { return sameJSON(c.Value, raw) }) {
		f.Add("APPLICATION_COMMAND_OPTION_CHOICE", "The value is not one of the choices")
		return raw
	}
	switch o.Type {
	case wire.StringOption:
		var s string
		if json.Unmarshal(raw, &s) != nil {
			f.Add("STRING_TYPE_CONVERT", "Could not interpret \"%s\" as string.", raw)
			return raw
		}
		length(f, s, o)
	case wire.IntegerOption, wire.NumberOption:
		return number(f, o, raw)
	case wire.BooleanOption:
		if !bytes.Equal(raw, []byte("true")) && !bytes.Equal(raw, []byte("false")) {
			f.Add("BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
		}
	default:
		var id ID
		if json.Unmarshal(raw, &id) != nil || id == 0 {
			f.Add("NUMBER_TYPE_COERCE", "Value %s is not snowflake.", raw)
			return raw
		}
		r.resolve(f, o.Type, id, o.ChannelTypes)
	}
	return raw
}

func length(f problem.Form, s string, o *wire.CommandOption) {
	least, most := 1, 6000
	if o.MinLength != nil {
		least = *o.MinLength
	}
	if o.MaxLength != nil {
		most = *o.MaxLength
	}
	if n := utf8.RuneCountInString(s); n < least || n > most {
		f.Add("BASE_TYPE_BAD_LENGTH", "Must be between %d and %d in length.", least, most)
	}
}

const mostInteger = 1<<53 - 1 // Discord's integers fit a JavaScript number

func number(f problem.Form, o *wire.CommandOption, raw json.RawMessage) json.RawMessage {
	n, err := strconv.ParseFloat(string(bytes.Trim(raw, `"`)), 64)
	if err != nil || o.Type == wire.IntegerOption && (n != math.Trunc(n) || math.Abs(n) > mostInteger) {
		f.Add("NUMBER_TYPE_COERCE", "Value %s is not int.", raw)
		return raw
	}
	for _, bound := range []struct {
		limit *json.Number
		sign  float64
		code  string
		word  string
	}{{o.MinValue, 1, "NUMBER_TYPE_MIN", "greater"}, {o.MaxValue, -1, "NUMBER_TYPE_MAX", "less"}} {
		if bound.limit == nil {
			continue
		}
		if limit, err := bound.limit.Float64(); err == nil && (n-limit)*bound.sign < 0 {
			f.Add(bound.code, "value should be %s than or equal to %s.", bound.word, bound.limit)
		}
	}
	if o.Type == wire.IntegerOption {
		return json.RawMessage(strconv.FormatInt(int64(n), 10))
	}
	return json.RawMessage(bytes.Trim(raw, `"`))
}

// resolve looks up what an id stands for, and refuses what is not there.
func (r *resolver) resolve(f problem.Form, kind int, id ID, channelTypes []int) {
	key := id.String()
	g := r.ch.guild
	r.used = true
	unknown := func(what string) { f.Add("MODEL_NOT_FOUND", "Unknown %s %s", what, key) }
	switch kind {
	case wire.UserOption:
		if !r.user(id) {
			unknown("User")
		}
	case wire.RoleOption:
		if g == nil || g.roles[id] == nil {
			unknown("Role")
			return
		}
		put(&r.out.Roles, key, g.roles[id])
	case wire.MentionableOption:
		if g != nil && g.roles[id] != nil {
			put(&r.out.Roles, key, g.roles[id])
		} else if !r.user(id) {
			unknown("User")
		}
	case wire.ChannelOption:
		ch := r.w.chans[id]
		if ch == nil || ch.guild != g {
			unknown("Channel")
			return
		}
		if len(channelTypes) > 0 && !slices.Contains(channelTypes, ch.wire.Type) {
			f.Add("CHANNEL_TYPE_INVALID", "The channel is of another type")
			return
		}
		c := new(*ch.wire)
		c.Permissions = new(r.w.allowed(r.w.app.BotID, ch))
		put(&r.out.Channels, key, c)
	case wire.AttachmentOption:
		f.Required()
	}
}

func (r *resolver) user(id ID) bool {
	u := r.w.users[id]
	if u == nil {
		return false
	}
	r.used = true
	put(&r.out.Users, id.String(), u)
	if r.ch.guild != nil {
		if m := r.w.resolvedMember(r.ch, id); m != nil {
			put(&r.out.Members, id.String(), m)
		}
	}
	return true
}

// target resolves what a context menu was opened on.
func (r *resolver) target(f problem.Form, kind int, id ID) {
	if kind == wire.UserCommand {
		if !r.user(id) {
			f.Add("MODEL_NOT_FOUND", "Unknown User %s", id)
		}
		return
	}
	p, err := r.ch.post(id)
	if err != nil {
		f.Add("MODEL_NOT_FOUND", "Unknown Message %s", id)
		return
	}
	r.used, r.message = true, id
	put(&r.out.Messages, id.String(), p.msg)
}

func sameJSON(a, b json.RawMessage) bool {
	var x, y any
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	return x == y
}
