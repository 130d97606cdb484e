package question

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
)

// tokenLife is how long Discord lets the response to an interaction be changed.
const tokenLife = 15 * time.Minute

// Close is the job that takes the buttons off a question which nobody answered in time. It holds the
// words, because only who asked had a language.
type Close struct {
	Guild       snowflake.ID `json:"guild"`
	ID          uuid.UUID    `json:"id"`
	Application snowflake.ID `json:"application"`
	Token       string       `json:"token"`
	Message     snowflake.ID `json:"message,omitempty"` // 0: the original response to the interaction
	Title       string       `json:"title"`
	Text        string       `json:"text"` // what was asked
	Hint        string       `json:"hint"` // that nothing has changed
}

// Kind names the job in the queue.
func (Close) Kind() string { return "question_close" }

// InsertOpts bounds how often it is tried.
func (Close) InsertOpts() river.InsertOpts { return river.InsertOpts{MaxAttempts: 5} }

func (job Close) at(moment time.Time) river.JobArgs {
	return store.At(job.Guild, closeKey(job.ID), moment, job)
}

func cancelClose(c store.Confirmation) river.JobArgs { return store.Cancel(c.GuildID, closeKey(c.ID)) }

func closeKey(id uuid.UUID) string { return "question.close:" + id.String() }

// close edits the message of a question that has expired.
func (q *Questions) close(ctx context.Context, job Close) error {
	c, err := q.store.Confirmation(ctx, job.Guild, job.ID)
	switch now := q.now(); {
	case errors.Is(err, store.ErrNotFound):
		return nil
	case err != nil:
		return err
	case c.AnsweredAt != nil || now.After(c.CreatedAt.Add(tokenLife)):
		return nil
	case now.Before(c.ExpiresAt):
		return river.JobSnooze(c.ExpiresAt.Sub(now))
	case c.ClaimedUntil != nil && now.Before(*c.ClaimedUntil):
		return river.JobSnooze(c.ClaimedUntil.Sub(now))
	case c.AnsweredBy != 0:
		job.Hint = "" // whoever confirmed it died, perhaps after the change
	}
	text := strings.TrimSpace(job.Text + "\n\n" + job.Hint)
	update := discord.MessageUpdate{
		Embeds:          &[]discord.Embed{bot.Info(job.Title, text)},
		Components:      &[]discord.LayoutComponent{},
		AllowedMentions: &discord.AllowedMentions{Parse: []discord.AllowedMentionType{}},
	}
	if job.Message == 0 {
		_, err = q.discord.UpdateInteractionResponse(job.Application, job.Token, update, rest.WithCtx(ctx))
	} else {
		_, err = q.discord.UpdateFollowupMessage(job.Application, job.Token, job.Message, update, rest.WithCtx(ctx))
	}
	if gone(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("close a question: %w", err)
	}
	return nil
}

// gone reports whether there is nothing left to edit: the message was deleted, or its time is over.
func gone(err error) bool {
	refused, ok := errors.AsType[*rest.Error](err)
	if !ok || refused.Response == nil {
		return false
	}
	status := refused.Response.StatusCode
	return status >= 400 && status < 500 && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout
}
