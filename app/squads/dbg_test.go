//go:build !race

package squads_test

import (
	"os"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

func TestDbg(t *testing.T) {
	p := program{apptest.Start(t, storetest.NewSQLite(t))}
	d := dashboard{p, p.Visitor(), "/admin/guilds/" + p.World.GuildID.String() + "/squads"}
	gophers := p.squad(t, "Gophers")
	p.squad(t, "Pythonistas")
	b := openBrowser(t, d)
	chromedp.ListenTarget(b.ctx, func(event any) {
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			t.Log("req", e.Request.Method, e.Request.URL, e.Request.PostDataEntries)
		case *network.EventResponseReceived:
			t.Log("resp", e.Response.Status, e.Response.URL)
		case *runtime.EventConsoleAPICalled:
			for _, a := range e.Args {
				t.Log("console", string(a.Value), a.Description)
			}
		}
	})
	b.do(network.Enable(), runtime.Enable())
	down := "#down-" + gophers.ID.String()
	b.do(chromedp.Focus(down), chromedp.KeyEvent(kb.Enter))
	time.Sleep(2 * time.Second)
	var png []byte
	var html string
	b.do(chromedp.FullScreenshot(&png, 90), chromedp.OuterHTML("#squads", &html))
	os.WriteFile("/tmp/shot.png", png, 0o644)
	_ = html
}
