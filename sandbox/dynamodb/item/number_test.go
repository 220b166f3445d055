package item_test

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

const (
	digits38 = "12345678901234567890123456789012345678"
	largest  = "9.9999999999999999999999999999999999999E+125"
)

func TestNumber_hasOneForm(t *testing.T) {
	for text, want := range map[string]string{
		"0": "0", "-0": "0", "+0.000e50": "0", "0e999999999999999999999": "0", "00": "0",
		"1": "1", "+1": "1", "01": "1", "1.0": "1", "-1.50": "-1.5", ".5": "0.5", "5.": "5", "-.5": "-0.5",
		"1e3": "1000", "1E+3": "1000", "1500e-2": "15", "0.001e3": "1", "1e-3": "0.001", "-7E-2": "-0.07",
		"1e125": "1" + strings.Repeat("0", 125), "1e-130": "0." + strings.Repeat("0", 129) + "1",
		digits38: digits38, "-" + digits38: "-" + digits38, digits38 + "000": digits38 + "000", "0.00" + digits38: "0.00" + digits38,
		"000" + digits38 + ".000":                 digits38,
		"0." + strings.Repeat("0", 200) + "1e200": "0.1", "1" + strings.Repeat("0", 200) + "e-200": "1",
		largest: strings.Repeat("9", 38) + strings.Repeat("0", 88),
	} {
		v := item.Number(text)
		if err := v.Check(); err != nil || v.Text != want || v.Kind != item.N {
			t.Errorf("%s: got %s %q %v, want %q", text, v.Kind, v.Text, err, want)
		}
	}
}

