package rolesync

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/disgoorg/snowflake/v2"
)

const (
	// listAgain is how long Discord is not asked for lists of members after it has refused one, which it
	// does where the Server Members Intent is off. Each refusal counts against the bot.
	listAgain = time.Hour
	// knownPerRun bounds how many members of a guild one reconciliation looks at one by one; the next goes
	// on from there.
	knownPerRun = 2000
)

// lists reports whether Discord lists members, as far as is known.
func (r *Reconciler) lists() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !time.Now().Before(r.unlisted)
}

// syncKnown is for where Discord lists no members: it looks one by one at those who are to have a role.
// Somebody who has one by hand is not found.
func (r *Reconciler) syncKnown(ctx context.Context, guild snowflake.ID, desired map[snowflake.ID]Members) error {
	known := Members{}
	for _, members := range desired {
		maps.Copy(known, members)
	}
	users := slices.Sorted(maps.Keys(known))
	r.mu.Lock()
	after := r.resume[guild]
	r.mu.Unlock()
	first, _ := slices.BinarySearch(users, after+1)
	users = users[first:]
	part := users[:min(knownPerRun, len(users))]
	if err := r.syncEach(ctx, guild, part); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(part) > 0 { // the bot is there and lists nothing
		r.unlisted = time.Now().Add(listAgain)
	}
	delete(r.resume, guild)
	if len(part) < len(users) {
		r.resume[guild] = part[len(part)-1]
	}
	return nil
}

// syncEach changes the roles of each member, and tells the features of those who are not in the guild.
func (r *Reconciler) syncEach(ctx context.Context, guild snowflake.ID, users []snowflake.ID) error {
	for _, user := range users {
		if err := r.pace.Wait(ctx); err != nil {
			return err
		}
		here, err := r.syncMember(ctx, guild, user)
		if err != nil {
			return err
		}
		if here {
			continue
		}
		for _, d := range r.desired {
			if d.Left == nil {
				continue
			}
			if err := d.Left(ctx, guild, user); err != nil {
				return fmt.Errorf("%s of somebody who has left: %w", d.Name, err)
			}
		}
	}
	return nil
}
