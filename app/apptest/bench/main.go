// Command bench measures the built program beside what could be done at best in its place: the same
// statement run by pgbench, a handler that answers a constant, a bot of nothing but disgo. make bench runs it
// beside a Postgres and a Redis of its own; rows.go lists what it measures.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"slices"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) (err error) {
	if len(args) == 2 && args[0] == standInFor {
		return serveBaseline(ctx, args[1])
	}
	flags := flag.NewFlagSet("bench", flag.ExitOnError)
	binary := flags.String("binary", "./smarterdev", "the program to measure, built")
	rounds := flags.Int("rounds", 3, "how often ours and the baseline take turns")
	each := flags.Duration("time", 2*time.Second, "how long one of them is loaded in a round")
	only := flags.String("only", "", "a pattern of the rows to measure; empty: all")
	out := flags.String("json", ".cache/bench.json", "where the results are written as JSON")
	_ = flags.Parse(args) // it ends the program itself
	pattern, err := regexp.Compile(*only)
	if err != nil {
		return err
	}
	s, err := newStage(ctx, *binary, *each)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	busy := loadAverage()
	chosen := slices.DeleteFunc(rows(s), func(r row) bool { return !pattern.MatchString(r.name) })
	results := make([]result, len(chosen))
	for i, r := range chosen {
		fmt.Fprintf(os.Stderr, "bench: %d of %d, %s\n", i+1, len(chosen), r.name)
		results[i] = r.measure(ctx, *rounds)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	if err := printTable(os.Stdout, results); err != nil {
		return err
	}
	if err := writeJSON(*out, *rounds, results); err != nil {
		return err
	}
	if busy > float64(runtime.NumCPU()) {
		fmt.Printf("\nThis machine had other work to do (load %.1f on %d processors): trust the ratios more than the figures.\n", busy, runtime.NumCPU())
	}
	fmt.Println("\nas JSON in", *out)
	if slices.ContainsFunc(results, func(r result) bool { return r.Problem != "" }) {
		return errors.New("not everything could be measured; the table says why")
	}
	return nil
}

// loadAverage is how many processes wanted a processor in the last minute; 0 where the system does not tell.
func loadAverage() (load float64) {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	_, _ = fmt.Sscan(string(text), &load) // 0 when it is no number
	return load
}

// measure lets ours and the baseline take turns, each first in every other round.
func (r row) measure(ctx context.Context, rounds int) result {
	if r.once {
		rounds = 1
	}
	var ours, other []float64
	take := func(m measure, into *[]float64) error {
		if m == nil {
			return nil
		}
		v, err := m(ctx)
		*into = append(*into, v)
		return err
	}
	for round := range rounds {
		first := func() error { return take(r.ours, &ours) }
		second := func() error { return take(r.other, &other) }
		if round%2 == 1 {
			first, second = second, first
		}
		for _, turn := range []func() error{first, second} {
			if err := turn(); err != nil {
				return r.judge(nil, nil, err)
			}
		}
	}
	return r.judge(ours, other, nil)
}
