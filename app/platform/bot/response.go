package bot

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/handler"
	"github.com/disgoorg/disgo/rest"
)

const (
	// deferAfter leaves half of the three seconds that Discord grants for the way there and back.
	deferAfter = 1500 * time.Millisecond
	// respondWithin is how long a callback is tried again that Discord failed to take.
	respondWithin = 2800 * time.Millisecond
)

// response brings one Reply to Discord. When the handler is slow it tells Discord to wait first,
// and the reply then takes the place of that.
type response struct {
	event       *handler.InteractionEvent
	interaction *Interaction
	timer       *time.Timer
	began       time.Time

	mu       sync.Mutex
	deferred waiting
	failed   error // of deferring
	done     bool
}

// waiting is what the person sees while a deferred response is being prepared.
type waiting uint8

const (
	notWaiting        waiting = iota
	thinkingPublic            // "thinking…" for all to see
	thinkingEphemeral         // "thinking…" for the person alone
	unchanged                 // the message whose component was used, as it was
)

func beginResponse(event *handler.InteractionEvent, interaction *Interaction) *response {
	a := &response{event: event, interaction: interaction, began: time.Now()}
	a.timer = time.AfterFunc(deferAfter, a.wait)
	return a
}

func (a *response) wait() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done {
		return
	}
	switch {
	case a.event.Type() == discord.InteractionTypeComponent:
		a.deferred, a.failed = unchanged, a.try(func() error { return a.event.DeferUpdateMessage() })
	case a.interaction.ephemeral.Load():
		a.deferred, a.failed = thinkingEphemeral, a.try(func() error { return a.event.DeferCreateMessage(true) })
	default:
		a.deferred, a.failed = thinkingPublic, a.try(func() error { return a.event.DeferCreateMessage(false) })
	}
}

// send delivers the reply, once. An interaction that somebody else answered already, because
// it was delivered twice, is no error.
func (a *response) send(ctx context.Context, r Reply) error {
	a.timer.Stop()
	a.mu.Lock()
	defer a.mu.Unlock()
	a.done = true
	if answered(a.failed) {
		return nil
	}
	var err error
	if a.deferred == notWaiting {
		err = a.try(func() error { return a.respond(r, rest.WithCtx(ctx)) })
	} else {
		err = a.follow(ctx, r)
	}
	switch {
	case answered(err):
		return nil
	case tooLate(err) && !r.Ephemeral && r.Modal == nil:
		_, err = a.event.Client().Rest.CreateMessage(a.interaction.Channel, r.message(), rest.WithCtx(ctx))
	}
	if err != nil || r.Then == nil {
		return err
	}
	_, err = a.event.Client().Rest.CreateFollowupMessage(
		a.event.ApplicationID(), a.event.Token(), r.Then.message(), rest.WithCtx(ctx))
	return err
}

func (a *response) respond(r Reply, opt rest.RequestOpt) error {
	switch {
	case r.Modal != nil:
		return a.event.Modal(*r.Modal, opt)
	case r.Update:
		return a.event.UpdateMessage(r.edit(), opt)
	default:
		return a.event.CreateMessage(r.message(), opt)
	}
}

func (a *response) follow(ctx context.Context, r Reply) error {
	if r.Modal != nil {
		return fmt.Errorf("a modal cannot follow a deferred response")
	}
	var (
		api   = a.event.Client().Rest
		app   = a.event.ApplicationID()
		token = a.event.Token()
		opt   = rest.WithCtx(ctx)
	)
	inPlace := a.deferred == unchanged && r.Update ||
		a.deferred == thinkingEphemeral && r.Ephemeral ||
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
	sent, err := api.CreateFollowupMessage(app, token, r.message(), opt)
	if err == nil && r.Followed != nil {
		r.Followed(ctx, sent.ID)
	}
	return err
}

// try calls back again while Discord fails to take it and waits for it still. A callback that was
// taken although its response was lost is refused the second time, as answered before.
func (a *response) try(callback func() error) error {
	pause := backoff.NewExponentialBackOff()
	pause.InitialInterval = 100 * time.Millisecond
	_, err := backoff.Retry(context.Background(), func() (struct{}, error) {
		err := callback()
		if err != nil && !failing(err) {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithBackOff(pause), backoff.WithMaxElapsedTime(respondWithin-time.Since(a.began)))
	return err
}

// failing reports whether Discord could not say what became of a request, by a 5xx or a lost
// connection.
func failing(err error) bool {
	if refused, ok := errors.AsType[*rest.Error](err); ok {
		return refused.Response != nil && refused.Response.StatusCode >= http.StatusInternalServerError
	}
	_, lost := errors.AsType[*url.Error](err)
	return lost && !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded)
}

func answered(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeInteractionAlreadyAcknowledged)
}

func tooLate(err error) bool {
	return rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownInteraction)
}
