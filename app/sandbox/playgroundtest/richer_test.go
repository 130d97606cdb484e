package playgroundtest_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/app/sandbox/playgroundtest"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
)

// shot draws what the page shows, where PLAYGROUND_SHOTS names a folder for it.
func shot(p *playgroundtest.Page, name string) {
	if dir := os.Getenv("PLAYGROUND_SHOTS"); dir != "" {
		p.Shot(filepath.Join(dir, name+".png"))
	}
}

// What people post besides text: polls, threads, forwards, stickers, invites.
func TestThePlaygroundShowsWhatPeoplePost(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{UI: os.DirFS("../../..")})
	ada, grace, kat := w.Member("Ada"), w.Member("Grace"), w.Member("Kat")
	general := w.Channel("general")
	p := playgroundtest.Open(t, w.PlaygroundURL+"/", playgroundtest.Desktop)
	p.ActAs("Ken")

	poll := grace.Ask(general, sandboxtest.Poll{Question: "Tabs or spaces?", Answers: []string{"Tabs", "Spaces", "Whatever gofmt does"}})
	poll.As(kat).Vote(3)
	p.Sees(".poll-foot", "1 vote")
	p.Click(playgroundtest.Shows(".poll-answer", "Whatever gofmt does"))
	p.Sees(".poll-answer.mine .poll-share", "2 votes")
	poll.EndPoll()
	p.Sees("li.system", "Whatever gofmt does won with 100 %.")

	question := kat.Write(general, "How do I read a file line by line?")
	thread := question.StartThread("Reading files")
	p.Sees(".thread-card", "See thread")
	grace.Write(thread.ID, "With a bufio.Scanner.")
	p.Sees(".thread-card", "1 message")
	shot(p, "channel")
	p.Click(playgroundtest.Shows("a.thread-card", "Reading files"))
	p.Sees(".bar-title", "Reading files")
	p.Sees("li.message", "How do I read a file line by line?")
	p.Write("That works, thank you!")
	p.Sees("#channels .thread-list .open", "Reading files")
	shot(p, "thread")
	require.Equal(t, "That works, thank you!", kat.Messages(thread.ID)[2].Content)

	p.Click(playgroundtest.Shows("a.channel", "general"))
	p.Sees(".bar-title", "general")
	question.As(grace).Forward(general)
	p.Sees(".forward", "How do I read a file line by line?")
	grace.Post(general, sandboxtest.Draft{Stickers: w.Stickers()[:1]})
	p.Until(playgroundtest.Element(".sticker img"))
	code := ada.Invite(general, map[string]any{"max_age": 0})
	ada.Write(general, "Bring your friends: https://discord.gg/"+code)
	p.Sees(".invite", "You are in this server")
	shot(p, "forward")

	stranger := w.Newcomer(sandboxtest.Newcomer{Username: "tim", Name: "Tim"})
	p.Eval(`location.hash = "#as=`+stranger.ID.String()+`"`, nil)
	p.Sees(".nothing", "Tim is in no server")
	stranger.Accept(code)
	p.Until(`document.querySelector("a.guild[aria-label='Smarter Dev']")`)
}

// A native block, and a moderator's view of the rules.
func TestThePlaygroundShowsAutoMod(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{UI: os.DirFS("../../..")})
	ada := w.Member("Ada")
	p := playgroundtest.Open(t, w.PlaygroundURL+"/", playgroundtest.Desktop)
	p.ActAs("Ada")
	p.Press("Moderation")
	p.Sees(".part", "Discord's AutoMod has no rules here.")
	p.Press("New rule")
	p.Until(playgroundtest.Element("dialog[open] [name=words]"))
	p.Eval(playgroundtest.Element("dialog[open] [name=words]")+`.focus()`, nil)
	p.Type("free nitro*, *giveaway*")
	p.Press("Create")
	p.Sees(".rows-row", "free nitro*, *giveaway*")
	shot(p, "rules")
	require.Equal(t, []string{"free nitro*", "*giveaway*"}, ada.Rules()[0].Trigger.Keywords)

	p.ActAs("Ken")
	p.Press("Back to the channel")
	p.Click(playgroundtest.Element("#compose-text"))
	p.Type("free nitro for everybody")
	p.Keys(kb.Enter)
	p.Sees(".automod.ephemeral", "This content is blocked by this server.")
	p.Sees(".automod.ephemeral", "free nitro for everybody")
	p.Until(`document.getElementById("compose-text").value === "" && document.getElementById("compose-error").hidden`)
	shot(p, "blocked")
	p.Press("Dismiss message")
	p.Until(`!document.querySelector(".automod")`)
	p.ActAs("Ada")
	p.Go("mod-log")
	p.Sees(".automod-card", "Keyword: free nitro*")
	shot(p, "alert")
}

// Someone in voice, muted by a moderator, and a forum with a post.
func TestThePlaygroundShowsVoiceAndForums(t *testing.T) {
	t.Parallel()
	w := sandboxtest.Start(t, sandbox.Config{UI: os.DirFS("../../..")})
	ada, ken := w.Member("Ada"), w.Member("Ken")
	p := playgroundtest.Open(t, w.PlaygroundURL+"/", playgroundtest.Desktop)
	p.ActAs("Grace")
	ken.Speak(w.Channel("Lounge"))
	p.Sees(".voices", "Ken")
	p.Click(playgroundtest.Shows("button.channel", "Lounge"))
	p.Sees("#voice", "Voice connected")
	ada.Change(ken, map[string]any{"mute": true})
	p.Until(playgroundtest.Element(".voices .by-server"))
	p.Press("Deafen")
	p.Press("Undeafen")
	shot(p, "voice")
	p.Press("Disconnect")
	p.Until(`document.getElementById("voice").hidden`)

	p.ActAs("Ada")
	p.Click(playgroundtest.Element("button.place-name"))
	p.Press("Create channel")
	p.Until(playgroundtest.Element("dialog[open] [name=kind]"))
	p.Eval(playgroundtest.Element("dialog[open] [name=kind]")+`.value = "15"`, nil)
	p.Eval(playgroundtest.Element("dialog[open] [name=name]")+`.focus()`, nil)
	p.Type("Questions")
	p.Press("Create")
	p.Sees("a.channel", "Questions")
	p.Go("Questions")
	p.Press("New post")
	p.Until(playgroundtest.Element("dialog[open] [name=content]"))
	p.Type("Which editor?")
	p.Eval(playgroundtest.Element("dialog[open] [name=content]")+`.focus()`, nil)
	p.Type("What do you use for Go?")
	p.Press("Post")
	p.Sees("li.message", "What do you use for Go?")
	p.Click(playgroundtest.Shows("a.channel", "Questions"))
	p.Sees(".post", "Which editor?")
	shot(p, "forum")
}
