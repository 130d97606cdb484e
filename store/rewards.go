package store

import (
	"context"
	"iter"

	"github.com/disgoorg/snowflake/v2"
)

// RewardGuilds returns the guilds whose settings give a role for bytes received.
func (s *Store) RewardGuilds(ctx context.Context) ([]snowflake.ID, error) {
	found, err := list(s.db.reader(ctx), scalar[snowflake.ID],
		`SELECT guild_id FROM guild_settings
			WHERE feature = 'bytes' AND doc -> 'role_rewards' <> '{}' ORDER BY guild_id`)
	return found, wrap("list reward guilds", err)
}

// ReceivedAtLeast yields the accounts of a guild that have received so many bytes or more, the most first.
func (s *Store) ReceivedAtLeast(ctx context.Context, guild snowflake.ID, bytes int64) iter.Seq2[Balance, error] {
	return func(yield func(Balance, error) bool) {
		if err := checkIDs(guild); err != nil {
			yield(Balance{}, err)
			return
		}
		for b, err := range all(s.db.reader(ctx), scanBalance, `SELECT `+balanceColumns+` FROM balances
			WHERE guild_id = $1 AND total_received >= $2 ORDER BY guild_id, total_received DESC, created_at, user_id`, guild, bytes) {
			if !yield(b, wrap("list receivers", err)) {
				return
			}
		}
	}
}
