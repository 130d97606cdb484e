package access

import "github.com/disgoorg/snowflake/v2"

// Authority is on whose behalf something is asked for. The zero value is nobody, who may name no role.
type Authority struct {
	kind kind
	user snowflake.ID
}

type kind uint8

const (
	nobody kind = iota
	member
	owner
	key
)

// AsMember is somebody who has the rights that they hold in the guild.
func AsMember(user snowflake.ID) Authority { return Authority{kind: member, user: user} }

// AsOwner is somebody who counts as the owner of every guild: who administers the installation.
func AsOwner() Authority { return Authority{kind: owner} }

// AsKey is a program with an API key, which represents no person: it may name what the bot itself can
// give.
func AsKey() Authority { return Authority{kind: key} }

// User is the member whose rights count; false when it is not a member's rights that do.
func (a Authority) User() (snowflake.ID, bool) { return a.user, a.kind == member }
