package site

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// What each table is told as on the page about privacy; empty where it holds nothing about people.
func told() map[string]string {
	return map[string]string{
		"balances": "Accounts and balances", "ledger": "Transactions", "bytes_config": "", "guild_settings": "", "schema_versions": "", "scheduled_jobs": "", "deliveries": "", "idempotency": "Responses to API requests",
		"confirmations": "Confirmations", "audit": "Changes by admins", "api_keys": "API keys", "role_problems": "",
		"sessions": "Dashboard sign-ins", "developers": "Dashboard sign-ins",
		"cases": "Moderation cases", "case_history": "Moderation cases", "case_evidence": "Moderation cases", "case_words": "Moderation cases", "channel_locks": "Moderation cases",
		"case_counters": "", "case_feeds": "", "case_log_problems": "", "case_templates": "",
		"automod_hits": "Auto-moderation hits", "automod_rules": "", "automod_guilds": "",
		"squads": "", "memberships": "Squads", "squad_role_debts": "Pending role changes", "river_job": "Pending role changes",
	}
}

func TestThePrivacyPageTellsOfEveryTable(t *testing.T) {
	t.Parallel()
	lines := make(map[string]bool)
	for _, k := range kept() {
		lines[k.What.String()] = true
		require.NotEmpty(t, k.Why, k.What)
		require.NotEmpty(t, k.HowLong, k.What)
	}
	files, err := filepath.Glob("../../migrations/sqlite/*.sql")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	tables := regexp.MustCompile(`CREATE TABLE (\w+)`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, found := range tables.FindAllStringSubmatch(string(text), -1) {
			table := found[1]
			what, known := told()[table]
			if !known && strings.HasPrefix(table, "river_") {
				continue // the machinery of the queue, without a word about people
			}
			require.True(t, known, "the table %s of %s: say on the page about privacy what it keeps about people", table, filepath.Base(file))
			require.True(t, what == "" || lines[what], "%s: the page has no line %q", table, what)
		}
	}
}
