package text

import (
	"strings"

	"golang.org/x/net/idna"
)

// Brands are domains that others imitate.
type Brands struct {
	own    Domains
	brands []brand
}

type brand struct{ domain, label, shape string }

// NewBrands takes domains that ReadDomain has read.
func NewBrands(domains []string) Brands {
	b := Brands{own: Domains{}}
	for _, domain := range domains {
		b.own[domain] = struct{}{}
		label, _, _ := strings.Cut(domain, ".")
		if registered, _, ok := registrable(domain); ok {
			label = registered
		}
		b.brands = append(b.brands, brand{domain: domain, label: label, shape: shape(label)})
	}
	return b
}

// lures are what imitators add to a name.
var lures = [...]string{"nitro", "gift", "free", "promo", "claim", "airdrop", "giveaway", "login", "verif", "reward", "bonus"}

// shortest is the length from which a name with one wrong letter counts: of shorter ones too many are
// ordinary words.
const shortest = 6

// Imitated returns the domain that the host is made to be taken for. The domains themselves and
// their subdomains imitate nothing.
func (b Brands) Imitated(host string) (string, bool) {
	if b.own.Contains(host) {
		return "", false
	}
	label, _, registered := registrable(host)
	looks := shape(label)
	for _, brand := range b.brands {
		switch {
		case strings.HasPrefix(host, brand.domain+"."), strings.HasPrefix(host, brand.domain+"-"):
		case !registered:
			continue
		case looks == brand.shape:
		case len(brand.shape) >= shortest && oneSlip(looks, brand.shape):
		case len(brand.label) >= shortest-1 && strings.Contains(looks, brand.shape) && hasLure(host):
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

// shape reduces a label to what a hurried reader sees: its skeleton, with the letters and digits
// taken for one another as one.
func shape(label string) string {
	if unicoded, err := idna.Punycode.ToUnicode(label); err == nil {
		label = unicoded
	}
	label = Fold(Skeleton(Fold(label)))
	label = strings.NewReplacer("rn", "m", "vv", "w", "0", "o", "1", "i", "l", "i", "|", "i", "5", "s", "3", "e", "4", "a", "-", "", "_", "").Replace(label)
	bare := &View{}
	writeBare(bare, &View{Bytes: []byte(label), identity: true})
	return string(bare.Bytes)
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
	return string(bare.LettersAndDigits(nil))
}
