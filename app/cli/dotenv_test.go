package cli

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDotEnvTakesValuesAsWritten(t *testing.T) {
	t.Parallel()
	found, err := parseDotEnv([]byte("\ufeffDATABASE_URL=sqlite:k$AB.db\r\n# a comment\n\nexport A='$27 # stays'  # goes\n" +
		"B=\"a\\n${A}\"\nC = pass#word # goes\nD=\nE=#nothing\nF=it's\nG=a=b\nG=c\n"))
	require.NoError(t, err)
	require.Equal(t, []variable{
		{"DATABASE_URL", "sqlite:k$AB.db"}, {"A", "$27 # stays"}, {"B", `a\n${A}`}, {"C", "pass#word"}, {"D", ""}, {"E", ""},
		{"F", "it's"}, {"G", "c"},
	}, found)
	for text, says := range map[string]string{
		"A=1\nB=\"canary":         "line 2 has a quote that is not closed",
		"A='canary' more":         "line 1 has a quote",
		"canary":                  "line 1 is not of the form NAME=value",
		"\xff\xfeA\x00=\x001\x00": "UTF-16",
		"A\x00=\x001\x00":         "UTF-16",
	} {
		_, err := parseDotEnv([]byte(text))
		require.ErrorContains(t, err, says)
		require.NotContains(t, err.Error(), "canary")
	}
}
