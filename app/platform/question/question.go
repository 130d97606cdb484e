// Package question asks somebody in Discord to confirm something, with the buttons Confirm and Cancel under
// a message. A feature registers a Kind once and asks with what it returns:
//
//	// in the feature's constructor; questions is handed to it as the outbox is
//	d.shorten = question.Register(questions, question.Kind[Ban]{
//		Name:     "moderation_shorten", // kept in the database: never changed or used twice
//		Confirm:  d.confirmShorten,
//		Canceled: i18n.M("The ban stays as it is."),
//	})
//
//	// in the handler of the command; what is returned replies to it
//	return d.shorten.Ask(ctx, i, question.Question[Ban]{About: ban, Text: i.T("This ban is shorter than …")})
//
//	// when Confirm was pressed; the reply takes the place of the question
//	func (d discordSide) confirmShorten(ctx context.Context, i *bot.Interaction, a question.Answer[Ban]) (bot.Reply, error) {
//		done, err := d.Ban(ctx, a.About, a.Key)
//		…
//		return bot.Replace(bot.Success(i.T("Banned"), …)), nil
//	}
//
// What the mechanism takes care of:
//
//   - Only who asked can answer, and who holds Question.Requires; others get an ephemeral refusal. A Kind
//     still checks the rights of who confirms, as its command does: they may have changed.
//   - Of several presses one is carried out. Confirm is called again only when it failed for a reason that
//     is not a fault, or when the process died meanwhile; Answer.Key is the same then, for an idempotent
//     verb. A fault replaces the question: "Refused, insufficient balance …".
//   - The question survives a restart. Its id is random and looked up with its guild, so nobody can invent
//     one.
//   - It closes itself: when it is answered, and when its time is over, the buttons go and the message says
//     so. A durable job edits it.
//   - To ask once more, Confirm returns the reply of another Ask, which takes the place of the first.
package question

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	// usualTime is how long a question waits unless its Kind says otherwise.
	usualTime = time.Minute
	// longestTime leaves a minute of the time in which Discord lets us close a question.
	longestTime = tokenLife - time.Minute
	// answerTime is how long a press waits for the one that came before it. It looks every
	// lookInterval, and then leaves respondTime to bring the response to Discord.
	answerTime   = 5 * time.Second
	lookInterval = 50 * time.Millisecond
	respondTime  = 500 * time.Millisecond
	// claimTime is how long an answer is one person's to carry out. It exceeds the time that a handler has.
	claimTime = 40 * time.Second
)

// Discord is the part of Discord's REST API that closing a question needs.
type Discord interface {
	UpdateInteractionResponse(applicationID snowflake.ID, token string, update discord.MessageUpdate, opts ...rest.RequestOpt) (*discord.Message, error)
	UpdateFollowupMessage(applicationID snowflake.ID, token string, messageID snowflake.ID, update discord.MessageUpdate, opts ...rest.RequestOpt) (*discord.Message, error)
}

// Questions are those of all features.
type Questions struct {
	discord Discord
	store   *store.Store
	log     *slog.Logger
	now     func() time.Time
	kinds   map[string]answerer
}

// answerer carries out what was confirmed, or words that it was not.
type answerer struct {
	confirm  func(ctx context.Context, i *bot.Interaction, c store.Confirmation) (bot.Reply, error)
	canceled i18n.Text
}

// New makes a mechanism without kinds.
func New(api Discord, s *store.Store, log *slog.Logger, now func() time.Time) *Questions {
	return &Questions{discord: api, store: s, log: log, now: now, kinds: map[string]answerer{}}
}

// Mount makes the buttons work.
func (q *Questions) Mount(m *bot.Mux) { m.Button("/question/{question}/{answer}", q.press) }

// MountJobs makes a registry close questions whose time is over.
func (q *Questions) MountJobs(r *jobs.Registry) { jobs.Work(r, q.close) }

// Kind is a sort of question about a T, which is kept as JSON.
type Kind[T any] struct {
	Name     string        // in the database; no other kind may have it
	Time     time.Duration // to answer, up to 14 minutes; 0: one minute
	Canceled i18n.Text     // what is said after Cancel; zero: "Nothing has changed."

	// Confirm carries out what was asked. Its reply takes the place of the question.
	Confirm func(ctx context.Context, i *bot.Interaction, a Answer[T]) (bot.Reply, error)
}

// Answer is a question that was confirmed.
type Answer[T any] struct {
	About T
	Asker snowflake.ID // who asked; who confirms is the user of the interaction
	Key   string       // makes a repetition of the verb give the same outcome
}

// Asker asks questions of one kind.
type Asker[T any] struct {
	questions *Questions
	kind      Kind[T]
}

