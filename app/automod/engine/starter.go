package engine

import "github.com/smarter-dev/smarterdev/app/automod/engine/text"

// Starter returns the rules of a new guild, all in shadow, the harshest first: the first match of a
// rule that is enforced acts.
func Starter() []Rule {
	none := func(config *Duplicate) {
		config.Messages, config.ChannelsCount, config.Files = nil, nil, nil
	}
	const minute, hour, day = 60, 60 * 60, 24 * 60 * 60
	return []Rule{
		starter("Same file in several channels", TypeDuplicate, func(c *Duplicate) {
			none(c)
			c.Files, c.Seconds = new(3), 60
		}, Conditions{MemberForLessThanSeconds: 30 * day},
			&Delete{Burst: true}, &Timeout{DurationSeconds: day, Reason: "The account was probably hijacked"}, &Alert{Buttons: true}),
		starter("Repeated messages", TypeDuplicate, func(c *Duplicate) {
			c.Files = nil
		}, Conditions{}, &Delete{Burst: true}, &Timeout{DurationSeconds: hour}),
		starter("Mass mentions", TypeMentions, func(*Mentions) {}, Conditions{}, &Delete{}, &Timeout{DurationSeconds: 10 * minute}),
		starter("Mentions adding up", TypeMentions, func(c *Mentions) {
			c.MentionTotalLimit, c.RoleLimit, c.Seconds, c.Everyone = new(12), nil, 30, false
		}, Conditions{}, &Delete{Burst: true}, &Timeout{DurationSeconds: 10 * minute}),
		starter("Too many messages", TypeMessageRate, func(*MessageRate) {}, Conditions{}, &Delete{Burst: true}, &Timeout{DurationSeconds: 5 * minute}),
		starter("Invites to other servers", TypeLinks, func(*Links) {}, Conditions{}, &Delete{}, &Warn{}),
		starter("Same text from many members", TypeCrowd, func(*Crowd) {}, Conditions{}, &Delete{Burst: true}, &Alert{Buttons: true}),
		starter("Programs and scripts", TypeFileExtension, func(c *FileExtension) {
			c.Extensions = []string{
				"exe", "scr", "bat", "cmd", "com", "pif", "msi", "msix", "vbs", "vbe", "js", "jse", "wsf", "hta", "ps1",
				"lnk", "reg", "jar", "apk", "dll", "iso", "img",
			}
		}, Conditions{}, &Delete{}, &Notify{CustomMessage: "Your file was removed: {server} does not allow programs and scripts."}),
		starter("Look-alikes of known sites", TypeLinks, func(c *Links) {
			c.Invites, c.Unreadable = InvitesOff, true
			c.LookalikeOf = []string{
				"discord.com", "discord.gg", "discordapp.com", "discordapp.net", "discord.gift", "discord.new", "discordstatus.com",
				"discord.media", "steamcommunity.com", "steampowered.com", "steamstatic.com", "roblox.com",
			}
		}, Conditions{}, &Alert{Buttons: true}),
		starter("Raid", TypeRaid, func(*Raid) {}, Conditions{}, &RaidMode{DurationSeconds: 15 * minute}, &Alert{Buttons: true}),
		starter("Names with invites or like the staff's", TypeUsername, func(c *Username) {
			c.Links, c.MinAccountAgeSeconds = true, 0
		}, Conditions{}, &Alert{Buttons: true}),
	}
}

// starter is a rule with the defaults of its type but for what change says.
func starter[C any](name string, t Type, change func(*C), conditions Conditions, actions ...Action) Rule {
	rule := Rule{
		Name: name, Type: t, Config: NewConfig(t), Conditions: conditions, Actions: actions, Mode: Shadow,
		TextVersion: text.Version,
	}
	change(any(rule.Config).(*C))
	fillLists(&rule)
	return rule
}
