package squads

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

const apiPath = "/guilds/{guild_id}/squads"

// api mounts the operations of squads.
func (s *Service) api(a *api.API) {
	a.Area("squads", "Roles that members join for a price, at most one at a time.")
	api.Describe[store.Squad](a, "A squad: a role of Discord with a price.")
	api.Describe[MemberSquad](a, "The squad of a member, with when they joined it.")
	api.Describe[store.Membership](a, "A member of a squad.")
	api.Describe[store.Joined](a, "What joining came to.")
	api.Describe[Details](a, "What is to change of a squad; what is left out stays as it is.")
	api.Describe[newSquad](a, "A squad as an admin decides it; what is left out has its default.")
	api.Describe[joinBody](a, "Who joins.")
	api.Describe[leaveBody](a, "Who leaves.")
	s.listAPI(a)
	s.manageAPI(a)
	s.memberAPI(a)
}

// newSquad is the details of a squad of which role and name may not be left out.
type newSquad struct{ Details }

// TransformSchema makes the role and the name required.
func (newSquad) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"name", "role_id"}
	return s
}

// SquadPath is embedded in the input of an operation on one squad.
type SquadPath struct {
	api.InGuild
	ID api.RowID `path:"id" doc:"The squad." example:"019a0000-0000-7000-8000-000000000001"`
}

// BuiltOn is embedded where a change may be bound to a version.
type BuiltOn struct {
	Match api.IfMatch `header:"If-Match" doc:"The ETag of the version that the change builds on; without it any version is changed."`
}

// version returns the version that must still stand.
func (b BuiltOn) version(ctx context.Context, s *Service, in SquadPath) (*int64, error) {
	return b.Match.Version(func() (int64, error) {
		q, err := s.Squad(ctx, in.Guild.ID, in.ID.UUID)
		return q.Version, err
	})
}

func (s *Service) listAPI(a *api.API) {
	api.Do(a, api.Op{
		ID: "list-squads", Method: http.MethodGet, Path: apiPath, Tag: "squads", Scope: api.ScopeRead,
		Summary:     "List squads",
		Description: "Lists the squads of the guild in their order.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
		Inactive bool `query:"include_inactive" default:"false" doc:"Whether those that cannot be joined are listed too." example:"false"`
	}) (*api.Page[store.Squad], error) {
		return api.List(ctx, in.Paging, func(after string, limit int) ([]store.Squad, error) {
			squads, err := s.Squads(ctx, in.Guild.ID)
			if err != nil {
				return nil, err
			}
			last, err := readPosition(after)
			if err != nil {
				return nil, err
			}
			squads = slices.DeleteFunc(squads, func(q store.Squad) bool {
				return !q.Active && !in.Inactive || last != nil && compare(q, *last) <= 0
			})
			return squads[:min(len(squads), limit)], nil
		}, position)
	})

	api.Do(a, api.Op{
		ID: "get-squad", Method: http.MethodGet, Path: apiPath + "/{id}", Tag: "squads", Scope: api.ScopeRead,
		Summary:     "Read a squad",
		Description: "Returns one squad. Its ETag is of what an admin decides, not of how many are in it.",
		Refusals:    api.Refuses(noSquad()),
	}, func(ctx context.Context, in *SquadPath) (*api.Versioned[store.Squad], error) {
		q, err := s.Squad(ctx, in.Guild.ID, in.ID.UUID)
		if err != nil {
			return nil, err
		}
		return api.WithETag(q, q.Version, api.IfNoneMatch{}), nil
	})
}

// compare orders squads as lists do.
func compare(a, b store.Squad) int {
	return cmp.Or(cmp.Compare(a.Position, b.Position), slices.Compare(a.ID[:], b.ID[:]))
}

// position says where a squad is in its list; readPosition reads it.
func position(q store.Squad) string { return strconv.FormatInt(q.Position, 10) + " " + q.ID.String() }

func readPosition(text string) (*store.Squad, error) {
	if text == "" {
		return nil, nil
	}
	place, id, _ := strings.Cut(text, " ")
	var q store.Squad
	var err error
	if q.Position, err = strconv.ParseInt(place, 10, 64); err != nil {
		return nil, err
	}
	q.ID, err = uuid.Parse(id)
	return &q, err
}

