package moderation

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"
	"github.com/riverqueue/river"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	fewestWarnings = 2
	mostWarnings   = 50
	shortestWithin = int64(time.Hour / time.Second)
	longestWithin  = int64(365 * day / time.Second)
)

// WarnStep is what happens when the warnings of somebody that count reach a number.
type WarnStep struct {
	Warnings        int64            `json:"warnings" minimum:"2" maximum:"50" doc:"How many warnings must count: exactly this many." example:"3"`
	WithinSeconds   *int64           `json:"within_seconds" required:"false" minimum:"3600" maximum:"31536000" doc:"Only warnings of the last seconds; null for all that count." example:"2592000"`
	Action          store.CaseAction `json:"action" enum:"timeout,kick,ban" doc:"What is done. A kick or ban waits for a button when the moderator who warned may not do it." example:"timeout"`
	DurationSeconds *int64           `json:"duration_seconds" required:"false" minimum:"1" maximum:"315360000" doc:"Of a timeout or a ban; null for a ban without an end." example:"86400"`
	Reason          string           `json:"reason" required:"false" maxLength:"500" doc:"The reason of the case; empty for words of our own." example:"Three warnings in a month"`
}

// WarnSteps are the steps of a guild.
type WarnSteps []WarnStep

// Check notes steps that cannot be.
func (steps WarnSteps) Check(f *fault.Fields, name string) {
	seen := make(map[int64]bool)
	for _, step := range steps {
		step.check(f, name)
		if seen[step.Warnings] {
			f.Add(name, "There are two steps for %s warnings. Each number can have one.", i18n.Number(step.Warnings))
		}
		seen[step.Warnings] = true
	}
}

func (w WarnStep) check(f *fault.Fields, name string) {
	if w.Warnings < fewestWarnings || w.Warnings > mostWarnings {
		f.Add(name, "A step needs from 2 to 50 warnings, not %s.", i18n.Number(w.Warnings))
	}
	if w.WithinSeconds != nil && (*w.WithinSeconds < shortestWithin || *w.WithinSeconds > longestWithin) {
		f.Add(name, "Warnings can be counted over an hour to 365 days.")
	}
	if utf8.RuneCountInString(w.Reason) > store.MaxReason {
		f.Add(name, "A reason can have at most %d characters; this one has %d.", store.MaxReason, utf8.RuneCountInString(w.Reason))
	}
	var longest time.Duration
	switch w.Action {
	case store.CaseTimeout:
		if longest = longestTimeout; w.DurationSeconds == nil {
			f.Add(name, "Say how long the timeout of a step lasts.")
		}
	case store.CaseBan:
		longest = longestBan
	case store.CaseKick:
		if w.DurationSeconds != nil {
			f.Add(name, "A kick has no duration.")
		}
		return
	default:
		f.Add(name, "A step can time out, kick or ban, not “%s”.", string(w.Action))
		return
	}
	if w.DurationSeconds != nil && (*w.DurationSeconds < 1 || *w.DurationSeconds > int64(longest/time.Second)) {
		f.Add(name, "This can last from a second to %s.", i18n.Duration(longest))
	}
}

// Escalate is the job that looks at what warnings add up to after one was given. The reply to the moderator does so
// first; this is for every other way, and for a process that ended in between.
type Escalate struct {
	Guild  snowflake.ID `json:"guild"`
	Number int64        `json:"number"`
}

// Kind names the job in the queue.
func (Escalate) Kind() string { return "moderation_escalate" }

// escalates reports whether a case may reach a step: a warning that somebody was given here and that counts.
func escalates(c store.Case) bool {
	return c.Action == store.CaseWarn && c.State == store.CaseDone && c.Source != store.SourceImport
}

func escalateJob(c store.Case) river.JobArgs {
	return store.At(c.GuildID, fmt.Sprintf("moderation.escalate:%d", c.Number), time.Now(), Escalate{c.GuildID, c.Number})
}

func (s *Service) escalateLater(ctx context.Context, j Escalate) error {
	c, err := s.store.Case(ctx, j.Guild, j.Number)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err == nil {
		_, err = s.Escalate(ctx, c)
	}
	return err
}

// Escalation is what a warning led to.
type Escalation struct {
	Step     *WarnStep   // that it reached; nil for none
	Warnings int64       // that count, with this one
	Case     *store.Case // that the step became; nil while it waits, and when it was refused
	Waits    bool        // for somebody who may do it: the one who warned may not
	Refused  error       // why it could not be done
}

// stepKey makes a warning lead to one case, however often it is looked at.
func stepKey(warning int64) string { return fmt.Sprintf("step:%d", warning) }

// reached finds the step that a warning reached. A warning that does not count any more reaches none.
func (s *Service) reached(ctx context.Context, c store.Case) (*WarnStep, int64, error) {
	cfg, err := s.Settings(ctx, c.GuildID)
	if err != nil || !escalates(c) || !c.Counts(s.now()) || len(cfg.WarnSteps) == 0 {
		return nil, 0, err
	}
	given, err := s.store.WarningsUpTo(ctx, c.GuildID, c.UserID, c.Number, s.now())
	if err != nil {
		return nil, 0, err
	}
	for _, step := range cfg.WarnSteps {
		n := int64(0)
		for _, at := range given {
			if step.WithinSeconds == nil || c.CreatedAt.Sub(at) <= time.Duration(*step.WithinSeconds)*time.Second {
				n++
			}
		}
		if n == step.Warnings {
			return &step, n, nil
		}
	}
	return nil, 0, nil
}

