package people

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

// summary is a person in the list of those whom one may act as.
type summary struct {
	*wire.User
	Name string `json:"name"`
}

// list finds people whose name begins with q; at most 200, ascending by id.
func (h *Handler) list(a *ask) (any, error) {
	q := strings.ToLower(a.URL.Query().Get("q"))
	found := []summary{}
	for _, u := range h.World.Everyone() {
		if len(found) == 200 {
			break
		}
		if strings.HasPrefix(strings.ToLower(u.Name()), q) || strings.HasPrefix(strings.ToLower(u.Username), q) {
			found = append(found, summary{u, u.Name()})
		}
	}
	return found, nil
}

func (h *Handler) create(a *ask) (any, error) {
	var in struct {
		Username   string    `json:"username"`
		GlobalName string    `json:"global_name"`
		Bot        bool      `json:"bot"`
		NoAvatar   bool      `json:"no_avatar"`
		CreatedAt  time.Time `json:"created_at"`
	}
	if err := a.input(&in); err != nil {
		return nil, err
	}
	u, err := h.World.NewUser(world.Newcomer{
		Username: in.Username, GlobalName: in.GlobalName, Bot: in.Bot, NoAvatar: in.NoAvatar, Created: in.CreatedAt,
	})
	if err != nil {
		return nil, err
	}
	return summary{u, u.Name()}, nil
}

func (h *Handler) state(a *ask) (any, error) {
	me := a.id("me")
	if a.err != nil {
		return nil, a.err
	}
	cursor := h.hub.cursor(me)
	v, err := h.World.See(me, a.query("guild"), a.query("channel"))
	if err != nil {
		return nil, err
	}
	return struct {
		*world.View
		Cursor int64  `json:"cursor"` // a stream after it misses nothing of what is not in here
		CDN    string `json:"cdn"`    // pictures: {cdn}/avatars/{user}/{hash}.svg, {cdn}/icons/{guild}/{hash}.svg
	}{v, cursor, h.CDN}, nil
}

func (h *Handler) change(a *ask) (any, error) {
	var in struct {
		Username   *string `json:"username"`
		GlobalName *string `json:"global_name"`
		Avatar     *bool   `json:"avatar"`
		Status     string  `json:"status"`
		TakesDMs   *bool   `json:"takes_dms"`
		Locale     string  `json:"locale"`
	}
	me := a.id("me")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	u, err := h.World.User(me)
	if err == nil && (in.Username != nil || in.GlobalName != nil || in.Avatar != nil) {
		u, err = h.World.ChangeAccount(me, world.Account{Username: in.Username, GlobalName: in.GlobalName, Avatar: in.Avatar})
	}
	if err != nil {
		return nil, err
	}
	if in.Status != "" {
		h.World.SetPresence(me, in.Status, nil)
	}
	if in.TakesDMs != nil {
		h.World.TakeDirect(me, *in.TakesDMs)
	}
	if in.Locale != "" {
		h.World.UseLanguage(me, in.Locale)
	}
	return summary{u, u.Name()}, nil
}

func (h *Handler) direct(a *ask) (any, error) {
	me := a.id("me")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.MessageBot(me)
}

func (h *Handler) messages(a *ask) (any, error) {
	me, channel := a.id("me"), a.id("channel")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.SeeMessages(me, channel, world.Page{Before: a.query("before"), After: a.query("after"), Limit: 100})
}

// upload is a file as a person attaches it: with its bytes, or with a size alone.
type upload struct {
	Filename    string `json:"filename"`
	ContentType string `json:"content_type"`
	Size        int    `json:"size"`
	Data        []byte `json:"data"` // base64
}

func (u upload) file(index int) wire.File {
	data := u.Data
	if data == nil {
		data = make([]byte, min(max(u.Size, 0), 10<<20))
	}
	return wire.File{Index: index, Name: u.Filename, ContentType: u.ContentType, Data: data}
}

func (h *Handler) write(a *ask) (any, error) {
	var in struct {
		Content     string          `json:"content"`
		ReplyTo     wire.ID         `json:"reply_to"`
		Forward     *wire.Reference `json:"forward"` // channel_id and message_id of what is forwarded
		Poll        *wire.PollInput `json:"poll"`
		Stickers    []wire.ID       `json:"sticker_ids"`
		Attachments []upload        `json:"attachments"`
		Nonce       json.RawMessage `json:"nonce"`
	}
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	m := wire.MessageInput{Content: wire.Given(in.Content), Nonce: in.Nonce, Poll: in.Poll, Stickers: in.Stickers}
	if in.Forward != nil {
		m.Reference = in.Forward
		m.Reference.Type = wire.ForwardReference
	}
	if in.ReplyTo != 0 {
		m.Reference = &wire.Reference{MessageID: in.ReplyTo}
	}
	for i, u := range in.Attachments {
		m.Files = append(m.Files, u.file(i))
	}
	return h.World.Write(me, channel, m)
}

