package world

import (
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Search selects messages of a guild; zero values select everything.
type Search struct {
	Content     string
	Channels    []ID
	Authors     []ID
	AuthorTypes []string // user, bot, webhook; with - before it: not that one
	Mentions    []ID
	Roles       []ID
	Everyone    *bool
	RepliedTo   []ID // messages
	Pinned      *bool
	Has         []string // image, file, sticker, embed, link, poll, snapshot, sound, video; with -: without it
	Hosts       []string
	Filenames   []string
	Extensions  []string
	Min, Max    ID
	Limit       int
	Offset      int
	Oldest      bool // the oldest come first
}

// Found is what a search found.
type Found struct {
	Deep     bool                 `json:"doing_deep_historical_index"`
	Total    int                  `json:"total_results"`
	Messages [][]*wire.Message    `json:"messages"`
	Threads  []*wire.Channel      `json:"threads"`
	Members  []*wire.ThreadMember `json:"members"`
}

// SearchMessages finds messages in the channels of a guild that someone can read. The first search of
// a guild is told that it is not indexed yet (110000), as Discord often does: it is to ask again.
func (w *World) SearchMessages(by, guild ID, s Search) (*Found, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	g, err := w.guildFor(by, guild)
	if err != nil {
		return nil, err
	}
	if by == w.app.BotID && !w.app.MessageContent {
		return nil, problem.MissingAccess
	}
	if !w.base(g, by).Has(wire.ReadMessageHistory) {
		return nil, problem.MissingPermissions
	}
	if !g.indexed {
		g.indexed = true
		return nil, problem.NotIndexed
	}
	var hits []*post
	for _, id := range slices.Concat(g.channels, g.threads) {
		ch := w.chans[id]
		if len(s.Channels) > 0 && !slices.Contains(s.Channels, id) || !w.allowed(by, ch).Has(wire.ViewChannel|wire.ReadMessageHistory) {
			continue
		}
		for _, p := range ch.posts {
			if p.only == 0 && s.finds(p.msg) {
				hits = append(hits, p)
			}
		}
	}
	slices.SortFunc(hits, func(a, b *post) int {
		if s.Oldest {
			a, b = b, a
		}
		return compareIDs(b.msg.ID, a.msg.ID)
	})
	out := &Found{Total: len(hits), Messages: [][]*wire.Message{}, Threads: []*wire.Channel{}, Members: []*wire.ThreadMember{}}
	hits = hits[min(s.Offset, len(hits)):]
	for _, p := range hits[:min(s.Limit, len(hits))] {
		m := new(*p.show(by))
		m.Reactions = nil
		out.Messages = append(out.Messages, []*wire.Message{m})
		if t := w.chans[m.ChannelID]; t.joined != nil && !slices.Contains(out.Threads, t.wire) {
			out.Threads = append(out.Threads, t.wire)
			if member := t.joined[by]; member != nil {
				out.Members = append(out.Members, member)
			}
		}
	}
	return out, nil
}

func (s *Search) finds(m *wire.Message) bool {
	in := func(list []ID, id ID) bool { return len(list) == 0 || slices.Contains(list, id) }
	mentioned := func(u *wire.User) bool { return slices.Contains(s.Mentions, u.ID) }
	role := func(id ID) bool { return slices.Contains(s.Roles, id) }
	answers := ID(0)
	if m.Reference != nil && m.Type == wire.MessageReply {
		answers = m.Reference.MessageID
	}
	return in(s.Authors, m.Author.ID) && in(s.RepliedTo, answers) &&
		(s.Min == 0 || m.ID > s.Min) && (s.Max == 0 || m.ID < s.Max) &&
		(len(s.Mentions) == 0 || slices.ContainsFunc(m.Mentions, mentioned)) &&
		(len(s.Roles) == 0 || slices.ContainsFunc(m.MentionRoles, role)) &&
		(s.Everyone == nil || *s.Everyone == m.MentionEveryone) && (s.Pinned == nil || *s.Pinned == m.Pinned) &&
		s.says(m) && every(s.Has, m, has) && some(s.AuthorTypes, m, wroteAs) && s.files(m) && s.links(m)
}

// says reports whether every word of the search is in a message.
func (s *Search) says(m *wire.Message) bool {
	text := strings.ToLower(m.Content)
	for word := range strings.FieldsSeq(strings.ToLower(s.Content)) {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}

// every reports whether a message is all that is asked for; a word with - before it asks for the
// contrary.
func every(words []string, m *wire.Message, is func(*wire.Message, string) bool) bool {
	return !slices.ContainsFunc(words, func(word string) bool {
		plain, not := strings.CutPrefix(word, "-")
		return is(m, plain) == not
	})
}

// some reports whether a message is one of what is asked for and nothing that is excluded.
func some(words []string, m *wire.Message, is func(*wire.Message, string) bool) bool {
	wanted, found := false, false
	for _, word := range words {
		if plain, not := strings.CutPrefix(word, "-"); not {
			if is(m, plain) {
				return false
			}
			continue
		}
		wanted, found = true, found || is(m, word)
	}
	return found || !wanted
}

func wroteAs(m *wire.Message, kind string) bool {
	switch kind {
	case "webhook":
		return m.WebhookID != 0 && m.ApplicationID == 0
	case "bot":
		return m.Author.Bot && (m.WebhookID == 0 || m.ApplicationID != 0)
	}
	return kind == "user" && !m.Author.Bot
}

var link = regexp.MustCompile(`https?://[^\s<>]+`)

func has(m *wire.Message, what string) bool {
	of := func(kind string) bool {
		return slices.ContainsFunc(m.Attachments, func(a wire.Attachment) bool { return strings.HasPrefix(a.ContentType, kind+"/") })
	}
	switch what {
	case "image", "video":
		return of(what)
	case "sound":
		return of("audio")
	case "file":
		return len(m.Attachments) > 0
	case "sticker":
		return len(m.StickerItems) > 0
	case "embed":
		return len(m.Embeds) > 0
	case "link":
		return link.MatchString(m.Content)
	case "poll":
		return m.Poll != nil
	case "snapshot":
		return len(m.Snapshots) > 0
	}
	return false
}

func (s *Search) files(m *wire.Message) bool {
	if len(s.Filenames)+len(s.Extensions) == 0 {
		return true
	}
	return slices.ContainsFunc(m.Attachments, func(a wire.Attachment) bool {
		return slices.Contains(s.Filenames, a.Filename) || slices.Contains(s.Extensions, strings.TrimPrefix(path.Ext(a.Filename), "."))
	})
}

func (s *Search) links(m *wire.Message) bool {
	return len(s.Hosts) == 0 || slices.ContainsFunc(link.FindAllString(m.Content, -1), func(raw string) bool {
		u, err := url.Parse(raw)
		return err == nil && slices.Contains(s.Hosts, u.Hostname())
	})
}