// escalation says what a warning led to, without doing anything: a Step that neither waits nor is a Case is to be done.
func (s *Service) escalation(ctx context.Context, warning store.Case) (Escalation, error) {
	done, err := s.store.CaseByRequest(ctx, warning.GuildID, stepKey(warning.Number))
	if err == nil {
		return Escalation{Case: &done}, nil
	}
	if !errors.Is(err, store.ErrNotFound) {
		return Escalation{}, err
	}
	step, n, err := s.reached(ctx, warning)
	if err != nil || step == nil {
		return Escalation{}, err
	}
	out := Escalation{Step: step, Warnings: n}
	if warning.ModeratorID != 0 && step.Action != store.CaseTimeout {
		v, err := s.Judge(ctx, warning.GuildID, access.Act(step.Action), access.AsMember(warning.ModeratorID), warning.UserID)
		if err != nil {
			return out, err
		}
		out.Waits = v.Refusal == access.NotAllowed || v.Refusal == access.NotAMember
	}
	return out, nil
}

// Escalate does what a warning led to, once, and says what that was. It is the guild's own order, so the right to warn
// is enough for it, and the bot's rights count; only a kick or a ban waits for somebody who may do it when the one who
// warned may not. Faults of the act are in Refused; an error is for trying again.
func (s *Service) Escalate(ctx context.Context, warning store.Case) (Escalation, error) {
	out, err := s.escalation(ctx, warning)
	if err != nil || out.Step == nil || out.Waits {
		return out, err
	}
	actor := store.Actor{Name: fmt.Sprintf("%d warnings", out.Warnings), Source: store.SourceLadder}
	c, err := s.Act(ctx, s.stepAct(ctx, warning, *out.Step, out.Warnings, actor, access.AsKey()))
	if f := fault.As(err); f != nil && f.Kind != fault.Unavailable && f.Code != "in_progress" {
		out.Refused = err
		return out, nil
	}
	if err != nil {
		return out, err
	}
	out.Case = &c
	return out, s.logAgain(ctx, warning)
}

// logAgain has the message of a warning in the log channel say what it led to.
func (s *Service) logAgain(ctx context.Context, warning store.Case) error {
	channel, err := s.logChannel(ctx, warning.GuildID)
	if err != nil || channel == 0 {
		return err
	}
	return s.store.Enqueue(ctx, s.logJob(warning))
}

// CarryOutStep does what a warning led to as somebody who may, and returns the case. It fails with no_step when the
// warning leads to nothing any more, and with the faults of Act.
func (s *Service) CarryOutStep(ctx context.Context, guild snowflake.ID, number int64, actor store.Actor) (store.Case, error) {
	warning, err := s.Get(ctx, guild, number)
	if err != nil {
		return store.Case{}, err
	}
	step, n, err := s.reached(ctx, warning)
	if err != nil {
		return store.Case{}, err
	}
	if step == nil {
		return store.Case{}, fault.New(fault.Refused, "no_step", "Warning #%s leads to nothing any more: it was taken back, or the settings have changed.", fmt.Sprint(number))
	}
	actor.Source = store.SourceLadder
	c, err := s.Act(ctx, s.stepAct(ctx, warning, *step, n, actor, access.AsMember(actor.ID)))
	if err != nil {
		return c, err
	}
	return c, s.logAgain(ctx, warning)
}

func (s *Service) stepAct(ctx context.Context, warning store.Case, step WarnStep, n int64, actor store.Actor, by access.Authority) ActRequest {
	in := ActRequest{
		Guild: warning.GuildID, Action: step.Action, User: warning.UserID, UserTag: warning.UserTag, Reason: step.Reason,
		Actor: actor, By: by, Key: stepKey(warning.Number), CausedBy: &warning.Number,
	}
	if in.Reason == "" {
		in.Reason = s.who.Printer(ctx, warning.GuildID).T("%s warnings, the last one is case #%s", fmt.Sprint(n), fmt.Sprint(warning.Number))
	}
	if step.DurationSeconds != nil {
		in.Duration = time.Duration(*step.DurationSeconds) * time.Second
	} else {
		in.Forever = step.Action == store.CaseBan
	}
	return in
}

// line says what a warning led to; empty for nothing.
func (e Escalation) line(p *i18n.Printer) string {
	switch {
	case e.Case != nil:
		return p.T("That led to case #%s: %s.", fmt.Sprint(e.Case.Number), actionName(p, e.Case.Action))
	case e.Waits:
		return p.T("%s warnings count now, which leads to: %s. Somebody who may do that can press the button.", fmt.Sprint(e.Warnings), actionName(p, e.Step.Action))
	case e.Refused != nil:
		format, values := fault.As(e.Refused).Words()
		return p.T("%s warnings count now, which leads to: %s. It was not done: %s", fmt.Sprint(e.Warnings), actionName(p, e.Step.Action), p.T(format, values...))
	}
	return ""
}

// buttons let somebody who may carry out what waits for them.
func (e Escalation) buttons(p *i18n.Printer, warning store.Case) []discord.LayoutComponent {
	if !e.Waits {
		return nil
	}
	return []discord.LayoutComponent{discord.NewActionRow(discord.NewDangerButton(actionName(p, e.Step.Action), fmt.Sprintf("/mod/step/%d", warning.Number)))}
}
