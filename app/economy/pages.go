package economy

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bus"
	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/directory"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// The tab of the dashboard, and its pages below a guild's own path.
const (
	tab      = "bytes"
	tabPath  = "/bytes"
	atGuild  = "/admin/guilds/{guild}"
	pageSize = 25

	transactionsPath = "/transactions"
	leaderboardPath  = "/leaderboard"
)

// pages is the dashboard's side of the service.
type pages struct {
	*Service
	who *directory.Directory
	web *dashboard.Pages
}

func (s *Service) pages(who *directory.Directory) func(*dashboard.Pages) {
	return func(p *dashboard.Pages) { pages{s, who, p}.mount() }
}

func (p pages) mount() {
	p.web.Tab(dashboard.Tab{Label: i18n.M("Bytes"), Icon: "coin", Path: tab})
	p.web.Get(atGuild+tabPath, dashboard.Manager, p.settingsPage)
	p.web.Post(atGuild+tabPath, dashboard.Manager, p.saveSettings)
	p.web.Get(atGuild+tabPath+"/transactions", dashboard.Manager, p.transactions)
	p.web.Get(atGuild+tabPath+"/transactions.csv", dashboard.Manager, p.transactionsCSV)
	p.web.Get(atGuild+tabPath+"/transactions/{id}/undo", dashboard.Manager, p.undoPage)
	p.web.Post(atGuild+tabPath+"/transactions/{id}/undo", dashboard.Manager, p.undo)
	p.web.Get(atGuild+tabPath+"/adjust", dashboard.Manager, p.adjustPage)
	p.web.Post(atGuild+tabPath+"/adjust", dashboard.Manager, p.adjust)
	p.web.Get(atGuild+tabPath+"/leaderboard", dashboard.Manager, p.leaderboard)
	p.web.Get(atGuild+tabPath+"/leaderboard.csv", dashboard.Manager, p.leaderboardCSV)
	p.web.Reverts("bytes.config", p.revertSettings)

	p.web.GuildPart(dashboard.Part{Name: "bytes-chart", Wide: true, Slow: i18n.M("Loading the last 30 days…"), View: p.chartPart})
	p.web.GuildPart(dashboard.Part{Name: "bytes-top", Live: []bus.Topic{bus.BalanceChanged}, View: p.topPart})
	p.web.GuildPart(dashboard.Part{Name: "bytes-latest", Live: []bus.Topic{bus.TransactionCreated}, View: p.latestPart})
	p.web.UserPart(dashboard.Part{Name: "bytes", Wide: true, View: p.holdingsPart})
}

// base is where the tab of the request's guild begins.
func base(r *dashboard.Request) string { return r.Guild.Path() + tabPath }

// nav leads to the pages of the tab; current is the path of one below base.
func nav(r *dashboard.Request, current string) ui.BytesNav {
	links := []ui.Link{
		{Label: r.T("Settings"), Path: base(r)},
		{Label: r.T("Transactions"), Path: base(r) + transactionsPath},
		{Label: r.T("Leaderboard"), Path: base(r) + leaderboardPath},
	}
	for i := range links {
		links[i].Current = links[i].Path == base(r)+current
	}
	return ui.BytesNav{Links: links}
}

func (p pages) answer(title string, body ui.View) dashboard.Response {
	return dashboard.Response{Title: title, Tab: tab, Live: true, Body: body}
}

