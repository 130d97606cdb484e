// Command smarterdev is a community platform for Discord servers: bot, API and dashboard in one
// program, with a stand-in for Discord to try it on.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"

	"github.com/smarter-dev/smarterdev/app"
)

// What the linker is told about this build; see the Makefile.
var version, commit, date string

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

// program is what every command is handed.
type program struct {
	context.Context
	out, err io.Writer
	files    fs.FS
	build    app.Build
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the process at once
	os.Exit(run(os.Args[1:], program{
		Context: ctx, out: os.Stdout, err: os.Stderr, files: shipped,
		build: app.Build{Version: version, Commit: commit, Date: date}.Complete(),
	}))
}

// run reads the command line and the environment, runs one command and returns the exit code.
func run(args []string, p program) int {
	var commands struct {
		Dev         devCommand         `cmd:"" help:"Run everything on this machine with nothing installed and no token."`
		Serve       serveCommand       `cmd:"" help:"Run in production: bot, web and jobs, or some of them."`
		Sandbox     sandboxCommand     `cmd:"" help:"Run only the stand-in for Discord."`
		Migrate     migrateCommand     `cmd:"" help:"Bring the database's schema up to date, or look at it."`
		Verify      verifyCommand      `cmd:"" help:"Prove that the ledger adds up, and print the figures."`
		APIKey      apikeyCommand      `cmd:"" name:"apikey" help:"Make, list and revoke keys to the REST API."`
		Healthcheck healthcheckCommand `cmd:"" help:"Ask the process on this machine whether it lives; for a container's HEALTHCHECK."`
		Version     versionCommand     `cmd:"" help:"Print version, commit and date."`
	}
	lenient := new(app.Lenient)
	parser, err := kong.New(&commands,
		kong.Name("smarterdev"),
		kong.Description("A community platform for Discord servers. Every flag with a name in capitals can be set in the environment or in a file .env."),
		kong.Writers(p.out, p.err),
		kong.NamedMapper("setting", lenient),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err == nil {
		err = readEnvironment(parser.Model)
	}
	if err != nil {
		return p.fail(err, exitFailed)
	}
	command, err := parser.Parse(args)
	if err != nil {
		return p.fail(fmt.Errorf("%w; see smarterdev --help", err), exitUsage)
	}
	problems := lenient.Problems(command)
	switch command.Command() {
	case "dev":
		problems = slices.DeleteFunc(problems, commands.Dev.ignores)
	case "serve":
		commands.Serve.unread, problems = problems, nil // told with everything else that is wrong
	}
	if len(problems) > 0 {
		return p.fail(problems, exitUsage)
	}
	if err := command.Run(p); err != nil {
		return p.fail(err, exitFailed)
	}
	return 0
}

func (p program) fail(err error, code int) int {
	fmt.Fprintln(p.err, "smarterdev:", err)
	return code
}

// readEnvironment adds what a file .env says to the environment, which wins, and forgets variables
// that are set to nothing, so that they do not hide a default.
func readEnvironment(model *kong.Application) error {
	err := godotenv.Load()
	if file := (*fs.PathError)(nil); errors.As(err, &file) && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("reading .env: %w", err)
	} else if err != nil && file == nil { // the parser's words would show a value
		return errors.New("reading .env: a line is not of the form NAME=value, or a quote is not closed")
	}
	return kong.Visit(model, func(node kong.Visitable, next kong.Next) error {
		if flag, ok := node.(*kong.Flag); ok {
			for _, name := range flag.Envs {
				if value, set := os.LookupEnv(name); set && value == "" {
					_ = os.Unsetenv(name) // cannot fail for a name that was found
				}
			}
		}
		return next(nil)
	})
}
