package api

import (
	"encoding/json"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

const (
	keyScheme      = "key"              // the security scheme, as the document calls it
	scopeExtension = "x-required-scope" // the scope that an operation requires
)

// Refusal is an error response of an operation, as the reference documents it.
type Refusal struct {
	Kind   fault.Kind
	Code   string
	Detail string         // a sentence as a caller reads it
	Data   map[string]any // the figures beside it
}

// Refuses is how an operation refuses, as the faults themselves say it.
func Refuses(faults ...error) []Refusal {
	list := make([]Refusal, len(faults))
	for i, err := range faults {
		f := fault.As(err)
		list[i] = Refusal{Kind: f.Kind, Code: f.Code, Detail: f.Message, Data: f.Data}
	}
	return list
}

func (r Refusal) status() int {
	switch r.Code { // no kind of fault maps to these
	case "timeout":
		return http.StatusRequestTimeout
	case "unsupported_media_type":
		return http.StatusUnsupportedMediaType
	case "internal":
		return http.StatusInternalServerError
	}
	return web.StatusOf(r.Kind)
}

func (r Refusal) example() *huma.Example {
	p := &web.Problem{
		Type: web.ProblemType, Title: http.StatusText(r.status()), Status: r.status(), Detail: r.Detail,
		Code: r.Code, RequestID: "4XJUZ3Q2W7VDN6S5BTKE", Data: r.Data,
	}
	if r.Code == "invalid" {
		p.Errors = []fault.Field{{Name: "body.amount", Message: "must be at least 1"}}
	}
	return &huma.Example{Summary: r.Code, Value: p}
}

// refusalSet is a set of refusals that many operations share; the document contains it once.
type refusalSet struct {
	name     string
	refusals []Refusal
}

func (c refusalSet) status() int { return c.refusals[0].status() }

// commonRefusals are those that do not depend on the operation.
func commonRefusals() map[string]refusalSet {
	scope := Refusal{Kind: fault.Forbidden, Code: "missing_scope", Detail: "this key lacks the scope economy; make one that has it, or use another", Data: map[string]any{"scope": "economy"}}
	all := []refusalSet{
		{"Unauthorized", []Refusal{{Kind: fault.Unauthorized, Code: "unauthorized", Detail: "an API key is needed here; send it with the header Authorization: Bearer sd_…"}}},
		{"MissingScope", []Refusal{scope}},
		{"NotInThisGuild", []Refusal{scope,
			{Kind: fault.Forbidden, Code: "guild_not_allowed", Detail: "this key is not for guild 1000000000000000001"},
			{Kind: fault.Forbidden, Code: "bot_not_in_guild", Detail: "the bot is not in guild 1000000000000000001; invite it there first"}}},
		{"GuildNotFound", []Refusal{{Kind: fault.NotFound, Code: "guild_not_found", Detail: "guild abc not found: the id of a guild is 1 to 20 digits"}}},
		{"Timeout", []Refusal{{Code: "timeout", Detail: "the body did not arrive in time; send it again"}}},
		{"TooLarge", []Refusal{{Kind: fault.TooLarge, Code: "too_large", Detail: "the request body is larger than the 1048576 bytes that are accepted; send it in smaller parts", Data: map[string]any{"limit": web.DefaultBodyLimit}}}},
		{"UnsupportedMediaType", []Refusal{{Code: "unsupported_media_type", Detail: "the body must be JSON; send it with the header Content-Type: application/json"}}},
		{"Invalid", []Refusal{{Kind: fault.Invalid, Code: "invalid", Detail: "body.amount must be at least 1"}}},
		{"RateLimited", []Refusal{{Kind: fault.Limited, Code: "rate_limited", Detail: "too many requests: 30 a second are allowed, in bursts of 60; the next is possible in 1 s", Data: map[string]any{"retry_after": 1}}}},
		{"Internal", []Refusal{{Code: "internal", Detail: "an internal error happened; try again, and if it stays tell whoever runs this server the request id"}}},
		{"Unavailable", []Refusal{{Kind: fault.Unavailable, Code: "unavailable", Detail: "the database does not answer right now; try again in a moment"}}},
	}
	found := make(map[string]refusalSet, len(all))
	for _, c := range all {
		found[c.name] = c
	}
	return found
}

// operation is the library's description of an operation with an input of this type.
func (d *documentation) operation(op Op, input reflect.Type) huma.Operation {
	h := huma.Operation{
		OperationID: op.ID, Method: op.Method, Path: op.Path, Tags: []string{op.Tag},
		Summary: op.Summary, Description: op.Description + "\n\n" + scopeSentence(op),
		Responses:       map[string]*huma.Response{},
		DefaultStatus:   op.Status,
		MaxBodyBytes:    -1, // the server's own limit holds
		BodyReadTimeout: web.ReadTimeout,
	}
	// A bearer scheme has no scopes in OpenAPI, so they are documented in an extension.
	h.Security = []map[string][]string{{keyScheme: {}}}
	if op.Scope != AnyScope {
		h.Extensions = map[string]any{scopeExtension: op.Scope}
	}
	shared := []string{"Unauthorized", "Invalid", "RateLimited", "Internal", "Unavailable"}
	switch {
	case op.inGuild():
		shared = append(shared, "NotInThisGuild", "GuildNotFound")
	case op.Scope != AnyScope:
		shared = append(shared, "MissingScope")
	}
	for _, field := range reflect.VisibleFields(input) {
		if field.Type == reflect.TypeFor[IfNoneMatch]() {
			h.Responses[strconv.Itoa(http.StatusNotModified)] = &huma.Response{Description: "The known version is still current; the body is empty."}
		}
	}
	if _, takesBody := input.FieldByName("Body"); takesBody {
		shared = append(shared, "Timeout", "TooLarge", "UnsupportedMediaType")
	}
	if op.BodyOf != nil {
		h.SkipValidateBody = true
		h.RequestBody = &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"application/json": {Schema: op.BodyOf}}}
	}
	d.addRefusals(&h, shared, op.Refusals)
	return h
}

