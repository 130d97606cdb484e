package squads

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/rolesync"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	longestName        = 100
	longestDescription = 500
	mostMembers        = 1_000_000
)

// Details are what an admin decides of a squad; what is nil stays as it is.
type Details struct {
	RoleID      *snowflake.ID `json:"role_id,omitempty" doc:"The role of its members: not @everyone, not managed, and of no other squad." example:"1000000000000000009"`
	Name        *string       `json:"name,omitempty" doc:"What it is called." minLength:"1" maxLength:"100" example:"Compilers"`
	Description *string       `json:"description,omitempty" doc:"What it is about." maxLength:"500" example:"We read machine code at breakfast."`
	SwitchCost  *int64        `json:"switch_cost,omitempty" doc:"Bytes that a member of another squad pays to join; 50 when a new squad does not say." minimum:"0" maximum:"1000000" example:"50"`
	JoinCost    *int64        `json:"join_cost,omitempty" doc:"Bytes that a member of no squad pays to join; 0 when a new squad does not say." minimum:"0" maximum:"1000000" example:"0"`
	MaxMembers  Limit         `json:"max_members,omitempty" doc:"How many can be in it; null for any number." example:"25"`
	Active      *bool         `json:"is_active,omitempty" doc:"Whether it can be joined; true when a new squad does not say." example:"true"`
}

// Validate fails with an Invalid fault that names everything that is wrong.
func (d Details) Validate() error {
	var f fault.Fields
	if d.RoleID != nil && (*d.RoleID == 0 || *d.RoleID > 1<<63-1) {
		f.Add("role_id", "Choose the role that the members of the squad get.")
	}
	if d.Name != nil {
		switch n := utf8.RuneCountInString(*d.Name); {
		case fault.Blank(*d.Name):
			f.Add("name", "A squad needs a name.")
		case n > longestName:
			f.Add("name", "A name can have at most %d characters; this one has %d.", longestName, n)
		}
	}
	if d.Description != nil {
		if n := utf8.RuneCountInString(*d.Description); n > longestDescription {
			f.Add("description", "A description can have at most %d characters; this one has %d.", longestDescription, n)
		}
	}
	for _, cost := range []struct {
		name  string
		bytes *int64
	}{{"switch_cost", d.SwitchCost}, {"join_cost", d.JoinCost}} {
		if cost.bytes != nil && (*cost.bytes < 0 || *cost.bytes > store.MaxSquadCost) {
			f.Add(cost.name, "A cost is a whole number of bytes from 0 to 1,000,000.")
		}
	}
	if most := d.MaxMembers.Most; most != nil && (*most < 1 || *most > mostMembers) {
		f.Add("max_members", "A limit is a whole number of members from 1 to 1,000,000. Leave it empty for no limit.")
	}
	return f.Err()
}

// Whole is the details with the defaults of a new squad where they say nothing. It fails with
// invalid when the role or the name is missing.
func (d Details) Whole() (Details, error) {
	var f fault.Fields
	if d.RoleID == nil {
		f.Add("role_id", "Choose the role that the members of the squad get.")
	}
	if d.Name == nil {
		f.Add("name", "A squad needs a name.")
	}
	if err := f.Err(); err != nil {
		return d, err
	}
	d.Description = or(d.Description, "")
	d.SwitchCost = or(d.SwitchCost, 50)
	d.JoinCost = or(d.JoinCost, 0)
	d.Active = or(d.Active, true)
	d.MaxMembers.Given = true
	return d, nil
}

func or[T any](v *T, otherwise T) *T {
	if v == nil {
		return &otherwise
	}
	return v
}

// on is the squad with what is to change.
func (d Details) on(q store.Squad) store.Squad {
	set(&q.RoleID, d.RoleID)
	set(&q.Name, d.Name)
	set(&q.Description, d.Description)
	set(&q.SwitchCost, d.SwitchCost)
	set(&q.JoinCost, d.JoinCost)
	set(&q.Active, d.Active)
	if d.MaxMembers.Given {
		q.MaxMembers = d.MaxMembers.Most
	}
	q.Name, q.Description = strings.TrimSpace(q.Name), strings.TrimSpace(q.Description)
	return q
}

func set[T any](into *T, v *T) {
	if v != nil {
		*into = *v
	}
}

// Create asks for a new squad.
type Create struct {
	Guild   snowflake.ID
	Details // RoleID and Name must be there
	Actor   store.Actor
	By      access.Authority // who must be allowed to name the role
}

// Create adds a squad behind the others, with an entry in the audit log. It fails with invalid, with
// invalid_role when the role is missing, @everyone, managed, has power or may not be named by the one
// who asks, and with role_taken when it serves another squad or a reward.
func (s *Service) Create(ctx context.Context, in Create) (store.Squad, error) {
	details, err := in.Whole()
	if err == nil {
		err = details.Validate()
	}
	if err == nil {
		err = s.mayName(ctx, in.By, in.Guild, *details.RoleID)
	}
	if err != nil {
		return store.Squad{}, err
	}
	q := details.on(store.Squad{GuildID: in.Guild, UpdatedAt: s.now()})
	q, err = s.store.CreateSquad(ctx, q, in.Actor)
	if err != nil {
		return store.Squad{}, taken(err)
	}
	s.changed(ctx, in.Guild, q.ID)
	return q, nil
}

// Change asks to change a squad.
type Change struct {
	Guild     snowflake.ID
	ID        uuid.UUID
	Details          // what is to change
	IfVersion *int64 // the version that it must still be of; nil: any
	Actor     store.Actor
	By        access.Authority // who must be allowed to name another role
}

