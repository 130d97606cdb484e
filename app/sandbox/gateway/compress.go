package gateway

import (
	"bytes"
	"fmt"
	"sync/atomic"

	"github.com/coder/websocket"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// encoder turns a JSON payload into a WebSocket message. One encoder serves one connection, since
// the stream compressions keep their context over all of its messages.
type encoder interface {
	encode(payload []byte) (websocket.MessageType, []byte, error)
}

// newEncoder knows "", zlib-stream and zstd-stream.
func newEncoder(compress string) (encoder, error) {
	switch compress {
	case "":
		return &plain{}, nil
	case "zlib-stream":
		z := &zlibStream{}
		z.w = zlib.NewWriter(&z.buf)
		return z, nil
	case "zstd-stream":
		z := &zstdStream{}
		w, err := zstd.NewWriter(&z.buf, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(256<<10),
			zstd.WithLowerEncoderMem(true), zstd.WithEncoderLevel(zstd.SpeedFastest))
		z.w = w
		return z, err
	}
	return nil, fmt.Errorf("unknown compression %q", compress)
}

// plain sends JSON, or with payload compression each large payload in zlib of its own.
type plain struct{ payloads atomic.Bool } // set by IDENTIFY, which may come again while others write

const worthCompressing = 1024 // bytes

func (p *plain) encode(payload []byte) (websocket.MessageType, []byte, error) {
	if !p.payloads.Load() || len(payload) < worthCompressing {
		return websocket.MessageText, payload, nil
	}
	var buf bytes.Buffer
	w := zlib.NewWriter(&buf)
	if _, err := w.Write(payload); err != nil {
		return 0, nil, err
	}
	if err := w.Close(); err != nil {
		return 0, nil, err
	}
	return websocket.MessageBinary, buf.Bytes(), nil
}

type zlibStream struct {
	buf bytes.Buffer
	w   *zlib.Writer
}

func (z *zlibStream) encode(payload []byte) (websocket.MessageType, []byte, error) {
	z.buf.Reset()
	if _, err := z.w.Write(payload); err != nil {
		return 0, nil, err
	}
	if err := z.w.Flush(); err != nil {
		return 0, nil, err
	}
	return websocket.MessageBinary, z.buf.Bytes(), nil
}

type zstdStream struct {
	buf bytes.Buffer
	w   *zstd.Encoder
}

func (z *zstdStream) encode(payload []byte) (websocket.MessageType, []byte, error) {
	z.buf.Reset()
	if _, err := z.w.Write(payload); err != nil {
		return 0, nil, err
	}
	if err := z.w.Flush(); err != nil {
		return 0, nil, err
	}
	return websocket.MessageBinary, z.buf.Bytes(), nil
}
