package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"golang.org/x/time/rate"

	"github.com/smarter-dev/smarterdev/store"
)

const (
	// reconcileEvery is how long roles may differ that nobody ordered to be changed.
	reconcileEvery = 15 * time.Minute
	// budget is what role work takes of the fifty requests a second that Discord grants a bot,
	// so that interactions are never behind it.
	budget = 20
	// rounds bounds how often one job starts over because the wish changed meanwhile.
	rounds = 5
)

// Wish is what a feature has to say about the roles of members. What no feature speaks of is
// left alone.
type Wish struct {
	Name string // in Discord's audit log
	// Of says for each role that the feature decides whether this member shall have it.
	Of func(ctx context.Context, guild, user snowflake.ID) (map[snowflake.ID]bool, error)
	// In says for each role that the feature decides in a guild who shall have it.
	In func(ctx context.Context, guild snowflake.ID) (map[snowflake.ID]Members, error)
	// Guilds lists where the feature decides any role.
	Guilds func(ctx context.Context) ([]snowflake.ID, error)
}

// Members is a set of users.
type Members map[snowflake.ID]struct{}

// Wish adds a feature's say.
func (r *Registry) Wish(w Wish) { r.wishes = append(r.wishes, w) }

// MemberRoles orders that a member's roles be made what the features wish.
type MemberRoles struct {
	Guild snowflake.ID `json:"guild"`
	User  snowflake.ID `json:"user"`
}

// Kind names the job in the queue.
func (MemberRoles) Kind() string { return "member_roles" }

// GuildRoles orders the same for every member of a guild.
type GuildRoles struct {
	Guild snowflake.ID `json:"guild"`
}

// Kind names the job in the queue.
func (GuildRoles) Kind() string { return "guild_roles" }

// InsertOpts sends it to the queue of long work.
func (GuildRoles) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: queueBulk} }

// AllRoles orders GuildRoles for each guild in which a role is decided.
type AllRoles struct{}

// Kind names the job in the queue.
func (AllRoles) Kind() string { return "all_roles" }

// RoleAPI is the part of Discord's REST API that roles need.
type RoleAPI interface {
	GetRoles(guildID snowflake.ID, opts ...rest.RequestOpt) ([]discord.Role, error)
	GetMember(guildID, userID snowflake.ID, opts ...rest.RequestOpt) (*discord.Member, error)
	GetMembers(guildID snowflake.ID, limit int, after snowflake.ID, opts ...rest.RequestOpt) ([]discord.Member, error)
	AddMemberRole(guildID, userID, roleID snowflake.ID, opts ...rest.RequestOpt) error
	RemoveMemberRole(guildID, userID, roleID snowflake.ID, opts ...rest.RequestOpt) error
}

// Roles is the one worker that gives and takes roles: it reads what is wished, acts, and reads
// again until nothing differs, so that orders may come twice, late or in any order.
type Roles struct {
	api    RoleAPI
	store  *store.Store
	log    *slog.Logger
	self   snowflake.ID
	wishes []Wish
	pace   *rate.Limiter
}

// NewRoles makes the worker of a registry whose wishes are complete, and mounts it. self is the
// bot's user id.
func NewRoles(r *Registry, api RoleAPI, self snowflake.ID, s *store.Store, log *slog.Logger) *Roles {
	w := &Roles{api: api, store: s, log: log, self: self, wishes: r.wishes, pace: rate.NewLimiter(budget, budget)}
	Work(r, func(ctx context.Context, a MemberRoles) error { return w.Member(ctx, a.Guild, a.User) })
	WorkLong(r, func(ctx context.Context, a GuildRoles) error { return w.Guild(ctx, a.Guild) })
	Work(r, func(ctx context.Context, _ AllRoles) error { return w.all(ctx) })
	r.Every(reconcileEvery, AllRoles{})
	return w
}

