package economy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/api"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
)

const bytesPath = "/guilds/{guild_id}/bytes"

// api mounts the economy's operations.
func (s *Service) api(a *api.API) {
	a.Area("bytes", "The economy of a guild: accounts, daily claims, transfers and the settings of it all.")
	api.Describe[Account](a, "The account of one member, with the rank of their streak.")
	api.Describe[Claimed](a, "The account after a claim, and what the claim paid.")
	api.Describe[Place](a, "A row of the leaderboard.")
	api.Describe[store.Transaction](a, "One movement of bytes from one account to another. It never changes; undoing it is another one.")
	api.Describe[Send](a, "A transfer as it is asked for.")
	api.Describe[Adjust](a, "Bytes to give or to take, as an admin orders it.")
	api.Describe[Reverse](a, "Why a transaction is undone.")
	s.accountsAPI(a)
	s.transactionsAPI(a)
	s.configAPI(a)
}

// MemberPath is embedded in the input of an operation on one member.
type MemberPath struct {
	api.InGuild
	User api.ID `path:"user_id" doc:"The member." example:"1000000000000000002"`
}

func (m MemberPath) check() error {
	var f fault.Fields
	checkUser(&f, "path.user_id", m.User.ID)
	return f.Err()
}

// claimBody is what a claim may say besides whose it is.
type claimBody struct {
	Username string `json:"username,omitempty" doc:"What the member is called now; kept with the transaction." maxLength:"100" example:"ada"`
}

func (s *Service) accountsAPI(a *api.API) {
	api.Describe[claimBody](a, "What may be said with a claim.")
	api.Get(a, api.Op{
		ID: "get-balance", Path: bytesPath + "/balance/{user_id}", Tag: "bytes", Scope: api.ScopeRead,
		Summary:     "Read an account",
		Description: "Returns a member's account. It is opened with the starting balance when this is the first that is heard of them.",
	}, func(ctx context.Context, in *MemberPath) (Account, error) {
		if err := in.check(); err != nil {
			return Account{}, err
		}
		return s.Balance(ctx, in.Guild.ID, in.User.ID)
	})

	api.Do(a, api.Op{
		ID: "list-balances", Method: http.MethodGet, Path: bytesPath + "/balances", Tag: "bytes", Scope: api.ScopeRead,
		Summary:     "List all accounts",
		Description: "Lists every account of the guild by the member's id. For the richest see the leaderboard.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
	}) (*api.Page[Account], error) {
		return api.List(ctx, in.Paging, func(after string, limit int) ([]Account, error) {
			last, err := position(after)
			if err != nil {
				return nil, err
			}
			return s.Accounts(ctx, in.Guild.ID, snowflake.ID(last), limit)
		}, func(st Account) string { return st.UserID.String() })
	})

	api.Post(a, api.Op{
		ID: "claim-daily", Path: bytesPath + "/daily/{user_id}", Tag: "bytes", Scope: scope,
		Summary:     "Claim the bytes of the day",
		Description: "Pays a member's daily bytes, once per UTC day, and continues or restarts their streak.",
		Refusals:    api.Refuses(alreadyClaimed(exampleTime), fault.KeyReused()),
	}, func(ctx context.Context, in *struct {
		MemberPath
		api.Idempotency
		Body *claimBody
	}) (Claimed, error) {
		if err := in.check(); err != nil {
			return Claimed{}, err
		}
		claim := Claim{Guild: in.Guild.ID, User: in.User.ID, Key: in.Key(ctx)}
		if in.Body != nil {
			claim.Name = in.Body.Username
		}
		return s.Claim(ctx, claim)
	})

	api.Get(a, api.Op{
		ID: "get-leaderboard", Path: bytesPath + "/leaderboard", Tag: "bytes", Scope: api.ScopeRead,
		Summary:     "Read the leaderboard",
		Description: "Returns a part of the guild's accounts, the richest first; of equals the older account is ahead. It is at most a minute old.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		By     string `query:"by" enum:"balance,received" default:"balance" doc:"What it goes by: bytes held now, or bytes ever received." example:"balance"`
		Limit  int    `query:"limit" minimum:"1" maximum:"100" default:"10" doc:"How many rows." example:"10"`
		Offset int    `query:"offset" minimum:"0" maximum:"100000000" default:"0" doc:"How many rows to leave out first." example:"0"`
	}) ([]Place, error) {
		return s.Leaderboard(ctx, LeaderboardPage{Guild: in.Guild.ID, By: store.Ranking(in.By), Offset: in.Offset, Limit: in.Limit})
	})
}

