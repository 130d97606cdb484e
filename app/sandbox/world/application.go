package world

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
)

// Signer signs what is posted to the application's endpoint. It follows from the application's
// token, so that it is the same from start to start.
func (a Application) Signer() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("interactions of " + a.BotToken))
	return ed25519.NewKeyFromSeed(seed[:])
}

// VerifyKey is the key with which the application checks what is posted to its endpoint, in hex.
func (a Application) VerifyKey() string {
	return hex.EncodeToString(a.Signer().Public().(ed25519.PublicKey))
}

// ApplicationInput is the body of changing the application.
type ApplicationInput struct {
	Description      wire.Opt[string]         `json:"description"`
	Tags             wire.Opt[[]string]       `json:"tags"`
	InstallURL       wire.Opt[string]         `json:"custom_install_url"`
	RoleURL          wire.Opt[string]         `json:"role_connections_verification_url"`
	InteractionsURL  wire.Opt[string]         `json:"interactions_endpoint_url"`
	IntegrationTypes wire.Opt[map[string]any] `json:"integration_types_config"`
}

// Check notes what Discord refuses in the body.
func (in *ApplicationInput) Check(f problem.Form) {
	f.At("description").Length(in.Description.Value, 0, 400)
	f.At("tags").Count(len(in.Tags.Value), 0, 5)
	for i, tag := range in.Tags.Value {
		f.At("tags", i).Length(tag, 1, 20)
	}
}

// EditApplication changes the application. Whether it can be reached at its endpoint is for the
// caller to find out before.
func (w *World) EditApplication(in ApplicationInput) (Application, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := problem.NewForm()
	in.Check(f)
	if err := f.Err(); err != nil {
		return Application{}, err
	}
	app := *w.app
	for _, part := range []struct {
		in wire.Opt[string]
		to *string
	}{
		{in.Description, &app.Description}, {in.InstallURL, &app.InstallURL}, {in.RoleURL, &app.RoleURL}, {in.InteractionsURL, &app.InteractionsURL},
	} {
		if part.in.Set {
			*part.to = part.in.Value
		}
	}
	if in.Tags.Set {
		app.Tags = in.Tags.Value
	}
	if in.IntegrationTypes.Set {
		app.IntegrationTypes = in.IntegrationTypes.Value
	}
	w.app = &app
	w.opts.Changed()
	return app, nil
}

// Install makes the application one of a person's own, which they then can use everywhere, or takes
// it away again.
func (w *World) Install(person ID, on bool) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if _, err := w.user(person); err != nil {
		return err
	}
	delete(w.installed, person)
	if on {
		w.installed[person] = true
	}
	w.emit(&Event{Name: "APPLICATION_COMMANDS_UPDATE", Only: person, Data: wire.UnavailableGuild{ID: w.app.ID}, People: true})
	return nil
}

// owners tells on whose behalf an interaction happens: of the guild that the application is in, of
// the person who has installed it, or both.
func (w *World) owners(it *interaction) map[string]ID {
	owners := make(map[string]ID)
	switch g := it.ch.guild; {
	case g == nil:
		owners["0"] = 0
	case w.hears(g):
		owners["0"] = g.wire.ID
	}
	if w.installed[it.person.ID] {
		owners["1"] = it.person.ID
	}
	return owners
}

// UseOther is a person using a command of another application, a bot's, which answers with content.
// Where the bot is not in the guild the person has installed it for themselves; then without
// USE_EXTERNAL_APPS only they see the answer.
func (w *World) UseOther(person, channel, bot ID, command, content string) (*wire.Message, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	ch, err := w.channelFor(person, channel)
	if err != nil {
		return nil, err
	}
	author, err := w.user(bot)
	if err != nil {
		return nil, err
	}
	may := w.allowed(person, ch)
	switch {
	case !author.Bot || bot == w.app.BotID:
		return nil, problem.UnknownApplication
	case !may.Has(wire.UseCommands):
		return nil, problem.MissingPermissions
	}
	f := problem.NewForm()
	f.At("content").Length(content, 1, 2000)
	if err := f.Err(); err != nil {
		return nil, err
	}
	owners := map[string]ID{"1": person}
	own := ch.guild == nil || ch.guild.members[bot] == nil
	if !own {
		owners = map[string]ID{"0": ch.guild.wire.ID}
	}
	id := w.next()
	m := &wire.Message{
		Type: wire.MessageOfCommand, Author: author, ApplicationID: bot, WebhookID: bot, Content: content,
		InteractionMetadata: &wire.InteractionMetadata{ID: id, Type: wire.CommandInteraction, User: w.users[person], Owners: owners, Name: command},
		Interaction:         &wire.MessageInteraction{ID: id, Type: wire.CommandInteraction, Name: command, User: w.users[person]},
	}
	w.mention(ch, m, nil, may)
	p := &post{msg: m}
	if own && !may.Has(wire.UseExternalApps) {
		m.Flags, p.only = wire.FlagEphemeral, person
	}
	w.put(ch, p)
	return p.show(person), nil
}
