package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// goBench runs benchmarks that stand beside the code. Their test binaries are built once.
type goBench struct {
	dir  string // of the binaries
	args []string
	env  []string
	kept map[string]figures // of runs that fill a database for long
}

// figures are what benchmarks reported, by name and unit: "BenchmarkX/sub", "ns/op".
type figures map[string]map[string]float64

// run runs the benchmarks of a name, whose parts may be patterns, and returns what they reported.
func (g *goBench) run(ctx context.Context, pkg, name string) (figures, error) {
	binary := filepath.Join(g.dir, filepath.Base(pkg)+".test")
	if _, err := os.Stat(binary); err != nil {
		if output, err := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, pkg).CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build the benchmarks of %s: %w\n%s", pkg, err, output)
		}
	}
	pattern := "^" + strings.ReplaceAll(name, "/", "$/^") + "$"
	command := exec.CommandContext(ctx, binary, append([]string{"-test.run=^$", "-test.bench=" + pattern}, g.args...)...)
	command.Dir, command.Env = pkg, append(os.Environ(), g.env...)
	output, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, output)
	}
	return parseBench(output)
}

// parseBench reads the lines of benchmarks: the name with the number of processors, how often it
// ran, then values with their units.
func parseBench(output []byte) (figures, error) {
	all := figures{}
	for lines := bufio.NewScanner(bytes.NewReader(output)); lines.Scan(); {
		fields := strings.Fields(lines.Text())
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := fields[0]
		if i := strings.LastIndexByte(name, '-'); i >= 0 {
			if _, err := strconv.Atoi(name[i+1:]); err == nil {
				name = name[:i]
			}
		}
		all[name] = map[string]float64{}
		for i := 2; i+1 < len(fields); i += 2 {
			value, err := strconv.ParseFloat(fields[i], 64)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			all[name][fields[i+1]] = value
		}
	}
	return all, nil
}

func (f figures) of(name, unit string) (float64, error) {
	value, ok := f[name][unit]
	if !ok {
		return 0, fmt.Errorf("%s did not report %s; was it skipped?", name, unit)
	}
	return value, nil
}

// benchmark runs one benchmark again for each figure.
func (s *stage) benchmark(pkg, name, unit string) measure {
	return func(ctx context.Context) (float64, error) {
		found, err := s.bench.run(ctx, pkg, name)
		if err != nil {
			return 0, err
		}
		return found.of(name, unit)
	}
}

// whole runs benchmarks once, for all the rows that are made of them.
func (s *stage) whole(ctx context.Context, pkg, name string) (figures, error) {
	if found, ok := s.bench.kept[name]; ok {
		return found, nil
	}
	found, err := s.bench.run(ctx, pkg, name)
	if err == nil {
		s.bench.kept[name] = found
	}
	return found, err
}

// within is a figure of several benchmarks that are run at once, in another unit.
func (s *stage) within(pkg, all, name, unit string, factor float64) measure {
	return func(ctx context.Context) (float64, error) {
		found, err := s.whole(ctx, pkg, all)
		if err != nil {
			return 0, err
		}
		value, err := found.of(name, unit)
		return value * factor, err
	}
}

// slowest is the largest figure below a benchmark.
func (s *stage) slowest(pkg, name, unit string) measure {
	return func(ctx context.Context) (worst float64, err error) {
		found, err := s.whole(ctx, pkg, name)
		if err != nil {
			return 0, err
		}
		if len(found) == 0 {
			return 0, fmt.Errorf("%s reported nothing; was it skipped?", name)
		}
		for sub := range found {
			value, err := found.of(sub, unit)
			if err != nil {
				return 0, err
			}
			worst = max(worst, value)
		}
		return worst, nil
	}
}
