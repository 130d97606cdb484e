package world

import (
	"cmp"
	"crypto/rand"
	"encoding/base64"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

const (
	firstAnswer = 3 * time.Second  // an interaction must be answered within it
	tokenLife   = 15 * time.Minute // and its token is good for this long
	mostAsked   = 20_000           // interactions that are remembered; under load the oldest give way
)

// interaction is one use of a command, component or modal, from the moment it is delivered.
type interaction struct {
	wire     *wire.Interaction
	nonce    string
	person   *wire.User
	ch       *channel
	created  time.Time
	timer    *time.Timer
	state    int
	deferred bool // answered by "thinking…", and nothing sent since
	original ID   // the message of the answer, or the one whose component was used
	source   ID   // the message whose component was used, or 0
	option   int  // the type of the option that autocomplete is for
	metadata *wire.InteractionMetadata
	legacy   *wire.MessageInteraction
}

// states of an interaction
const (
	waiting = iota
	answered
	failed
)

// interactions are those whose tokens may still be used, oldest first.
type interactions struct {
	byID    map[ID]*interaction
	byToken map[string]*interaction
	order   []*interaction
	modals  map[ID]*modal
}

type modal struct {
	open   wire.OpenModal
	person ID
	from   *interaction
}

func (in *interactions) init() {
	in.byID = make(map[ID]*interaction)
	in.byToken = make(map[string]*interaction)
	in.modals = make(map[ID]*modal)
}

// deliver hands an interaction to the bot and starts the clock of its first answer.
func (w *World) deliver(it *interaction) {
	w.expire()
	app := w.app
	id := w.next()
	it.created = w.now()
	i := it.wire
	i.ID, i.ApplicationID, i.Version, i.Token = id, app.ID, 1, token(id)
	i.ChannelID, i.Locale, i.Entitlements, i.AttachmentSizeLimit = it.ch.wire.ID, cmp.Or(w.locales[it.person.ID], "en-US"), []any{}, mostUpload
	channel := new(*it.ch.wire)
	if g := it.ch.guild; g != nil {
		i.GuildID, i.GuildLocale = g.wire.ID, g.wire.PreferredLocale
		i.Guild = &wire.InGuild{ID: i.GuildID, Locale: i.GuildLocale, Features: g.wire.Features}
		i.Member = w.resolvedMember(it.ch, it.person.ID)
		i.Member.User = it.person
		channel.Permissions = i.Member.Permissions
	} else {
		i.User, i.Context = it.person, 1
		channel.Permissions = new(directly)
	}
	i.Owners = w.owners(it)
	i.Channel = channel
	i.AppPermissions = w.allowed(app.BotID, it.ch)
	w.asked.byID[id], w.asked.byToken[i.Token] = it, it
	w.asked.order = append(w.asked.order, it)
	it.timer = time.AfterFunc(firstAnswer, func() { w.giveUp(it) })
	seen := struct {
		ID    ID     `json:"id"`
		Nonce string `json:"nonce,omitempty"`
	}{id, it.nonce}
	w.emit(&Event{Name: "INTERACTION_CREATE", Channel: i.ChannelID, Only: it.person.ID, Data: seen, People: true, Via: id})
	w.emit(&Event{Name: "INTERACTION_CREATE", Guild: i.GuildID, Channel: i.ChannelID, Subject: it.person.ID, Data: i, Bots: app.InteractionsURL == "", Posted: app.InteractionsURL != "", Via: id})
}

// token is opaque to clients; that it cannot be guessed is all that counts.
func token(id ID) string {
	return base64.RawURLEncoding.EncodeToString([]byte("interaction:" + id.String() + ":" + rand.Text() + rand.Text()))
}

// GiveUp tells the person of an interaction at once that the application did not respond, if it has not.
func (w *World) GiveUp(id ID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if it := w.asked.byID[id]; it != nil {
		w.fail(it)
	}
}

// giveUp tells the person that the application did not respond.
func (w *World) giveUp(it *interaction) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fail(it)
}

func (w *World) fail(it *interaction) {
	if it.state != waiting {
		return
	}
	it.state = failed
	w.toPerson(it, "INTERACTION_FAILURE", struct {
		ID      ID     `json:"id"`
		Nonce   string `json:"nonce,omitempty"`
		Message string `json:"message"`
	}{it.wire.ID, it.nonce, "The application did not respond"})
}

func (w *World) toPerson(it *interaction, name string, data any) {
	w.emit(&Event{Name: name, Channel: it.ch.wire.ID, Only: it.person.ID, Data: data, People: true, Via: it.wire.ID})
}

// expire forgets the interactions whose tokens have run out and fails those that waited too long.
func (w *World) expire() {
	now := w.now()
	in := &w.asked
	for len(in.order) > mostAsked || len(in.order) > 0 && now.Sub(in.order[0].created) >= 2*tokenLife {
		old := in.order[0]
		delete(in.byID, old.wire.ID)
		delete(in.byToken, old.wire.Token)
		delete(in.modals, old.wire.ID)
		in.order[0] = nil
		in.order = in.order[1:]
	}
	for i := len(in.order) - 1; i >= 0 && now.Sub(in.order[i].created) < time.Minute; i-- {
		if w.late(in.order[i]) {
			w.fail(in.order[i])
		}
	}
}

func (w *World) late(it *interaction) bool {
	return it.state == waiting && w.now().Sub(it.created) >= firstAnswer
}

// webhook finds an answered interaction by its token: 10015 before the answer, 50027 when the
// token has run out.
func (w *World) webhook(app ID, token string) (*interaction, error) {
	it := w.asked.byToken[token]
	switch {
	case app != w.app.ID || it == nil || it.state == waiting:
		return nil, problem.UnknownWebhook
	case it.state == failed || w.now().Sub(it.created) >= tokenLife:
		return nil, problem.InvalidWebhookToken
	}
	return it, nil
}

// resolvedMember is a member as interactions carry them: without user, with permissions.
func (w *World) resolvedMember(ch *channel, user ID) *wire.Member {
	m := ch.guild.members[user]
	if m == nil {
		return nil
	}
	m = new(*m)
	m.User = nil
	m.Permissions = new(w.allowed(user, ch))
	return m
}
