package wire

import "encoding/json"

// List is a list of Discord's objects. Unlike a plain slice it is never null in JSON: one without
// entries is [], which clients rely on.
type List[T any] []T

// MarshalJSON writes the entries, [] when there are none.
func (l List[T]) MarshalJSON() ([]byte, error) {
	if len(l) == 0 {
		return []byte("[]"), nil
	}
	return json.Marshal([]T(l))
}