// Accounts lists a guild's accounts by ascending user id, those after the given one.
func (s *Service) Accounts(ctx context.Context, guild, after snowflake.ID, limit int) ([]Account, error) {
	cfg, err := s.Settings(ctx, guild)
	if err != nil {
		return nil, err
	}
	balances, err := s.store.Balances(ctx, guild, after, limit)
	if err != nil {
		return nil, err
	}
	accounts := make([]Account, len(balances))
	for i, b := range balances {
		accounts[i] = s.standing(b, cfg)
	}
	return accounts, nil
}

func (s *Service) transactionsAPI(a *api.API) {
	api.Do(a, api.Op{
		ID: "list-transactions", Method: http.MethodGet, Path: bytesPath + "/transactions", Tag: "bytes", Scope: api.ScopeRead,
		Summary:     "List transactions",
		Description: "Lists the ledger of the guild, the latest first. The filters narrow it together.",
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Paging
		User api.ID `query:"user" doc:"Only those in which this member gave or received."`
		From api.ID `query:"from" doc:"Only those that this account gave; 0 is the bank."`
		To   api.ID `query:"to" doc:"Only those that this account received; 0 is the bank."`
		Kind string `query:"kind" enum:"opening,daily,transfer,squad_fee,adjustment,reversal" doc:"Only those of this kind." example:"transfer"`
	}) (*api.Page[store.Transaction], error) {
		filter := store.TransactionFilter{Guild: in.Guild.ID, User: in.User.Pointer(), From: in.From.Pointer(), To: in.To.Pointer()}
		if in.Kind != "" {
			filter.Kind = new(store.Kind(in.Kind))
		}
		return api.List(ctx, in.Paging, func(after string, limit int) ([]store.Transaction, error) {
			filter.Limit = limit
			if after != "" {
				seq, err := position(after)
				if err != nil {
					return nil, err
				}
				filter.Before = &seq
			}
			return s.Transactions(ctx, filter)
		}, func(t store.Transaction) string { return strconv.FormatInt(t.Seq, 10) })
	})

	api.Get(a, api.Op{
		ID: "get-transaction", Path: bytesPath + "/transactions/{id}", Tag: "bytes", Scope: api.ScopeRead,
		Summary: "Read a transaction", Description: "Returns one row of the guild's ledger.",
		Refusals: api.Refuses(transactionNotFound(exampleID)),
	}, func(ctx context.Context, in *TransactionPath) (store.Transaction, error) {
		return s.Transaction(ctx, in.Guild.ID, in.ID.UUID)
	})

	api.Post(a, api.Op{
		ID: "send-bytes", Path: bytesPath + "/transactions", Tag: "bytes", Scope: scope,
		Summary:     "Send bytes",
		Description: "Moves bytes from one member to another. Accounts are opened as needed, and nobody's balance ever falls below 0. When more than one rule refuses, the first of this order is told: malformed input, to oneself, over the maximum, cooldown, too few bytes.",
		Refusals: api.Refuses(selfTransfer(), overMax(2000, 1000), coolingDown(exampleTime), insufficient(900, 60),
			overFull(), fault.KeyReused()),
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Idempotency
		Body Send
	}) (store.Transaction, error) {
		in.Body.Guild, in.Body.Key = in.Guild.ID, in.Key(ctx)
		return s.Send(ctx, in.Body)
	})

	api.Post(a, api.Op{
		ID: "reverse-transaction", Path: bytesPath + "/transactions/{id}/reversal", Tag: "bytes", Scope: scope,
		Summary:     "Undo a transaction",
		Description: "Undoes a transfer, a squad fee or an adjustment, once, by a transaction the other way that names it. It takes back from the totals of both sides what it had added.",
		Refusals: api.Refuses(transactionNotFound(exampleID), irreversible(), spent(50, 20),
			alreadyReversed(50).With("reversed_by", exampleID), fault.KeyReused()),
	}, func(ctx context.Context, in *struct {
		TransactionPath
		api.Idempotency
		Body Reverse
	}) (store.Transaction, error) {
		in.Body.Guild, in.Body.ID, in.Body.Key = in.Guild.ID, in.ID.UUID, in.Key(ctx)
		in.Body.Actor = api.Actor(ctx)
		return s.Reverse(ctx, in.Body)
	})

	api.Post(a, api.Op{
		ID: "adjust-balance", Path: bytesPath + "/adjustments", Tag: "bytes", Scope: scope,
		Summary:     "Give or take bytes",
		Description: "Gives a member bytes from the bank, or takes them. The reason is kept in the ledger and in the audit log.",
		Refusals:    api.Refuses(insufficient(250, 110), overFull(), fault.KeyReused()),
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Idempotency
		Body Adjust
	}) (store.Transaction, error) {
		in.Body.Guild, in.Body.Key, in.Body.Actor = in.Guild.ID, in.Key(ctx), api.Actor(ctx)
		return s.Adjust(ctx, in.Body)
	})

	s.bulkAPI(a)
}

