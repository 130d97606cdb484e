package store_test

import (
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// BenchmarkPgbench lets PostgreSQL's own load program run the very statement of a transfer, with 32
// clients: what the database can do at best, whoever asks it.
func BenchmarkPgbench(b *testing.B) {
	const clients = 32
	program := findPgbench(b)
	db := storetest.NewPostgres(b)
	openBench(b, db)
	server, err := url.Parse(db.URL)
	require.NoError(b, err)
	q := server.Query()
	schema := q.Get("search_path")
	q.Del("search_path")
	server.RawQuery = q.Encode()
	script := filepath.Join(b.TempDir(), "transfer.sql")
	require.NoError(b, os.WriteFile(script, []byte(pgbenchTransfer()), 0o600))

	speed, done := regexp.MustCompile(`tps = ([\d.]+)`), 0
	b.Run("transfer/32", func(b *testing.B) {
		each := (b.N + clients - 1) / clients
		load := exec.CommandContext(b.Context(), program, "--no-vacuum", "--protocol=prepared", "--jobs=2",
			"--client="+strconv.Itoa(clients), "--transactions="+strconv.Itoa(each),
			"--define=n="+strconv.Itoa(done), "--define=members="+strconv.Itoa(benchMembers), "--file="+script, server.String())
		load.Env = append(os.Environ(), "PGOPTIONS=-c search_path="+schema+" -c timezone=UTC")
		done += each
		output, err := load.CombinedOutput()
		b.StopTimer()
		require.NoError(b, err, string(output))
		var moved int
		require.NoError(b, db.Raw(b).QueryRowContext(b.Context(), `SELECT count(*) FROM ledger WHERE kind = 'transfer'`).Scan(&moved))
		require.Equal(b, done*clients, moved, "a transfer that is refused is less work")
		found := speed.FindSubmatch(output)
		require.NotNil(b, found, string(output))
		tps, err := strconv.ParseFloat(string(found[1]), 64)
		require.NoError(b, err)
		b.ReportMetric(tps, "ops/s")
	})
}

// pgbenchTransfer is the statement with the arguments of a transfer of 1 byte. As with the store's
// own, ids rise: every client has a range of them.
func pgbenchTransfer() string {
	const id = `('00000000-0000-7000-8' || lpad(to_hex(:client_id::bigint), 3, '0') || '-' || lpad(to_hex(:n::bigint), 12, '0'))`
	values := map[string]string{
		"$1": "1::bigint", "$2": ":giver::bigint", "$3": ":receiver::bigint", "$4": "1::bigint", "$5": "NULL::text",
		"$6": "now()", "$7": id + "::uuid", "$8": "('auto:' || " + id + ")", "$9": "1000::bigint", "$10": "0::bigint",
		"$11": `'\x` + "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" + `'::bytea`, "$12": "'from'::text", "$13": "'to'::text",
	}
	return `\set n :n + 1
\set giver random(1, :members)
\set receiver 1 + (:giver - 1 + random(1, :members - 1)) % :members
` + regexp.MustCompile(`\$\d+`).ReplaceAllStringFunc(store.TransferStatement, func(number string) string { return values[number] }) + ";\n"
}

func findPgbench(b *testing.B) string {
	b.Helper()
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path
	}
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench")
	require.NoError(b, err)
	if len(found) == 0 {
		b.Skip("there is no pgbench on this machine; it comes with PostgreSQL")
	}
	return slices.Max(found)
}
