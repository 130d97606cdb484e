//go:build !race

package apptest_test

import (
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app"
	"github.com/smarter-dev/smarterdev/app/apptest"
	"github.com/smarter-dev/smarterdev/app/apptest/greeting"
	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/sandbox/sandboxtest"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

// A feature is a folder and one line in the list of features: command, event, job, page, setting with form
// and API, scope, finding and the revert of the audit log all work, and nothing of platform was touched.
func TestAFeatureIsOneLine(t *testing.T) {
	t.Parallel()
	storetest.EachDatabase(t, func(t *testing.T, db storetest.Database) {
		p := apptest.Start(t, db, func(s *app.Setup) {
			s.Files = overlay{s.Files, fstest.MapFS{"ui/greeting/settings.html": {Data: greeting.Template}}}
			s.Features = func(p *app.Program) []platform.Feature {
				return []platform.Feature{
					greeting.Feature(p.Store, s.Log), // the one line
				}
			}
		})
		owner, ken := p.World.Member("Ada"), p.World.Member("Ken")
		require.Contains(t, ken.Run("/greet").Text(), "Welcome!", "the command")

		ken.Write(p.World.ChannelID, "hello")
		ken.WaitMessage(p.World.ChannelID, func(m *sandboxtest.Message) bool { // by the event, the job and the outbox
			return strings.Contains(m.Text(), "Welcome! <@"+ken.ID.String()+">")
		})

		v := p.Visitor()
		v.SignIn(owner, "")
		guild := "/admin/guilds/" + p.World.GuildID.String()
		require.Contains(t, v.Get(guild).Find("nav").Text(), "Greeting", "the tab")
		refused := v.Send(guild+"/greeting", "#page form", url.Values{"text": {strings.Repeat("x", 51)}})
		require.Equal(t, http.StatusUnprocessableEntity, refused.StatusCode)
		require.NotEmpty(t, refused.Find("#error-text").Text())
		saved := v.Send(guild+"/greeting", "#page form", url.Values{"text": {"Good day"}})
		require.Equal(t, http.StatusSeeOther, saved.StatusCode, saved.Text)
		require.Contains(t, ken.Run("/greet").Text(), "Good day", "the form")

		call := func(method, body string, scopes ...string) (int, map[string]any) {
			r, err := http.NewRequestWithContext(t.Context(), method, p.URL+"/api/guilds/"+p.World.GuildID.String()+"/greeting", strings.NewReader(body))
			require.NoError(t, err)
			r.Header.Set("Authorization", "Bearer "+p.Key(scopes...))
			r.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(r)
			require.NoError(t, err)
			defer resp.Body.Close()
			text, err := io.ReadAll(resp.Body)
			require.NoError(t, err)
			var doc map[string]any
			require.NoError(t, json.Unmarshal(text, &doc), string(text))
			return resp.StatusCode, doc
		}
		status, doc := call(http.MethodGet, "", "read")
		require.Equal(t, []any{http.StatusOK, "Good day"}, []any{status, doc["text"]})
		status, _ = call(http.MethodPatch, `{"on": false}`, "read", "config")
		require.Equal(t, http.StatusForbidden, status, "it has a scope of its own")
		status, doc = call(http.MethodPatch, `{"on": false}`, "greeting")
		require.Equal(t, []any{http.StatusOK, false}, []any{status, doc["on"]})
		require.Contains(t, ken.Run("/greet").Text(), "Nobody is greeted here")
		require.Contains(t, v.Get(guild).Find("#page").Text(), "Nobody is greeted.", "the finding")

		for _, want := range []string{"Good day", "Welcome!"} { // first the switch is reverted, then the text
			log := v.Get(guild + "/audit")
			revert := log.Find("td.act a").First()
			if want == "Welcome!" {
				revert = log.Find("td.act a").Last()
			}
			require.Equal(t, http.StatusSeeOther, v.Send(revert.AttrOr("href", ""), "#page form", nil).StatusCode)
			require.Contains(t, ken.Run("/greet").Text(), want)
		}
	})
}

// overlay is files with some more above them.
type overlay struct {
	fs.FS
	above fstest.MapFS
}

func (o overlay) Open(name string) (fs.File, error) {
	if f, err := o.above.Open(name); err == nil && strings.HasSuffix(name, ".html") {
		return f, nil
	}
	return o.FS.Open(name)
}

// Glob finds the files of both.
func (o overlay) Glob(pattern string) ([]string, error) {
	under, err := fs.Glob(o.FS, pattern)
	if err != nil {
		return nil, err
	}
	above, err := fs.Glob(o.above, pattern)
	return append(under, above...), err
}
