package rest

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func getGuild(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Guild(c.me, id, c.queryBool("with_counts"))
}

func editGuild(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in struct {
		Name wire.Opt[string] `json:"name"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if !in.Name.Set {
		return c.world.Guild(c.me, id, false)
	}
	return c.world.RenameGuild(c.me, id, in.Name.Value, c.reason)
}

func getAuditLog(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var q world.AuditQuery
	for _, part := range []struct {
		name string
		into *wire.ID
	}{{"user_id", &q.User}, {"target_id", &q.Target}, {"before", &q.Before}, {"after", &q.After}} {
		if *part.into, err = c.queryID(part.name); err != nil {
			return nil, err
		}
	}
	q.Oldest = c.URL.Query().Has("after") && q.Before == 0
	if q.Action, err = c.queryInt("action_type", 0, 0, 1000); err != nil {
		return nil, err
	}
	if q.Limit, err = c.queryInt("limit", 50, 1, 100); err != nil {
		return nil, err
	}
	entries, users, err := c.world.AuditLog(c.me, id, q)
	if err != nil {
		return nil, err
	}
	rules := []*wire.AutoModRule{}
	if all, err := c.world.Rules(c.me, id); err == nil {
		for _, r := range all {
			if slices.ContainsFunc(entries, func(e *wire.AuditEntry) bool { return e.TargetID != nil && *e.TargetID == r.ID }) {
				rules = append(rules, r)
			}
		}
	}
	threads := []*wire.Channel{}
	for _, e := range entries {
		if e.TargetID == nil || e.ActionType < wire.AuditThreadCreate || e.ActionType > wire.AuditThreadDelete {
			continue
		}
		if t, err := c.world.Channel(c.me, *e.TargetID); err == nil && !slices.Contains(threads, t) {
			threads = append(threads, t)
		}
	}
	none := []any{}
	return map[string]any{
		"audit_log_entries": entries, "users": users, "application_commands": none, "auto_moderation_rules": rules,
		"guild_scheduled_events": none, "integrations": none, "threads": threads, "webhooks": c.auditedWebhooks(id, entries),
	}, nil
}

func getRoles(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.Roles(c.me, id)
}

func getRole(c *call) (any, error) {
	ids, err := c.ids("guild", "role")
	if err != nil {
		return nil, err
	}
	return c.world.Role(c.me, ids[0], ids[1])
}

func createRole(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in wire.RoleInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.CreateRole(c.me, id, in, c.reason)
}

func editRole(c *call) (any, error) {
	ids, err := c.ids("guild", "role")
	if err != nil {
		return nil, err
	}
	var in wire.RoleInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.EditRole(c.me, ids[0], ids[1], in, c.reason)
}

func moveRoles(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in []struct {
		ID       wire.ID `json:"id"`
		Position *int    `json:"position"`
	}
	if err := c.body(&in); err != nil {
		return nil, err
	}
	positions := make(map[wire.ID]int)
	f := problem.NewForm()
	for i, one := range in {
		if one.Position != nil {
			f.At(i, "position").Range(*one.Position, 1, 1<<31-1)
			positions[one.ID] = *one.Position
		}
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	return c.world.MoveRoles(c.me, id, positions, c.reason)
}

func deleteRole(c *call) (any, error) {
	ids, err := c.ids("guild", "role")
	if err != nil {
		return nil, err
	}
	return nil, c.world.DeleteRole(c.me, ids[0], ids[1], c.reason)
}

func pauseGuild(c *call) (any, error) {
	id, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	var in wire.IncidentActions
	if err := c.body(&in); err != nil {
		return nil, err
	}
	return c.world.Pause(c.me, id, in)
}

// auditedWebhooks are those of a guild that lines of its audit log name.
func (c *call) auditedWebhooks(guild wire.ID, entries []*wire.AuditEntry) []*wire.Webhook {
	list, err := c.world.GuildWebhooks(c.me, guild)
	if err != nil {
		return []*wire.Webhook{}
	}
	return slices.DeleteFunc(list, func(h *wire.Webhook) bool {
		return !slices.ContainsFunc(entries, func(e *wire.AuditEntry) bool { return e.TargetID != nil && *e.TargetID == h.ID })
	})
}