func scopeSentence(op Op) string {
	if op.Scope == AnyScope {
		return "Any valid key may call it."
	}
	return "Needs a key with the scope `" + string(op.Scope) + "`."
}

// addRefusals adds the responses of an operation that are errors: those that it shares by reference,
// and written out where its own rules add to them.
func (d *documentation) addRefusals(h *huma.Operation, shared []string, own []Refusal) {
	byStatus := make(map[int][]Refusal)
	for _, r := range own {
		byStatus[r.status()] = append(byStatus[r.status()], r)
		d.codes = append(d.codes, r)
	}
	all := commonRefusals()
	for _, name := range shared {
		c := all[name]
		if _, more := byStatus[c.status()]; more {
			byStatus[c.status()] = append(slices.Clone(c.refusals), byStatus[c.status()]...)
			continue
		}
		h.Responses[strconv.Itoa(c.status())] = &huma.Response{Ref: "#/components/responses/" + name}
	}
	for status, refusals := range byStatus {
		h.Responses[strconv.Itoa(status)] = d.problemResponse(refusals)
	}
}

func (d *documentation) problemResponse(refusals []Refusal) *huma.Response {
	registry := d.api.huma.OpenAPI().Components.Schemas
	examples := make(map[string]*huma.Example, len(refusals))
	codes := make([]string, len(refusals))
	for i, r := range refusals {
		examples[r.Code] = r.example()
		codes[i] = "`" + r.Code + "`"
	}
	return &huma.Response{
		Description: http.StatusText(refusals[0].status()) + ": " + strings.Join(codes, ", ") + ".",
		Content: map[string]*huma.MediaType{web.ProblemContentType: {
			Schema: registry.Schema(reflect.TypeFor[problem](), true, ""), Examples: examples,
		}},
	}
}

// problem documents web.Problem as it is on the wire, where its figures stand beside the other
// members.
type problem struct{}

