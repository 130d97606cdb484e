// Package config is the configuration of a process: one struct whose tags are its flags, its
// environment variables and their documentation, with the check of what makes no sense.
package config

import (
	"time"

	"github.com/disgoorg/snowflake/v2"
)

// Config is the whole configuration of a production process. Each field is a flag and an
// environment variable; its tags are its documentation. The groups exist because some commands
// take only part of it.
type Config struct {
	Stores  `embed:"" group:"Stores"`
	Discord `embed:"" group:"Discord"`
	HTTP    `embed:"" group:"Web"`
	Limits  `embed:"" group:"Web"`
	Logs    `embed:"" group:"Logs and metrics"`
	Watch   `embed:"" group:"Logs and metrics"`
	DevMode string `env:"DEV_MODE" hidden:""` // read only to refuse it
}

// Stores says where the data is.
type Stores struct {
	DatabaseURL   Secret `name:"database-url" env:"DATABASE_URL" placeholder:"URL" help:"The database: sqlite:PATH or postgres://user:password@host/name."`
	DBPoolSize    int    `name:"db-pool-size" env:"DB_POOL_SIZE" default:"20" type:"setting" placeholder:"N" help:"Size of the connection pool to Postgres; half as many more when busy (default ${default})."`
	RedisURL      Secret `name:"redis-url" env:"REDIS_URL" placeholder:"URL" help:"Redis: redis://host:6379/0. Empty: one inside the process."`
	RedisPoolSize int    `name:"redis-pool-size" env:"REDIS_POOL_SIZE" default:"20" type:"setting" placeholder:"N" help:"Size of the connection pool to Redis (default ${default})."`
}

// Discord says which application the bot is and where Discord is.
type Discord struct {
	Token         Secret       `name:"discord-token" env:"DISCORD_TOKEN" placeholder:"TOKEN" help:"The bot's token."`
	ApplicationID snowflake.ID `name:"discord-application-id" env:"DISCORD_APPLICATION_ID" type:"setting" placeholder:"ID" help:"The application's ID."`
	ClientID      snowflake.ID `name:"discord-client-id" env:"DISCORD_CLIENT_ID" type:"setting" placeholder:"ID" help:"The OAuth2 client ID, for signing in."`
	ClientSecret  Secret       `name:"discord-client-secret" env:"DISCORD_CLIENT_SECRET" placeholder:"SECRET" help:"The OAuth2 client secret."`
	APIURL        string       `name:"discord-api-url" env:"DISCORD_API_URL" default:"https://discord.com/api" placeholder:"URL" help:"The address that /v10/… is appended to, for a stand-in (default ${default})."`
	ShardCount    int          `env:"SHARD_COUNT" type:"setting" placeholder:"N" help:"Shards of the whole installation. Empty: what Discord recommends."`
	ShardIDs      []int        `name:"shard-ids" env:"SHARD_IDS" type:"setting" placeholder:"N,…" help:"The shards of this process. Empty: all."`
}

// HTTP says how people and programs reach us.
type HTTP struct {
	BaseURL         string         `name:"base-url" env:"BASE_URL" placeholder:"URL" help:"The public address: https://host."`
	Listen          string         `env:"LISTEN" default:":8000" placeholder:"ADDR" help:"The address to listen on (default ${default})."`
	SessionSecret   Secret         `env:"SESSION_SECRET" placeholder:"SECRET" help:"Signs cookies and cursors; at least 32 bytes."`
	SessionStore    string         `env:"SESSION_STORE" default:"database" placeholder:"WHERE" help:"Where sessions are stored: database or redis (default ${default})."`
	SessionIdle     time.Duration  `name:"session-idle-timeout" env:"SESSION_IDLE_TIMEOUT" default:"2h" type:"setting" placeholder:"TIME" help:"End a session that is not used for so long, such as 30m or 2h (default ${default})."`
	SessionBindIP   bool           `name:"session-bind-ip" env:"SESSION_BIND_IP" help:"End a session that is used from another address than it started from."`
	InviteURL       string         `name:"discord-invite-url" env:"DISCORD_INVITE_URL" placeholder:"URL" help:"Where /discord redirects: the invitation to the community. Empty: no such page."`
	AdminDiscordIDs []snowflake.ID `name:"admin-discord-ids" env:"ADMIN_DISCORD_IDS" type:"setting" placeholder:"ID,…" help:"User IDs of the administrators of the whole installation."`
	TrustedProxies  []string       `env:"TRUSTED_PROXIES" placeholder:"CIDR,…" help:"Proxies whose X-Forwarded-For is trusted: addresses or ranges."`
	CORSOrigins     []string       `name:"cors-origins" env:"CORS_ORIGINS" placeholder:"ORIGIN,…" help:"Origins whose pages may read the API: https://host."`
}

// Limits bound what one caller may do.
type Limits struct {
	APIRateLimit int `name:"api-rate-limit" env:"API_RATE_LIMIT" default:"30" type:"setting" placeholder:"N" help:"Requests a second for each API key, in bursts of twice that; 0 turns it off (default ${default})."`
}

// Logs says what is logged and where it goes.
type Logs struct {
	LogLevel  string `env:"LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"debug, info, warn or error (default ${default})."`
	LogFormat string `env:"LOG_FORMAT" placeholder:"FORMAT" help:"text or json. Empty: text for dev and sandbox, json for serve."`
	LogFile   string `env:"LOG_FILE" placeholder:"PATH" help:"A file, rotated at 10 MB, keeping five old ones. Empty: stdout."`
}

// Watch says who may observe the process from outside.
type Watch struct {
	MetricsToken Secret `env:"METRICS_TOKEN" placeholder:"TOKEN" help:"Bearer token for /metrics, /health/detailed and pprof. Empty: these exist only where BASE_URL is this machine, for callers on it."`
	SentryDSN    Secret `name:"sentry-dsn" env:"SENTRY_DSN" placeholder:"DSN" help:"Where errors are reported: IDs, routes and kinds of errors, never a name or what somebody wrote. Empty: nowhere."`
}
