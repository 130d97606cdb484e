package flood

import (
	"math/rand/v2"
	"strings"
)

var (
	names = strings.Fields(`aiko amara anders asha bela bjorn carla chen dara diego elif emil fatima felix gita hana hugo
		ines ivan jana jonas kaito kofi lena luca maya milan nadia nils olga omar petra priya quinn rosa ruben sana sven
		tara tomas uma viktor wen yara yusuf zoe`)
	openings = strings.Split("has anyone tried|I just read about|what do you think of|today I fixed|who can explain|I love|still confused by|a question about", "|")
	things   = strings.Split("generics|goroutines|channels|interfaces|error handling|the new release|unit tests|mutexes|slices|the borrow checker|decorators|list comprehensions", "|")
	endings  = strings.Split("?|!|, any tips?| :)|.|, thanks| again|, help", "|")
)

func pick(dice *rand.Rand, list []string) string { return list[dice.IntN(len(list))] }

// sentence is something that people might write.
func sentence(dice *rand.Rand) string {
	return pick(dice, openings) + " " + pick(dice, things) + pick(dice, endings)
}

func title(name string) string { return strings.ToUpper(name[:1]) + name[1:] }

// plain leaves of a name what a username may have.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' || r == '_' {
			return r
		}
		return -1
	}, strings.ToLower(name))
}
