package economy

import (
	"context"
	"errors"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"golang.org/x/sync/errgroup"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/cache"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/store"
)

// leaderboardKept is how old a page of the leaderboard may be.
const leaderboardKept = time.Minute

// Place is a row of the leaderboard.
type Place struct {
	Rank int64 `json:"rank" doc:"1 is the first." example:"1"`
	store.Balance
	Name     string `json:"-"` // as it is now, else as in the ledger; empty when neither is known
	Departed bool   `json:"departed" doc:"Whether they are no longer a member of the guild." example:"false"`
}

// LeaderboardPage names a part of a guild's leaderboard.
type LeaderboardPage struct {
	Guild         snowflake.ID
	By            store.Ranking
	Offset, Limit int
}

type leaderboard struct {
	store *store.Store
	who   members
	pages *cache.Cache[LeaderboardPage, []Place]
}

// members is what the economy asks of the directory.
type members interface {
	// Name is what a member is called, and whether they have left. The name is empty when it is not
	// known.
	Name(ctx context.Context, guild, user snowflake.ID) (name string, left bool)
	// Guild is a guild with its roles, some minutes old.
	Guild(ctx context.Context, id snowflake.ID) (directory.Guild, error)
	// MayName says whether somebody may name a role that the bot then gives, as of now.
	MayName(ctx context.Context, by access.Authority, guild, role snowflake.ID) (access.Refusal, error)
}

func newLeaderboard(s *store.Store, who members) *leaderboard {
	return &leaderboard{store: s, who: who, pages: cache.New[LeaderboardPage, []Place](10_000, leaderboardKept)}
}

// page is at most a minute old; it must not be altered.
func (l *leaderboard) page(ctx context.Context, p LeaderboardPage) ([]Place, error) {
	return l.pages.Get(ctx, p, l.load)
}

func (l *leaderboard) load(ctx context.Context, p LeaderboardPage) ([]Place, error) {
	balances, err := l.store.Leaderboard(ctx, p.Guild, p.By, p.Offset, p.Limit)
	if err != nil {
		return nil, err
	}
	places := make([]Place, len(balances))
	var g errgroup.Group
	g.SetLimit(8)
	for i, b := range balances {
		places[i] = Place{Rank: int64(p.Offset + i + 1), Balance: b}
		g.Go(func() error {
			var err error
			places[i].Name, places[i].Departed = l.who.Name(ctx, p.Guild, b.UserID)
			if places[i].Name == "" {
				places[i].Name, err = l.lastName(ctx, p.Guild, b.UserID)
			}
			return err
		})
	}
	return places, g.Wait()
}

// lastName is what somebody was called when bytes of theirs last moved.
func (l *leaderboard) lastName(ctx context.Context, guild, user snowflake.ID) (string, error) {
	rows, err := l.store.Transactions(ctx, store.TransactionFilter{Guild: guild, User: &user, Limit: 1})
	if err != nil || len(rows) == 0 {
		return "", err
	}
	name := rows[0].ToName
	if rows[0].FromID == user {
		name = rows[0].FromName
	}
	if name == nil {
		return "", nil
	}
	return *name, nil
}

// Leaderboard is a page of a guild's accounts, the richest first; of equals the older account
// is ahead. It is at most a minute old and must not be altered.
func (s *Service) Leaderboard(ctx context.Context, p LeaderboardPage) ([]Place, error) {
	return s.board.page(ctx, p)
}

// Rank is a member's own place, at most a minute old, and false for someone without an account.
func (s *Service) Rank(ctx context.Context, guild, user snowflake.ID, by store.Ranking) (Place, bool, error) {
	b, err := s.store.Balance(ctx, guild, user)
	if errors.Is(err, store.ErrNotFound) {
		return Place{}, false, nil
	}
	if err != nil {
		return Place{}, false, err
	}
	rank, err := s.store.Rank(ctx, guild, user, by)
	if err != nil {
		return Place{}, false, err
	}
	return Place{Rank: rank.Rank, Balance: b}, true, nil
}
