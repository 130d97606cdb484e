package web

import (
	"errors"
	"strconv"

	"github.com/disgoorg/snowflake/v2"
)

const (
	// IDForm says what an id of Discord looks like.
	IDForm = "an id of Discord: 1 to 20 digits"
	// LongestID is how many digits an id of Discord may have.
	LongestID = 20
)

var errNotAnID = errors.New("must be " + IDForm)

// ParseID reads what a person or a program wrote as an id of Discord.
func ParseID(text string) (snowflake.ID, error) {
	if text == "" || len(text) > LongestID {
		return 0, errNotAnID
	}
	for _, c := range []byte(text) { // ParseUint would take a sign and underscores elsewhere
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
