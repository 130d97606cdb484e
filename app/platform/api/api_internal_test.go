package api

import (
	"encoding/base64"
	"math"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// callTo is a request for a list, as far as a cursor knows it.
func callTo(address, secret string) *call {
	u, err := url.Parse(address)
	if err != nil {
		panic(err) // the tests write them
	}
	a := &API{cursorKey: []byte(secret)}
	a.config.BaseURL = "https://example.com"
	return &call{api: a, url: u}
}

const listAddress = "/api/guilds/1/bytes/transactions?kind=daily&user=2&limit=5"

func TestACursorBelongsToItsListAndItsFilters(t *testing.T) {
	t.Parallel()
	here := callTo(listAddress, "secret")
	cursor := here.signCursor("120")
	for name, c := range map[string]struct {
		address, secret string
		opens           bool
	}{
		"the same":               {listAddress, "secret", true},
		"another size of a page": {"/api/guilds/1/bytes/transactions?user=2&kind=daily&limit=9&cursor=x", "secret", true},
		"another guild":          {"/api/guilds/2/bytes/transactions?kind=daily&user=2", "secret", false},
		"another filter":         {"/api/guilds/1/bytes/transactions?kind=daily&user=3", "secret", false},
		"no filter":              {"/api/guilds/1/bytes/transactions", "secret", false},
		"another secret":         {listAddress, "other", false},
	} {
		position, ok := callTo(c.address, c.secret).verifyCursor(cursor)
		require.Equal(t, c.opens, ok, name)
		if ok {
			require.Equal(t, "120", position)
		}
	}
	for i := range cursor {
		for _, letter := range []byte("A_9") {
			forged := cursor[:i] + string(letter) + cursor[i+1:]
			_, ok := here.verifyCursor(forged)
			require.Equal(t, forged == cursor, ok, "letter %d", i)
		}
	}
	require.Equal(t,
		"<https://example.com/api/guilds/1/bytes/transactions?cursor="+cursor+`&kind=daily&limit=5&user=2>; rel="next"`,
		here.nextPage("120", 5))
}

func FuzzCursor(f *testing.F) {
	here := callTo(listAddress, "secret")
	f.Add(here.signCursor("120"))
	f.Add("")
	f.Add("AAAA")
	f.Add(strings.Repeat("A", 300))
	f.Add(base64.RawURLEncoding.EncodeToString(make([]byte, signatureLen)))
	f.Fuzz(func(t *testing.T, cursor string) {
		position, ok := here.verifyCursor(cursor)
		if ok && here.signCursor(position) != cursor {
			t.Fatalf("%q opens and is not the cursor of %q", cursor, position)
		}
		if sealed := here.signCursor(cursor); len(sealed) <= maxCursorLen {
			if back, ok := here.verifyCursor(sealed); !ok || back != cursor {
				t.Fatalf("the position %q came back as %q", cursor, back)
			}
		}
	})
}

func FuzzID(f *testing.F) {
	for _, text := range []string{"", "0", "1", "18446744073709551615", "18446744073709551616", "-1", "+1", "1_0", "0x1", " 1", "１", "00000000000000000001", "9223372036854775808"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := web.ParseID(text)
		if want, wrong := strconv.ParseUint(text, 10, 64); err == nil && (wrong != nil || uint64(n) != want) {
			t.Fatalf("%q was read as %d", text, n)
		}
		if err == nil && (len(text) > 20 || strings.Trim(text, "0123456789") != "") {
			t.Fatalf("%q is no id", text)
		}
		var id ID
		if id.UnmarshalText([]byte(text)) == nil && (!id.Given || uint64(id.ID) > math.MaxInt64) {
			t.Fatalf("%q became %v", text, id)
		}
		var row RowID
		if row.UnmarshalText([]byte(text)) == nil && !strings.EqualFold(row.String(), text) {
			t.Fatalf("%q became %s", text, row)
		}
	})
}

func FuzzIfMatch(f *testing.F) {
	for _, text := range []string{"", "*", `"1"`, `W/"1"`, `"1", "2"`, `"01"`, `"`, `""`, `"1`, `1`, `"1","`, `"-1"`, `"9223372036854775808"`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var m IfMatch
		if err := m.UnmarshalText([]byte(text)); err != nil {
			t.Fatal(err)
		}
		for _, version := range []int64{0, 1, 7} {
			held, err := m.Check(version)
			switch {
			case err != nil && strings.Contains(text, "*") && strings.TrimSpace(text) == "*":
				t.Fatal("any version was asked for")
			case err == nil && held != nil && (*held != version || !strings.Contains(text, ETag(version))):
				t.Fatalf("%q was taken for version %d", text, version)
			case err == nil && held == nil && !strings.Contains(text, "*"):
				t.Fatalf("%q set no condition", text)
			}
		}
		var n IfNoneMatch
		_ = n.UnmarshalText([]byte(text)) // never fails
		if n.has(3) && !strings.Contains(text, ETag(3)) && !strings.Contains(text, "*") {
			t.Fatalf("%q was taken for version 3", text)
		}
	})
}

func FuzzBody(f *testing.F) {
	for _, text := range []string{`{}`, `{"a":1}`, `[`, `{"a":"\u0000"}`, `{"a":1e400}`, `"x"`, `{"n":1.5}`, `null`, ``, `{"n":"x","m":{"1":"a"}}`} {
		f.Add(text)
	}
	type input struct {
		N int64            `json:"n"`
		S string           `json:"s"`
		B bool             `json:"b"`
		L []int            `json:"l"`
		M map[string]int64 `json:"m"`
	}
	f.Fuzz(func(t *testing.T, text string) {
		format := jsonFormat()
		var tree any
		err := format.Unmarshal([]byte(text), &tree)
		if err == nil && strings.Contains(text, `\u0000`) && holdsNul(tree) {
			t.Fatalf("%q holds what cannot be stored", text)
		}
		var in input
		typed := format.Unmarshal([]byte(text), &in)
		for _, err := range []error{err, typed} {
			if err != nil && (strings.Contains(err.Error(), "Go ") || strings.Contains(err.Error(), "json:") || strings.Contains(err.Error(), "input")) {
				t.Fatalf("the error for %q names our types: %v", text, err)
			}
		}
	})
}

func TestAddressesAreCountedByCustomer(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"192.0.2.7":         "192.0.2.7",
		"::ffff:192.0.2.7":  "192.0.2.7",
		"2001:db8:1:2:3::4": "2001:db8:1:2::/64",
		"2001:db8:1:2::9":   "2001:db8:1:2::/64",
		"fe80::1%eth0":      "fe80::/64",
	} {
		require.Equal(t, want, web.ClientKey(netip.MustParseAddr(text)), text)
	}
	require.Equal(t, "invalid IP", web.ClientKey(netip.Addr{}), "those that a proxy garbled are counted together")
}
