package ui

import (
	"time"

	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

// KeyRow is an API key in the list of them.
type KeyRow struct {
	store.APIKey
	State  string // "active", "revoked" or "expired", in the reader's language
	Where  string // "everywhere", or names of guilds
	Revoke string // address of the page that ends it; empty when it is over
}

// SettingsKeys are the API keys.
type SettingsKeys struct {
	Nav  []Link
	New  string
	Keys []KeyRow
}

// Template names the body.
func (SettingsKeys) Template() string { return "settings/keys" }

// Empty says what to do about a list without keys.
func (k SettingsKeys) Empty() Empty {
	return Empty{Icon: "key", Title: i18n.M("No API keys yet"), Text: i18n.M("With a key, a program can read or change what you allow it to."),
		Action: &Action{Label: i18n.M("Create key"), Path: k.New, Icon: "plus"}}
}

// Check is one choice of several.
type Check struct {
	Value, Label, Help string
	Checked            bool
}

// KeyNew is the form of a new API key.
type KeyNew struct {
	Form       Form
	Path, Back string
	Name       Field
	Scopes     []Check
	ScopeError string
	Guilds     []Check
	GuildError string
	Expires    Field
}

// Template names the body.
func (KeyNew) Template() string { return "settings/keynew" }

// KeyMade shows a new key, once.
type KeyMade struct {
	Key  string
	Made store.APIKey
	Back string
}

// Template names the body.
func (KeyMade) Template() string { return "settings/keymade" }

// KeyRevoke asks whether a key is to be ended.
type KeyRevoke struct {
	Form       Form
	Path, Back string
	Key        store.APIKey
}

// Template names the body.
func (KeyRevoke) Template() string { return "settings/keyrevoke" }

// AdminRow is one who administers the installation.
type AdminRow struct {
	Name   string
	ID     string
	Since  *time.Time
	Remove string // address of the form that takes them off; empty when it is the configuration that names them
	Self   bool
}

// SettingsAdmins are those who administer the installation.
type SettingsAdmins struct {
	Nav     []Link
	Form    Form
	Admins  []AdminRow
	Develop bool
}

// Template names the body.
func (SettingsAdmins) Template() string { return "settings/admins" }

// Empty says what to do when nobody administers the installation.
func (SettingsAdmins) Empty() Empty {
	return Empty{Icon: "shield", Title: i18n.M("No administrators"),
		Text: i18n.M("Set ADMIN_DISCORD_IDS to the Discord IDs of the people who should administer this installation, then restart it.")}
}

// Fact is one line of what is so.
type Fact struct{ Name, Value string }

// SettingsSystem says how the installation is set up and how it does.
type SettingsSystem struct {
	Nav    []Link
	Build  []Fact
	Config []Fact
	Health Health
}

// Template names the body.
func (SettingsSystem) Template() string { return "settings/system" }

// SettingsAudit is the installation's own audit log.
type SettingsAudit struct {
	Nav []Link
	Log AuditLog
}

// Template names the body.
func (SettingsAudit) Template() string { return "settings/audit" }
