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
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"
	"golang.org/x/time/rate"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
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
	// Left is called for somebody who is to have a role by In and is not in the guild, until In no longer
	// has them. nil: the feature keeps what they had.
	Left func(ctx context.Context, guild, user snowflake.ID) error
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

	mu       sync.Mutex
	unlisted time.Time                     // until then Discord lists no members, as far as is known
	resume   map[snowflake.ID]snowflake.ID // where one by one a guild goes on: after this member
}

// New makes a reconciler.
func New(api Discord, lender Lender, s *store.Store, log *slog.Logger) *Reconciler {
	return &Reconciler{discord: api, lender: lender, store: s, log: log, pace: rate.NewLimiter(budget, budget), resume: map[snowflake.ID]snowflake.ID{}}
}

// Add adds what a feature decides. It must not be called once the reconciler works.
func (r *Reconciler) Add(d Desired) { r.desired = append(r.desired, d) }

// SyncMember gives and takes the roles of one member until they are what is desired. A role that the
// bot may not give is reported once and skipped from then on; someone who is not a member has no
// roles. It fails with ErrNotInGuild where the bot is not.
func (r *Reconciler) SyncMember(ctx context.Context, guild, user snowflake.ID) error {
	_, err := r.syncMember(ctx, guild, user)
	return absent(err)
}

// syncMember reports also whether somebody is in the guild; where no role is decided it does not look.
func (r *Reconciler) syncMember(ctx context.Context, guild, user snowflake.ID) (here bool, err error) {
	for range maxRounds {
		desired := map[snowflake.ID]bool{}
		for _, d := range r.desired {
			of, err := d.Of(ctx, guild, user)
			if err != nil {
				return false, fmt.Errorf("desired roles of %s: %w", d.Name, err)
			}
			maps.Copy(desired, of)
		}
		if len(desired) == 0 {
			return true, nil
		}
		m, err := r.discord.GetMember(guild, user, rest.WithCtx(ctx))
		if unknownMember(err) {
			return false, nil
		}
		if err != nil {
			return false, fmt.Errorf("read member: %w", err)
		}
		made, err := r.apply(ctx, guild, user, differences(desired, m.RoleIDs))
		if err != nil || made == 0 {
			return true, err
		}
	}
	return true, errors.New("the desired roles kept changing")
}

// SyncGuild compares every member of a guild with what is desired and calls Discord only where they
// differ. It fails with ErrNotInGuild where the bot is not.
func (r *Reconciler) SyncGuild(ctx context.Context, guild snowflake.ID) error {
	return absent(r.syncGuild(ctx, guild))
}

func (r *Reconciler) syncGuild(ctx context.Context, guild snowflake.ID) error {
	desired, keepers := map[snowflake.ID]Members{}, Members{}
	for _, d := range r.desired {
		in, err := d.In(ctx, guild)
		if err != nil {
			return fmt.Errorf("desired roles of %s: %w", d.Name, err)
		}
		maps.Copy(desired, in)
		if d.Left != nil {
			for _, members := range in {
				maps.Copy(keepers, members)
			}
		}
	}
	if len(desired) == 0 {
		return nil
	}
	if err := r.recheck(ctx, guild); err != nil {
		return err
	}
	if !r.lists() {
		return r.syncKnown(ctx, guild, desired)
	}
	gone, err := r.syncListed(ctx, guild, desired, keepers)
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeMissingAccess) {
		for role := range desired { // it may also be that the bot is not there
			if _, err := r.lender.MayLend(ctx, guild, role); errors.Is(err, directory.ErrUnknown) {
				return ErrNotInGuild
			}
			break
		}
		return r.syncKnown(ctx, guild, desired)
	}
	if err != nil {
		return err
	}
	return r.syncEach(ctx, guild, slices.Sorted(maps.Keys(gone))) // the list may be older than their coming
}

// syncListed compares what Discord lists with what is desired, and changes what differs. It returns which
// of the keepers were not listed.
func (r *Reconciler) syncListed(ctx context.Context, guild snowflake.ID, desired map[snowflake.ID]Members, keepers Members) (gone Members, err error) {
	problems, err := r.store.RoleProblems(ctx, guild)
	if err != nil {
		return nil, err
	}
	gone = maps.Clone(keepers)
	for after := snowflake.ID(0); ; {
		members, err := r.discord.GetMembers(guild, pageSize, after, rest.WithCtx(ctx))
		if err != nil {
			return nil, fmt.Errorf("list members: %w", err)
		}
		for _, m := range members {
			after = max(after, m.User.ID)
			delete(gone, m.User.ID)
			if m.User.Bot || !slices.ContainsFunc(differences(desiredOf(desired, m.User.ID), m.RoleIDs), possible(problems)) {
				continue
			}
			// The list may be older than the desired roles by now: read this member again.
			if _, err := r.syncMember(ctx, guild, m.User.ID); err != nil {
				return nil, err
			}
			if problems, err = r.store.RoleProblems(ctx, guild); err != nil {
				return nil, err
			}
		}
		if len(members) < pageSize {
			return gone, nil
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
