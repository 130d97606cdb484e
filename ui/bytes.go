package ui

import (
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// BytesNav leads to the pages of the tab Bytes.
type BytesNav struct{ Links []Link }

// BytesSettings is the form of a guild's settings of the economy.
type BytesSettings struct {
	Nav       BytesNav
	Form      Form
	Path      string
	Version   string
	Saved     bool // somebody saved them before; otherwise they are the defaults
	Amounts   []Field
	OnMessage Field
	Presets   []Preset
	Tiers     []TierFields
	TierError string
	Rewards   []Reward
	Roles     RolePicker // those that one can be added for
	NewReward Field
	RoleError string
}

// Reward is a role that members get for bytes.
type Reward struct {
	Role
	Bytes Field
	Drop  Field
}

// Template names the body.
func (BytesSettings) Template() string { return "bytes/settings" }

// Preset fills a form at once: by script from its values, without by sending its name.
type Preset struct{ Name, Label, Values string }

// TierFields are the two inputs of one tier.
type TierFields struct {
	Name       string
	Days       Field
	Multiplier Field
}

// Move is a row of the ledger as lists show it.
type Move struct {
	store.Transaction
	From, To Person
	What     string // "transfer", "daily claim"
	Undo     string // address of the page that undoes it; empty when it cannot be
	Undone   bool
}

// BytesTransactions is a page of the ledger.
type BytesTransactions struct {
	Nav     BytesNav
	Path    string
	Self    string // this page with its filters
	CSV     string
	Adjust  string
	Filters []Field
	Any     bool // a filter is set
	Moves   []Move
	Pager   Pager
	Trigger string // of htmx, on the first page
}

// Template names the body.
func (BytesTransactions) Template() string { return "bytes/transactions" }

// Empty says what to do about a list without rows.
func (t BytesTransactions) Empty() Empty {
	if t.Any {
		return Empty{Icon: "search", Title: i18n.M("No transactions found"), Text: i18n.M("Remove a filter to see more."),
			Action: &Action{Label: i18n.M("Show all"), Path: t.Path}}
	}
	return Empty{Icon: "arrows-exchange", Title: i18n.M("No transactions yet"),
		Text: i18n.M("A member’s first message, or /bytes daily, opens their account and appears here.")}
}

// BytesAdjust is the form that gives a member bytes or takes them.
type BytesAdjust struct {
	Form   Form
	Path   string
	Back   string
	Key    string
	Fields []Field
}

// Template names the body.
func (BytesAdjust) Template() string { return "bytes/adjust" }

// BytesUndo asks whether a transaction is to be undone.
type BytesUndo struct {
	Form   Form
	Path   string
	Back   string
	Key    string
	Move   Move
	Reason Field
}

// Template names the body.
func (BytesUndo) Template() string { return "bytes/undo" }

// Place is a row of a leaderboard.
type Place struct {
	store.Balance
	Rank int64
	Who  Person
	Tier string
}

// BytesLeaderboard is a page of a leaderboard.
type BytesLeaderboard struct {
	Nav        BytesNav
	By         []Link
	CSV        string
	Places     []Place
	Pager      Pager
	ByReceived bool // what it ranks by is shown on narrow screens too
}

// Template names the body.
func (BytesLeaderboard) Template() string { return "bytes/leaderboard" }

// Empty says what to do about a leaderboard without rows.
func (BytesLeaderboard) Empty() Empty {
	return Empty{Icon: "trophy", Title: i18n.M("No one on the leaderboard yet"), Text: i18n.M("A member’s first message, or /bytes daily, opens their account.")}
}

// BytesChart is the part that shows a guild's economy over time.
type BytesChart struct{ Supply, Traffic Chart }

// Template names the part.
func (BytesChart) Template() string { return "bytes/chart" }

// BytesTop is the part that shows who is ahead.
type BytesTop struct {
	Places []Place
	All    string
}

// Template names the part.
func (BytesTop) Template() string { return "bytes/top" }

// BytesLatest is the part that shows what moved last.
type BytesLatest struct {
	Moves []Move
	All   string
}

// Template names the part.
func (BytesLatest) Template() string { return "bytes/latest" }

// Holding is someone's account in one guild.
type Holding struct {
	store.Balance
	Guild  GuildHead
	Tier   string
	Rank   int64
	Moves  string // address of their transactions there
	Adjust string // address of the form that gives them bytes or takes them
}

// BytesHoldings is the section of a person's page with their accounts.
type BytesHoldings struct {
	Holdings []Holding
	Moves    []HoldingMoves
}

// HoldingMoves are someone's latest transactions in one guild.
type HoldingMoves struct {
	Guild GuildHead
	Moves []Move
}

// Template names the section.
func (BytesHoldings) Template() string { return "bytes/holdings" }
