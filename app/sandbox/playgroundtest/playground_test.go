package playgroundtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/disgoorg/disgo/discord"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

func open(t *testing.T, world *sandboxtest.World, screen playgroundtest.Screen) *playgroundtest.Page {
	t.Helper()
	return playgroundtest.Open(t, world.PlaygroundURL+"/", screen)
}

func TestACommandIsTypedAndAnswered(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.ActAs("Linus")
	p.Run("/lists show")
	p.Reply("The list is empty.")
	p.Sees("#messages .context", "Linus used /lists show")

	p.Run("/echo",
		playgroundtest.Option{Name: "text", Typed: "moin"}, playgroundtest.Option{Name: "times", Typed: "2"},
		playgroundtest.Option{Name: "to", Typed: "Kat"}, playgroundtest.Option{Name: "role", Typed: "Gophers"},
		playgroundtest.Option{Name: "where", Typed: "code-help"}, playgroundtest.Option{Name: "shade", Typed: "Sky blue"},
		playgroundtest.Option{Name: "fruit", Typed: "Ap"}, playgroundtest.Option{Name: "private", Typed: "True"})
	p.Reply("moin moin to @Kat for @Gophers about #code-help with apple in 3b82f6")
	p.Sees("#messages .only-you", "Only you can see this")

	p.ActAs("Grace")
	p.Reply("The list is empty.")
	p.ActAs("Linus")
	p.Reply("moin moin")
	p.Press("Dismiss message")
	p.Reply("The list is empty.")
}

func TestAWrongOptionIsSaidBeforeItIsSent(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.Fill("/echo", playgroundtest.Option{Name: "text", Typed: "hello"})
	p.Send()
	p.Sees(".command-about.bad", "times: This option is required. Specify a value")
	p.Until(`document.activeElement.id === "option-times"`)
	p.Type("9")
	p.Keys(kb.Enter)
	p.Sees(".command-about.bad", "times: Enter a number that is at most 5")
	p.Keys(kb.Backspace)
	p.Type("x")
	p.Keys(kb.Enter)
	p.Sees(".command-about.bad", "times: Input a valid integer")
	p.Keys(kb.Backspace + "1" + kb.Enter)
	p.Reply("hello in")

	p.Fill("/echo")
	p.Keys(kb.Escape)
	p.Until(`document.activeElement.id === "compose-text"`)
}

func TestComponentsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.Run("/panel")
	p.Sees(".embed-title", "A panel")
	p.Until(`getComputedStyle(document.querySelector(".embed")).borderLeftColor === "rgb(34, 197, 94)"`)
	p.Until(`[...document.querySelectorAll(".components button")].find((b) => b.textContent === "Locked").disabled`)
	p.Until(`document.querySelector(".components a").href === "https://example.com/docs"`)
	p.Press("Count")
	p.Reply("Counted once.")

	choose := func(placeholder string, names ...string) {
		t.Helper()
		p.Click(playgroundtest.Shows(".select", placeholder))
		for _, name := range names {
			p.Until(playgroundtest.Element(".select-panel input"))
			p.Eval(`document.querySelector(".select-panel input").value = ""`, nil)
			p.Type(name)
			p.Until(playgroundtest.Shows(".select-panel .option.marked", name))
			p.Keys(kb.Enter)
		}
		if len(names) > 1 {
			p.Keys(kb.Escape)
		}
	}
	choose("Something to drink?", "Coffee")
	p.Reply("You drink coffee.")
	choose("Whom?", "Kat", "Ada")
	p.Reply("You picked @Kat and @Ada.")
	choose("Which role?", "Rustaceans")
	p.Reply("You chose @Rustaceans.")
	p.Press("Change")
	p.Sees(".message-text", "It has changed.")
	p.Until(`!document.querySelector(".components")`)
}

func TestWhatIsNotAnsweredSaysSo(t *testing.T) {
	t.Parallel()
	world, bot := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.Run("/think")
	p.Sees(".thinking", "Smarter Dev is thinking")
	close(bot.think)
	p.Reply("I have thought.")
	p.Until(`!document.querySelector(".thinking")`)

	p.Run("/panel")
	p.Press("Hang")
	p.Until(`document.querySelector(".button.waits") && [...document.querySelectorAll(".components button")].every((b) => b.disabled)`)
	p.Run("/silent")
	p.Sees(".asked .thinking", "Sending command")
	p.Sees(".components ~ .broken", "The application did not respond")
	p.Sees(".asked.failed .broken", "The application did not respond")
	p.Press("Dismiss message")
	p.Until(`!document.querySelector(".asked")`)
}

