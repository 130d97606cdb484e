package moderation

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/access"
	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// formActions have a button on the card of a member, and a form behind it.
func formActions() []store.CaseAction {
	return []store.CaseAction{store.CaseWarn, store.CaseTimeout, store.CaseKick, store.CaseBan, store.CaseNote}
}

// card shows what is known of a member, with buttons for what the moderator may do.
func (d discordSide) card(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	i.RespondEphemerally()
	user := i.Target.TargetUser()
	by := access.AsMember(i.User().ID)
	if err := d.MayRead(ctx, i.Guild, by); err != nil {
		return bot.Reply{}, err
	}
	sc, err := d.look(ctx, i.Guild, by, user.ID, false)
	if err != nil {
		return bot.Reply{}, err
	}
	record, err := d.store.CaseRecord(ctx, i.Guild, user.ID, d.now())
	if err != nil {
		return bot.Reply{}, err
	}
	latest, err := d.Search(ctx, i.Guild, store.CaseFilter{User: user.ID}, 0, 3)
	if err != nil {
		return bot.Reply{}, err
	}
	lines := []string{bot.Mention(user.ID) + " · `" + user.ID.String() + "`", i.T("Account made %s", bot.Relative(user.ID.Time()))}
	if sc.target != nil && sc.target.JoinedAt != nil {
		lines = append(lines, i.T("Joined %s", bot.Relative(*sc.target.JoinedAt)))
	}
	lines = append(lines, recordLine(i.Printer, record))
	for _, c := range latest {
		lines = append(lines, caseLine(i.Printer, c))
	}
	var buttons []discord.InteractiveComponent
	for _, a := range formActions() {
		b := discord.NewSecondaryButton(verb(i.Printer, a), fmt.Sprintf("/mod/form/%s/%d", a, user.ID))
		if a == store.CaseBan || a == store.CaseKick {
			b = discord.NewDangerButton(verb(i.Printer, a), fmt.Sprintf("/mod/form/%s/%d", a, user.ID))
		}
		buttons = append(buttons, b.WithDisabled(!sc.may(access.Act(a), by, user.ID, time.Now()).Allowed()))
	}
	return bot.Ephemeral(bot.Info(bot.Cut(user.EffectiveName(), 256), strings.Join(lines, "\n")),
		discord.NewActionRow(buttons...),
		discord.NewActionRow(discord.NewSecondaryButton(i.T("All cases"), fmt.Sprintf("/mod/cases/%d", user.ID)))), nil
}

// openHistory shows the cases of the member of a card, beside the card.
func (d discordSide) openHistory(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	user, err := snowflake.Parse(i.Vars["user"])
	if err != nil {
		return bot.Reply{}, bot.Outdated()
	}
	r, err := d.page(ctx, i, user, 0)
	r.Ephemeral = true
	return r, err
}

// formTarget reads what a form is about.
func formTarget(i *bot.Interaction) (store.CaseAction, snowflake.ID, error) {
	action := store.CaseAction(i.Vars["action"])
	user, err := snowflake.Parse(i.Vars["user"])
	if err != nil || user == 0 || !slices.Contains(formActions(), action) {
		return "", 0, bot.Outdated()
	}
	return action, user, nil
}

func (d discordSide) openForm(_ context.Context, i *bot.Interaction) (bot.Reply, error) {
	action, user, err := formTarget(i)
	if err != nil {
		return bot.Reply{}, err
	}
	reason := discord.NewParagraphTextInput("reason").WithMaxLength(store.MaxReason).WithRequired(action == store.CaseNote)
	parts := []discord.LayoutComponent{}
	if action == store.CaseTimeout || action == store.CaseBan {
		duration := discord.NewShortTextInput("duration").WithMaxLength(50).WithRequired(action == store.CaseTimeout).WithPlaceholder("10m, 2h, 7d, 1w2d")
		label := i.T("Duration")
		if action == store.CaseBan {
			label = i.T("Duration (empty: permanent)")
		}
		parts = append(parts, discord.NewLabel(label, duration))
	}
	parts = append(parts, discord.NewLabel(i.T("Reason"), reason))
	return bot.Reply{Modal: &discord.ModalCreate{
		CustomID: fmt.Sprintf("/mod/form/%s/%d", action, user), Title: bot.Cut(verb(i.Printer, action), 45), Components: parts,
	}}, nil
}

func (d discordSide) submitForm(ctx context.Context, i *bot.Interaction) (bot.Reply, error) {
	action, user, err := formTarget(i)
	if err != nil {
		return bot.Reply{}, err
	}
	ask := asked{Action: action, User: user}
	ask.Reason, _ = i.Fields.OptText("reason")
	if text, _ := i.Fields.OptText("duration"); strings.TrimSpace(text) != "" {
		length, err := ParseDuration(text)
		if err != nil {
			return bot.Reply{}, err
		}
		ask.Seconds, ask.Forever = int64(length/time.Second), length == Permanent
	}
	return d.run(ctx, i, ask, "i:"+i.ID.String(), false)
}

// verb is what a button does.
func verb(p *i18n.Printer, a store.CaseAction) string {
	switch a {
	case store.CaseWarn:
		return p.T("Warn")
	case store.CaseTimeout:
		return p.T("Time out")
	case store.CaseKick:
		return p.T("Kick")
	case store.CaseBan:
		return p.T("Ban")
	}
	return p.T("Add a note")
}
