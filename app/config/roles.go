package config

import (
	"fmt"
	"strings"
)

// Roles are the parts of the program that one process runs.
type Roles uint8

// The roles.
const (
	RoleBot  Roles = 1 << iota // the connection to Discord
	RoleWeb                    // the API and the dashboard
	RoleJobs                   // durable work in the background

	AllRoles = RoleBot | RoleWeb | RoleJobs
)

// Has reports whether every role of other is among r.
func (r Roles) Has(other Roles) bool { return r&other == other }

// ParseRoles reads the list that --only takes.
func ParseRoles(names []string) (Roles, error) {
	var roles Roles
	for _, name := range names {
		role, ok := map[string]Roles{"bot": RoleBot, "web": RoleWeb, "jobs": RoleJobs}[strings.TrimSpace(name)]
		if !ok {
			return 0, fmt.Errorf("--only knows bot, web and jobs, not %q", name)
		}
		roles |= role
	}
	if roles == 0 {
		return AllRoles, nil
	}
	return roles, nil
}

// String lists the roles as --only takes them.
func (r Roles) String() string {
	var names []string
	for i, name := range []string{"bot", "web", "jobs"} {
		if r.Has(1 << i) {
			names = append(names, name)
		}
	}
	return strings.Join(names, ",")
}
