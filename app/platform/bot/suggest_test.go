package bot

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"
)

func TestSuggestionsFitDiscordsLimits(t *testing.T) {
	t.Parallel()
	require.Equal(t, []discord.AutocompleteChoice{}, choices(nil), "none is an empty list, not null")
	many := make([]Suggestion, 40)
	for i := range many {
		many[i] = Suggestion{Name: strings.Repeat("é", 150), Value: "value"}
	}
	shown := choices(many)
	require.Len(t, shown, 25)
	require.Equal(t, 100, utf8.RuneCountInString(shown[0].ChoiceName()))
}
