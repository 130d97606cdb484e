package cli

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

// Build says which program this is.
type Build struct {
	Version string // "1.2.3"; "dev" for a build from a source tree
	Commit  string // "unknown" where the linker did not set it
	Date    string // of the commit, RFC 3339
}

// Complete fills what the linker did not set from what the Go tool recorded in the binary.
func (b Build) Complete() Build {
	if info, ok := debug.ReadBuildInfo(); ok {
		b = b.from(info)
	}
	set := func(field *string, otherwise string) {
		if *field == "" {
			*field = otherwise
		}
	}
	set(&b.Version, "dev")
	set(&b.Commit, "unknown")
	set(&b.Date, "unknown")
	return b
}

func (b Build) from(info *debug.BuildInfo) Build {
	if b.Version == "" && info.Main.Version != "(devel)" {
		b.Version = info.Main.Version
	}
	modified := false
	for _, setting := range info.Settings {
		switch {
		case setting.Key == "vcs.revision" && b.Commit == "":
			b.Commit = setting.Value
		case setting.Key == "vcs.time" && b.Date == "":
			b.Date = setting.Value
		case setting.Key == "vcs.modified":
			modified = setting.Value == "true"
		}
	}
	if modified && b.Commit != "" {
		b.Commit += " with changes"
	}
	return b
}

type versionCommand struct{}

// Run prints which program this is.
func (versionCommand) Run(p Program) error {
	b := p.Build
	_, err := fmt.Fprintf(p.Stdout, "smarterdev %s\ncommit %s\ndate   %s\n%s %s/%s\n",
		b.Version, b.Commit, b.Date, runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}
