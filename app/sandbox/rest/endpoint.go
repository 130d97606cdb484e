package rest

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const answerIn = 3 * time.Second // an endpoint must answer within it

// Endpoint posts interactions to the address that the application has set for them, signed with its
// key. It is a sink of the world.
type Endpoint struct {
	world  *world.World
	log    *slog.Logger
	client *http.Client
	ctx    context.Context
	stop   context.CancelFunc
	posts  sync.WaitGroup
}

// NewEndpoint makes the poster and lets it listen to the world.
func NewEndpoint(w *world.World, log *slog.Logger) *Endpoint {
	e := &Endpoint{world: w, log: log, client: &http.Client{Transport: &http.Transport{}, Timeout: answerIn}}
	e.ctx, e.stop = context.WithCancel(context.Background())
	w.Listen(e)
	return e
}

// Close gives up what is on its way.
func (e *Endpoint) Close() {
	e.stop()
	e.posts.Wait()
	e.client.CloseIdleConnections()
}

// Notice posts an interaction that the application gets at its endpoint.
func (e *Endpoint) Notice(ev *world.Event, _ world.Sight) {
	it, ok := ev.Data.(*wire.Interaction)
	if !ev.Posted || !ok || e.ctx.Err() != nil {
		return
	}
	e.posts.Go(func() {
		cb, answered, err := e.deliver(ev.JSON())
		if err == nil && answered {
			_, err = e.world.Answer(it.ID, it.Token, cb)
		}
		if err != nil {
			e.log.Warn("an interaction was not answered by the application's endpoint", "interaction", it.ID, "err", err)
			e.world.GiveUp(it.ID)
		}
	})
}

// deliver posts an interaction. An endpoint may also accept it (202) and answer by REST.
func (e *Endpoint) deliver(body []byte) (cb wire.Callback, answered bool, err error) {
	app := e.world.Application()
	resp, err := e.post(e.ctx, app.InteractionsURL, body, app.Signer())
	if err != nil {
		return cb, false, err
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusAccepted, http.StatusNoContent:
		return cb, false, nil
	case http.StatusOK:
	default:
		return cb, false, problem.New(resp.StatusCode, 0, resp.Status)
	}
	raw, files, err := readAnswer(resp)
	if err != nil {
		return cb, false, err
	}
	if err := wire.Decode(raw, &cb); err != nil {
		return cb, false, err
	}
	cb.Data.Files = files
	return cb, true, nil
}

func readAnswer(resp *http.Response) ([]byte, []wire.File, error) {
	kind, params, _ := mime.ParseMediaType(resp.Header.Get("Content-Type"))
	if kind == "multipart/form-data" {
		return readForm(multipart.NewReader(io.LimitReader(resp.Body, mostBody), params["boundary"]))
	}
	raw, err := io.ReadAll(io.LimitReader(resp.Body, mostBody))
	return raw, nil, err
}

// post sends a body with the signature of its timestamp and itself.
func (e *Endpoint) post(ctx context.Context, address string, body []byte, key ed25519.PrivateKey) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	at := strconv.FormatInt(time.Now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Discord-Interactions/1.0 (+https://discord.com)")
	req.Header.Set("X-Signature-Timestamp", at)
	req.Header.Set("X-Signature-Ed25519", hex.EncodeToString(ed25519.Sign(key, append([]byte(at), body...))))
	return e.client.Do(req)
}

// Verify finds out whether an application answers at an address as it must: a PING with a PONG, and
// one with a wrong signature with 401.
func (e *Endpoint) Verify(ctx context.Context, address string) error {
	f := problem.NewForm()
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		f.At("interactions_endpoint_url").Add("URL_TYPE_INVALID_URL", "Not a well formed URL.")
		return f.Err()
	}
	app := e.world.Application()
	ping, err := json.Marshal(map[string]any{
		"id": app.ID, "application_id": app.ID, "type": wire.Ping, "version": 1, "token": "ping", "entitlements": []any{}, "user": e.world.Bot(),
	})
	if err != nil {
		return err
	}
	_, foreign, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	if !e.answers(ctx, address, ping, app.Signer(), http.StatusOK) || !e.answers(ctx, address, ping, foreign, http.StatusUnauthorized) {
		f.At("interactions_endpoint_url").Add("APPLICATION_INTERACTIONS_ENDPOINT_URL_INVALID", "The specified interactions endpoint url could not be verified.")
		return f.Err()
	}
	return nil
}

func (e *Endpoint) answers(ctx context.Context, address string, ping []byte, key ed25519.PrivateKey, want int) bool {
	resp, err := e.post(ctx, address, ping, key)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	var pong struct {
		Type int `json:"type"`
	}
	if resp.StatusCode != want {
		return false
	}
	return want != http.StatusOK || json.NewDecoder(resp.Body).Decode(&pong) == nil && pong.Type == wire.Pong
}

func editApplication(c *call) (any, error) {
	var in world.ApplicationInput
	if err := c.body(&in); err != nil {
		return nil, err
	}
	if in.InteractionsURL.Set && in.InteractionsURL.Value != "" {
		if err := c.api.Endpoint.Verify(c.Context(), in.InteractionsURL.Value); err != nil {
			return nil, err
		}
	}
	if _, err := c.world.EditApplication(in); err != nil {
		return nil, err
	}
	return getApplication(c)
}
