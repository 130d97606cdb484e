package store

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/disgoorg/snowflake/v2"
	"github.com/google/uuid"
)

// ExportFormat names the format of an export in its first line, and ExportVersion its version.
const (
	ExportFormat  = "smarterdev-export"
	ExportVersion = 1
)

// ExportManifest is the first line of an export.
type ExportManifest struct {
	Format    string        `json:"format"`
	Version   int           `json:"version"`
	Schema    int64         `json:"schema"` // the step of the schema that the data is in
	CreatedAt time.Time     `json:"created_at"`
	Guild     snowflake.ID  `json:"guild_id,omitzero"` // 0: the whole installation
	Tables    []ExportTable `json:"tables"`            // in the order in which they follow
}

// Rows is how many rows an export announces.
func (m ExportManifest) Rows() (n int64) {
	for _, t := range m.Tables {
		n += t.Rows
	}
	return n
}

// ExportTable describes the rows of one table.
type ExportTable struct {
	Name    string        `json:"name"`
	Columns []tableColumn `json:"columns"`
	Rows    int64         `json:"rows"`
}

// exportEnd follows the rows of a table.
type exportEnd struct {
	End    string `json:"end"`
	Rows   int64  `json:"rows"`
	SHA256 string `json:"sha256"` // of the table's lines, each with its newline
}

// ExportOptions say what to export and who watches.
type ExportOptions struct {
	Guild    snowflake.ID                      // this guild alone; 0: everything
	Now      time.Time                         // the time in the manifest
	Progress func(table string, written int64) // called for every thousand rows, with the rows of all tables so far; may be nil
}

// Export writes the data of one moment as JSON lines that either engine can import: the manifest, then for each table
// its rows as arrays, and a line with their number and checksum. Sessions, questions that wait for an answer and the
// steps of the schema are left out; jobs that wait are part of it. It holds one row at a time.
func (s *Store) Export(ctx context.Context, w io.Writer, o ExportOptions) (ExportManifest, error) {
	schema, err := s.Schema(ctx)
	if err != nil {
		return ExportManifest{}, err
	}
	if schema.Version != schema.Known {
		return ExportManifest{}, fmt.Errorf("%w: the schema is at step %d and this binary exports step %d; run smarterdev migrate up first", ErrInvalid, schema.Version, schema.Known)
	}
	m := ExportManifest{Format: ExportFormat, Version: ExportVersion, Schema: schema.Version, CreatedAt: o.Now.UTC().Truncate(time.Second), Guild: o.Guild}
	err = s.db.snapshot(ctx, func(c conn) error {
		found, err := tables(ctx, c)
		if err != nil {
			return err
		}
		out := &exporter{w: bufio.NewWriterSize(w, 1<<16), progress: o.Progress}
		var parts []part
		for _, t := range found {
			if o.Guild != 0 && !t.ofGuilds() {
				continue
			}
			parts = append(parts, partOf(c.dialect(), t, o.Guild))
		}
		parts = append(parts, jobsPart(c.dialect(), o.Guild))
		for i := range parts {
			p := &parts[i]
			if p.Rows, err = one(c, scalar[int64], `SELECT count(*) FROM (`+p.query+`) AS counted`, p.args...); err != nil {
				return err
			}
			m.Tables = append(m.Tables, p.ExportTable)
		}
		if err := out.line(m); err != nil {
			return err
		}
		for _, p := range parts {
			if err := out.table(c, p); err != nil {
				return fmt.Errorf("table %s: %w", p.Name, err)
			}
		}
		return out.w.Flush()
	})
	return m, wrap("export", err)
}

// part is a table of an export with the query of its rows.
type part struct {
	ExportTable
	query string // without an order
	order string
	args  []any
}

func partOf(d *dialect, t table, guild snowflake.ID) part {
	p := part{ExportTable: ExportTable{Name: t.name, Columns: t.columns}, order: t.order(d)}
	p.query = `SELECT ` + quoted(t.names()) + ` FROM ` + t.name
	if guild != 0 {
		p.query, p.args = p.query+` WHERE guild_id = $1`, []any{guild}
	}
	return p
}

// exporter writes lines, and sums those of a table.
type exporter struct {
	w        *bufio.Writer
	sum      hash.Hash // nil outside of a table
	written  int64
	progress func(string, int64)
	buf      []byte
}

func (e *exporter) line(v any) error {
	raw, err := json.Marshal(v)
	if err != nil {
		return err
	}
	return e.write(append(raw, '\n'))
}

func (e *exporter) write(line []byte) error {
	if e.sum != nil {
		e.sum.Write(line)
	}
	_, err := e.w.Write(line)
	return err
}

