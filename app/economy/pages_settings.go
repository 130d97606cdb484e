package economy

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/settings"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// presets are multipliers at 8, 16, 32 and 64 days.
var presets = [...]struct {
	name        string
	label       i18n.Text
	multipliers [mostTiers]int64
}{
	{"steady", i18n.M("Steady: 2, 4, 8, 16"), [...]int64{2, 4, 8, 16}},
	{"exponential", i18n.M("Exponential: 2, 4, 16, 256"), [...]int64{2, 4, 16, 256}},
}

var presetDays = [mostTiers]int{8, 16, 32, 64}

func (p pages) settingsPage(r *dashboard.Request) (dashboard.Response, error) {
	cfg, err := p.SettingsNow(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	return p.answer(r.T("Bytes settings"), p.settingsForm(r, r.Form(), cfg)), nil
}

// settingsForm shows the settings as they are, or as they were typed.
func (p pages) settingsForm(r *dashboard.Request, form ui.Form, cfg Config) ui.BytesSettings {
	fields := p.document.Fields(r.Printer(), form, cfg.Settings)
	last := len(fields) - 1 // the switch is below the amounts
	view := ui.BytesSettings{
		Nav: nav(r, ""), Form: form, Path: base(r), Version: strconv.FormatInt(cfg.Version, 10), Saved: cfg.Version > 0,
		Amounts: fields[:last], OnMessage: fields[last],
		TierError: form.Errors["streak_bonuses"], RoleError: form.Errors["role_rewards"],
	}
	tierFields(r, form, cfg, &view)
	rewards(r, form, cfg, &view)
	return view
}

// tierFields fills in the tiers and the presets for them.
func tierFields(r *dashboard.Request, form ui.Form, cfg Config, view *ui.BytesSettings) {
	days := slices.Sorted(maps.Keys(cfg.StreakBonuses))
	for i := range mostTiers {
		fields := ui.TierFields{
			Name:       tierNames[i+1],
			Days:       ui.Field{Name: dayField(i), Label: r.T("Days"), Type: "number", Min: "1", Max: strconv.Itoa(longestStreak)},
			Multiplier: ui.Field{Name: multiplierField(i), Label: r.T("Multiplier"), Type: "number", Min: "1", Max: strconv.Itoa(mostMultiplier)},
		}
		if i < len(days) {
			fields.Days.Value = strconv.Itoa(days[i])
			fields.Multiplier.Value = strconv.FormatInt(cfg.StreakBonuses[days[i]], 10)
		}
		fields.Days, fields.Multiplier = form.Field(fields.Days), form.Field(fields.Multiplier)
		view.Tiers = append(view.Tiers, fields)
	}
	for _, preset := range presets {
		values := make(map[string]string)
		for i, multiplier := range preset.multipliers {
			values[dayField(i)], values[multiplierField(i)] = strconv.Itoa(presetDays[i]), strconv.FormatInt(multiplier, 10)
		}
		text, err := json.Marshal(values)
		if err != nil {
			panic(err) // plain text
		}
		view.Presets = append(view.Presets, ui.Preset{Name: preset.name, Label: preset.label.Localize(r.Printer()), Values: string(text)})
	}
}

// rewards fills in the roles, those of Discord with those that are set.
func rewards(r *dashboard.Request, form ui.Form, cfg Config, view *ui.BytesSettings) {
	view.NewReward = form.Field(ui.Field{Name: "new_received", Label: r.T("For this many bytes received"), Type: "number", Min: "1", Unit: r.T("bytes")})
	view.Roles = r.RolePicker(form, dashboard.RolePicker{Field: "new_role", Hidden: func(role snowflake.ID) bool {
		_, set := cfg.RoleRewards[role]
		return set
	}})
	view.Roles.None = i18n.M("This server has no other roles.")
	known, answered := r.Roles()
	for _, id := range slices.SortedFunc(maps.Keys(cfg.RoleRewards), func(a, b snowflake.ID) int { return int(cfg.RoleRewards[a] - cfg.RoleRewards[b]) }) {
		role, there := known[id]
		if !there {
			role = ui.Role{ID: id, Name: id.String(), Gone: answered}
		}
		view.Rewards = append(view.Rewards, ui.Reward{
			Role: role,
			Bytes: form.Field(ui.Field{Name: "reward_" + id.String(), Label: r.T("Bytes received for %s", role.Name), Type: "number", Min: "1", Required: true,
				Value: strconv.FormatInt(cfg.RoleRewards[id], 10)}),
			Drop: form.Field(ui.Field{Name: "drop_" + id.String(), Label: r.T("Remove %s", role.Name), Type: "checkbox"}),
		})
	}
}

func (p pages) saveSettings(r *dashboard.Request) (dashboard.Response, error) {
	if err := r.ParseForm(); err != nil {
		return dashboard.Response{}, err
	}
	if name := r.PostFormValue("preset"); name != "" {
		now, err := p.SettingsNow(r.Context(), r.Guild.ID)
		if err != nil {
			return dashboard.Response{}, err
		}
		return p.preset(r, now, name), nil
	}
	in, err := p.readSettings(r)
	if err == nil {
		_, err = p.Configure(r.Context(), in)
	}
	if err != nil {
		return p.refuseSettings(r, err)
	}
	return dashboard.Redirect(base(r), r.T("Settings saved.")), nil
}

// refuseSettings shows what was typed with what is wrong with it. After a change by somebody else the
// form is bound to the newest version: saving again replaces theirs.
func (p pages) refuseSettings(r *dashboard.Request, err error) (dashboard.Response, error) {
	now, readErr := p.SettingsNow(r.Context(), r.Guild.ID)
	if readErr != nil {
		return dashboard.Response{}, readErr
	}
	stale := fault.Has(err, "stale")
	if stale {
		err = fault.New(fault.Stale, "stale",
			"Someone else saved these settings in the meantime. Your changes are still here: save again to replace theirs, or reload the page to see theirs.")
	}
	return r.FormError(err, func(form ui.Form) (dashboard.Response, error) {
		view := p.settingsForm(r, form, now)
		if !stale {
			view.Version = r.PostFormValue("version")
		}
		return p.answer(r.T("Bytes settings"), view), nil
	})
}

// preset shows the form with the tiers of a preset and everything else as it was typed.
func (p pages) preset(r *dashboard.Request, now Config, name string) dashboard.Response {
	form := r.Form()
	form.Typed = r.PostForm
	for _, preset := range presets {
		if preset.name != name {
			continue
		}
		for i, multiplier := range preset.multipliers {
			form.Typed.Set(dayField(i), strconv.Itoa(presetDays[i]))
			form.Typed.Set(multiplierField(i), strconv.FormatInt(multiplier, 10))
		}
	}
	view := p.settingsForm(r, form, now)
	view.Version = r.PostFormValue("version")
	return p.answer(r.T("Bytes settings"), view)
}

// readSettings reads the form. It fails with an Invalid fault that names what cannot be read.
func (p pages) readSettings(r *dashboard.Request) (Configure, error) {
	version, err := strconv.ParseInt(r.PostFormValue("version"), 10, 64)
	if err != nil {
		return Configure{}, settings.Stale()
	}
	var f fault.Fields
	patch := p.document.Read(r, &f).Set("streak_bonuses", readTiers(r, &f)).Set("role_rewards", readRewards(r, &f))
	return Configure{Guild: r.Guild.ID, Patch: patch, IfVersion: &version, Actor: r.Person.Actor(), By: r.Person.Authority()}, f.Err()
}

func readTiers(r *dashboard.Request, f *fault.Fields) map[string]int64 {
	tiers := make(map[string]int64)
	for i := range mostTiers {
		days, multiplier := r.Number(f, dayField(i)), r.Number(f, multiplierField(i))
		switch {
		case days == nil && multiplier == nil:
			continue
		case days == nil || multiplier == nil:
			f.Add("streak_bonuses", "A tier needs both days and a multiplier. Leave both empty to remove it.")
			continue
		}
		key := strconv.FormatInt(*days, 10)
		if _, twice := tiers[key]; twice {
			f.Add("streak_bonuses", "Two tiers start at %s days. Each tier needs its own number of days.", key)
		}
		tiers[key] = *multiplier
	}
	return tiers
}

func readRewards(r *dashboard.Request, f *fault.Fields) map[string]int64 {
	rewards := make(map[string]int64)
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		id, ok := strings.CutPrefix(name, "reward_")
		if !ok || r.PostFormValue("drop_"+id) != "" {
			continue
		}
		if n := r.Number(f, name); n != nil {
			rewards[id] = *n
		} else if r.PostFormValue(name) == "" {
			f.Add(name, "This cannot be empty. To remove the role, check Remove.")
		}
	}
	role, received := r.PostFormValue("new_role"), r.Number(f, "new_received")
	switch {
	case role != "" && received != nil:
		rewards[role] = *received
	case role != "" && r.PostFormValue("new_received") == "":
		f.Add("new_received", "Enter how many bytes the role is for.")
	case received != nil:
		f.Add("role_rewards", "Choose a role for these bytes.")
	}
	return rewards
}

func dayField(i int) string { return fmt.Sprintf("tier_%d_days", i+1) }

func multiplierField(i int) string { return fmt.Sprintf("tier_%d_multiplier", i+1) }

// revertSettings sets what an entry of the audit log says was there before.
func (p pages) revertSettings(ctx context.Context, who dashboard.Person, entry store.AuditEntry) error {
	before, err := p.document.Recorded(entry.Before)
	if err != nil {
		return fmt.Errorf("read the settings of audit entry %s: %w", entry.ID, err)
	}
	_, err = p.Configure(ctx, Configure{Guild: entry.GuildID, Patch: before, Actor: who.Actor(), By: who.Authority()})
	return err
}
