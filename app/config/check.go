package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/app/platform/logging"
)

// MinSecret is the least number of bytes in a secret that signs.
const MinSecret = 32

// The values of HTTP.SessionStore: where sessions are kept.
const (
	SessionsInDatabase = "database"
	SessionsInRedis    = "redis"
)

// Problem is one setting with which the program cannot run.
type Problem struct {
	Variable string // the environment variable
	Wrong    string // what is wrong, never with a secret's text
	Hint     string // how to fix it
}

func (p Problem) String() string { return p.Variable + " " + p.Wrong + "; " + p.Hint }

// Problems is everything that is wrong with a configuration, as one error of several lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, 0, len(p)+1)
	switch len(p) {
	case 1:
		lines = append(lines, "the configuration has 1 problem:")
	default:
		lines = append(lines, fmt.Sprintf("the configuration has %d problems:", len(p)))
	}
	for _, problem := range p {
		lines = append(lines, "  "+problem.String())
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) add(variable, wrong, hint string) {
	*p = append(*p, Problem{variable, wrong, hint})
}

// Check returns everything that keeps a process with these roles from running, at once. unread are
// the settings whose text could not be read; they are reported too, and only as such.
func (c Config) Check(roles Roles, unread ...Problem) Problems {
	var p Problems
	c.Stores.check(&p)
	c.checkSharing(&p, roles)
	c.Discord.check(&p, roles)
	c.HTTP.check(&p, roles)
	c.Limits.check(&p)
	c.Logs.check(&p)
	if on, err := strconv.ParseBool(c.DevMode); c.DevMode != "" && (on || err != nil) {
		p.add("DEV_MODE", "is set", "remove it: the command for development is dev, and nothing turns it on here")
	}
	p = slices.DeleteFunc(p, func(found Problem) bool {
		return slices.ContainsFunc(unread, func(u Problem) bool { return u.Variable == found.Variable })
	})
	return append(slices.Clone(unread), p...)
}

// CheckDev returns everything that keeps the command dev from running. discord is nil where it runs
// on the stand-in.
func CheckDev(limits Limits, discord *Discord) Problems {
	var p Problems
	limits.check(&p)
	if discord != nil {
		discord.check(&p, RoleBot)
	}
	return p
}

// checkSharing requires what processes that divide the work must share.
func (c Config) checkSharing(p *Problems, roles Roles) {
	if roles == AllRoles && len(c.ShardIDs) == 0 {
		return
	}
	if !isPostgres(c.DatabaseURL.Reveal()) && c.DatabaseURL != "" {
		p.add("DATABASE_URL", "is a SQLite file, which processes that divide the work cannot share",
			"use postgres://… or run all roles and shards in one process")
	}
	if c.RedisURL == "" {
		p.add("REDIS_URL", "is not set, and processes that divide the work find one another through Redis",
			"set redis://host:6379/0 or run all roles and shards in one process")
	}
}

func isPostgres(address string) bool {
	return strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://")
}

func (s Stores) check(p *Problems) {
	switch address := s.DatabaseURL.Reveal(); {
	case address == "":
		p.add("DATABASE_URL", "is not set", "set sqlite:PATH for a file or postgres://user:password@host/name")
	case isPostgres(address):
		if _, err := url.Parse(address); err != nil {
			p.add("DATABASE_URL", "is not an address", "write postgres://user:password@host/name, with %XX for special characters in the password")
		}
	case !strings.HasPrefix(address, "sqlite:") || address == "sqlite:":
		p.add("DATABASE_URL", "names neither SQLite nor Postgres", "start it with sqlite: and a path, or with postgres://")
	}
	if address := s.RedisURL.Reveal(); address != "" {
		if parsed, err := url.Parse(address); err != nil || !slices.Contains([]string{"redis", "rediss", "unix"}, parsed.Scheme) {
			p.add("REDIS_URL", "is not the address of a Redis", "write redis://host:6379/0, or rediss:// for TLS")
		}
	}
	atLeastOne(p, "DB_POOL_SIZE", s.DBPoolSize)
	atLeastOne(p, "REDIS_POOL_SIZE", s.RedisPoolSize)
}

