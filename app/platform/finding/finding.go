// Package finding is what a feature finds wrong with an installation or a guild, for those who can fix
// it: in health, on the overview of a guild, and wherever else somebody looks for what needs attention.
package finding

import (
	"context"

	"github.com/disgoorg/snowflake/v2"

	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// Severity is how bad a finding is. Its text is also the state that pages show.
type Severity string

// The severities.
const (
	Note    Severity = "note"     // worth knowing; everything works
	Warning Severity = "degraded" // something works less well, or not for everybody
	Failure Severity = "unhealthy"
)

// Finding is one thing that is wrong.
type Finding struct {
	Severity Severity
	Text     i18n.Text // what is wrong, as a sentence
	Hint     i18n.Text // how to fix it, as a sentence
}

// Source finds what is wrong in a guild, or with guild 0 in the installation as a whole. It is asked
// whenever a page shows findings, so it must be quick.
type Source func(ctx context.Context, guild snowflake.ID) ([]Finding, error)

// InGuild is a source that finds nothing wrong with the installation as a whole: f is asked for guilds alone.
func InGuild(f Source) Source {
	return func(ctx context.Context, guild snowflake.ID) ([]Finding, error) {
		if guild == 0 {
			return nil, nil
		}
		return f(ctx, guild)
	}
}
