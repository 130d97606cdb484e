package dashboard

import (
	"encoding/csv"
	"iter"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// MaxCSVRows bounds the rows of an export.
const MaxCSVRows = 100_000

// CSV responds with a table as a file. Rows are streamed, so a long table is never held in memory; an
// error aborts the connection, so that a partial table is not mistaken for the whole.
func CSV(name string, head []string, rows iter.Seq2[[]string, error]) Response {
	return raw(func(w http.ResponseWriter) {
		h := w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".csv"}))
		control := http.NewResponseController(w)
		out := csv.NewWriter(w)
		_ = out.Write(head) // an error shows up at Flush
		n := 0
		for row, err := range rows {
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			for i := range row {
				row[i] = escapeFormula(row[i])
			}
			if out.Write(row) != nil || n == MaxCSVRows {
				break
			}
			if n++; n%1000 == 0 {
				_ = control.SetWriteDeadline(time.Now().Add(web.WriteTimeout)) // a long table may take longer than one response may
			}
		}
		out.Flush()
	})
}

// startsFormula finds a sign that makes a spreadsheet evaluate a cell, full-width ones included: at its
// start, or behind a separator at which a spreadsheet with other settings splits the line.
var startsFormula = regexp.MustCompile(`(^|[;|\t\r\n])([=+\-@＝＋－＠])`)

// escapeFormula keeps a spreadsheet from evaluating a cell that somebody else wrote.
func escapeFormula(cell string) string {
	if cell == "" {
		return cell
	}
	if cell[0] == '-' && strings.Trim(cell[1:], "0123456789") == "" {
		return cell // a number
	}
	if strings.ContainsRune("\t\r\n", rune(cell[0])) {
		cell = "'" + cell
	}
	return startsFormula.ReplaceAllString(cell, "$1'$2")
}
