package bot

import (
	"context"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/handler"
	"github.com/disgoorg/disgo/rest"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

const (
	// suggestTimeout bounds suggestions: they cannot be deferred, and come too late after three seconds.
	suggestTimeout  = 2500 * time.Millisecond
	mostSuggestions = 25
	longestChoice   = 100 // characters, of its name and of its value
)

// Suggestion is a choice offered while somebody types an option of a command.
type Suggestion struct {
	Name  string // shown; cut when it is too long
	Value string // what the option holds when it is chosen, at most 100 characters
}

// Suggester answers while somebody types, with at most 25 choices that fit Interaction.Typed. They may still
// send anything else. An error is logged, and shows as no suggestions.
type Suggester func(ctx context.Context, i *Interaction) ([]Suggestion, error)

// Autocomplete mounts the suggestions for the options of a slash command by its path: "/squads/join".
func (m *Mux) Autocomplete(path string, s Suggester) {
	m.router.Autocomplete(path, func(e *handler.AutocompleteEvent) error {
		if e.GuildID() == nil || e.Member() == nil {
			return nil // what is typed outside of a server has no suggestions
		}
		m.running.Go(func() {
			ctx, cancel := context.WithTimeout(m.base, suggestTimeout)
			defer cancel()
			m.suggest(ctx, path, e, s)
		})
		return nil
	})
}

func (m *Mux) suggest(ctx context.Context, path string, e *handler.AutocompleteEvent, s Suggester) {
	start := time.Now()
	interaction := newInteraction(m.printer(e.Locale()), interactionEvent(e.GenericEvent, e.AutocompleteInteraction, e.Respond, e.Vars))
	log := m.log.With("interaction", interaction.ID, "route", path, "guild", interaction.Guild, "user", interaction.User().ID)
	outcome := "ok"
	var found []Suggestion
	// call catches a panic.
	_, err := call(ctx, m.served(func(ctx context.Context, i *Interaction) (_ Reply, err error) {
		found, err = s(ctx, i)
		return Reply{}, err
	}), interaction)
	if err != nil && !fault.Has(err, notHere) {
		outcome = "error"
		log.Error("suggestions failed", "error", err)
	}
	err = e.AutocompleteResult(choices(found), rest.WithCtx(context.WithoutCancel(ctx)))
	if err != nil && !answered(err) {
		outcome = "unanswered"
		log.Warn("suggestions not shown", "error", err)
	}
	m.metrics.interaction("suggest "+path, outcome, time.Since(start))
}

func choices(found []Suggestion) []discord.AutocompleteChoice {
	list := []discord.AutocompleteChoice{}
	for _, c := range found[:min(len(found), mostSuggestions)] {
		list = append(list, discord.AutocompleteChoiceString{Name: Cut(c.Name, longestChoice), Value: c.Value})
	}
	return list
}
