package wire

import "github.com/smarter-dev/smarterdev/app/sandbox/problem"

// Channel flags.
const (
	FlagPinnedPost = 1 << 1 // a post at the top of its forum
	FlagRequireTag = 1 << 4 // a forum whose posts need a tag
)

// ThreadFields are those that a channel has when it is a thread.
type ThreadFields struct {
	OwnerID      ID              `json:"owner_id,omitempty"`
	Metadata     *ThreadMetadata `json:"thread_metadata,omitempty"`
	MessageCount *int            `json:"message_count,omitempty"` // without what was deleted
	MemberCount  *int            `json:"member_count,omitempty"`  // at most 50
	TotalSent    *int            `json:"total_message_sent,omitempty"`
	AppliedTags  *[]ID           `json:"applied_tags,omitempty"`
	Joined       *ThreadMember   `json:"member,omitempty"`        // of whoever asks
	NewlyCreated bool            `json:"newly_created,omitempty"` // in THREAD_CREATE only
}

// ThreadMetadata is what only threads have.
type ThreadMetadata struct {
	Archived    bool  `json:"archived"`
	AutoArchive int   `json:"auto_archive_duration"` // minutes
	ArchivedAt  Time  `json:"archive_timestamp"`     // when Archived was last changed
	Locked      bool  `json:"locked"`
	Invitable   *bool `json:"invitable,omitempty"` // of private threads only
	CreatedAt   *Time `json:"create_timestamp"`
}

// ThreadMember is somebody who is in a thread.
type ThreadMember struct {
	ID       ID      `json:"id,omitempty"`      // not in GUILD_CREATE
	UserID   ID      `json:"user_id,omitempty"` // not in GUILD_CREATE
	JoinedAt Time    `json:"join_timestamp"`
	Flags    int     `json:"flags"`
	Member   *Member `json:"member,omitempty"`
}

// ForumFields are those that a channel has when it is a forum.
type ForumFields struct {
	AvailableTags      *[]ForumTag      `json:"available_tags,omitempty"`
	DefaultReaction    *DefaultReaction `json:"default_reaction_emoji,omitempty"`
	DefaultSortOrder   *int             `json:"default_sort_order,omitempty"`
	DefaultForumLayout *int             `json:"default_forum_layout,omitempty"`
	DefaultThreadPause int              `json:"default_thread_rate_limit_per_user,omitempty"`
	DefaultAutoArchive int              `json:"default_auto_archive_duration,omitempty"`
}

// ForumTag is what a post in a forum can be marked with.
type ForumTag struct {
	ID        ID      `json:"id"`
	Name      string  `json:"name"`
	Moderated bool    `json:"moderated"` // only those who manage threads may set it
	EmojiID   *ID     `json:"emoji_id"`
	EmojiName *string `json:"emoji_name"`
}

// DefaultReaction is the emoji that a forum offers first.
type DefaultReaction struct {
	EmojiID   *ID     `json:"emoji_id"`
	EmojiName *string `json:"emoji_name"`
}

// ThreadChannelInput is what the body of creating or changing a channel may have for threads and forums.
type ThreadChannelInput struct {
	Archived           Opt[bool]            `json:"archived"`
	AutoArchive        Opt[int]             `json:"auto_archive_duration"`
	Locked             Opt[bool]            `json:"locked"`
	Invitable          Opt[bool]            `json:"invitable"`
	AppliedTags        Opt[[]ID]            `json:"applied_tags"`
	Flags              Opt[int]             `json:"flags"`
	AvailableTags      Opt[[]ForumTag]      `json:"available_tags"`
	DefaultReaction    Opt[DefaultReaction] `json:"default_reaction_emoji"`
	DefaultSortOrder   Opt[int]             `json:"default_sort_order"`
	DefaultForumLayout Opt[int]             `json:"default_forum_layout"`
	DefaultThreadPause Opt[int]             `json:"default_thread_rate_limit_per_user"`
	DefaultAutoArchive Opt[int]             `json:"default_auto_archive_duration"`
}

// ThreadInput is the body of starting a thread.
type ThreadInput struct {
	Name        Opt[string]       `json:"name"`
	Type        Opt[int]          `json:"type"`
	AutoArchive Opt[int]          `json:"auto_archive_duration"`
	Invitable   Opt[bool]         `json:"invitable"`
	Pause       Opt[int]          `json:"rate_limit_per_user"`
	AppliedTags Opt[[]ID]         `json:"applied_tags"`
	Message     Opt[MessageInput] `json:"message"` // in forums only
}

// Check notes what Discord refuses in the body.
func (in *ThreadInput) Check(f problem.Form) {
	f.At("name").Length(in.Name.Value, 1, 100)
	if in.AutoArchive.Set && !in.AutoArchive.Null {
		CheckAutoArchive(f.At("auto_archive_duration"), in.AutoArchive.Value)
	}
	f.At("rate_limit_per_user").Range(in.Pause.Value, 0, 21600)
	f.At("applied_tags").Count(len(in.AppliedTags.Value), 0, 5)
	problem.Unique(f.At("applied_tags"), in.AppliedTags.Value)
}

// CheckAutoArchive refuses what is not one of the four durations.
func CheckAutoArchive(f problem.Form, minutes int) {
	switch minutes {
	case 60, 1440, 4320, 10080:
	default:
		f.OneOf("60, 1440, 4320, 10080")
	}
}
