package cli

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/smarter-dev/smarterdev/app/config"
)

// listenLoopback refuses every address that others on the network could reach.
func listenLoopback(ctx context.Context, address string) (net.Listener, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("--listen %s is not an address; write HOST:PORT, such as 127.0.0.1:8000", address)
	}
	if !config.IsLoopback(host) {
		return nil, fmt.Errorf("--listen %s: this command has no sign-in and listens on this machine only; use 127.0.0.1 or localhost", address)
	}
	return listen(ctx, address)
}

// listen opens a port. Its error says what to do about it.
func listen(ctx context.Context, address string) (net.Listener, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if op := (*net.OpError)(nil); errors.As(err, &op) {
		err = op.Err // the rest of it repeats the address
	}
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; another program may be using the port, choose one with --listen", address, err)
	}
	return l, nil
}
