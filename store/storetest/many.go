package storetest

import (
	"fmt"

	"github.com/disgoorg/snowflake/v2"
)

// Members are the statements that give a guild without members as many as that, with the ids 1, 2, 3…,
// each with a million bytes or a little more and its opening in the ledger. They write past the store, in
// seconds where it would take minutes.
func Members(postgres bool, guild snowflake.ID, members int) []string {
	at, id, seq, number := "1763812800000000 + i", "randomblob(16)", "seq, ", "i, "
	if postgres {
		at, id, seq, number = "to_timestamp(1763812800 + i / 1000000.0)", "gen_random_uuid()", "", ""
	}
	numbers := fmt.Sprintf(`WITH RECURSIVE n(i) AS (SELECT CAST(1 AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i < %d) `, members)
	statements := []string{
		numbers + fmt.Sprintf(`INSERT INTO balances (guild_id, user_id, balance, total_received, total_sent, created_at, updated_at)
			SELECT %d, i, 1000000 + i * 7919 %% 1000, 1000000 + i * 7919 %% 1000, 0, %s, %s FROM n`, guild, at, at),
		numbers + fmt.Sprintf(`INSERT INTO ledger (guild_id, %sid, kind, from_id, to_id, amount, to_balance, created_at)
			SELECT %d, %s%s, 'opening', 0, i, 1000000 + i * 7919 %% 1000, 1000000 + i * 7919 %% 1000, %s FROM n`, seq, guild, number, id, at),
	}
	if postgres {
		statements = append(statements, `VACUUM ANALYZE balances`)
	}
	return statements
}
