package store_test

import (
	"database/sql"
	"io/fs"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestMigrationsHaveTheSameNames(t *testing.T) {
	t.Parallel()
	names := map[string][]string{}
	for _, engine := range []string{"sqlite", "postgres"} {
		files, err := fs.Glob(storetest.Migrations(t), engine+"/*")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			names[engine] = append(names[engine], strings.TrimPrefix(file, engine))
		}
	}
	require.Equal(t, names["sqlite"], names["postgres"])
}

// The schemas of both engines have the same tables, columns, nullability, keys, indexes and references.
func TestSchemasAgree(t *testing.T) {
	t.Parallel()
	pg := storetest.NewPostgres(t)
	pg.Migrated(t)
	lite := storetest.NewSQLite(t)
	lite.Migrated(t)
	ofSQLite, ofPostgres := schema(t, lite.Raw(t), sqliteSchema), schema(t, pg.Raw(t), postgresSchema)
	require.NotEmpty(t, ofSQLite)
	require.Equal(t, ofSQLite, ofPostgres)

	guildData := 0
	for _, fact := range ofSQLite {
		if table, ok := strings.CutSuffix(strings.TrimPrefix(fact, "column "), ".guild_id not null"); ok {
			require.True(t, slices.ContainsFunc(ofSQLite, func(key string) bool {
				return strings.HasPrefix(key, "key of "+table+": guild_id")
			}), "the primary key of %s begins with guild_id", table)
			guildData++
		}
	}
	require.Greater(t, guildData, 5)
}

// schema runs the queries, each of which yields one fact a row, as a sorted list without River's tables.
func schema(t *testing.T, db *sql.DB, queries []string) []string {
	t.Helper()
	facts := []string{}
	for _, q := range queries {
		rows, err := db.Query(q)
		require.NoError(t, err, q)
		for rows.Next() {
			var fact string
			require.NoError(t, rows.Scan(&fact))
			facts = append(facts, fact)
		}
		require.NoError(t, rows.Err())
		require.NoError(t, rows.Close())
	}
	slices.Sort(facts)
	return facts
}

const ourTables = ` AND t.name NOT LIKE 'river%' AND t.name NOT LIKE 'goose%' AND t.name NOT LIKE 'sqlite%'`

var sqliteSchema = []string{
	`SELECT 'column ' || t.name || '.' || c.name || ' ' || CASE c."notnull" WHEN 1 THEN 'not null' ELSE 'null' END
		FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'` + ourTables + ``,
	`SELECT 'key of ' || name || ': ' || group_concat(key, ', ') FROM
		(SELECT t.name, c.name AS key FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' AND c.pk > 0` + ourTables + ` ORDER BY t.name, c.pk)
		GROUP BY name`,
	`SELECT 'index ' || index_name || ' on ' || name || CASE "unique" WHEN 1 THEN ' unique' ELSE '' END || CASE partial WHEN 1 THEN ' partial' ELSE '' END || ': ' || group_concat(col, ', ') FROM
		(SELECT t.name, i.name AS index_name, i."unique", i.partial, c.name || CASE c."desc" WHEN 1 THEN ' desc' ELSE '' END AS col
		FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_xinfo(i.name) c WHERE t.type = 'table' AND i.origin = 'c' AND c.key = 1` + ourTables + ` ORDER BY i.name, c.seqno)
		GROUP BY index_name`,
	`SELECT 'reference ' || t.name || '.' || f."from" || ' to ' || f."table" || '.' || f."to"
		FROM sqlite_schema t, pragma_foreign_key_list(t.name) f WHERE t.type = 'table'` + ourTables + ``,
}

