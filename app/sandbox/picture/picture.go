// Package picture draws the faces of people, the badges of bots and the icons of guilds as SVG:
// the same id gives the same picture.
package picture

import (
	"fmt"
	"strings"
	"unicode"
)

// dice gives small choices that follow from an id.
type dice uint64

func newDice(id uint64) *dice {
	d := dice(id*0x9e3779b97f4a7c15 ^ 0xbf58476d1ce4e5b9)
	return &d
}

func (d *dice) roll(n int) int {
	h := uint64(*d)
	h = (h ^ h>>30) * 0xbf58476d1ce4e5b9
	h = (h ^ h>>27) * 0x94d049bb133111eb
	h ^= h >> 31
	*d = dice(h + 0x9e3779b97f4a7c15)
	return int(h >> 33 % uint64(n))
}

func (d *dice) pick(from []string) string { return from[d.roll(len(from))] }

var (
	backgrounds = []string{"#1d4ed8", "#0f766e", "#7c3aed", "#be123c", "#b45309", "#15803d", "#0369a1", "#a21caf", "#4d7c0f", "#334155"}
	skins       = []string{"#fde2c8", "#f6cfa8", "#e8b48a", "#cf9468", "#a86f47", "#7d4f33", "#5b3a26"}
	hairs       = []string{"#1f1611", "#3b2417", "#6b3f1d", "#a8652a", "#d9a441", "#b8b8c0", "#7a1f1f", "#2b3a67"}
	shirts      = []string{"#e2e8f0", "#3b82f6", "#22c55e", "#f97316", "#facc15", "#f43f5e", "#14b8a6", "#a78bfa"}
)

// Face draws a person.
func Face(id uint64) string {
	d := newDice(id)
	background, skin, hair, shirt := d.pick(backgrounds), d.pick(skins), d.pick(hairs), d.pick(shirts)
	var s strings.Builder
	s.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">`)
	fmt.Fprintf(&s, `<rect width="128" height="128" fill="%s"/>`, background)
	style := d.roll(6)
	if style == 4 || style == 5 { // long hair falls behind the head
		fmt.Fprintf(&s, `<path d="M30 62 Q28 20 64 20 Q100 20 98 62 L%d 112 L%d 112 Z" fill="%s"/>`, 98+style, 30-style, hair)
	}
	fmt.Fprintf(&s, `<path d="M20 128 Q24 98 64 98 Q104 98 108 128 Z" fill="%s"/>`, shirt)
	fmt.Fprintf(&s, `<rect x="54" y="84" width="20" height="22" rx="9" fill="%s"/>`, skin)
	fmt.Fprintf(&s, `<circle cx="35" cy="64" r="7" fill="%s"/><circle cx="93" cy="64" r="7" fill="%s"/>`, skin, skin)
	fmt.Fprintf(&s, `<rect x="36" y="30" width="56" height="66" rx="%d" fill="%s"/>`, 24+d.roll(5), skin)
	s.WriteString(hairstyle(style, hair))
	eyes(&s, d)
	mouth(&s, d)
	extras(&s, d, hair)
	s.WriteString(`</svg>`)
	return s.String()
}

func hairstyle(style int, hair string) string {
	path := []string{
		`M34 56 Q32 22 64 22 Q96 22 94 56 Q88 40 64 40 Q40 40 34 56 Z`,                            // short
		`M34 58 Q30 18 66 20 Q98 22 94 58 Q92 44 78 38 Q56 46 44 40 Q36 46 34 58 Z`,               // parted
		`M34 50 Q40 12 50 26 Q56 8 64 24 Q72 8 80 26 Q90 14 94 50 Q84 36 64 38 Q44 36 34 50 Z`,    // tousled
		`M34 52 Q26 30 44 26 Q50 12 64 18 Q80 12 86 26 Q102 32 94 52 Q90 40 64 40 Q38 40 34 52 Z`, // curls
		`M34 62 Q32 22 64 22 Q96 22 94 62 Q90 42 64 40 Q40 40 34 62 Z`,                            // long
		`M34 62 Q32 22 64 22 Q96 22 94 62 L94 50 Q80 46 70 34 Q58 48 34 50 Z`,                     // long, swept
	}[style]
	return fmt.Sprintf(`<path d="%s" fill="%s"/>`, path, hair)
}

