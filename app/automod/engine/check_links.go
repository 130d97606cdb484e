package engine

import (
	"bytes"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

// linkRead is an address of an event, read.
type linkRead struct {
	part   int
	source text.Span
	host   *text.Host
}

// inviteRead is an invite of an event.
type inviteRead struct {
	part   int
	invite text.Invite
}

// readLinks reads the addresses and invites of all parts, once for all rules.
func (r *reading) readLinks() {
	if r.linked {
		return
	}
	r.linked = true
	for i := range r.parts {
		read := r.parts[i].text
		for k := range read.Links {
			r.links = append(r.links, linkRead{i, read.Links[k].Source, read.Host(k)})
		}
		for _, invite := range read.Invites() {
			r.invites = append(r.invites, inviteRead{i, invite})
		}
	}
}

// linkHits judges each address and each invite by itself: one that is allowed excuses no other.
func (c *Compiled) linkHits(rule *compiledRule, config *Links, e *Event, v *Verdict, match *Match) (hits []Hit) {
	r := e.read()
	r.readLinks()
	certain := false
	for i := range r.links {
		link := &r.links[i]
		var by string
		brand, imitated := rule.brands.Imitated(link.host.Name)
		switch {
		case link.host.Name == "": // no client opens it
			continue
		case link.host.Unreadable && config.Unreadable:
			by = "unreadable"
		case config.DomainMode == DomainsBlock && rule.domains.Contains(link.host.Name):
			by = link.host.Name
		case config.DomainMode == DomainsAllowOnly && !rule.domains.Contains(link.host.Name):
			by = "allow_only"
		case imitated:
			by = brand
		default:
			continue
		}
		certain = true
		hits = append(hits, r.hit(link.part, link.source, by))
	}
	for i := range r.invites {
		found := &r.invites[i]
		judged := c.judgeInvite(config, e, found.invite.Code, v)
		if judged == inviteFine {
			continue
		}
		certain = certain || judged == inviteHit
		hits = append(hits, r.hit(found.part, found.invite.Source, "invites"))
	}
	match.AlertOnly = len(hits) > 0 && !certain
	return hits
}

type inviteJudgement int

const (
	inviteFine inviteJudgement = iota
	inviteAlert
	inviteHit
)

func (c *Compiled) judgeInvite(config *Links, e *Event, code string, v *Verdict) inviteJudgement {
	switch config.Invites {
	case InvitesOff:
		return inviteFine
	case InvitesAll:
		return inviteHit
	}
	if e.Invites != nil {
		if guild, ok := e.Invites.GuildOf(code); ok {
			if guild == c.settings.GuildID || slices.Contains(config.AllowedGuildIDs, guild) {
				return inviteFine
			}
			return inviteHit
		}
	}
	if !slices.Contains(v.Unresolved, code) {
		v.Unresolved = append(v.Unresolved, code)
	}
	switch config.UnknownInvite {
	case UnknownIgnore:
		return inviteFine
	case UnknownHit:
		return inviteHit
	}
	return inviteAlert
}

// fileHits looks at every attachment and, to block, at every part of its extension.
func fileHits(config *FileExtension, e *Event) (hits []Hit) {
	for i := range allFiles(&e.Message) {
		file := &allFiles(&e.Message)[i]
		add := func(by string) {
			hits = append(hits, Hit{
				Part: PartFilename, Index: i, By: by, Text: firstRunes(file.Filename, maxExcerpt), text: file.Filename,
				Length: characters(file.Filename),
			})
		}
		extensions := extensionsOf(file.Filename)
		if config.Sniff && file.Sniffed != "" {
			extensions = append(extensions, file.Sniffed)
		}
		switch config.Mode {
		case ExtensionsBlock:
			for _, extension := range extensions {
				if slices.Contains(config.Extensions, extension) {
					add(extension)
					break
				}
			}
		case ExtensionsAllowOnly:
			last := ""
			if n := len(extensions); n > 0 {
				last = extensions[n-1]
			}
			if !slices.Contains(config.Extensions, last) {
				add("allow_only")
			}
		}
		if config.MaxSize != nil && file.Size > *config.MaxSize {
			add("max_size")
		}
	}
	return hits
}

// allFiles returns what is attached and what was attached to what is forwarded.
func allFiles(m *Message) []Attachment {
	if len(m.Snapshots) == 0 {
		return m.Attachments
	}
	files := slices.Clone(m.Attachments)
	for i := range m.Snapshots {
		files = append(files, allFiles(&m.Snapshots[i])...)
	}
	return files
}

// extensionsOf returns the parts of a name after its first dot, without white space and the marks
// that change the direction of writing.
func extensionsOf(name string) []string {
	name = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, path.Base(name))
	name = strings.TrimRight(name, ".") // Windows drops these
	_, rest, ok := strings.Cut(name, ".")
	if !ok {
		return nil
	}
	return strings.Split(rest, ".")
}

// mentioned returns the people whom a message pings: not oneself, no bots, and not whom it
// replies to.
func (e *Event) mentioned() (people []Snowflake) {
	self := e.person().ID
	for _, user := range e.Message.Mentions {
		if user.ID != self && !user.Bot && user.ID != e.Message.RepliedTo && !slices.Contains(people, user.ID) {
			people = append(people, user.ID)
		}
	}
	return people
}

func mentionHits(rule *compiledRule, config *Mentions, e *Event, w *GuildWindows, match *Match) (hits []Hit) {
	if config.Everyone && !e.Member.MentionEveryone {
		r := e.read()
		for i := range r.parts {
			if hit, ok := everyone(r, i); ok {
				hits = append(hits, hit)
				break
			}
		}
	}
	if len(e.Message.Mentions) == 0 && len(e.Message.MentionRoles) == 0 {
		return hits
	}
	people := e.mentioned()
	roles := slices.Compact(slices.Sorted(slices.Values(e.Message.MentionRoles)))
	if config.Seconds > 0 && e.Kind == KindMessage {
		rule.counted(e, w, config.Seconds, match, func(m *message) bool {
			for _, id := range m.mentions {
				if !slices.Contains(people, id) {
					people = append(people, id)
				}
			}
			for _, id := range m.roleMentions {
				if !slices.Contains(roles, id) {
					roles = append(roles, id)
				}
			}
			return len(m.mentions)+len(m.roleMentions) > 0
		})
	}
	if limit := config.MentionTotalLimit; limit != nil && len(people) >= *limit {
		hits = append(hits, Hit{By: "mention_total_limit", Count: len(people)})
	}
	if limit := config.RoleLimit; limit != nil && len(roles) >= *limit {
		hits = append(hits, Hit{By: "role_limit", Count: len(roles)})
	}
	return hits
}

// everyone finds an attempt to mention everyone, outside code.
func everyone(r *reading, i int) (Hit, bool) {
	part := &r.parts[i]
	if part.place != PartContent {
		return Hit{}, false
	}
	visible := part.text.Visible.Bytes
	for from := 0; ; {
		at := bytes.IndexByte(visible[from:], '@')
		if at < 0 {
			return Hit{}, false
		}
		at += from
		for _, name := range [...]string{"@everyone", "@here"} {
			if bytes.HasPrefix(visible[at:], []byte(name)) {
				source := part.text.Visible.Source(text.Span{Start: at, End: at + len(name)})
				if !part.text.InCode(source) {
					return r.hit(i, source, "everyone"), true
				}
			}
		}
		from = at + 1
	}
}
