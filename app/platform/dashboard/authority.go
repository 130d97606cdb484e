package dashboard

import "github.com/smarter-dev/smarterdev/app/platform/access"

// Authority is on whose behalf the person names roles and acts on members: those who administer the
// installation count as the owner of each guild, and everybody else has the rights that they hold
// there.
func (p Person) Authority() access.Authority {
	if p.Admin {
		return access.AsOwner()
	}
	return access.AsMember(p.ID)
}
