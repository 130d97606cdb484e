package automod

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

const (
	shownHits = 20
	// mostMessages and mostChannels bound what is fetched from Discord to try a rule.
	mostMessages = 2000
	mostChannels = 10
	fetchSlice   = 100
)

// Tried is what a rule would have found.
type Tried struct {
	Looked     int        `json:"looked_at" doc:"How many events it was tried against." example:"500"`
	Matched    int        `json:"matched" doc:"How many it would have found." example:"3"`
	Members    int        `json:"members" doc:"How many different people that was." example:"2"`
	Moderators []string   `json:"moderators" doc:"The moderators among them, who are exempt unless the settings say otherwise." example:"[\"grace\"]"`
	Hidden     int        `json:"hidden_channels" doc:"Channels that were left out, because whoever asks cannot read them." example:"0"`
	Hits       []TriedHit `json:"hits" doc:"The first 20."`
}

// TriedHit is one thing that the rule would have found.
type TriedHit struct {
	Index   int       `json:"index" doc:"The place among what it was tried against, from 0." example:"0"`
	User    string    `json:"user" doc:"Who it was." example:"linus"`
	Channel string    `json:"channel_id" doc:"Where; empty for samples without a channel." example:"1000000000000000005"`
	Message string    `json:"message_id" doc:"The message." example:"1000000000000000102"`
	Part    string    `json:"part" doc:"In which part of it; empty for what was counted." example:"content"`
	Excerpt string    `json:"excerpt" doc:"Up to 100 characters around what matched." example:"free nitro here"`
	Offset  int       `json:"offset" doc:"Where in the excerpt the match begins, in characters." example:"0"`
	Length  int       `json:"length" doc:"How long it is." example:"10"`
	At      time.Time `json:"at" doc:"When it was written." example:"2026-11-22T15:04:05Z"`
}

// tester tries one rule on a sequence of events, with windows of its own.
type tester struct {
	rules   *engine.Compiled
	windows *engine.GuildWindows
	out     Tried
	members map[engine.Snowflake]bool
}

// newTester compiles the rule as if it were enforced on everybody. It fails with invalid and the names of what is wrong.
func (s *Service) newTester(ctx context.Context, guild snowflake.ID, rule engine.Rule) (*tester, error) {
	if rule.Name == "" {
		rule.Name = "test"
	}
	if err := s.check(&rule); err != nil {
		return nil, err
	}
	rule.ID, rule.Mode = "test", engine.Enforce
	compiled, _ := engine.Compile(engine.Settings{GuildID: engine.Snowflake(guild)}, []engine.Rule{rule})
	return &tester{rules: compiled, windows: engine.NewWindows(engine.DefaultLimits()).Guild(engine.Snowflake(guild)),
		out: Tried{Hits: []TriedHit{}, Moderators: []string{}}, members: map[engine.Snowflake]bool{}}, nil
}

// try shows one event to the rule.
func (t *tester) try(e *engine.Event) {
	defer e.Release()
	index := t.out.Looked
	t.out.Looked++
	t.rules.Count(e, t.windows)
	verdict := t.rules.Check(e, t.windows)
	if len(verdict.Matches) == 0 {
		return
	}
	t.out.Matched++
	person := e.Person()
	if !t.members[person.ID] {
		t.members[person.ID] = true
		t.out.Members++
		if e.Member.Permissions&engine.Moderating != 0 {
			t.out.Moderators = append(t.out.Moderators, person.Username)
		}
	}
	if len(t.out.Hits) >= shownHits {
		return
	}
	hit := TriedHit{Index: index, User: person.Username, At: e.At}
	if e.MessageID != 0 {
		hit.Message = e.MessageID.String()
	}
	if len(e.Channels) > 0 && e.Channels[0] != 0 {
		hit.Channel = e.Channels[0].String()
	}
	if hits := verdict.Matches[0].Hits; len(hits) > 0 {
		hit.Part, hit.Length = string(hits[0].Part), hits[0].Length
		hit.Excerpt, hit.Offset = hits[0].Excerpt(excerptLength)
	}
	t.out.Hits = append(t.out.Hits, hit)
}

// TrySamples says what a rule would find in a sequence of samples. It fails with invalid and the names of what is wrong
// with the rule.
func (s *Service) TrySamples(ctx context.Context, guild snowflake.ID, rule engine.Rule, samples []engine.Sample) (Tried, error) {
	t, err := s.newTester(ctx, guild, rule)
	if err != nil {
		return Tried{}, err
	}
	start := s.now()
	for i := range samples {
		t.try(samples[i].ToEvent(start))
	}
	return t.out, nil
}

