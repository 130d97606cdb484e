package bot

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
)

const (
	// repairTries bounds how often one payload is decoded in search of what cannot be read.
	repairTries = 1000
	// unreadableKinds bounds how many kinds of unreadable objects are told apart.
	unreadableKinds = 500
)

// errUnreadable says that nothing of a payload can be used.
var errUnreadable = errors.New("cannot be read")

// lenient decodes what Discord sends. The library knows the types of channels, components and
// interactions that existed when it was released: at an unknown one it fails, or panics, and with
// it all that the payload held besides. Here the smallest objects that cannot be read are left out,
// each kind of them logged once and counted always.
type lenient struct {
	log     *slog.Logger
	skipped *prometheus.CounterVec

	mu     sync.Mutex
	logged map[string]bool
}

func newLenient(log *slog.Logger, r prometheus.Registerer) *lenient {
	skipped := prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "smarterdev_discord_unreadable_total", Help: "Objects from Discord that could not be read and were left out, by what they came in and where they were in it.",
	}, []string{"source", "path"})
	// The gateway and the REST client of a process share it.
	if err := r.Register(skipped); err != nil {
		if there, ok := errors.AsType[prometheus.AlreadyRegisteredError](err); ok {
			skipped = there.ExistingCollector.(*prometheus.CounterVec)
		}
	}
	return &lenient{log: log, skipped: skipped, logged: make(map[string]bool)}
}

// read decodes data, which came in an event or as a response. It returns errUnreadable where nothing
// of it can be used; decode is called at least once, and last with what could be read.
func (l *lenient) read(source string, data []byte, decode func([]byte) error) error {
	err := guarded(decode, data)
	if err == nil {
		return nil
	}
	r := &repair{decode: decode, root: &node{raw: data}}
	if !r.shrink(r.root) || guarded(decode, r.root.append(nil)) != nil {
		l.report(source, "", data, err)
		return errUnreadable
	}
	for _, n := range r.removed {
		l.report(source, n.path(), n.raw, err)
	}
	return nil
}

// report counts an object that was left out, and logs the first of its kind.
func (l *lenient) report(source, path string, raw []byte, why error) {
	var object struct {
		Type any `json:"type"`
	}
	_ = json.Unmarshal(raw, &object) // without a type where there is none
	l.mu.Lock()
	defer l.mu.Unlock()
	kind := fmt.Sprint(source, " ", path, " ", object.Type)
	if !l.logged[kind] {
		if len(l.logged) == unreadableKinds {
			source, path = "other", "other"
		} else {
			l.logged[kind] = true
			// The error's own text may quote the payload.
			l.log.Warn("Discord sent an object that cannot be read; it is left out", "source", source, "path", cmp.Or(path, "all of it"),
				"type", object.Type, "cause", fmt.Sprintf("%T", why))
		}
	}
	l.skipped.WithLabelValues(source, path).Inc()
}

// guarded decodes, with a panic as an error.
func guarded(decode func([]byte) error, data []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return decode(data)
}

// repair searches the smallest objects of a payload without which it can be decoded.
type repair struct {
	decode  func([]byte) error
	root    *node
	tries   int
	removed []*node
}

// passes reports whether what is left of the payload can be decoded.
func (r *repair) passes() bool {
	r.tries++
	return r.tries <= repairTries && guarded(r.decode, r.root.append(nil)) == nil
}

// shrink takes objects out of n, so that the payload can be decoded. It reports false, and leaves n
// as it was, where n is not what ails it or cannot be decoded whatever is taken out.
func (r *repair) shrink(n *node) bool {
	n.expand()
	kids := n.objects()
	if len(kids) == 0 {
		return false
	}
	setSkip(kids, true)
	readable := r.passes()
	for i := 0; i < len(kids) && !readable && !n.array; i++ { // one member may be required
		kids[i].skip = false
		if readable = r.passes() || r.shrink(kids[i]); readable {
			kids = slices.Delete(kids, i, i+1)
		} else {
			kids[i].skip = true
		}
	}
	if !readable {
		setSkip(kids, false)
		return false
	}
	r.include(kids)
	return true
}

// include puts back those of the nodes with which the payload can be decoded. It can without them.
func (r *repair) include(nodes []*node) {
	if len(nodes) == 0 {
		return
	}
	setSkip(nodes, false)
	if r.passes() {
		return
	}
	if len(nodes) == 1 {
		if !r.shrink(nodes[0]) {
			nodes[0].skip = true
			r.removed = append(r.removed, nodes[0])
		}
		return
	}
	setSkip(nodes, true)
	half := len(nodes) / 2
	r.include(nodes[:half])
	r.include(nodes[half:])
}

func setSkip(nodes []*node, skip bool) {
	for _, n := range nodes {
		n.skip = skip
	}
}

// node is a value in a JSON text.
type node struct {
	raw    []byte
	parent *node
	key    string // in an object
	array  bool
	kids   []*node // once expanded
	skip   bool    // left out
}

// expand parses n one level deep.
func (n *node) expand() {
	if n.kids != nil {
		return
	}
	add := func(key string, raw json.RawMessage) {
		n.kids = append(n.kids, &node{raw: raw, parent: n, key: key})
	}
	if n.array = isArray(n.raw); n.array {
		var list []json.RawMessage
		if json.Unmarshal(n.raw, &list) == nil {
			for _, raw := range list {
				add("", raw)
			}
		}
		return
	}
	var object map[string]json.RawMessage
	if json.Unmarshal(n.raw, &object) == nil {
		for _, key := range slices.Sorted(maps.Keys(object)) {
			add(key, object[key])
		}
	}
}

// objects are the objects and arrays in n, the small ones first.
func (n *node) objects() (list []*node) {
	for _, k := range n.kids {
		if isArray(k.raw) || bytes.HasPrefix(k.raw, []byte("{")) {
			list = append(list, k)
		}
	}
	slices.SortStableFunc(list, func(a, b *node) int { return cmp.Compare(len(a.raw), len(b.raw)) })
	return list
}

// append adds n to a JSON text, without what is left out.
func (n *node) append(b []byte) []byte {
	if n.kids == nil {
		return append(b, n.raw...)
	}
	brackets := "{}"
	if n.array {
		brackets = "[]"
	}
	b = append(b, brackets[0])
	first := true
	for _, k := range n.kids {
		if k.skip {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		if !n.array {
			key, _ := json.Marshal(k.key) //nolint:errchkjson // a string
			b = append(append(b, key...), ':')
		}
		b = k.append(b)
	}
	return append(b, brackets[1])
}

// path says where n is, without the numbers of ids and positions: "channels[]", "resolved.members.*".
func (n *node) path() string {
	if n.parent == nil {
		return ""
	}
	above := n.parent.path()
	if n.parent.array {
		return above + "[]"
	}
	key := n.key
	if strings.Trim(key, "0123456789") == "" {
		key = "*"
	}
	if above == "" {
		return key
	}
	return above + "." + key
}

func isArray(raw []byte) bool { return bytes.HasPrefix(raw, []byte("[")) }
