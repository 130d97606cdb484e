package economy

import (
	"strings"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/dashboard"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

func (p pages) adjustPage(r *dashboard.Request) (dashboard.Response, error) {
	return p.adjustForm(r, r.Form(), dashboard.NewKey()), nil
}

func (p pages) adjustForm(r *dashboard.Request, form ui.Form, key string) dashboard.Response {
	whom := r.MemberField("user_id", r.T("Member"), r.URL.Query().Get("user"))
	whom.Required, whom.Autofocus = true, whom.Value == ""
	whom.Help = r.T("A username or nickname, or the Discord ID of someone who has left.")
	return p.answer(r.T("Give or take bytes"), ui.BytesAdjust{
		Form: form, Path: base(r) + "/adjust", Back: base(r) + "/transactions", Key: key,
		Fields: []ui.Field{
			form.Field(whom),
			form.Field(ui.Field{Name: "amount", Label: r.T("Bytes"), Required: true, Longest: 12, Placeholder: r.T("250 or -250"), Help: r.T("Up to %s. A negative number takes bytes.", i18n.Number(1_000_000))}),
			form.Field(ui.Field{Name: "reason", Label: r.T("Reason"), Type: "textarea", Required: true, Longest: longestReason}),
		},
	})
}

func (p pages) adjust(r *dashboard.Request) (dashboard.Response, error) {
	in := Adjust{
		Guild: r.Guild.ID, Reason: strings.TrimSpace(r.PostFormValue("reason")), Key: r.Key(),
		Actor: r.Person.Actor(),
	}
	var f fault.Fields
	var problem i18n.Text
	if in.User, problem = account(r, r.PostFormValue("user_id")); !problem.IsZero() {
		f.Add("user_id", problem.Sentence, problem.Values...)
	} else if in.User == store.Bank {
		f.Add("user_id", "The bank is not a member. Choose a member.")
	}
	if amount := r.Number(&f, "amount"); amount != nil {
		in.Amount = *amount
	}
	err := f.Err()
	if err == nil {
		in.Name = p.web.People(r.Context(), in.Guild, map[snowflake.ID]string{in.User: ""})[in.User].Name
		_, err = p.Adjust(r.Context(), in)
	}
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.adjustForm(r, form, dashboard.NewKey()), nil })
	}
	name := in.Name
	if name == "" {
		name = in.User.String()
	}
	message := r.T("%s received %s.", name, i18n.Bytes(in.Amount))
	if in.Amount < 0 {
		message = r.T("Taken from %s: %s.", name, i18n.Bytes(-in.Amount))
	}
	return dashboard.Redirect(base(r)+"/transactions", message), nil
}

func (p pages) undoPage(r *dashboard.Request) (dashboard.Response, error) {
	return p.undoForm(r, r.Form())
}

func (p pages) undoForm(r *dashboard.Request, form ui.Form) (dashboard.Response, error) {
	id, err := rowID(r.Request)
	if err != nil {
		return dashboard.Response{}, err
	}
	tx, err := p.Transaction(r.Context(), r.Guild.ID, id)
	if err != nil {
		return dashboard.Response{}, err
	}
	moves, err := p.moves(r, []store.Transaction{tx})
	if err != nil {
		return dashboard.Response{}, err
	}
	return p.answer(r.T("Undo a transaction"), ui.BytesUndo{
		Form: form, Path: base(r) + "/transactions/" + id.String() + "/undo", Back: base(r) + "/transactions", Key: dashboard.NewKey(), Move: moves[0],
		Reason: form.Field(ui.Field{Name: "reason", Label: r.T("Reason"), Type: "textarea", Required: true, Autofocus: true, Longest: longestReason}),
	}), nil
}

func (p pages) undo(r *dashboard.Request) (dashboard.Response, error) {
	id, err := rowID(r.Request)
	if err != nil {
		return dashboard.Response{}, err
	}
	tx, err := p.Reverse(r.Context(), Reverse{
		Guild: r.Guild.ID, ID: id, Reason: strings.TrimSpace(r.PostFormValue("reason")), Key: r.Key(),
		Actor: r.Person.Actor(),
	})
	if err != nil {
		return r.FormError(err, func(form ui.Form) (dashboard.Response, error) { return p.undoForm(r, form) })
	}
	return dashboard.Redirect(base(r)+"/transactions", r.T("The transaction of %s was undone.", i18n.Bytes(tx.Amount))), nil
}
