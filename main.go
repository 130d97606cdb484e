// Command smarterdev is a community platform for Discord servers: bot, API and dashboard in one
// program, with a stand-in for Discord to try it on.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/smarter-dev/smarterdev/app/cli"
)

var version, commit, date string // set by the linker; see the Makefile

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP) // the last when a terminal is closed
	context.AfterFunc(ctx, stop)                                                                           // a second signal ends the process at once
	os.Exit(cli.Run(os.Args[1:], cli.Program{
		Context: ctx, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr, Files: shipped,
		Build: cli.Build{Version: version, Commit: commit, Date: date}.Complete(),
	}))
}