// transactions lists the ledger, the latest first.
func (p pages) transactions(r *dashboard.Request) (dashboard.Response, error) {
	filter, fields, err := p.transactionFilter(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	filter.Limit = pageSize + 1
	rows, err := p.Transactions(r.Context(), filter)
	if err != nil {
		return dashboard.Response{}, err
	}
	view := ui.BytesTransactions{
		Nav: nav(r, transactionsPath), Path: base(r) + "/transactions", Self: r.With(nil),
		Adjust: base(r) + "/adjust", Filters: fields,
	}
	query := r.URL.Query()
	query.Del("before")
	query.Del("page")
	view.CSV = view.Path + ".csv?" + query.Encode()
	view.Any = filter.User != nil || filter.From != nil || filter.To != nil || filter.Kind != nil
	next := ""
	if len(rows) > pageSize {
		rows = rows[:pageSize]
		next = strconv.FormatInt(rows[pageSize-1].Seq, 10)
	}
	view.Pager = r.PagerByKey("bytes-transactions", "before", next, pageSize, 0)
	if filter.Before == nil {
		view.Trigger = dashboard.Trigger(bus.TransactionCreated)
	}
	if view.Moves, err = p.moves(r, rows); err != nil {
		return dashboard.Response{}, err
	}
	return p.answer(r.T("Transactions"), view), nil
}

// transactionFilter reads the filters of the address. One that cannot be is told at its field and
// finds nothing.
func (p pages) transactionFilter(r *dashboard.Request) (store.TransactionFilter, []ui.Field, error) {
	query := r.URL.Query()
	f := store.TransactionFilter{Guild: r.Guild.ID}
	member := func(name, label string, into **snowflake.ID) ui.Field {
		field := r.MemberField(name, label, strings.TrimSpace(query.Get(name)))
		if field.Value == "" {
			return field
		}
		var id snowflake.ID
		var problem i18n.Text
		if id, problem = account(r, field.Value); !problem.IsZero() {
			field.Error = problem.Localize(r.Printer())
			id = 1<<63 - 1 // finds nothing
		}
		*into = &id
		return field
	}
	fields := []ui.Field{member("user", r.T("Member"), &f.User), member("from", r.T("From"), &f.From), member("to", r.T("To"), &f.To)}
	kind := ui.Field{Name: "kind", Label: r.T("What"), Type: "select", Value: query.Get("kind"), Options: []ui.Option{{Label: r.T("everything")}}}
	for _, k := range kinds {
		kind.Options = append(kind.Options, ui.Option{Value: string(k), Label: kindName(k).Localize(r.Printer())})
		if kind.Value == string(k) {
			f.Kind = new(k)
		}
	}
	if text := query.Get("before"); text != "" {
		before, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return f, nil, dashboard.NotFound()
		}
		f.Before = &before
	}
	return f, append(fields, kind), nil
}

// account finds out whose account somebody means, a member's or by 0 the bank's. problem says why none was
// found.
func account(r *dashboard.Request, text string) (user snowflake.ID, problem i18n.Text) {
	if strings.TrimSpace(text) == store.Bank.String() {
		return store.Bank, i18n.Text{}
	}
	return r.Member(text)
}

// kinds are the kinds of transactions that can be filtered by.
var kinds = [...]store.Kind{
	store.KindTransfer, store.KindDaily, store.KindOpening, store.KindAdjustment, store.KindReversal, store.KindSquadFee,
}

func kindName(kind store.Kind) i18n.Text {
	switch kind {
	case store.KindTransfer:
		return i18n.M("transfer")
	case store.KindDaily:
		return i18n.M("daily claim")
	case store.KindOpening:
		return i18n.M("account opened")
	case store.KindAdjustment:
		return i18n.M("adjustment")
	case store.KindReversal:
		return i18n.M("undo")
	case store.KindSquadFee:
		return i18n.M("squad fee")
	}
	return i18n.M("%s", string(kind))
}

// moves shows rows of the request's guild.
func (p pages) moves(r *dashboard.Request, rows []store.Transaction) ([]ui.Move, error) {
	return p.movesIn(r, r.Guild, rows)
}

