//go:build !race

package playgroundtest_test

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// A view that was asked for as one person may arrive when another acts already: it is late, not news.
func TestWhoWasChosenLastActs(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.ActAs("Ada")
	p.Script(`
		window.held = {};
		const ask = window.fetch;
		window.fetch = async (...what) => {
			const answer = await ask(...what);
			const [, who] = /\/(\d+)\/state/.exec(what[0]) ?? [];
			if (who) await new Promise((release) => { window.held[who] = release; });
			return answer;
		};`)
	ada, ken := world.Member("Ada"), world.Member("Ken")
	held := func(who *sandboxtest.Person) string { return `window.held["` + who.ID.String() + `"]` }
	p.Click(playgroundtest.Element(".actor-button"))
	p.Type("Ken")
	p.Until(playgroundtest.Shows(".people-panel .option.marked", "Ken"))
	p.Keys(kb.Enter)
	p.Until(held(ken))
	ada.Nick(world.Member("Grace"), "Amazing Grace")
	p.Until(held(ada))
	p.Script(held(ken) + `()`)
	p.Sees("#actor strong", "Ken")
	p.Script(`
		window.actors = [];
		new MutationObserver(() => window.actors.push(document.querySelector("#actor strong").textContent))
			.observe(document.getElementById("actor"), { childList: true, subtree: true });
		delete ` + held(ken) + `;
		` + held(ada) + `();`)
	ada.Nick(world.Member("Grace"), "Grace the Great")
	p.Until(held(ken))
	p.Script(held(ken) + `()`)
	p.Sees(".member", "Grace the Great")
	var actors []string
	p.Eval(`window.actors`, &actors)
	require.NotContains(t, actors, "Ada")
}
