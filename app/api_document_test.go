package app_test

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/tidwall/gjson"

	"github.com/smarter-dev/smarterdev/store/storetest"
)

// document is the OpenAPI document, with references followed.
type document struct{ gjson.Result }

func (d document) follow(v gjson.Result) gjson.Result {
	for v.Get("$ref").Exists() {
		path := strings.TrimPrefix(v.Get("$ref").Str, "#/")
		v = d.Get(strings.ReplaceAll(path, "/", "."))
	}
	return v
}

func TestEveryOperationIsDocumented(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t))
	doc := document{a.askAs(t, "", http.MethodGet, "/api/openapi.json", nil).is(200).at("@this")}
	require.Equal(t, "3.1.0", doc.Get("openapi").Str)
	require.Equal(t, "https://example.com/api", doc.Get("servers.0.url").Str)
	areas := make(map[string]bool)
	for _, tag := range doc.Get("tags").Array() {
		require.NotEmpty(t, tag.Get("description").Str)
		areas[tag.Get("name").Str] = true
	}
	scopes := make(map[string]bool)
	for _, s := range a.Scopes() {
		scopes[string(s.Scope)] = true
	}
	for _, o := range a.operations(t) {
		t.Run(o.method+" "+o.path, func(t *testing.T) {
			require.NotEmpty(t, o.doc.Get("summary").Str)
			require.Greater(t, len(o.doc.Get("description").Str), 40)
			require.Regexp(t, `^[a-z]+(-[a-z]+)*$`, o.doc.Get("operationId").Str)
			require.True(t, areas[o.doc.Get("tags.0").Str], "its area is described")
			require.JSONEq(t, `[{"key":[]}]`, o.doc.Get("security").Raw)
			if o.scope != "" {
				require.True(t, scopes[o.scope], o.scope)
				require.Contains(t, o.doc.Get("description").Str, "`"+o.scope+"`")
			}
			for _, p := range o.doc.Get("parameters").Array() {
				require.NotEmpty(t, p.Get("description").Str, p.Raw)
				require.True(t, p.Get("schema.examples.0").Exists() || p.Get("schema.enum.0").Exists(), "an example of %s", p.Raw)
			}
			for _, media := range o.doc.Get("requestBody.content").Map() {
				require.True(t, media.Get("example").Exists(), media.Raw)
			}
			doc.checkResponses(t, o)
		})
	}
}

// checkResponses looks at what an operation may answer: a success with an example, and every
// error that any operation may meet.
func (d document) checkResponses(t *testing.T, o operation) {
	t.Helper()
	responses := o.doc.Get("responses").Map()
	success := 0
	for status, r := range responses {
		r = d.follow(r)
		require.NotEmpty(t, r.Get("description").Str, status)
		if status[0] == '2' {
			success++
			if status != "204" {
				require.True(t, r.Get("content.application/json.example").Exists(), r.Raw)
			}
			continue
		}
		if status == "304" {
			require.Contains(t, o.doc.Get("parameters").Raw, `"If-None-Match"`)
			continue
		}
		problem := r.Get(`content.application/problem\+json`)
		require.Equal(t, "#/components/schemas/Problem", problem.Get("schema.$ref").Str, status)
		examples := problem.Get("examples").Map()
		require.NotEmpty(t, examples, status)
		for code, example := range examples {
			require.Equal(t, code, example.Get("value.code").Str)
			require.Equal(t, status, example.Get("value.status").Raw)
			require.NotEmpty(t, example.Get("value.detail").Str)
		}
	}
	require.Equal(t, 1, success)
	wanted := []string{"401", "422", "429", "500", "503"}
	if o.scope != "" {
		wanted = append(wanted, "403")
	}
	if strings.Contains(o.path, "{guild_id}") {
		wanted = append(wanted, "404")
	}
	if o.doc.Get("requestBody").Exists() {
		wanted = append(wanted, "408", "413", "415")
	}
	if strings.Contains(o.doc.Get("parameters").Raw, `"If-Match"`) {
		wanted = append(wanted, "412")
	}
	if strings.Contains(o.doc.Get("parameters").Raw, `"If-None-Match"`) {
		wanted = append(wanted, "304")
	}
	for _, status := range wanted {
		require.Contains(t, responses, status)
	}
}

