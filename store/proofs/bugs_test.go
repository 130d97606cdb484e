package proofs

// bug is a fault planted in the store, and the test that must find it.
type bug struct {
	name    string
	patches []patch
	test    string // in the form that go test prints; its package is ./store, or this one when it is found here
	here    bool
	quick   bool // planted also when the proofs are short
}

// patch replaces a text that is in a file of the store exactly once.
type patch struct{ file, old, new string }

const postgresBug, sqliteBug = "TestPostgres/", "TestSQLite/"

// bugs are what could be wrong in a ledger, one at a time.
func bugs() []bug {
	return []bug{
		{
			name:    "accounts are locked in the order of the transfer",
			patches: []patch{{"postgres_transfer.go", `IN ($2::bigint, $3::bigint) ORDER BY user_id FOR UPDATE`, `IN ($2::bigint, $3::bigint) ORDER BY user_id = $3 FOR UPDATE`}},
			test:    "TestOpposingTransfersNeverDeadlock", here: true,
		},
		{
			name:    "accounts are not locked",
			patches: []patch{{"postgres_transfer.go", `IN ($2::bigint, $3::bigint) ORDER BY user_id FOR UPDATE`, `IN ($2::bigint, $3::bigint) ORDER BY user_id`}},
			test:    postgresBug + "never_overdrawing",
			quick:   true,
		},
		{
			name: "the guard looks at the table again, which a statement sees as it was when it began",
			patches: []patch{
				{"postgres_transfer.go", `l.user_id = $2 AND EXISTS (SELECT FROM remembered WHERE refusal IS NULL)`, `l.user_id = $2 AND EXISTS (SELECT FROM remembered WHERE refusal IS NULL) AND b.balance >= $4`},
				{"postgres_transfer.go", `= *seq, fromBalance`, `= value(seq), fromBalance`},
				{"postgres_transfer.go", `toBalance, *received`, `toBalance, value(received)`},
			},
			test: "TestManyRandomOperationsKeepTheLedgerTrue/postgres", here: true,
		},
		{
			name: "accounts have no unique index",
			patches: []patch{{"migrate.go", "_, err := m.goose.Up(ctx)\n\t\treturn err", `_, err := m.goose.Up(ctx)
		if err == nil {
			err = s.db.write(ctx, func(c conn) error {
				_, err := c.exec("ALTER TABLE balances DROP CONSTRAINT IF EXISTS balances_pkey")
				return err
			})
		}
		return err`}},
			test: postgresBug + "opening_once",
		},
		{
			name:    "a day can be claimed again on itself",
			patches: []patch{{"postgres_claim.go", `p.last_daily >= $3 THEN`, `p.last_daily > $3 THEN`}},
			test:    postgresBug + "claiming_once",
		},
		{
			name:    "a streak goes on after a day left out",
			patches: []patch{{"claim.go", `*b.LastDaily == o.day-1 {`, `*b.LastDaily >= o.day-2 {`}},
			test:    sqliteBug + "claiming",
		},
		{
			name:    "a lost transfer is repeated under another key",
			patches: []patch{{"postgres_money.go", `ctx = context.WithoutCancel(ctx)`, `ctx, m.args[6], m.args[7] = context.WithoutCancel(ctx), [16]byte(NewID(m.at)), m.key+" again"`}},
			test:    "TestCutSocketsLoseAndRepeatNothing", here: true,
		},
		{
			name:    "migrations of Postgres wait for nobody",
			patches: []patch{{"postgres.go", `"postgres", e.opts.log, goose.WithSessionLocker(locker))`, `"postgres", e.opts.log, goose.WithVerbose(locker == nil))`}},
			test:    "TestFourProcessesMigrateADatabaseOnce/postgres", here: true,
		},
		{
			name:    "migrations of SQLite wait for nobody",
			patches: []patch{{"migrate.go", `goose.WithLocker(&fileLock{path: e.path + ".migrate"})`, `goose.WithVerbose(false)`}},
			test:    "TestFourProcessesMigrateADatabaseOnce/sqlite", here: true,
		},
		{
			name:    "a balance is not looked at before it is spent",
			patches: []patch{{"transfer.go", `case from.Balance < o.Amount:`, `case from.Balance < 0:`}},
			test:    sqliteBug + "never_overdrawing",
		},
		{
			name:    "a key is written and not looked at",
			patches: []patch{{"transfer.go", "\tif !free {\n\t\treturn recallOutcome", "\tif !free && o.key == \"\" {\n\t\treturn recallOutcome"}},
			test:    sqliteBug + "one_key,_one_outcome",
		},
		{
			name:    "a refusal is not remembered",
			patches: []patch{{"idempotency.go", `free, err := remember(c, i, nil, code, &f)`, `free, err := true, error(nil)`}},
			test:    sqliteBug + "one_key,_one_refusal",
		},
		{
			name:    "the receiver is not credited",
			patches: []patch{{"money.go", `range []*Balance{from, to} {`, `range []*Balance{from} {`}},
			test:    "TestManyRandomOperationsKeepTheLedgerTrue/sqlite", here: true,
		},
		{
			name:    "a reversal leaves the total that it should take back",
			patches: []patch{{"money.go", "if t.Kind == KindReversal {\n\t\t\tfrom.TotalReceived", "if t.Kind == \"\" {\n\t\t\tfrom.TotalReceived"}},
			test:    sqliteBug + "farming",
		},
		{
			name:    "a row is not looked at before it is reversed again",
			patches: []patch{{"reverse.go", `case err == nil:`, `case err == nil && r.Guild == 0:`}},
			test:    postgresBug + "reversing_once",
		},
		{
			name:    "what failed stays in the group commit",
			patches: []patch{{"sqlite_writer.go", `c.exec("ROLLBACK TO operation")`, `c.exec("SELECT 1")`}},
			test:    "TestFailedWriteLeavesNothing/sqlite", here: true,
			quick: true,
		},
		{
			name:    "statements end with their caller",
			patches: []patch{{"sqlite_writer.go", `		if err := c.isolated(t)`, "\t\tc.ctx = t.ctx\n\t\tif err := c.isolated(t)"}},
			test:    "TestCallersWhoLeaveDisturbNobody/sqlite", here: true,
		},
		{
			name: "answers come before the commit",
			patches: []patch{{"sqlite_writer.go", `	return tx.Commit()`, `	for _, t := range batch {
		close(t.done)
		t.done = make(chan struct{})
	}
	return tx.Commit()`}},
			test: "TestFailingDiskLosesNothing/forgetful", here: true,
			quick: true,
		},
		{
			name: "commits do not wait for the disk",
			patches: []patch{
				{"sqlite_url.go", `"synchronous": "FULL"`, `"synchronous": "OFF"`},
				{"sqlite.go", `synchronous < 2`, `synchronous < 0`},
			},
			test: "TestFailingDiskLosesNothing/forgetful", here: true,
		},
		{
			name:    "transactions lock when they first write",
			patches: []patch{{"sqlite_url.go", `q.Set("_txlock", "immediate")`, `q.Set("_txlock", "deferred")`}},
			test:    "TestProcessesOnOneDatabasePayOnce/sqlite", here: true,
		},
	}
}
