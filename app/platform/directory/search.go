package directory

import (
	"context"
	"errors"

	"github.com/disgoorg/disgo/discord"
	"github.com/disgoorg/disgo/rest"
	"github.com/disgoorg/snowflake/v2"
)

// Search returns members of a guild whose user name or nickname begins with query, at most limit.
// It fails with an Unavailable fault when Discord does not answer.
func (d *Directory) Search(ctx context.Context, guild snowflake.ID, query string, limit int) ([]discord.Member, error) {
	found, err := d.api.SearchMembers(guild, query, limit, rest.WithCtx(ctx))
	if err = translateAll(err); err != nil {
		return nil, err
	}
	return found, nil
}

// translateAll is translate for what finds nothing where the bot is not.
func translateAll(err error) error {
	if err == nil {
		return nil
	}
	if err = translate(err); errors.Is(err, ErrUnknown) {
		return nil
	}
	return err
}