func TestAFormIsFilledAndSent(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.Run("/form")
	p.Sees("dialog[open] h2", "Tell us")
	p.Sees("dialog[open] .hint", "What we should call you")
	p.Type("To")
	p.Press("Submit")
	p.Sees(".dialog-error", "Your name: must be 3 or more in length.")
	p.Type("ve")
	p.Press("Submit")
	p.Sees(".dialog-error", "Favourite: choose at least 1.")
	p.Click(playgroundtest.Shows("dialog .select", "Choose one"))
	p.Type("tea")
	p.Keys(kb.Enter)
	p.Press("Submit")
	p.Reply("Hello Tove, here is your tea.")
	p.Until(`!document.querySelector("dialog")`)
}

func TestMenusOfPeopleAndMessages(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.ActAs("Ada")
	p.Write("seven!!")
	p.Context(playgroundtest.Shows(".member", "Ken"))
	p.Press("Apps")
	p.Click(playgroundtest.Shows(".menu-item", "Wave"))
	p.Reply("waves at @Ken")
	p.Context(playgroundtest.Shows("li.message", "seven!!"))
	p.Press("Apps")
	p.Click(playgroundtest.Shows(".menu-item", "Count letters"))
	p.Reply("That has 7 letters.")

	p.Context(playgroundtest.Shows(".member", "Ken"))
	p.Press("Roles")
	p.Click(playgroundtest.Shows(".menu-item", "Gophers"))
	p.Until(`document.querySelector('[role=menuitemcheckbox][aria-checked=true]')?.textContent === "Gophers"`)
	p.Keys(kb.Escape)
	p.Context(playgroundtest.Shows(".member", "Ken"))
	p.Press("Timeout Ken")
	p.Press("Timeout")
	p.Until(`!document.querySelector("dialog")`)
	p.Context(playgroundtest.Shows(".member", "Edsger"))
	p.Press("Ban Edsger")
	p.Click(playgroundtest.Element("dialog input[name=reason]"))
	p.Type("spam")
	p.Press("Ban")
	p.Until(`!document.querySelector("dialog")`)
	ada, ken := world.Member("Ada"), world.Member("Ken")
	ada.WaitRole(ken, world.Role("Gophers"), true)
	require.Equal(t, "spam", *ada.Banned()[0].Reason)

	p.Press("Moderation")
	p.Sees(".part", "Ken")
	p.Sees(".rows-row", "Reason: spam")
	p.Sees(".rows-row", "Ada changed the roles of Ken")
	p.Press("Lift ban")
	p.Sees(".part", "Nobody is banned.")
	require.Empty(t, ada.Banned())
	p.ActAs("Ken")
	p.Sees(".part", "You do not have the permission to see this.")
	p.Press("Back to the channel")
	p.Until(`document.getElementById("compose-text").placeholder === "You are timed out."`)
}

func TestMessagesAreShownAsDiscordShowsThem(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	general, grace, linus := world.Channel("general"), world.Member("Grace"), world.Member("Linus")
	first := grace.Write(general, "**bold** *it* __under__ ~~gone~~ `code` ||secret|| "+linus.Mention()+" <@&"+world.Role("Gophers").String()+
		"> <#"+world.Channel("rules").String()+"> <t:1700000000:D> <https://example.com/a> [words](https://example.com/b)\n> quoted\n- one\n  - inner\n- two\n## Head\n```go\nfmt.Println(1)\n```")
	p := open(t, world, playgroundtest.Desktop)
	p.ActAs("Linus")
	p.Until(`document.querySelector("li.message.mentioned .md")`)
	for selector, text := range map[string]string{
		"strong": "bold", "em": "it", "u": "under", "s": "gone", "code": "code", ".spoiler": "secret", "button.mention": "@Linus",
		"span.mention": "@Gophers", "a.mention": "#rules", ".stamp": "November 14, 2023", "blockquote": "quoted", "ul > li": "one",
		"ul ul > li": "inner", ".md-heading-2": "Head", "pre > code": "fmt.Println(1)",
	} {
		p.Sees("li.message .md "+selector, text)
	}
	p.Until(`[...document.querySelectorAll(".md a[href^=https]")].map((a) => a.href).join() === "https://example.com/a,https://example.com/b"`)

	first.React("👍")
	p.Click(playgroundtest.Shows(".reaction", "1"))
	p.Sees(".reaction.mine", "2")
	first.Edit("changed")
	p.Sees(".edited", "(edited)")
	grace.Type(general)
	p.Sees("#typing", "Grace is typing")
	p.Context(playgroundtest.Shows("li.message", "changed"))
	p.Press("Reply")
	p.Write("an answer")
	p.Sees(".context-text", "changed")
	first.Delete()
	p.Until(`document.querySelectorAll("li.message").length === 1`)
	grace.Write(world.Channel("code-help"), "look here "+linus.Mention())
	p.Sees(".unread .count", "1")
	p.Go("code-help")
	p.Reply("look here @Linus")
	p.Until(`!document.querySelector(".unread")`)
}

