package app

import (
	"context"
	"errors"
	"log/slog"
	"testing"

	"github.com/disgoorg/snowflake/v2"
	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/platform"
	"github.com/smarter-dev/smarterdev/app/platform/finding"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

func TestFindingsOfAllFeaturesAreCollected(t *testing.T) {
	t.Parallel()
	found := func(list ...finding.Finding) finding.Source {
		return func(_ context.Context, guild snowflake.ID) ([]finding.Finding, error) {
			if guild != 0 {
				return list[:1], nil
			}
			return list, nil
		}
	}
	p := &Program{setup: Setup{Log: slog.New(slog.DiscardHandler)}, features: []platform.Feature{
		{Name: "silent"},
		{Name: "squads", Findings: found(finding.Finding{Severity: finding.Warning, Text: "A.", Hint: "Do a."}, finding.Finding{Severity: finding.Failure, Text: "B.", Hint: "Do b."})},
		{Name: "broken", Findings: func(context.Context, snowflake.ID) ([]finding.Finding, error) { return nil, errors.New("down") }},
		{Name: "bytes", Findings: found(finding.Finding{Severity: finding.Note, Text: "C.", Hint: "Do c."})},
	}}
	require.Equal(t, []finding.Finding{
		{Severity: finding.Warning, Text: "A.", Hint: "Do a."}, {Severity: finding.Note, Text: "C.", Hint: "Do c."},
	}, p.findings(t.Context(), 7))
	require.Equal(t, []web.CheckResult{
		{Name: "squads", Status: web.Degraded, Detail: "A. Do a."}, {Name: "squads", Status: web.Unhealthy, Detail: "B. Do b."},
		{Name: "broken", Status: web.Unknown, Detail: "could not be checked"}, {Name: "bytes", Status: web.Healthy, Detail: "C. Do c."},
	}, p.checkFeatures(t.Context()))
}
