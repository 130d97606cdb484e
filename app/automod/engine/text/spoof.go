package text

import (
	"bytes"
	"strings"

	"golang.org/x/net/idna"
)

// Brands are domains that others imitate.
type Brands struct {
	own    Domains
	brands []brand
}

type brand struct{ domain, shape string }

// NewBrands takes domains that ReadDomain has read.
func NewBrands(domains []string) Brands {
	if len(domains) == 0 {
		return Brands{}
	}
	b := Brands{own: Domains{}}
	for _, domain := range domains {
		b.own[domain] = struct{}{}
		label, _, _ := strings.Cut(domain, ".")
		if registered, _, ok := registrable(domain); ok {
			label = registered
		}
		b.brands = append(b.brands, brand{domain: domain, shape: string(shape(nil, label))})
	}
	return b
}

// lures are what imitators add to a name.
var lures = [...]string{"nitro", "gift", "free", "promo", "claim", "airdrop", "giveaway", "login", "verif", "reward", "bonus"}

// shortest is the length from which a name with one wrong letter counts: of shorter ones too many are
// ordinary words.
const shortest = 6

// Imitated returns the domain that the host imitates. The domains themselves and
// their subdomains imitate nothing.
func (b Brands) Imitated(host string) (string, bool) {
	if len(b.brands) == 0 || b.own.Contains(host) {
		return "", false
	}
	label, _, registered := registrable(host)
	var buffer [64]byte
	looks := shape(buffer[:0], label)
	for _, brand := range b.brands {
		switch {
		case brand.heads(host):
		case !registered:
			continue
		case string(looks) == brand.shape:
		case len(brand.shape) >= shortest && oneSlip(unsafeString(looks), brand.shape):
		case len(brand.shape) >= shortest-1 && bytes.Contains(looks, []byte(brand.shape)) && hasLure(host):
		default:
			continue
		}
		return brand.domain, true
	}
	return "", false
}

func hasLure(host string) bool {
	for _, lure := range lures {
		if strings.Contains(host, lure) {
			return true
		}
	}
	return false
}

// heads reports whether the host only begins as the domain, as discord.com.evil.example does.
func (b brand) heads(host string) bool {
	rest, ok := strings.CutPrefix(host, b.domain)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '-')
}

// shape reduces a label to what a hurried reader sees: its skeleton, with the letters and digits
// taken for one another as one.
func shape(to []byte, label string) []byte {
	if !isSimpleHost(label) {
		if unicoded, err := idna.Punycode.ToUnicode(label); err == nil {
			label = unicoded
		}
		bare := &View{}
		writeBare(bare, &View{Bytes: []byte(Fold(Skeleton(Fold(label)))), identity: true})
		label = string(bare.Bytes)
	}
	for i := 0; i < len(label); i++ {
		c := label[i]
		switch {
		case c == '-' || c == '_':
			continue
		case c == 'r' && i+1 < len(label) && label[i+1] == 'n':
			c = 'm'
			i++
		case c == 'v' && i+1 < len(label) && label[i+1] == 'v':
			c = 'w'
			i++
		case c == '0':
			c = 'o'
		case c == '1' || c == 'l' || c == '|':
			c = 'i'
		case c == '3':
			c = 'e'
		case c == '4':
			c = 'a'
		case c == '5':
			c = 's'
		}
		to = append(to, c)
	}
	return to
}

// oneSlip reports whether one letter more, less, other or two swapped turn a into b.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	start := 0
	for start < len(a) && a[start] == b[start] {
		start++
	}
	end := 0
	for end < len(a)-start && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	restA, restB := a[start:len(a)-end], b[start:len(b)-end]
	switch {
	case len(restB) <= 1 && len(restA) <= 1:
		return true
	case len(restA) == 2 && len(restB) == 2:
		return restA[0] == restB[1] && restA[1] == restB[0]
	}
	return false
}

// NameShape is what a name looks like as a whole, without decoration around its letters.
func NameShape(name string) string {
	t := New(name, Plain)
	defer t.Release()
	var view View
	forRunes(t.Folded().Bytes, func(r rune, part Span) { putSkeleton(&view, r, false, part) })
	bare := &View{}
	view.identity = true
	writeBare(bare, &view)
	letters, _ := bare.LettersAndDigits(nil)
	return string(letters)
}