func (s *Service) manageAPI(a *api.API) {
	api.Do(a, api.Op{
		ID: "create-squad", Method: http.MethodPost, Path: apiPath, Tag: "squads", Scope: scope, Status: http.StatusCreated,
		Summary:     "Make a squad",
		Description: "Adds a squad behind the others. Its role must exist, be neither @everyone nor managed, hold no power over others, be below the bot's own, and serve no other squad and no reward.",
		Refusals:    api.Refuses(badRole(), roleTaken()),
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body newSquad
	}) (*api.Versioned[store.Squad], error) {
		q, err := s.Create(ctx, Create{Guild: in.Guild.ID, Details: in.Body.Details, Actor: api.Actor(ctx), By: access.AsKey()})
		if err != nil {
			return nil, err
		}
		return &api.Versioned[store.Squad]{Status: http.StatusCreated, ETag: api.ETag(q.Version), Body: q}, nil
	})

	refusals := api.Refuses(noSquad(), badRole(), roleTaken(), stale(nil))
	api.Do(a, api.Op{
		ID: "replace-squad", Method: http.MethodPut, Path: apiPath + "/{id}", Tag: "squads", Scope: scope,
		Summary:     "Replace a squad",
		Description: "Sets everything that an admin decides of a squad; what is left out gets its default. With another role the members get that one and lose the old one.",
		Refusals:    refusals,
	}, func(ctx context.Context, in *struct {
		SquadPath
		BuiltOn
		Body newSquad
	}) (*api.Versioned[store.Squad], error) {
		details, err := in.Body.Whole()
		if err != nil {
			return nil, err
		}
		return s.changeByAPI(ctx, in.SquadPath, in.BuiltOn, details)
	})
	api.Do(a, api.Op{
		ID: "change-squad", Method: http.MethodPatch, Path: apiPath + "/{id}", Tag: "squads", Scope: scope,
		Summary:     "Change a squad",
		Description: "Sets what is given of a squad and leaves the rest. With another role the members get that one and lose the old one.",
		Refusals:    refusals,
	}, func(ctx context.Context, in *struct {
		SquadPath
		BuiltOn
		Body Details
	}) (*api.Versioned[store.Squad], error) {
		return s.changeByAPI(ctx, in.SquadPath, in.BuiltOn, in.Body)
	})

	api.Do(a, api.Op{
		ID: "delete-squad", Method: http.MethodDelete, Path: apiPath + "/{id}", Tag: "squads", Scope: scope,
		Summary:     "Delete a squad",
		Description: "Removes a squad: its members leave it, and its role is taken from them. Fees that were paid stay paid.",
		Refusals:    api.Refuses(noSquad(), stale(nil)),
	}, func(ctx context.Context, in *struct {
		SquadPath
		BuiltOn
	}) (*struct{}, error) {
		version, err := in.version(ctx, s, in.SquadPath)
		if err != nil {
			return nil, err
		}
		_, err = s.Delete(ctx, Delete{Guild: in.Guild.ID, ID: in.ID.UUID, IfVersion: version, Actor: api.Actor(ctx)})
		return nil, err
	})

	api.Do(a, api.Op{
		ID: "order-squads", Method: http.MethodPut, Path: apiPath + "/order", Tag: "squads", Scope: scope,
		Summary:     "Order the squads",
		Description: "Puts the squads of the guild into the given order and returns them. The list holds each of them once, those that are not active included.",
		Refusals:    api.Refuses(otherSquads()),
	}, func(ctx context.Context, in *struct {
		api.InGuild
		Body []uuid.UUID `maxItems:"1000" doc:"The ids of all squads." example:"[\"019a0000-0000-7000-8000-000000000001\"]"`
	}) (*api.Body[[]store.Squad], error) {
		squads, err := s.Order(ctx, Order{Guild: in.Guild.ID, IDs: in.Body, Actor: api.Actor(ctx)})
		return &api.Body[[]store.Squad]{Body: squads}, err
	})
}

func (s *Service) changeByAPI(ctx context.Context, in SquadPath, on BuiltOn, details Details) (*api.Versioned[store.Squad], error) {
	version, err := on.version(ctx, s, in)
	if err != nil {
		return nil, err
	}
	q, err := s.Change(ctx, Change{Guild: in.Guild.ID, ID: in.ID.UUID, Details: details, IfVersion: version, Actor: api.Actor(ctx), By: access.AsKey()})
	if err != nil {
		return nil, err
	}
	return api.WithETag(q, q.Version, api.IfNoneMatch{}), nil
}

type joinBody struct {
	User     snowflake.ID `json:"user_id" doc:"The member." example:"1000000000000000002"`
	Username string       `json:"username,omitempty" doc:"What they are called now; kept with the transaction of the fee." maxLength:"100" example:"ada"`
}

type leaveBody struct {
	User snowflake.ID `json:"user_id" doc:"The member." example:"1000000000000000002"`
}

