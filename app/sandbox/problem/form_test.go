package problem_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/smarter-dev/smarterdev/app/sandbox/problem"
)

func TestMistakesMirrorTheBody(t *testing.T) {
	t.Parallel()
	f := problem.NewForm()
	require.NoError(t, f.Err())
	field := f.At("embeds", 0, "fields", 2)
	field.At("name").Length("", 1, 256)
	field.At("value").Length("toolong", 1, 3)
	f.At("limit").Range(101, 1, 100)
	body, err := json.Marshal(f.Err())
	require.NoError(t, err)
	require.JSONEq(t, `{"message": "Invalid Form Body", "code": 50035, "errors": {
		"embeds": {"0": {"fields": {"2": {
			"name": {"_errors": [{"code": "BASE_TYPE_REQUIRED", "message": "This field is required"}]},
			"value": {"_errors": [{"code": "BASE_TYPE_BAD_LENGTH", "message": "Must be between 1 and 3 in length."}]}}}}},
		"limit": {"_errors": [{"code": "NUMBER_TYPE_MAX", "message": "int value should be less than or equal to 100."}]}}}`, string(body))
}

func TestRefusalsAreComparable(t *testing.T) {
	t.Parallel()
	require.ErrorIs(t, fmt.Errorf("while banning: %w", problem.UnknownBan), problem.UnknownBan)
	require.NotErrorIs(t, problem.UnknownBan, problem.UnknownUser)
	require.Equal(t, 500, problem.From(errors.New("disk full")).Status)
	require.Equal(t, 10026, problem.From(problem.UnknownBan).Code)
	body, err := json.Marshal(problem.RateLimited(1.5, true))
	require.NoError(t, err)
	require.JSONEq(t, `{"message": "You are being rate limited.", "code": 0, "retry_after": 1.5, "global": true}`, string(body))
}
