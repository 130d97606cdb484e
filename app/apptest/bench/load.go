package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// warmUp is how long a load runs before it is counted: connections are made, caches filled.
const warmUp = 300 * time.Millisecond

// request returns the bytes of a client's n-th request; they are sent before the next call.
type request func(client, n int) []byte

// load sends requests over so many connections, each with one under way, and returns how many were
// answered a second. Anything but a 200 is an error. The client writes ready-made bytes to a socket and reads
// no more of an answer than where it ends. It shares the processors with what it measures, and so takes
// about a fifth of the server's time.
func load(ctx context.Context, address string, clients int, d time.Duration, next request) (float64, error) {
	var counting atomic.Bool
	var answered atomic.Int64
	stop := make(chan struct{})
	failed := make(chan error, clients)
	var running sync.WaitGroup
	for client := range clients {
		running.Go(func() {
			if err := drive(ctx, address, stop, func(n int) []byte {
				if n > 0 && counting.Load() {
					answered.Add(1)
				}
				return next(client, n)
			}); err != nil {
				failed <- err
			}
		})
	}
	wait := func(d time.Duration) error {
		select {
		case <-time.After(d):
			return nil
		case err := <-failed:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	err := wait(warmUp)
	counting.Store(true)
	began := time.Now()
	err = errors.Join(err, wait(d))
	counting.Store(false)
	took := time.Since(began)
	close(stop)
	running.Wait()
	return float64(answered.Load()) / took.Seconds(), err
}

// drive sends one request after the other over one connection until stop is closed.
func drive(ctx context.Context, address string, stop <-chan struct{}, next func(n int) []byte) error {
	c, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(c)
	for n := 0; ; n++ {
		select {
		case <-stop:
			return nil
		default:
		}
		if _, err := c.Write(next(n)); err != nil {
			return err
		}
		if err := readAnswer(r); err != nil {
			return err
		}
	}
}

// readAnswer reads past one answer, which must be a 200.
func readAnswer(r *bufio.Reader) error {
	status, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	ok := bytes.HasPrefix(status, []byte("HTTP/1.1 200"))
	line := string(bytes.TrimSpace(status))
	length, chunked := 0, false
	for {
		header, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		header = bytes.TrimRight(header, "\r\n")
		if len(header) == 0 {
			break
		}
		name, value, _ := bytes.Cut(header, []byte(": "))
		switch {
		case bytes.EqualFold(name, []byte("Content-Length")):
			if length, err = strconv.Atoi(string(value)); err != nil {
				return err
			}
		case bytes.EqualFold(name, []byte("Transfer-Encoding")):
			chunked = true
		}
	}
	if !ok {
		body, _ := r.Peek(length)
		return fmt.Errorf("answered %s: %s", line, body)
	}
	if chunked {
		return skipChunks(r)
	}
	_, err = r.Discard(length)
	return err
}

func skipChunks(r *bufio.Reader) error {
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
		if err != nil {
			return err
		}
		if _, err := io.CopyN(io.Discard, r, size+2); err != nil { // each chunk ends with CR LF
			return err
		}
		if size == 0 {
			return nil
		}
	}
}

// get is a GET request, written once.
func get(path, key string) []byte {
	return fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n\r\n", path, key)
}

// post is a POST request with a JSON body.
func post(path, key, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		path, key, len(body), body)
}
