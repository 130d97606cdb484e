package enginetest

// language is how the members of one tongue write.
type language struct {
	greetings []string
	short     []string
	sentences []string // with two things
	things    []string
}

var firsts = []string{"sunny", "river", "maple", "pixel", "cobalt", "ember", "quiet", "lucky", "velvet", "cedar", "nova", "misty"}

var seconds = []string{"fox", "_owl", "otter", ".dev", "wolf", "77", "smith", "_x", "cat", "2003", "moon", "leaf"}

var wishes = []string{
	"happy birthday!", "Happy Birthday 🎂", "hbd!!", "alles Gute zum Geburtstag", "feliz cumpleaños 🎉", "с днём рождения!",
	"お誕生日おめでとう", "joyeux anniversaire", "happy birthday, have a great day", "🎂🎂🎂", "many happy returns",
}

var codes = []string{
	"```go\nfor i := range %d {\n\n\tfmt.Println(i) // %s\n}\n```",
	"```py\nasync def main():\n    await asyncio.sleep(%d)\n    print(\"%s\")\n```",
	"`SELECT * FROM members LIMIT %d` says %s",
	"```\npanic: runtime error: index out of range [%d]\n\ngoroutine 1 [running]:\nmain.%s()\n\t/src/main.go:12\n```",
	"use `std::vector<int> v(%d);` and **not** an array, %s",
}

var addresses = []string{
	"https://github.com/golang/go/issues/%d", "https://pkg.go.dev/net/http#hdr-%d", "<https://stackoverflow.com/questions/%d>",
	"https://docs.python.org/3/library/asyncio-task.html?v=%d", "[the docs](https://discord.js.org/docs/%d)",
	"https://discord.com/channels/1/102/%d", "https://www.youtube.com/watch?v=dQw4w9%d", "https://de.wikipedia.org/wiki/Größe_(%d)",
	"https://discordpy.readthedocs.io/en/stable/api.html#%d",
}

var languages = []language{
	{
		greetings: []string{"hi everyone, glad to be here", "hello! where do I ask about Go?", "hey, new here"},
		short:     []string{"lol", "yes", "no idea", "thanks!", "same", "true", "haha", "ok", "let me check", "brb", "nice one", "which one?"},
		sentences: []string{
			"does anybody know why %s does not work with %s?", "I think %s is easier to read than %s", "yesterday I moved from %s to %s and it was fine",
			"you need %s before you can use %s", "the docs about %s say nothing of %s", "can you share your %s? mine has no %s",
			"that is because %s runs before %s", "I would not mix %s and %s in one project", "after the update %s broke but %s is fine",
		},
		things: []string{"the new release", "my config file", "a slice", "the race detector", "docker compose", "that library", "a webhook", "sqlite", "the test suite", "a goroutine", "an index", "the linter", "this assignment", "class diagrams", "assumptions"},
	},
	{
		greetings: []string{"hallo zusammen, bin neu hier", "moin, wo stelle ich Fragen?"},
		short:     []string{"ja", "nein", "danke!", "stimmt", "haha", "keine Ahnung", "mal sehen", "ok", "gleich"},
		sentences: []string{
			"weiß jemand, warum %s mit %s nicht läuft?", "ich finde %s übersichtlicher als %s", "gestern habe ich %s durch %s ersetzt",
			"für %s braucht man vorher %s", "in der Anleitung zu %s steht nichts über %s", "nach dem Update ging %s, aber %s nicht mehr",
		},
		things: []string{"die neue Version", "meine Einstellungen", "der Übersetzer", "die Größe", "das Straßennetz", "die Datenbank", "der Schlüssel", "eine Schleife", "der Testlauf"},
	},
	{
		greetings: []string{"hola a todos, soy nuevo", "buenas, ¿dónde pregunto?"},
		short:     []string{"sí", "no", "gracias!", "jajaja", "vale", "ni idea", "claro", "ahora miro"},
		sentences: []string{
			"¿alguien sabe por qué %s no funciona con %s?", "creo que %s es más fácil que %s", "el año pasado cambié %s por %s", "antes de %s necesitas %s",
			"en los documentos de %s no dicen nada de %s",
		},
		things: []string{"la versión nueva", "mi configuración", "el compilador", "los años", "la función", "el índice", "la contraseña", "el código"},
	},
	{
		greetings: []string{"всем привет, я новенький", "добрый день! куда писать вопросы?"},
		short:     []string{"да", "нет", "спасибо!", "ага", "не знаю", "сейчас гляну", "ок", "ха-ха", "точно"},
		sentences: []string{
			"кто-нибудь знает, почему %s не работает с %s?", "мне кажется, %s проще, чем %s", "вчера я заменил %s на %s", "сначала нужно %s, а потом %s",
			"не выноси сор из избы: %s и %s", "в документации про %s ничего не сказано о %s",
		},
		things: []string{"новая версия", "мои настройки", "компилятор", "база данных", "ключ", "сор", "рост", "цикл", "тесты", "объект"},
	},
	{
		greetings: []string{"はじめまして、よろしくお願いします", "こんにちは！質問はどこですか？"},
		short:     []string{"はい", "いいえ", "ありがとう！", "なるほど", "www", "たしかに", "わからない", "見てみます"},
		sentences: []string{"%sが%sと動かないのはなぜですか？", "%sより%sのほうが読みやすいと思います", "昨日%sから%sに変えました", "Goで%sと%sを書いています"},
		things:    []string{"新しいバージョン", "設定ファイル", "コンパイラ", "データベース", "テスト", "関数", "富士山", "東京"},
	},
	{
		greetings: []string{"bonjour à tous, je suis nouveau", "salut ! où poser une question ?"},
		short:     []string{"oui", "non", "merci !", "d'accord", "mdr", "aucune idée", "je regarde", "voilà"},
		sentences: []string{
			"quelqu'un sait pourquoi %s ne marche pas avec %s ?", "je trouve %s plus clair que %s", "hier j'ai remplacé %s par %s", "il faut %s avant %s",
		},
		things: []string{"la nouvelle version", "ma configuration", "le compilateur", "l'été", "la boucle", "le résumé", "une clé", "le café"},
	},
	{
		greetings: []string{"مرحبا بالجميع، أنا جديد هنا"},
		short:     []string{"نعم", "لا", "شكرا!", "صحيح", "لا أعرف", "حسنا"},
		sentences: []string{"هل يعرف أحد لماذا لا يعمل %s مع %s؟", "أظن أن %s أسهل من %s", "أمس استبدلت %s ب %s"},
		things:    []string{"الإصدار الجديد", "قاعدة البيانات", "المترجم", "الملف", "المفتاح", "الدالة"},
	},
	{
		greetings: []string{"नमस्ते सबको, मैं नया हूँ"},
		short:     []string{"हाँ", "नहीं", "धन्यवाद!", "सही", "पता नहीं", "ठीक है"},
		sentences: []string{"क्या किसी को पता है कि %s %s के साथ क्यों नहीं चलता?", "मुझे %s %s से आसान लगता है", "कल मैंने %s को %s से बदला"},
		things:    []string{"नया संस्करण", "डेटाबेस", "कंपाइलर", "फ़ाइल", "कुंजी", "परीक्षण"},
	},
}
