package automod

import (
	"strings"

	"github.com/smarter-dev/smarterdev/app/automod/engine"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// word is what a field of the editor is called, and what an owner should know about it.
type word struct{ label, help i18n.Text }

// words are by the field's name; a type's own meaning of a name is below "type.name".
var words = map[string]word{
	"keyword_filter": {i18n.M("Words and phrases"), i18n.M("One a line. cat finds the whole word, cat* also category, *cat* also inside of words. Accents, look-alike letters and invisible characters are seen through.")},
	"regex_patterns": {i18n.M("Patterns"), i18n.M("One regular expression (RE2) a line, at most 260 characters. They ignore capitals. A pattern without a fixed part of three letters is slow; a server can have eight.")},
	"allow_list":     {i18n.M("Allowed"), i18n.M("One a line. Excuses a find only when it lies inside of what is allowed here.")},
	"fold_accents":   {i18n.M("Ignore accents"), i18n.M("Finds café for cafe. Switch it off where accents make another word.")},
	"leet":           {i18n.M("Read digits as letters"), i18n.M("Finds fr33 for free. Also finds innocent numbers now and then.")},
	"lookalikes":     {i18n.M("Read look-alike letters"), i18n.M("Finds words written with letters of another alphabet.")},
	"skip_code":      {i18n.M("Leave out code blocks"), i18n.M("")},
	"in":             {i18n.M("Only in these parts of a message"), i18n.M("None: everywhere.")},
	"on":             {i18n.M("Only in these names"), i18n.M("None: in all of them.")},

	"mentions.mention_total_limit": {i18n.M("People mentioned"), i18n.M("Found at this number. Empty: people are not counted. A reply does not count the person it answers.")},
	"role_limit":                   {i18n.M("Roles mentioned"), i18n.M("Found at this number. Empty: roles are not counted.")},
	"everyone":                     {i18n.M("Attempts at @everyone and @here"), i18n.M("By members who may not use them.")},
	"seconds":                      {i18n.M("Within"), i18n.M("")},
	"mentions.seconds":             {i18n.M("Within"), i18n.M("0: in one message.")},
	"newlines.seconds":             {i18n.M("Within"), i18n.M("0: in one message.")},
	"emoji.seconds":                {i18n.M("Within"), i18n.M("0: in one message.")},
	"attachments_rate.seconds":     {i18n.M("Within"), i18n.M("0: in one message.")},

	"messages":                {i18n.M("Messages"), i18n.M("Of one member, over all channels.")},
	"message_rate.channels":   {i18n.M("Count only in these channels"), i18n.M("None: all channels together.")},
	"duplicate.messages":      {i18n.M("Equal or similar messages"), i18n.M("Of one member. Empty: not counted.")},
	"channels_count":          {i18n.M("Channels with the same text"), i18n.M("Empty: not counted.")},
	"files":                   {i18n.M("Posts of the same file"), i18n.M("Empty: not counted. The files are compared byte by byte before anything is done.")},
	"similarity":              {i18n.M("How similar"), i18n.M("1: equal. 0.85 also finds texts with a few changed letters.")},
	"min_length":              {i18n.M("Letters and digits at least"), i18n.M("Shorter texts, such as lol, do not count.")},
	"crowd.members":           {i18n.M("Different members"), i18n.M("Who write the same text.")},
	"min_accounts_suspicious": {i18n.M("Of these suspicious"), i18n.M("0: whoever they are. Greetings and game results are often the same text.")},

	"mode":        {i18n.M("List of extensions"), i18n.M("")},
	"extensions":  {i18n.M("Extensions"), i18n.M("One a line, without a dot. Every part of a double extension counts: photo.png.exe is an exe.")},
	"max_size":    {i18n.M("Largest file"), i18n.M("Empty: any size.")},
	"sniff":       {i18n.M("Look at the first bytes too"), i18n.M("Finds a program that is called photo.png.")},
	"attachments": {i18n.M("Files"), i18n.M("Of one member.")},
	"limit":       {i18n.M("At least"), i18n.M("")},
	"consecutive": {i18n.M("Empty lines in a row"), i18n.M("Empty: not counted.")},
	"percent":     {i18n.M("Share of capitals"), i18n.M("")},
	"min_letters": {i18n.M("Letters at least"), i18n.M("Shorter messages do not count. Languages without capitals never match.")},

	"invites":                 {i18n.M("Invites"), i18n.M("")},
	"username.invites":        {i18n.M("Invites in names"), i18n.M("")},
	"links":                   {i18n.M("Links in names"), i18n.M("")},
	"allowed_guild_ids":       {i18n.M("Servers whose invites are allowed"), i18n.M("IDs, one a line. Your own server always is.")},
	"domain_mode":             {i18n.M("List of domains"), i18n.M("")},
	"domains":                 {i18n.M("Domains"), i18n.M("One a line; subdomains are included.")},
	"links.lookalike_of":      {i18n.M("Domains that others imitate"), i18n.M("One a line. Finds discörd.com for discord.com, and the like.")},
	"username.lookalike_of":   {i18n.M("Names that others imitate"), i18n.M("One a line.")},
	"lookalike_staff":         {i18n.M("Names like those of moderators"), i18n.M("")},
	"unreadable":              {i18n.M("Links that cannot be read"), i18n.M("Clients open them, but what they lead to is hidden.")},
	"unknown_invite":          {i18n.M("Invites whose server is not known"), i18n.M("Discord did not say where they lead.")},
	"min_account_age_seconds": {i18n.M("Accounts younger than"), i18n.M("0: any age.")},
	"require_avatar":          {i18n.M("Accounts without a picture"), i18n.M("")},

	"joins":               {i18n.M("Joins"), i18n.M("People who come back do not count.")},
	"suspicious_percent":  {i18n.M("Of these suspicious"), i18n.M("")},
	"joins_any":           {i18n.M("Joins, whoever they are"), i18n.M("Empty: only suspicious ones count.")},
	"account_age_seconds": {i18n.M("Suspicious: accounts younger than"), i18n.M("")},
	"default_avatar":      {i18n.M("Suspicious: no picture"), i18n.M("")},
	"same_avatar":         {i18n.M("Suspicious: the same picture"), i18n.M("")},
	"same_pattern":        {i18n.M("Suspicious: names of one pattern"), i18n.M("")},

	"member_for_less_than_seconds": {i18n.M("Only members for less than"), i18n.M("Empty: all members.")},
	"account_younger_than_seconds": {i18n.M("Only accounts younger than"), i18n.M("Empty: all accounts.")},
	"roles_any":                    {i18n.M("Only members with one of these roles"), i18n.M("None: all members.")},
	"conditions.channels":          {i18n.M("Only in these channels"), i18n.M("A category covers what is in it. None: everywhere.")},
	"exempt_roles":                 {i18n.M("Not members with these roles"), i18n.M("")},
	"exempt_channels":              {i18n.M("Not in these channels"), i18n.M("A category covers what is in it.")},

	"burst":                  {i18n.M("Also the other messages of the burst"), i18n.M("")},
	"duration_seconds":       {i18n.M("For"), i18n.M("")},
	"ban.duration_seconds":   {i18n.M("For"), i18n.M("Empty: for good.")},
	"reason":                 {i18n.M("Reason"), i18n.M("Empty: the rule’s name. The member reads it.")},
	"delete_message_seconds": {i18n.M("Delete messages of the last"), i18n.M("")},
	"nickname":               {i18n.M("Nickname"), i18n.M("{n} becomes a number.")},
	"channel_id":             {i18n.M("Channel"), i18n.M("")},
	"role_id":                {i18n.M("Role to mention"), i18n.M("")},
	"buttons":                {i18n.M("With buttons for moderators"), i18n.M("")},
	"custom_message":         {i18n.M("Message"), i18n.M("{rule} and {server} are replaced.")},
	"rate_limit_per_user":    {i18n.M("One message in"), i18n.M("")},
}

// choices are what the values of a select or of a list of parts are called.
var choices = map[string]i18n.Text{
	"block": i18n.M("Block those of the list"), "allow_only": i18n.M("Allow only those of the list"), "off": i18n.M("Not looked at"),
	"foreign": i18n.M("Those to other servers"), "all": i18n.M("All"), "alert": i18n.M("Only an alert"), "hit": i18n.M("Count as found"), "ignore": i18n.M("Ignore"),
	"content": i18n.M("Text"), "embed": i18n.M("Embeds"), "snapshot": i18n.M("Forwarded messages"), "poll": i18n.M("Polls"), "thread_name": i18n.M("Thread titles"),
	"sticker": i18n.M("Sticker names"), "filename": i18n.M("File names"), "description": i18n.M("File descriptions"), "component": i18n.M("Buttons"),
	"username": i18n.M("User name"), "global_name": i18n.M("Display name"), "nick": i18n.M("Nickname"),
}

// units are said behind a number.
func unitOf(name string) i18n.Text {
	switch {
	case strings.HasSuffix(name, "seconds") || name == "rate_limit_per_user":
		return i18n.M("seconds")
	case strings.HasSuffix(name, "percent") || name == "min_accounts_suspicious":
		return i18n.M("%%")
	case name == "max_size":
		return i18n.M("bytes")
	}
	return i18n.Text{}
}

// typeName is what a type of rule is called, and what it finds.
func typeName(t engine.Type) (name, about i18n.Text) {
	switch t {
	case engine.TypeContent:
		return i18n.M("Words and patterns"), i18n.M("Words, phrases and regular expressions in what members write.")
	case engine.TypeLinks:
		return i18n.M("Links and invites"), i18n.M("Invites to other servers, blocked domains, and addresses that imitate known ones.")
	case engine.TypeMentions:
		return i18n.M("Mentions"), i18n.M("Messages that mention many people or roles, or try @everyone.")
	case engine.TypeMessageRate:
		return i18n.M("Many messages"), i18n.M("A member who writes many messages in a short time.")
	case engine.TypeDuplicate:
		return i18n.M("Repetition"), i18n.M("A member who writes the same or nearly the same again and again, or posts the same file.")
	case engine.TypeCrowd:
		return i18n.M("Crowd"), i18n.M("The same text from many different members, as in a spam wave.")
	case engine.TypeFileExtension:
		return i18n.M("Files"), i18n.M("Files by their extension or size.")
	case engine.TypeAttachmentsRate:
		return i18n.M("Many files"), i18n.M("A member who posts many files in a short time.")
	case engine.TypeNewlines:
		return i18n.M("Long messages"), i18n.M("Messages that fill the screen with line breaks.")
	case engine.TypeCaps:
		return i18n.M("Capitals"), i18n.M("Messages that are mostly in capitals.")
	case engine.TypeEmoji:
		return i18n.M("Emoji"), i18n.M("Messages with many emoji or stickers.")
	case engine.TypeUsername:
		return i18n.M("Names"), i18n.M("Names with words, invites or links, or like those of moderators; seen when somebody joins or renames.")
	case engine.TypeRaid:
		return i18n.M("Raid"), i18n.M("Many people who join in a short time, most of them suspicious.")
	}
	return i18n.M("%s", string(t)), i18n.Text{}
}
