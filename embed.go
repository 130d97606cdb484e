package main

import "embed"

// shipped is everything that goes into the binary beside its code. It is handed down as a value;
// tests read the same folders from disk.
//
//go:embed migrations dist ui/*/*.html ui/i18n/*.po
var shipped embed.FS
