package dashboard

import (
	"strconv"

	"github.com/smarter-dev/smarterdev/ui"
)

// lastOffset bounds how far into a list an address can lead.
const lastOffset = 1_000_000

// Offset is how many rows of a list come before those that the address asks for. It fails with NotFound.
func (r *Request) Offset() (int, error) {
	text := r.URL.Query().Get("offset")
	if text == "" {
		return 0, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > lastOffset {
		return 0, NotFound()
	}
	return n, nil
}

// PagerByOffset is the pager of a list of total rows, size on a page, that Offset leads through. target is
// the id of the element that holds the list.
func (r *Request) PagerByOffset(target string, offset, size, total int) ui.Pager {
	p := ui.Pager{Target: target, Page: offset/size + 1, Pages: max(1, (total+size-1)/size)}
	to := func(offset int) string {
		if offset <= 0 {
			return r.With(map[string]string{"offset": ""})
		}
		return r.With(map[string]string{"offset": strconv.Itoa(offset)})
	}
	if offset > 0 {
		p.First, p.Previous = to(0), to(offset-size)
	}
	if offset+size < total {
		p.Next = to(offset + size)
	}
	return p
}

// PagerByKey is the pager of a list that goes on behind a row: the value of key in the address. next is that
// of the following page, empty on the last. Such a list is only read forwards. total is how many rows there
// are, size of them on a page; 0: unknown.
func (r *Request) PagerByKey(target, key, next string, size, total int) ui.Pager {
	p := ui.Pager{Target: target, Page: 1}
	if r.URL.Query().Get(key) != "" {
		p.First = r.With(map[string]string{key: "", "page": ""})
		if n, err := strconv.Atoi(r.URL.Query().Get("page")); err == nil && n > 1 && n <= lastOffset {
			p.Page = n
		} else {
			p.Page = 0 // an address from elsewhere
		}
	}
	if next != "" {
		page := ""
		if p.Page > 0 {
			page = strconv.Itoa(p.Page + 1)
		}
		p.Next = r.With(map[string]string{key: next, "page": page})
	}
	if pages := (total + size - 1) / size; pages >= p.Page {
		p.Pages = pages
	}
	return p
}
