package automod

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
)

// Rule is a rule of a guild with what is known of it.
type Rule struct {
	engine.Rule
	Position  int64
	Version   int64 // for ETag
	CreatedAt time.Time
	UpdatedAt time.Time
	Stats     store.AutomodStats // of the last seven days
}

// statsTime is how far back a rule's figures go.
const statsTime = 7 * 24 * time.Hour

// UUID is the rule's id.
func (r Rule) UUID() uuid.UUID { return uuid.MustParse(r.ID) } // it came from the database

func readRule(a store.AutomodRule) (Rule, error) {
	r := Rule{Position: a.Position, Version: a.Version, CreatedAt: a.CreatedAt, UpdatedAt: a.UpdatedAt}
	if err := json.Unmarshal(a.Doc, &r.Rule); err != nil {
		return r, err
	}
	r.ID, r.Name, r.Mode = a.ID.String(), a.Name, engine.Mode(a.Mode)
	return r, nil
}

// kept is a rule as the store keeps it.
func kept(guild snowflake.ID, r engine.Rule, at time.Time) (store.AutomodRule, error) {
	name, mode := r.Name, r.Mode
	r.ID = ""
	doc, err := json.Marshal(r)
	return store.AutomodRule{GuildID: guild, Name: name, Type: string(r.Type), Doc: doc, Mode: string(mode), UpdatedAt: at}, err
}

// Rules lists the rules of a guild in their order, with their figures. A guild that is met for the first time gets the
// starter rules, which only log.
func (s *Service) Rules(ctx context.Context, guild snowflake.ID) ([]Rule, error) {
	rules, err := s.rulesOf(ctx, guild)
	if err != nil {
		return nil, err
	}
	stats, err := s.store.AutomodStatsSince(ctx, guild, s.now().Add(-statsTime))
	if err != nil {
		return nil, err
	}
	for i := range rules {
		rules[i].Stats = stats[rules[i].UUID()]
	}
	return rules, nil
}

func (s *Service) rulesOf(ctx context.Context, guild snowflake.ID) ([]Rule, error) {
	found, err := s.store.AutomodRules(ctx, guild)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		starters, err := starterRules(guild, s.now())
		if err != nil {
			return nil, err
		}
		seeded, err := s.store.SeedAutomodRules(ctx, guild, starters, s.now())
		if err != nil {
			return nil, err
		}
		if seeded {
			s.changed(ctx, guild)
			if found, err = s.store.AutomodRules(ctx, guild); err != nil {
				return nil, err
			}
		}
	}
	rules := make([]Rule, 0, len(found))
	for _, a := range found {
		r, err := readRule(a)
		if err != nil {
			// A rule of a newer version: it is left alone, and the others work.
			s.log.ErrorContext(ctx, "a rule of auto-moderation cannot be read", "guild", guild, "rule", a.ID, "error", err)
			continue
		}
		rules = append(rules, r)
	}
	return rules, nil
}

func starterRules(guild snowflake.ID, at time.Time) ([]store.AutomodRule, error) {
	var rules []store.AutomodRule
	for _, r := range engine.Starter() {
		a, err := kept(guild, r, at)
		if err != nil {
			return nil, err
		}
		rules = append(rules, a)
	}
	return rules, nil
}

// Rule is one rule of a guild with its figures. It fails with not_found.
func (s *Service) Rule(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Rule, error) {
	a, err := s.store.AutomodRule(ctx, guild, id)
	if err != nil {
		return Rule{}, noRule(err)
	}
	r, err := readRule(a)
	if err != nil {
		return Rule{}, err
	}
	stats, err := s.store.AutomodStatsSince(ctx, guild, s.now().Add(-statsTime))
	r.Stats = stats[id]
	return r, err
}