// Member makes one member's roles what the features wish. A role that the bot may not give is
// reported once and then left alone; someone who is no member has no roles.
func (w *Roles) Member(ctx context.Context, guild, user snowflake.ID) error {
	for range rounds {
		wanted := map[snowflake.ID]bool{}
		for _, wish := range w.wishes {
			of, err := wish.Of(ctx, guild, user)
			if err != nil {
				return fmt.Errorf("what %s wishes: %w", wish.Name, err)
			}
			maps.Copy(wanted, of)
		}
		if len(wanted) == 0 {
			return nil
		}
		m, err := w.api.GetMember(guild, user, rest.WithCtx(ctx))
		if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMember, rest.JSONErrorCodeUnknownUser) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read member: %w", err)
		}
		acted, err := w.apply(ctx, guild, user, differences(wanted, m.RoleIDs))
		if err != nil || acted == 0 {
			return err
		}
	}
	return errors.New("the wished roles kept changing")
}

// Guild compares every member of a guild with what is wished and calls Discord only where they
// differ.
func (w *Roles) Guild(ctx context.Context, guild snowflake.ID) error {
	wanted := map[snowflake.ID]Members{}
	for _, wish := range w.wishes {
		in, err := wish.In(ctx, guild)
		if err != nil {
			return fmt.Errorf("what %s wishes: %w", wish.Name, err)
		}
		maps.Copy(wanted, in)
	}
	if len(wanted) == 0 {
		return nil
	}
	if err := w.recheck(ctx, guild); err != nil {
		return err
	}
	if err := w.leaveProblems(ctx, guild, wanted); err != nil {
		return err
	}
	const page = 1000
	for after := snowflake.ID(0); ; {
		members, err := w.api.GetMembers(guild, page, after, rest.WithCtx(ctx))
		if unknownGuild(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("list members: %w", err)
		}
		for _, m := range members {
			after = max(after, m.User.ID)
			if m.User.Bot {
				continue
			}
			shall := make(map[snowflake.ID]bool, len(wanted))
			for role, who := range wanted {
				_, shall[role] = who[m.User.ID]
			}
			if len(differences(shall, m.RoleIDs)) == 0 {
				continue
			}
			// The list is older than the wish by now: decide this member anew.
			if err := w.Member(ctx, guild, m.User.ID); err != nil {
				return err
			}
			if err := w.leaveProblems(ctx, guild, wanted); err != nil {
				return err
			}
		}
		if len(members) < page {
			return nil
		}
	}
}

func (w *Roles) all(ctx context.Context) error {
	guilds := Members{}
	for _, wish := range w.wishes {
		ids, err := wish.Guilds(ctx)
		if err != nil {
			return fmt.Errorf("where %s wishes: %w", wish.Name, err)
		}
		for _, id := range ids {
			guilds[id] = struct{}{}
		}
	}
	jobs := make([]river.JobArgs, 0, len(guilds))
	for _, id := range slices.Sorted(maps.Keys(guilds)) {
		jobs = append(jobs, GuildRoles{id})
	}
	return w.store.Enqueue(ctx, jobs...)
}

// change is one role to give or to take.
type change struct {
	role snowflake.ID
	give bool
}

func differences(wanted map[snowflake.ID]bool, have []snowflake.ID) []change {
	var d []change
	for _, role := range slices.Sorted(maps.Keys(wanted)) {
		if give := wanted[role]; give != slices.Contains(have, role) {
			d = append(d, change{role, give})
		}
	}
	return d
}

