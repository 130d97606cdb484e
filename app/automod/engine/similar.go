package engine

// maxCompared is how many characters of a text are compared.
const maxCompared = 300

// comparer compares one text with others.
type comparer struct {
	runes  []rune
	counts [32]int16
	row    [maxCompared + 1]int16
	other  [maxCompared]rune
}

func newComparer(s string) *comparer {
	c := &comparer{runes: []rune(s)}
	for _, r := range c.runes {
		c.counts[r%32]++
	}
	return c
}

// similar reports whether the other text is like this one: at most ⌈(1−similarity)·n⌉ characters
// inserted, deleted or replaced, n being the longer one's length.
func (c *comparer) similar(other string, similarity float64) bool {
	n := 0
	counts := c.counts
	for _, r := range other {
		if n == maxCompared {
			break
		}
		c.other[n] = r
		counts[r%32]--
		n++
	}
	longer := max(n, len(c.runes))
	allowed := allowedEdits(longer, similarity)
	if longer-min(n, len(c.runes)) > allowed {
		return false
	}
	more, fewer := 0, 0
	for _, count := range counts {
		if count > 0 {
			more += int(count)
		} else {
			fewer -= int(count)
		}
	}
	if max(more, fewer) > allowed { // each edit changes one count up and one down at most
		return false
	}
	return within(c.runes, c.other[:n], allowed, c.row[:])
}

// allowedEdits is ⌈(1−similarity)·n⌉ without what a float adds to a round number.
func allowedEdits(n int, similarity float64) int {
	const scale = 10_000
	different := int((1-similarity)*scale + 0.5)
	return (n*different + scale - 1) / scale
}

// within reports whether the edit distance of a and b is at most k. It computes the band of the
// matrix around its diagonal in which that can be, and stops when it cannot be any more.
func within(a, b []rune, k int, row []int16) bool {
	const far = int16(1) << 14
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		a, b = a[1:], b[1:]
	}
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a) == 0 || len(b) == 0 {
		return max(len(a), len(b)) <= k
	}
	row = row[:len(b)+1]
	for j := range row {
		row[j] = far
		if j <= k {
			row[j] = int16(j)
		}
	}
	for i := 1; i <= len(a); i++ {
		low, high := max(1, i-k), min(len(b), i+k)
		if low > high {
			return false
		}
		diagonal := row[low-1]
		row[low-1] = far
		if low == 1 && i <= k {
			row[0] = int16(i)
		}
		best := row[low-1]
		for j := low; j <= high; j++ {
			up := row[j]
			if j == i+k { // outside the band of the row before
				up = far
			}
			d := diagonal
			if a[i-1] != b[j-1] {
				d = 1 + min(d, up, row[j-1])
			}
			diagonal, row[j] = row[j], d
			best = min(best, d)
		}
		if int(best) > k {
			return false
		}
	}
	return int(row[len(b)]) <= k
}
