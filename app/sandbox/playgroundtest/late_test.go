package playgroundtest_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// lateness is a page in which Ada acts and Ken has been chosen to, and in which no view of the place arrives
// before it is released.
type lateness struct {
	*playgroundtest.Page
	world    *sandboxtest.World
	ada, ken *sandboxtest.Person
}

func keepLate(t *testing.T) lateness {
	t.Helper()
	world, _ := play(t)
	l := lateness{open(t, world, playgroundtest.Desktop), world, world.Member("Ada"), world.Member("Ken")}
	l.ActAs("Ada")
	l.Script(`
		window.held = {};
		const ask = window.fetch;
		window.fetch = async (...what) => {
			const answer = await ask(...what);
			const [, who] = /\/(\d+)\/state/.exec(what[0]) ?? [];
			if (who) await new Promise((release) => { window.held[who] = release; });
			return answer;
		};`)
	l.Click(playgroundtest.Element(".actor-button"))
	l.Type("Ken")
	l.Until(playgroundtest.Shows(".people-panel .option.marked", "Ken"))
	l.Keys(kb.Enter)
	l.Until(held(l.ken))
	return l
}

// held is the function that releases the view that was asked for as somebody.
func held(who *sandboxtest.Person) string { return `window.held["` + who.ID.String() + `"]` }

func (l lateness) release(who *sandboxtest.Person) {
	l.Script(`{ const release = ` + held(who) + `; delete ` + held(who) + `; release(); }`)
}

// A view that was asked for as one person may arrive when another acts already: it is late, not news.
func TestWhoWasChosenLastActs(t *testing.T) {
	t.Parallel()
	l := keepLate(t)
	grace := l.world.Member("Grace")
	l.ada.Nick(grace, "Amazing Grace")
	l.Until(held(l.ada))
	l.release(l.ken)
	l.Sees("#actor strong", "Ken")
	l.Script(`
		window.actors = [];
		new MutationObserver(() => window.actors.push(document.querySelector("#actor strong").textContent))
			.observe(document.getElementById("actor"), { childList: true, subtree: true });`)
	l.release(l.ada)
	l.ada.Nick(grace, "Grace the Great")
	l.Until(held(l.ken))
	l.release(l.ken)
	l.Sees(".member", "Grace the Great")
	var actors []string
	l.Eval(`window.actors`, &actors)
	require.NotContains(t, actors, "Ada")
}

// Coming back to the window asks for the place again, and must not be taken for a choice.
func TestAChoiceOutlivesComingBack(t *testing.T) {
	t.Parallel()
	l := keepLate(t)
	l.Script(`document.dispatchEvent(new Event("visibilitychange"))`)
	l.release(l.ken)
	l.Sees("#actor strong", "Ken")
}
