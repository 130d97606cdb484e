// Package interop holds the tests in which Discord libraries that know nothing of the stand-in
// log in and work against it. With SANDBOX set to a playground's address they use that stand-in,
// which is then a process of its own, instead of starting one.
package interop