// A client knows the names of those whom it has met, and no others.
func TestEmbedsNameThoseWhoAreKnown(t *testing.T) {
	t.Parallel()
	world, bot := play(t)
	general, ken, radia := world.Channel("general"), world.Member("Ken"), world.Member("Radia")
	page := open(t, world, playgroundtest.Desktop)
	page.ActAs("Grace")
	page.Go("general")
	ken.Write(general, "It was nothing.")
	_, err := bot.client.Rest.CreateMessage(general, discord.MessageCreate{Embeds: []discord.Embed{{Description: ken.Mention() + " thanks " + radia.Mention()}}})
	require.NoError(t, err)
	page.Sees(".embed-description", "@Ken thanks "+radia.Mention())
	radia.Write(general, "You are welcome.")
	page.Sees(".embed-description", "@Ken thanks @Radia")
}

// Whatever people write is text. Anything that ran or loaded would be trouble of the page.
func TestNothingThatPeopleWriteRuns(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	general, grace := world.Channel("general"), world.Member("Grace")
	attempts := []string{
		`<script>document.title="ran"</script>`, `<img src=x onerror='document.title="ran"'>`, `[x](javascript:document.title="ran")`,
		`<javascript:alert(1)>`, `[a](https://example.com/"onmouseover="document.title='ran')`, "```\n</code></pre><svg onload=alert(1)>\n```",
		`**<b>x</b>** || <iframe srcdoc="<script>alert(1)</script>"> ||`, `<t:99999999999999:R> <t:9999999999999:F>`, `data:text/html,<script>alert(1)</script>`,
		"> > > > > > > > > > > > deep", `****____~~~~||||__**_*`, `<@000000000000000000> <@&111111111111111111> <#222222222222222222>`,
	}
	for _, text := range attempts {
		grace.Write(general, text)
	}
	grace.Nick(grace, `<img src=x onerror=alert(1)>`)
	p := open(t, world, playgroundtest.Desktop)
	p.Sees(".message-head", `<img src=x onerror=alert(1)>`)
	for _, text := range []string{"<script>", "<img src=x", "[x](javascript:", "<iframe", "data:text/html"} {
		p.Sees(".md", text)
	}
	var bad int
	p.Eval(`document.querySelectorAll("#messages script, #messages iframe, #messages img[src=x], #messages a:not([href^=http], [href^='#'])").length`, &bad)
	require.Zero(t, bad)
	var title string
	p.Eval("document.title", &title)
	require.Equal(t, "#general · Smarter Dev · Playground", title)
}

func TestThePaneShowsEventsAndCalls(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Desktop)
	p.Press("Gateway events and REST calls")
	p.Run("/lists show")
	p.Sees(".wire-list li", "INTERACTION_CREATE")
	p.Sees(".wire-list li", "/callback")
	p.Click(playgroundtest.Element(".wire input"))
	p.Type("callback")
	p.Until(`[...document.querySelectorAll(".wire-title")].every((e) => e.textContent.includes("/callback"))`)
	p.Click(playgroundtest.Shows(".wire-list summary", "/callback"))
	p.Sees(".wire-bodies pre", "The list is empty.")
	p.Press("Pause")
	world.Member("Grace").Write(world.Channel("general"), "unseen in the pane")
	p.Sees(".wire-count", "paused, 1 waiting")
	p.Press("Clear")
	p.Until(`!document.querySelector(".wire-list li")`)
}

