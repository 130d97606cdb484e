package dashboard

import (
	"encoding/csv"
	"iter"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/smarter-dev/smarterdev/app/platform/web"
)

// CSVMost bounds the rows of an exported table.
const CSVMost = 100_000

// CSV answers with a table as a file. Rows are written as they come, so a long table is never held
// whole; an error ends the connection, so that half a table is not taken for all of it.
func CSV(name string, head []string, rows iter.Seq2[[]string, error]) Answer {
	return Send(func(w http.ResponseWriter) {
		h := w.Header()
		h.Set("Content-Type", "text/csv; charset=utf-8")
		h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name + ".csv"}))
		control := http.NewResponseController(w)
		out := csv.NewWriter(w)
		_ = out.Write(head) // what fails here fails at the end
		n := 0
		for row, err := range rows {
			if err != nil {
				panic(http.ErrAbortHandler)
			}
			for i := range row {
				row[i] = harmless(row[i])
			}
			if out.Write(row) != nil || n == CSVMost {
				break
			}
			if n++; n%1000 == 0 {
				_ = control.SetWriteDeadline(time.Now().Add(web.WriteTimeout)) // a long table may take longer in all
			}
		}
		out.Flush()
	})
}

// harmless keeps a spreadsheet from running a cell that somebody else wrote.
func harmless(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r\n", rune(cell[0])) {
		return cell
	}
	if cell[0] == '-' && strings.Trim(cell[1:], "0123456789") == "" {
		return cell // a number
	}
	return "'" + cell
}
