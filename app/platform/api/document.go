package api

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// complete adds to the document what no single operation knows: what the whole is about, the
// shared responses, and an example of every body, put together from those of its fields.
func (d *documentation) complete(doc *huma.OpenAPI) {
	doc.Info = &huma.Info{
		Title: "Smarter Dev", Version: cmp.Or(d.api.config.Version, "dev"), Description: d.introduction(),
		Contact: &huma.Contact{Name: "Smarter Dev", URL: "https://github.com/smarter-dev/smarterdev"},
		License: &huma.License{Name: "MIT", URL: "https://opensource.org/license/mit"},
	}
	doc.Servers = []*huma.Server{{URL: d.api.config.BaseURL + "/api", Description: "This server"}}
	doc.Components.SecuritySchemes = map[string]*huma.SecurityScheme{keyScheme: {
		Type: "http", Scheme: "bearer", BearerFormat: "sd_…",
		Description: "An API key, as `smarterdev apikey create` or the settings page makes them.",
	}}
	doc.Components.Responses = make(map[string]*huma.Response)
	for name, c := range commonRefusals() {
		doc.Components.Responses[name] = d.problemResponse(c.refusals)
	}
	registry := doc.Components.Schemas
	for name, schema := range registry.Map() {
		d.describe(registry.TypeFromRef("#/components/schemas/"+name), schema)
	}
	for _, schema := range registry.Map() {
		schema.Examples = []any{exampleOf(registry, schema)}
	}
	for _, item := range doc.Paths {
		for _, op := range []*huma.Operation{item.Get, item.Post, item.Put, item.Patch, item.Delete} {
			if op != nil {
				addExamples(registry, op)
			}
		}
	}
}

// schemaNames names schemas by their types. A type whose name another feature has taken is named by
// its own feature too.
func schemaNames() func(reflect.Type, string) string {
	taken := make(map[string]reflect.Type)
	return func(t reflect.Type, hint string) string {
		name := huma.DefaultSchemaNamer(t, hint)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct || t.Name() == "" {
			return name
		}
		if other, ok := taken[name]; ok && other != t {
			feature := featureOf(t)
			name = strings.ToUpper(feature[:1]) + feature[1:] + name
		}
		taken[name] = t
		return name
	}
}

// featureOf is the package of a type, or of its type argument: that of settings.Patch[economy.Settings] is
// economy.
func featureOf(t reflect.Type) string {
	name := t.PkgPath()
	if _, argument, generic := strings.Cut(t.Name(), "["); generic && strings.Contains(argument, ".") {
		name = argument[:strings.LastIndex(argument, ".")]
	}
	return path.Base(name)
}

// describe adds the description of its type to a schema, and that a pointer may be null.
func (d *documentation) describe(t reflect.Type, schema *huma.Schema) {
	if about, ok := d.schemas[t]; ok {
		schema.Description = about.description
		for _, adjust := range about.adjust {
			adjust(schema)
		}
	}
	for _, field := range reflect.VisibleFields(t) {
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		property := schema.Properties[name]
		if property != nil && property.Ref == "" && field.Type.Kind() == reflect.Pointer && !strings.Contains(options, "omitempty") {
			property.Nullable = true
		}
	}
}

func addExamples(registry huma.Registry, op *huma.Operation) {
	if op.RequestBody != nil {
		for _, media := range op.RequestBody.Content {
			media.Example = exampleOf(registry, media.Schema)
		}
	}
	for _, response := range op.Responses {
		for _, media := range response.Content {
			if media.Examples == nil && media.Schema != nil {
				media.Example = exampleOf(registry, media.Schema)
			}
		}
		for name, header := range response.Headers {
			header.Description = cmp.Or(header.Description, header.Schema.Description, name)
		}
	}
}

// exampleOf puts the example of a schema together from those of its parts.
func exampleOf(registry huma.Registry, s *huma.Schema) any {
	if s.Ref != "" {
		return exampleOf(registry, registry.SchemaFromRef(s.Ref))
	}
	switch {
	case len(s.Examples) > 0:
		return s.Examples[0]
	case len(s.Enum) > 0:
		return s.Enum[0]
	case s.Format == "date-time":
		return "2026-11-22T15:04:05Z"
	case s.Nullable:
		return nil
	case s.Default != nil:
		return s.Default
	}
	switch s.Type {
	case huma.TypeObject:
		example := make(map[string]any, len(s.Properties))
		for name, property := range s.Properties {
			example[name] = exampleOf(registry, property)
		}
		return example
	case huma.TypeArray:
		return []any{exampleOf(registry, s.Items)}
	case huma.TypeString:
		return "text"
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	}
	return nil
}

// introduction is what someone reads who has never called the API.
func (d *documentation) introduction() string {
	base := cmp.Or(d.api.config.BaseURL, "https://your.server")
	var b strings.Builder
	fmt.Fprintf(&b, introduction, base)
	for _, line := range d.codeTable() {
		b.WriteString(line)
	}
	return b.String()
}

// codeTable is every code there is, by status.
func (d *documentation) codeTable() []string {
	byCode := make(map[string]Refusal)
	for _, c := range commonRefusals() {
		for _, r := range c.refusals {
			byCode[r.Code] = r
		}
	}
	for _, r := range d.codes {
		byCode[r.Code] = r
	}
	refusals := slices.SortedFunc(maps.Values(byCode), func(x, y Refusal) int {
		return cmp.Or(cmp.Compare(x.status(), y.status()), cmp.Compare(x.Code, y.Code))
	})
	lines := make([]string, len(refusals))
	for i, r := range refusals {
		figures := slices.Sorted(maps.Keys(r.Data))
		for j, name := range figures {
			figures[j] = "`" + name + "`"
		}
		lines[i] = fmt.Sprintf("| %d | `%s` | %s | %s |\n", r.status(), r.Code, r.Detail, strings.Join(figures, ", "))
	}
	return lines
}

const introduction = `Read and change what the bot and the dashboard do in a server, from programs of your own.

A first call, with a key from ` + "`smarterdev apikey create`" + ` or the settings page:

` + "```sh" + `
curl -H "Authorization: Bearer $KEY" %s/api/guilds
` + "```" + `

**IDs** of Discord are strings of digits; our own are UUIDv7. Times are RFC 3339 in UTC, and days are ` + "`YYYY-MM-DD`" + `.

**Lists** are JSON arrays. The address of the next page is in the ` + "`Link`" + ` header, with ` + "`rel=\"next\"`" + `; use it as it is.

**Retries** are safe with an ` + "`Idempotency-Key`" + ` header on everything that moves bytes: the same request with the same key has the same outcome for 7 days, refusals included, and never moves bytes twice.

**Settings** can be changed safely with an ` + "`If-Match`" + ` header that holds the ` + "`ETag`" + ` of the version you read: if somebody else has changed them since, the request is refused and nothing changes.

**Rate limits** apply to each key. Every response reports them in the ` + "`RateLimit-Policy`" + ` and ` + "`RateLimit`" + ` headers. After a 429, wait for the seconds in ` + "`Retry-After`" + `. A body can have at most 1 MiB, and unknown fields and parameters are refused.

**Errors** are ` + "`application/problem+json`" + `. ` + "`code`" + ` is for programs and never changes its meaning, ` + "`detail`" + ` is for people, and ` + "`request_id`" + ` is also in the ` + "`X-Request-ID`" + ` header and in the log. All codes:

| status | code | example | data |
|---|---|---|---|
`
