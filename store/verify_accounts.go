package store

import (
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// posting is one side of a row of the ledger, or the account itself (then seq is −1, and it comes first).
type posting struct {
	guild, account snowflake.ID
	seq            int64
	id             *uuid.UUID
	kind           Kind
	change         int64  // of the balance
	after          *int64 // the balance written
	received, sent int64  // of the account itself
}

func scanPosting(r row) (p posting, err error) {
	return p, r.Scan(&p.guild, &p.account, &p.seq, &p.id, &p.kind, &p.change, &p.after, &p.received, &p.sent)
}

// selectPostings is the whole ledger by account: each account, then its rows in their order. The three parts
// are each in the order of an index, so that neither engine holds them in memory.
const selectPostings = `
SELECT guild_id, from_id AS account, seq, id, kind, -amount AS change, from_balance AS after, 0 AS received, 0 AS sent FROM ledger
UNION ALL
SELECT guild_id, to_id, seq, id, kind, amount, to_balance, 0, 0 FROM ledger
UNION ALL
SELECT guild_id, user_id, -1, NULL, 'account', balance, NULL, total_received, total_sent FROM balances
ORDER BY 1, 2, 3`

// accountProof follows one account through its rows.
type accountProof struct {
	guild, user    snowflake.ID
	account        *posting // nil when the ledger names an account that is not there
	rows           int64
	sum            int64  // of the changes
	running        int64  // the balance after the last row, as written
	last           *int64 // the same, nil before the first row
	received, sent int64
}

// guildProof adds up one guild.
type guildProof struct {
	guild                snowflake.ID
	held, minted, burned int64
}

// verifyAccounts checks everything that can be seen from one account, and each guild's sum.
func verifyAccounts(c conn, r *Report) error {
	var g *guildProof
	var a *accountProof
	for p, err := range all(c, scanPosting, selectPostings) {
		if err != nil {
			return err
		}
		if g == nil || g.guild != p.guild {
			a.finish(r, g)
			g.finish(r)
			g, a = &guildProof{guild: p.guild}, nil
		}
		if p.change < 0 {
			r.Rows++ // each row is seen from both sides, and counted where it is paid
		}
		if p.account == Bank {
			g.minted += max(-p.change, 0)
			g.burned += max(p.change, 0)
			continue
		}
		if a == nil || a.user != p.account {
			a.finish(r, g)
			a = &accountProof{guild: p.guild, user: p.account}
		}
		a.add(r, p)
	}
	a.finish(r, g)
	g.finish(r)
	return nil
}

// add checks one posting against the one before it.
func (a *accountProof) add(r *Report, p posting) {
	if p.id == nil {
		a.account = &p
		return
	}
	a.rows++
	id := p.id.String()
	opensLate := int64(0)
	if p.kind == KindOpening && a.rows > 1 {
		opensLate = 1
	}
	r.expect(checkOpening, "ledger", a.guild, id, opensLate, 0)
	a.sum += p.change
	if p.after == nil {
		r.expectText(checkChain, "ledger", a.guild, id, "no balance", "a balance")
		return
	}
	r.expect(checkChain, "ledger", a.guild, id, *p.after, a.running+p.change)
	a.running, a.last = *p.after, p.after
	switch reversal := p.kind == KindReversal; {
	case p.change > 0 && reversal:
		a.sent -= p.change
	case p.change > 0:
		a.received += p.change
	case reversal:
		a.received += p.change
	default:
		a.sent -= p.change
	}
}

// finish compares the account with what its rows came to.
func (a *accountProof) finish(r *Report, g *guildProof) {
	if a == nil {
		return
	}
	user := a.user.String()
	if a.account == nil {
		r.expectText(checkExists, "balances", a.guild, user, "no account", "an account")
		return
	}
	balance := a.account.change
	g.held += balance
	r.Accounts++
	r.Checks[checkExists].Tested++
	r.expect(checkBalance, "balances", a.guild, user, balance, a.account.received-a.account.sent)
	r.expect(checkSum, "balances", a.guild, user, balance, a.sum)
	r.expect(checkLast, "balances", a.guild, user, balance, value(a.last))
	r.expect(checkReceived, "balances", a.guild, user, a.account.received, a.received)
	r.expect(checkSent, "balances", a.guild, user, a.account.sent, a.sent)
	r.expect(checkRange, "balances", a.guild, user, balance, min(max(balance, 0), MaxBalance))
}

func (g *guildProof) finish(r *Report) {
	if g == nil {
		return
	}
	r.Guilds++
	r.Minted += g.minted
	r.Burned += g.burned
	r.Held += g.held
	r.expect(checkGuild, "balances", g.guild, "", g.held, g.minted-g.burned)
}
