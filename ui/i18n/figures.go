package i18n

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// contextFormat holds what a language writes its own way: an example number, and layouts of dates
// as package time takes them.
const contextFormat = "format"

type formats struct {
	group, decimal             string
	day, moment, exact, inText string
	months                     *strings.Replacer // English names and their translations; nil in English
}

func readFormats(p *Printer) formats {
	number := p.C(contextFormat, "1,234.5")
	f := formats{group: ",", decimal: "."}
	if digits := []rune(number); len(digits) == len("1,234.5") {
		f.group, f.decimal = string(digits[1]), string(digits[5])
	}
	f.day = p.C(contextFormat, "2 Jan 2006")
	f.moment = p.C(contextFormat, "2 Jan 2006, 15:04 UTC")
	f.exact = p.C(contextFormat, "Monday, 2 January 2006, 15:04:05 UTC")
	f.inText = p.C(contextFormat, "2 January 2006 at 15:04 UTC")
	if p.po != nil {
		f.months = calendar(p)
	}
	return f
}

// calendar replaces the English names of months and days that package time writes.
func calendar(p *Printer) *strings.Replacer {
	var names []string
	for m := time.January; m <= time.December; m++ {
		long := p.C(contextFormat, m.String())
		names = append(names, m.String(), long)
	}
	for d := time.Sunday; d <= time.Saturday; d++ {
		names = append(names, d.String(), p.C(contextFormat, d.String()))
	}
	for m := time.January; m <= time.December; m++ {
		short := m.String()[:3]
		if m != time.May { // short and long are the same word
			names = append(names, short, p.C(contextFormat, short))
		}
	}
	return strings.NewReplacer(names...)
}

func (p *Printer) date(t time.Time, layout string) string {
	s := t.UTC().Format(layout)
	if p.formats.months != nil {
		s = p.formats.months.Replace(s)
	}
	return s
}

// Number groups digits by three: 1250 is "1,250" in English.
func (p *Printer) Number(n int64) string {
	s := strconv.FormatInt(n, 10)
	first := 0
	if n < 0 {
		first = 1
	}
	for i := len(s) - 3; i > first; i -= 3 {
		s = s[:i] + p.formats.group + s[i:]
	}
	return s
}

// Decimal writes f with the given number of digits after the decimal sign.
func (p *Printer) Decimal(f float64, digits int) string {
	whole, fraction, _ := strings.Cut(strconv.FormatFloat(f, 'f', digits, 64), ".")
	negative := strings.HasPrefix(whole, "-")
	n, err := strconv.ParseInt(whole, 10, 64)
	if err != nil { // infinite, not a number, or too large to group
		return strconv.FormatFloat(f, 'g', -1, 64)
	}
	s := p.Number(n)
	if negative && n == 0 {
		s = "-" + s
	}
	if fraction != "" {
		s += p.formats.decimal + fraction
	}
	return s
}

// Bytes is an amount of the economy: "1 byte", "1,250 bytes".
func (p *Printer) Bytes(n int64) string { return p.N("%s byte", "%s bytes", n) }

// Duration is how long something still takes, rounded up to the minute: "3 h 12 min".
func (p *Printer) Duration(d time.Duration) string {
	minutes := int64((d + time.Minute - 1) / time.Minute)
	switch {
	case minutes <= 1:
		return p.T("1 min")
	case minutes < 60:
		return p.T("%d min", minutes)
	case minutes < 48*60 && minutes%60 != 0:
		return p.T("%d h %d min", minutes/60, minutes%60)
	case minutes < 48*60:
		return p.T("%d h", minutes/60)
	default:
		return p.N("%s day", "%s days", (minutes+24*60-1)/(24*60))
	}
}

// Day is a date in UTC: "1 Mar 2026".
func (p *Printer) Day(t time.Time) string { return p.date(t, p.formats.day) }

// ShortMoment is a point in time in a table, in UTC: "1 Mar 2026, 14:00 UTC".
func (p *Printer) ShortMoment(t time.Time) string { return p.date(t, p.formats.moment) }

// ExactMoment is a point in time to the second, in UTC.
func (p *Printer) ExactMoment(t time.Time) string { return p.date(t, p.formats.exact) }

// Moment is a point in time in a sentence, in UTC: "1 March 2026 at 14:00 UTC".
func (p *Printer) Moment(t time.Time) string { return p.date(t, p.formats.inText) }

// List joins items as a sentence does: "a, b and c".
func (p *Printer) List(items ...any) string {
	words := make([]string, len(items))
	for i, item := range p.localized(items) {
		words[i] = fmt.Sprint(item)
	}
	switch len(words) {
	case 0:
		return ""
	case 1:
		return words[0]
	}
	last := len(words) - 1
	return p.T("%s and %s", strings.Join(words[:last], ", "), words[last])
}
