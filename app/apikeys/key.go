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
	keyPrefix      = "sd_"
	secretLength   = 43 // 256 bits in base64
	checksumLength = 6  // 32 bits
	visibleLength  = len(keyPrefix) + 4
)

// newKey generates a key.
func newKey() string {
	var secret [32]byte
	rand.Read(secret[:])
	text := base64.RawURLEncoding.EncodeToString(secret[:])
	return keyPrefix + text + checksum(text)
}

// parseKey returns the hash by which the store knows a key, and false for a malformed key.
func parseKey(key string) (hash [sha256.Size]byte, ok bool) {
	body, ok := strings.CutPrefix(key, keyPrefix)
	if !ok || len(body) != secretLength+checksumLength {
		return hash, false
	}
	secret := body[:secretLength]
	raw, err := base64.RawURLEncoding.Strict().DecodeString(secret)
	if err != nil || len(raw) != 32 || checksum(secret) != body[secretLength:] {
		return hash, false
	}
	return sha256.Sum256([]byte(key)), true
}

// checksum detects typing errors; it is not a security measure.
func checksum(text string) string {
	sum := crc32.ChecksumIEEE([]byte(text))
	return base64.RawURLEncoding.EncodeToString([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)})
}

// visiblePrefix is the part of a key by which its owner recognizes it.
func visiblePrefix(key string) string { return key[:visibleLength] }
