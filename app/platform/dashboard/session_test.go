package dashboard

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// keepers are every place that sessions can be kept in.
func keepers(t *testing.T, test func(t *testing.T, keeper sessionStore)) {
	t.Run("redis", func(t *testing.T) {
		t.Parallel()
		client := redis.NewClient(&redis.Options{Addr: miniredis.RunT(t).Addr()})
		t.Cleanup(func() { require.NoError(t, client.Close()) })
		test(t, newRedisSessions(client))
	})
	storetest.Each(t, func(t *testing.T, s *store.Store) { test(t, databaseSessions{s, time.Now}) })
}

func TestSessionsAreSealedAndEndEverywhere(t *testing.T) {
	t.Parallel()
	keepers(t, func(t *testing.T, keeper sessionStore) {
		vault, err := encryptSessions(keeper, []byte("a secret"))
		require.NoError(t, err)
		ada, grace := Person{ID: 1, Name: "Ada"}, Person{ID: 2, Name: "Grace"}
		expiry := time.Now().Add(time.Hour)
		save := func(token string, who Person) {
			text, err := sessionCodec{}.Encode(expiry, map[string]any{sessionPerson: who.text(), sessionAccess: "discord-token"})
			require.NoError(t, err)
			require.NoError(t, vault.CommitCtx(t.Context(), token, text, expiry))
		}
		save("one", ada)
		save("two", ada)
		save("three", grace)

		raw, found, err := keeper.find(t.Context(), "one")
		require.NoError(t, err)
		require.True(t, found)
		require.NotContains(t, string(raw), "Ada")
		require.NotContains(t, string(raw), "discord-token")
		text, found, err := vault.FindCtx(t.Context(), "one")
		require.NoError(t, err)
		require.True(t, found)
		deadline, values, err := sessionCodec{}.Decode(text)
		require.NoError(t, err)
		require.True(t, expiry.Equal(deadline))
		require.Equal(t, ada, parsePerson(values[sessionPerson].(string)))

		require.NoError(t, keeper.create(t.Context(), "stolen", ada.Key(), raw, expiry))
		_, found, err = vault.FindCtx(t.Context(), "stolen")
		require.NoError(t, err)
		require.False(t, found, "a session under another token is not found")
		other, err := encryptSessions(keeper, []byte("another secret"))
		require.NoError(t, err)
		_, found, err = other.FindCtx(t.Context(), "one")
		require.NoError(t, err)
		require.False(t, found, "a session of another secret is not found")

		require.NoError(t, vault.deleteAll(t.Context(), ada))
		for token, want := range map[string]bool{"one": false, "two": false, "three": true} {
			_, found, err := vault.FindCtx(t.Context(), token)
			require.NoError(t, err)
			require.Equal(t, want, found, token)
		}
		require.NoError(t, vault.DeleteCtx(t.Context(), "three"))
		_, found, err = vault.FindCtx(t.Context(), "three")
		require.NoError(t, err)
		require.False(t, found)
	})
}

// A request that is under way while its session ends does not bring the session back.
func TestEndedSessionsStayEnded(t *testing.T) {
	t.Parallel()
	keepers(t, func(t *testing.T, keeper sessionStore) {
		vault, err := encryptSessions(keeper, []byte("secret"))
		require.NoError(t, err)
		m := newSessions(vault, false, func(_ http.ResponseWriter, _ *http.Request, err error) { t.Errorf("the session failed: %s", err) })
		ada := Person{ID: 1, Name: "Ada"}
		handle := func(handler func(r *http.Request), cookies ...*http.Cookie) []*http.Cookie {
			r := httptest.NewRequest(http.MethodGet, "/", nil)
			for _, cookie := range cookies {
				r.AddCookie(cookie)
			}
			w := httptest.NewRecorder()
			m.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { handler(r) })).ServeHTTP(w, r)
			return w.Result().Cookies()
		}
		person := func(cookies []*http.Cookie) (found string) {
			handle(func(r *http.Request) { found = m.GetString(r.Context(), sessionPerson) }, cookies...)
			return found
		}
		for name, end := range map[string]func(r *http.Request) error{
			"signed out":            func(r *http.Request) error { return m.Destroy(r.Context()) },
			"signed out everywhere": func(r *http.Request) error { return vault.deleteAll(r.Context(), ada) },
			"signed in again":       func(r *http.Request) error { return m.RenewToken(r.Context()) },
		} {
			cookies := handle(func(r *http.Request) { m.Put(r.Context(), sessionPerson, ada.text()) })
			handle(func(r *http.Request) { m.Put(r.Context(), sessionToken, "x") }, cookies...)
			require.Equal(t, ada.text(), person(cookies), "a session is saved more than once")
			handle(func(slow *http.Request) {
				m.Put(slow.Context(), sessionFlash, "done")
				handle(func(r *http.Request) { require.NoError(t, end(r)) }, cookies...)
			}, cookies...)
			require.Empty(t, person(cookies), name)
		}
	})
}

// recorded is a place for sessions that remembers until when the last one is kept.
type recorded struct {
	sessionStore
	until time.Time
}

