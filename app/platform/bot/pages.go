package bot

import (
	"strconv"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// lastPage bounds what the button of a list can ask for.
const lastPage = 100_000

// Turn is a button under a list that leads to another page of it. Its Path is a custom id, and another one
// than that of the button beside it also where it is off.
type Turn struct {
	Label, Path string
	Off         bool // it leads nowhere
}

// Turns is a row of two buttons; none where neither leads anywhere.
func Turns(back, on Turn) []discord.LayoutComponent {
	if back.Off && on.Off {
		return nil
	}
	return []discord.LayoutComponent{discord.NewActionRow(
		discord.NewSecondaryButton(back.Label, back.Path).WithDisabled(back.Off),
		discord.NewSecondaryButton(on.Label, on.Path).WithDisabled(on.Off),
	)}
}

// PageTurns are Turns to the pages before and behind one, from 0. path is the custom id that asks for a
// page; more says that there is one behind.
func PageTurns(p *i18n.Printer, path func(page int) string, page int, more bool) []discord.LayoutComponent {
	return Turns(Turn{p.T("Previous"), path(page - 1), page == 0}, Turn{p.T("Next"), path(page + 1), !more})
}

// TurnedPage reads what the button of a list asks for: the variables page and asker of its pattern, the
// latter whose list it is. ok is false when the program did not write them.
func (i *Interaction) TurnedPage() (page int, asker snowflake.ID, ok bool) {
	page, err := strconv.Atoi(i.Vars["page"])
	asker, err2 := snowflake.Parse(i.Vars["asker"])
	return page, asker, err == nil && err2 == nil && page >= 0 && page <= lastPage
}

// Turned makes a reply replace the page whose button was pressed, or respond ephemerally to somebody who
// is not its owner.
func Turned(r Reply, owner bool) Reply {
	r.Update, r.Ephemeral = owner, !owner
	return r
}
