// Package outbox is how the bot says something by itself: a message in a channel, a change of one, or a
// direct message. A Message is a durable job, so it goes into the Then of the change that it follows from
// and is sent although the process dies. What became of it is recorded as a store.Delivery.
//
//	m := outbox.Post(guild, channel, discord.MessageCreate{Embeds: …}).Report("moderation.case", id)
//	Then: []river.JobArgs{m}
//
// What Discord refuses for good is an outcome; what may pass is tried again, later and later, for about
// half a day. Nobody is notified whom the message does not allow by name.
package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// attempts bounds how often a message is tried. The pauses grow with the fourth power, in seconds.
	attempts = 12
	// pollInterval is how late Wait learns of a message that another process sent.
	pollInterval = 500 * time.Millisecond
)

// Discord is the part of Discord's REST API that messages need.
type Discord interface {
	CreateDMChannel(userID snowflake.ID, opts ...rest.RequestOpt) (*discord.DMChannel, error)
	CreateMessage(channelID snowflake.ID, message discord.MessageCreate, opts ...rest.RequestOpt) (*discord.Message, error)
	UpdateMessage(channelID, messageID snowflake.ID, update discord.MessageUpdate, opts ...rest.RequestOpt) (*discord.Message, error)
}

// Handler is told what became of the messages of a topic; ref is what the message was given. It is
// called at least once, and again later when it fails, so it must do no harm when it runs twice.
type Handler func(ctx context.Context, ref string, d store.Delivery) error

// Outbox sends messages.
type Outbox struct {
	discord  Discord
	store    *store.Store
	log      *slog.Logger
	handlers map[string]Handler

	mu      sync.Mutex
	waiting map[uuid.UUID][]chan struct{}
}

// New makes an outbox.
func New(api Discord, s *store.Store, log *slog.Logger) *Outbox {
	return &Outbox{discord: api, store: s, log: log, handlers: map[string]Handler{}, waiting: map[uuid.UUID][]chan struct{}{}}
}

// Handle has f told what becomes of the messages of a topic. Call it before Mount.
func (o *Outbox) Handle(topic string, f Handler) { o.handlers[topic] = f }

// Mount makes the outbox work the jobs of a registry.
func (o *Outbox) Mount(r *jobs.Registry) { jobs.WorkTries(r, o.work) }

// Send enqueues messages by themselves. One that follows from a change belongs into the change's Then.
func (o *Outbox) Send(ctx context.Context, messages ...Message) error {
	args := make([]river.JobArgs, len(messages))
	for i, m := range messages {
		args[i] = m
	}
	return o.store.Enqueue(ctx, args...)
}

// Wait returns what became of a message once that is known, whichever process sends it.
func (o *Outbox) Wait(ctx context.Context, m Message) (store.Delivery, error) {
	done := make(chan struct{})
	o.mu.Lock()
	o.waiting[m.ID] = append(o.waiting[m.ID], done)
	o.mu.Unlock()
	poll := time.NewTicker(pollInterval)
	defer poll.Stop()
	for {
		d, err := o.store.Delivery(ctx, m.Guild, m.ID)
		if !errors.Is(err, store.ErrNotFound) {
			o.release(m.ID)
			return d, err
		}
		select {
		case <-done:
		case <-poll.C:
		case <-ctx.Done():
			return store.Delivery{}, ctx.Err()
		}
	}
}

// release wakes everyone who waits for a message.
func (o *Outbox) release(id uuid.UUID) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, done := range o.waiting[id] {
		close(done)
	}
	delete(o.waiting, id)
}

// work sends a message unless its outcome is known, records the outcome, and reports it.
func (o *Outbox) work(ctx context.Context, m Message, try jobs.Try) error {
	d, err := o.store.Delivery(ctx, m.Guild, m.ID)
	if errors.Is(err, store.ErrNotFound) {
		d, err = o.deliver(ctx, m, try)
	}
	if err != nil {
		return err
	}
	o.release(m.ID)
	if m.Topic == "" {
		return nil
	}
	report, ok := o.handlers[m.Topic]
	if !ok {
		o.log.Error("nobody handles this topic of messages", "topic", m.Topic, "guild", m.Guild)
		return nil
	}
	if err := report(ctx, m.Ref, d); err != nil {
		return fmt.Errorf("report a message of %s: %w", m.Topic, err)
	}
	return nil
}

// deliver sends a message and records the outcome. It fails when there is none yet.
func (o *Outbox) deliver(ctx context.Context, m Message, try jobs.Try) (store.Delivery, error) {
	d := store.Delivery{GuildID: m.Guild, ID: m.ID, ChannelID: m.Channel, State: store.DeliverySent}
	err := o.send(ctx, m, &d)
	if err != nil {
		refused := new(rest.Error)
		switch {
		case final(err, refused):
			d.State, d.Code, d.Reason = store.DeliveryRefused, int(refused.Code), refused.Message
		case try.Last:
			d.State, d.Reason = store.DeliveryExpired, "Discord could not be reached"
			o.log.Warn("a message was given up", "guild", m.Guild, "channel", m.Channel, "topic", m.Topic, "error", err)
		default:
			return d, err
		}
	}
	d.DoneAt = time.Now()
	// What Discord accepted must be recorded although the process is being stopped.
	return d, o.store.SaveDelivery(context.WithoutCancel(ctx), d)
}

func (o *Outbox) send(ctx context.Context, m Message, d *store.Delivery) error {
	if m.User != 0 {
		channel, err := o.discord.CreateDMChannel(m.User, rest.WithCtx(ctx))
		if err != nil {
			return fmt.Errorf("open a direct conversation: %w", err)
		}
		d.ChannelID = channel.ID()
	}
	if m.Edit != 0 {
		if _, err := o.discord.UpdateMessage(m.Channel, m.Edit, m.update(), rest.WithCtx(ctx)); err != nil {
			return fmt.Errorf("edit message: %w", err)
		}
		d.MessageID = m.Edit
		return nil
	}
	sent, err := o.discord.CreateMessage(d.ChannelID, m.create(), rest.WithCtx(ctx))
	if err != nil {
		return fmt.Errorf("send message: %w", err)
	}
	d.MessageID = sent.ID
	return nil
}
