package backups

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/smarter-dev/smarterdev/store"
)

// WriteExport writes an export to file, compressed when its name ends with .gz. size is that of the database, for the
// room that it may take. The file appears under its name when it is whole. store.ErrExists when it is there.
func WriteExport(ctx context.Context, db *store.Store, file string, size int64, o store.ExportOptions) (m store.ExportManifest, err error) {
	if _, err := os.Lstat(file); err == nil {
		return m, fmt.Errorf("%s: %w", file, store.ErrExists)
	}
	if err := checkSpace(filepath.Dir(file), size); err != nil {
		return m, err
	}
	part := file + ".part"
	out, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return m, err
	}
	defer os.Remove(part)
	var w io.WriteCloser = nopCloser{out}
	if strings.HasSuffix(file, ".gz") {
		w = gzip.NewWriter(out)
	}
	m, err = db.Export(ctx, w, o)
	if err = errors.Join(err, w.Close(), out.Sync(), out.Close()); err != nil {
		return m, err
	}
	return m, place(part, file)
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// OpenExport opens an export for reading, compressed or not; "-" is stdin.
func OpenExport(file string, stdin io.Reader) (io.ReadCloser, error) {
	in := io.NopCloser(stdin)
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return nil, err
		}
		in = f
	}
	if !strings.HasSuffix(file, ".gz") {
		return in, nil
	}
	unzipped, err := gzip.NewReader(in)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: it is not compressed as its name says", store.ErrDamaged), in.Close())
	}
	return struct {
		io.Reader
		io.Closer
	}{unzipped, in}, nil
}
