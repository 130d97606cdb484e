package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// privileged are the intents that the owner of an application switches on by hand, with the flags
// that say so: the second is that of a bot in fewer than a hundred guilds.
var privileged = []struct {
	intent gateway.Intents
	flags  discord.ApplicationFlags
	name   string // on the application's page
}{
	{gateway.IntentGuildMembers, discord.ApplicationFlagGatewayGuildMembers | discord.ApplicationFlagGatewayGuildMemberLimited, "Server Members Intent"},
	{gateway.IntentMessageContent, discord.ApplicationFlagGatewayMessageContent | discord.ApplicationFlagGatewayMessageContentLimited, "Message Content Intent"},
	{gateway.IntentGuildPresences, discord.ApplicationFlagGatewayPresence | discord.ApplicationFlagGatewayPresenceLimited, "Presence Intent"},
}

// MissingIntent is a privileged intent that features prefer and that the bot's owner has not
// switched on.
type MissingIntent struct {
	Intent  gateway.Intents
	Name    string      // as on the application's page
	Effects []i18n.Text // what does not work, a sentence without values each
	URL     string      // where it is switched on
}

// effects are one English text.
func (m MissingIntent) effects() string {
	texts := make([]string, len(m.Effects))
	for i, e := range m.Effects {
		texts[i] = e.String()
	}
	return strings.Join(texts, " ")
}

// intents are what the features ask for, and what Discord grants of it.
type intents struct {
	log *slog.Logger

	mu          sync.Mutex
	required    gateway.Intents
	preferred   gateway.Intents
	effects     map[gateway.Intents][]i18n.Text // of a preferred one that is missing
	off         gateway.Intents                 // what Discord does not grant
	application snowflake.ID
	dropped     func() // called when fewer are granted; may be nil
}

func newIntents(log *slog.Logger) *intents {
	return &intents{log: log, required: gateway.IntentGuilds, effects: make(map[gateway.Intents][]i18n.Text)}
}

// granted are the intents to ask Discord for.
func (i *intents) granted() gateway.Intents {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.required.Add(i.preferred.Remove(i.off))
}

func (i *intents) missing() (list []MissingIntent) {
	i.mu.Lock()
	defer i.mu.Unlock()
	for _, p := range privileged {
		if i.preferred.Has(p.intent) && i.off.Has(p.intent) {
			list = append(list, MissingIntent{p.intent, p.name, slices.Clone(i.effects[p.intent]), botPage(i.application)})
		}
	}
	return list
}

// check asks Discord what this bot is granted, since the gateway only closes the connection. It
// returns an error that says what to do about a token that is not known and about required intents
// that are switched off. Where Discord does not say, the gateway will.
func (i *intents) check(ctx context.Context, api rest.Rest) error {
	application, err := api.GetCurrentApplication(rest.WithCtx(ctx))
	if refused, ok := errors.AsType[*rest.Error](err); ok && refused.Response != nil && refused.Response.StatusCode == http.StatusUnauthorized {
		return fmt.Errorf("%w: this DISCORD_TOKEN is not known to Discord; copy it again from https://discord.com/developers/applications, under Bot", errGatewayRefused)
	}
	if err != nil {
		return nil //nolint:nilerr // the gateway is asked next
	}
	var off gateway.Intents
	for _, p := range privileged {
		if application.Flags&p.flags == 0 {
			off = off.Add(p.intent)
		}
	}
	return i.restrict(application.ID, off)
}

// disallowed is called when the gateway has refused an intent. It returns nil when fewer are asked
// for now.
func (i *intents) disallowed(ctx context.Context, api rest.Rest) error {
	before := i.granted()
	if err := i.check(ctx, api); err != nil {
		return err
	}
	if i.granted() != before {
		return nil
	}
	// Discord does not say which: do without all that can be done without.
	var all gateway.Intents
	for _, p := range privileged {
		all = all.Add(p.intent)
	}
	i.mu.Lock()
	application := i.application
	i.mu.Unlock()
	if err := i.restrict(application, all); err != nil {
		return err
	}
	if i.granted() == before {
		return fmt.Errorf("%w: %s", errGatewayRefused, gateway.CloseEventCodeDisallowedIntent.Explanation)
	}
	return nil
}

// restrict takes note of the privileged intents that are off, and logs what does not work without
// them when that is news.
func (i *intents) restrict(application snowflake.ID, off gateway.Intents) error {
	i.mu.Lock()
	i.application = application
	news := i.preferred & off &^ i.off
	i.off = off
	required, dropped := i.required, i.dropped
	i.mu.Unlock()
	var names []string
	for _, p := range privileged {
		if required.Has(p.intent) && off.Has(p.intent) {
			names = append(names, p.name)
		}
	}
	if len(names) > 0 {
		return fmt.Errorf("%w: the bot cannot work without some events: switch on %s at %s, under Privileged Gateway Intents",
			errGatewayRefused, strings.Join(names, " and "), botPage(application))
	}
	for _, m := range i.missing() {
		if news.Has(m.Intent) {
			i.log.Warn("a privileged intent is off; the bot runs without it", "intent", m.Name, "effect", m.effects(), "switch_on", m.URL)
		}
	}
	if news != 0 && dropped != nil {
		dropped()
	}
	return nil
}

func botPage(application snowflake.ID) string {
	return fmt.Sprintf("https://discord.com/developers/applications/%s/bot", application)
}
