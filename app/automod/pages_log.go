package automod

import (
	"strings"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
)

const logPage = 50

func (p pages) logPage(r *dashboard.Request) (dashboard.Response, error) {
	return p.logged(r, r.Form())
}

// logged shows what the rules found, by the filters of the address.
func (p pages) logged(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	rules, err := p.rulesOf(r.Context(), r.Guild.ID)
	if err != nil {
		return dashboard.Response{}, err
	}
	query := r.URL.Query()
	view := ui.AutomodLog{Form: form, Path: base(r) + "/log", Back: base(r)}
	f, before, err := p.filter(r, rules, &view)
	if err != nil {
		return dashboard.Response{}, err
	}
	hits, err := p.store.AutomodHits(r.Context(), r.Guild.ID, f, before, logPage+1)
	if err != nil {
		return dashboard.Response{}, err
	}
	view.Pager = ui.Pager{Target: "automod-log"}
	if query.Get("before") != "" {
		view.Pager.First = r.With(map[string]string{"before": ""})
	}
	if len(hits) > logPage {
		hits = hits[:logPage]
		view.Pager.Next = r.With(map[string]string{"before": hits[logPage-1].ID.String()})
	}
	names := map[snowflake.ID]string{}
	for _, h := range hits {
		names[h.UserID] = h.UserTag
	}
	people := p.web.People(r.Context(), r.Guild.ID, names)
	channels := p.channelNames(r.Context(), r.Guild.ID)
	for _, h := range hits {
		row := ui.AutomodHit{ID: h.ID.String(), Rule: h.RuleName, Who: people[h.UserID], Excerpt: h.Excerpt, Done: p.doneLine(r.Printer(), h), Shadow: h.Shadow, Count: h.Count, Verdict: h.Verdict, At: h.CreatedAt}
		if h.ChannelID != nil {
			row.Where = channels[*h.ChannelID]
		}
		if h.CaseNumber != nil {
			row.Case = *h.CaseNumber
		}
		view.Hits = append(view.Hits, row)
	}
	return answer(r.T("Auto-moderation log"), view), nil
}

// filter reads the filters of the address and shows them.
func (p pages) filter(r *dashboard.Request, rules []Rule, view *ui.AutomodLog) (f store.AutomodHitFilter, before *uuid.UUID, err error) {
	query := r.URL.Query()
	all := ui.Option{Label: r.T("All")}
	options := []ui.Option{all}
	for _, rule := range rules {
		options = append(options, ui.Option{Value: rule.ID, Label: rule.Name})
	}
	view.Filter = []ui.Field{
		{Name: "rule", Label: r.T("Rule"), Type: "select", Options: options, Value: query.Get("rule")},
		{Name: "verdict", Label: r.T("Verdict"), Type: "select", Value: query.Get("verdict"), Options: []ui.Option{all,
			{Value: store.VerdictOpen, Label: r.T("Not looked at")}, {Value: store.VerdictConfirmed, Label: r.T("Confirmed")}, {Value: store.VerdictFalse, Label: r.T("False positive")}}},
		{Name: "mode", Label: r.T("Mode"), Type: "select", Value: query.Get("mode"), Options: []ui.Option{all, {Value: "shadow", Label: r.T("Only logged")}, {Value: "enforce", Label: r.T("Acted on")}}},
		{Name: "user", Label: r.T("User ID"), Value: query.Get("user")},
	}
	parse := func(name string) *uuid.UUID {
		text := query.Get(name)
		if text == "" || err != nil {
			return nil
		}
		id, bad := uuid.Parse(text)
		if bad != nil {
			err = dashboard.NotFound()
			return nil
		}
		return &id
	}
	f.Rule, before = parse("rule"), parse("before")
	if one := parse("id"); one != nil { // the link of an alert: that entry first
		next := *one
		for i := len(next) - 1; i >= 0; i-- {
			if next[i]++; next[i] != 0 {
				break
			}
		}
		before = &next
	}
	if text := strings.TrimSpace(query.Get("user")); text != "" {
		if f.User, _ = snowflake.Parse(text); f.User == 0 || f.User > 1<<63-1 {
			return f, nil, dashboard.NotFound()
		}
	}
	switch query.Get("verdict") {
	case store.VerdictOpen, store.VerdictConfirmed, store.VerdictFalse:
		f.Verdict = query.Get("verdict")
	}
	switch query.Get("mode") {
	case "shadow":
		f.Shadow = new(true)
	case "enforce":
		f.Shadow = new(false)
	}
	view.Any = f.Rule != nil || f.User != 0 || f.Verdict != "" || f.Shadow != nil
	return f, before, err
}

func (p pages) verdict(r *dashboard.Request) (dashboard.Response, error) {
	id, err := uuid.Parse(r.PathValue("id"))
	if err != nil {
		return dashboard.Response{}, dashboard.NotFound()
	}
	_, err = p.SetVerdict(r.Context(), Judge{Guild: r.Guild.ID, ID: id, Verdict: r.PostFormValue("verdict"), Undo: true, Actor: r.Person.Actor(), By: r.Person.Authority()})
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.logged(r, form) })
	}
	if r.Header.Get("HX-Request") == "true" {
		return p.logged(r, r.Form())
	}
	return dashboard.Redirect(base(r)+"/log", r.T("Noted.")), nil
}