func TestNumber_refusesWhatIsNone(t *testing.T) {
	const (
		none      = "The parameter cannot be converted to a numeric value"
		overflow  = "Number overflow. Attempting to store a number with magnitude larger than supported range"
		underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range"
		imprecise = "Attempting to store more than 38 significant digits in a Number"
	)
	for text, want := range map[string]string{
		"": none, "one": none + ": one", " 1": none + ":  1", "1 ": none + ": 1 ", "1,5": none + ": 1,5", ".": none + ": .",
		"-": none + ": -", "--1": none + ": --1", "1e": none + ": 1e", "1e+": none + ": 1e+", "e5": none + ": e5", "1e1.5": none + ": 1e1.5",
		"0x10": none + ": 0x10", "1_000": none + ": 1_000", "NaN": none + ": NaN", "Infinity": none + ": Infinity", "١": none + ": ١",
		"1e126": overflow, "-1e126": overflow, "10e125": overflow, "1e99999999999999999999": overflow,
		"1e-131": underflow, "0.1e-130": underflow, "-1e-99999999999999999999": underflow,
		digits38 + "9": imprecise, "1." + digits38: imprecise, "1" + strings.Repeat("0", 37) + "1": imprecise,
	} {
		if err := item.Number(text).Check(); err == nil || err.Error() != want {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
	}
}

func TestAdd_isExactOrRefused(t *testing.T) {
	const overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range"
	for _, test := range []struct{ a, b, sum, difference string }{
		{"1", "2", "3", "-1"},
		{"0.1", "0.2", "0.3", "-0.1"},
		{"-5", "5", "0", "-10"},
		{"1e125", "-1e125", "0", "2" + strings.Repeat("0", 125)},
		{digits38, "1", "12345678901234567890123456789012345679", "12345678901234567890123456789012345677"},
		{"99999999999999999999999999999999999999", "1", "1" + strings.Repeat("0", 38), strings.Repeat("9", 37) + "8"},
		{"99999999999999999999999999999999999999", "2", overflow, strings.Repeat("9", 37) + "7"},
		{"1e38", "0.1", overflow, overflow},
		{"1e37", "1", "1" + strings.Repeat("0", 36) + "1", strings.Repeat("9", 37)},
		{largest, largest, overflow, "0"},
		{"1e-130", "1e-130", "0." + strings.Repeat("0", 129) + "2", "0"},
	} {
		for name, calculate := range map[string]func(a, b item.Value) (item.Value, error){test.sum: item.Add, test.difference: item.Subtract} {
			got, err := calculate(item.Number(test.a), item.Number(test.b))
			if answer := got.Text; err != nil {
				if err.Error() != name {
					t.Errorf("%s and %s: got %v, want %s", test.a, test.b, err, name)
				}
			} else if answer != name {
				t.Errorf("%s and %s: got %s, want %s", test.a, test.b, answer, name)
			}
		}
	}
}

// random is a number with up to 38 digits and any exponent.
func random(r *rand.Rand) string {
	var b strings.Builder
	for range 1 + r.IntN(38) {
		b.WriteByte(byte('0' + r.IntN(10)))
	}
	text := b.String()
	if r.IntN(2) == 0 {
		at := r.IntN(len(text))
		text = text[:at] + "." + text[at:]
	}
	if r.IntN(2) == 0 {
		text = "-" + text
	}
	if r.IntN(2) == 0 {
		text += fmt.Sprint("e", r.IntN(160)-80)
	}
	return text
}

// Numbers keep their value and order as numbers do, by themselves and as keys.
func TestNumber_isTheNumberThatItWas(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var last item.Value
	var lastRat *big.Rat
	for range 20_000 {
		text := random(r)
		want, ok := new(big.Rat).SetString(text)
		v := item.Number(text)
		got, fine := new(big.Rat).SetString(v.Text)
		if err := v.Check(); err != nil || !ok || !fine || got.Cmp(want) != 0 {
			t.Fatalf("%s became %q: %v", text, v.Text, err)
		}
		if lastRat != nil {
			order := want.Cmp(lastRat)
			if c := item.Compare(v, last); sign(c) != order {
				t.Fatalf("%s and %s: Compare is %d, want %d", v.Text, last.Text, c, order)
			}
			if c := strings.Compare(string(v.AppendKey(nil)), string(last.AppendKey(nil))); c != order {
				t.Fatalf("%s and %s: keys are %d, want %d", v.Text, last.Text, c, order)
			}
			if item.Equal(v, last) != (order == 0) {
				t.Fatalf("%s and %s: Equal is %t", v.Text, last.Text, order != 0)
			}
		}
		last, lastRat = v, want
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

// Sums of random numbers are those of rational numbers, where 38 digits are enough for them.
func TestAdd_isTheSum(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	exact := 0
	for range 5_000 {
		a, b := item.Number(random(r)), item.Number(random(r))
		x, _ := new(big.Rat).SetString(a.Text)
		y, _ := new(big.Rat).SetString(b.Text)
		sum, err := item.Add(a, b)
		if err != nil {
			continue
		}
		exact++
		if got, _ := new(big.Rat).SetString(sum.Text); got.Cmp(new(big.Rat).Add(x, y)) != 0 {
			t.Fatalf("%s + %s is %s", a.Text, b.Text, sum.Text)
		}
		back, err := item.Subtract(sum, b)
		if err != nil || !item.Equal(back, a) {
			t.Fatalf("%s + %s - %[2]s is %s: %v", a.Text, b.Text, back.Text, err)
		}
	}
	if exact < 500 {
		t.Errorf("%d of 5,000 sums have 38 digits: too few to tell", exact)
	}
}

func FuzzNumber(f *testing.F) {
	for _, text := range []string{"0", "-1.5e-7", digits38, largest, "1e", "+.e1", "1e-130"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v := item.Number(text)
		if v.Check() != nil {
			return
		}
		if again := item.Number(v.Text); again.Text != v.Text || !item.Equal(v, again) {
			t.Errorf("%q becomes %q, then %q", text, v.Text, again.Text)
		}
		if size := v.Size(); size < 1 || size > 21 {
			t.Errorf("%s has %d bytes", v.Text, size)
		}
	})
}
