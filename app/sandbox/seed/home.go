package seed

// home is the guild that `dev` starts with. The bot is above the squads and the moderators'
// role and below the admins', so that both what it may do and what it may not can be tried.
func home() Guild {
	return Guild{
		Name: "Smarter Dev",
		Roles: []Role{
			{Name: "Newcomer", Color: "#94a3b8"},
			{Name: "Regular", Color: "#38bdf8"},
			{Name: "Byte Hoarder", Color: "#facc15"},
			{Name: "Gophers", Color: "#22d3ee", Mentionable: true},
			{Name: "Pythonistas", Color: "#fbbf24", Mentionable: true},
			{Name: "Rustaceans", Color: "#fb7185", Mentionable: true},
			{Name: "Contributor", Color: "#a78bfa", Hoist: true},
			{Name: "Moderator", Color: "#22c55e", Hoist: true, Permissions: []string{
				"KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS", "MANAGE_MESSAGES", "MANAGE_NICKNAMES", "VIEW_AUDIT_LOG",
			}},
			{Name: "Smarter Dev", Color: "#3b82f6", Bot: true, Permissions: []string{
				"VIEW_CHANNEL", "SEND_MESSAGES", "EMBED_LINKS", "ATTACH_FILES", "READ_MESSAGE_HISTORY", "ADD_REACTIONS",
				"USE_EXTERNAL_EMOJIS", "USE_APPLICATION_COMMANDS", "MANAGE_ROLES", "MANAGE_MESSAGES", "MANAGE_NICKNAMES",
				"MANAGE_CHANNELS", "MANAGE_GUILD", "KICK_MEMBERS", "BAN_MEMBERS", "MODERATE_MEMBERS", "VIEW_AUDIT_LOG",
				"CHANGE_NICKNAME", "PIN_MESSAGES",
			}},
			{Name: "Admin", Color: "#f97316", Hoist: true, Permissions: []string{"ADMINISTRATOR"}},
		},
		Channels: []Channel{
			{Name: "Welcome", Type: "category"},
			{Name: "general", Category: "Welcome", Topic: "Talk about anything. Say hello!"},
			{Name: "rules", Category: "Welcome", Topic: "Be kind, be curious.", ReadOnly: true},
			{Name: "announcements", Type: "news", Category: "Welcome", ReadOnly: true},
			{Name: "Code", Type: "category"},
			{Name: "code-help", Category: "Code", Topic: "Ask, show what you tried, learn."},
			{Name: "show-and-tell", Category: "Code", Topic: "What are you building?"},
			{Name: "bot-commands", Category: "Code", Topic: "Try /bytes here."},
			{Name: "slow-talk", Category: "Code", Topic: "One thought every ten seconds.", SlowMode: 10},
			{Name: "Staff", Type: "category", Private: []string{"Moderator"}},
			{Name: "staff-room", Category: "Staff", Private: []string{"Moderator"}},
			{Name: "mod-log", Category: "Staff", Private: []string{"Moderator"}, Topic: "What the moderators did."},
			{Name: "Lounge", Type: "voice"},
		},
		Stickers: []string{"Ship it", "Rubber duck", "Works on my machine"},
		Members: []Member{
			{Name: "Ada", Owner: true, Roles: []string{"Admin"}},
			{Name: "Grace", Roles: []string{"Moderator", "Gophers"}},
			{Name: "Linus", Roles: []string{"Regular", "Rustaceans"}},
			{Name: "Margaret", Roles: []string{"Contributor", "Pythonistas"}},
			{Name: "Alan", Roles: []string{"Regular"}},
			{Name: "Katherine", Nick: "Kat", Roles: []string{"Contributor", "Gophers"}},
			{Name: "Dennis", Roles: []string{"Admin"}},
			{Name: "Barbara", Roles: []string{"Pythonistas"}},
			{Name: "Edsger", NoAvatar: true},
			{Name: "Radia", Roles: []string{"Newcomer"}},
			{Name: "Ken"},
			{Name: "Echo", Bot: true},
		},
	}
}
