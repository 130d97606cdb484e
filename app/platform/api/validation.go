package api

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/validation"

	"github.com/smarter-dev/smarterdev/app/platform/fault"
	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// setMessages gives huma our messages and our error body. Huma keeps them in package variables, so
// this happens once in a process.
var setMessages = sync.OnceFunc(func() {
	huma.NewError = func(status int, message string, errs ...error) huma.StatusError {
		return &web.Problem{Type: web.ProblemType, Title: http.StatusText(status), Status: status, Detail: message}
	}
	huma.NewErrorWithContext = validationProblem
	huma.ValidateStrictCasing = true
	huma.DefaultArrayNullable = false

	validation.MsgUnexpectedProperty = "is not known here; check its spelling"
	validation.MsgExpectedRFC3339DateTime = "must be a time such as 2026-11-22T15:04:05Z"
	validation.MsgExpectedRFC3339Date = "must be a day such as 2026-11-22"
	validation.MsgExpectedRFC4122UUID = "must be a UUID (%v)"
	validation.MsgExpectedBoolean = "must be true or false"
	validation.MsgExpectedNumber = "must be a number"
	validation.MsgExpectedInteger = "must be a whole number"
	validation.MsgExpectedString = "must be text"
	validation.MsgExpectedArray = "must be a list"
	validation.MsgExpectedObject = "must be an object"
	validation.MsgExpectedArrayItemsUnique = "must not hold the same entry twice"
	validation.MsgExpectedOneOf = "must be one of %s"
	validation.MsgExpectedMinimumNumber = "must be at least %v"
	validation.MsgExpectedMaximumNumber = "must be at most %v"
	validation.MsgExpectedMinLength = "must have at least %d characters"
	validation.MsgExpectedMaxLength = "must have at most %d characters"
	validation.MsgExpectedBePattern = "must be %s"
	validation.MsgExpectedMinItems = "must have at least %d entries"
	validation.MsgExpectedMaxItems = "must have at most %d entries"
	validation.MsgExpectedMinProperties = "must have at least %d entries"
	validation.MsgExpectedMaxProperties = "must have at most %d entries"
	validation.MsgExpectedRequiredProperty = "lacks %s"
})

// validationProblem is the problem for a request that huma rejects before the handler runs.
func validationProblem(c huma.Context, status int, message string, errs ...error) huma.StatusError {
	ctx := c.Context()
	for _, err := range errs {
		if long, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return web.NewProblem(ctx, web.BodyTooLarge(long.Limit))
		}
	}
	switch status {
	case http.StatusBadRequest, http.StatusUnprocessableEntity:
		found := fields(errs)
		if len(found) == 0 {
			found = []fault.Field{{Name: "body", Message: "is missing: send JSON"}}
		}
		return web.NewProblem(ctx, invalid(found))
	case http.StatusUnsupportedMediaType:
		return web.StatusProblem(ctx, status, "unsupported_media_type",
			"the body must be JSON; send it with the header Content-Type: application/json")
	case http.StatusRequestTimeout:
		return web.StatusProblem(ctx, status, "timeout", "the body did not arrive in time; send it again")
	}
	return web.NewProblem(ctx, fmt.Errorf("%s: %w", message, errors.Join(errs...)))
}

// fields takes locations and messages from huma's details, but never the values.
func fields(errs []error) []fault.Field {
	found := make([]fault.Field, 0, len(errs))
	for _, err := range errs {
		if detailer, ok := err.(huma.ErrorDetailer); ok { //nolint:errorlint // the library's own interface, never wrapped
			d := detailer.ErrorDetail()
			found = append(found, fault.Field{Name: d.Location, Message: plainMessage(d.Message)})
		}
	}
	return found
}

// plainMessage replaces the messages of huma that it has no variables for.
func plainMessage(message string) string {
	switch message {
	case "invalid integer":
		return "must be a whole number"
	case "invalid boolean":
		return "must be true or false"
	case "unknown query parameter":
		return "is not known here; check its spelling"
	}
	if strings.HasPrefix(message, "required ") && strings.HasSuffix(message, " parameter is missing") {
		return "is missing"
	}
	return strings.TrimPrefix(message, "invalid value: ")
}

// invalid is the fault for malformed inputs. Its message names the first and counts the rest.
func invalid(found []fault.Field) *fault.Error {
	text := found[0].Name + " " + found[0].Message
	if more := len(found) - 1; more > 0 {
		text += fmt.Sprintf(" (and %d more, see errors)", more)
	}
	return &fault.Error{Kind: fault.Invalid, Code: "invalid", Message: text, Fields: found}
}
