package bot

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/handler"
	"github.com/disgoorg/disgo/rest"
)

// deferAfter leaves half of the three seconds that Discord grants for the way there and back.
const deferAfter = 1500 * time.Millisecond

// answer brings one Reply to Discord. When the handler is slow it tells Discord to wait first,
// and the reply then takes the place of that.
type answer struct {
	event *handler.InteractionEvent
	asked *Interaction
	timer *time.Timer

	mu       sync.Mutex
	deferred waiting
	failed   error // of deferring
	done     bool
}

// waiting is what the person sees while a deferred answer is being prepared.
type waiting uint8

const (
	notWaiting     waiting = iota
	thinkingPublic         // "thinking…" for all to see
	thinkingAlone          // "thinking…" for the person alone
	unchanged              // the message whose component was used, as it was
)

func beginAnswer(event *handler.InteractionEvent, asked *Interaction) *answer {
	a := &answer{event: event, asked: asked}
	a.timer = time.AfterFunc(deferAfter, a.wait)
	return a
}

func (a *answer) wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done {
		return
	}
	switch {
	case a.event.Type() == discord.InteractionTypeComponent:
		a.deferred, a.failed = unchanged, a.event.DeferUpdateMessage()
	case a.asked.private.Load():
		a.deferred, a.failed = thinkingAlone, a.event.DeferCreateMessage(true)
	default:
		a.deferred, a.failed = thinkingPublic, a.event.DeferCreateMessage(false)
	}
}

// send delivers the reply, once. An interaction that somebody else answered already, because
// it was delivered twice, is no error.
func (a *answer) send(ctx context.Context, r Reply) error {
	a.timer.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = true
	if answered(a.failed) {
		return nil
	}
	var err error
	if a.deferred == notWaiting {
		err = a.respond(r, rest.WithCtx(ctx))
	} else {
		err = a.follow(r, rest.WithCtx(ctx))
	}
	switch {
	case answered(err):
		return nil
	case tooLate(err) && !r.Ephemeral && r.Modal == nil:
		_, err = a.event.Client().Rest.CreateMessage(a.asked.Channel, r.message(), rest.WithCtx(ctx))
	}
	if err != nil || r.Then == nil {
		return err
	}
	_, err = a.event.Client().Rest.CreateFollowupMessage(
		a.event.ApplicationID(), a.event.Token(), r.Then.message(), rest.WithCtx(ctx))
	return err
}

func (a *answer) respond(r Reply, opt rest.RequestOpt) error {
	switch {
	case r.Modal != nil:
		return a.event.Modal(*r.Modal, opt)
	case r.Update:
		return a.event.UpdateMessage(r.edit(), opt)
	default:
		return a.event.CreateMessage(r.message(), opt)
	}
}

func (a *answer) follow(r Reply, opt rest.RequestOpt) error {
	if r.Modal != nil {
		return fmt.Errorf("a modal cannot follow a deferred answer")
	}
	var (
		api   = a.event.Client().Rest
		app   = a.event.ApplicationID()
		token = a.event.Token()
	)
	inPlace := a.deferred == unchanged && r.Update ||
		a.deferred == thinkingAlone && r.Ephemeral ||
		a.deferred == thinkingPublic && !r.Ephemeral
	if inPlace {
		_, err := api.UpdateInteractionResponse(app, token, r.edit(), opt)
		return err
	}
	if a.deferred != unchanged {
		if err := api.DeleteInteractionResponse(app, token, opt); err != nil {
			return err
		}
	}
	_, err := api.CreateFollowupMessage(app, token, r.message(), opt)
	return err
}

func answered(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeInteractionAlreadyAcknowledged)
}

func tooLate(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownInteraction)
}
