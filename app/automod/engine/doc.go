// Package engine judges what happens in a guild by the guild's rules. It is pure: no clock, no
// network, no database. Who listens, acts and stores lies above it.
//
// Rules are data ([Rule], with the names of the API); [Validate] says what is wrong with one and
// where, [Compile] makes a guild's rules ready. A listener turns each gateway event into an
// [Event] and does, for one guild at a time and in order:
//
//	windows := all.Guild(guildID) // one *Windows for the process
//	compiled.Count(event, windows)
//	verdict := compiled.Check(event, windows)
//	// act on verdict.Acting(), log verdict.Matches
//	event.Release()
//
// Counting comes first and judging after, so that a rule that deletes a message never hides it
// from another rule's count. [Compiled.Check] changes nothing and may be repeated, as after a
// look-up of [Verdict.Unresolved] invites. [Compiled.Explain] says rule by rule why one does not
// match. A rule under test is compiled by itself and fed a copy of what was written, with windows
// of its own. [Compiled] does not change: whoever edits rules swaps it whole.
//
// What a rule reads is made by package text. The words of all rules are found by one automaton in
// one pass over each view of a text, and so are the literals that a pattern cannot match without:
// a pattern runs when one of its literals occurs. Patterns are RE2 by the standard library:
// go-re2's set of many patterns is faster only for the few that have no literal, and is large
// to build.
package engine
