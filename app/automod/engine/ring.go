package engine

// ring is a queue whose entries keep their number for as long as they are in it.
type ring[T any] struct {
	entries []T // the length is a power of two, or zero
	first   int64
	next    int64
}

func (r *ring[T]) len() int { return int(r.next - r.first) }

// at returns the entry with the number; it must be in the queue.
func (r *ring[T]) at(number int64) *T {
	return &r.entries[number&int64(len(r.entries)-1)]
}

// has reports whether the entry is still there.
func (r *ring[T]) has(number int64) bool { return number >= r.first && number < r.next }

func (r *ring[T]) push(entry T) int64 {
	if r.len() == len(r.entries) {
		grown := make([]T, max(8, 2*len(r.entries)))
		for number := r.first; number < r.next; number++ {
			grown[number&int64(len(grown)-1)] = *r.at(number)
		}
		r.entries = grown
	}
	*r.at(r.next) = entry
	r.next++
	return r.next - 1
}

func (r *ring[T]) pop() {
	var zero T
	*r.at(r.first) = zero
	r.first++
	if r.len() == 0 {
		r.entries = nil
	}
}