func (s *Service) memberAPI(a *api.API) {
	api.Post(a, api.Op{
		ID: "join-squad", Path: apiPath + "/{id}/join", Tag: "squads", Scope: scope,
		Summary:     "Join a squad",
		Description: "Moves a member into a squad, out of another one if they are in it, and charges the fee: join_cost for a member of no squad, switch_cost for one of another squad and for one who left another squad within 24 hours; coming back to the same squad within 24 hours is free. The role in Discord follows. Somebody who is not in the server yet has 24 hours to come. When more than one rule refuses, the first of this order is told: already in it, not active, full, too few bytes.",
		Refusals: api.Refuses(noSquad(), refused(&store.Refusal{Code: store.AlreadyMember}, false), refused(&store.Refusal{Code: store.SquadInactive}, false),
			refused(&store.Refusal{Code: store.SquadFull, Max: 25}, false), refused(&store.Refusal{Code: store.InsufficientBalance, Amount: 50, Balance: 20}, false),
			fault.KeyReused()),
	}, func(ctx context.Context, in *struct {
		SquadPath
		api.Idempotency
		Body joinBody
	}) (store.Joined, error) {
		if err := aMember("user_id", in.Body.User); err != nil {
			return store.Joined{}, err
		}
		return s.Join(ctx, Join{Guild: in.Guild.ID, User: in.Body.User, Squad: in.ID.UUID, Name: in.Body.Username, Key: in.Key(ctx)})
	})

	api.Do(a, api.Op{
		ID: "leave-squad", Method: http.MethodDelete, Path: apiPath + "/{id}/leave", Tag: "squads", Scope: scope,
		Summary:     "Leave a squad",
		Description: "Takes a member out of a squad as by their own wish, which is free. The role in Discord follows.",
		Refusals:    api.Refuses(noSquad(), notMember()),
	}, func(ctx context.Context, in *struct {
		SquadPath
		Body leaveBody
	}) (*struct{}, error) {
		if err := aMember("user_id", in.Body.User); err != nil {
			return nil, err
		}
		return nil, s.Leave(ctx, Leave{Guild: in.Guild.ID, User: in.Body.User, Squad: in.ID.UUID})
	})

	api.Do(a, api.Op{
		ID: "list-squad-members", Method: http.MethodGet, Path: apiPath + "/{id}/members", Tag: "squads", Scope: api.ScopeRead,
		Summary:     "List the members of a squad",
		Description: "Lists who is in a squad, the longest first.",
		Refusals:    api.Refuses(noSquad()),
	}, func(ctx context.Context, in *struct {
		SquadPath
		api.Paging
	}) (*api.Page[store.Membership], error) {
		return api.List(ctx, in.Paging, func(after string, limit int) ([]store.Membership, error) {
			last, err := ReadMemberPosition(after)
			if err != nil {
				return nil, err
			}
			return s.Members(ctx, in.Guild.ID, in.ID.UUID, last, limit)
		}, MemberPosition)
	})

	type aUser struct {
		api.InGuild
		User api.ID `path:"user_id" doc:"The member." example:"1000000000000000002"`
	}
	none := api.Refuses(inNone(1000000000000000002))
	api.Get(a, api.Op{
		ID: "get-member-squad", Path: apiPath + "/members/{user_id}", Tag: "squads", Scope: api.ScopeRead,
		Summary: "Read the squad of a member", Description: "Returns the squad that a member is in, with when they joined it.",
		Refusals: none,
	}, func(ctx context.Context, in *aUser) (MemberSquad, error) {
		return s.Of(ctx, in.Guild.ID, in.User.ID)
	})
	api.Do(a, api.Op{
		ID: "remove-member", Method: http.MethodDelete, Path: apiPath + "/members/{user_id}", Tag: "squads", Scope: scope,
		Summary:     "Remove a member from their squad",
		Description: "Takes a member out of whichever squad they are in, as an admin does: joining another one afterwards costs them no more than joining does.",
		Refusals:    none,
	}, func(ctx context.Context, in *aUser) (*struct{}, error) {
		return nil, s.Remove(ctx, Remove{Guild: in.Guild.ID, User: in.User.ID, Actor: api.Actor(ctx)})
	})
}

// aMember fails with invalid for an id that no member can have.
func aMember(field string, user snowflake.ID) error {
	var f fault.Fields
	if user == store.Bank || user > 1<<63-1 {
		f.Add(field, "%d is not the ID of a member.", uint64(user))
	}
	return f.Err()
}

// What the operations may refuse, as the reference shows it.

func noSquad() error {
	return found(store.ErrNotFound, uuid.MustParse("019a0000-0000-7000-8000-000000000001"))
}

func badRole() error { return access.PowerfulRole.Fault("role_id") }
