// Package archtest holds the tests that read the source tree: who imports whom, and how tests wait.
package archtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	module = "github.com/smarter-dev/smarterdev"
	root   = "../../.." // of the source tree
)

// arrow says what the packages at or below From may import of ours. The first rule that fits a
// package decides; a package may always import what lies below itself.
type arrow struct {
	from string
	to   []string
}

// arrows is the direction of the house: main → app → features → platform → store, ui.
// "x/..." is x and everything below it, "x" is that package alone, "" is the root.
var arrows = []arrow{
	{"", []string{"app/cli"}},
	{"app/cli", []string{"app", "app/*", "app/platform/*", "store", "ui/..."}},
	{"app/config", []string{"app/platform/logging", "ui"}},
	{"store/...", nil},
	{"ui/...", []string{"store"}},
	{"app/platform/fault", nil},
	{"app/platform", []string{"app/platform/...", "store", "ui/..."}},
	// The API and the dashboard are siblings on one HTTP server, which knows neither.
	{"app/platform/web", []string{"app/platform/fault", "app/platform/logging", "store", "ui/i18n"}},
	{"app/platform/api", append([]string{"app/platform/web"}, besideTheServer...)},
	{"app/platform/dashboard", append([]string{"app/platform/web"}, besideTheServer...)},
	{"app/platform/...", []string{"app/platform/*", "store", "ui/..."}},
	{"app/sandbox/...", []string{"ui/..."}},
	{"app/apptest/greeting", []string{"app/platform/...", "store", "ui/..."}}, // a feature like any other
	{"app/apptest/...", []string{"app", "app/...", "store/...", "ui/..."}},
	{"app", []string{"app/*", "app/platform/...", "store", "ui/..."}},
	{"app/operations/...", []string{"app/config", "app/platform/...", "store", "ui/..."}},
	// A feature uses another's service rarely and one way.
	{"app/squads/...", []string{"app/economy", "app/platform/...", "store", "ui/..."}},
	{"app/automod/...", []string{"app/moderation", "app/platform/...", "store", "ui/..."}},
	{"app/...", []string{"app/platform/...", "store", "ui/..."}}, // every other feature
}

// besideTheServer is what the API and the dashboard may import besides the server.
var besideTheServer = []string{
	"app/platform/access", "app/platform/bus", "app/platform/cache", "app/platform/directory", "app/platform/fault",
	"store", "ui/...",
}

// forTests may be imported by test files besides what the package itself may import: the program
// as a whole, the stand-in and the suites that take factories.
var forTests = []string{"app/apptest", "app/sandbox/...", "store/..."}

// goPackage is what go list tells about a package.
type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

func TestImportsFollowTheArrows(t *testing.T) {
	t.Parallel()
	require.Empty(t, wrongArrows(listPackages(t, "./...")))
}

// The type that may be told to a person must be importable from anywhere.
func TestFaultStandsOnTheStandardLibraryAlone(t *testing.T) {
	t.Parallel()
	for _, p := range listPackages(t, "./app/platform/fault") {
		for _, path := range p.Imports {
			first, _, _ := strings.Cut(path, "/")
			require.NotContains(t, first, ".", "%s imports %s", p.ImportPath, path)
		}
	}
}

func listPackages(t *testing.T, pattern string) []goPackage {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", pattern)
	list.Dir = root
	output, err := list.Output()
	require.NoError(t, err)
	var packages []goPackage
	for decoder := json.NewDecoder(bytes.NewReader(output)); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		packages = append(packages, p)
	}
	require.NotEmpty(t, packages)
	return packages
}

// wrongArrows returns one sentence for each import that no rule allows.
func wrongArrows(packages []goPackage) []string {
	var wrong []string
	for _, p := range packages {
		from, ours := inModule(p.ImportPath)
		if !ours {
			continue
		}
		for what, imports := range map[string][]string{
			"imports": p.Imports, "imports in its tests": slices.Concat(p.TestImports, p.XTestImports),
		} {
			for _, path := range imports {
				to, ours := inModule(path)
				if ours && !allowed(from, to) && (what == "imports" || !matchesAny(to, forTests)) {
					wrong = append(wrong, fmt.Sprintf("%s %s %s", name(from), what, name(to)))
				}
			}
		}
	}
	slices.Sort(wrong)
	return wrong
}

func allowed(from, to string) bool {
	if to == "app/cli" { // the command line is nobody's library
		return from == ""
	}
	if matches(to, from+"/...") && from != "" {
		return true
	}
	for _, rule := range arrows {
		if matches(from, rule.from) {
			return matchesAny(to, rule.to) || strings.HasSuffix(rule.from, "/...") && sameHouse(rule.from, from, to)
		}
	}
	return false
}