func (p pages) movesIn(r *dashboard.Request, guild ui.GuildHead, rows []store.Transaction) ([]ui.Move, error) {
	names := make(map[snowflake.ID]string)
	for _, tx := range rows {
		names[tx.FromID], names[tx.ToID] = deref(tx.FromName), deref(tx.ToName)
	}
	people := p.web.People(r.Context(), guild.ID, names)
	ids := make([]uuid.UUID, len(rows))
	for i, tx := range rows {
		ids[i] = tx.ID
	}
	undone, err := p.store.Reversed(r.Context(), guild.ID, ids...)
	if err != nil {
		return nil, err
	}
	moves := make([]ui.Move, len(rows))
	for i, tx := range rows {
		moves[i] = ui.Move{Transaction: tx, From: people[tx.FromID], To: people[tx.ToID], What: kindName(tx.Kind).Localize(r.Printer())}
		switch tx.Kind {
		case store.KindTransfer, store.KindSquadFee, store.KindAdjustment:
			if moves[i].Undone = undone[tx.ID]; !moves[i].Undone {
				moves[i].Undo = guild.Path() + tabPath + "/transactions/" + tx.ID.String() + "/undo"
			}
		}
	}
	return moves, nil
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func (p pages) transactionsCSV(r *dashboard.Request) (dashboard.Response, error) {
	filter, _, err := p.transactionFilter(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	head := []string{"id", "created_at", "kind", "giver_id", "giver_username", "receiver_id", "receiver_username", "amount", "reason", "reverses"}
	return dashboard.CSV("transactions-"+r.Guild.ID.String(), head, func(yield func([]string, error) bool) {
		filter.Limit = 1000
		for {
			rows, err := p.Transactions(r.Context(), filter)
			if err != nil {
				yield(nil, err)
				return
			}
			for _, tx := range rows {
				reverses := ""
				if tx.Reverses != nil {
					reverses = tx.Reverses.String()
				}
				if !yield([]string{
					tx.ID.String(), tx.CreatedAt.Format("2006-01-02T15:04:05Z"), string(tx.Kind), tx.FromID.String(), deref(tx.FromName),
					tx.ToID.String(), deref(tx.ToName), strconv.FormatInt(tx.Amount, 10), deref(tx.Reason), reverses,
				}, nil) {
					return
				}
				filter.Before = new(tx.Seq)
			}
			if len(rows) < filter.Limit {
				return
			}
		}
	}), nil
}

// leaderboard shows a page of the accounts, the richest first.
func (p pages) leaderboard(r *dashboard.Request) (dashboard.Response, error) {
	by, offset, err := ranking(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	places, err := p.Leaderboard(r.Context(), LeaderboardPage{Guild: r.Guild.ID, By: by, Offset: offset, Limit: pageSize})
	if err != nil {
		return dashboard.Response{}, err
	}
	stats, err := p.stats(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	path := base(r) + "/leaderboard"
	view := ui.BytesLeaderboard{
		Nav: nav(r, leaderboardPath), CSV: path + ".csv?by=" + string(by), Pager: r.PagerByOffset("bytes-leaderboard", offset, pageSize, max(int(stats.Accounts), offset+len(places))),
		ByReceived: by == store.ByReceived,
		By: []ui.Link{
			{Label: r.T("By balance"), Path: path, Current: by == store.ByBalance},
			{Label: r.T("By bytes received"), Path: path + "?by=received", Current: by == store.ByReceived},
		},
	}
	view.Places, err = p.places(r, places)
	return p.answer(r.T("Leaderboard"), view), err
}

func ranking(r *dashboard.Request) (by store.Ranking, offset int, err error) {
	by = store.ByBalance
	if r.URL.Query().Get("by") == string(store.ByReceived) {
		by = store.ByReceived
	}
	offset, err = r.Offset()
	return by, offset, err
}

// places shows rows of a leaderboard.
func (p pages) places(r *dashboard.Request, rows []Place) ([]ui.Place, error) {
	cfg, err := p.Settings(r.Context(), r.Guild.ID)
	if err != nil {
		return nil, err
	}
	names := make(map[snowflake.ID]string, len(rows))
	for _, row := range rows {
		names[row.UserID] = ""
	}
	people := p.web.People(r.Context(), r.Guild.ID, names)
	places := make([]ui.Place, len(rows))
	for i, row := range rows {
		person := people[row.UserID]
		person.Gone = person.Gone || row.Departed
		places[i] = ui.Place{Balance: row.Balance, Rank: row.Rank, Who: person, Tier: p.standing(row.Balance, cfg).Tier}
	}
	return places, nil
}

func (p pages) leaderboardCSV(r *dashboard.Request) (dashboard.Response, error) {
	by, _, err := ranking(r)
	if err != nil {
		return dashboard.Response{}, err
	}
	head := []string{"rank", "user_id", "balance", "total_received", "total_sent", "streak_count"}
	return dashboard.CSV("leaderboard-"+r.Guild.ID.String(), head, func(yield func([]string, error) bool) {
		const slice = 1000
		var last *store.Balance
		for offset := 0; offset < dashboard.MaxCSVRows; offset += slice {
			rows, err := p.store.LeaderboardAfter(r.Context(), r.Guild.ID, by, last, slice)
			if err != nil {
				yield(nil, err)
				return
			}
			for i, b := range rows {
				if !yield([]string{
					strconv.Itoa(offset + i + 1), b.UserID.String(), strconv.FormatInt(b.Balance, 10),
					strconv.FormatInt(b.TotalReceived, 10), strconv.FormatInt(b.TotalSent, 10), strconv.Itoa(b.Streak),
				}, nil) {
					return
				}
			}
			if len(rows) < slice {
				return
			}
			last = &rows[len(rows)-1]
		}
	}), nil
}

// rowID is the {id} of the path.
func rowID(r *http.Request) (uuid.UUID, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return id, dashboard.NotFound()
	}
	return id, nil
}
