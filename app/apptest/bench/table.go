package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"
)

// result is what became of one row.
type result struct {
	Name      string    `json:"name"`
	Unit      string    `json:"unit"`
	Ours      float64   `json:"ours"` // the median of the rounds
	Baseline  float64   `json:"baseline,omitempty"`
	BesideOf  string    `json:"baseline_is,omitempty"`
	Ratio     float64   `json:"ratio,omitempty"` // the median of the rounds' ratios
	Target    string    `json:"target"`
	Met       bool      `json:"met"`
	Problem   string    `json:"problem,omitempty"` // why there are no figures
	OursEach  []float64 `json:"ours_each_round"`
	OtherEach []float64 `json:"baseline_each_round,omitempty"`
}

// judge computes a row's result from what its rounds measured.
func (r row) judge(ours, other []float64, problem error) result {
	res := result{Name: r.name, Unit: r.unit, BesideOf: r.beside, Target: r.target.String(), OursEach: ours, OtherEach: other}
	if problem != nil {
		res.Problem = problem.Error()
		return res
	}
	res.Ours = median(ours)
	if len(other) > 0 {
		res.Baseline = median(other)
		ratios := make([]float64, len(ours))
		for i := range ours {
			ratios[i] = ours[i] / other[i]
		}
		res.Ratio = median(ratios)
	}
	res.Met = r.target.met(res)
	return res
}

func median(of []float64) float64 {
	sorted := slices.Sorted(slices.Values(of))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// target is what a row must reach: a figure, or a multiple of its baseline.
type target struct {
	limit   float64
	most    bool // else at least
	ofOther bool
}

func atLeast(figure float64) target        { return target{limit: figure} }
func atMost(figure float64) target         { return target{limit: figure, most: true} }
func atLeastTimes(multiple float64) target { return target{limit: multiple, ofOther: true} }
func atMostTimes(multiple float64) target  { return target{limit: multiple, most: true, ofOther: true} }

func (t target) met(r result) bool {
	value := r.Ours
	if t.ofOther {
		value = r.Ratio
	}
	if t.most {
		return value <= t.limit
	}
	return value >= t.limit
}

func (t target) String() string {
	sign, times := "≥ ", ""
	if t.most {
		sign = "≤ "
	}
	if t.ofOther {
		times = " ×"
	}
	return sign + strconv.FormatFloat(t.limit, 'f', -1, 64) + times
}

// printTable writes the results for people.
func printTable(out io.Writer, results []result) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "what\tours\tbaseline\tratio\ttarget\t")
	for _, r := range results {
		ours, other, ratio, verdict := figure(r.Ours)+" "+r.Unit, "", "", "missed"
		if r.Met {
			verdict = "met"
		}
		if r.BesideOf != "" {
			other, ratio = figure(r.Baseline)+" ("+r.BesideOf+")", strconv.FormatFloat(r.Ratio, 'f', 2, 64)
		}
		if r.Problem != "" {
			ours, other, ratio, verdict = "–", "", "", "not measured: "+r.Problem
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.Name, ours, other, ratio, r.Target, verdict)
	}
	return w.Flush()
}

// figure has three digits or so, whatever its size.
func figure(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	case v >= 1:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return strconv.FormatFloat(v, 'f', 3, 64)
}

// writeJSON writes the results for programs.
func writeJSON(path string, rounds int, results []result) error {
	text, err := json.MarshalIndent(map[string]any{
		"at": time.Now().UTC(), "go": runtime.Version(), "cpus": runtime.NumCPU(), "rounds": rounds, "rows": results,
	}, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, append(text, '\n'), 0o644)
}
