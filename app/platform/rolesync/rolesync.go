// Package rolesync gives and takes the roles that features decide. It compares what members have with
// what is desired and changes what differs, so that orders may be repeated, late or out of order.
package rolesync

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"golang.org/x/time/rate"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// interval is how long a role that was changed by hand may stay wrong.
	interval = 15 * time.Minute
	// budget is the share of role changes in the fifty requests a second that Discord grants a bot, so
	// that interactions never wait behind them.
	budget = 20
	// maxRounds bounds how often one member is read again because the desired roles changed meanwhile.
	maxRounds = 5
	// pageSize is the largest page of members that Discord returns.
	pageSize = 1000
)

// ErrNotInGuild says that the bot is not in the guild, so that nothing can be said of roles there.
var ErrNotInGuild = errors.New("the bot is not in this guild")

// Desired is what one feature decides about roles. Roles that no feature decides are left alone, and
// no two features may decide the same role.
type Desired struct {
	Name string // for errors and logs
	// Of says, for each role that the feature decides, whether this member is to have it.
	Of func(ctx context.Context, guild, user snowflake.ID) (map[snowflake.ID]bool, error)
	// In says, for each role that the feature decides in a guild, who is to have it.
	In func(ctx context.Context, guild snowflake.ID) (map[snowflake.ID]Members, error)
	// Guilds lists where the feature decides any role.
	Guilds func(ctx context.Context) ([]snowflake.ID, error)
}

// Members is a set of users.
type Members map[snowflake.ID]struct{}

// Discord is the part of Discord's REST API that roles need.
type Discord interface {
	GetMember(guildID, userID snowflake.ID, opts ...rest.RequestOpt) (*discord.Member, error)
	GetMembers(guildID snowflake.ID, limit int, after snowflake.ID, opts ...rest.RequestOpt) ([]discord.Member, error)
	AddMemberRole(guildID, userID, roleID snowflake.ID, opts ...rest.RequestOpt) error
	RemoveMemberRole(guildID, userID, roleID snowflake.ID, opts ...rest.RequestOpt) error
}

// Lender says which roles the bot may give on behalf of others.
type Lender interface {
	// MayLend says whether the bot may give a role of a guild, as of now. It fails with
	// directory.ErrUnknown where the bot is not, and with an Unavailable fault when Discord does not answer.
	MayLend(ctx context.Context, guild, role snowflake.ID) (access.Refusal, error)
}

// Reconciler is the only part of the program that gives and takes roles.
type Reconciler struct {
	discord Discord
	lender  Lender
	store   *store.Store
	log     *slog.Logger
	desired []Desired
	pace    *rate.Limiter
}

// New makes a reconciler.
func New(api Discord, lender Lender, s *store.Store, log *slog.Logger) *Reconciler {
	return &Reconciler{discord: api, lender: lender, store: s, log: log, pace: rate.NewLimiter(budget, budget)}
}

// Add adds what a feature decides. It must not be called once the reconciler works.
func (r *Reconciler) Add(d Desired) { r.desired = append(r.desired, d) }

// SyncMember gives and takes the roles of one member until they are what is desired. A role that the
// bot may not give is reported once and skipped from then on; someone who is not a member has no
// roles. It fails with ErrNotInGuild where the bot is not.
func (r *Reconciler) SyncMember(ctx context.Context, guild, user snowflake.ID) error {
	return absent(r.syncMember(ctx, guild, user))
}

func (r *Reconciler) syncMember(ctx context.Context, guild, user snowflake.ID) error {
	for range maxRounds {
		desired := map[snowflake.ID]bool{}
		for _, d := range r.desired {
			of, err := d.Of(ctx, guild, user)
			if err != nil {
				return fmt.Errorf("desired roles of %s: %w", d.Name, err)
			}
			maps.Copy(desired, of)
		}
		if len(desired) == 0 {
			return nil
		}
		m, err := r.discord.GetMember(guild, user, rest.WithCtx(ctx))
		if unknownMember(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read member: %w", err)
		}
		made, err := r.apply(ctx, guild, user, differences(desired, m.RoleIDs))
		if err != nil || made == 0 {
			return err
		}
	}
	return errors.New("the desired roles kept changing")
}

// SyncGuild compares every member of a guild with what is desired and calls Discord only where they
// differ. It fails with ErrNotInGuild where the bot is not.
func (r *Reconciler) SyncGuild(ctx context.Context, guild snowflake.ID) error {
	return absent(r.syncGuild(ctx, guild))
}

