package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"
)

func TestListsSayWhichPageTheyShow(t *testing.T) {
	t.Parallel()
	d := openDashboard(t)
	v := d.as(d.dennis)
	for user := range snowflake.ID(60) {
		_, err := d.Economy.Balance(t.Context(), d.north, 1000+user)
		require.NoError(t, err)
	}
	where := func(path string) string {
		page := v.Get(path)
		require.Equal(t, http.StatusOK, page.StatusCode)
		return page.Find(".pager-where").Text()
	}
	link := func(path, rel string) string {
		to, there := v.Get(path).Find(`.pager a[rel="` + rel + `"]`).Attr("href")
		require.True(t, there, "%s has %s", path, rel)
		return to
	}
	board := d.guild(d.north, "/bytes/leaderboard")
	require.Equal(t, "Page 1 of 3", where(board))
	second := link(board, "next")
	require.Equal(t, "Page 2 of 3", where(second))
	require.Equal(t, "Page 3 of 3", where(link(second, "next")))
	require.Equal(t, "Page 1 of 3", where(link(second, "prev")))

	ledger := d.guild(d.north, "/bytes/transactions") // is not counted, and read forwards
	require.Equal(t, "Page 1", where(ledger))
	second = link(ledger, "next")
	require.Equal(t, "Page 2", where(second))
	require.Zero(t, v.Get(second).Find(`.pager a[rel="prev"]`).Length())
	require.Equal(t, "Page 3", where(link(second, "next")))
	require.Empty(t, where(strings.Replace(second, "page=2", "page=x", 1)), "an address from elsewhere")
	require.Empty(t, where(d.guild(d.north, "/audit")), "there is only one page")
}