// TryChannels says what a rule would have found in the last messages of channels, read as whoever asks: channels that they
// cannot see or whose history they cannot read are left out and counted. The messages are fetched from Discord and kept
// nowhere; limit is how many in all, the same share of each channel. It fails with invalid, not_allowed, unavailable and,
// for a rule that reads what messages say, message_content_missing.
func (s *Service) TryChannels(ctx context.Context, guild snowflake.ID, rule engine.Rule, channels []snowflake.ID, limit int, by access.Authority) (Tried, error) {
	if err := s.maySetUp(ctx, guild, by); err != nil {
		return Tried{}, err
	}
	t, err := s.newTester(ctx, guild, rule)
	if err != nil {
		return Tried{}, err
	}
	if err := s.sees(rule.Type); err != nil {
		return Tried{}, err
	}
	r, err := s.ready.Get(ctx, guild)
	if err != nil {
		return Tried{}, err
	}
	readable, err := s.readable(ctx, guild, r.guild, by)
	if err != nil {
		return Tried{}, err
	}
	channels = channels[:min(len(channels), mostChannels)]
	each := min(limit, mostMessages) / max(len(channels), 1)
	var fetched []discord.Message
	for _, id := range channels {
		if !readable[id] {
			t.out.Hidden++
			continue
		}
		for before, left := snowflake.ID(0), each; left > 0; {
			wanted := min(fetchSlice, left)
			some, err := s.discord.GetMessages(id, 0, before, 0, wanted, rest.WithCtx(ctx))
			if _, refused := refusal(err); refused {
				t.out.Hidden++ // the bot cannot read it either
				break
			}
			if err != nil {
				return Tried{}, fault.New(fault.Unavailable, "unavailable", "Discord does not answer, so the messages could not be fetched. Try again in a moment.").Because(err)
			}
			if len(some) == 0 {
				break
			}
			fetched = append(fetched, some...)
			before, left = some[len(some)-1].ID, left-len(some)
			if len(some) < wanted {
				break
			}
		}
	}
	slices.SortFunc(fetched, func(a, b discord.Message) int { return cmp.Compare(a.ID, b.ID) })
	members := map[snowflake.ID]*discord.Member{}
	for _, m := range fetched {
		if m.Author.Bot || m.WebhookID != nil || !written(m) {
			continue
		}
		if _, asked := members[m.Author.ID]; !asked {
			members[m.Author.ID] = nil
			if member, err := s.who.Member(ctx, guild, m.Author.ID); err == nil {
				members[m.Author.ID] = &member
			} else if !errors.Is(err, directory.ErrUnknown) {
				return Tried{}, err
			}
		}
		m.Member = members[m.Author.ID]
		t.try(s.eventOf(r, guild, m, engine.KindMessage, nil))
	}
	return t.out, nil
}

// TryRecent says what a rule would have found in what was written in the last minutes, as far as this process has seen it
// and whoever asks may read it. It fails as TryChannels does.
func (s *Service) TryRecent(ctx context.Context, guild snowflake.ID, rule engine.Rule, by access.Authority) (Tried, error) {
	if err := s.maySetUp(ctx, guild, by); err != nil {
		return Tried{}, err
	}
	t, err := s.newTester(ctx, guild, rule)
	if err != nil {
		return Tried{}, err
	}
	if err := s.sees(rule.Type); err != nil {
		return Tried{}, err
	}
	r, err := s.ready.Get(ctx, guild)
	if err != nil {
		return Tried{}, err
	}
	readable, err := s.readable(ctx, guild, r.guild, by)
	if err != nil {
		return Tried{}, err
	}
	hidden := map[snowflake.ID]bool{}
	for _, m := range s.recent.of(guild) {
		if !readable[m.ChannelID] {
			hidden[m.ChannelID] = true
			continue
		}
		t.try(s.eventOf(r, guild, m, engine.KindMessage, nil))
	}
	t.out.Hidden = len(hidden)
	return t.out, nil
}

// readable are the channels whose messages somebody may read.
func (s *Service) readable(ctx context.Context, guild snowflake.ID, g access.Guild, by access.Authority) (map[snowflake.ID]bool, error) {
	channels, err := s.discord.GetGuildChannels(guild, rest.WithCtx(ctx))
	if err != nil {
		return nil, fault.New(fault.Unavailable, "unavailable", "Discord does not answer, so nobody knows which channels you can read. Try again in a moment.").Because(err)
	}
	readable := map[snowflake.ID]bool{}
	user, person := by.User()
	var m access.Member
	if person {
		if m, err = s.who.Holder(ctx, guild, user); err != nil {
			return nil, err
		}
	}
	for _, c := range channels {
		may := g.InChannel(m, c.PermissionOverwrites(), s.now())
		readable[c.ID()] = by == access.AsOwner() || person && access.Allows(may, discord.PermissionViewChannel|discord.PermissionReadMessageHistory)
	}
	return readable, nil
}
