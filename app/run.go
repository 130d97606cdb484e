package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/disgoorg/disgo/discord"
	"golang.org/x/sync/errgroup"

	"github.com/smarter-dev/smarterdev/app/config"
	"github.com/smarter-dev/smarterdev/app/platform/jobs"
)

const (
	// connectTimeout is how long Discord may take to accept the bot.
	connectTimeout = 30 * time.Second
	// maxBackoff bounds the pause between two attempts to connect.
	maxBackoff = time.Minute
)

// Run serves on l, stays connected to Discord and works the queue, as far as the roles of the
// process say, until ctx ends or a part fails. ready is called once, when everything is up. It
// then gives each part the shutdown timeout to finish what it has begun, and closes everything.
func (p *Program) Run(ctx context.Context, l net.Listener, ready func() error) error {
	// The server stops last: the bot's last responses may go to a stand-in that it serves.
	serving, stopServing := context.WithCancel(context.WithoutCancel(ctx))
	defer stopServing()
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return p.web.Serve(serving, l) })
	g.Go(func() error {
		defer stopServing()
		parts, ctx := errgroup.WithContext(ctx)
		up := make(chan struct{}, 2)
		if p.setup.Roles.Has(config.RoleBot) {
			parts.Go(func() error { return p.runBot(ctx, up) })
		} else {
			up <- struct{}{}
		}
		if p.setup.Roles.Has(config.RoleJobs) {
			parts.Go(func() error { return p.runJobs(ctx, up) })
		} else {
			up <- struct{}{}
		}
		parts.Go(func() error {
			for range cap(up) {
				select {
				case <-up:
				case <-ctx.Done():
					return nil
				}
			}
			if err := ready(); err != nil {
				return err
			}
			<-ctx.Done() // a process with the role web alone has nothing else that stays
			return nil
		})
		return parts.Wait()
	})
	err := g.Wait()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = nil
	}
	return errors.Join(err, p.Close())
}

// runBot keeps the bot connected until ctx ends.
func (p *Program) runBot(ctx context.Context, up chan<- struct{}) error {
	err := p.connect(ctx)
	for pause := time.Second; err != nil && p.setup.Insist && ctx.Err() == nil; pause = min(2*pause, maxBackoff) {
		p.setup.Log.Error("Discord does not accept the bot; trying again", "pause", pause, "error", err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
			err = p.connect(ctx)
		}
	}
	if ctx.Err() != nil {
		err = nil // told to stop before it was connected
	}
	if err == nil {
		up <- struct{}{}
		p.sendHeartbeats(ctx)
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	return errors.Join(err, p.bot.Close(stopping))
}

// connect opens the gateway and registers the commands.
func (p *Program) connect(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	if err := p.bot.Open(ctx); err != nil {
		return fmt.Errorf("connect to Discord: %w", err)
	}
	var commands []discord.ApplicationCommandCreate
	for _, f := range p.features {
		commands = append(commands, f.Commands...)
	}
	changed, err := p.bot.Register(ctx, commands, p.setup.CommandGuilds...)
	if err != nil {
		return fmt.Errorf("register commands: %w", err)
	}
	p.setup.Log.Info("connected to Discord", "commands", len(commands), "commands_changed", changed)
	return nil
}

// runJobs works the queue until ctx ends.
func (p *Program) runJobs(ctx context.Context, up chan<- struct{}) error {
	running, err := jobs.Run(ctx, p.Store, p.jobs, p.setup.Log)
	if ctx.Err() != nil && running == nil {
		return nil // told to stop before it was working
	}
	if err != nil {
		return fmt.Errorf("work the queue: %w", err)
	}
	up <- struct{}{}
	<-ctx.Done()
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := running.Stop(stopping); err != nil {
		return fmt.Errorf("stop the queue: %w", err)
	}
	return nil
}
