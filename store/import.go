package store

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"

	"github.com/disgoorg/snowflake/v2"
)

// ErrDamaged: an export is cut off, was changed, or is none.
var ErrDamaged = errors.New("the export cannot be used")

// ErrNotEmpty: there is data already where an import would write.
var ErrNotEmpty = errors.New("there is data already")

// ImportOptions say how to import and who watches.
type ImportOptions struct {
	DryRun   bool                               // do everything, prove it, and keep nothing
	Progress func(table string, read, of int64) // called for every thousand rows, of all tables; may be nil
}

// Import reads an export into the database, whose schema must be up to date and which must hold no data, or with the
// export of one guild, none of that guild. It is one transaction: checksums and the ledger are proved before it
// commits, and after an error nothing is there. Jobs come held (see HoldJobs). ErrDamaged and ErrNotEmpty say why.
func (s *Store) Import(ctx context.Context, r io.Reader, o ImportOptions) (ExportManifest, Report, error) {
	in := &importer{lines: bufio.NewReaderSize(r, 1<<16), progress: o.Progress}
	var report *Report
	err := in.manifest()
	if err == nil {
		err = s.db.fill(ctx, func(f filler) error {
			if err := in.into(ctx, f); err != nil {
				return err
			}
			report = newReport()
			if err := verifyAccounts(f, report); err != nil {
				return err
			}
			if err := errors.Join(verifyReversals(f, report), verifyKeys(f, report)); err != nil {
				return err
			}
			if !report.OK() {
				return fmt.Errorf("%w: its ledger does not add up: %s", ErrDamaged, report.Differences[0])
			}
			if o.DryRun {
				return errDryRun
			}
			return nil
		})
	}
	if errors.Is(err, errDryRun) {
		err = nil
	}
	if report == nil {
		report = newReport()
	}
	return in.m, *report, wrap("import", err)
}

// errDryRun undoes the transaction of a dry run.
var errDryRun = errors.New("dry run")

type importer struct {
	lines    *bufio.Reader
	m        ExportManifest
	sum      hash.Hash // nil outside of a table
	read     int64
	progress func(string, int64, int64)
}

// line returns the next line with its newline, valid until the next call.
func (in *importer) line() ([]byte, error) {
	line, err := in.lines.ReadSlice('\n')
	for long := line; errors.Is(err, bufio.ErrBufferFull); {
		long = slices.Clone(long)
		line, err = in.lines.ReadSlice('\n')
		long = append(long, line...)
		line = long
	}
	if errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("%w: it ends early, after %d of %d rows", ErrDamaged, in.read, in.m.Rows())
	}
	return line, err
}

func (in *importer) manifest() error {
	line, err := in.line()
	if err != nil {
		return err
	}
	if err := json.Unmarshal(line, &in.m); err != nil || in.m.Format != ExportFormat {
		return fmt.Errorf("%w: its first line is no manifest of a %s", ErrDamaged, ExportFormat)
	}
	if in.m.Version != ExportVersion {
		return fmt.Errorf("%w: it has version %d of the format, and this binary reads version %d", ErrDamaged, in.m.Version, ExportVersion)
	}
	return nil
}

func (in *importer) into(ctx context.Context, f filler) error {
	known, err := tables(ctx, f)
	if err != nil {
		return err
	}
	if err := in.check(known); err != nil {
		return err
	}
	for _, t := range known {
		if err := empty(f, t, in.m.Guild); err != nil {
			return err
		}
	}
	for _, t := range in.m.Tables {
		if err := in.table(f, t); err != nil {
			return fmt.Errorf("table %s: %w", t.Name, err)
		}
	}
	if _, err := in.lines.ReadByte(); !errors.Is(err, io.EOF) {
		return fmt.Errorf("%w: something follows its last table", ErrDamaged)
	}
	return f.loaded()
}

// check compares the tables of the export with those of the schema.
func (in *importer) check(known []table) error {
	for _, t := range in.m.Tables {
		if t.Name == jobsTable {
			continue
		}
		i := slices.IndexFunc(known, func(k table) bool { return k.name == t.Name })
		if i < 0 || !slices.Equal(known[i].columns, t.Columns) {
			return fmt.Errorf("%w: its table %s is in the form of step %d of the schema, not as this binary has it; import it with the version that wrote it, and update then",
				ErrDamaged, t.Name, in.m.Schema)
		}
	}
	return nil
}

func empty(c conn, t table, guild snowflake.ID) error {
	query, args := `SELECT count(*) FROM (SELECT 1 FROM `+t.name+` LIMIT 1) AS first`, []any(nil)
	if guild != 0 {
		if !t.ofGuilds() {
			return nil
		}
		query, args = `SELECT count(*) FROM (SELECT 1 FROM `+t.name+` WHERE guild_id = $1 LIMIT 1) AS first`, []any{guild}
	}
	n, err := one(c, scalar[int64], query, args...)
	if err != nil || n == 0 {
		return err
	}
	if guild != 0 {
		return fmt.Errorf("%w: the table %s has rows of the server %d", ErrNotEmpty, t.name, uint64(guild))
	}
	return fmt.Errorf("%w: the table %s has rows; an import goes into an empty database", ErrNotEmpty, t.name)
}

// table loads the rows of one table and compares its checksum.
func (in *importer) table(f filler, t ExportTable) error {
	in.sum = sha256.New()
	var end exportEnd
	n := int64(0)
	next := func() ([]any, error) {
		line, err := in.line()
		if err != nil {
			return nil, err
		}
		if line[0] == '{' {
			return nil, json.Unmarshal(line, &end)
		}
		in.sum.Write(line)
		n++
		if in.read++; in.progress != nil && in.read%1000 == 0 {
			in.progress(t.Name, in.read, in.m.Rows())
		}
		return values(line, t.Columns, in.m.Guild)
	}
	var err error
	if t.Name == jobsTable {
		err = loadJobs(f, next)
	} else {
		names := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			names[i] = c.Name
		}
		err = f.load(t.Name, names, next)
	}
	if err != nil {
		return err
	}
	if end.End != t.Name || end.Rows != n || n != t.Rows || end.SHA256 != hex.EncodeToString(in.sum.Sum(nil)) {
		return fmt.Errorf("%w: its %d rows are not those that were written, by their checksum", ErrDamaged, n)
	}
	return nil
}

// values reads a row; one of another guild than the export's is refused.
func values(line []byte, columns []tableColumn, guild snowflake.ID) ([]any, error) {
	var raw []json.RawMessage
	if err := json.Unmarshal(line, &raw); err != nil || len(raw) != len(columns) {
		return nil, fmt.Errorf("%w: a row has not the columns of its table", ErrDamaged)
	}
	row := make([]any, len(raw))
	for i, c := range columns {
		v, err := c.Kind.parse(raw[i])
		if err != nil {
			return nil, fmt.Errorf("%w: column %s: %w", ErrDamaged, c.Name, err)
		}
		if id, ok := v.(int64); ok && guild != 0 && c.Name == "guild_id" && id != int64(guild) {
			return nil, fmt.Errorf("%w: a row belongs to the server %d", ErrDamaged, id)
		}
		row[i] = v
	}
	return row, nil
}
