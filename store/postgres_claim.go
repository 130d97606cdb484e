package store

import "context"

// The claim follows the rules of the transfer: one verdict, from the locked row, and everything from it.
const claimStatement = `
WITH locked AS MATERIALIZED (
	SELECT balance, total_received, total_sent, streak, last_daily, last_sent_at, created_at FROM balances
	WHERE guild_id = $1 AND user_id = $2::bigint FOR UPDATE
), counted AS MATERIALIZED (
	SELECT l.*, CASE WHEN l.last_daily = $3::integer - 1 THEN l.streak + 1 ELSE 1 END AS days FROM locked l
), priced AS MATERIALIZED (
	SELECT c.*, $4::bigint * coalesce((SELECT m FROM unnest($5::integer[], $6::bigint[]) t(days, m)
		WHERE t.days <= c.days ORDER BY t.days DESC LIMIT 1), 1) AS earned FROM counted c
), verdict AS MATERIALIZED (
	SELECT CASE
		WHEN p.balance IS NULL THEN 'unopened'
		WHEN p.last_daily >= $3 THEN 'already_claimed'
		WHEN p.balance > 9007199254740991 - p.earned THEN 'over_max_balance'
		ELSE 'ok' END AS code, p.*
	FROM (SELECT) one LEFT JOIN priced p ON true
), judged AS MATERIALIZED (
	SELECT code, earned, days, jsonb_strip_nulls(CASE code
		WHEN 'ok' THEN jsonb_build_object('earned', earned, 'balance', balance + earned, 'total_received', total_received + earned,
			'total_sent', total_sent, 'streak', days, 'last_daily', $3, 'last_sent_at', last_sent_at,
			'created_at', created_at, 'updated_at', $7::timestamptz)
		WHEN 'already_claimed' THEN jsonb_build_object('amount', earned, 'balance', balance, 'last_daily', last_daily)
		ELSE jsonb_build_object('amount', earned, 'balance', balance, 'max', 9007199254740991) END) AS facts
	FROM verdict
), remembered AS (
	INSERT INTO idempotency (guild_id, key, request, ledger_id, refusal, facts, created_at)
	SELECT $1, $9::text, $10::bytea, CASE WHEN code = 'ok' AND earned > 0 THEN $8::uuid END, nullif(code, 'ok'), facts, $7
	FROM judged WHERE code <> 'unopened'
	ON CONFLICT DO NOTHING RETURNING refusal
), paid AS (
	UPDATE balances b SET balance = l.balance + j.earned, total_received = l.total_received + j.earned,
		streak = j.days, last_daily = $3, updated_at = $7
	FROM locked l, judged j WHERE b.guild_id = $1 AND b.user_id = $2 AND EXISTS (SELECT FROM remembered WHERE refusal IS NULL)
	RETURNING b.balance, j.earned
), written AS (
	INSERT INTO ledger (guild_id, id, kind, from_id, to_id, to_name, amount, to_balance, created_at)
	SELECT $1, $8, 'daily', 0, $2, $11::text, earned, balance, $7 FROM paid WHERE earned > 0
)
SELECT code, facts, EXISTS (SELECT FROM remembered) FROM judged`

func (e *postgresEngine) claim(ctx context.Context, o claimOrder) (outcome, error) {
	o.identified = o.identified.always()
	thresholds := make([]int32, len(o.Tiers))
	multipliers := make([]int64, len(o.Tiers))
	for i, t := range o.Tiers {
		thresholds[i], multipliers[i] = int32(t.Threshold), t.Multiplier
	}
	return e.money(ctx, moneyStatement{
		identified: o.identified,
		accounts:   []Account{o.account()},
		sql:        claimStatement,
		args: bindPostgres([]any{o.Guild, o.User, int32(o.day), o.Amount, thresholds, multipliers, o.at, o.id, o.key,
			o.request, text(o.Name)}),
		scan:   o.scan,
		recall: func(c conn, _ identified) (outcome, error) { return recallClaim(c, o) },
	})
}

func (o claimOrder) scan(r row) (out outcome, result result, err error) {
	var code string
	var f facts
	var free bool
	if err := r.Scan(&code, &f, &free); err != nil {
		return out, 0, err
	}
	switch {
	case code == "unopened":
		return out, resultUnopened, nil
	case !free:
		return out, resultAgain, nil
	case code != "ok":
		out.refusal = f.refusal(code)
	default:
		out.claimed = Claimed{Balance: f.account(o.Guild, o.User), Earned: f.Earned}
	}
	return out, resultFirst, nil
}
