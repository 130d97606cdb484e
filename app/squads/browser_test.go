// Pages take several times as long under the race detector, for code that runs one thing at a time.
//go:build !race

package squads_test

import (
	"context"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/squads"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// browser is a Chromium in which somebody has signed in. What a page's script fails at fails the test.
type browser struct {
	t   *testing.T
	ctx context.Context
}

func openBrowser(t *testing.T, d dashboard) browser {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Skip("no Chromium is installed: the tab is not tried in a browser")
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1280, 900), chromedp.Flag("disable-dev-shm-usage", true))...)
	ctx, closeTab := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(func() { closeTab(); end() })
	chromedp.ListenTarget(ctx, func(event any) {
		if failed, ok := event.(*runtime.EventExceptionThrown); ok {
			t.Errorf("in the browser: %s", failed.ExceptionDetails.Error())
		}
	})
	require.NoError(t, chromedp.Run(ctx)) // the browser lives as long as the first of its contexts
	b := browser{t, ctx}
	var actions []chromedp.Action
	for _, cookie := range d.SignIn(d.World.Member("Ada"), "").Cookies() {
		actions = append(actions, network.SetCookie(cookie.Name, cookie.Value).WithURL(d.URL))
	}
	b.do(append(actions, chromedp.Navigate(d.URL+d.tab), chromedp.WaitReady(".squads"))...)
	return b
}

// do fails the test when what an action waits for has not come in a minute.
func (b browser) do(actions ...chromedp.Action) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, time.Minute)
	defer cancel()
	require.NoError(b.t, chromedp.Run(ctx, actions...))
}

// until waits for an expression to hold.
func (b browser) until(expression string) {
	b.t.Helper()
	b.do(chromedp.Poll(expression, nil, chromedp.WithPollingTimeout(0), chromedp.WithPollingMutation()))
}

// order is that of the names; what is dragged is there once more, under the pointer.
const order = `[...document.querySelectorAll(".squad:not(.sortable-fallback) .squad-name a")].map(a => a.textContent).join()`

// names waits for the order of the names.
func (b browser) names(names ...string) {
	b.t.Helper()
	b.until(order + ` === "` + strings.Join(names, ",") + `"`)
}

// drag moves what is at one selector onto the lower edge of what is at another, and lets go of it when the
// names stand in the order.
func (b browser) drag(from, to string, names ...string) {
	b.t.Helper()
	middle := func(selector string) (x, y, height float64) {
		b.do(chromedp.WaitVisible(selector))
		var box []float64
		b.do(chromedp.Evaluate(`(r => [r.x + r.width / 2, r.y + r.height / 2, r.height])(document.querySelector(`+"`"+selector+"`"+`).getBoundingClientRect())`, &box))
		return box[0], box[1], box[2]
	}
	x, y, _ := middle(from)
	_, below, height := middle(to)
	below += height/2 - 4
	b.do(input.DispatchMouseEvent(input.MousePressed, x, y).WithButton(input.Left).WithClickCount(1))
	var now string
	for step := 1; now != strings.Join(names, ","); step++ { // the page looks at the pointer now and then, so it never rests
		require.Less(b.t, step, 5000, "the order stays %s", now)
		b.do(input.DispatchMouseEvent(input.MouseMoved, x+float64(step%3), y+(below-y)*min(float64(step)/12, 1)).WithButton(input.Left))
		b.do(chromedp.Evaluate(order, &now))
	}
	b.do(input.DispatchMouseEvent(input.MouseReleased, x, below).WithButton(input.Left).WithClickCount(1))
}

func TestTheTabInABrowser(t *testing.T) {
	t.Parallel()
	p := program{apptest.Start(t, storetest.NewSQLite(t))}
	d := dashboard{p, p.Visitor(), "/admin/guilds/" + p.World.GuildID.String() + "/squads"}
	gophers := p.squad(t, "Gophers")
	p.squad(t, "Pythonistas")
	crabs := p.squad(t, "Rustaceans")
	b := openBrowser(t, d)

	down := "#down-" + gophers.ID.String()
	b.do(chromedp.Focus(down), chromedp.KeyEvent(kb.Enter))
	b.names("Pythonistas", "Gophers", "Rustaceans")
	b.until(`document.activeElement.id === "` + down[1:] + `"`)
	b.do(chromedp.KeyEvent(kb.Enter))
	b.names("Pythonistas", "Rustaceans", "Gophers")

	b.drag(".squad:first-child .squad-grip", ".squad:last-child", "Rustaceans", "Gophers", "Pythonistas")
	b.names("Rustaceans", "Gophers", "Pythonistas")
	b.until(`document.querySelector("#squads [role=status]").textContent === "Order saved."`)
	saved, err := p.Squads.Squads(t.Context(), p.World.GuildID)
	require.NoError(t, err)
	require.Equal(t, []string{"Rustaceans", "Gophers", "Pythonistas"}, []string{saved[0].Name, saved[1].Name, saved[2].Name})

	_, err = p.Squads.Join(t.Context(), squads.Join{Guild: p.World.GuildID, User: p.World.Member("Ken").ID, Squad: gophers.ID})
	require.NoError(t, err)
	b.until(`document.getElementById("count-` + gophers.ID.String() + `").textContent === "1 member"`)

	row := "#squad-" + crabs.ID.String()
	b.do(chromedp.Click(row+` a[aria-label^="Edit"]`), chromedp.WaitVisible(row+" form"))
	b.do(chromedp.SetValue(row+" input[name=name]", "Crabs"), chromedp.Click(row+" .btn-primary"))
	b.names("Crabs", "Gophers", "Pythonistas")

	b.do(chromedp.Click("#squad-"+gophers.ID.String()+` a[aria-label^="Delete"]`), chromedp.WaitVisible("#dialog[open] #squad-delete"))
	b.do(chromedp.Click("#dialog .btn-danger"))
	b.names("Crabs", "Pythonistas")
}