// apply makes the changes that are not known to be impossible and returns how many it made.
func (w *Roles) apply(ctx context.Context, guild, user snowflake.ID, changes []change) (int, error) {
	if len(changes) == 0 {
		return 0, nil
	}
	problems, err := w.store.RoleProblems(ctx, guild)
	if err != nil {
		return 0, err
	}
	made := 0
	for _, c := range changes {
		if slices.ContainsFunc(problems, func(p store.RoleProblem) bool { return p.RoleID == c.role }) {
			continue
		}
		if err := w.pace.Wait(ctx); err != nil {
			return made, err
		}
		switch err := w.set(ctx, guild, user, c); {
		case err == nil:
			made++
		case impossible(err):
			if err := w.report(ctx, guild, c.role, err); err != nil {
				return made, err
			}
		case rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownMember, rest.JSONErrorCodeUnknownUser):
			return made, nil
		default:
			return made, fmt.Errorf("change role %s: %w", c.role, err)
		}
	}
	return made, nil
}

func (w *Roles) set(ctx context.Context, guild, user snowflake.ID, c change) error {
	opts := []rest.RequestOpt{rest.WithCtx(ctx), rest.WithReason("Smarter Dev keeps this role")}
	if c.give {
		return w.api.AddMemberRole(guild, user, c.role, opts...)
	}
	return w.api.RemoveMemberRole(guild, user, c.role, opts...)
}

// report remembers a role that the bot may not give, and logs it the first time.
func (w *Roles) report(ctx context.Context, guild, role snowflake.ID, cause error) error {
	first, err := w.store.SaveRoleProblem(ctx, store.RoleProblem{GuildID: guild, RoleID: role, Reason: reason(cause), CreatedAt: time.Now()})
	if err == nil && first {
		w.log.Warn("a role cannot be given; move the bot's role above it and grant it Manage Roles",
			"guild", guild, "role", role, "reason", reason(cause))
	}
	return err
}

// leaveProblems takes the roles that cannot be given out of what is compared.
func (w *Roles) leaveProblems(ctx context.Context, guild snowflake.ID, wanted map[snowflake.ID]Members) error {
	problems, err := w.store.RoleProblems(ctx, guild)
	for _, p := range problems {
		delete(wanted, p.RoleID)
	}
	return err
}

// recheck forgets problems that no longer hold, so that a role moved below the bot's works again.
func (w *Roles) recheck(ctx context.Context, guild snowflake.ID) error {
	problems, err := w.store.RoleProblems(ctx, guild)
	if err != nil || len(problems) == 0 {
		return err
	}
	roles, err := w.api.GetRoles(guild, rest.WithCtx(ctx))
	if err != nil {
		return fmt.Errorf("list roles: %w", err)
	}
	self, err := w.api.GetMember(guild, w.self, rest.WithCtx(ctx))
	if err != nil {
		return fmt.Errorf("read the bot's own roles: %w", err)
	}
	top, may := standing(roles, self.RoleIDs, guild)
	for _, p := range problems {
		for _, role := range roles {
			if role.ID == p.RoleID && may && !role.Managed && role.Position < top {
				if err := w.store.DeleteRoleProblem(ctx, guild, p.RoleID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// standing is the position of the highest role that somebody has, and whether they may manage
// roles. everyone is the role that all have; its id is the guild's.
func standing(roles []discord.Role, has []snowflake.ID, everyone snowflake.ID) (top int, mayManage bool) {
	for _, role := range roles {
		if role.ID != everyone && !slices.Contains(has, role.ID) {
			continue
		}
		top = max(top, role.Position)
		if role.Permissions.Has(discord.PermissionManageRoles) || role.Permissions.Has(discord.PermissionAdministrator) {
			mayManage = true
		}
	}
	return top, mayManage
}

func reason(err error) string {
	var e *rest.Error
	if errors.As(err, &e) && e.Message != "" {
		return e.Message
	}
	return "refused by Discord"
}

// impossible reports whether Discord refuses for a reason that trying again does not change.
func impossible(err error) bool {
	var e *rest.Error
	if !errors.As(err, &e) || e.Response == nil {
		return false
	}
	return e.Response.StatusCode == http.StatusForbidden || e.Code == rest.JSONErrorCodeUnknownRole
}

func unknownGuild(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownGuild, rest.JSONErrorCodeMissingAccess)
}
