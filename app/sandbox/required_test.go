package sandbox_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// The fields that Discord's document requires of an object, null or not.
var required = map[string]string{
	"user": "id username avatar discriminator public_flags flags global_name primary_guild",
	"guild": `id name icon description home_header splash discovery_splash features banner owner_id application_id region afk_channel_id
		afk_timeout system_channel_id system_channel_flags widget_enabled widget_channel_id verification_level roles
		default_message_notifications mfa_level explicit_content_filter max_presences max_members max_stage_video_channel_users
		max_video_channel_users vanity_url_code premium_tier premium_subscription_count preferred_locale rules_channel_id
		safety_alerts_channel_id public_updates_channel_id premium_progress_bar_enabled nsfw nsfw_level emojis stickers incidents_data`,
	"application": `id name icon description type verify_key flags flags_new redirect_uris interactions_endpoint_url
		role_connections_verification_url owner approximate_guild_count approximate_user_install_count
		approximate_user_authorization_count explicit_content_filter team eligible_oauth2_scopes`,
	"member": "avatar banner communication_disabled_until flags joined_at nick pending premium_since roles user mute deaf",
	"role":   "id name permissions position color colors hoist managed mentionable icon unicode_emoji flags",
	"message": `type content mentions mention_roles attachments embeds timestamp edited_timestamp flags components id channel_id author
		pinned mention_everyone tts`,
	"threads": "threads members has_more",
}

func TestResponsesHaveWhatTheDocumentRequires(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t)
	bot := newRaw(t, w)
	guild := "/v10/guilds/" + w.GuildID.String()
	message := bot.ok("POST", "/v10/channels/"+w.ChannelID.String()+"/messages", object{"content": "x"}).(object)
	for _, c := range []struct {
		schema   string
		response any
	}{
		{"user", bot.ok("GET", "/v10/users/@me", nil)},
		{"user", bot.ok("GET", "/v10/users/"+w.Member("Ken").ID.String(), nil)},
		{"guild", bot.ok("GET", guild, nil)},
		{"application", bot.ok("GET", "/v10/applications/@me", nil)},
		{"member", bot.ok("GET", guild+"/members/"+w.Member("Ken").ID.String(), nil)},
		{"role", bot.ok("GET", guild+"/roles", nil).([]any)[0]},
		{"message", message},
		{"user", message["author"]},
		{"threads", bot.ok("GET", guild+"/threads/active", nil)},
	} {
		for _, field := range strings.Fields(required[c.schema]) {
			require.Contains(t, c.response, field, c.schema)
		}
	}
}
