package world

import (
	"slices"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

func (w *World) startPost(by ID, ch *channel, in *wire.ThreadInput, reason string) (*wire.Channel, *wire.Message, error) {
	may := w.allowed(by, ch)
	if !may.Has(wire.SendMessages) {
		return nil, nil, problem.MissingPermissions
	}
	f := problem.NewForm()
	if !in.Message.Set || in.Message.Null {
		f.At("message").Required()
		return nil, nil, f.Err()
	}
	if err := w.checkThread(by, ch, in); err != nil {
		return nil, nil, err
	}
	body := &in.Message.Value
	if err := w.mayWrite(ch, by, may, body); err != nil {
		return nil, nil, err
	}
	m := &wire.Message{Author: w.users[by], Flags: body.Flags.Value & settable}
	if err := w.compose(ch, m, body, may); err != nil {
		return nil, nil, err
	}
	body.Reference = nil
	if err := w.enrich(by, ch, m, body, may); err != nil {
		return nil, nil, err
	}
	fired := w.screened(ch, by, m.Content, m)
	if err := w.blocked(ch, by, m.Content, fired); err != nil {
		return nil, nil, err
	}
	t := w.startThread(by, ch, wire.PublicThread, 0, in, reason)
	m.ID = t.wire.ID
	p := &post{msg: m}
	w.put(t, p)
	w.enforce(t, by, m.Content, m.ID, fired)
	return t.seenBy(by), p.show(by), nil
}

func (w *World) checkTags(by ID, forum *channel, tags []ID) error {
	if forum.wire.Type != wire.ForumChannel {
		return nil
	}
	if len(tags) == 0 && forum.wire.Flags&wire.FlagRequireTag != 0 {
		return problem.TagRequired
	}
	f := problem.NewForm()
	for i, id := range tags {
		at := slices.IndexFunc(*forum.wire.AvailableTags, func(t wire.ForumTag) bool { return t.ID == id })
		switch {
		case at < 0:
			f.At("applied_tags", i).Add("FORUM_TAG_NOT_FOUND", "Unknown tag %s", id)
		case (*forum.wire.AvailableTags)[at].Moderated && !w.allowed(by, forum).Has(wire.ManageThreads):
			return problem.MissingPermissions
		}
	}
	return f.Err()
}

func (w *World) fillForum(f problem.Form, c *wire.Channel, in wire.ChannelInput) {
	if in.DefaultAutoArchive.Set && !in.DefaultAutoArchive.Null {
		wire.CheckAutoArchive(f.At("default_auto_archive_duration"), in.DefaultAutoArchive.Value)
		c.DefaultAutoArchive = in.DefaultAutoArchive.Value
	}
	if in.DefaultThreadPause.Set {
		f.At("default_thread_rate_limit_per_user").Range(in.DefaultThreadPause.Value, 0, 21600)
		c.DefaultThreadPause = in.DefaultThreadPause.Value
	}
	if c.Type != wire.ForumChannel {
		return
	}
	if in.Flags.Set && !in.Flags.Null {
		c.Flags = in.Flags.Value & wire.FlagRequireTag
	}
	if in.DefaultReaction.Set {
		c.DefaultReaction = in.DefaultReaction.Pointer()
	}
	if in.DefaultSortOrder.Set {
		f.At("default_sort_order").Range(in.DefaultSortOrder.Value, 0, 1)
		c.DefaultSortOrder = in.DefaultSortOrder.Pointer()
	}
	if in.DefaultForumLayout.Set {
		f.At("default_forum_layout").Range(in.DefaultForumLayout.Value, 0, 2)
		c.DefaultForumLayout = in.DefaultForumLayout.Pointer()
	}
	if !in.AvailableTags.Set {
		return
	}
	f.At("available_tags").Count(len(in.AvailableTags.Value), 0, 20)
	tags := append([]wire.ForumTag{}, in.AvailableTags.Value...)
	for i := range tags {
		f.At("available_tags", i, "name").Length(tags[i].Name, 1, 20)
		if slices.ContainsFunc(tags[:i], func(t wire.ForumTag) bool { return t.Name == tags[i].Name }) {
			f.At("available_tags", i, "name").Add("FORUM_TAG_NAME_ALREADY_EXISTS", "Tag names must be unique")
		}
		if tags[i].ID == 0 {
			tags[i].ID = w.next()
		}
	}
	c.AvailableTags = &tags
}
