package economy

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

const (
	chartDays   = 30
	figuresKept = time.Minute
	pastKept    = 24 * time.Hour // what is over does not change
	topSize     = 5
	latestSize  = 10
	perGuild    = 5 // transactions of a person's page
)

// days are the figures of the last n days, today the last; those of today are at most a minute old.
func (s *Service) days(ctx context.Context, guild snowflake.ID, n int) ([]store.DayFigures, error) {
	today := store.DayOf(s.now())
	days := make([]store.DayFigures, n)
	for i := range days {
		day := today - store.Day(n-1-i)
		kept := pastKept
		if day == today {
			kept = figuresKept
		}
		var err error
		days[i], err = bus.Cached(ctx, s.bus, fmt.Sprintf("economy:day:%s:%s:%t", guild, day, day == today), kept,
			func(ctx context.Context) (store.DayFigures, error) { return s.store.DayFigures(ctx, guild, day) })
		if err != nil {
			return nil, err
		}
	}
	return days, nil
}

// stats are the figures of a guild, at most a minute old.
func (s *Service) stats(ctx context.Context, guild snowflake.ID) (store.Stats, error) {
	return bus.Cached(ctx, s.bus, "economy:stats:"+guild.String(), figuresKept,
		func(ctx context.Context) (store.Stats, error) { return s.store.Stats(ctx, guild, store.DayOf(s.now())) })
}

func (p pages) chartPart(r *dashboard.Request) (ui.View, error) {
	days, err := p.days(r.Context(), r.Guild.ID, chartDays)
	if err != nil {
		return nil, err
	}
	stats, err := p.stats(r.Context(), r.Guild.ID)
	if err != nil {
		return nil, err
	}
	return chart(r, days, stats.Supply), nil
}

// chart draws the days; the supply at the end of each follows from that of now.
func chart(r *dashboard.Request, days []store.DayFigures, supply int64) ui.BytesChart {
	n := len(days)
	at := make([]time.Time, n)
	supplies, minted, burned, moved := make([]int64, n), make([]int64, n), make([]int64, n), make([]int64, n)
	for i := n - 1; i >= 0; i-- {
		d := days[i]
		at[i] = d.Day.Start()
		supplies[i], minted[i], burned[i], moved[i] = max(supply, 0), d.Minted, d.Burned, d.Moved
		supply -= d.Minted - d.Burned
	}
	return ui.BytesChart{
		Supply: ui.Chart{Label: r.T("Bytes held by members"), Days: at, Series: []ui.Series{{Label: r.T("Supply"), Values: supplies}}},
		Traffic: ui.Chart{Label: r.T("Bytes per day"), Days: at, Series: []ui.Series{
			{Label: r.T("Sent"), Values: moved}, {Label: r.T("Minted"), Values: minted}, {Label: r.T("Burned"), Values: burned},
		}},
	}
}

func (p pages) topPart(r *dashboard.Request) (ui.View, error) {
	rows, err := p.store.Leaderboard(r.Context(), r.Guild.ID, store.ByBalance, 0, topSize)
	if err != nil {
		return nil, err
	}
	places := make([]Place, len(rows))
	for i, b := range rows {
		places[i] = Place{Rank: int64(i + 1), Balance: b}
	}
	shown, err := p.places(r, places)
	return ui.BytesTop{Places: shown, All: base(r) + "/leaderboard"}, err
}

func (p pages) latestPart(r *dashboard.Request) (ui.View, error) {
	rows, err := p.Transactions(r.Context(), store.TransactionFilter{Guild: r.Guild.ID, Limit: latestSize})
	if err != nil {
		return nil, err
	}
	moves, err := p.moves(r, rows)
	return ui.BytesLatest{Moves: moves, All: base(r) + "/transactions"}, err
}

// holdingsPart shows a person's accounts in the guilds that the asker may see, and in no other.
func (p pages) holdingsPart(r *dashboard.Request) (ui.View, error) {
	user, guilds, err := r.Subject()
	if err != nil {
		return nil, err
	}
	var view ui.BytesHoldings
	for _, g := range guilds {
		b, err := p.store.Balance(r.Context(), g.ID, user)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		holding, moves, err := p.holding(r, g, b)
		if err != nil {
			return nil, err
		}
		view.Holdings = append(view.Holdings, holding)
		view.Moves = append(view.Moves, ui.HoldingMoves{Guild: g, Moves: moves})
	}
	return view, nil
}

func (p pages) holding(r *dashboard.Request, g ui.GuildHead, b store.Balance) (ui.Holding, []ui.Move, error) {
	cfg, err := p.Settings(r.Context(), g.ID)
	if err != nil {
		return ui.Holding{}, nil, err
	}
	rank, err := p.store.Rank(r.Context(), g.ID, b.UserID, store.ByBalance)
	if err != nil {
		return ui.Holding{}, nil, err
	}
	rows, err := p.Transactions(r.Context(), store.TransactionFilter{Guild: g.ID, User: &b.UserID, Limit: perGuild})
	if err != nil {
		return ui.Holding{}, nil, err
	}
	moves, err := p.movesIn(r, g, rows)
	return ui.Holding{
		Balance: b, Guild: g, Tier: p.standing(b, cfg).Tier, Rank: rank.Rank,
		Moves:  g.Path() + tabPath + "/transactions?user=" + b.UserID.String(),
		Adjust: g.Path() + tabPath + "/adjust?user=" + b.UserID.String(),
	}, moves, err
}