func TestEverySchemaIsDocumented(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t))
	doc := a.askAs(t, "", http.MethodGet, "/api/openapi.json", nil).is(200)
	for name, schema := range doc.at("components.schemas").Map() {
		require.NotEmpty(t, schema.Get("description").Str, "%s is not described", name)
		require.True(t, schema.Get("examples.0").IsObject(), "%s has no example", name)
		for property, s := range schema.Get("properties").Map() {
			if s.Get("$ref").Exists() {
				continue // the type that it names is described by itself
			}
			require.NotEmpty(t, s.Get("description").Str, "%s.%s is not described", name, property)
			example := schema.Get("examples.0." + property)
			require.True(t, example.Exists(), "%s.%s has no example", name, property)
			require.NotEqual(t, "text", example.Str, "%s.%s has no example of its own", name, property)
		}
	}
	require.Contains(t, doc.at("info.description").Str, "`insufficient_balance`", "the codes are listed")
	require.Equal(t, []any{"string", "null"}, doc.at("components.schemas.Transaction.properties.reverses.type").Value())
	require.Equal(t, "string", doc.at("components.schemas.Send.properties.giver_id.type").Str)
	require.Equal(t, false, doc.at("components.schemas.Send.additionalProperties").Value())
	require.NotContains(t, doc.Body.String(), "$schema")

	yaml := a.askAs(t, "", http.MethodGet, "/api/openapi.yaml", nil).is(200)
	require.Equal(t, "application/openapi+yaml", yaml.Header().Get("Content-Type"))
	require.Contains(t, yaml.Body.String(), "openapi: 3.1.0")
}

func TestTheDocumentLintsClean(t *testing.T) {
	t.Parallel()
	spectral, err := filepath.Abs("../ui/node_modules/.bin/spectral")
	require.NoError(t, err)
	if _, err := os.Stat(spectral); err != nil {
		t.Skip("make node_modules installs Spectral, which this test needs")
	}
	a := open(t, storetest.NewSQLite(t))
	dir := t.TempDir()
	file, rules := filepath.Join(dir, "openapi.json"), filepath.Join(dir, "rules.yaml")
	require.NoError(t, os.WriteFile(file, a.askAs(t, "", http.MethodGet, "/api/openapi.json", nil).is(200).Body.Bytes(), 0o600))
	require.NoError(t, os.WriteFile(rules, []byte("extends: [\"spectral:oas\"]\n"), 0o600))
	out, err := exec.CommandContext(t.Context(), spectral, "lint", file, "--ruleset", rules, "--fail-severity", "hint").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.Contains(t, string(out), "No results")
}

func TestTheReferencePageStandsOnOurOwnFiles(t *testing.T) {
	t.Parallel()
	a := open(t, storetest.NewSQLite(t))
	page := a.askAs(t, "", http.MethodGet, "/api/docs", nil).is(200)
	require.Contains(t, page.Header().Get("Content-Type"), "text/html")
	policy := page.Header().Get("Content-Security-Policy")
	require.Contains(t, policy, "style-src 'self' 'unsafe-inline'")
	require.Contains(t, policy, "script-src 'self';")
	require.Contains(t, page.Body.String(), `apiDescriptionUrl="/api/openapi.json"`)
	require.NotContains(t, page.Body.String(), "https://")
	require.NotContains(t, a.askAs(t, "", http.MethodGet, "/api/openapi.json", nil).Header().Get("Content-Security-Policy"), "unsafe-inline")
	for _, attribute := range []string{`href="`, `src="`} {
		for part := range strings.SplitSeq(page.Body.String(), attribute) {
			address, _, _ := strings.Cut(part, `"`)
			if strings.HasPrefix(address, "/assets/") {
				a.askAs(t, "", http.MethodGet, address, nil).is(200)
			}
		}
	}
}
