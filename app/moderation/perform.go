package moderation

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/omit"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
)

const (
	// discordTimeout is how long Discord times somebody out for at once, with a minute to spare for clocks that differ.
	discordTimeout = 28*24*time.Hour - time.Minute
	// renewBefore is how much of it is left when a longer timeout is renewed.
	renewBefore   = 7 * 24 * time.Hour
	longestReason = 512 // characters of a reason in Discord's audit log
)

// auditReason is what Discord's audit log says of an act. Its number tells our acts from others'.
func auditReason(c store.Case) string {
	parts := []string{"#" + strconv.FormatInt(c.Number, 10), moderatorName(c)}
	if c.Reason != "" {
		parts = append(parts, c.Reason)
	}
	return bot.Cut(strings.Join(strings.Fields(strings.Join(parts, " · ")), " "), longestReason)
}

var numbered = regexp.MustCompile(`^#(\d{1,18})(?:-#(\d{1,18}))? ·`)

// numbersIn are the first and last case that a reason in Discord's audit log names; 0 for none.
func numbersIn(reason *string) (first, last int64) {
	if reason == nil {
		return 0, 0
	}
	m := numbered.FindStringSubmatch(*reason)
	if m == nil {
		return 0, 0
	}
	first, _ = strconv.ParseInt(m[1], 10, 64)
	if last = first; m[2] != "" {
		last, _ = strconv.ParseInt(m[2], 10, 64)
	}
	return first, last
}

// names reports whether a reason in Discord's audit log is that of a case.
func names(reason *string, number int64) bool {
	first, last := numbersIn(reason)
	return first > 0 && first <= number && number <= last
}

// perform asks Discord to do what a case says.
func (s *Service) perform(ctx context.Context, c store.Case) error {
	opts := []rest.RequestOpt{rest.WithCtx(ctx), rest.WithReason(auditReason(c))}
	switch c.Action {
	case store.CaseBan:
		return s.discord.AddBan(c.GuildID, c.UserID, deletes(c), opts...)
	case store.CaseUnban:
		return s.discord.DeleteBan(c.GuildID, c.UserID, opts...)
	case store.CaseKick:
		return s.discord.RemoveMember(c.GuildID, c.UserID, opts...)
	case store.CaseSoftban:
		if err := s.discord.AddBan(c.GuildID, c.UserID, deletes(c), opts...); err != nil {
			return err
		}
		if err := s.endSoftban(ctx, c); err != nil {
			return fmt.Errorf("the ban of a softban is still to be lifted: %v", err) //nolint:errorlint // a refusal of this half is not one of the act
		}
		return nil
	case store.CaseTimeout:
		return s.timeOut(ctx, c)
	case store.CaseUntimeout:
		_, err := s.discord.UpdateMember(c.GuildID, c.UserID, discord.MemberUpdate{CommunicationDisabledUntil: omit.NewNilPtr[time.Time]()}, opts...)
		return err
	}
	return fmt.Errorf("case %d: Discord has no part in %q", c.Number, c.Action)
}

// endSoftban is the second half of a softban. Whoever is not banned any more needs no unban.
func (s *Service) endSoftban(ctx context.Context, c store.Case) error {
	err := s.discord.DeleteBan(c.GuildID, c.UserID, rest.WithCtx(ctx), rest.WithReason(auditReason(c)))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownBan) {
		return nil
	}
	return err
}

func deletes(c store.Case) time.Duration {
	if c.DeleteMessageSeconds == nil {
		return 0
	}
	return time.Duration(*c.DeleteMessageSeconds) * time.Second
}

// timeOut has Discord time somebody out until the case ends, or for as long as Discord does at once.
func (s *Service) timeOut(ctx context.Context, c store.Case) error {
	_, err := s.discord.UpdateMember(c.GuildID, c.UserID,
		discord.MemberUpdate{CommunicationDisabledUntil: omit.NewPtr(s.discordUntil(c))}, rest.WithCtx(ctx), rest.WithReason(auditReason(c)))
	return err
}

// discordUntil is until when Discord is asked to time somebody out.
func (s *Service) discordUntil(c store.Case) time.Time {
	if most := s.now().Add(discordTimeout); c.ExpiresAt.After(most) {
		return most
	}
	return *c.ExpiresAt
}

// compare asks Discord whether what a pending case says was done. A softban that stopped halfway is finished. An error
// means that Discord does not say.
func (s *Service) compare(ctx context.Context, c store.Case) (happened bool, err error) {
	switch c.Action {
	case store.CaseBan, store.CaseUnban, store.CaseSoftban:
		return s.compareBan(ctx, c)
	case store.CaseKick:
		m, err := s.member(ctx, c.GuildID, c.UserID)
		if err != nil || m != nil {
			return false, err
		}
		return s.inAuditLog(ctx, c, discord.AuditLogEventMemberKick, true)
	case store.CaseTimeout, store.CaseUntimeout:
		m, err := s.member(ctx, c.GuildID, c.UserID)
		if err != nil || m == nil {
			return false, err
		}
		until := m.CommunicationDisabledUntil
		if c.Action == store.CaseUntimeout {
			return until == nil || until.Before(s.now()), nil
		}
		if until == nil || c.ExpiresAt == nil {
			return false, nil
		}
		// Discord holds what this case asked for, give or take the time between the request and now.
		want := min(c.ExpiresAt.Sub(c.CreatedAt), discordTimeout)
		off := until.Sub(c.CreatedAt) - want
		return off > -actBudget && off < 2*actBudget, nil
	}
	return true, nil
}

func (s *Service) compareBan(ctx context.Context, c store.Case) (bool, error) {
	ban, err := s.discord.GetBan(c.GuildID, c.UserID, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeUnknownBan) {
		ban, err = nil, nil
	}
	if err != nil {
		return false, err
	}
	switch {
	case c.Action == store.CaseBan:
		return ban != nil, nil
	case c.Action == store.CaseUnban:
		return ban == nil, nil
	case ban != nil && names(ban.Reason, c.Number):
		return true, s.endSoftban(ctx, c)
	case ban != nil:
		return false, nil // somebody else's ban
	}
	return s.inAuditLog(ctx, c, discord.AuditLogEventMemberBanAdd, false)
}

// inAuditLog asks whether Discord's audit log has an act of ours with the number of a case. Where the bot may not read
// it, otherwise is the answer.
func (s *Service) inAuditLog(ctx context.Context, c store.Case, event discord.AuditLogEvent, otherwise bool) (bool, error) {
	self, err := s.who.Self(ctx, c.GuildID)
	if err != nil {
		return false, err
	}
	log, err := s.discord.GetAuditLog(c.GuildID, self.ID, event, 0, 0, auditPage, rest.WithCtx(ctx))
	if rest.IsJSONErrorCode(err, rest.JSONErrorCodeLackPermissionsToPerformAction, rest.JSONErrorCodeMissingAccess) {
		return otherwise, nil
	}
	if err != nil {
		return false, err
	}
	for _, e := range log.AuditLogEntries {
		if e.TargetID != nil && *e.TargetID == c.UserID && names(e.Reason, c.Number) {
			return true, nil
		}
	}
	return false, nil
}