var postgresSchema = []string{
	`SELECT 'column ' || t.name || '.' || column_name || ' ' || CASE is_nullable WHEN 'NO' THEN 'not null' ELSE 'null' END
		FROM (SELECT table_name AS name, * FROM information_schema.columns WHERE table_schema = current_schema()) t WHERE true` + ourTables + ``,
	`SELECT 'key of ' || name || ': ' || string_agg(attname, ', ' ORDER BY n) FROM
		(SELECT t.relname AS name, a.attname, k.n FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid, unnest(i.indkey) WITH ORDINALITY k(num, n), pg_attribute a
		WHERE i.indisprimary AND a.attrelid = t.oid AND a.attnum = k.num AND t.relnamespace = current_schema()::regnamespace) t WHERE true` + ourTables + `
		GROUP BY name`,
	`SELECT 'index ' || index_name || ' on ' || name || CASE WHEN u THEN ' unique' ELSE '' END || CASE WHEN partial THEN ' partial' ELSE '' END || ': ' || string_agg(col, ', ' ORDER BY n) FROM
		(SELECT t.relname AS name, x.relname AS index_name, i.indisunique AS u, i.indpred IS NOT NULL AS partial, k.n,
			a.attname || CASE WHEN i.indoption[k.n - 1] & 1 = 1 THEN ' desc' ELSE '' END AS col
		FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class x ON x.oid = i.indexrelid, unnest(i.indkey) WITH ORDINALITY k(num, n), pg_attribute a
		WHERE NOT i.indisprimary AND a.attrelid = t.oid AND a.attnum = k.num AND t.relnamespace = current_schema()::regnamespace) t WHERE true` + ourTables + `
		GROUP BY name, index_name, u, partial`,
	`SELECT 'reference ' || t.name || '.' || a.attname || ' to ' || f.relname || '.' || b.attname
		FROM (SELECT relname AS name, oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace) t
		JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f' JOIN pg_class f ON f.oid = c.confrelid,
		unnest(c.conkey, c.confkey) k(mine, theirs), pg_attribute a, pg_attribute b
		WHERE a.attrelid = t.oid AND a.attnum = k.mine AND b.attrelid = f.oid AND b.attnum = k.theirs` + ourTables + ``,
}

// Our migration makes River's tables as River's own migrations would.
func TestRiverTablesAreRivers(t *testing.T) {
	t.Parallel()
	space := regexp.MustCompile(`--.*|\s+`)
	normal := func(facts []string) []string {
		for i := range facts {
			facts[i] = strings.TrimSpace(space.ReplaceAllString(facts[i], " "))
		}
		return facts
	}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		queries := []string{
			`SELECT sql FROM sqlite_schema WHERE name LIKE 'river%' AND sql IS NOT NULL`,
			`SELECT line || version FROM river_migration`,
		}
		ours, theirs := storetest.NewSQLite(t), storetest.NewSQLite(t)
		ours.Migrated(t)
		raw := theirs.Raw(t)
		raw.SetMaxOpenConns(1)
		river, err := rivermigrate.New(riversqlite.New(raw), nil)
		require.NoError(t, err)
		_, err = river.Migrate(t.Context(), rivermigrate.DirectionUp, nil)
		require.NoError(t, err)
		require.Equal(t, normal(schema(t, raw, queries)), normal(schema(t, ours.Raw(t), queries)))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		queries := []string{
			`SELECT concat(relname, relkind, relpersistence) FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'S') AND relname LIKE 'river%'`,
			`SELECT table_name || column_name || data_type || is_nullable || replace(coalesce(column_default, ''), current_schema() || '.', '') || coalesce(character_maximum_length, 0)
				FROM information_schema.columns WHERE table_schema = current_schema() AND table_name LIKE 'river%'`,
			`SELECT replace(pg_get_indexdef(i.indexrelid), current_schema() || '.', '') FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid
				WHERE NOT i.indisprimary AND t.relnamespace = current_schema()::regnamespace AND t.relname LIKE 'river%'`,
			`SELECT t.relname || replace(pg_get_constraintdef(c.oid), current_schema() || '.', '') FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
				WHERE t.relnamespace = current_schema()::regnamespace AND t.relname LIKE 'river%'`,
			`SELECT row_number() OVER (ORDER BY enumsortorder) || enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid WHERE t.typnamespace = current_schema()::regnamespace`,
			`SELECT replace(pg_get_functiondef(oid), current_schema() || '.', '') FROM pg_proc WHERE pronamespace = current_schema()::regnamespace`,
			`SELECT line || version FROM river_migration`,
		}
		ours, theirs := storetest.NewPostgres(t), storetest.NewPostgres(t)
		ours.Migrated(t)
		pool, err := pgxpool.New(t.Context(), theirs.URL)
		require.NoError(t, err)
		defer pool.Close()
		river, err := rivermigrate.New(riverpgxv5.New(pool), nil)
		require.NoError(t, err)
		_, err = river.Migrate(t.Context(), rivermigrate.DirectionUp, nil)
		require.NoError(t, err)
		require.Equal(t, normal(schema(t, theirs.Raw(t), queries)), normal(schema(t, ours.Raw(t), queries)))
	})
}
