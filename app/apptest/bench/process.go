package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

const (
	glance   = time.Millisecond // between two looks at what one waits for
	patience = time.Minute      // for a process to come up
	calm     = 10 * time.Second // until a process that has nothing to do is taken for idle
)

// process is a program of ours that runs beside this one; what it says goes into a file.
type process struct {
	command *exec.Cmd
	log     string
	ended   chan struct{} // closed when it has ended
}

// launch starts a program with variables besides the environment.
func (s *stage) launch(ctx context.Context, program string, variables []string, args ...string) (*process, error) {
	p := &process{log: s.file(filepath.Base(program) + ".log"), ended: make(chan struct{})}
	out, err := os.Create(p.log)
	if err != nil {
		return nil, err
	}
	defer out.Close()
	p.command = exec.CommandContext(ctx, program, args...)
	p.command.Dir, p.command.Env = s.dir, append(os.Environ(), variables...)
	p.command.Stdout, p.command.Stderr = out, out
	p.command.Cancel = func() error { return p.command.Process.Signal(syscall.SIGTERM) }
	if err := p.command.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = p.command.Wait() // whoever waits for the process looks at what it said
		close(p.ended)
	}()
	s.running = append(s.running, p)
	return p, nil
}

// end stops the process and waits for it.
func (p *process) end() {
	_ = p.command.Process.Signal(syscall.SIGTERM) // fails for one that has ended
	<-p.ended
}

// until waits until a condition holds.
func (p *process) until(ctx context.Context, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for !holds() {
		select {
		case <-time.After(glance):
		case <-p.ended:
			return fmt.Errorf("%s ended:\n%s", strings.Join(p.command.Args, " "), p.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s is not up: %w\n%s", strings.Join(p.command.Args, " "), ctx.Err(), p.tail())
		}
	}
	return nil
}

func (p *process) said(words string) bool {
	text, err := os.ReadFile(p.log)
	return err == nil && bytes.Contains(text, []byte(words))
}

// tail is the last of what the process said.
func (p *process) tail() string {
	text, _ := os.ReadFile(p.log)
	return string(text[max(0, len(text)-2000):])
}

// memory is how much the process holds, in MiB.
func (p *process) memory() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.command.Process.Pid))
	if err != nil {
		return 0, fmt.Errorf("memory can be read on Linux only: %w", err)
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kib, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(value), " kB"), 64)
			return kib / 1024, err
		}
	}
	return 0, errors.New("the system does not tell how much memory a process holds")
}

// command runs a command of the program to its end and returns what it printed.
func (s *stage) command(ctx context.Context, args ...string) (string, error) {
	c := exec.CommandContext(ctx, s.binary, args...)
	c.Dir = s.dir
	output, err := c.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("smarterdev %s: %w\n%s", args[0], err, output)
	}
	return string(output), nil
}

// freeAddress is one of this machine that nothing listens on.
func freeAddress(ctx context.Context) (string, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// firstPage measures how long it takes from starting serve on a database that is there until the front page
// has come, in milliseconds.
func (s *stage) firstPage(ctx context.Context) (float64, error) {
	database := "sqlite:" + s.file("start.db")
	if _, err := s.prepare(ctx, database, 1000); err != nil {
		return 0, err
	}
	address, err := freeAddress(ctx)
	if err != nil {
		return 0, err
	}
	began := time.Now()
	p, err := s.launch(ctx, s.binary, settingsOf(s.discord, database, address), "serve")
	if err != nil {
		return 0, err
	}
	var took time.Duration
	err = p.until(ctx, func() bool {
		resp, err := http.Get("http://" + address + "/")
		if err != nil {
			return false
		}
		defer resp.Body.Close()
		took = time.Since(began)
		return resp.StatusCode == http.StatusOK
	})
	if err == nil { // what it does after its first page must not be done while another is measured
		err = p.until(ctx, func() bool { return p.said(`"ready"`) })
	}
	p.end()
	return float64(took.Microseconds()) / 1000, err
}

// idle measures what serve holds on SQLite, in a world of its own, once it has had nothing to do for a while.
func (s *stage) idle(world string) measure {
	return func(ctx context.Context) (float64, error) {
		standIn, discord, err := s.startSandbox(ctx, world)
		if err != nil {
			return 0, err
		}
		defer standIn.end()
		address, err := freeAddress(ctx)
		if err != nil {
			return 0, err
		}
		p, err := s.launch(ctx, s.binary, settingsOf(discord, "sqlite:"+s.file("idle.db"), address), "serve")
		if err != nil {
			return 0, err
		}
		defer p.end()
		if err := p.until(ctx, func() bool { return p.said(`"ready"`) }); err != nil {
			return 0, err
		}
		select {
		case <-time.After(calm):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
		return p.memory()
	}
}
