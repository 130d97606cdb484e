package world

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Newcomer describes an account to be made.
type Newcomer struct {
	Username   string
	GlobalName string
	Bot        bool
	NoAvatar   bool
	Created    time.Time // the account's age; zero means now
}

var username = regexp.MustCompile(`^[a-z0-9._]{2,32}$`)

// NewUser makes an account that is in no guild yet.
func (w *World) NewUser(n Newcomer) (*wire.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := problem.NewForm()
	if err := w.checkUsername(f, n.Username, 0); err != nil {
		return nil, err
	}
	f.At("global_name").Length(n.GlobalName, 0, 32)
	if err := f.Err(); err != nil {
		return nil, err
	}
	id := w.next()
	if !n.Created.IsZero() {
		id = ID(max(n.Created.UnixMilli()-epoch, 0))<<22 | id&(1<<22-1)
		for w.users[id] != nil {
			id++
		}
	}
	u := &wire.User{ID: id, Username: n.Username, Discriminator: "0", Bot: n.Bot}
	if n.Bot {
		u.Discriminator = "0001"
	}
	if n.GlobalName != "" {
		u.GlobalName = &n.GlobalName
	}
	if !n.NoAvatar {
		u.Avatar = new(AvatarHash(id))
	}
	w.learn(u)
	w.present[id] = presence{status: "online"}
	w.opts.Changed()
	return u, nil
}

func (w *World) checkUsername(f problem.Form, name string, own ID) error {
	if !username.MatchString(name) || strings.Contains(name, "..") {
		f.At("username").Add("USERNAME_INVALID_CHARACTERS",
			"Please only use numbers, lowercase letters, underscores _ or periods. 2 to 32 of them.")
	} else if taken := w.names[name]; taken != 0 && taken != own {
		f.At("username").Add("USERNAME_ALREADY_TAKEN", "Username is unavailable. Try adding numbers, letters, underscores _ or periods.")
	}
	return f.Err()
}

// FindUser returns the account with this username, or nil.
func (w *World) FindUser(username string) *wire.User {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.users[w.names[strings.ToLower(username)]]
}

// Account is what a person changes about their own account; nil leaves as it is.
type Account struct {
	Username   *string
	GlobalName *string // "" removes it
	Avatar     *bool   // whether there is one
}

// ChangeAccount changes an account and tells everyone who shares a guild with it.
func (w *World) ChangeAccount(id ID, change Account) (*wire.User, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	old, err := w.user(id)
	if err != nil {
		return nil, err
	}
	u := new(*old)
	f := problem.NewForm()
	if change.Username != nil {
		if !u.Bot {
			if err := w.checkUsername(f, *change.Username, id); err != nil {
				return nil, err
			}
		}
		f.At("username").Length(*change.Username, 2, 32)
		u.Username = *change.Username
	}
	if change.GlobalName != nil {
		f.At("global_name").Length(*change.GlobalName, 0, 32)
		u.GlobalName = change.GlobalName
		if *change.GlobalName == "" {
			u.GlobalName = nil
		}
	}
	if change.Avatar != nil {
		u.Avatar = nil
		if *change.Avatar {
			u.Avatar = new(AvatarHash(id))
		}
	}
	if err := f.Err(); err != nil {
		return nil, err
	}
	w.learn(u)
	w.emit(&Event{Name: "USER_UPDATE", Subject: id, Data: u, Bots: id == w.app.BotID, People: true})
	for _, gid := range w.order {
		g := w.guilds[gid]
		if m := g.members[id]; m != nil {
			m = new(*m)
			m.User = u
			w.setMember(g, m)
			w.screenProfile(g, id)
		}
	}
	return u, nil
}

// Everyone lists all accounts, ascending by id.
func (w *World) Everyone() []*wire.User {
	w.mu.Lock()
	defer w.mu.Unlock()
	list := make([]*wire.User, 0, len(w.users))
	for _, u := range w.users {
		list = append(list, u)
	}
	slices.SortFunc(list, func(a, b *wire.User) int { return int(min(max(int64(a.ID)-int64(b.ID), -1), 1)) })
	return list
}
