//go:build !race

package app_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// A question that nobody answers loses its buttons when its minute is over, and so does one that was asked
// by a process that has died since.
func TestAQuestionThatNobodyAnswersCloses(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		first := apptest.Start(t, db)
		ken, ada := first.World.Member("Ken"), first.World.Member("Ada")
		ken.Run("/bytes balance")
		question := ken.Run("/bytes send", options{"member": ada.ID, "amount": "105"})
		first.Stop()
		_, err := db.Raw(t).Exec(`UPDATE river_job SET scheduled_at = created_at WHERE kind = 'question_close'`)
		require.NoError(t, err)
		second := apptest.Join(t, first.World, db, func(s *app.Setup) {
			s.Now = func() time.Time { return time.Now().Add(61 * time.Second) }
		})
		require.Eventually(t, func() bool {
			m, there := question.Now()
			return there && len(m.Buttons()) == 0
		}, time.Minute, 50*time.Millisecond)
		closed, _ := question.Now()
		require.Contains(t, closed.Text(), "This question has expired")
		require.Contains(t, closed.Text(), "Send **105 bytes**")
		require.NotContains(t, closed.Text(), "expires")
		require.Contains(t, closed.Text(), "Nothing has changed")
		second.Proven()
	})
}
