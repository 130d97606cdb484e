package engine

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// ActionType is what is done about a hit.
type ActionType string

const (
	ActionDelete   ActionType = "delete"
	ActionWarn     ActionType = "warn"
	ActionTimeout  ActionType = "timeout"
	ActionKick     ActionType = "kick"
	ActionBan      ActionType = "ban"
	ActionNickname ActionType = "nickname"
	ActionAlert    ActionType = "alert"
	ActionNotify   ActionType = "notify"
	ActionSlowmode ActionType = "slowmode"
	ActionRaidMode ActionType = "raid_mode"
)

// Action is one of the structs below.
type Action interface{ Type() ActionType }

// Delete removes the message and, with Burst, what else this rule counted in its window.
type Delete struct {
	Burst bool `json:"burst"`
}

// Warn warns the member.
type Warn struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// Timeout keeps the member from writing for a while.
type Timeout struct {
	DurationSeconds int64  `json:"duration_seconds" minimum:"60" maximum:"2419200"`
	Reason          string `json:"reason,omitempty" maxLength:"500"`
}

// Kick removes the member.
type Kick struct {
	Reason string `json:"reason,omitempty" maxLength:"500"`
}

// Ban bans the member; without a duration for good.
type Ban struct {
	DurationSeconds      *int64 `json:"duration_seconds" minimum:"60" maximum:"315360000"`
	DeleteMessageSeconds int64  `json:"delete_message_seconds" minimum:"0" maximum:"604800" default:"3600"`
	Reason               string `json:"reason,omitempty" maxLength:"500"`
}

// Nickname gives the member a neutral name. {n} becomes a number.
type Nickname struct {
	Nickname string `json:"nickname" minLength:"1" maxLength:"32" default:"Moderated {n}"`
}

// Alert tells the moderators.
type Alert struct {
	ChannelID *Snowflake `json:"channel_id"` // nil: that of the settings
	RoleID    *Snowflake `json:"role_id"`
	Buttons   bool       `json:"buttons" default:"true"`
}

// Notify tells the member why. {rule} and {server} are replaced.
type Notify struct {
	CustomMessage string `json:"custom_message" minLength:"1" maxLength:"150"`
}

// Slowmode slows the channel down for a while.
type Slowmode struct {
	RateLimitPerUser int   `json:"rate_limit_per_user" minimum:"1" maximum:"21600"`
	DurationSeconds  int64 `json:"duration_seconds" minimum:"60" maximum:"86400" default:"600"`
}

// RaidMode pauses invites and direct messages in the guild.
type RaidMode struct {
	DurationSeconds int64 `json:"duration_seconds" minimum:"300" maximum:"86400" default:"3600"`
}

func (*Delete) Type() ActionType   { return ActionDelete }
func (*Warn) Type() ActionType     { return ActionWarn }
func (*Timeout) Type() ActionType  { return ActionTimeout }
func (*Kick) Type() ActionType     { return ActionKick }
func (*Ban) Type() ActionType      { return ActionBan }
func (*Nickname) Type() ActionType { return ActionNickname }
func (*Alert) Type() ActionType    { return ActionAlert }
func (*Notify) Type() ActionType   { return ActionNotify }
func (*Slowmode) Type() ActionType { return ActionSlowmode }
func (*RaidMode) Type() ActionType { return ActionRaidMode }

func newAction(t ActionType) Action {
	for _, action := range []Action{
		&Delete{}, &Warn{}, &Timeout{}, &Kick{}, &Ban{}, &Nickname{}, &Alert{}, &Notify{}, &Slowmode{}, &RaidMode{},
	} {
		if action.Type() == t {
			return action
		}
	}
	return nil
}

// Actions is what a rule does, at most one of each type. In JSON each has its type beside its own
// fields.
type Actions []Action

// Harshness orders actions on a member: a ban is harsher than a kick, and so on. Deleting comes
// below them, what touches nobody is 0.
func (a Actions) Harshness() int {
	harshest := 0
	for _, action := range a {
		switch action.Type() {
		case ActionBan:
			harshest = max(harshest, 5)
		case ActionKick:
			harshest = max(harshest, 4)
		case ActionTimeout:
			harshest = max(harshest, 3)
		case ActionWarn:
			harshest = max(harshest, 2)
		case ActionDelete, ActionNickname:
			harshest = max(harshest, 1)
		}
	}
	return harshest
}

// MarshalJSON writes {"type": …} and the fields of each.
func (a Actions) MarshalJSON() ([]byte, error) {
	var out bytes.Buffer
	out.WriteByte('[')
	for i, action := range a {
		fields, err := json.Marshal(action)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, `{"type":%q`, action.Type())
		if len(fields) > len("{}") {
			out.WriteByte(',')
		}
		out.Write(fields[1:])
	}
	out.WriteByte(']')
	return out.Bytes(), nil
}

// UnmarshalJSON fills in the defaults of each action and refuses unknown fields.
func (a *Actions) UnmarshalJSON(data []byte) error {
	var raw []map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return Problems{problemOf("actions", err)}
	}
	*a = make(Actions, 0, len(raw))
	for i, fields := range raw {
		location := fmt.Sprintf("actions[%d]", i)
		var t ActionType
		if err := json.Unmarshal(fields["type"], &t); err != nil {
			return Problems{{Location: location + ".type", Message: "An action needs its type."}}
		}
		action := newAction(t)
		if action == nil {
			return Problems{{Location: location + ".type", Message: fmt.Sprintf("There is no action %q.", t)}}
		}
		setDefaults(action)
		delete(fields, "type")
		rest, err := json.Marshal(fields)
		if err != nil {
			return err
		}
		if err := decode(rest, action); err != nil {
			return Problems{problemOf(location, err)}
		}
		*a = append(*a, action)
	}
	return nil
}
