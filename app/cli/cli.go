// Package cli is the command line: it reads flags and environment, runs one command and decides the
// exit code. A command is a struct whose fields are its flags.
package cli

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"github.com/alecthomas/kong"
	"github.com/smarter-dev/smarterdev/app/config"
)

// Exit codes.
const (
	exitFailed = 1
	exitUsage  = 2
)

// Program is what every command is given.
type Program struct {
	context.Context           // ends when the process is asked to stop
	Stdin           io.Reader // answers questions; nil when nobody can
	Stdout, Stderr  io.Writer // Stderr takes what went wrong, so that Stdout can be piped
	Files           fs.FS     // what ships inside the binary: migrations, ui, dist
	Build           Build
}

// Run reads the command line and the environment, runs one command and returns the exit code.
func Run(args []string, p Program) int {
	var commands struct {
		ShowVersion bool               `name:"version" help:"Print version, commit and date."`
		Dev         devCommand         `cmd:"" help:"Run everything on this machine; no token and no services needed."`
		Serve       serveCommand       `cmd:"" help:"Run in production: bot, web and jobs, or some of them."`
		Sandbox     sandboxCommand     `cmd:"" help:"Run only the stand-in for Discord."`
		Migrate     migrateCommand     `cmd:"" help:"Apply, list or revert migrations of the database schema."`
		Verify      verifyCommand      `cmd:"" help:"Check that the ledger adds up and print the totals."`
		Backup      backupCommand      `cmd:"" help:"Write a copy of the database to a file, and prove that it can be restored."`
		Restore     restoreCommand     `cmd:"" help:"Put a backup in the place of the database."`
		Export      exportCommand      `cmd:"" help:"Write the data as JSON lines that every engine can import, all of it or one server."`
		Import      importCommand      `cmd:"" help:"Read an export into an empty database."`
		Held        heldCommand        `cmd:"" help:"List, release or drop the jobs that a restore or an import holds."`
		APIKey      apikeyCommand      `cmd:"" name:"apikey" help:"Create, list and revoke keys for the REST API."`
		Healthcheck healthcheckCommand `cmd:"" help:"Check that the process on this machine is alive; for a container's HEALTHCHECK."`
		Version     versionCommand     `cmd:"" help:"Print version, commit and date."`
	}
	lenient := new(config.Lenient)
	helped := false // kong has printed help, and goes on
	parser, err := kong.New(&commands,
		kong.Name("smarterdev"),
		kong.Description("A community platform for Discord servers. Every flag with a name in capitals can be set in the environment or in a file named .env."),
		kong.Exit(func(int) { helped = true }),
		kong.Writers(p.Stdout, p.Stderr),
		kong.NamedMapper("setting", lenient),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err == nil {
		err = readEnvironment(parser.Model)
	}
	if err != nil {
		return p.fail(err, exitFailed)
	}
	command, err := parser.Parse(spelledOut(args))
	if helped {
		return 0
	}
	if err != nil {
		return p.fail(fmt.Errorf("%w; see smarterdev --help", err), exitUsage)
	}
	if commands.ShowVersion {
		if err := commands.Version.Run(p); err != nil {
			return p.fail(err, exitFailed)
		}
		return 0
	}
	problems := lenient.Problems(command)
	switch command.Command() {
	case "dev":
		problems = slices.DeleteFunc(problems, commands.Dev.ignores)
	case "serve":
		commands.Serve.unread, problems = problems, nil // reported with everything else that is wrong
	}
	if len(problems) > 0 {
		return p.fail(problems, exitUsage)
	}
	if err := command.Run(p); err != nil {
		return p.fail(err, exitFailed)
	}
	return 0
}

// spelledOut turns what people type first into flags and commands.
func spelledOut(args []string) []string {
	switch {
	case len(args) == 0:
		return []string{"--help"}
	case args[0] == "help":
		return append(slices.Clone(args[1:]), "--help")
	case args[0] == "--version":
		return []string{"version"}
	}
	return args
}

func (p Program) fail(err error, code int) int {
	fmt.Fprintln(p.Stderr, "smarterdev:", err)
	return code
}

// readEnvironment adds the variables of a .env file to the environment, which takes precedence, and
// unsets variables that are empty, so that they do not hide a default.
func readEnvironment(model *kong.Application) error {
	if err := checkOwner(".env"); err != nil {
		return err
	}
	if err := loadDotEnv(); err != nil {
		return err
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
