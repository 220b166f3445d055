package cost

import (
	"math/bits"
	"strconv"
	"strings"
)

// Money is a sum in nanodollars, of which a US dollar has 10⁹. As JSON it is that whole number.
type Money int64

const (
	dollar Money = 1_000_000_000
	cent         = dollar / 100
)

// String is the sum in dollars and whole cents, as in "1,350.00" and "-0.05". Half a cent is rounded away from nothing.
func (m Money) String() string {
	sign := ""
	if m < 0 {
		sign, m = "-", -m
	}
	cents := (m + cent/2) / cent
	if cents == 0 {
		sign = ""
	}
	last := strconv.Itoa(int(100 + cents%100))[1:]
	return sign + grouped(int64(cents/100)) + "." + last
}

// grouped is a number with its thousands apart, as in "12,345".
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	var parts []string
	for len(text) > 3 {
		parts = append([]string{text[len(text)-3:]}, parts...)
		text = text[:len(text)-3]
	}
	return strings.Join(append([]string{text}, parts...), ",")
}

// Of is what a quantity costs in a month, rounded to a nanodollar in each tier. A quantity below nothing costs nothing.
func (p Price) Of(quantity int64) Money {
	var sum Money
	var from int64
	for _, tier := range p.Tiers {
		upTo := tier.UpTo
		if upTo == 0 || upTo > quantity {
			upTo = quantity
		}
		if upTo > from {
			sum += p.times(upTo-from, tier.Micro)
			from = upTo
		}
	}
	return sum
}

// Past is what a quantity costs for whoever has used up what is free, at the dearest tier of what is not.
func (p Price) Past(quantity int64) Money { return p.times(quantity, p.First()) }

// First is the price of the first unit that is not free, in microdollars.
func (p Price) First() int64 {
	for _, tier := range p.Tiers {
		if tier.Micro > 0 {
			return tier.Micro
		}
	}
	return 0
}

// times is quantity / Per × micro, in nanodollars. The product has up to 128 bits.
func (p Price) times(quantity, micro int64) Money {
	if quantity <= 0 {
		return 0
	}
	high, low := bits.Mul64(uint64(quantity), uint64(micro)*1000)
	low, carry := bits.Add64(low, uint64(p.Per)/2, 0)
	nano, _ := bits.Div64(high+carry, low, uint64(p.Per))
	return Money(nano)
}