func (r *Reconciler) syncGuild(ctx context.Context, guild snowflake.ID) error {
	desired := map[snowflake.ID]Members{}
	for _, d := range r.desired {
		in, err := d.In(ctx, guild)
		if err != nil {
			return fmt.Errorf("desired roles of %s: %w", d.Name, err)
		}
		maps.Copy(desired, in)
	}
	if len(desired) == 0 {
		return nil
	}
	if err := r.recheck(ctx, guild); err != nil {
		return err
	}
	problems, err := r.store.RoleProblems(ctx, guild)
	if err != nil {
		return err
	}
	for after := snowflake.ID(0); ; {
		members, err := r.discord.GetMembers(guild, pageSize, after, rest.WithCtx(ctx))
		if err != nil {
			return fmt.Errorf("list members: %w", err)
		}
		for _, m := range members {
			after = max(after, m.User.ID)
			if m.User.Bot || !slices.ContainsFunc(differences(desiredOf(desired, m.User.ID), m.RoleIDs), possible(problems)) {
				continue
			}
			// The list may be older than the desired roles by now: read this member again.
			if err := r.syncMember(ctx, guild, m.User.ID); err != nil {
				return err
			}
			if problems, err = r.store.RoleProblems(ctx, guild); err != nil {
				return err
			}
		}
		if len(members) < pageSize {
			return nil
		}
	}
}

// enqueueAll orders every guild in which a role is decided.
func (r *Reconciler) enqueueAll(ctx context.Context) error {
	guilds := map[snowflake.ID]struct{}{}
	for _, d := range r.desired {
		ids, err := d.Guilds(ctx)
		if err != nil {
			return fmt.Errorf("guilds of %s: %w", d.Name, err)
		}
		for _, id := range ids {
			guilds[id] = struct{}{}
		}
	}
	orders := make([]river.JobArgs, 0, len(guilds))
	for _, id := range slices.Sorted(maps.Keys(guilds)) {
		orders = append(orders, Guild{id})
	}
	return r.store.Enqueue(ctx, orders...)
}

// change is one role to give or to take.
type change struct {
	role snowflake.ID
	give bool
}

func desiredOf(desired map[snowflake.ID]Members, user snowflake.ID) map[snowflake.ID]bool {
	of := make(map[snowflake.ID]bool, len(desired))
	for role, who := range desired {
		_, of[role] = who[user]
	}
	return of
}

func differences(desired map[snowflake.ID]bool, have []snowflake.ID) []change {
	var d []change
	for _, role := range slices.Sorted(maps.Keys(desired)) {
		if give := desired[role]; give != slices.Contains(have, role) {
			d = append(d, change{role, give})
		}
	}
	return d
}

// apply makes the changes that are not known to be impossible and returns how many it made.
func (r *Reconciler) apply(ctx context.Context, guild, user snowflake.ID, changes []change) (made int, err error) {
	if len(changes) == 0 {
		return 0, nil
	}
	problems, err := r.store.RoleProblems(ctx, guild)
	if err != nil {
		return 0, err
	}
	for _, c := range changes {
		if !possible(problems)(c) {
			continue
		}
		if c.give {
			if lent, err := r.lends(ctx, guild, c.role); err != nil {
				return made, err
			} else if !lent {
				continue
			}
		}
		if err := r.pace.Wait(ctx); err != nil {
			return made, err
		}
		switch err := r.set(ctx, guild, user, c); {
		case err == nil:
			made++
		case unknownMember(err):
			return made, nil
		case impossible(err):
			if err := r.report(ctx, guild, c.role, reason(err)); err != nil {
				return made, err
			}
		default:
			return made, fmt.Errorf("change role %s: %w", c.role, err)
		}
	}
	return made, nil
}

func (r *Reconciler) set(ctx context.Context, guild, user snowflake.ID, c change) error {
	opts := []rest.RequestOpt{rest.WithCtx(ctx), rest.WithReason("Smarter Dev keeps this role")}
	if c.give {
		return r.discord.AddMemberRole(guild, user, c.role, opts...)
	}
	return r.discord.RemoveMemberRole(guild, user, c.role, opts...)
}

// Member is the job SyncMember.
type Member struct {
	Guild snowflake.ID `json:"guild"`
	User  snowflake.ID `json:"user"`
}

// Kind names the job in the queue.
func (Member) Kind() string { return "member_roles" }

// Guild is the job SyncGuild.
type Guild struct {
	Guild snowflake.ID `json:"guild"`
}

// Kind names the job in the queue.
func (Guild) Kind() string { return "guild_roles" }

// InsertOpts sends it to the queue of long work.
func (Guild) InsertOpts() river.InsertOpts { return river.InsertOpts{Queue: jobs.QueueBulk} }

// All is the job that orders Guild for each guild in which a role is decided.
type All struct{}

// Kind names the job in the queue.
func (All) Kind() string { return "all_roles" }

// Mount makes the reconciler work the jobs of a registry, and orders All regularly. A job for a guild
// that the bot is not in is done.
func (r *Reconciler) Mount(registry *jobs.Registry) {
	jobs.Work(registry, func(ctx context.Context, a Member) error { return present(r.SyncMember(ctx, a.Guild, a.User)) })
	jobs.WorkLong(registry, func(ctx context.Context, a Guild) error { return present(r.SyncGuild(ctx, a.Guild)) })
	jobs.Work(registry, func(ctx context.Context, _ All) error { return r.enqueueAll(ctx) })
	registry.Every(interval, All{})
}

func present(err error) error {
	if errors.Is(err, ErrNotInGuild) {
		return nil
	}
	return err
}
