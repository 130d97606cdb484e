package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/sandbox"
	"github.com/smarter-dev/smarterdev/store/storetest"
)

const (
	accountsInSQLite   = 100_000
	accountsInPostgres = 10_000 // as many as pgbench has
)

// stage is everything that is measured and loaded. What a row needs is started when it is first asked for.
type stage struct {
	binary string
	source string // the source tree, where this program is started
	dir    string // of everything that is written
	each   time.Duration
	bench  goBench

	standIn  *process
	discord  sandbox.Details
	schema   string // on Postgres
	sqlite   server // ours
	postgres server // ours
	constant server // a baseline: see serveBaseline
	bare     server // a baseline: likewise
	running  []*process
}

// server is something that answers the API.
type server struct {
	start func(context.Context) (reached, error)
	at    *reached // nil: not started yet
}

// reach starts the server when it is first asked for.
func (s *server) reach(ctx context.Context) (reached, error) {
	if s.at == nil {
		at, err := s.start(ctx)
		if err != nil {
			return at, err
		}
		s.at = &at
	}
	return *s.at, nil
}

func newStage(ctx context.Context, binary string, each time.Duration) (*stage, error) {
	dir, err := os.MkdirTemp("", "smarterdev-bench-")
	if err != nil {
		return nil, err
	}
	s := &stage{dir: dir, each: each, bench: goBench{
		dir: dir, args: []string{"-test.benchtime=" + each.String(), "-test.timeout=0"}, env: []string{"PROOFS=full"}, kept: map[string]figures{},
	}}
	s.sqlite.start, s.postgres.start = s.startSQLite, s.startPostgres
	s.constant.start, s.bare.start = s.startConstant, s.startBare
	if s.source, err = os.Getwd(); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if s.binary, err = filepath.Abs(binary); err != nil {
		return nil, errors.Join(err, s.close())
	}
	if _, err := os.Stat(s.binary); err != nil {
		return nil, errors.Join(fmt.Errorf("%w; make build makes it", err), s.close())
	}
	s.standIn, s.discord, err = s.startSandbox(ctx, `{}`)
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// close ends every process and removes what was written.
func (s *stage) close() error {
	for _, p := range s.running {
		p.end()
	}
	err := os.RemoveAll(s.dir)
	if s.schema == "" {
		return err
	}
	return errors.Join(err, execute(context.Background(), os.Getenv(storetest.Variable), `DROP SCHEMA `+s.schema+` CASCADE`))
}

func (s *stage) guildPath(below string) string {
	return "/api/guilds/" + s.discord.GuildID.String() + below
}

// load measures how many requests a server answers in a second.
func (s *stage) load(on *server, with func(key string) request) measure {
	return func(ctx context.Context) (float64, error) {
		at, err := on.reach(ctx)
		if err != nil {
			return 0, err
		}
		return load(ctx, at.Address, clients, s.each, with(at.Key))
	}
}

// startSandbox starts a stand-in for Discord with the world of a file.
func (s *stage) startSandbox(ctx context.Context, world string) (*process, sandbox.Details, error) {
	var d sandbox.Details
	file, told := s.file("world.json"), s.file("discord.json")
	if err := os.WriteFile(file, []byte(world), 0o600); err != nil {
		return nil, d, err
	}
	p, err := s.launch(ctx, s.binary, nil, "sandbox", "--listen", "127.0.0.1:0", "--world", file, "--json", told)
	if err != nil {
		return nil, d, err
	}
	err = p.until(ctx, func() bool {
		text, err := os.ReadFile(told)
		return err == nil && json.Unmarshal(text, &d) == nil
	})
	return p, d, err
}

// settingsOf are the environment of serve.
func settingsOf(d sandbox.Details, database, address string) []string {
	return []string{
		"DATABASE_URL=" + database, "LISTEN=" + address, "BASE_URL=http://" + address, "SESSION_SECRET=" + strings.Repeat("bench ", 8),
		"DISCORD_TOKEN=" + d.BotToken, "DISCORD_APPLICATION_ID=" + d.ApplicationID.String(), "DISCORD_API_URL=" + d.APIURL,
		"DISCORD_CLIENT_ID=" + d.ClientID.String(), "DISCORD_CLIENT_SECRET=" + d.ClientSecret,
		"API_RATE_LIMIT=" + strconv.Itoa(unlimited),
	}
}

// serve starts the program on a database with so many accounts.
func (s *stage) serve(ctx context.Context, database string, accounts int, more ...string) (at reached, err error) {
	if at.Key, err = s.prepare(ctx, database, accounts); err != nil {
		return at, err
	}
	if at.Address, err = freeAddress(ctx); err != nil {
		return at, err
	}
	p, err := s.launch(ctx, s.binary, append(settingsOf(s.discord, database, at.Address), more...), "serve")
	if err != nil {
		return at, err
	}
	return at, p.until(ctx, func() bool { return p.said(`"ready"`) })
}

// prepare migrates a database, fills it and returns a key to the API.
func (s *stage) prepare(ctx context.Context, database string, accounts int) (key string, err error) {
	if _, err := s.command(ctx, "migrate", "up", "--database-url", database); err != nil {
		return "", err
	}
	postgres := !strings.HasPrefix(database, "sqlite:")
	if err := execute(ctx, database, storetest.Members(postgres, s.discord.GuildID, accounts)...); err != nil {
		return "", err
	}
	output, err := s.command(ctx, "apikey", "create", "--database-url", database, "--scopes", "read,economy")
	lines := strings.Fields(output)
	if err != nil || len(lines) == 0 {
		return "", errors.Join(err, errors.New("no key was made"))
	}
	return lines[len(lines)-1], nil
}

func (s *stage) startSQLite(ctx context.Context) (reached, error) {
	return s.serve(ctx, "sqlite:"+s.file("api.db"), accountsInSQLite)
}

func (s *stage) startPostgres(ctx context.Context) (reached, error) {
	database, err := s.onPostgres(ctx)
	if err != nil {
		return reached{}, err
	}
	return s.serve(ctx, database, accountsInPostgres, "REDIS_URL="+os.Getenv(redisVariable))
}

// onPostgres is the address of a schema of our own, made at the first call.
func (s *stage) onPostgres(ctx context.Context) (string, error) {
	address := os.Getenv(storetest.Variable)
	if address == "" || os.Getenv(redisVariable) == "" {
		return "", fmt.Errorf("%s or %s is not set; make bench sets them", storetest.Variable, redisVariable)
	}
	if s.schema == "" {
		schema := "bench_" + strings.ToLower(rand.Text())
		if err := execute(ctx, address, `CREATE SCHEMA `+schema); err != nil {
			return "", err
		}
		s.schema = schema
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	q := u.Query()
	q.Set("search_path", s.schema)
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// execute runs statements past the store.
func execute(ctx context.Context, database string, statements ...string) error {
	driver, source := "pgx", database
	if path, ok := strings.CutPrefix(database, "sqlite:"); ok {
		driver, source = "sqlite", "file:"+path+"?_txlock=immediate&_pragma=busy_timeout(10000)"
	}
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	defer db.Close()
	for _, statement := range statements {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// file is a new path in the stage's folder.
func (s *stage) file(name string) string {
	return filepath.Join(s.dir, strings.ToLower(rand.Text()[:8])+"-"+name)
}
