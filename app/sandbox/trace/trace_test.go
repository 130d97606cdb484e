package trace_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/trace"
)

func TestTheLastEntriesAreKept(t *testing.T) {
	t.Parallel()
	var l trace.Log
	list, more := l.After(0)
	require.Empty(t, list)
	for range 1000 {
		l.Add(trace.Entry{Kind: "rest"})
	}
	<-more
	list, _ = l.After(0)
	require.Len(t, list, 400)
	require.EqualValues(t, 601, list[0].Seq)
	list, _ = l.After(998)
	require.Len(t, list, 2)
}

func TestBodiesAreJSON(t *testing.T) {
	t.Parallel()
	var l trace.Log
	l.Add(trace.Entry{Request: json.RawMessage(`{"a":1}`), Response: json.RawMessage(`not JSON`)})
	l.Add(trace.Entry{Request: json.RawMessage(`"` + strings.Repeat("x", 40<<10) + `"`)})
	list, _ := l.After(0)
	data, err := json.Marshal(list)
	require.NoError(t, err)
	require.Contains(t, string(data), `{"a":1}`)
	require.Contains(t, string(data), `"not JSON"`)
	require.Contains(t, string(data), `{"bytes":40962}`)
}
