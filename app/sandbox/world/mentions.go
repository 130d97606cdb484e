package world

import (
	"regexp"
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

var mention = regexp.MustCompile(`<@(!|&)?(\d{15,20})>`)

// mention finds whom a text pings: those in it, as far as allowed mentions let it, and roles
// and everyone as far as the writer may.
func (w *World) mention(ch *channel, m *wire.Message, allowed *wire.AllowedMentions, may wire.Permissions) {
	m.Mentions, m.MentionRoles, m.MentionEveryone = []*wire.User{}, []ID{}, false
	for _, hit := range mention.FindAllStringSubmatch(m.Content, -1) {
		id := parseID(hit[2])
		if hit[1] == "&" {
			if w.pingsRole(ch, id, allowed, may) && !slices.Contains(m.MentionRoles, id) {
				m.MentionRoles = append(m.MentionRoles, id)
			}
			continue
		}
		if u := w.users[id]; u != nil && (allowed == nil || slices.Contains(allowed.Parse, "users") || slices.Contains(allowed.Users, id)) {
			m.Mentions = appendUser(m.Mentions, u)
		}
	}
	loud := strings.Contains(m.Content, "@everyone") || strings.Contains(m.Content, "@here")
	m.MentionEveryone = loud && may.Has(wire.MentionEveryone) && (allowed == nil || slices.Contains(allowed.Parse, "everyone"))
}

func (w *World) pingsRole(ch *channel, id ID, allowed *wire.AllowedMentions, may wire.Permissions) bool {
	if ch.guild == nil || ch.guild.roles[id] == nil {
		return false
	}
	if !ch.guild.roles[id].Mentionable && !may.Has(wire.MentionEveryone) {
		return false
	}
	return allowed == nil || slices.Contains(allowed.Parse, "roles") || slices.Contains(allowed.Roles, id)
}

func appendUser(list []*wire.User, u *wire.User) []*wire.User {
	for _, have := range list {
		if have.ID == u.ID {
			return list
		}
	}
	return append(list, u)
}

func parseID(s string) (id ID) {
	for _, c := range s {
		id = id*10 + ID(c-'0')
	}
	return id
}
