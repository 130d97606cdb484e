// Package playgroundtest plays in the playground with a real Chromium, and reads like the story
// that it tells:
//
//	page := playgroundtest.Open(t, world.PlaygroundURL, playgroundtest.Desktop)
//	page.Newcomer("Tim")
//	page.Write("hello")
//	page.Run("/bytes send", playgroundtest.Option{"member", "Ada"}, playgroundtest.Option{"amount", "105"})
//	page.Press("Confirm")
//
// Nothing sleeps or has a time limit: everything waits for the page to change.
package playgroundtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Screen is the size of a window in CSS pixels.
type Screen struct {
	Width, Height int64
	Scale         float64 // device pixels to one of CSS
	Touch         bool
}

// Screens as people have them.
var (
	Desktop = Screen{Width: 1440, Height: 900, Scale: 1}
	Phone   = Screen{Width: 360, Height: 740, Scale: 2, Touch: true}
)

// Page is the playground in a window of its own.
type Page struct {
	t   testing.TB
	ctx context.Context

	mu      sync.Mutex
	trouble []string
}

// Open starts a Chromium for the length of the test and opens an address of the playground in it.
// It returns once the page is live. Without a Chromium the test is skipped. At its end the test
// fails when a script of the page failed or its content security policy was broken.
func Open(t testing.TB, address string, screen Screen) *Page {
	t.Helper()
	chromium := find()
	if chromium == "" {
		t.Skip("no Chromium is installed: the playground is not played")
	}
	allocator, end := chromedp.NewExecAllocator(context.Background(), append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.ExecPath(chromium), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "en-US"),
	)...)
	ctx, closeTab := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {})) // it complains of events that are newer than itself
	p := &Page{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, p.listen)
	t.Cleanup(func() {
		closeTab()
		end()
		for _, trouble := range p.Trouble() {
			t.Errorf("in the browser: %s", trouble)
		}
	})
	p.do(
		log.Enable(), runtime.Enable(),
		emulation.SetDeviceMetricsOverride(screen.Width, screen.Height, screen.Scale, screen.Touch),
		emulation.SetTouchEmulationEnabled(screen.Touch),
		emulation.SetTimezoneOverride("UTC"),
		chromedp.Navigate(address),
	)
	p.Until(`document.querySelector(".live.on")`)
	return p
}

func find() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// listen notes what went wrong in the page: scripts that failed, and what its policy forbade.
// Answers other than 2xx are no trouble: to be refused is part of playing.
func (p *Page) listen(event any) {
	var text string
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeAssert {
			for _, argument := range e.Args {
				text += string(argument.Value) + " "
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError && e.Entry.Source != log.SourceNetwork {
			text = e.Entry.Text
		}
	}
	if text == "" {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = append(p.trouble, text)
}

// Trouble lists what went wrong in the page so far.
func (p *Page) Trouble() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.trouble)
}

func (p *Page) do(actions ...chromedp.Action) {
	p.t.Helper()
	if err := chromedp.Run(p.ctx, actions...); err != nil {
		p.t.Fatalf("in the browser: %v", err)
	}
}

// Eval runs an expression in the page and decodes its value into out, unless that is nil.
func (p *Page) Eval(expression string, out any) {
	p.t.Helper()
	var raw json.RawMessage
	p.do(chromedp.Evaluate(`(async () => JSON.stringify((`+expression+`) ?? null))()`, &raw, func(e *runtime.EvaluateParams) *runtime.EvaluateParams {
		return e.WithAwaitPromise(true)
	}))
	if out == nil {
		return
	}
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
	if err := json.Unmarshal([]byte(text), out); err != nil {
		p.t.Fatalf("%s: %v", expression, err)
	}
}

// Script runs a whole script in the page, past its policy.
func (p *Page) Script(source string) {
	p.t.Helper()
	p.do(chromedp.Evaluate(source, nil))
}

// Until waits until an expression is true; it is looked at in every frame that the page draws. After a
// minute the test fails, and says what the page shows.
func (p *Page) Until(expression string) {
	p.t.Helper()
	p.wait(`Boolean(`+expression+`)`, nil)
}

// wait waits until an expression is neither false nor null, and decodes it into out.
func (p *Page) wait(expression string, out any) {
	p.t.Helper()
	p.Eval(`await new Promise((done, fail) => {
		const began = performance.now();
		const look = () => {
			let found = null;
			try { found = `+expression+`; } catch { found = null; }
			if (found) done(found);
			else if (performance.now() - began > 60_000) fail(new Error("never: " + `+quoted(expression)+` + "; the page shows:\n" + document.body.innerText));
			else requestAnimationFrame(look);
		};
		look();
	})`, out)
}

// Keys presses keys, one after the other; kb has names for those that are no letters. As with a
// keyboard, a key whose press a script has taken writes nothing.
func (p *Page) Keys(keys string) {
	p.t.Helper()
	for _, key := range keys {
		for _, k := range kb.Encode(key) {
			if k.Type == input.KeyChar {
				continue // goes with the press
			}
			if k.Type == input.KeyRawDown {
				k.Type = input.KeyDown
			}
			if known, ok := kb.Keys[key]; ok && known.Print && k.Type == input.KeyDown {
				k.Text = known.Text
			}
			p.do(k)
		}
	}
}

// Type writes into whatever has the focus, as from a keyboard.
func (p *Page) Type(text string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(text))
}

// Click presses the element that an expression finds, with the mouse, in its middle.
func (p *Page) Click(expression string) {
	p.t.Helper()
	x, y := p.middle(expression)
	p.do(chromedp.MouseClickXY(x, y))
}

// Context presses the right button on the element that an expression finds.
func (p *Page) Context(expression string) {
	p.t.Helper()
	x, y := p.middle(expression)
	p.do(chromedp.MouseClickXY(x, y, chromedp.ButtonRight))
}

// middle waits until an element can be pressed: nothing lies over its middle.
func (p *Page) middle(expression string) (x, y float64) {
	p.t.Helper()
	var at struct{ X, Y float64 }
	p.wait(`((e) => {
		e.scrollIntoView({ block: "nearest" });
		const r = e.getBoundingClientRect(), X = r.x + r.width / 2, Y = r.y + r.height / 2;
		return e.contains(document.elementFromPoint(X, Y)) && { X, Y };
	})(`+expression+`)`, &at)
	return at.X, at.Y
}

// Shot writes a picture of the window to a file, as PNG. The mouse points at nothing in it.
func (p *Page) Shot(file string) {
	p.t.Helper()
	var picture []byte
	p.do(chromedp.MouseEvent(input.MouseMoved, 1, 1), chromedp.ActionFunc(func(ctx context.Context) (err error) {
		picture, err = page.CaptureScreenshot().WithFormat(page.CaptureScreenshotFormatPng).Do(ctx)
		return err
	}))
	if err := os.WriteFile(file, picture, 0o600); err != nil {
		p.t.Fatalf("write the picture: %v", err)
	}
}

// quoted is a Go string as a JavaScript one.
func quoted(text string) string {
	raw, err := json.Marshal(text)
	if err != nil {
		panic(fmt.Sprintf("a string cannot be written as JSON: %v", err))
	}
	return string(raw)
}
