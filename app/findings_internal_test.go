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
	"github.com/smarter-dev/smarterdev/ui/i18n"
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
		{Name: "squads", Findings: found(finding.Finding{Severity: finding.Warning, Text: i18n.M("A."), Hint: i18n.M("Do a.")}, finding.Finding{Severity: finding.Failure, Text: i18n.M("B."), Hint: i18n.M("Do b.")})},
		{Name: "broken", Findings: func(context.Context, snowflake.ID) ([]finding.Finding, error) { return nil, errors.New("down") }},
		{Name: "bytes", Findings: found(finding.Finding{Severity: finding.Note, Text: i18n.M("C."), Hint: i18n.M("Do c.")})},
	}}
	require.Equal(t, []finding.Finding{
		{Severity: finding.Warning, Text: i18n.M("A."), Hint: i18n.M("Do a.")}, {Severity: finding.Note, Text: i18n.M("C."), Hint: i18n.M("Do c.")},
	}, p.findings(t.Context(), 7))
	var lines []string
	for _, r := range p.checkFeatures(t.Context()) {
		lines = append(lines, r.Name+" "+string(r.Status)+": "+r.Detail.String())
	}
	require.Equal(t, []string{
		"squads degraded: A. Do a.", "squads unhealthy: B. Do b.", "broken unknown: could not be checked", "bytes healthy: C. Do c.",
	}, lines)
}