// Register makes a kind known. It panics when the name is taken or the time is too long.
func Register[T any](q *Questions, k Kind[T]) Asker[T] {
	if k.Time == 0 {
		k.Time = usualTime
	}
	if _, taken := q.kinds[k.Name]; taken || k.Time > longestTime {
		panic(fmt.Sprintf("question %q: the name is taken, or %s is longer than %s", k.Name, k.Time, longestTime))
	}
	if k.Canceled.Sentence == "" {
		k.Canceled = i18n.M("Nothing has changed.")
	}
	q.kinds[k.Name] = answerer{canceled: k.Canceled, confirm: func(ctx context.Context, i *bot.Interaction, c store.Confirmation) (bot.Reply, error) {
		a := Answer[T]{Asker: c.UserID, Key: "discord:confirmation:" + c.ID.String()}
		if err := json.Unmarshal(c.Payload, &a.About); err != nil {
			return bot.Reply{}, fmt.Errorf("decode confirmation %s: %w", c.ID, err)
		}
		return k.Confirm(ctx, i, a)
	}}
	return Asker[T]{q, k}
}

// Question is one question. Its texts are worded in the language of who is asked.
type Question[T any] struct {
	About    T
	Text     string              // what is asked; when it expires is said below it
	Title    string              // "": "Please confirm"
	Confirm  string              // the button's label; "": "Confirm"
	Danger   bool                // what is confirmed cannot be taken back: the button is red
	InPlace  bool                // in place of the message whose component was used, instead of a new one
	Public   bool                // everyone in the channel sees it; otherwise only who asks
	Requires discord.Permissions // whoever holds all of these may answer too; 0: nobody else
}

// Ask keeps a question and returns the reply that asks it.
func (a Asker[T]) Ask(ctx context.Context, i *bot.Interaction, ask Question[T]) (bot.Reply, error) {
	if !ask.Public {
		i.RespondEphemerally()
	}
	payload, err := json.Marshal(ask.About)
	if err != nil {
		return bot.Reply{}, fmt.Errorf("encode a question: %w", err)
	}
	q := a.questions
	now := q.now()
	c := store.Confirmation{
		ID: store.NewID(now), GuildID: i.Guild, UserID: i.User().ID, Requires: int64(ask.Requires), Kind: a.kind.Name, Payload: payload,
		CreatedAt: now, ExpiresAt: now.Add(a.kind.Time),
	}
	job := Close{Guild: c.GuildID, ID: c.ID, Application: i.Application, Token: i.Token,
		Title: i.T("This question has expired"), Text: ask.Text, Hint: nothingChanged(i.Printer)}
	if err := q.store.SaveConfirmation(ctx, c, job.at(c.ExpiresAt)); err != nil {
		return bot.Reply{}, err
	}
	r := bot.Reply{
		Embeds:     []discord.Embed{ask.embed(i.Printer, c.ExpiresAt)},
		Components: []discord.LayoutComponent{ask.buttons(i.Printer, c.ID)},
		Ephemeral:  !ask.Public, Update: ask.InPlace,
	}
	r.Followed = func(ctx context.Context, message snowflake.ID) {
		job.Message = message
		if err := q.store.Enqueue(ctx, job.at(c.ExpiresAt)); err != nil {
			q.log.WarnContext(ctx, "a question will keep its buttons when its time is over", "guild", c.GuildID, "error", err)
		}
	}
	return r, nil
}

func (ask Question[T]) embed(p *i18n.Printer, expires time.Time) discord.Embed {
	title := ask.Title
	if title == "" {
		title = p.T("Please confirm")
	}
	return bot.Warning(title, ask.Text+"\n"+p.T("This question expires %s.", bot.Relative(expires)))
}

// buttons carry the id of the question, so they work after a restart.
func (ask Question[T]) buttons(p *i18n.Printer, id uuid.UUID) discord.LayoutComponent {
	label := ask.Confirm
	if label == "" {
		label = p.T("Confirm")
	}
	path := "/question/" + id.String() + "/"
	confirm := discord.NewSuccessButton(label, path+confirmed)
	if ask.Danger {
		confirm = discord.NewDangerButton(label, path+confirmed)
	}
	return discord.NewActionRow(confirm, discord.NewSecondaryButton(p.T("Cancel"), path+canceled))
}

const (
	confirmed = "confirm"
	canceled  = "cancel"
)

