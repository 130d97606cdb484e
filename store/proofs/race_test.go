//go:build race

package proofs

// raced says that this build looks for races, which makes SQLite about ten times slower: it needs no
// great numbers and cannot afford them.
const raced = true
