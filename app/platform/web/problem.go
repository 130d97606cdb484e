package web

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strconv"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/store"
	"github.com/smarter-dev/smarterdev/ui/i18n"
)

const (
	// ProblemType is the type of every problem; problems are told apart by their codes.
	ProblemType = "about:blank"
	// ProblemContentType is the media type of a problem.
	ProblemContentType = "application/problem+json"

	defaultRetryAfter = 5 // seconds; for 429 and 503 without a time of their own
)

// Problem is the body of every error response to a program (RFC 9457). The members of Data are written
// beside the others.
type Problem struct {
	Type      string
	Title     string
	Status    int
	Detail    string    // a sentence for people, in English
	Text      i18n.Text // Detail for readers of other languages
	Code      string    // stable, for programs
	RequestID string
	Errors    []fault.Field // which inputs were wrong
	Data      map[string]any
}

// NewProblem turns err into a problem. An error that is not a fault is internal: it is logged here,
// once, with the request id, and the problem does not reveal it.
func NewProblem(ctx context.Context, err error) *Problem {
	f := fault.As(err)
	if long := (*http.MaxBytesError)(nil); f == nil && errors.As(err, &long) {
		f = BodyTooLarge(long.Limit)
	}
	if f == nil {
		f = storeFault(err)
	}
	switch {
	case f == nil && ctx.Err() != nil && errors.Is(err, context.Canceled):
		Logger(ctx).DebugContext(ctx, "the client disconnected before the response", "error", err)
		f = fault.New(fault.Unavailable, "unavailable", "the request was canceled before it was complete")
	case f == nil:
		Logger(ctx).ErrorContext(ctx, "internal error", "error", err)
		return InternalProblem(ctx)
	case f.Kind == fault.Unavailable:
		Logger(ctx).WarnContext(ctx, "unavailable", "error", err)
	}
	status := StatusOf(f.Kind)
	format, values := f.Words()
	return &Problem{
		Type:      ProblemType,
		Title:     http.StatusText(status),
		Status:    status,
		Detail:    f.Message,
		Text:      i18n.M(format, values...),
		Code:      f.Code,
		RequestID: RequestID(ctx),
		Errors:    f.Fields,
		Data:      f.Data,
	}
}

// storeFault is the fault for an unavailable database, so that no feature has to word it; nil for
// every other error.
func storeFault(err error) *fault.Error {
	if !errors.Is(err, store.ErrUnavailable) {
		return nil
	}
	return fault.New(fault.Unavailable, "unavailable",
		"the database is not responding; try again in a moment").Because(err)
}

// StatusProblem is a problem with a status that no kind of fault maps to.
func StatusProblem(ctx context.Context, status int, code, detail string) *Problem {
	return &Problem{
		Type: ProblemType, Title: http.StatusText(status), Status: status,
		Detail: detail, Text: i18n.M("%s", detail), Code: code, RequestID: RequestID(ctx),
	}
}

// InternalProblem is the problem for an internal error; the details are only in the log.
func InternalProblem(ctx context.Context) *Problem {
	text := i18n.M("an internal error occurred; try again, and if it keeps happening, send the request ID to the operator of this installation")
	p := StatusProblem(ctx, http.StatusInternalServerError, "internal", text.String())
	p.Text = text
	return p
}

// WriteError responds with err as application/problem+json.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	NewProblem(r.Context(), err).Write(w)
}

// Write writes the problem as the response.
func (p *Problem) Write(w http.ResponseWriter) {
	h := w.Header()
	for name, values := range p.GetHeaders() {
		h[name] = values
	}
	for _, name := range []string{"Content-Length", "Content-Encoding", "ETag", "Last-Modified"} {
		h.Del(name) // they described the response that is being replaced
	}
	h.Set("Content-Type", ProblemContentType)
	h.Set("Cache-Control", "no-store")
	body, err := json.Marshal(p)
	if err != nil { // a value in Data that has no JSON form
		body, _ = json.Marshal(&Problem{Type: p.Type, Title: p.Title, Status: p.Status,
			Detail: p.Detail, Code: p.Code, RequestID: p.RequestID, Errors: p.Errors})
	}
	w.WriteHeader(p.Status)
	_, _ = w.Write(body) // the client may have disconnected
}

// RetryAfter is the number of seconds after which a retry makes sense, or 0 when it does not. A fault
// carries it as retry_after in its data.
func (p *Problem) RetryAfter() int {
	if after, ok := p.Data["retry_after"].(int); ok {
		return after
	}
	if p.Status == http.StatusServiceUnavailable || p.Status == http.StatusTooManyRequests {
		return defaultRetryAfter
	}
	return 0
}

// MarshalJSON writes the members of Data beside those that every problem has, which win over one of
// the same name.
func (p *Problem) MarshalJSON() ([]byte, error) {
	members := make(map[string]any, len(p.Data)+7)
	maps.Copy(members, p.Data)
	members["type"] = p.Type
	members["title"] = p.Title
	members["status"] = p.Status
	members["detail"] = p.Detail
	members["code"] = p.Code
	members["request_id"] = p.RequestID
	if len(p.Errors) > 0 {
		members["errors"] = p.Errors
	}
	return json.Marshal(members)
}

// GetHeaders returns the headers of the response: Retry-After and WWW-Authenticate.
func (p *Problem) GetHeaders() http.Header {
	h := make(http.Header, 1)
	if after := p.RetryAfter(); after > 0 {
		h.Set("Retry-After", strconv.Itoa(after))
	}
	if p.Status == http.StatusUnauthorized {
		h.Set("WWW-Authenticate", `Bearer realm="smarterdev"`)
	}
	return h
}

// Error, GetStatus and ContentType make a Problem an error that huma can respond with.
func (p *Problem) Error() string { return p.Code + ": " + p.Detail }

// GetStatus returns the HTTP status.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType returns the media type of a problem, whatever format was negotiated.
func (p *Problem) ContentType(string) string { return ProblemContentType }

// StatusOf is the HTTP status of a kind of fault.
func StatusOf(kind fault.Kind) int {
	switch kind {
	case fault.Refused:
		return http.StatusBadRequest
	case fault.Unauthorized:
		return http.StatusUnauthorized
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Conflict:
		return http.StatusConflict
	case fault.Stale:
		return http.StatusPreconditionFailed
	case fault.TooLarge:
		return http.StatusRequestEntityTooLarge
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.Limited:
		return http.StatusTooManyRequests
	case fault.Unavailable:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}
