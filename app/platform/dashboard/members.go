package dashboard

import (
	"slices"
	"strconv"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	shortestID = 15 // digits of a Discord id; what is shorter is a name
	namesakes  = 25 // members that a name is compared with
)

// MemberField is an input for a member of the request's guild, by name or id, which offers names as one
// types. Member reads what was typed.
func (r *Request) MemberField(name, label, value string) ui.Field {
	return ui.Field{
		Name: name, Label: label, Value: value, Longest: 100, Placeholder: r.T("name or ID"), Hint: "off",
		Suggest: r.Guild.Path() + "/members?of=" + name,
	}
}

// Member finds out whom somebody means by a name or an id; an id may be of somebody who has left. problem
// says why nobody was found.
func (r *Request) Member(text string) (user snowflake.ID, problem i18n.Text) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "@")
	if id, err := strconv.ParseUint(text, 10, 63); err == nil && len(text) >= shortestID {
		return snowflake.ID(id), i18n.Text{}
	}
	if text == "" {
		return 0, i18n.M("Enter a name or ID.")
	}
	found, err := r.pages.config.Directory.Search(r.Context(), r.Guild.ID, text, namesakes)
	if err != nil {
		return 0, i18n.M("Discord is not responding, so names cannot be looked up. Enter the ID, or try again in a moment.")
	}
	exact := slices.DeleteFunc(slices.Clone(found), func(m discord.Member) bool { return !strings.EqualFold(m.User.Username, text) })
	if len(exact) == 0 {
		exact = slices.DeleteFunc(slices.Clone(found), func(m discord.Member) bool { return !strings.EqualFold(m.EffectiveName(), text) })
	}
	if len(exact) == 0 {
		exact = found
	}
	switch len(exact) {
	case 0:
		return 0, i18n.M("No member’s name starts with this. To find someone who has left, enter their ID.")
	case 1:
		return exact[0].User.ID, i18n.Text{}
	}
	names := make([]string, min(len(exact), 5))
	for i := range names {
		names[i] = exact[i].User.Username
	}
	return 0, i18n.M("Several members match. Enter the username: %s.", strings.Join(names, ", "))
}
