package rest

import (
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

func getThreads(c *call) (any, error) {
	guild, err := c.id("guild")
	if err != nil {
		return nil, err
	}
	return c.world.ActiveThreads(c.me, guild)
}

// startThread also takes the files of a post's first message.
func startThread(c *call) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	var in wire.ThreadInput
	if in.Message.Value.Files, err = c.threadBody(&in); err != nil {
		return nil, err
	}
	thread, first, err := c.world.StartThread(c.me, channel, in, c.reason)
	if err != nil {
		return nil, err
	}
	c.status = http.StatusCreated
	return struct {
		*wire.Channel
		Message *wire.Message `json:"message,omitempty"`
	}{thread, first}, nil
}

func (c *call) threadBody(in *wire.ThreadInput) ([]wire.File, error) {
	files, err := c.bodyWithFiles(in)
	if len(files) > 0 {
		in.Message.Set = true
	}
	return files, err
}

func startThreadAt(c *call) (any, error) {
	ids, err := c.ids("channel", "message")
	if err != nil {
		return nil, err
	}
	var in wire.ThreadInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	c.status = http.StatusCreated
	return c.world.StartThreadAt(c.me, ids[0], ids[1], in, c.reason)
}

// threadUser reads whose membership is meant, and whether it is the caller's own.
func (c *call) threadUser() (thread, user wire.ID, own bool, err error) {
	ids, err := c.ids("channel", "user")
	if err != nil {
		return 0, 0, false, err
	}
	return ids[0], ids[1], chi.URLParam(c.Request, "user") == "@me", nil
}

func addToThread(c *call) (any, error) {
	thread, user, own, err := c.threadUser()
	switch {
	case err != nil:
		return nil, err
	case own:
		return nil, c.world.JoinThread(c.me, thread)
	}
	return nil, c.world.AddToThread(c.me, thread, user)
}

func removeFromThread(c *call) (any, error) {
	thread, user, own, err := c.threadUser()
	switch {
	case err != nil:
		return nil, err
	case own:
		return nil, c.world.LeaveThread(c.me, thread)
	}
	return nil, c.world.RemoveFromThread(c.me, thread, user)
}

func getThreadMember(c *call) (any, error) {
	thread, user, _, err := c.threadUser()
	if err != nil {
		return nil, err
	}
	return c.world.ThreadMember(c.me, thread, user, c.queryBool("with_member"))
}

// getThreadMembers is paged only when it is asked for members of the guild too.
func getThreadMembers(c *call) (any, error) {
	thread, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	if !c.world.Application().Members {
		return nil, problem.MissingAccess // the privileged intent is switched off
	}
	with := c.queryBool("with_member")
	limit, err := c.queryInt("limit", 100, 1, 100)
	if err != nil {
		return nil, err
	}
	after, err := c.queryID("after")
	if err != nil {
		return nil, err
	}
	if !with {
		limit, after = 1000, 0
	}
	return c.world.ThreadMembers(c.me, thread, after, limit, with)
}

func getPublicArchive(c *call) (any, error)  { return getArchive(c, world.Archive{}) }
func getPrivateArchive(c *call) (any, error) { return getArchive(c, world.Archive{Private: true}) }

func getJoinedArchive(c *call) (any, error) {
	before, err := c.queryID("before")
	if err != nil {
		return nil, err
	}
	return listArchive(c, world.Archive{Private: true, Joined: true, BeforeID: before})
}

func getArchive(c *call, a world.Archive) (any, error) {
	if raw := c.URL.Query().Get("before"); raw != "" {
		at, err := time.Parse(time.RFC3339Nano, raw)
		if err != nil {
			f := problem.NewForm()
			f.At("before").Add("DATE_TIME_TYPE_PARSE", "Could not parse %s. Should be ISO8601.", raw)
			return nil, f.Err()
		}
		a.Before = wire.At(at)
	}
	return listArchive(c, a)
}

func listArchive(c *call, a world.Archive) (any, error) {
	channel, err := c.id("channel")
	if err != nil {
		return nil, err
	}
	if a.Limit, err = c.queryInt("limit", 50, 2, 100); err != nil {
		return nil, err
	}
	return c.world.ArchivedThreads(c.me, channel, a)
}
