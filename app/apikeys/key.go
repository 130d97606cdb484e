package apikeys

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"hash/crc32"
	"strings"
)

// A key is "sd_", 43 letters of a random number, and 6 of its checksum, so that a scanner can tell
// one from other text and a mistyped one is refused without asking the database.
const (
	keyPrefix = "sd_"
	secretLen = 43 // 256 bits in base64
	sumLen    = 6  // 32 bits
	shownLen  = len(keyPrefix) + 4
)

// newKey makes a key that nobody has.
func newKey() string {
	var secret [32]byte
	rand.Read(secret[:])
	text := base64.RawURLEncoding.EncodeToString(secret[:])
	return keyPrefix + text + checksum(text)
}

// parseKey returns what the store knows a key by, and false for what is no key of ours.
func parseKey(key string) (hash [sha256.Size]byte, ok bool) {
	body, ok := strings.CutPrefix(key, keyPrefix)
	if !ok || len(body) != secretLen+sumLen {
		return hash, false
	}
	secret := body[:secretLen]
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(raw) != 32 || checksum(secret) != body[secretLen:] {
		return hash, false
	}
	return sha256.Sum256([]byte(key)), true
}

// checksum finds typing errors; it guards nothing.
func checksum(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	return base64.RawURLEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// shown is the part of a key by which its owner tells it from others.
func shown(key string) string { return key[:shownLen] }
