package extract

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/leonelquinteros/gotext"
)

// ContextFormat is the context of the formats of numbers and dates, which no call names.
const ContextFormat = "format"

// Missing lists the messages that a catalogue does not translate, and the sentences that it holds
// although nothing says them.
func Missing(catalogue []byte, messages []Message) (missing, obsolete []string) {
	po := gotext.NewPo()
	po.Parse(catalogue)
	plain, byContext := po.GetDomain().GetTranslations(), po.GetDomain().GetCtxTranslations()
	known := make(map[[2]string]bool)
	for _, m := range messages {
		known[[2]string{m.Context, m.ID}] = true
		line := plain[m.ID]
		if m.Context != "" {
			line = byContext[m.Context][m.ID]
		}
		if line == nil || !line.IsTranslated() || m.Plural != "" && (line.PluralID != m.Plural || !line.IsTranslatedN(1)) {
			missing = append(missing, fmt.Sprintf("%s: %q", m.Where[0], m.ID))
		}
	}
	for id := range plain {
		if id != "" && !known[[2]string{"", id}] {
			obsolete = append(obsolete, id)
		}
	}
	for context, lines := range byContext {
		for id := range lines {
			if id != "" && context != ContextFormat && !known[[2]string{context, id}] {
				obsolete = append(obsolete, context+": "+id)
			}
		}
	}
	slices.Sort(obsolete)
	return missing, obsolete
}

// Update rewrites a catalogue so that it holds exactly the messages, in their order and with the
// translations that it has; what is new is left empty for a translator. Header, opening comment
// and formats stay.
func Update(catalogue []byte, messages []Message) []byte {
	po := gotext.NewPo()
	po.Parse(catalogue)
	plain, byContext := po.GetDomain().GetTranslations(), po.GetDomain().GetCtxTranslations()
	var b strings.Builder
	b.WriteString(opening(string(catalogue)))
	for _, id := range slices.Sorted(maps.Keys(byContext[ContextFormat])) {
		if id == "" {
			continue // the library's own
		}
		write(&b, Message{Context: ContextFormat, ID: id}, byContext[ContextFormat][id], 1)
	}
	forms := 2
	if _, err := fmt.Sscanf(po.GetDomain().PluralForms, "nplurals=%d", &forms); err != nil {
		forms = 2
	}
	for _, m := range messages {
		line := plain[m.ID]
		if m.Context != "" {
			line = byContext[m.Context][m.ID]
		}
		write(&b, m, line, forms)
	}
	return []byte(b.String())
}

// opening is everything up to the end of the header: the first empty line behind its msgstr.
func opening(text string) string {
	start := strings.Index(text, "msgid \"\"\nmsgstr \"\"\n")
	if start < 0 {
		return ""
	}
	end := strings.Index(text[start:], "\n\n")
	if end < 0 {
		return strings.TrimRight(text, "\n") + "\n"
	}
	return text[:start+end+1]
}

func write(b *strings.Builder, m Message, line *gotext.Translation, forms int) {
	b.WriteString("\n")
	var last string
	for _, where := range m.Where { // without the line, which changes too often
		if file, _, _ := strings.Cut(where, ":"); file != last {
			fmt.Fprintf(b, "#: %s\n", file)
			last = file
		}
	}
	if m.Context != "" {
		fmt.Fprintf(b, "msgctxt %s\n", quote(m.Context))
	}
	fmt.Fprintf(b, "msgid %s\n", quote(m.ID))
	translation := func(n int) string {
		if line == nil {
			return ""
		}
		return line.Trs[n]
	}
	if m.Plural == "" {
		fmt.Fprintf(b, "msgstr %s\n", quote(translation(0)))
		return
	}
	fmt.Fprintf(b, "msgid_plural %s\n", quote(m.Plural))
	for n := range forms {
		fmt.Fprintf(b, "msgstr[%d] %s\n", n, quote(translation(n)))
	}
}

var escapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`)

func quote(s string) string { return `"` + escapes.Replace(s) + `"` }
