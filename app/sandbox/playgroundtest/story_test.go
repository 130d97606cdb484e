package playgroundtest_test

import (
	"os"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// A newcomer's first minutes, with the product itself. With PLAYGROUND_PICTURE set to a file the
// end of it is drawn there, as it is in the README.
func TestANewcomerSendsBytes(t *testing.T) {
	t.Parallel()
	world := sandboxtest.Start(t, sandbox.Config{UI: os.DirFS("../../..")})
	program := apptest.Join(t, world, storetest.NewSQLite(t))
	world.Ready("bytes")
	general, help := world.Channel("general"), world.Channel("code-help")
	grace, kat, barbara := world.Member("Grace"), world.Member("Kat"), world.Member("Barbara")
	grace.Write(general, "Good morning, everyone! Today's challenge is up: **merge two sorted lists**. Questions go to <#"+help.String()+">.").WaitReaction("")
	solved := kat.Write(general, "Done before breakfast\n```go\nfor i := range out {\n\tout[i] = smaller(&a, &b)\n}\n```")
	solved.WaitReaction("")
	solved.As(grace).React("🎉")
	solved.As(barbara).React("🎉")

	p := playgroundtest.Open(t, world.PlaygroundURL+"/", playgroundtest.Desktop)
	p.Newcomer("Tim")
	p.Click(playgroundtest.Element("#compose-text"))
	p.Type("Hi! I am new here and learning Go. That loop is neat, @Kat")
	p.Until(playgroundtest.Shows(".option.marked", "Kat"))
	p.Keys(kb.Enter + kb.Enter)
	p.Sees("li.message:last-child .mention", "@Kat")
	p.Sees("li.message:last-child .reaction", "1")
	p.Run("/bytes send", playgroundtest.Option{Name: "member", Typed: "Kat"}, playgroundtest.Option{Name: "amount", Typed: "105"},
		playgroundtest.Option{Name: "reason", Typed: "thanks for the loop"})
	p.Sees(".ephemeral .embed", "Send 105 bytes to @Kat?")
	p.Press("Confirm")
	p.Sees(".embed", "@Tim sent 105 bytes to @Kat.")
	p.Press("Dismiss message")
	p.Run("/bytes leaderboard")
	p.Sees(".embed", "Leaderboard")
	p.Until(`(() => {
		const text = [...document.querySelectorAll(".embed")].at(-1).textContent;
		return text.indexOf("Kat") >= 0 && text.indexOf("Kat") < text.indexOf("Tim") && text.includes("215") && text.includes("5 bytes");
	})()`)
	program.Proven()
	if file := os.Getenv("PLAYGROUND_PICTURE"); file != "" {
		p.Eval(`document.activeElement.blur()`, nil)
		p.Until(`!document.querySelector(".toast")`)
		p.Shot(file)
	}
}
