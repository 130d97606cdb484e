package dashboard

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// fullDisk keeps no session.
type fullDisk struct{ sessionStore }

func (fullDisk) create(context.Context, string, string, []byte, time.Time) error {
	return errors.New("the disk is full")
}

// A session that cannot be saved is one error, without the page behind it.
func TestASessionThatCannotBeSavedIsOneResponse(t *testing.T) {
	t.Parallel()
	sealed, err := encryptSessions(fullDisk{}, []byte("a secret"))
	require.NoError(t, err)
	m := newSessions(sealed, false, failOnce(func(w http.ResponseWriter, _ *http.Request, err error) {
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
	}))
	handler := onceFailed(m.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		m.Put(r.Context(), sessionToken, "x")
		w.WriteHeader(http.StatusOK)
		_, err := w.Write([]byte("the page"))
		require.NoError(t, err)
	})))
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Equal(t, "the disk is full\n", w.Body.String())
}