// Change changes a squad, with an entry in the audit log, and returns it. With another role the
// members get that one, and lose the old one. It fails as Create does, with not_found, and with
// stale when IfVersion is no longer current.
func (s *Service) Change(ctx context.Context, in Change) (store.Squad, error) {
	if err := in.Validate(); err != nil {
		return store.Squad{}, err
	}
	checked, err := s.askForRole(ctx, in)
	if err != nil {
		return store.Squad{}, err
	}
	q, err := s.store.UpdateSquad(ctx, in.Guild, in.ID, in.IfVersion, in.Actor, func(old store.Squad) (store.Squad, error) {
		next := in.on(old)
		next.UpdatedAt = s.now()
		if takesRole(old, next) {
			if next.RoleID != checked {
				return old, store.ErrStale // somebody else changed the role since Discord was asked
			}
			next.RoleGone = false
		}
		return next, nil
	}, rolesync.Guild{Guild: in.Guild}, TakeRoles{Guild: in.Guild})
	switch {
	case errors.Is(err, store.ErrStale):
		return store.Squad{}, stale(err)
	case err != nil:
		return store.Squad{}, taken(found(err, in.ID))
	}
	s.changed(ctx, in.Guild, q.ID)
	return q, nil
}

// askForRole asks Discord about the role that a change would give the squad, and returns it; 0 when
// the squad keeps its role, so that Discord need not answer for the rest of a change.
func (s *Service) askForRole(ctx context.Context, in Change) (snowflake.ID, error) {
	if in.RoleID == nil && in.Active == nil {
		return 0, nil
	}
	old, err := s.Squad(ctx, in.Guild, in.ID)
	if err != nil {
		return 0, err
	}
	next := in.on(old)
	if !takesRole(old, next) {
		return 0, nil
	}
	return next.RoleID, s.mayName(ctx, in.By, in.Guild, next.RoleID)
}

// takesRole reports whether a change needs the role in Discord: it is another one, or the squad
// becomes active although its role was gone.
func takesRole(old, next store.Squad) bool {
	return next.RoleID != old.RoleID || next.Active && old.RoleGone
}

// Delete asks to delete a squad.
type Delete struct {
	Guild     snowflake.ID
	ID        uuid.UUID
	IfVersion *int64 // the version that it must still be of; nil: any
	Actor     store.Actor
}

// Delete removes a squad, with an entry in the audit log, and returns it as it was: its members
// leave it, and its role is taken from them. It fails with not_found and stale.
func (s *Service) Delete(ctx context.Context, in Delete) (store.Squad, error) {
	q, err := s.store.DeleteSquad(ctx, in.Guild, in.ID, in.IfVersion, s.now(), in.Actor, TakeRoles{Guild: in.Guild})
	switch {
	case errors.Is(err, store.ErrStale):
		return store.Squad{}, stale(err)
	case err != nil:
		return store.Squad{}, found(err, in.ID)
	}
	s.changed(ctx, in.Guild, q.ID)
	return q, nil
}

// Order asks to put a guild's squads into an order.
type Order struct {
	Guild snowflake.ID
	IDs   []uuid.UUID // all of them
	Actor store.Actor
}

// Order puts the squads into the order of IDs, with an entry in the audit log, and returns them. It
// fails with conflict when IDs are not exactly those of the guild's squads.
func (s *Service) Order(ctx context.Context, in Order) ([]store.Squad, error) {
	squads, err := s.store.OrderSquads(ctx, in.Guild, in.IDs, s.now(), in.Actor)
	if errors.Is(err, store.ErrStale) {
		return nil, otherSquads().Because(err)
	}
	if err != nil {
		return nil, err
	}
	s.changed(ctx, in.Guild)
	return squads, nil
}

// LoseRole makes the squad of a role that was deleted in Discord inactive; it is no error when there
// is none.
func (s *Service) LoseRole(ctx context.Context, guild, role snowflake.ID) error {
	q, err := s.store.LoseRole(ctx, guild, role, s.now(), store.Actor{Name: "Discord", Source: store.SourceDiscord})
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	s.log.WarnContext(ctx, "the role of a squad was deleted in Discord; the squad is not active until it has another",
		"guild", guild, "squad", q.ID, "role", role)
	s.changed(ctx, guild, q.ID)
	return nil
}

// mayName looks in Discord whether somebody may make a role that of a squad. It fails with invalid_role.
func (s *Service) mayName(ctx context.Context, by access.Authority, guild, role snowflake.ID) error {
	if err := directory.CheckRole(ctx, s.who, by, guild, role, "role_id"); err != nil {
		return err
	}
	return s.notReward(ctx, guild, role)
}

// notReward fails with role_taken when a role is a reward for bytes received.
func (s *Service) notReward(ctx context.Context, guild, role snowflake.ID) error {
	cfg, err := s.economy.SettingsNow(ctx, guild)
	if err != nil {
		return err
	}
	if _, is := cfg.RoleRewards[role]; is {
		return fault.New(fault.Conflict, "role_taken",
			"This role is a reward for bytes received, and one role serves one purpose. Choose another role, or remove it from the rewards.")
	}
	return nil
}

// taken words that a role serves another squad or a reward.
func taken(err error) error {
	if errors.Is(err, store.ErrExists) {
		return roleTaken().Because(err)
	}
	return err
}

func roleTaken() *fault.Error {
	return fault.New(fault.Conflict, "role_taken",
		"This role already belongs to another squad, and a role can belong to only one. Choose another role, or delete that squad.")
}

func otherSquads() *fault.Error {
	return fault.New(fault.Conflict, "conflict",
		"These are not exactly the squads of this server: one was added or deleted in the meantime, or is listed twice. Reload the list and try again.")
}

func stale(err error) error {
	return fault.New(fault.Stale, "stale",
		"Somebody else changed this squad in the meantime. Check what is new, then save again.").Because(err)
}
