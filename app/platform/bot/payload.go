package bot

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"io"

	"github.com/coder/websocket"
	"github.com/disgoorg/disgo/gateway"
	"github.com/klauspost/compress/zstd"
)

// bigPayload is the size in bytes from which on the buffers of a payload are not kept.
const bigPayload = 1 << 20

// payload is a message of the gateway, its data not decoded yet.
type payload struct {
	Op   gateway.Opcode    `json:"op"`
	S    int               `json:"s"`
	T    gateway.EventType `json:"t"`
	Data json.RawMessage   `json:"d"`
}

// payloads reads the stream of one connection, which Discord compresses as a whole.
type payloads struct {
	inflated *zstd.Decoder
	json     *json.Decoder
	last     payload
}

func newPayloads(ctx context.Context, conn *websocket.Conn) (*payloads, error) {
	inflated, err := zstd.NewReader(bufio.NewReader(&frames{ctx: ctx, conn: conn}), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return nil, err
	}
	return &payloads{inflated: inflated, json: json.NewDecoder(inflated)}, nil
}

// next waits for a payload, which is valid until the following call.
func (p *payloads) next() (*payload, error) {
	if cap(p.last.Data) > bigPayload {
		p.last.Data, p.json = nil, json.NewDecoder(io.MultiReader(p.json.Buffered(), p.inflated))
	}
	p.last = payload{Data: p.last.Data[:0]}
	err := p.json.Decode(&p.last)
	if _, mistyped := errors.AsType[*json.UnmarshalTypeError](err); mistyped {
		return &p.last, nil // as far as it can be read: of no known operation, mostly
	}
	return &p.last, err
}

func (p *payloads) close() { p.inflated.Close() }

// frames reads the messages of a connection as one stream.
type frames struct {
	ctx  context.Context //nolint:containedctx // of a Reader's calls
	conn *websocket.Conn
	r    io.Reader
}

func (f *frames) Read(b []byte) (int, error) {
	for {
		if f.r == nil {
			_, r, err := f.conn.Reader(f.ctx)
			if err != nil {
				return 0, err
			}
			f.r = r
		}
		n, err := f.r.Read(b)
		if errors.Is(err, io.EOF) {
			f.r, err = nil, nil
		}
		if n > 0 || err != nil {
			return n, err
		}
	}
}
