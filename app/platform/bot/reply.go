package bot

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Reply is what a Handler responds with: a message, a change of the message whose component was
// used, or a modal. Nobody is pinged by it but those named in Ping.
type Reply struct {
	Embeds     []discord.Embed
	Components []discord.LayoutComponent
	Ping       []snowflake.ID       // mentioned in front of the message, and notified
	Ephemeral  bool                 // only the person who asked sees it
	Update     bool                 // replace the message whose component was used
	Modal      *discord.ModalCreate // instead of a message; impossible once the response was deferred
	Then       *Reply               // a further message behind this one

	// Followed is called when the message became a follow-up, because the response was deferred otherwise:
	// then it is not what Discord calls the original response. May be nil.
	Followed func(ctx context.Context, message snowflake.ID)
}

// Public is a reply of one embed that everyone in the channel sees.
func Public(e discord.Embed, components ...discord.LayoutComponent) Reply {
	return Reply{Embeds: []discord.Embed{e}, Components: components}
}

// Ephemeral is a reply of one embed that only the person who asked sees.
func Ephemeral(e discord.Embed, components ...discord.LayoutComponent) Reply {
	return Reply{Embeds: []discord.Embed{e}, Components: components, Ephemeral: true}
}

// Replace puts one embed in place of the message whose component was used, components and all.
func Replace(e discord.Embed, components ...discord.LayoutComponent) Reply {
	return Reply{Embeds: []discord.Embed{e}, Components: components, Update: true}
}

// refusal turns an error into what the person is told. The second result is true when
// the error is ours to look into: the person only learns the reference to quote.
func refusal(p *i18n.Printer, err error, reference snowflake.ID) (Reply, bool) {
	if f := fault.As(err); f != nil {
		return Ephemeral(refusalEmbed(p, f)), false
	}
	if errors.Is(err, store.ErrUnavailable) {
		return Ephemeral(Error(p.T("Not available right now"),
			p.T("The database cannot be reached. Please try again in a moment; nothing is paid twice."))), true
	}
	return Ephemeral(Error(p.T("Something went wrong"), p.T(
		"This is our fault, not yours. Please try again. If it keeps happening, give the server’s team this reference: `%s`", reference))), true
}

// refusalEmbed is how a fault is shown: its message, and when it is worth trying again.
func refusalEmbed(p *i18n.Printer, f *fault.Error) discord.Embed {
	format, values := f.Words()
	text := p.T(format, values...)
	if at, ok := f.Data["retry_at"].(time.Time); ok {
		text += " " + p.T("Try again %s.", Relative(at))
	}
	return Error(refusalTitle(p, f.Kind), text)
}

func refusalTitle(p *i18n.Printer, k fault.Kind) string {
	switch k {
	case fault.Invalid:
		return p.T("Check what you entered")
	case fault.NotFound:
		return p.T("Not found")
	case fault.Forbidden, fault.Unauthorized:
		return p.T("Not allowed")
	case fault.Unavailable:
		return p.T("Not available right now")
	default:
		return p.T("That didn’t work")
	}
}

// ReplaceRefused puts a refusal in place of the message whose component was used, for a question
// whose buttons are of no use any more. An error that is not a fault is returned.
func (i *Interaction) ReplaceRefused(err error) (Reply, error) {
	f := fault.As(err)
	if f == nil {
		return Reply{}, err
	}
	return Replace(refusalEmbed(i.Printer, f)), nil
}

// Outdated is the fault of a button that holds what the program did not write.
func Outdated() error {
	return fault.New(fault.Invalid, "invalid", "This button no longer works. Run the command again.")
}

func (r Reply) message() discord.MessageCreate {
	m := discord.MessageCreate{
		Content:         r.content(),
		Embeds:          r.Embeds,
		Components:      r.Components,
		AllowedMentions: r.mentions(),
	}
	if r.Ephemeral {
		m.Flags = discord.MessageFlagEphemeral
	}
	return m
}

// edit sets every field, so that components of the earlier message do not stay behind.
func (r Reply) edit() discord.MessageUpdate {
	content, embeds, components := r.content(), r.Embeds, r.Components
	if embeds == nil {
		embeds = []discord.Embed{}
	}
	if components == nil {
		components = []discord.LayoutComponent{}
	}
	return discord.MessageUpdate{
		Content: &content, Embeds: &embeds, Components: &components, AllowedMentions: r.mentions(),
	}
}

func (r Reply) content() string {
	var s string
	for i, id := range r.Ping {
		if i > 0 {
			s += " "
		}
		s += discord.UserMention(id)
	}
	return s
}

func (r Reply) mentions() *discord.AllowedMentions {
	return &discord.AllowedMentions{Parse: []discord.AllowedMentionType{}, Users: r.Ping}
}