func atLeastOne(p *Problems, variable string, n int) {
	if n < 1 {
		p.add(variable, fmt.Sprintf("is %d", n), "set at least 1, or leave it out for the default")
	}
}

func (d Discord) check(p *Problems, roles Roles) {
	const portal = "copy it from your application's page at https://discord.com/developers/applications"
	if roles&(RoleBot|RoleJobs) != 0 {
		if d.Token == "" {
			p.add("DISCORD_TOKEN", "is not set", portal)
		}
		if d.ApplicationID == 0 {
			p.add("DISCORD_APPLICATION_ID", "is not set", portal)
		}
	}
	if strings.HasPrefix(d.Token.Reveal(), "Bot ") {
		p.add("DISCORD_TOKEN", `begins with "Bot "`, "set the token without it")
	}
	if roles.Has(RoleWeb) {
		if d.ClientID == 0 {
			p.add("DISCORD_CLIENT_ID", "is not set", portal)
		}
		if d.ClientSecret == "" {
			p.add("DISCORD_CLIENT_SECRET", "is not set", portal)
		}
	}
	switch api, ok := webAddress(d.APIURL); {
	case !ok:
		p.add("DISCORD_API_URL", fmt.Sprintf("is %q", d.APIURL), "write https://host/path, or leave it out for Discord itself")
	case api.Scheme == "http" && !IsLoopback(api.Hostname()):
		p.add("DISCORD_API_URL", fmt.Sprintf("is %q: without https, the bot's token can be read on the way", d.APIURL),
			"use https://; http is for localhost only")
	}
	d.checkShards(p)
}

func (d Discord) checkShards(p *Problems) {
	if d.ShardCount < 0 {
		p.add("SHARD_COUNT", fmt.Sprintf("is %d", d.ShardCount), "set how many shards there are in all, or leave it out")
		return
	}
	if len(d.ShardIDs) > 0 && d.ShardCount == 0 {
		p.add("SHARD_COUNT", "is not set though SHARD_IDS is", "set how many shards there are in all processes together")
		return
	}
	for i, id := range d.ShardIDs {
		if id < 0 || id >= d.ShardCount {
			p.add("SHARD_IDS", fmt.Sprintf("names shard %d of %d", id, d.ShardCount), fmt.Sprintf("use 0 to %d", d.ShardCount-1))
		} else if slices.Contains(d.ShardIDs[:i], id) {
			p.add("SHARD_IDS", fmt.Sprintf("names shard %d twice", id), "name it once")
		}
	}
}

func (h HTTP) check(p *Problems, roles Roles) {
	if _, port, err := net.SplitHostPort(h.Listen); err != nil || !isPort(port) {
		p.add("LISTEN", fmt.Sprintf("is %q", h.Listen), "write HOST:PORT, or :8000 for every address of this machine")
	}
	if roles.Has(RoleWeb) {
		h.checkBase(p)
		if n := len(h.SessionSecret); n < MinSecret {
			p.add("SESSION_SECRET", fmt.Sprintf("has %d bytes and needs %d", n, MinSecret), "generate one with: openssl rand -hex 32")
		}
	}
	if h.SessionIdle != 0 && (h.SessionIdle < 5*time.Minute || h.SessionIdle > 24*time.Hour) {
		p.add("SESSION_IDLE_TIMEOUT", fmt.Sprintf("is %s", h.SessionIdle), "use 5m to 24h")
	}
	if !slices.Contains([]string{SessionsInDatabase, SessionsInRedis}, h.SessionStore) {
		p.add("SESSION_STORE", fmt.Sprintf("is %q", h.SessionStore), "use database or redis")
	}
	if _, ok := webAddress(h.InviteURL); !ok && h.InviteURL != "" {
		p.add("DISCORD_INVITE_URL", fmt.Sprintf("is %q", h.InviteURL), "write https://discord.gg/code, or leave it out")
	}
	if slices.Contains(h.AdminDiscordIDs, snowflake.ID(0)) {
		p.add("ADMIN_DISCORD_IDS", "contains 0, which is not a user ID", "list Discord user IDs, separated by commas")
	}
	if _, err := h.Proxies(); err != nil {
		p.add("TRUSTED_PROXIES", "has an entry that cannot be read: "+err.Error(), "list addresses or ranges, separated by commas")
	}
	for _, origin := range h.CORSOrigins {
		if parsed, ok := webAddress(origin); !ok || parsed.Path != "" {
			p.add("CORS_ORIGINS", fmt.Sprintf("contains %q", origin), "write each as https://host, without a path")
		}
	}
}