// press handles both buttons of all kinds.
func (q *Questions) press(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	c, err := q.open(ctx, i)
	if fault.Has(err, codeAnswered) {
		return bot.Reply{}, q.behind(ctx, c)
	}
	if fault.Has(err, codeStranger) {
		return bot.Reply{}, err // the message is not theirs to change
	}
	if err != nil {
		return i.ReplaceRefused(err)
	}
	user := i.User().ID
	now := q.now()
	if err := q.store.ClaimConfirmation(ctx, i.Guild, c.ID, user, now, now.Add(claimTime)); errors.Is(err, store.ErrNotFound) {
		return bot.Reply{}, q.behind(ctx, c)
	} else if err != nil {
		return bot.Reply{}, err
	}
	settled := false
	defer func() {
		if settled {
			return
		}
		// The handler may have used up its time.
		if err := q.store.ReleaseConfirmation(context.WithoutCancel(ctx), i.Guild, c.ID, user); err != nil {
			q.log.WarnContext(ctx, "a question cannot be answered for a while", "guild", i.Guild, "error", err)
		}
	}()
	r, err := q.carryOut(ctx, i, c)
	if err != nil && (fault.As(err) == nil || fault.As(err).Kind == fault.Unavailable) {
		return bot.Reply{}, err
	}
	settled = true
	if err := q.store.SettleConfirmation(context.WithoutCancel(ctx), i.Guild, c.ID, user, q.now(), cancelClose(c)); err != nil {
		q.log.WarnContext(ctx, "an answered question stays until its time is over", "guild", i.Guild, "error", err)
	}
	if err != nil {
		return i.ReplaceRefused(err)
	}
	r.Update = true
	return r, nil
}

// behind refuses a press that came after another. Two processes may hear the same press, and the one that
// carries it out is to respond: the other waits until that is over.
func (q *Questions) behind(ctx context.Context, c store.Confirmation) error {
	if c.AnsweredAt != nil && q.now().Sub(*c.AnsweredAt) > answerTime {
		return answered()
	}
	end := time.NewTimer(answerTime)
	defer end.Stop()
	look := time.NewTicker(lookInterval)
	defer look.Stop()
	for carriedOut := c.AnsweredAt != nil; !carriedOut; {
		select {
		case <-look.C:
			now, err := q.store.Confirmation(ctx, c.GuildID, c.ID)
			carriedOut = err != nil || now.AnsweredAt != nil || now.ClaimedUntil == nil
		case <-end.C:
			return answered()
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	respond := time.NewTimer(respondTime)
	defer respond.Stop()
	select {
	case <-respond.C:
	case <-ctx.Done():
	}
	return answered()
}

// open is the question whose button was pressed. It fails when it is not open, or not theirs to answer.
func (q *Questions) open(ctx context.Context, i *bot.Interaction) (store.Confirmation, error) {
	id, err := uuid.Parse(i.Vars["question"])
	if err != nil {
		return store.Confirmation{}, unknown()
	}
	c, err := q.store.Confirmation(ctx, i.Guild, id)
	if errors.Is(err, store.ErrNotFound) {
		return c, unknown()
	}
	if err != nil {
		return c, err
	}
	if _, known := q.kinds[c.Kind]; !known {
		return c, unknown()
	}
	requires := discord.Permissions(c.Requires)
	switch mine := c.UserID == i.User().ID; {
	case !mine && requires == 0:
		return c, fault.New(fault.Forbidden, codeStranger, "Only %s can answer this question.", bot.Mention(c.UserID))
	case !mine && !i.Holds(requires):
		return c, fault.New(fault.Forbidden, codeStranger, "Answering this question needs the permission %s in this server.", requires)
	case c.AnsweredAt != nil:
		return c, answered()
	case !q.now().Before(c.ExpiresAt) && c.AnsweredBy != 0:
		return c, answered()
	case !q.now().Before(c.ExpiresAt):
		return c, fault.New(fault.Refused, "confirmation_expired",
			"Time ran out before you confirmed, so nothing has changed. Run the command again if you still want to.")
	}
	return c, nil
}

func (q *Questions) carryOut(ctx context.Context, i *bot.Interaction, c store.Confirmation) (bot.Reply, error) {
	kind := q.kinds[c.Kind]
	switch i.Vars["answer"] {
	case confirmed:
		return kind.confirm(ctx, i, c)
	case canceled:
		return bot.Replace(bot.Info(i.T("Canceled"), kind.canceled.Localize(i.Printer))), nil
	}
	return bot.Reply{}, bot.Outdated()
}

const (
	codeAnswered = "confirmation_answered"
	codeStranger = "confirmation_stranger"
)

func answered() error {
	return fault.New(fault.Refused, codeAnswered, "This question was already answered.")
}

func unknown() error {
	return fault.New(fault.NotFound, "confirmation_unknown",
		"This question is no longer open, so nothing was changed now. Run the command again if you still want to.")
}

func nothingChanged(p *i18n.Printer) string {
	return p.T("Nothing has changed. Run the command again if you still want to.")
}
