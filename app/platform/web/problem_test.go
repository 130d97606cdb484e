package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
	"github.com/smarter-dev/smarterdev/store"
)

// answerWith returns what a program is told when a handler ends with err, and the log of it.
func answerWith(t *testing.T, err error) (*httptest.ResponseRecorder, map[string]any, *lines) {
	t.Helper()
	s, log := newServer(web.Config{})
	s.Router().Get("/", func(w http.ResponseWriter, r *http.Request) { web.WriteError(w, r, err) })
	w := ask(s, httptest.NewRequest(http.MethodGet, "/", nil))
	return w, problemIn(t, w), log
}

func problemIn(t *testing.T, w *httptest.ResponseRecorder) map[string]any {
	t.Helper()
	require.Equal(t, "application/problem+json", w.Header().Get("Content-Type"))
	var body map[string]any
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body))
	require.EqualValues(t, w.Code, body["status"])
	require.Equal(t, http.StatusText(w.Code), body["title"])
	require.Equal(t, w.Header().Get("X-Request-ID"), body["request_id"])
	return body
}

func TestEachKindOfFaultHasItsStatus(t *testing.T) {
	t.Parallel()
	for kind, status := range map[fault.Kind]int{
		fault.Refused: 400, fault.Unauthorized: 401, fault.Forbidden: 403, fault.NotFound: 404, fault.Conflict: 409,
		fault.Stale: 412, fault.TooLarge: 413, fault.Invalid: 422, fault.Limited: 429, fault.Unavailable: 503,
	} {
		w, body, _ := answerWith(t, fmt.Errorf("sending: %w", fault.New(kind, "some_code", "a sentence")))
		require.Equal(t, status, w.Code)
		require.Equal(t, "some_code", body["code"])
		require.Equal(t, "a sentence", body["detail"])
		require.Equal(t, kind == fault.Limited || kind == fault.Unavailable, w.Header().Get("Retry-After") != "")
	}
}

func TestFiguresStandBesideTheMembers(t *testing.T) {
	t.Parallel()
	refusal := fault.New(fault.Refused, "insufficient_balance", "you have 60 bytes and need 40 more").
		With("balance", 60).With("shortfall", 40).With("status", "not this one").
		Because(errors.New("canary"))
	w, body, log := answerWith(t, refusal)
	require.EqualValues(t, 60, body["balance"])
	require.EqualValues(t, 40, body["shortfall"])
	require.EqualValues(t, 400, body["status"])
	require.NotContains(t, body, "errors")
	require.NotContains(t, w.Body.String(), "canary")
	require.Empty(t, log.with(t, "internal error"))
}

func TestWrongInputsAreNamed(t *testing.T) {
	t.Parallel()
	var wrong fault.Fields
	wrong.Add("amount", "must be at least 1")
	wrong.Add("reason", "has 300 characters; 200 fit")
	_, body, _ := answerWith(t, wrong.Err())
	require.Equal(t, []any{
		map[string]any{"location": "amount", "message": "must be at least 1"},
		map[string]any{"location": "reason", "message": "has 300 characters; 200 fit"},
	}, body["errors"])
}

func TestRetryAfterIsTheFaultsOwn(t *testing.T) {
	t.Parallel()
	w, _, _ := answerWith(t, fault.New(fault.Limited, "rate_limited", "too many").With("retry_after", 2))
	require.Equal(t, "2", w.Header().Get("Retry-After"))
}

func TestAFigureWithoutJSONDoesNotHideTheProblem(t *testing.T) {
	t.Parallel()
	_, body, _ := answerWith(t, fault.New(fault.Refused, "odd", "a sentence").With("figure", make(chan int)))
	require.Equal(t, "odd", body["code"])
}

func TestInternalErrorsAreLoggedOnceAndToldInGeneralWords(t *testing.T) {
	t.Parallel()
	w, body, log := answerWith(t, errors.New("dial postgres://admin:canary@db"))
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Equal(t, "internal", body["code"])
	require.Contains(t, body["detail"], "internal")
	require.NotContains(t, w.Body.String(), "canary")
	logged := log.with(t, "internal error")
	require.Len(t, logged, 1)
	require.Equal(t, body["request_id"], logged[0]["request_id"])
	require.Contains(t, logged[0]["error"], "canary")
}

func TestUnknownPathsAndMethods(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{})
	none := func(http.ResponseWriter, *http.Request) {}
	s.Router().Get("/thing", none)
	s.Router().Put("/thing", none)

	w := ask(s, httptest.NewRequest(http.MethodGet, "/nothing", nil))
	body := problemIn(t, w)
	require.Equal(t, http.StatusNotFound, w.Code)
	require.Equal(t, "not_found", body["code"])
	require.Contains(t, body["detail"], "/nothing was not found")

	w = ask(s, httptest.NewRequest(http.MethodPost, "/thing", nil))
	body = problemIn(t, w)
	require.Equal(t, http.StatusMethodNotAllowed, w.Code)
	require.Equal(t, "GET, HEAD, PUT", w.Header().Get("Allow"))
	require.Equal(t, "method_not_allowed", body["code"])
}

func TestTooLargeABodyIsRefusedAnnouncedOrNot(t *testing.T) {
	t.Parallel()
	s, _ := newServer(web.Config{BodyLimit: 10})
	s.Router().Post("/", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			web.WriteError(w, r, fmt.Errorf("reading the body: %w", err))
		}
	})
	announced := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("x", 11)))
	streamed := httptest.NewRequest(http.MethodPost, "/", io.NopCloser(strings.NewReader(strings.Repeat("x", 11))))
	require.Negative(t, streamed.ContentLength)
	for _, r := range []*http.Request{announced, streamed} {
		w := ask(s, r)
		require.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
		body := problemIn(t, w)
		require.Equal(t, "too_large", body["code"])
		require.EqualValues(t, 10, body["limit"])
	}
	fits := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("0123456789"))
	require.Equal(t, http.StatusOK, ask(s, fits).Code)
}

func TestADatabaseThatIsGoneIsUnavailable(t *testing.T) {
	t.Parallel()
	w, body, log := answerWith(t, fmt.Errorf("read balance: %w", store.ErrUnavailable))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "unavailable", body["code"])
	require.NotEmpty(t, w.Header().Get("Retry-After"))
	require.Len(t, log.with(t, "unavailable"), 1)
	require.Empty(t, log.with(t, "internal error"))
}

func TestWhoIsNotSignedInIsToldHow(t *testing.T) {
	t.Parallel()
	w, _, _ := answerWith(t, fault.New(fault.Unauthorized, "unauthorized", "an API key is needed"))
	require.Equal(t, `Bearer realm="smarterdev"`, w.Header().Get("WWW-Authenticate"))
}
