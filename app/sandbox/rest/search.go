package rest

import (
	"errors"
	"net/http"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func searchMessages(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	q := c.URL.Query()
	s := world.Search{
		Content: q.Get("content"), AuthorTypes: q["author_type"], Has: q["has"], Hosts: q["link_hostname"],
		Filenames: q["attachment_filename"], Extensions: q["attachment_extension"], Oldest: q.Get("sort_order") == "asc",
		Everyone: c.queryFlag("mention_everyone"), Pinned: c.queryFlag("pinned"),
	}
	f := problem.NewForm()
	f.At("content").Length(s.Content, 0, 1024)
	if err := f.Err(); err != nil {
		return nil, err
	}
	for name, into := range map[string]*[]wire.ID{
		"channel_id": &s.Channels, "author_id": &s.Authors, "mentions": &s.Mentions, "mentions_role_id": &s.Roles, "replied_to_message_id": &s.RepliedTo,
	} {
		for _, raw := range q[name] {
			id, err := snowflake(name, raw)
			if err != nil {
				return nil, err
			}
			*into = append(*into, id)
		}
	}
	if s.Min, err = c.queryID("min_id"); err != nil {
		return nil, err
	}
	if s.Max, err = c.queryID("max_id"); err != nil {
		return nil, err
	}
	if s.Limit, err = c.queryInt("limit", 25, 1, 25); err != nil {
		return nil, err
	}
	if s.Offset, err = c.queryInt("offset", 0, 0, 9975); err != nil {
		return nil, err
	}
	found, err := c.world.SearchMessages(c.me, guild, s)
	if errors.Is(err, problem.NotIndexed) { // no refusal, but not yet an answer
		c.status = http.StatusAccepted
		return map[string]any{"message": problem.NotIndexed.Message, "code": problem.NotIndexed.Code, "documents_indexed": 0, "retry_after": 0.1}, nil
	}
	return found, err
}

// queryFlag reads an optional yes or no of the query.
func (c *call) queryFlag(name string) *bool {
	if !c.URL.Query().Has(name) {
		return nil
	}
	return new(c.queryBool(name))
}

func getRoleCounts(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.RoleCounts(c.me, guild)
}

func publish(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	return c.world.Publish(c.me, ids[0], ids[1])
}

func follow(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var in struct {
		Into wire.ID `json:"webhook_channel_id"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	h, err := c.world.Follow(c.me, channel, in.Into, c.reason)
	if err != nil {
		return nil, err
	}
	return map[string]wire.ID{"channel_id": channel, "webhook_id": h.ID}, nil
}

// nothing answers for what nobody sells here: entitlements and SKUs.
func nothing(c *call) (any, error) {
	if _, err := c.scope(); err != nil {
		return nil, err
	}
	return []any{}, nil
}