func (h HTTP) checkBase(p *Problems) {
	base, ok := webAddress(h.BaseURL)
	switch {
	case h.BaseURL == "":
		p.add("BASE_URL", "is not set", "set the address that people see, such as https://bytes.example.com")
	case !ok || strings.Trim(base.Path, "/") != "":
		p.add("BASE_URL", fmt.Sprintf("is %q", h.BaseURL), "write https://host, without a path")
	case base.Scheme == "http" && !IsLoopback(base.Hostname()):
		p.add("BASE_URL", fmt.Sprintf("is %q: without https, passwords and sessions can be read on the way", h.BaseURL),
			"use https://; http is for localhost only")
	}
}

// Proxies returns TrustedProxies as ranges; the error names the first entry that is neither an address nor a range.
func (h HTTP) Proxies() ([]netip.Prefix, error) {
	prefixes := make([]netip.Prefix, 0, len(h.TrustedProxies))
	for _, text := range h.TrustedProxies {
		prefix, err := parseProxy(text)
		if err != nil {
			return nil, err
		}
		prefixes = append(prefixes, prefix)
	}
	return prefixes, nil
}

func (l Limits) check(p *Problems) {
	if l.APIRateLimit < 0 {
		p.add("API_RATE_LIMIT", fmt.Sprintf("is %d", l.APIRateLimit), "set requests a second, or 0 to turn the limit off")
	}
}

func (l Logs) check(p *Problems) {
	if _, err := logging.ParseLevel(l.LogLevel); err != nil {
		p.add("LOG_LEVEL", fmt.Sprintf("is %q", l.LogLevel), "use debug, info, warn or error")
	}
	if !slices.Contains([]string{"", logging.Text, logging.JSON}, l.LogFormat) {
		p.add("LOG_FORMAT", fmt.Sprintf("is %q", l.LogFormat), "use text or json")
	}
}

// webAddress reads an absolute http or https address without query, fragment or password.
func webAddress(text string) (*url.URL, bool) {
	parsed, err := url.Parse(text)
	if err != nil || parsed.Host == "" || parsed.User != nil || parsed.RawQuery != "" || parsed.Fragment != "" {
		return nil, false
	}
	return parsed, parsed.Scheme == "http" || parsed.Scheme == "https"
}

// IsLoopback reports whether a host name or address is this machine's own.
func IsLoopback(host string) bool {
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

func isPort(text string) bool {
	port, err := strconv.ParseUint(text, 10, 16)
	return err == nil && port <= 65535
}

// parseProxy reads one trusted proxy: an address such as 10.0.0.1 or a range such as 10.0.0.0/8.
func parseProxy(text string) (netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if addr, err := netip.ParseAddr(text); err == nil {
		addr = addr.Unmap().WithZone("")
		return netip.PrefixFrom(addr, addr.BitLen()), nil
	}
	prefix, err := netip.ParsePrefix(text)
	if err != nil {
		return netip.Prefix{}, fmt.Errorf("%q is neither an address like 10.0.0.1 nor a range like 10.0.0.0/8", text)
	}
	return prefix.Masked(), nil
}
