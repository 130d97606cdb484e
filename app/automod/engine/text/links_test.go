package text_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

func TestLinksAreFoundAsClientsFindThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   []string
	}{
		{"main.py README.md release.zip ok.go example.com", nil},
		{"see https://example.com/a, then", []string{"https://example.com/a"}},
		{"(https://example.com/a(b))", []string{"https://example.com/a(b)"}},
		{"<HTTPS://example.com>.", []string{"HTTPS://example.com"}},
		{"[x](https://a.example) https://b.example**", []string{"https://a.example", "https://b.example"}},
		{"[https://good.example](https://evil.example)", []string{"https://good.example", "https://evil.example"}},
		{`[x](<https://a.example> "title")`, []string{"https://a.example"}},
		{"||https://a.example||", []string{"https://a.example"}},
		{"`https://a.example`", nil},
		{"http:// and https://", nil},
	} {
		var got []string
		for _, link := range read(t, c.source).Links {
			got = append(got, link.Address)
			require.Equal(t, link.Address, c.source[link.Source.Start:link.Source.End])
		}
		require.Equal(t, c.want, got, c.source)
	}
}

func TestHostsAreReadAsBrowsersReadThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		address, host string
		unreadable    bool
	}{
		{"https://example.com/a?b#c", "example.com", false},
		{"https://discord.com@evil.example/gift", "evil.example", false},
		{"HTTPS://Www.EVIL.example.:443/x", "www.evil.example", false},
		{`https://evil.example\@discord.com`, "evil.example", true},
		{"https://evil%2eexample/", "evil.example", true},
		{"https:///evil.example/", "evil.example", true},
		{"https://discord。gg/foobar", "discord.gg", false},
		{"https://ｅｖｉｌ．example/", "evil.example", false},
		{"https://ev\u00adil.example/", "evil.example", false},
		{"https://bücher.example/", "xn--bcher-kva.example", false},
		{"https://[::1]:80/", "::1", false},
		{"http://localhost:%d/", "", false},
		{"https://evil.example../", "", false},
		{"https://.evil.example/", "", false},
		{"http://%s/", "", false},
	} {
		host := text.ReadHost(c.address)
		require.Equal(t, c.host, host.Name, c.address)
		require.Equal(t, c.unreadable, host.Unreadable, c.address)
	}
}

func TestInvites(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		source string
		want   []string
	}{
		{"can discord.gg/home-code be mentioned in chat?", []string{"home-code"}},
		{"https://discord.gg/%66%6f%6f%62%61%72", []string{"foobar"}},
		{"discord.gg/%66oo", []string{"foo"}},
		{"https://discord。gg/FooBar", []string{"FooBar"}},
		{"discord。gg/FooBar", []string{"FooBar"}},
		{"HTTPS://PTB.Discord.com/Invite/foobar?event=1", []string{"foobar"}},
		{"discordapp.com/invite/AbC", []string{"AbC"}},
		{"discord[.]gg/AbC and discord(dot)gg/DeF", []string{"AbC", "DeF"}},
		{"discord.gg/x1/AbC", []string{"x1", "AbC"}},
		{"d||is||cord.gg/AbC", []string{"AbC"}},
		{"ｄｉｓｃｏｒｄ．ｇｇ/AbC", []string{"AbC"}},
		{"[join](https://discord.gg/AbC)", []string{"AbC"}},
		{"`discord.gg/AbC`", []string{"AbC"}},
		{"discord://-/invite/AbC", []string{"AbC"}},
		{"read https://discord.com/safety and https://discord.com/channels/1/2/3", nil},
		{"discord.gg and discord.gg/ and notdiscord.gg/abc and discord.js", nil},
		{"加入discord.gg/AbC", []string{"AbC"}},
	} {
		var got []string
		for _, invite := range read(t, c.source).Invites() {
			got = append(got, invite.Code)
		}
		require.Equal(t, c.want, got, c.source)
	}
}

func TestImitatedDomains(t *testing.T) {
	t.Parallel()
	brands := text.NewBrands([]string{"discord.com", "discord.gg", "steamcommunity.com", "roblox.com"})
	for host, want := range map[string]string{
		"xn--dscord-p9a.com":           "discord.com",
		"dlscord.com":                  "discord.com",
		"discrod.com":                  "discord.com",
		"disc0rd.com":                  "discord.com",
		"discord.com.evil.example":     "discord.com",
		"discord-nitro.gift":           "discord.com",
		"steamcornmunity.com":          "steamcommunity.com",
		"stearncomrnunity.ru":          "steamcommunity.com",
		"xn--rblx-45da.com":            "",
		"discord.com":                  "",
		"cdn.discord.com":              "",
		"discord.js.org":               "",
		"discordjs.guide":              "",
		"discordpy.readthedocs.io":     "",
		"example.com":                  "",
		"discard.example.com":          "",
		"support.discord.gg":           "",
		"127.0.0.1":                    "",
		"localhost":                    "",
		"free-nitro.discordsupport.ru": "discord.com",
	} {
		got, _ := brands.Imitated(host)
		require.Equal(t, want, got, host)
	}
}

func TestDomainsAsOwnersEnterThem(t *testing.T) {
	t.Parallel()
	for entered, want := range map[string]string{
		"Example.COM": "example.com", "*.example.com": "example.com", " https://example.com/x ": "example.com",
		"bücher.example": "xn--bcher-kva.example", "example": "", "": "", "exa mple.com": "", "a/b": "",
	} {
		got, ok := text.ReadDomain(entered)
		require.Equal(t, want != "", ok, entered)
		if ok {
			require.Equal(t, want, got)
		}
	}
	listed := text.Domains{"evil.example": {}}
	require.True(t, listed.Contains("a.b.evil.example"))
	require.False(t, listed.Contains("notevil.example"))
}