func (e *exporter) table(c conn, p part) error {
	e.sum = sha256.New()
	rs, err := c.query(p.query+` ORDER BY `+p.order, p.args...)
	if err != nil {
		return err
	}
	defer rs.Close()
	cells := make([]cell, len(p.Columns))
	targets := make([]any, len(p.Columns))
	for i, column := range p.Columns {
		if cells[i], targets[i], err = newCell(column.Kind); err != nil {
			return err
		}
	}
	n := int64(0)
	for rs.Next() {
		if err := rs.Scan(targets...); err != nil {
			return err
		}
		e.buf = append(e.buf[:0], '[')
		for i := range cells {
			if i > 0 {
				e.buf = append(e.buf, ',')
			}
			if e.buf, err = cells[i].append(e.buf); err != nil {
				return fmt.Errorf("column %s: %w", p.Columns[i].Name, err)
			}
		}
		if err := e.write(append(e.buf, ']', '\n')); err != nil {
			return err
		}
		n++
		if e.written++; e.progress != nil && e.written%1000 == 0 {
			e.progress(p.Name, e.written)
		}
	}
	if err := rs.Err(); err != nil {
		return err
	}
	end := exportEnd{p.Name, n, hex.EncodeToString(e.sum.Sum(nil))}
	e.sum = nil
	return e.line(end)
}

// cell holds one scanned value and writes it as JSON.
type cell struct{ append func([]byte) ([]byte, error) }

// newCell returns the target to scan into, too.
func newCell(kind columnKind) (cell, any, error) {
	switch kind {
	case kindInt, kindID:
		return nullable(func(b []byte, v int64) ([]byte, error) {
			if kind == kindID {
				return append(strconv.AppendUint(append(b, '"'), uint64(v), 10), '"'), nil
			}
			return strconv.AppendInt(b, v, 10), nil
		})
	case kindBool:
		v := new(bool)
		return cell{func(b []byte) ([]byte, error) { return strconv.AppendBool(b, *v), nil }}, v, nil
	case kindReal:
		v := new(float64)
		return cell{func(b []byte) ([]byte, error) { return strconv.AppendFloat(b, *v, 'g', -1, 64), nil }}, v, nil
	case kindText:
		return nullable(func(b []byte, v string) ([]byte, error) {
			raw, err := json.Marshal(v)
			return append(b, raw...), err
		})
	case kindTime:
		return nullable(func(b []byte, v time.Time) ([]byte, error) {
			return append(v.UTC().AppendFormat(append(b, '"'), time.RFC3339Nano), '"'), nil
		})
	case kindUUID:
		return nullable(func(b []byte, v uuid.UUID) ([]byte, error) {
			return append(append(append(b, '"'), v.String()...), '"'), nil
		})
	case kindBlob:
		v := new([]byte)
		return cell{func(b []byte) ([]byte, error) {
			if *v == nil {
				return append(b, "null"...), nil
			}
			return append(base64.StdEncoding.AppendEncode(append(b, '"'), *v), '"'), nil
		}}, v, nil
	case kindJSON:
		v := new(json.RawMessage)
		return cell{func(b []byte) ([]byte, error) {
			if *v == nil {
				return append(b, "null"...), nil
			}
			raw, err := canonical(*v)
			if err != nil {
				return nil, err
			}
			// In a string, so that a JSON null in the column and no value stay apart.
			text, err := json.Marshal(string(raw))
			return append(b, text...), err
		}}, v, nil
	}
	return cell{}, nil, fmt.Errorf("%w: kind %q", ErrInvalid, kind)
}

func nullable[T any](write func([]byte, T) ([]byte, error)) (cell, any, error) {
	v := new(*T)
	return cell{func(b []byte) ([]byte, error) {
		if *v == nil {
			return append(b, "null"...), nil
		}
		return write(b, **v)
	}}, v, nil
}

// canonical writes JSON with sorted keys and no spaces: PostgreSQL keeps neither order nor spaces.
func canonical(raw json.RawMessage) ([]byte, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n")), nil
}

// parse reads one value of an export back into what the store binds; nil is NULL.
func (k columnKind) parse(raw json.RawMessage) (any, error) {
	if string(raw) == "null" {
		return nil, nil //nolint:nilnil // NULL
	}
	switch k {
	case kindInt:
		return parsed[int64](raw)
	case kindBool:
		return parsed[bool](raw)
	case kindReal:
		return parsed[float64](raw)
	}
	text, err := parsed[string](raw)
	if err != nil {
		return nil, err
	}
	switch s := text.(string); k {
	case kindID:
		n, err := strconv.ParseUint(s, 10, 64)
		return int64(n), err
	case kindTime:
		return time.Parse(time.RFC3339Nano, s)
	case kindUUID:
		return uuid.Parse(s)
	case kindBlob:
		b, err := base64.StdEncoding.DecodeString(s)
		return b, err
	case kindJSON:
		if !json.Valid([]byte(s)) {
			return nil, fmt.Errorf("%q is no JSON", strings.ToValidUTF8(s, "?"))
		}
		return json.RawMessage(s), nil
	case kindText:
		return s, nil
	}
	return nil, fmt.Errorf("kind %q is not known", k)
}

func parsed[T any](raw json.RawMessage) (any, error) {
	var v T
	err := json.Unmarshal(raw, &v)
	return v, err
}
