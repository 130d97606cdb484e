// Package proofs holds the long tests of the ledger: many random operations at once, processes killed in the
// middle of them, networks that fail, disks that are full, and bugs planted on purpose to see that the checks
// find them. It has tests only.
//
// The parts:
//
//   - an order is one operation that can be given to any store, in this process or another, and delivered
//     again; figures are what it came to;
//   - a client draws orders at random and carries them out;
//   - books hold what every order came to, or that nobody knows, and audit a database against it: each
//     acknowledged order is there once with its figures, each refused one left nothing, each that nobody knows
//     is there once or not at all, and nothing else is there;
//   - a child is another process on the same database, which reports each order before and after.
//
// By default the tests take seconds; with PROOFS=full they run at the size that the claims are made for.
package proofs