func eyes(s *strings.Builder, d *dice) {
	for _, x := range []int{52, 76} {
		switch d := *d; d.roll(3) {
		case 0:
			fmt.Fprintf(s, `<circle cx="%d" cy="62" r="4.2" fill="#1a1a1a"/><circle cx="%d" cy="60.5" r="1.3" fill="#fff"/>`, x, x+1)
		case 1:
			fmt.Fprintf(s, `<ellipse cx="%d" cy="62" rx="5.5" ry="4.5" fill="#fff"/><circle cx="%d" cy="62" r="3" fill="#1a1a1a"/>`, x, x)
		default:
			fmt.Fprintf(s, `<path d="M%d 63 q5 -6 10 0" stroke="#1a1a1a" stroke-width="3" fill="none" stroke-linecap="round"/>`, x-5)
		}
		fmt.Fprintf(s, `<path d="M%d 53 q6 -3 12 0" stroke="#1a1a1a" stroke-opacity=".65" stroke-width="2.4" fill="none" stroke-linecap="round"/>`, x-6)
	}
	d.roll(3)
}

func mouth(s *strings.Builder, d *dice) {
	s.WriteString(`<path d="M64 66 q-4 8 1 9" stroke="#000" stroke-opacity=".25" stroke-width="2" fill="none" stroke-linecap="round"/>`)
	switch d.roll(4) {
	case 0:
		s.WriteString(`<path d="M54 81 q10 8 20 0" stroke="#7f1d1d" stroke-width="3" fill="none" stroke-linecap="round"/>`)
	case 1:
		s.WriteString(`<path d="M53 80 h22 q-2 10 -11 10 q-9 0 -11 -10 Z" fill="#7f1d1d"/><path d="M56 80 h16 v3 h-16 Z" fill="#fff"/>`)
	case 2:
		s.WriteString(`<path d="M56 83 h16" stroke="#7f1d1d" stroke-width="3" fill="none" stroke-linecap="round"/>`)
	default:
		s.WriteString(`<path d="M54 82 q8 6 18 -2" stroke="#7f1d1d" stroke-width="3" fill="none" stroke-linecap="round"/>`)
	}
}

func extras(s *strings.Builder, d *dice, hair string) {
	switch d.roll(6) {
	case 0, 1:
		s.WriteString(`<g fill="none" stroke="#1f2937" stroke-width="2.6"><circle cx="52" cy="62" r="9"/><circle cx="76" cy="62" r="9"/><path d="M61 62 h6"/></g>`)
	case 2:
		fmt.Fprintf(s, `<path d="M40 76 Q42 104 64 104 Q86 104 88 76 Q82 90 64 90 Q46 90 40 76 Z" fill="%s"/>`, hair)
	case 3:
		s.WriteString(`<circle cx="35" cy="73" r="2.6" fill="#facc15"/><circle cx="93" cy="73" r="2.6" fill="#facc15"/>`)
	}
}

// Robot draws a bot.
func Robot(id uint64) string {
	d := newDice(id)
	background, light := d.pick(backgrounds), d.pick([]string{"#22c55e", "#38bdf8", "#facc15", "#f472b6"})
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">`+
		`<rect width="128" height="128" fill="%s"/><path d="M64 34 V20" stroke="#e2e8f0" stroke-width="4"/><circle cx="64" cy="17" r="6" fill="%s"/>`+
		`<rect x="28" y="34" width="72" height="58" rx="16" fill="#e2e8f0"/><rect x="38" y="48" width="52" height="24" rx="12" fill="#1a1a1a"/>`+
		`<circle cx="53" cy="60" r="6" fill="%s"/><circle cx="75" cy="60" r="6" fill="%s"/><path d="M52 81 h24" stroke="#64748b" stroke-width="4" stroke-linecap="round"/>`+
		`<rect x="40" y="98" width="48" height="30" rx="10" fill="#cbd5e1"/></svg>`, background, light, light, light)
}

// Icon draws a guild: the initials of its name.
func Icon(id uint64, name string) string {
	d := newDice(id)
	from, to := d.pick(backgrounds), d.pick(backgrounds)
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">`+
		`<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="%s"/><stop offset="1" stop-color="%s"/></linearGradient></defs>`+
		`<rect width="128" height="128" fill="url(#g)"/><text x="64" y="82" font-family="sans-serif" font-weight="700" font-size="52" fill="#fff" text-anchor="middle">%s</text></svg>`,
		from, to, initials(name))
}

func initials(name string) string {
	var out []rune
	for word := range strings.FieldsSeq(name) {
		for _, r := range word {
			if unicode.IsLetter(r) || unicode.IsDigit(r) {
				out = append(out, r)
				break
			}
		}
		if len(out) == 2 {
			break
		}
	}
	return string(out)
}

// Blank is the picture of someone who has none.
func Blank(id uint64) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 128 128" width="128" height="128">`+
		`<rect width="128" height="128" fill="%s"/><circle cx="64" cy="50" r="24" fill="#fff"/><path d="M20 124 Q24 84 64 84 Q104 84 108 124 Z" fill="#fff"/></svg>`,
		backgrounds[id%uint64(len(backgrounds))])
}