func (h *Handler) edit(a *ask) (any, error) {
	var in struct {
		Content string `json:"content"`
	}
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return h.World.Edit(me, channel, message, wire.MessageInput{Content: wire.Given(in.Content)})
}

func (h *Handler) deleteMessage(a *ask) (any, error) {
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.DeleteMessage(me, channel, message, "")
}

func (a *ask) emoji() wire.Emoji {
	raw := chi.URLParam(a.Request, "emoji")
	if name, err := url.PathUnescape(raw); err == nil && a.URL.RawPath != "" {
		raw = name
	}
	return wire.Emoji{Name: raw}
}

func (h *Handler) react(a *ask) (any, error) {
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.React(me, channel, message, a.emoji())
}

func (h *Handler) unreact(a *ask) (any, error) {
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.Unreact(me, channel, message, me, a.emoji())
}

func (h *Handler) typing(a *ask) (any, error) {
	me, channel := a.id("me"), a.id("channel")
	if a.err != nil {
		return nil, a.err
	}
	return nil, h.World.Typing(me, channel)
}

// asked is what a client learns when it has sent an interaction: under which id its outcome comes.
type asked struct {
	Interaction wire.ID `json:"interaction_id"`
}

func (h *Handler) invoke(a *ask) (any, error) {
	var in struct {
		Command     string                     `json:"command"`
		ID          wire.ID                    `json:"id"`
		Type        int                        `json:"type"`
		Options     map[string]json.RawMessage `json:"options"`
		Attachments map[string]upload          `json:"attachments"`
		Focused     string                     `json:"focused"`
		Target      wire.ID                    `json:"target_id"`
		Nonce       string                     `json:"nonce"`
	}
	me, channel := a.id("me"), a.id("channel")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	files := make(map[string]wire.File)
	for name, u := range in.Attachments {
		files[name] = u.file(0)
	}
	id, err := h.World.Invoke(me, world.Invocation{
		Channel: channel, Command: in.Command, ID: in.ID, Type: in.Type, Options: in.Options, Files: files,
		Focused: in.Focused, Target: in.Target, Nonce: in.Nonce,
	})
	return asked{id}, err
}

func (h *Handler) press(a *ask) (any, error) {
	var in struct {
		CustomID string   `json:"custom_id"`
		Values   []string `json:"values"`
		Nonce    string   `json:"nonce"`
	}
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	id, err := h.World.Press(me, world.Use{Channel: channel, Message: message, CustomID: in.CustomID, Values: in.Values, Nonce: in.Nonce})
	return asked{id}, err
}

func (h *Handler) submit(a *ask) (any, error) {
	var in struct {
		Values map[string][]string `json:"values"`
		Files  map[string][]upload `json:"files"`
		Nonce  string              `json:"nonce"`
	}
	me, modal := a.id("me"), a.id("modal")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	files := make(map[string][]wire.File)
	for name, list := range in.Files {
		for i, u := range list {
			files[name] = append(files[name], u.file(i))
		}
	}
	id, err := h.World.Submit(me, world.Filled{Modal: modal, Values: in.Values, Files: files, Nonce: in.Nonce})
	return asked{id}, err
}

func (h *Handler) dismiss(a *ask) (any, error) {
	me, modal := a.id("me"), a.id("modal")
	if a.err == nil {
		h.World.Dismiss(me, modal)
	}
	return nil, a.err
}

// agree is a person agreeing on the authorize page, without the page.
func (h *Handler) agree(a *ask) (any, error) {
	var in map[string]string
	me := a.id("me")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	q := make(url.Values)
	for k, v := range in {
		q.Set(k, v)
	}
	location, err := h.OAuth.Agree(me, q)
	if err != nil {
		f := problem.NewForm()
		f.Add("OAUTH2", "%s", err)
		return nil, f.Err()
	}
	return map[string]string{"location": location}, nil
}

// vote votes in a poll: for these answers, and no longer for others.
func (h *Handler) vote(a *ask) (any, error) {
	var in struct {
		Answers []int `json:"answer_ids"`
	}
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if err := a.input(&in); err != nil {
		return nil, err
	}
	return nil, h.World.Vote(me, channel, message, in.Answers)
}

func (h *Handler) endPoll(a *ask) (any, error) {
	me, channel, message := a.id("me"), a.id("channel"), a.id("message")
	if a.err != nil {
		return nil, a.err
	}
	return h.World.EndPoll(me, channel, message)
}
