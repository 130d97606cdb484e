package store

import "context"

// The verdict is computed once, from the rows that the statement has locked; everything after it follows
// from the verdict and from those rows, never from the table again, because an UPDATE filters on the version
// of a row that was there when the statement began, even when the statement itself has locked a newer one.
// Both rows are locked in the order of their ids, so that opposing transfers queue and never deadlock.
const transferStatement = `
WITH locked AS MATERIALIZED (
	SELECT user_id, balance, total_received, total_sent, last_sent_at FROM balances
	WHERE guild_id = $1 AND user_id IN ($2::bigint, $3::bigint) ORDER BY user_id FOR UPDATE
), verdict AS MATERIALIZED (
	SELECT CASE
		WHEN g.user_id IS NULL OR r.user_id IS NULL THEN 'unopened'
		WHEN $4::bigint > $9::bigint THEN 'over_max_transfer'
		WHEN $10::bigint > 0 AND g.last_sent_at + $10 * interval '1 microsecond' > $6::timestamptz THEN 'transfer_cooldown'
		WHEN g.balance < $4 THEN 'insufficient_balance'
		WHEN r.balance > 9007199254740991 - $4 THEN 'over_max_balance'
		ELSE 'ok' END AS code,
		g.balance AS giver, r.balance AS receiver, g.last_sent_at
	FROM (SELECT) one LEFT JOIN locked g ON g.user_id = $2 LEFT JOIN locked r ON r.user_id = $3
), judged AS MATERIALIZED (
	SELECT code, jsonb_strip_nulls(jsonb_build_object(
		'amount', $4,
		'balance', CASE code WHEN 'over_max_balance' THEN receiver ELSE giver END,
		'max', CASE code WHEN 'over_max_transfer' THEN $9 WHEN 'over_max_balance' THEN 9007199254740991 END,
		'last_sent_at', CASE code WHEN 'transfer_cooldown' THEN last_sent_at END,
		'retry_at', CASE code WHEN 'transfer_cooldown' THEN last_sent_at + $10 * interval '1 microsecond' END)) AS facts
	FROM verdict
), remembered AS (
	INSERT INTO idempotency (guild_id, key, request, ledger_id, refusal, facts, created_at)
	SELECT $1, $8::text, $11::bytea, CASE code WHEN 'ok' THEN $7::uuid END, nullif(code, 'ok'), CASE WHEN code <> 'ok' THEN facts END, $6
	FROM judged WHERE code <> 'unopened'
	ON CONFLICT DO NOTHING RETURNING refusal
), debit AS (
	UPDATE balances b SET balance = l.balance - $4, total_sent = l.total_sent + $4, last_sent_at = $6, updated_at = $6
	FROM locked l WHERE b.guild_id = $1 AND b.user_id = $2 AND l.user_id = $2 AND EXISTS (SELECT FROM remembered WHERE refusal IS NULL)
	RETURNING b.balance
), credit AS (
	UPDATE balances b SET balance = l.balance + $4, total_received = l.total_received + $4, updated_at = $6
	FROM locked l WHERE b.guild_id = $1 AND b.user_id = $3 AND l.user_id = $3 AND EXISTS (SELECT FROM debit)
	RETURNING b.balance, b.total_received
), written AS (
	INSERT INTO ledger (guild_id, id, kind, from_id, from_name, to_id, to_name, amount, from_balance, to_balance, reason, created_at)
	SELECT $1, $7, 'transfer', $2, $12::text, $3, $13::text, $4, d.balance, c.balance, $5::text, $6 FROM debit d, credit c
	RETURNING seq, from_balance, to_balance
)
SELECT j.code, j.facts, EXISTS (SELECT FROM remembered), w.seq, w.from_balance, w.to_balance, c.total_received
FROM judged j LEFT JOIN written w ON true LEFT JOIN credit c ON true`

func (e *postgresEngine) transfer(ctx context.Context, o transferOrder) (outcome, error) {
	return e.money(ctx, o.statement())
}

func (o transferOrder) statement() moneyStatement {
	o.identified = o.identified.always()
	return moneyStatement{
		identified: o.identified,
		accounts:   []Account{o.giver(), o.receiver()},
		sql:        transferStatement,
		args: bindPostgres([]any{o.Guild, o.From, o.To, o.Amount, text(o.Reason), o.at, o.id, o.key,
			o.Max, o.Cooldown.Microseconds(), o.request, text(o.FromName), text(o.ToName)}),
		scan:   o.scan,
		recall: recallOutcome,
	}
}

func (o transferOrder) scan(r row) (out outcome, result result, err error) {
	var code string
	var f facts
	var free bool
	var seq, fromBalance, toBalance, received *int64
	if err := r.Scan(&code, &f, &free, &seq, &fromBalance, &toBalance, &received); err != nil {
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
		out.row = o.row()
		out.row.Seq, out.row.FromBalance, out.row.ToBalance, out.row.Received = *seq, fromBalance, toBalance, *received
	}
	return out, resultFirst, nil
}
