package rest

import (
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const longestMemory = 7 * 24 * 60 * 60 // seconds of messages that a ban may delete

func getMembers(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	if !c.world.Application().Members {
		return nil, problem.MissingAccess // the privileged intent is switched off
	}
	limit, err := c.queryInt("limit", 1, 1, 1000)
	if err != nil {
		return nil, err
	}
	after, err := c.queryID("after")
	if err != nil {
		return nil, err
	}
	return c.world.Members(c.me, guild, after, limit)
}

func searchMembers(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	limit, err := c.queryInt("limit", 1, 1, 1000)
	if err != nil {
		return nil, err
	}
	query := c.URL.Query().Get("query")
	f := problem.NewForm()
	f.At("query").Length(query, 1, 100)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return c.world.SearchMembers(c.me, guild, query, limit)
}

func getMember(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	return c.world.Member(c.me, ids[0], ids[1])
}

func editMember(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	var in world.MemberInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditMember(c.me, ids[0], ids[1], in, c.reason)
}

func editMyMember(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in struct {
		Nick wire.Opt[string] `json:"nick"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if !in.Nick.Set {
		return c.world.Member(c.me, guild, c.me)
	}
	return c.world.EditMember(c.me, guild, c.me, world.MemberInput{Nick: in.Nick}, c.reason)
}

func kick(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	return nil, c.world.Kick(c.me, ids[0], ids[1], c.reason)
}

func addRole(c *call) (any, error) {
	ids, err := c.ids("guild", "user", "role")
	if err != nil {
		return nil, err
	}
	return nil, c.world.AddRole(c.me, ids[0], ids[1], ids[2], c.reason)
}

func removeRole(c *call) (any, error) {
	ids, err := c.ids("guild", "user", "role")
	if err != nil {
		return nil, err
	}
	return nil, c.world.RemoveRole(c.me, ids[0], ids[1], ids[2], c.reason)
}

func getBans(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	limit, err := c.queryInt("limit", 1000, 1, 1000)
	if err != nil {
		return nil, err
	}
	before, err := c.queryID("before")
	if err != nil {
		return nil, err
	}
	after, err := c.queryID("after")
	if err != nil {
		return nil, err
	}
	return c.world.Bans(c.me, guild, before, after, limit)
}

func getBan(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	return c.world.BanOf(c.me, ids[0], ids[1])
}

// banInput is the body of a ban or a bulk ban.
type banInput struct {
	Users   []wire.ID `json:"user_ids"`
	Days    *int      `json:"delete_message_days"` // deprecated, but taken
	Seconds *int      `json:"delete_message_seconds"`
}

func (b *banInput) forget(f problem.Form) time.Duration {
	if b.Days != nil {
		f.At("delete_message_days").Range(*b.Days, 0, 7)
	}
	if b.Seconds != nil {
		f.At("delete_message_seconds").Range(*b.Seconds, 0, longestMemory)
		return time.Duration(*b.Seconds) * time.Second
	}
	if b.Days != nil {
		return time.Duration(*b.Days) * 24 * time.Hour
	}
	return 0
}

func ban(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	var in banInput
	if c.ContentLength != 0 {
		if err := c.body(&in); err != nil {
			return nil, err
		}
	}
	// older libraries still put it into the query
	if days, err := c.queryInt("delete_message_days", 0, 0, 7); err != nil {
		return nil, err
	} else if days > 0 && in.Days == nil {
		in.Days = &days
	}
	f := problem.NewForm()
	forget := in.forget(f)
	if err := f.Err(); err != nil {
		return nil, err
	}
	return nil, c.world.Ban(c.me, ids[0], ids[1], forget, c.reason)
}

func unban(c *call) (any, error) {
	ids, err := c.ids("guild", "user")
	if err != nil {
		return nil, err
	}
	return nil, c.world.Unban(c.me, ids[0], ids[1], c.reason)
}

func bulkBan(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in banInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	f := problem.NewForm()
	f.At("user_ids").Count(len(in.Users), 1, 200)
	forget := in.forget(f)
	if err := f.Err(); err != nil {
		return nil, err
	}
	banned, failed, err := c.world.BulkBan(c.me, guild, in.Users, forget, c.reason)
	if err != nil {
		return nil, err
	}
	return map[string]any{"banned_users": banned, "failed_users": failed}, nil
}

func pruneCount(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	in, err := c.pruning()
	if err != nil {
		return nil, err
	}
	n, err := c.world.PruneCount(c.me, guild, in)
	return map[string]int{"pruned": n}, err
}

func prune(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	in, err := c.pruning() // older libraries put it into the query
	if err != nil {
		return nil, err
	}
	body := struct {
		Days   int       `json:"days"`
		Count  bool      `json:"compute_prune_count"`
		Roles  []wire.ID `json:"include_roles"`
		Reason string    `json:"reason"`
	}{in.Days, !c.URL.Query().Has("compute_prune_count") || c.queryBool("compute_prune_count"), in.Roles, c.reason}
	if c.ContentLength != 0 {
		if err := c.body(&body); err != nil {
			return nil, err
		}
	}
	in.Days, in.Roles = body.Days, body.Roles
	n, err := c.world.Prune(c.me, guild, in, body.Reason)
	if err != nil {
		return nil, err
	}
	if !body.Count {
		return map[string]any{"pruned": nil}, nil
	}
	return map[string]int{"pruned": n}, nil
}

// pruning reads from the query whom a prune concerns.
func (c *call) pruning() (in world.Pruning, err error) {
	if in.Days, err = c.queryInt("days", 7, 1, 30); err != nil {
		return in, err
	}
	for _, list := range c.URL.Query()["include_roles"] {
		for raw := range strings.SplitSeq(list, ",") {
			id, err := snowflake("include_roles", raw)
			if err != nil {
				return in, err
			}
			in.Roles = append(in.Roles, id)
		}
	}
	return in, nil
}
