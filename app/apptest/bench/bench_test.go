package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestFiguresOfABenchmarkAreReadByNameAndUnit(t *testing.T) {
	t.Parallel()
	found, err := parseBench([]byte(`goos: linux
BenchmarkSlashCommand/balance/500-a-second-2         	    1147	   2221919 ns/op	       450.1 op/s	        30.6 p99-ms
BenchmarkSlashCommand/echo/500-a-second         	    1147	   2221919 ns/op
PASS
`))
	require.NoError(t, err)
	v, err := found.of("BenchmarkSlashCommand/balance/500-a-second", "p99-ms")
	require.NoError(t, err)
	require.InDelta(t, 30.6, v, 0)
	_, err = found.of("BenchmarkSlashCommand/echo/500-a-second", "p99-ms")
	require.ErrorContains(t, err, "did not report p99-ms")
}

func TestARowIsJudgedByTheMedianOfItsRounds(t *testing.T) {
	t.Parallel()
	r := row{name: "reads", unit: "/s", beside: "a constant", target: atLeastTimes(.5)}
	res := r.judge([]float64{60, 10, 50}, []float64{100, 100, 80}, nil)
	require.Equal(t, []float64{50, 100, .6}, []float64{res.Ours, res.Baseline, res.Ratio})
	require.True(t, res.Met)

	for target, met := range map[target]bool{
		atLeast(50): true, atLeast(51): false, atMost(50): true, atMost(49): false,
		atLeastTimes(.7): false, atMostTimes(.6): true, atMostTimes(.5): false,
	} {
		r.target = target
		require.Equal(t, met, r.judge([]float64{60, 10, 50}, []float64{100, 100, 80}, nil).Met, target)
	}
}

func TestARoundThatFailsLeavesNoFigures(t *testing.T) {
	t.Parallel()
	turns := 0
	r := row{name: "reads", target: atLeast(1), ours: func(context.Context) (float64, error) {
		if turns++; turns == 2 {
			return 0, errors.New("the server is gone")
		}
		return 5, nil
	}}
	res := r.measure(t.Context(), 3)
	require.Equal(t, "the server is gone", res.Problem)
	require.False(t, res.Met)
	var table strings.Builder
	require.NoError(t, printTable(&table, []result{res}))
	require.Contains(t, table.String(), "not measured: the server is gone")
}

func TestOursAndTheBaselineTakeTurns(t *testing.T) {
	t.Parallel()
	var order string
	note := func(who string) measure {
		return func(context.Context) (float64, error) { order += who; return 1, nil }
	}
	row{ours: note("o"), other: note("b")}.measure(t.Context(), 3)
	require.Equal(t, "obboob", order)
}

// The client must read every form in which an answer comes, or it would count something else.
func TestTheLoadCountsAnswersAndStopsAtARefusal(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/short", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok")) })
	mux.HandleFunc("/long", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(strings.Repeat("a line of text\n", 1000))) // too long to be buffered, so it comes in chunks
	})
	mux.HandleFunc("/echo", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer key" || r.ContentLength != 7 {
			http.Error(w, "not as sent", http.StatusBadRequest)
		}
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	address := strings.TrimPrefix(server.URL, "http://")
	requests := [][]byte{get("/short", "key"), get("/long", "key"), post("/echo", "key", `{"a":1}`)}
	rate, err := load(t.Context(), address, 4, 50*time.Millisecond, func(_, n int) []byte { return requests[n%3] })
	require.NoError(t, err)
	require.Positive(t, rate)

	_, err = load(t.Context(), address, 4, 50*time.Millisecond, func(int, int) []byte { return post("/echo", "other", `{}`) })
	require.ErrorContains(t, err, "400 Bad Request: not as sent")
}
