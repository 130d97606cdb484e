package playgroundtest

import "github.com/chromedp/chromedp/kb"

// Button finds a button by the words on it, or by its label.
func Button(words string) string {
	return `[...document.querySelectorAll("button")].reverse().find((b) => !b.disabled && b.getClientRects().length && (b.textContent.trim() === ` +
		quoted(words) + ` || b.ariaLabel === ` + quoted(words) + `))`
}

// Element finds an element by a CSS selector.
func Element(selector string) string { return "document.querySelector(" + quoted(selector) + ")" }

// Shows finds the last element that a selector matches and that contains a text.
func Shows(selector, text string) string {
	return `[...document.querySelectorAll(` + quoted(selector) + `)].reverse().find((e) => e.textContent.includes(` + quoted(text) + `))`
}

// Press presses a button of the page, by the words on it.
func (p *Page) Press(words string) {
	p.t.Helper()
	p.Click(Button(words))
}

// Sees waits until an element that the selector matches contains a text.
func (p *Page) Sees(selector, text string) {
	p.t.Helper()
	p.Until(Shows(selector, text))
}

// ActAs makes a member of the open guild the one who acts.
func (p *Page) ActAs(name string) {
	p.t.Helper()
	p.Click(Element(".actor-button"))
	p.Until(Element(".people-panel input"))
	p.Type(name)
	p.Until(Shows(".people-panel .option.marked", name))
	p.Keys(kb.Enter)
	p.Sees("#actor strong", name)
	p.Until(Element(".live.on"))
}

// Newcomer makes a new person join the open guild, and act from then on.
func (p *Page) Newcomer(name string) {
	p.t.Helper()
	p.Press("A new person")
	p.Until(Element("dialog[open] input"))
	p.Type(name)
	p.Keys(kb.Enter)
	p.Sees("#actor strong", name)
	p.Until(`!` + Element("dialog[open]"))
	p.Until(Element(".live.on"))
}

// Go opens a channel of the open guild.
func (p *Page) Go(channel string) {
	p.t.Helper()
	p.Click(Shows("a.channel", channel))
	p.Sees(".bar-title", channel)
	p.Until(Element(".live.on"))
}

// Write posts a message.
func (p *Page) Write(text string) {
	p.t.Helper()
	p.Click(Element("#compose-text"))
	p.Type(text)
	p.Keys(kb.Enter)
	p.Until(`document.getElementById("compose-text").value === ""`)
}

// Option is an option of a command as a person types it.
type Option struct{ Name, Typed string }

// Run uses a slash command with the keyboard alone: it is typed until it is in the list, taken,
// its options are filled, and it is sent.
func (p *Page) Run(command string, options ...Option) {
	p.t.Helper()
	p.Fill(command, options...)
	p.Send()
}

// Fill is Run without sending.
func (p *Page) Fill(command string, options ...Option) {
	p.t.Helper()
	p.Until(Element("#compose-text"))
	p.Eval(`document.getElementById("compose-text").focus()`, nil)
	p.Type(command)
	p.Until(`document.querySelector(".option.marked .option-label")?.textContent === ` + quoted(command))
	p.Keys(kb.Enter)
	p.Sees(".command-chip", command)
	for _, o := range options {
		field := "#option-" + o.Name
		p.Eval(`document.querySelector(`+quoted(field)+`) ?? [...document.querySelectorAll(".option-offer")].find((b) => b.textContent === `+quoted(o.Name)+`).click()`, nil)
		p.Until(Element(field))
		p.Eval(Element(field)+`.focus()`, nil)
		p.Type(o.Typed)
		var chooses bool
		p.Eval(Element(field)+`.role === "combobox"`, &chooses)
		if chooses {
			p.Until(Shows(".listbox .option.marked", o.Typed))
			p.Keys(kb.Enter)
		}
	}
}

// Send sends the command that is filled in, and returns when it is sent or the page says what is
// wrong with it.
func (p *Page) Send() {
	p.t.Helper()
	p.Eval(Element(".command")+`.requestSubmit()`, nil)
	p.Until(`!document.querySelector(".command") || document.querySelector(".command-about.bad") && !document.querySelector(".command .send").disabled`)
}

// Reply waits until the newest message that answers a command shows a text.
func (p *Page) Reply(text string) {
	p.t.Helper()
	p.Until(`document.querySelector("#messages > li.message:last-child")?.textContent.includes(` + quoted(text) + `)`)
}
