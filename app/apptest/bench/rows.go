package main

import (
	"context"
	"fmt"
)

// row is one line of the table.
type row struct {
	name   string
	unit   string
	ours   measure
	other  measure // nil: the target is a figure
	beside string  // what other is
	target target
	once   bool // one round only, since filling the database for it takes longer than measuring
}

// measure takes one figure.
type measure func(context.Context) (float64, error)

// clients is how many connections load the API.
const clients = 32

// rows is everything that is measured. A bench of Go is run by its own name, so that
// "go test -bench" beside the code measures the same.
func rows(s *stage) []row {
	leaderboard := func(sub string) measure {
		return s.within("./store", "BenchmarkLeaderboard/.*/(page|rank)/.*", "BenchmarkLeaderboard/"+sub, "ns/op", 1e-6)
	}
	slash := func(sub, unit string) measure { return s.benchmark("./app", "BenchmarkSlashCommand/"+sub, unit) }
	automod := func(sub string) measure {
		return s.benchmark("./app/automod/engine", "BenchmarkMessage/"+sub, "cpu-ns/op")
	}
	list := []row{
		{
			name: "transfer through the API, Postgres, 32 clients", unit: "/s", target: atLeastTimes(.5),
			ours:  s.load(&s.postgres, s.transfer),
			other: s.benchmark("./store", "BenchmarkPgbench/transfer/32", "ops/s"), beside: "pgbench, the same statement",
		}, {
			name: "transfer through the API, SQLite, 32 clients", unit: "/s", target: atLeast(3000),
			ours:  s.load(&s.sqlite, s.transfer),
			other: s.benchmark("./store", "BenchmarkSQLite/transfer/driver/32", "ops/s"), beside: "the driver, a commit each",
		}, {
			name: "balance through the API, SQLite", unit: "/s", target: atLeastTimes(.5),
			ours:  s.load(&s.sqlite, s.balance),
			other: s.load(&s.constant, s.constantAnswer), beside: "a constant, same middleware",
		}, {
			name: "balance through the API, Postgres", unit: "/s", target: atLeastTimes(.8),
			ours:  s.load(&s.postgres, s.balance),
			other: s.load(&s.bare, s.balance), beside: "bare huma and pgx, same limiter",
		}, {
			name: "leaderboard through the API, 100,000 accounts, cached", unit: "/s", target: atLeast(12_000),
			ours:  s.load(&s.sqlite, s.leaderboard),
			other: s.load(&s.constant, s.constantAnswer), beside: "a constant, same middleware",
		},
	}
	for _, engine := range []string{"sqlite", "postgres"} {
		list = append(list, row{
			name: "leaderboard from SQL, 1,000,000 accounts, " + engine, unit: "ms", target: atMost(1), once: true,
			ours: leaderboard(engine + "/page/1000000"), other: leaderboard(engine + "/page/1000"), beside: "1,000 accounts",
		}, row{
			name: "rank, 1,000,000 accounts, " + engine, unit: "ms", target: atMost(2), once: true,
			ours: leaderboard(engine + "/rank/1000000"), other: leaderboard(engine + "/rank/1000"), beside: "1,000 accounts",
		})
	}
	return append(list, []row{
		{
			name: "slash command, SQLite, median", unit: "ms", target: atMostTimes(2),
			ours: slash("balance/one-by-one", "p50-ms"), other: slash("echo/one-by-one", "p50-ms"), beside: "bare disgo echo",
		}, {
			name: "slash command at 500/s, p99", unit: "ms", target: atMost(50),
			ours: slash("balance/500-a-second", "p99-ms"), other: slash("echo/500-a-second", "p99-ms"), beside: "bare disgo echo",
		}, {
			name: "messages from the gateway", unit: "/s", target: atLeastTimes(.8),
			ours:  s.benchmark("./app", "BenchmarkMessageEvents/smarterdev", "events/s"),
			other: s.benchmark("./app", "BenchmarkMessageEvents/disgo", "events/s"), beside: "bare disgo listener",
		}, {
			name: "auto-moderation, 100 ASCII characters, 50 words and 50 patterns", unit: "ns", target: atMost(2000),
			ours: automod("ascii100/words=50,patterns=50"), other: automod("ascii100/one-by-one"), beside: "the patterns alone, one by one",
		}, {
			name: "auto-moderation, 200 characters of many scripts", unit: "ns", target: atMost(10_000),
			ours: automod("mixed200/words=50,patterns=50"), other: automod("mixed200/one-by-one"), beside: "the patterns alone, one by one",
		}, {
			name: "auto-moderation with 1,000 words", unit: "ns", target: atMostTimes(1.5),
			ours: automod("ascii100/words=1000,patterns=50"), other: automod("ascii100/words=50,patterns=50"), beside: "50 words",
		}, {
			name: "start to first page, SQLite", unit: "ms", target: atMost(150), ours: s.firstPage,
		}, {
			name: "memory at idle", unit: "MiB", target: atMost(60), ours: s.idle(`{}`), once: true,
		}, {
			name: "memory with 1,000 guilds of 100 members", unit: "MiB", target: atMost(250), once: true,
			ours: s.idle(`{"seed": 1, "guilds": 1000, "members": 100000}`),
		}, {
			name: "slowest dashboard page, 100,000 accounts, 1,000,000 rows, p99", unit: "ms", target: atMost(20), once: true,
			ours: s.slowest("./app", "BenchmarkPages", "p99-ms"),
		},
	}...)
}

// transfer moves a byte between two of the first 10,000 accounts, as pgbench does.
func (s *stage) transfer(key string) request {
	return func(client, n int) []byte {
		i := client*7919 + n*104_729
		giver := i % accountsInPostgres
		receiver := (giver + 1 + i%97) % accountsInPostgres
		return post(s.guildPath("/bytes/transactions"), key,
			fmt.Sprintf(`{"giver_id":"%d","giver_username":"from","receiver_id":"%d","receiver_username":"to","amount":1}`, giver+1, receiver+1))
	}
}

func (s *stage) balance(key string) request {
	return func(client, n int) []byte {
		return get(s.guildPath(fmt.Sprintf("/bytes/balance/%d", 1+(client*7919+n*104_729)%accountsInPostgres)), key)
	}
}

func (s *stage) constantAnswer(key string) request {
	return func(client, n int) []byte {
		return get(s.guildPath(fmt.Sprintf("/constant/%d", 1+(client*7919+n*104_729)%accountsInPostgres)), key)
	}
}

func (s *stage) leaderboard(key string) request {
	page := get(s.guildPath("/bytes/leaderboard"), key)
	return func(int, int) []byte { return page }
}
