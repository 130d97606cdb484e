package bot

import (
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// Reply is what a Handler answers: a message, a change of the message whose component was
// used, or a modal. Nobody is pinged by it but those named in Ping.
type Reply struct {
	Embeds     []discord.Embed
	Components []discord.LayoutComponent
	Ping       []snowflake.ID       // mentioned in front of the message, and notified
	Ephemeral  bool                 // only the person who asked sees it
	Update     bool                 // replace the message whose component was used
	Modal      *discord.ModalCreate // instead of a message; impossible once the answer was deferred
	Then       *Reply               // a further message behind this one
}

// Say is a public reply of one embed.
func Say(e discord.Embed, components ...discord.LayoutComponent) Reply {
	return Reply{Embeds: []discord.Embed{e}, Components: components}
}

// Whisper is a reply of one embed that only the person who asked sees.
func Whisper(e discord.Embed, components ...discord.LayoutComponent) Reply {
	return Reply{Embeds: []discord.Embed{e}, Components: components, Ephemeral: true}
}

// Replace puts one embed in place of the message whose component was used, components and all.
func Replace(e discord.Embed, components ...discord.LayoutComponent) Reply {
	return Reply{Embeds: []discord.Embed{e}, Components: components, Update: true}
}

// refusal turns an error into what the person is told. The second result is true when
// the error is ours to look into: the person only learns the reference to quote.
func refusal(err error, reference snowflake.ID) (Reply, bool) {
	if f := fault.As(err); f != nil {
		return Whisper(Refusal(f)), false
	}
	if errors.Is(err, store.ErrUnavailable) {
		return Whisper(Error("Not available right now",
			"The database cannot be reached. Please try again in a moment; nothing is paid twice.")), true
	}
	return Whisper(Error("Something went wrong", fmt.Sprintf(
		"That is our fault, not yours. Please try again; if it stays, give the server's team this reference: `%s`.", reference))), true
}

// Refusal is how a fault is shown: its message, and when it is worth trying again.
func Refusal(f *fault.Error) discord.Embed {
	text := f.Message
	if at, ok := f.Data["retry_at"].(time.Time); ok {
		text += " That is " + Relative(at) + "."
	}
	return Error(refusalTitle(f.Kind), text)
}

func refusalTitle(k fault.Kind) string {
	switch k {
	case fault.Invalid:
		return "That does not fit"
	case fault.NotFound:
		return "Not found"
	case fault.Forbidden, fault.Unauthorized:
		return "Not allowed"
	case fault.Unavailable:
		return "Not available right now"
	default:
		return "Not possible"
	}
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

// edit says everything anew, so that components of the earlier message do not stay behind.
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
