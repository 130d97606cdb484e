//go:build !race

package proofs

// raced says that this build looks for races.
const raced = false