func (r *recorded) create(_ context.Context, _, _ string, _ []byte, expiry time.Time) error {
	r.until = expiry
	return nil
}

func TestAnonymousSessionsAreKeptForMinutes(t *testing.T) {
	t.Parallel()
	var kept recorded
	vault, err := encryptSessions(&kept, []byte("secret"))
	require.NoError(t, err)
	for person, lasts := range map[Person]time.Duration{{}: 10 * time.Minute, {ID: 1, Name: "Ada"}: 24 * time.Hour} {
		deadline := time.Now().Add(24 * time.Hour)
		text, err := sessionCodec{}.Encode(deadline, map[string]any{sessionPerson: person.text()})
		require.NoError(t, err)
		require.NoError(t, vault.CommitCtx(t.Context(), "token", text, deadline))
		require.WithinDuration(t, time.Now().Add(lasts), kept.until, time.Minute, person.Name)
	}
}

func TestSessionCookies(t *testing.T) {
	t.Parallel()
	fail := func(http.ResponseWriter, *http.Request, error) { t.Error("the session failed") }
	for secure, name := range map[bool]string{false: "session", true: "__Host-session"} {
		vault, err := encryptSessions(databaseSessions{storetest.SQLite(t), time.Now}, []byte("secret"))
		require.NoError(t, err)
		m := newSessions(vault, secure, fail)
		w := httptest.NewRecorder()
		m.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			m.Put(r.Context(), sessionToken, "x")
			_, _ = io.WriteString(w, "ok")
		})).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		cookies := w.Result().Cookies()
		require.Len(t, cookies, 1)
		require.Equal(t, name, cookies[0].Name)
		require.Equal(t, secure, cookies[0].Secure)
		require.True(t, cookies[0].HttpOnly)
		require.Equal(t, "/", cookies[0].Path)
		require.Empty(t, cookies[0].Domain)
		require.Equal(t, http.SameSiteLaxMode, cookies[0].SameSite)
		require.WithinDuration(t, time.Now().Add(24*time.Hour), cookies[0].Expires, time.Minute)
	}
}

func TestTokensDifferInEveryPage(t *testing.T) {
	t.Parallel()
	one, two := maskToken("ATOKEN"), maskToken("ATOKEN")
	require.NotEqual(t, one, two)
	require.Equal(t, "ATOKEN", unmaskToken(one))
	require.Equal(t, "ATOKEN", unmaskToken(two))
	require.Empty(t, maskToken(""))
	for _, text := range []string{"", "A", "ATOKEN!", "AAAA"} {
		require.NotEqual(t, "ATOKEN", unmaskToken(text))
	}
}

func TestASessionReadsEightStreams(t *testing.T) {
	t.Parallel()
	l := &live{readers: make(map[*reader]struct{})}
	var closeOne func()
	for range mostStreams {
		_, unsubscribe, err := l.subscribe("one")
		require.NoError(t, err)
		closeOne = unsubscribe
	}
	_, _, err := l.subscribe("one")
	require.ErrorContains(t, err, "already has 8 pages open")
	_, _, err = l.subscribe("another")
	require.NoError(t, err)
	closeOne()
	_, _, err = l.subscribe("one")
	require.NoError(t, err)
}

func TestASessionHoldsTextAlone(t *testing.T) {
	t.Parallel()
	_, err := sessionCodec{}.Encode(time.Now(), map[string]any{"n": 5})
	require.ErrorContains(t, err, "n is a int")
	_, _, err = sessionCodec{}.Decode([]byte("{"))
	var syntax *json.SyntaxError
	require.ErrorAs(t, err, &syntax)
	require.False(t, parsePerson("nonsense").Known())
	require.Empty(t, Person{}.Key())
	require.Equal(t, "developer:ada", Person{Name: "ada"}.Key())
}

func TestCausesAreListedFromTheOutsideIn(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("save: %w", fmt.Errorf("%w: %w", store.ErrUnavailable, os.ErrDeadlineExceeded))
	text := causes(err)
	require.Contains(t, text, "save: ")
	require.Contains(t, text, "i/o timeout")
	require.Equal(t, "*errors.errorString: x\n", causes(errors.New("x")))
	require.Equal(t, "The database is gone.", sentence("the database is gone"))
	require.Equal(t, "Why?", sentence("why?"))
	require.Empty(t, sentence(""))
}

func TestCellsThatWouldRunAreQuoted(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "plain": "plain", "12": "12", "-12": "-12", "=1+1": "'=1+1", "+1": "'+1", "-1+1": "'-1+1", "@SUM(A1)": "'@SUM(A1)",
		"\tx": "'\tx", "\rx": "'\rx", "\nx": "'\nx", "a=b": "a=b", "a\tb": "a\tb",
		";=1": ";'=1", "a;=1+1": "a;'=1+1", "a\t=1": "a\t'=1", "a|@x": "a|'@x", "a;;-1": "a;;'-1", "a; b|c": "a; b|c",
		"A-B; C": "A-B; C", "＝1": "'＝1", "＋1": "'＋1", "－1": "'－1", "＠x": "'＠x", "a;＝1": "a;'＝1",
	} {
		require.Equal(t, want, escapeFormula(cell))
	}
}
