package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/gateway"
	"github.com/disgoorg/disgo/rest"
)

// privileged are the intents that the owner of an application switches on by hand, with the flags
// that tell so: the second is that of a bot in fewer than a hundred guilds.
var privileged = []struct {
	intent gateway.Intents
	flags  discord.ApplicationFlags
	name   string // on the application's page
}{
	{gateway.IntentGuildMembers, discord.ApplicationFlagGatewayGuildMembers | discord.ApplicationFlagGatewayGuildMemberLimited, "Server Members Intent"},
	{gateway.IntentMessageContent, discord.ApplicationFlagGatewayMessageContent | discord.ApplicationFlagGatewayMessageContentLimited, "Message Content Intent"},
	{gateway.IntentGuildPresences, discord.ApplicationFlagGatewayPresence | discord.ApplicationFlagGatewayPresenceLimited, "Presence Intent"},
}

// permitted asks Discord whether it would let this bot in, since the gateway only closes the
// connection. It returns an error that says what to do about a token that is not known and about
// intents that are switched off; anything else is left to the gateway to say.
func permitted(ctx context.Context, api rest.Rest, wanted gateway.Intents) error {
	application, err := api.GetCurrentApplication(rest.WithCtx(ctx))
	var refused *rest.Error
	if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode == http.StatusUnauthorized {
		return errors.New("this DISCORD_TOKEN is not known to Discord; copy it anew from https://discord.com/developers/applications, under Bot")
	}
	if err != nil {
		return nil //nolint:nilerr // the gateway is asked next
	}
	var off []string
	for _, p := range privileged {
		if wanted.Has(p.intent) && application.Flags&p.flags == 0 {
			off = append(off, p.name)
		}
	}
	if len(off) > 0 {
		return fmt.Errorf("the bot may not hear what it needs: switch on %s at https://discord.com/developers/applications/%s/bot, under Privileged Gateway Intents",
			strings.Join(off, " and "), application.ID)
	}
	return nil
}
