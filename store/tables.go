package store

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// columnKind is how a column is written in an export, the same for both engines.
type columnKind string

const (
	kindInt  columnKind = "int"
	kindID   columnKind = "id" // an id of Discord or of the queue: a string in JSON, since it is above 2^53
	kindText columnKind = "text"
	kindBool columnKind = "bool"
	kindTime columnKind = "time"
	kindUUID columnKind = "uuid"
	kindBlob columnKind = "blob"
	kindJSON columnKind = "json"
	kindReal columnKind = "real"
)

// tableColumn is one column of a table.
type tableColumn struct {
	Name string     `json:"name"`
	Kind columnKind `json:"kind"`
}

// table is one table of the schema, as the database itself describes it.
type table struct {
	name       string
	columns    []tableColumn
	key        []string // the primary key, in order
	references []string // tables that its rows point to, itself left out
}

func (t table) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
	}
	return names
}

// order is the one of the primary key, the same on both engines.
func (t table) order(d *dialect) string {
	by := make([]string, len(t.key))
	for i, name := range t.key {
		by[i] = `"` + name + `"`
		if slices.Contains(t.columns, tableColumn{name, kindText}) {
			by[i] += d.bytewise
		}
	}
	return strings.Join(by, ", ")
}

// ofGuilds tells the tables whose rows belong to a guild.
func (t table) ofGuilds() bool { return slices.Contains(t.names(), "guild_id") }

// internal are the tables that are no data: the queue and what points into it (jobs are exported by
// themselves), the steps of the schema, and what ends with the process or within minutes.
var internal = regexp.MustCompile(`^(river_.*|goose_.*|sqlite_.*|schema_versions|scheduled_jobs|sessions|confirmations)$`)

// tables lists the tables that hold data, each after those that it references, then by name.
func tables(ctx context.Context, c conn) ([]table, error) {
	found := map[string]*table{}
	d := c.dialect()
	type column struct{ table, name, declared, ddl string }
	scanColumn := func(r row) (f column, err error) { return f, r.Scan(&f.table, &f.name, &f.declared, &f.ddl) }
	for f, err := range all(c, scanColumn, d.columns) {
		if err != nil {
			return nil, err
		}
		if internal.MatchString(f.table) {
			continue
		}
		t := found[f.table]
		if t == nil {
			t = &table{name: f.table}
			found[f.table] = t
		}
		kind, err := d.kindOf(f.name, f.declared, f.ddl)
		if err != nil {
			return nil, fmt.Errorf("table %s: %w", f.table, err)
		}
		t.columns = append(t.columns, tableColumn{f.name, kind})
	}
	type pair struct{ table, name string }
	scanPair := func(r row) (p pair, err error) { return p, r.Scan(&p.table, &p.name) }
	for p, err := range all(c, scanPair, d.keys) {
		if err != nil {
			return nil, err
		}
		if t := found[p.table]; t != nil {
			t.key = append(t.key, p.name)
		}
	}
	for p, err := range all(c, scanPair, d.references) {
		if err != nil {
			return nil, err
		}
		if t := found[p.table]; t != nil && p.name != p.table {
			t.references = append(t.references, p.name)
		}
	}
	return inOrder(found), ctx.Err()
}

// inOrder puts each table after those that it references.
func inOrder(found map[string]*table) []table {
	names := make([]string, 0, len(found))
	for name := range found {
		names = append(names, name)
	}
	slices.Sort(names)
	var ordered []table
	done := map[string]bool{}
	var place func(name string)
	place = func(name string) {
		t := found[name]
		if t == nil || done[name] {
			return
		}
		done[name] = true
		for _, other := range t.references {
			place(other)
		}
		ordered = append(ordered, *t)
	}
	for _, name := range names {
		place(name)
	}
	return ordered
}

// sqliteKind reads the kind of a column from its declaration: SQLite itself knows integers, text and blobs, and our
// schema says by a CHECK what they are.
func sqliteKind(name, declared, ddl string) (columnKind, error) {
	column := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(name) + `\s+IN\s*\(0,\s*1\)`)
	switch declared {
	case "INTEGER":
		switch {
		case strings.HasSuffix(name, "_at") || name == "at":
			return kindTime, nil
		case strings.HasSuffix(name, "_id") || name == "id":
			return kindID, nil
		case column.MatchString(ddl):
			return kindBool, nil
		}
		return kindInt, nil
	case "TEXT":
		if strings.Contains(ddl, "json_valid("+name+")") || strings.Contains(ddl, "json_type("+name+")") {
			return kindJSON, nil
		}
		return kindText, nil
	case "BLOB":
		if name == "id" || strings.HasSuffix(name, "_id") || strings.Contains(ddl, "length("+name+") = 16") {
			return kindUUID, nil
		}
		return kindBlob, nil
	case "REAL":
		return kindReal, nil
	}
	return "", fmt.Errorf("column %s is a %s, which an export does not know", name, declared)
}

func postgresKind(name, declared, _ string) (columnKind, error) {
	switch declared {
	case "bigint", "integer", "smallint":
		if strings.HasSuffix(name, "_id") || name == "id" {
			return kindID, nil
		}
		return kindInt, nil
	case "text":
		return kindText, nil
	case "boolean":
		return kindBool, nil
	case "timestamp with time zone":
		return kindTime, nil
	case "uuid":
		return kindUUID, nil
	case "bytea":
		return kindBlob, nil
	case "jsonb":
		return kindJSON, nil
	case "double precision":
		return kindReal, nil
	}
	return "", fmt.Errorf("column %s is a %s, which an export does not know", name, declared)
}