// sameHouse reports whether both packages lie in the folder that a rule is about, so that the
// parts of one feature, of the store or of the stand-in may use one another.
func sameHouse(rule, from, to string) bool {
	folder := strings.TrimSuffix(rule, "/...")
	if folder == "app" { // each feature is a house of its own
		folder = strings.Join(strings.SplitN(from, "/", 3)[:2], "/")
	}
	return folder != "app/platform" && matches(to, folder+"/...")
}

func matchesAny(path string, patterns []string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return matches(path, pattern) })
}

// matches knows "x", "x/..." (x and below) and "x/*" (below x alone).
func matches(path, pattern string) bool {
	if folder, ok := strings.CutSuffix(pattern, "/..."); ok {
		return path == folder || strings.HasPrefix(path, folder+"/")
	}
	if folder, ok := strings.CutSuffix(pattern, "/*"); ok {
		return strings.HasPrefix(path, folder+"/")
	}
	return path == pattern
}

func inModule(path string) (string, bool) {
	if path == module {
		return "", true
	}
	return strings.CutPrefix(path, module+"/")
}

func name(path string) string {
	if path == "" {
		return "main"
	}
	return path
}

func TestAPlantedWrongArrowIsNamed(t *testing.T) {
	t.Parallel()
	in := func(path string) string { return strings.TrimSuffix(module+"/"+path, "/") }
	for _, c := range []struct {
		from, to  string
		test      bool
		forbidden bool
	}{
		{from: "", to: "app/cli"},
		{from: "", to: "app", forbidden: true},
		{from: "", to: "store", forbidden: true},
		{from: "app/cli", to: "app"},
		{from: "app/cli", to: "app/config"},
		{from: "app/cli", to: "app/economy"},
		{from: "app/cli", to: "store"},
		{from: "app", to: "app/config"},
		{from: "app", to: "app/cli", forbidden: true},
		{from: "app/apptest", to: "app/cli", forbidden: true},
		{from: "app/economy", to: "app/cli", forbidden: true},
		{from: "app/economy", to: "app/config", forbidden: true},
		{from: "app/operations", to: "app/config"},
		{from: "app/platform/web", to: "app/config", forbidden: true},
		{from: "app/config", to: "app/platform/logging"},
		{from: "app/config", to: "app/platform/web", forbidden: true},
		{from: "app", to: "app/economy"},
		{from: "app", to: "app/sandbox"},
		{from: "app/economy", to: "store"},
		{from: "app/economy", to: "app/platform/bot"},
		{from: "app/economy", to: "app/economy/dice"},
		{from: "app/economy", to: "app", forbidden: true},
		{from: "app/economy", to: "app/squads", forbidden: true},
		{from: "app/economy", to: "app/sandbox", forbidden: true},
		{from: "app/squads", to: "app/economy"},
		{from: "app/automod", to: "app/moderation"},
		{from: "app/automod", to: "app/economy", forbidden: true},
		{from: "app/platform", to: "app/platform/bot"},
		{from: "app/platform", to: "app/economy", forbidden: true},
		{from: "app/platform/web", to: "app/platform/fault"},
		{from: "app/platform/web", to: "app/platform", forbidden: true},
		{from: "app/platform/web", to: "app/platform/api", forbidden: true},
		{from: "app/platform/web", to: "app/platform/dashboard", forbidden: true},
		{from: "app/platform/web", to: "ui", forbidden: true},
		{from: "app/platform/api", to: "app/platform/web"},
		{from: "app/platform/api", to: "app/platform/dashboard", forbidden: true},
		{from: "app/platform/dashboard", to: "app/platform/web"},
		{from: "app/platform/dashboard", to: "app/platform/api", forbidden: true},
		{from: "app/platform/bot", to: "app", forbidden: true},
		{from: "app/platform/fault", to: "store", forbidden: true},
		{from: "app/sandbox", to: "app/sandbox/world"},
		{from: "app/sandbox/rest", to: "app/sandbox/world"},
		{from: "app/sandbox", to: "app/economy", forbidden: true},
		{from: "app/sandbox", to: "store", forbidden: true},
		{from: "store", to: "app/platform/fault", forbidden: true},
		{from: "store/storetest", to: "store"},
		{from: "ui", to: "store"},
		{from: "app/economy", to: "app/apptest", test: true},
		{from: "app/economy", to: "store/storetest", test: true},
		{from: "app/economy", to: "store/storetest", forbidden: true},
		{from: "app/economy", to: "app/squads", test: true, forbidden: true},
	} {
		p := goPackage{ImportPath: in(c.from), Imports: []string{"fmt", in(c.to)}}
		sentence := name(c.from) + " imports " + name(c.to)
		if c.test {
			p.Imports, p.XTestImports = nil, p.Imports
			sentence = name(c.from) + " imports in its tests " + name(c.to)
		}
		want := []string(nil)
		if c.forbidden {
			want = []string{sentence}
		}
		require.Equal(t, want, wrongArrows([]goPackage{p}), "%s → %s", c.from, c.to)
	}
}
