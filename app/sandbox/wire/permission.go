package wire

// The permission bits, with Discord's names.
const (
	CreateInstantInvite  Permissions = 1 << 0
	KickMembers          Permissions = 1 << 1
	BanMembers           Permissions = 1 << 2
	Administrator        Permissions = 1 << 3
	ManageChannels       Permissions = 1 << 4
	ManageGuild          Permissions = 1 << 5
	AddReactions         Permissions = 1 << 6
	ViewAuditLog         Permissions = 1 << 7
	PrioritySpeaker      Permissions = 1 << 8
	Stream               Permissions = 1 << 9
	ViewChannel          Permissions = 1 << 10
	SendMessages         Permissions = 1 << 11
	SendTTSMessages      Permissions = 1 << 12
	ManageMessages       Permissions = 1 << 13
	EmbedLinks           Permissions = 1 << 14
	AttachFiles          Permissions = 1 << 15
	ReadMessageHistory   Permissions = 1 << 16
	MentionEveryone      Permissions = 1 << 17
	UseExternalEmojis    Permissions = 1 << 18
	ViewGuildInsights    Permissions = 1 << 19
	Connect              Permissions = 1 << 20
	Speak                Permissions = 1 << 21
	MuteMembers          Permissions = 1 << 22
	DeafenMembers        Permissions = 1 << 23
	MoveMembers          Permissions = 1 << 24
	UseVAD               Permissions = 1 << 25
	ChangeNickname       Permissions = 1 << 26
	ManageNicknames      Permissions = 1 << 27
	ManageRoles          Permissions = 1 << 28
	ManageWebhooks       Permissions = 1 << 29
	ManageExpressions    Permissions = 1 << 30
	UseCommands          Permissions = 1 << 31
	RequestToSpeak       Permissions = 1 << 32
	ManageEvents         Permissions = 1 << 33
	ManageThreads        Permissions = 1 << 34
	CreatePublicThreads  Permissions = 1 << 35
	CreatePrivateThreads Permissions = 1 << 36
	UseExternalStickers  Permissions = 1 << 37
	SendInThreads        Permissions = 1 << 38
	UseActivities        Permissions = 1 << 39
	ModerateMembers      Permissions = 1 << 40
	ViewMonetization     Permissions = 1 << 41
	UseSoundboard        Permissions = 1 << 42
	CreateExpressions    Permissions = 1 << 43
	CreateEvents         Permissions = 1 << 44
	UseExternalSounds    Permissions = 1 << 45
	SendVoiceMessages    Permissions = 1 << 46
	SetVoiceStatus       Permissions = 1 << 48
	SendPolls            Permissions = 1 << 49
	UseExternalApps      Permissions = 1 << 50
	PinMessages          Permissions = 1 << 51
	BypassSlowmode       Permissions = 1 << 52
)

// AllPermissions is every bit that Discord defines.
const AllPermissions = Permissions(1<<53-1) &^ (1 << 47)

// DefaultPermissions is what @everyone may do in a new guild.
const DefaultPermissions = ViewChannel | SendMessages | SendInThreads | CreatePublicThreads | CreatePrivateThreads |
	EmbedLinks | AttachFiles | ReadMessageHistory | AddReactions | UseExternalEmojis | UseExternalStickers |
	UseCommands | ChangeNickname | CreateInstantInvite | Connect | Speak | Stream | UseVAD | UseActivities |
	UseSoundboard | SendVoiceMessages | SendPolls | UseExternalApps | UseExternalSounds
