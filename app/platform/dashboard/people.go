package dashboard

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"golang.org/x/sync/errgroup"

	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

// lookupTimeout bounds how long a page waits for names and avatars.
const lookupTimeout = time.Second

// People looks up members for display. names are the fallback for those that Discord does not return
// in time.
func (p *Pages) People(ctx context.Context, guild snowflake.ID, names map[snowflake.ID]string) map[snowflake.ID]ui.Person {
	ctx, cancel := context.WithTimeout(ctx, lookupTimeout)
	defer cancel()
	var mu sync.Mutex
	found := make(map[snowflake.ID]ui.Person, len(names))
	for id, name := range names {
		found[id] = ui.Person{ID: id, Name: name, Bank: id == store.Bank}
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		var g errgroup.Group
		g.SetLimit(8)
		for id, name := range names {
			if id == store.Bank {
				continue
			}
			g.Go(func() error {
				person := p.lookUp(ctx, guild, id, name)
				mu.Lock()
				defer mu.Unlock()
				found[id] = person
				return nil
			})
		}
		_ = g.Wait() // none of them fails
	}()
	select {
	case <-done:
	case <-ctx.Done():
	}
	mu.Lock()
	defer mu.Unlock()
	seen := make(map[snowflake.ID]ui.Person, len(found))
	for id, person := range found {
		seen[id] = person
	}
	return seen
}

func (p *Pages) lookUp(ctx context.Context, guild, id snowflake.ID, name string) ui.Person {
	m, err := p.config.Directory.Member(ctx, guild, id)
	if err != nil {
		return ui.Person{ID: id, Name: name, Gone: errors.Is(err, directory.ErrUnknown)}
	}
	return ShowMember(m)
}

// ShowMember returns a member as lists show them.
func ShowMember(m discord.Member) ui.Person {
	person := ui.Person{ID: m.User.ID, Name: m.EffectiveName()}
	if m.User.Avatar != nil {
		person.Avatar = avatarPath(m.User.ID, *m.User.Avatar)
	}
	return person
}
