package text_test

import (
	"testing"

	"github.com/smarter-dev/smarterdev/app/automod/engine/text"
)

const (
	ascii100 = "hello there everyone, does anybody know how the new release handles config files on windows? thanks!"
	mixed200 = "Привет всем! Кто-нибудь знает, как новая версия читает настройки? 日本語のテキストも少し書きます。 Résumé très déjà vu, ça marche 😀👍🏽 and then some English words to fill the line, ευχαριστώ πολύ για τη βοήθεια σας σήμερα εδώ ok"
)

func BenchmarkRead(b *testing.B) {
	for name, source := range map[string]string{"ascii100": ascii100, "mixed200": mixed200} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read := text.New(source, text.Markdown)
				read.Folded()
				read.LookAlike()
				read.Release()
			}
		})
	}
}
