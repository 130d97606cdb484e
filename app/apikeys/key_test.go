package apikeys

import (
	"crypto/sha256"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAKeyIsKnownByItsHashAndNothingElse(t *testing.T) {
	t.Parallel()
	key, other := newKey(), newKey()
	require.NotEqual(t, key, other)
	require.Len(t, key, 52)
	hash, ok := parseKey(key)
	require.True(t, ok)
	require.Equal(t, sha256.Sum256([]byte(key)), hash)
	require.Equal(t, key[:7], visiblePrefix(key))
	for i := range key { // one letter wrong is found without the database
		for _, letter := range []byte("Ab0_") {
			wrong := key[:i] + string(letter) + key[i+1:]
			_, ok := parseKey(wrong)
			require.Equal(t, wrong == key, ok, "letter %d", i)
		}
	}
	for _, text := range []string{"", "sd_", key + "A", key[:51], strings.ToUpper(key), " " + key, other[:46] + key[46:]} {
		_, ok := parseKey(text)
		require.False(t, ok, text)
	}
}

func FuzzKey(f *testing.F) {
	f.Add(newKey())
	f.Add("sd_")
	f.Add("sd_" + strings.Repeat("A", 49))
	f.Add(strings.Repeat("=", 52))
	f.Fuzz(func(t *testing.T, text string) {
		hash, ok := parseKey(text)
		if !ok {
			return
		}
		if len(text) != 52 || !strings.HasPrefix(text, "sd_") || hash != sha256.Sum256([]byte(text)) {
			t.Fatalf("%q was taken for a key", text)
		}
	})
}
