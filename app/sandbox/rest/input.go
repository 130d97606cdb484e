package rest

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-chi/chi/v5"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
	"github.com/smarter-dev/smarterdev/app/sandbox/wire"
	"github.com/smarter-dev/smarterdev/app/sandbox/world"
)

const mostBody = 25 << 20 // bytes

// id reads a snowflake of the path; @me is the caller.
func (c *call) id(name string) (world.ID, error) {
	raw := chi.URLParam(c.Request, name)
	if raw == "@me" && name == "user" {
		return c.me, nil
	}
	return snowflake(name+"_id", raw)
}

// ids reads several snowflakes of the path at once.
func (c *call) ids(names ...string) ([]world.ID, error) {
	out := make([]world.ID, len(names))
	for i, name := range names {
		id, err := c.id(name)
		if err != nil {
			return nil, err
		}
		out[i] = id
	}
	return out, nil
}

func snowflake(field, raw string) (world.ID, error) {
	n, err := strconv.ParseUint(raw, 10, 64)
	if err != nil {
		f := problem.NewForm()
		f.At(field).Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not snowflake.", raw)
		return 0, f.Err()
	}
	return world.ID(n), nil
}

// param reads a part of the path as the client meant it, with % undone.
func (c *call) param(name string) string {
	raw := chi.URLParam(c.Request, name)
	if c.URL.RawPath == "" {
		return raw
	}
	if s, err := url.PathUnescape(raw); err == nil {
		return s
	}
	return raw
}

// queryID reads an optional snowflake of the query.
func (c *call) queryID(name string) (world.ID, error) {
	raw := c.URL.Query().Get(name)
	if raw == "" {
		return 0, nil
	}
	return snowflake(name, raw)
}

// queryInt reads an optional number of the query and refuses it outside of its bounds.
func (c *call) queryInt(name string, absent, least, most int) (int, error) {
	raw := c.URL.Query().Get(name)
	if raw == "" {
		return absent, nil
	}
	f := problem.NewForm()
	n, err := strconv.Atoi(raw)
	if err != nil {
		f.At(name).Add("NUMBER_TYPE_COERCE", "Value \"%s\" is not int.", raw)
	} else {
		f.At(name).Range(n, least, most)
	}
	return n, f.Err()
}

func (c *call) queryBool(name string) bool {
	b, _ := strconv.ParseBool(c.URL.Query().Get(name))
	return b
}

// body decodes the JSON body into v; files come from multipart/form-data, whose payload_json is
// then the body.
func (c *call) body(v any) error {
	_, err := c.bodyWithFiles(v)
	return err
}

func (c *call) bodyWithFiles(v any) ([]wire.File, error) {
	kind, params, _ := mime.ParseMediaType(c.Header.Get("Content-Type"))
	var files []wire.File
	var err error
	switch kind {
	case "application/json":
		c.raw, err = io.ReadAll(c.Body)
	case "multipart/form-data":
		c.raw, files, err = readForm(multipart.NewReader(c.Body, params["boundary"]))
	default:
		f := problem.NewForm()
		f.At("_misc").Add("CONTENT_TYPE_INVALID", "Expected \"Content-Type\" header to be one of {'application/json', 'multipart/form-data'}.")
		return nil, f.Err()
	}
	if err != nil {
		if errors.As(err, new(*http.MaxBytesError)) {
			return nil, problem.FileTooLarge
		}
		return nil, problem.InvalidJSON
	}
	return files, wire.Decode(c.raw, v)
}

func readForm(r *multipart.Reader) (payload []byte, files []wire.File, err error) {
	payload = []byte("{}")
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return payload, files, nil
		}
		if err != nil {
			return nil, nil, err
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, err
		}
		if part.FormName() == "payload_json" {
			payload = data
			continue
		}
		if part.FileName() == "" {
			continue
		}
		index := len(files)
		if n, found := strings.CutPrefix(strings.TrimSuffix(part.FormName(), "]"), "files["); found {
			if i, err := strconv.Atoi(n); err == nil {
				index = i
			}
		}
		files = append(files, wire.File{Index: index, Name: part.FileName(), ContentType: part.Header.Get("Content-Type"), Data: data})
	}
}

// message reads the body of a message, with its files.
func (c *call) message() (in wire.MessageInput, err error) {
	in.Files, err = c.bodyWithFiles(&in)
	return in, err
}

// emoji reads the emoji of a path: a Unicode one, or name:id.
func (c *call) emoji() (wire.Emoji, error) {
	raw := c.param("emoji")
	if name, rest, custom := strings.Cut(raw, ":"); custom {
		id, err := snowflake("emoji_id", rest)
		if err != nil {
			return wire.Emoji{}, problem.UnknownEmoji
		}
		return wire.Emoji{ID: &id, Name: name}, nil
	}
	return wire.Emoji{Name: raw}, nil
}

// auditReason undoes the percent encoding of the header: at most 512 characters. Older libraries
// still put the reason into the query.
func auditReason(r *http.Request) (string, error) {
	header := r.Header.Get("X-Audit-Log-Reason")
	if header == "" {
		return r.URL.Query().Get("reason"), nil
	}
	reason, err := url.PathUnescape(header)
	if err != nil || !utf8.ValidString(reason) {
		reason = header
	}
	f := problem.NewForm()
	f.At("X-Audit-Log-Reason").Length(reason, 0, 512)
	return reason, f.Err()
}
