package cost

import (
	"slices"
)

// A Line is a part of a bill.
type Line struct {
	Item     Item   `json:"item"`
	Service  string `json:"service"`
	What     string `json:"what"`
	Quantity int64  `json:"quantity"` // in what the price counts: requests, bytes, or megabytes × milliseconds
	Cost     Money  `json:"cost"`
}

// A Bill is a month's, in the order of the items.
type Bill []Line

// NewBill is what a month of a use costs.
func NewBill(f Facts, u Usage) Bill { return bill(use(f, u)) }

// Idle is what a month costs in which nobody comes, and nothing is there.
func Idle(f Facts, u Usage) Bill {
	return NewBill(f, Usage{Each: u.Each, WebACL: u.WebACL})
}

func bill(m Use) Bill {
	var lines Bill
	free := m.free()
	for _, item := range items {
		if m[item] > 0 {
			price := Prices[item]
			lines = append(lines, Line{item, price.Service, price.What, m[item], price.Of(m[item] - free[item])})
		}
	}
	return lines
}

// free is how much of each item is free because several have that together.
func (m Use) free() Use {
	free := Use{}
	for _, together := range Free {
		left := together.Free
		for _, item := range together.Items {
			free[item] = min(left, m[item])
			left -= free[item]
		}
	}
	return free
}

// Total is the sum.
func (b Bill) Total() (sum Money) {
	for _, line := range b {
		sum += line.Cost
	}
	return sum
}

// Services are the sums by service.
func (b Bill) Services() map[string]Money {
	sums := map[string]Money{}
	for _, line := range b {
		sums[line.Service] += line.Cost
	}
	return sums
}

// services are all, in the order of a bill.
func services() (names []string) {
	for _, item := range items {
		if service := Prices[item].Service; !slices.Contains(names, service) {
			names = append(names, service)
		}
	}
	return names
}

// A Thousand is what a thousand more of something a month add.
type Thousand struct {
	Of string `json:"of"` // a key of the file of use
	// Now is at this use, and Past for whoever has used up what is free and is in the dearest tier of the rest.
	Now  Money `json:"now"`
	Past Money `json:"past"`
}

// Thousands are what a thousand more users, calls, pictures and views add. A picture is made and stays for the month.
func Thousands(f Facts, u Usage) []Thousand {
	var all []Thousand
	before := use(f, u)
	for _, more := range []struct {
		of    string
		count func(*Usage) *int64
	}{
		{"users", func(u *Usage) *int64 { return &u.Users }},
		{"calls", func(u *Usage) *int64 { return &u.Calls }},
		{"pictures", func(u *Usage) *int64 { return &u.Pictures }},
		{"views", func(u *Usage) *int64 { return &u.Views }},
	} {
		with := u
		*more.count(&with) += 1000
		after := use(f, with)
		one := Thousand{Of: more.of, Now: bill(after).Total() - bill(before).Total()}
		for item := range after {
			one.Past += Prices[item].Past(after[item] - before[item])
		}
		all = append(all, one)
	}
	return all
}
