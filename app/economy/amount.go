package economy

import (
	"strconv"
	"strings"

	"github.com/smarter-dev/smarterdev/app/platform/bot"
	"github.com/smarter-dev/smarterdev/app/platform/fault"
)

// Amount is a number of bytes as a person writes it: "250", "1,250", "1k", "1.5k", "all" or
// "50%". A share of a balance is known only when the balance is.
type Amount struct {
	fixed   int64
	percent int64 // 1–100, or 0 when the amount is fixed
}

// ParseAmount reads what a person typed. It fails with an Invalid fault that shows what an amount
// looks like.
func ParseAmount(s string) (Amount, error) {
	text := strings.ToLower(strings.TrimSpace(s))
	if text == "all" {
		return Amount{percent: 100}, nil
	}
	if share, ok := strings.CutSuffix(text, "%"); ok {
		n, err := strconv.ParseInt(strings.TrimSpace(share), 10, 64)
		if err != nil || n < 1 || n > 100 {
			return Amount{}, notAnAmount(s)
		}
		return Amount{percent: n}, nil
	}
	n, ok := parseWhole(text)
	if !ok || n < 1 {
		return Amount{}, notAnAmount(s)
	}
	return Amount{fixed: n}, nil
}

// Of is the amount in bytes for someone who has balance; a share is rounded down.
func (a Amount) Of(balance int64) int64 {
	if a.percent == 0 {
		return a.fixed
	}
	// Halves first, so that no balance is large enough to overflow.
	return balance/100*a.percent + balance%100*a.percent/100
}

// NeedsBalance reports whether the amount is a share.
func (a Amount) NeedsBalance() bool { return a.percent > 0 }

// parseWhole reads digits, with "," between groups of three, and an optional k or m behind
// them; "1.5k" is 1500. A fraction of a byte is not a number of bytes.
func parseWhole(s string) (int64, bool) {
	digits := 0
	if rest, ok := strings.CutSuffix(s, "k"); ok {
		s, digits = rest, 3
	} else if rest, ok := strings.CutSuffix(s, "m"); ok {
		s, digits = rest, 6
	}
	whole, fraction, _ := strings.Cut(s, ".")
	if len(fraction) > digits || strings.HasSuffix(s, ".") {
		return 0, false
	}
	if groups := strings.Split(whole, ","); len(groups) > 1 {
		if len(groups[0]) == 0 || len(groups[0]) > 3 {
			return 0, false
		}
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return 0, false
			}
		}
		whole = strings.Join(groups, "")
	}
	text := whole + fraction + strings.Repeat("0", digits-len(fraction))
	if whole == "" || len(text) > 18 || strings.Trim(text, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(text, 10, 64)
	return n, err == nil
}

func notAnAmount(s string) error {
	var f fault.Fields
	f.Add("amount", "“%s” is not an amount. Enter a whole number like 250 or 1k, a percentage like 50%%, or all.", bot.Escape(shorten(s)))
	return f.Err()
}

// shorten keeps a quoted input from filling the refusal that quotes it.
func shorten(s string) string {
	if r := []rune(s); len(r) > 30 {
		return string(r[:29]) + "…"
	}
	return s
}
