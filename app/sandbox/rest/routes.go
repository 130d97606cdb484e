package rest

import "net/http"

const (
	get    = http.MethodGet
	post   = http.MethodPost
	put    = http.MethodPut
	patch  = http.MethodPatch
	remove = http.MethodDelete
)

// routes is the whole API, top to bottom.
func (a *API) routes() []route {
	const (
		guild    = "/guilds/{guild}"
		member   = guild + "/members/{user}"
		channel  = "/channels/{channel}"
		message  = channel + "/messages/{message}"
		reaction = message + "/reactions/{emoji}"
		global   = "/applications/{app}/commands"
		local    = "/applications/{app}/guilds/{guild}/commands"
		answer   = "/webhooks/{app}/{token}/messages/{message}"
	)
	return []route{
		{get, "/gateway", open, getGateway},
		{get, "/gateway/bot", bot, getGatewayBot},

		{get, "/users/@me", either, getMe},
		{patch, "/users/@me", bot, editMe},
		{get, "/users/@me/guilds", either, getMyGuilds},
		{remove, "/users/@me/guilds/{guild}", bot, leaveGuild},
		{get, "/users/@me/guilds/{guild}/member", person, getMyMember},
		{post, "/users/@me/channels", bot, openDirect},
		{get, "/users/{user}", bot, getUser},

		{get, "/applications/@me", bot, getApplication},
		{patch, "/applications/@me", bot, editApplication},
		{get, "/applications/{app}/emojis", bot, getAppEmojis},
		{post, "/applications/{app}/emojis", bot, createAppEmoji},
		{get, "/applications/{app}/emojis/{emoji}", bot, getAppEmoji},
		{patch, "/applications/{app}/emojis/{emoji}", bot, editAppEmoji},
		{remove, "/applications/{app}/emojis/{emoji}", bot, deleteAppEmoji},
		{get, "/applications/{app}/entitlements", bot, nothing},
		{get, "/applications/{app}/skus", bot, nothing},
		{get, "/oauth2/applications/@me", bot, getApplication},
		{get, "/oauth2/@me", person, getAuthorization},

		{get, global, bot, getCommands},
		{post, global, bot, addCommand},
		{put, global, bot, setCommands},
		{get, global + "/{command}", bot, getCommand},
		{patch, global + "/{command}", bot, editCommand},
		{remove, global + "/{command}", bot, deleteCommand},
		{get, local, bot, getCommands},
		{post, local, bot, addCommand},
		{put, local, bot, setCommands},
		{get, local + "/permissions", bot, getAllAccess},
		{get, local + "/{command}", bot, getCommand},
		{patch, local + "/{command}", bot, editCommand},
		{remove, local + "/{command}", bot, deleteCommand},
		{get, local + "/{command}/permissions", bot, getAccess},

		{post, "/interactions/{interaction}/{token}/callback", open, answerInteraction},
		{post, "/webhooks/{app}/{token}", open, postWebhook},
		{get, "/webhooks/{app}/{token}", open, getWebhook},
		{patch, "/webhooks/{app}/{token}", open, editWebhook},
		{remove, "/webhooks/{app}/{token}", open, deleteWebhook},
		{get, "/webhooks/{app}", bot, getWebhook},
		{patch, "/webhooks/{app}", bot, editWebhook},
		{remove, "/webhooks/{app}", bot, deleteWebhook},
		{get, answer, open, getWebhookMessage},
		{patch, answer, open, editWebhookMessage},
		{remove, answer, open, deleteWebhookMessage},
		{get, channel + "/webhooks", bot, getChannelWebhooks},
		{post, channel + "/webhooks", bot, createWebhook},
		{get, guild + "/webhooks", bot, getGuildWebhooks},

		{get, "/invites/{code}", open, getInvite},
		{remove, "/invites/{code}", bot, deleteInvite},
		{get, channel + "/invites", bot, getChannelInvites},
		{post, channel + "/invites", bot, createInvite},
		{get, guild + "/invites", bot, getGuildInvites},
		{get, guild + "/vanity-url", bot, getVanity},

		{get, guild, bot, getGuild},
		{patch, guild, bot, editGuild},
		{get, guild + "/channels", bot, getChannels},
		{post, guild + "/channels", bot, createChannel},
		{patch, guild + "/channels", bot, moveChannels},
		{get, guild + "/audit-logs", bot, getAuditLog},
		{get, guild + "/emojis", bot, getEmojis},
		{post, guild + "/emojis", bot, createEmoji},
		{get, guild + "/emojis/{emoji}", bot, getEmoji},
		{patch, guild + "/emojis/{emoji}", bot, editEmoji},
		{remove, guild + "/emojis/{emoji}", bot, deleteEmoji},
		{get, guild + "/stickers", bot, getStickers},
		{post, guild + "/stickers", bot, createSticker},
		{get, guild + "/stickers/{sticker}", bot, getGuildSticker},
		{patch, guild + "/stickers/{sticker}", bot, editSticker},
		{remove, guild + "/stickers/{sticker}", bot, deleteSticker},
		{get, "/stickers/{sticker}", bot, getSticker},
		{get, "/sticker-packs", bot, getStickerPacks},
		{get, guild + "/threads/active", bot, getThreads},

		{get, guild + "/auto-moderation/rules", bot, getRules},
		{post, guild + "/auto-moderation/rules", bot, createRule},
		{get, guild + "/auto-moderation/rules/{rule}", bot, getRule},
		{patch, guild + "/auto-moderation/rules/{rule}", bot, editRule},
		{remove, guild + "/auto-moderation/rules/{rule}", bot, deleteRule},

		{get, guild + "/members", bot, getMembers},
		{get, guild + "/members/search", bot, searchMembers},
		{patch, guild + "/members/@me", bot, editMyMember},
		{get, member, bot, getMember},
		{patch, member, bot, editMember},
		{remove, member, bot, kick},
		{put, member + "/roles/{role}", bot, addRole},
		{remove, member + "/roles/{role}", bot, removeRole},

		{get, guild + "/messages/search", bot, searchMessages},
		{get, guild + "/roles", bot, getRoles},
		{get, guild + "/roles/member-counts", bot, getRoleCounts},
		{post, guild + "/roles", bot, createRole},
		{patch, guild + "/roles", bot, moveRoles},
		{get, guild + "/roles/{role}", bot, getRole},
		{patch, guild + "/roles/{role}", bot, editRole},
		{remove, guild + "/roles/{role}", bot, deleteRole},

		{get, guild + "/bans", bot, getBans},
		{get, guild + "/bans/{user}", bot, getBan},
		{put, guild + "/bans/{user}", bot, ban},
		{remove, guild + "/bans/{user}", bot, unban},
		{post, guild + "/bulk-ban", bot, bulkBan},
		{get, guild + "/prune", bot, pruneCount},
		{post, guild + "/prune", bot, prune},
		{put, guild + "/incident-actions", bot, pauseGuild},

		{get, guild + "/voice-states/{user}", bot, getVoiceState},
		{patch, guild + "/voice-states/{user}", bot, editVoiceState},
		{get, "/voice/regions", bot, getVoiceRegions},
		{get, guild + "/regions", bot, getVoiceRegions},

		{get, channel, bot, getChannel},
		{patch, channel, bot, editChannel},
		{remove, channel, bot, deleteChannel},
		{put, channel + "/permissions/{overwrite}", bot, setOverwrite},
		{remove, channel + "/permissions/{overwrite}", bot, deleteOverwrite},
		{post, channel + "/typing", bot, startTyping},

		{post, channel + "/threads", bot, startThread},
		{post, message + "/threads", bot, startThreadAt},
		{get, channel + "/threads/archived/public", bot, getPublicArchive},
		{get, channel + "/threads/archived/private", bot, getPrivateArchive},
		{get, channel + "/users/@me/threads/archived/private", bot, getJoinedArchive},
		{get, channel + "/thread-members", bot, getThreadMembers},
		{get, channel + "/thread-members/{user}", bot, getThreadMember},
		{put, channel + "/thread-members/{user}", bot, addToThread},
		{remove, channel + "/thread-members/{user}", bot, removeFromThread},

		{get, channel + "/messages", bot, getMessages},
		{post, channel + "/messages", bot, createMessage},
		{post, channel + "/messages/bulk-delete", bot, deleteMessages},
		{get, channel + "/messages/pins", bot, getPins},
		{put, channel + "/messages/pins/{message}", bot, pin},
		{remove, channel + "/messages/pins/{message}", bot, unpin},
		{get, message, bot, getMessage},
		{patch, message, bot, editMessage},
		{remove, message, bot, deleteMessage},
		{get, channel + "/pins", bot, getPinsOld},
		{put, channel + "/pins/{message}", bot, pin},
		{remove, channel + "/pins/{message}", bot, unpin},

		{get, channel + "/polls/{message}/answers/{answer}", bot, getVoters},
		{post, message + "/crosspost", bot, publish},
		{post, channel + "/followers", bot, follow},
		{post, channel + "/polls/{message}/expire", bot, endPoll},

		{put, reaction + "/@me", bot, react},
		{remove, reaction + "/@me", bot, unreact},
		{remove, reaction + "/{user}", bot, unreact},
		{get, reaction, bot, getReactors},
		{remove, reaction, bot, clearReactions},
		{remove, message + "/reactions", bot, clearReactions},
	}
}
