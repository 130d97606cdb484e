package store

import (
	"context"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// DeliveryState is what became of a message that the bot sends by itself.
type DeliveryState string

// The states of a delivery.
const (
	DeliverySent    DeliveryState = "sent"
	DeliveryRefused DeliveryState = "refused" // by Discord, for a reason that trying again does not change
	DeliveryExpired DeliveryState = "expired" // Discord could not be reached for as long as was tried
)

// Delivery is the outcome of one message that the bot sends by itself.
type Delivery struct {
	GuildID   snowflake.ID // 0: a direct message that concerns no guild
	ID        uuid.UUID
	State     DeliveryState
	ChannelID snowflake.ID // where it is, or was to be; 0 when no direct conversation could be opened
	MessageID snowflake.ID // 0: it was not sent
	Code      int          // Discord's code for the refusal
	Reason    string       // what Discord said
	DoneAt    time.Time
}

const deliveryColumns = `guild_id, id, state, channel_id, message_id, code, reason, done_at`

func scanDelivery(r row) (Delivery, error) {
	var d Delivery
	var state string
	err := r.Scan(&d.GuildID, &d.ID, &state, &d.ChannelID, &d.MessageID, &d.Code, &d.Reason, &d.DoneAt)
	d.State = DeliveryState(state)
	return d, err
}

// Delivery returns the outcome of a message. ErrNotFound while there is none, and 30 days after it.
func (s *Store) Delivery(ctx context.Context, guild snowflake.ID, id uuid.UUID) (Delivery, error) {
	if err := checkIDs(guild); err != nil {
		return Delivery{}, err
	}
	d, err := one(s.db.reader(ctx), scanDelivery,
		`SELECT `+deliveryColumns+` FROM deliveries WHERE guild_id = $1 AND id = $2`, guild, id)
	return d, wrap("read delivery", err)
}

// SaveDelivery records the outcome of a message. The first outcome stays.
func (s *Store) SaveDelivery(ctx context.Context, d Delivery) error {
	if err := checkIDs(d.GuildID, d.ChannelID, d.MessageID); err != nil {
		return err
	}
	return wrap("save delivery", s.db.write(ctx, func(c conn) error {
		_, err := c.exec(`INSERT INTO deliveries (`+deliveryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING`,
			d.GuildID, d.ID, string(d.State), d.ChannelID, d.MessageID, d.Code, d.Reason, moment(d.DoneAt))
		return err
	}))
}
