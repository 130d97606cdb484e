package api

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// Versioned is a response with the version of the resource as its ETag.
type Versioned[T any] struct {
	Status int
	ETag   string `header:"ETag" doc:"The version of the resource, for If-Match." example:"\"3\""`
	Body   T
}

// WithETag responds with a version of a resource, or with 304 when the caller has it already.
func WithETag[T any](body T, version int64, known IfNoneMatch) *Versioned[T] {
	t := &Versioned[T]{Status: http.StatusOK, ETag: ETag(version), Body: body}
	if known.has(version) {
		t.Status = http.StatusNotModified
	}
	return t
}

// ETag is the entity tag of a version of a resource.
func ETag(version int64) string { return `"` + strconv.FormatInt(version, 10) + `"` }

// IfMatch is the If-Match header: the versions that a change may be based on.
type IfMatch struct{ versions *versions }

// IfNoneMatch is the If-None-Match header: the versions that the caller has.
type IfNoneMatch struct{ versions *versions }

// versions is the list in either header.
type versions struct {
	any  bool // "*"
	list []int64
}

// UnmarshalText reads "*" or a list of ETags. Neither an unknown nor a weak one
// matches.
func (m *IfMatch) UnmarshalText(text []byte) error {
	m.versions = parseVersions(string(text))
	return nil
}

// Schema documents the header.
func (IfMatch) Schema(huma.Registry) *huma.Schema { return etagSchema() }

// Check returns the version that must still be current when the change is made, nil without a
// condition. It fails with stale when current is not one of the listed versions.
func (m IfMatch) Check(current int64) (*int64, error) {
	if m.versions == nil || m.versions.any {
		return nil, nil
	}
	if !slices.Contains(m.versions.list, current) {
		return nil, staleFault()
	}
	return &current, nil
}

// Version is Check for a caller who does not know the current version: it is asked for only when
// several were listed.
func (m IfMatch) Version(current func() (int64, error)) (*int64, error) {
	if m.versions != nil && !m.versions.any && len(m.versions.list) == 1 {
		return &m.versions.list[0], nil
	}
	if m.versions == nil || m.versions.any {
		return nil, nil
	}
	now, err := current()
	if err != nil {
		return nil, err
	}
	return m.Check(now)
}

// UnmarshalText reads "*" or a list of ETags; weak ones count as well.
func (m *IfNoneMatch) UnmarshalText(text []byte) error {
	m.versions = parseVersions(strings.ReplaceAll(string(text), "W/", ""))
	return nil
}

// Schema documents the header.
func (IfNoneMatch) Schema(huma.Registry) *huma.Schema { return etagSchema() }

func (m IfNoneMatch) has(current int64) bool {
	return m.versions != nil && (m.versions.any || slices.Contains(m.versions.list, current))
}

// staleFault is the fault for a change to something that has changed since it was read.
func staleFault() error {
	return fault.New(fault.Stale, "stale",
		"this has changed since it was read; read it again, look at what is new, and repeat the change with the new ETag")
}

func parseVersions(text string) *versions {
	v := new(versions)
	for part := range strings.SplitSeq(text, ",") {
		part = strings.TrimSpace(part)
		if part == "*" {
			v.any = true
		}
		inner, ok := strings.CutPrefix(part, `"`)
		if !ok {
			continue
		}
		if inner, ok = strings.CutSuffix(inner, `"`); !ok {
			continue
		}
		if n, err := strconv.ParseInt(inner, 10, 64); err == nil && strconv.FormatInt(n, 10) == inner {
			v.list = append(v.list, n)
		}
	}
	return v
}

func etagSchema() *huma.Schema {
	return &huma.Schema{Type: huma.TypeString, Examples: []any{`"3"`}}
}