// TransformSchema returns the schema of a problem.
func (problem) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	text := func(description, example string) *huma.Schema {
		return &huma.Schema{Type: huma.TypeString, Description: description, Examples: []any{example}}
	}
	*s = huma.Schema{
		Type:                 huma.TypeObject,
		Description:          "Why a request was not carried out (RFC 9457). Figures that belong to the case, such as balance or retry_at, are further members.",
		AdditionalProperties: true,
		Required:             []string{"type", "title", "status", "detail", "code", "request_id"},
		Properties: map[string]*huma.Schema{
			"type":       text("Always about:blank; the code says what it is.", web.ProblemType),
			"title":      text("The words of the HTTP status.", "Bad Request"),
			"status":     {Type: huma.TypeInteger, Description: "The HTTP status.", Examples: []any{400}},
			"detail":     text("What happened, with the figures, and what to do; for people.", "insufficient balance: this takes 900 bytes, the balance is 60, 840 short"),
			"code":       text("What it is, for programs; never changes its meaning.", "insufficient_balance"),
			"request_id": text("What the log of the server calls this request.", "4XJUZ3Q2W7VDN6S5BTKE"),
			"errors": {
				Type: huma.TypeArray, Description: "Each input that is malformed; only with the code invalid.",
				Examples: []any{[]any{map[string]any{"location": "body.amount", "message": "must be at least 1"}}},
				Items: &huma.Schema{
					Type: huma.TypeObject, AdditionalProperties: false, Required: []string{"location", "message"},
					Properties: map[string]*huma.Schema{
						"location": text("Where it was sent: body, path, query or header, and the name.", "body.amount"),
						"message":  text("What is wrong with it.", "must be at least 1"),
					},
				},
			},
		},
	}
	return s
}

// documentation builds the OpenAPI document.
type documentation struct {
	api     *API
	codes   []Refusal
	schemas map[reflect.Type]schemaDoc
	encoded func() rendered // once every operation is registered
}

type schemaDoc struct {
	description string
	adjust      []func(*huma.Schema)
}

type rendered struct{ json, yaml []byte }

// Describe sets the description of a type of a body; adjust may change its schema further.
func Describe[T any](a *API, text string, adjust ...func(*huma.Schema)) {
	if a.docs.schemas == nil {
		a.docs.schemas = make(map[reflect.Type]schemaDoc)
	}
	a.docs.schemas[reflect.TypeFor[T]()] = schemaDoc{text, adjust}
}

// Area adds a group of operations to the reference.
func (a *API) Area(name, description string) {
	doc := a.huma.OpenAPI()
	doc.Tags = append(doc.Tags, &huma.Tag{Name: name, Description: description})
}

// Example is the example of a type of a body, put together from those of its fields.
func Example[T any](a *API) any {
	registry := a.huma.OpenAPI().Components.Schemas
	return exampleOf(registry, registry.Schema(reflect.TypeFor[T](), true, ""))
}

// Schema is a type of a body as an operation's BodyOf can name it.
func Schema[T any](a *API) *huma.Schema {
	return a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[T](), true, "")
}

func (d *documentation) json(w http.ResponseWriter, r *http.Request) {
	d.write(w, r, "application/openapi+json", d.encoded().json)
}

func (d *documentation) yaml(w http.ResponseWriter, r *http.Request) {
	d.write(w, r, "application/openapi+yaml", d.encoded().yaml)
}

func (d *documentation) write(w http.ResponseWriter, r *http.Request, kind string, body []byte) {
	if body == nil {
		web.InternalProblem(r.Context()).Write(w)
		return
	}
	w.Header().Set("Content-Type", kind)
	w.Header().Set("Cache-Control", "no-cache")
	_, _ = w.Write(body) // the client may have disconnected
}

// render completes the document and encodes it in both formats. All operations are registered by now.
func (d *documentation) render() rendered {
	doc := d.api.huma.OpenAPI()
	d.complete(doc)
	var r rendered
	r.json, _ = json.Marshal(doc) // types and strings always have a JSON form
	r.yaml, _ = doc.YAML()
	return r
}