func TestThePageFollowsTheWorld(t *testing.T) {
	t.Parallel()
	world, bot := play(t)
	ada, edsger := world.Member("Ada"), world.Member("Edsger")
	p := open(t, world, playgroundtest.Desktop)
	p.ActAs("Edsger")
	ada.Nick(edsger, "Structured")
	p.Sees("#actor strong", "Structured")
	p.Sees(".member.me", "Structured")
	ada.GiveRole(edsger, world.Role("Moderator"))
	p.Sees("a.channel", "staff-room")
	ada.TakeRole(edsger, world.Role("Moderator"))
	p.Until(`![...document.querySelectorAll("a.channel")].some((a) => a.textContent.includes("staff-room"))`)
	ada.Kick(edsger, "")
	p.Sees(".nothing h2", "is in no server")
	p.Press("Join Smarter Dev")
	p.Sees(".bar-title", "general")
	p.Reply("joined the server")

	bot.client.Gateway.Close(t.Context())
	p.Sees("#notice", "Smarter Dev is not connected")
	p.Press("How to connect a bot")
	p.Sees("dialog dd", world.BotToken)
	p.Keys(kb.Escape)
	p.Newcomer("Tim")
	p.Write("hello, I am new")
	p.Reply("hello, I am new")
}

func TestAPhoneHasItAllInDrawers(t *testing.T) {
	t.Parallel()
	world, _ := play(t)
	p := open(t, world, playgroundtest.Phone)
	p.Until(`document.documentElement.scrollWidth <= 360`)
	p.Press("Channels")
	p.Until(`document.getElementById("side").contains(document.activeElement) && document.getElementById("talk").inert`)
	p.Click(playgroundtest.Shows("a.channel", "code-help"))
	p.Sees(".bar-title", "code-help")
	p.Until(`document.getElementById("backdrop").hidden`)
	p.Press("Members")
	p.Click(playgroundtest.Element(`.act-as[aria-label="Act as Grace"]`))
	p.Sees("#actor strong", "Grace")
	p.Until(`document.querySelector(".bar-actor").ariaLabel.includes("You act as Grace")`)
	p.Run("/panel")
	p.Sees(".embed", "A panel")
	p.Until(`document.documentElement.scrollWidth <= 360 && document.getElementById("history").scrollWidth <= 360`)
}

// axe looks at each part of the page when it is open.
func TestAxeFindsNothing(t *testing.T) {
	t.Parallel()
	axe, err := os.ReadFile(filepath.Join("../../../ui/node_modules/axe-core/axe.min.js"))
	if os.IsNotExist(err) {
		t.Skip("axe-core is not installed (make assets brings it): accessibility is not tested")
	}
	require.NoError(t, err)
	world, _ := play(t)
	world.Member("Grace").Write(world.Channel("general"), "**hi** <@"+world.Member("Ada").ID.String()+"> `x` ||y||\n> q\n- a").React("👍")
	p := open(t, world, playgroundtest.Desktop)
	p.ActAs("Ada")
	p.Run("/panel")
	p.Press("Count")
	p.Reply("Counted once.")
	p.Script(string(axe))
	clean := func(what string) {
		t.Helper()
		var found []string
		p.Eval(`(await axe.run()).violations.flatMap((v) => v.nodes.map((n) => v.id + ": " + n.target.join(" ") + " " + n.html.slice(0, 120) + " " + (n.any[0]?.message ?? "")))`, &found)
		require.Empty(t, found, what)
	}
	clean("messages")
	p.Fill("/echo", playgroundtest.Option{Name: "to", Typed: "Kat"})
	p.Send()
	p.Until(playgroundtest.Element(".command-about.bad"))
	clean("a command with a mistake")
	p.Keys(kb.Escape)
	p.Type("/")
	p.Until(playgroundtest.Element(".option.marked"))
	clean("the list of commands")
	p.Keys(kb.Escape + kb.Backspace)
	p.Click(playgroundtest.Shows(".select", "Whom?"))
	p.Until(playgroundtest.Element(".select-panel .option"))
	clean("a select")
	p.Keys(kb.Escape)
	p.Click(playgroundtest.Shows(".member-button", "Ken"))
	p.Until(playgroundtest.Element(".card"))
	clean("the card of a person")
	p.Press("More")
	p.Until(playgroundtest.Element(".menu"))
	clean("a menu")
	p.Press("Ban Ken")
	p.Until(playgroundtest.Element("dialog[open]"))
	clean("a window")
	p.Keys(kb.Escape)
	p.Press("Gateway events and REST calls")
	p.Press("Moderation")
	p.Until(playgroundtest.Element(".part"))
	clean("moderation and the pane")
}