// TransactionPath is embedded in the input of an operation on one transaction.
type TransactionPath struct {
	api.InGuild
	ID api.RowID `path:"id" doc:"The transaction." example:"019a0000-0000-7000-8000-000000000001"`
}

// bulkItem is one transfer of a bulk.
type bulkItem struct {
	Send
	IdempotencyKey string `json:"idempotency_key,omitempty" doc:"As the header Idempotency-Key, for this transfer alone. Without it, and with the header, each transfer has a key by its place in the list." minLength:"1" maxLength:"200" pattern:"^[!-~]+$" patternDescription:"visible ASCII without spaces" example:"order-17-line-1"`
}

// bulkOutcome is what became of one transfer of a bulk.
type bulkOutcome struct {
	Status      int                `json:"status" doc:"The HTTP status that this transfer would have had alone." example:"200"`
	Transaction *store.Transaction `json:"transaction,omitempty" doc:"What moved; only with 200."`
	Problem     *web.Problem       `json:"problem,omitempty" doc:"Why nothing moved; with every other status."`
}

func (s *Service) bulkAPI(a *api.API) {
	api.Describe[bulkItem](a, "One transfer of a bulk.")
	api.Describe[bulkOutcome](a, "What became of one transfer of a bulk: a transaction or a problem.", func(schema *huma.Schema) {
		schema.Examples = []any{map[string]any{"status": 200, "transaction": api.Example[store.Transaction](a)}}
	})
	items := api.Schema[bulkItem](a)
	api.Post(a, api.Op{
		ID: "send-bytes-in-bulk", Path: bytesPath + "/transactions/bulk", Tag: "bytes", Scope: scope,
		Summary:     "Send bytes to many",
		Description: "Carries out up to 100 transfers in their order. Each has an outcome of its own, in the same place of the answer, and one that is refused stops no other; the codes are those of a single transfer. The answer is 200 also when every one was refused.",
		BodyOf:      &huma.Schema{Type: huma.TypeArray, Description: "The transfers.", Items: items, MinItems: new(1), MaxItems: new(MostInBulk)},
	}, func(ctx context.Context, in *struct {
		api.InGuild
		api.Idempotency
		Body []json.RawMessage
	}) ([]bulkOutcome, error) {
		if n := len(in.Body); n < 1 || n > MostInBulk {
			var f fault.Fields
			f.Add("body", "A bulk holds 1 to %d transfers; this one holds %d. Send it in parts.", MostInBulk, n)
			return nil, f.Err()
		}
		return s.bulk(ctx, a, in.Guild.ID, in.Idempotency, in.Body)
	})
}

// bulk reads each transfer by itself, so that a malformed one stops no other.
func (s *Service) bulk(ctx context.Context, a *api.API, guild snowflake.ID, retry api.Idempotency, raw []json.RawMessage) ([]bulkOutcome, error) {
	outcomes := make([]bulkOutcome, len(raw))
	var sends []Send
	var places []int
	for i, text := range raw {
		item, err := api.Decode[bulkItem](a, text, fmt.Sprintf("body[%d]", i))
		if err != nil {
			outcomes[i] = failed(ctx, err)
			continue
		}
		item.Key = retry.ItemKey(ctx, i)
		if item.IdempotencyKey != "" {
			item.Key = api.Idempotency{IdempotencyKey: item.IdempotencyKey}.Key(ctx)
		}
		sends, places = append(sends, item.Send), append(places, i)
	}
	sent, err := s.SendAll(ctx, guild, sends)
	if err != nil {
		return nil, err
	}
	for i, one := range sent {
		if one.Err != nil {
			outcomes[places[i]] = failed(ctx, one.Err)
			continue
		}
		outcomes[places[i]] = bulkOutcome{Status: http.StatusOK, Transaction: &one.Transaction}
	}
	return outcomes, nil
}

func failed(ctx context.Context, err error) bulkOutcome {
	p := api.ProblemOf(ctx, err)
	return bulkOutcome{Status: p.Status, Problem: p}
}

// position reads where a page begins; the cursor that carried it was signed by us.
func position(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	return strconv.ParseInt(text, 10, 64)
}
