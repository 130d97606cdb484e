package web

import (
	"errors"
	"strconv"

	"github.com/disgoorg/snowflake/v2"
)

const (
	// IDForm describes a Discord id.
	IDForm = "an id of Discord: 1 to 20 digits"
	// LongestID is the largest number of digits of a Discord id.
	LongestID = 20
)

var errNotAnID = errors.New("must be " + IDForm)

// ParseID parses a Discord id.
func ParseID(text string) (snowflake.ID, error) {
	if text == "" || len(text) > LongestID {
		return 0, errNotAnID
	}
	for _, c := range []byte(text) { // stricter than ParseUint, which accepts a sign
		if c < '0' || c > '9' {
			return 0, errNotAnID
		}
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, errNotAnID
	}
	return snowflake.ID(n), nil
}