func noRule(err error) error {
	switch {
	case errors.Is(err, store.ErrNotFound):
		return fault.New(fault.NotFound, "not_found", "There is no such rule in this server. It may have been deleted.").Because(err)
	case errors.Is(err, store.ErrStale):
		return fault.New(fault.Stale, "stale", "Somebody else has changed this rule meanwhile. Look at it again, then try again.").Because(err)
	case errors.Is(err, store.ErrExists):
		return fault.New(fault.Conflict, "rule_exists", "Another rule of this server has this name. Choose another name.").Because(err)
	case errors.Is(err, store.ErrTooMany):
		return fault.New(fault.Conflict, "too_many_rules", "A server can have at most %d rules. Delete one that is no longer needed first.", engine.MaxRules).Because(err)
	}
	return err
}

// Edit asks to make or change a rule.
type Edit struct {
	Guild     snowflake.ID
	ID        uuid.UUID   // of the rule that is changed
	Rule      engine.Rule // as it is to be; of a change the type stays as it was
	IfVersion *int64      // the version that it must be of; nil: any
	Actor     store.Actor
	By        access.Authority
}

// check is what keeps a rule from being saved: the engine's problems, worded as fields.
func (s *Service) check(r *engine.Rule) error {
	r.Name = strings.TrimSpace(r.Name)
	r.TextVersion = text.Version
	raw, err := json.Marshal(r)
	if err != nil {
		return err
	}
	var f fault.Fields
	for _, p := range engine.Validate(r) {
		f.Add(p.Location, "%s", p.Message)
	}
	if strings.Contains(string(raw), `\u0000`) {
		f.Add("config", "A rule cannot hold the character U+0000.")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if _, problems := engine.Compile(engine.Settings{}, []engine.Rule{*r}); len(problems) > 0 {
		for _, p := range problems {
			f.Add(p.Location, "%s", p.Message)
		}
	}
	return f.Err()
}

// Create adds a rule behind the others. It fails with not_allowed, with invalid and the names of what is wrong, with
// rule_exists and with too_many_rules.
func (s *Service) Create(ctx context.Context, in Edit) (Rule, error) {
	if err := s.maySetUp(ctx, in.Guild, in.By); err != nil {
		return Rule{}, err
	}
	if err := s.check(&in.Rule); err != nil {
		return Rule{}, err
	}
	a, err := kept(in.Guild, in.Rule, s.now())
	if err != nil {
		return Rule{}, err
	}
	if a, err = s.store.CreateAutomodRule(ctx, a, engine.MaxRules, in.Actor); err != nil {
		return Rule{}, noRule(err)
	}
	s.changed(ctx, in.Guild)
	return readRule(a)
}

// Change replaces a rule. It fails as Create does, and with not_found and stale.
func (s *Service) Change(ctx context.Context, in Edit) (Rule, error) {
	if err := s.maySetUp(ctx, in.Guild, in.By); err != nil {
		return Rule{}, err
	}
	if err := s.check(&in.Rule); err != nil {
		return Rule{}, err
	}
	return s.update(ctx, in.Guild, in.ID, in.IfVersion, in.Actor, func(r engine.Rule) (engine.Rule, error) {
		if r.Type != in.Rule.Type {
			return r, fault.New(fault.Refused, "type_fixed", "The type of a rule cannot change: this one is %s. Make another rule instead.", string(r.Type))
		}
		return in.Rule, nil
	})
}

// SetMode switches a rule off, to shadow or to enforce. It fails with not_allowed, not_found and stale.
func (s *Service) SetMode(ctx context.Context, in Edit, mode engine.Mode) (Rule, error) {
	if !slices.Contains([]engine.Mode{engine.Off, engine.Shadow, engine.Enforce}, mode) {
		var f fault.Fields
		f.Add("mode", "The mode is off, shadow or enforce.")
		return Rule{}, f.Err()
	}
	if err := s.maySetUp(ctx, in.Guild, in.By); err != nil {
		return Rule{}, err
	}
	return s.setMode(ctx, in.Guild, in.ID, in.IfVersion, mode, in.Actor)
}

func (s *Service) setMode(ctx context.Context, guild snowflake.ID, id uuid.UUID, ifVersion *int64, mode engine.Mode, actor store.Actor) (Rule, error) {
	return s.update(ctx, guild, id, ifVersion, actor, func(r engine.Rule) (engine.Rule, error) {
		r.Mode = mode
		return r, nil
	})
}

func (s *Service) update(ctx context.Context, guild snowflake.ID, id uuid.UUID, ifVersion *int64, actor store.Actor, change func(engine.Rule) (engine.Rule, error)) (Rule, error) {
	a, err := s.store.UpdateAutomodRule(ctx, guild, id, ifVersion, actor, func(old store.AutomodRule) (store.AutomodRule, error) {
		r, err := readRule(old)
		if err != nil {
			return old, err
		}
		next, err := change(r.Rule)
		if err != nil {
			return old, err
		}
		return kept(guild, next, s.now())
	})
	if err != nil {
		return Rule{}, noRule(err)
	}
	s.changed(ctx, guild)
	return readRule(a)
}

// Delete removes a rule; what it found stays in the log. It fails with not_allowed, not_found and stale.
func (s *Service) Delete(ctx context.Context, in Edit) (Rule, error) {
	if err := s.maySetUp(ctx, in.Guild, in.By); err != nil {
		return Rule{}, err
	}
	a, err := s.store.DeleteAutomodRule(ctx, in.Guild, in.ID, in.IfVersion, s.now(), in.Actor)
	if err != nil {
		return Rule{}, noRule(err)
	}
	s.changed(ctx, in.Guild)
	return readRule(a)
}

// Order puts the rules of a guild into an order and returns them. The first rule that is enforced and matches acts. It
// fails with not_allowed, and with conflict when ids are not exactly the rules of the guild.
func (s *Service) Order(ctx context.Context, guild snowflake.ID, ids []uuid.UUID, actor store.Actor, by access.Authority) ([]Rule, error) {
	if err := s.maySetUp(ctx, guild, by); err != nil {
		return nil, err
	}
	_, err := s.store.OrderAutomodRules(ctx, guild, ids, s.now(), actor)
	if errors.Is(err, store.ErrStale) {
		return nil, fault.New(fault.Conflict, "conflict", "These are not exactly the rules of this server: one was added or deleted meanwhile, or is named twice. Look at the list again, then order it.")
	}
	if err != nil {
		return nil, err
	}
	s.changed(ctx, guild)
	return s.Rules(ctx, guild)
}

// Panic says whether all rules of a guild are off.
func (s *Service) Panic(ctx context.Context, guild snowflake.ID) (store.AutomodPanic, error) {
	return s.store.AutomodPanicOf(ctx, guild)
}

// SetPanic switches all rules of a guild off at once, in every process within a second, or on again. Switching off takes
// Manage Server or Ban Members, switching on Manage Server.
func (s *Service) SetPanic(ctx context.Context, guild snowflake.ID, active bool, actor store.Actor, by access.Authority) (store.AutomodPanic, error) {
	act, sentence := access.HandleRaid, "Switching auto-moderation off takes the permission Manage Server or Ban Members."
	if !active {
		act, sentence = access.SetUp, "Switching auto-moderation on again takes the permission Manage Server."
	}
	if err := s.may(ctx, guild, by, act, sentence); err != nil {
		return store.AutomodPanic{}, err
	}
	p, err := s.store.SetAutomodPanic(ctx, guild, active, s.now(), actor)
	if err == nil {
		s.changed(ctx, guild)
	}
	return p, err
}

// changed makes every process read the rules of a guild again.
func (s *Service) changed(ctx context.Context, guild snowflake.ID) {
	s.ready.Invalidate(guild)
	s.bus.Publish(ctx, bus.Event{Topic: bus.RulesChanged, Guild: guild})
}
