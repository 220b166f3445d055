package cost

import (
	"encoding/json"
	"time"
)

// A Report is all that there is to say about an assembly and a use. As JSON, sums are whole nanodollars.
type Report struct {
	Assembly string     `json:"assembly"` // the folder
	Region   string     `json:"region"`
	Unit     string     `json:"unit"`
	Prices   PriceTable `json:"prices"`
	// Usage is the file of use.
	Usage json.RawMessage `json:"usage"`
	Idle  Bill            `json:"idle"`
	Month Bill            `json:"month"`
	// Thousands are of more of this use.
	Thousands []Thousand `json:"thousandMore"`
	Ceiling   Ceiling    `json:"ceiling"`
	Changes   []Change   `json:"changes"`
	// Guards are what has a web ACL.
	Guards []Guarded `json:"webAcls"`
	// NotCounted are resources that cost what is not known here.
	NotCounted []string `json:"notCounted"`
}

// A PriceTable says which prices a report is by.
type PriceTable struct {
	Of     string        `json:"of"` // the month, as in "2026-11"
	Region string        `json:"region"`
	Old    bool          `json:"old"` // by more than a year
	All    []PricedThing `json:"all"`
	// Free is what several of them have free together.
	Free []FreeTogether `json:"freeTogether"`
}

// A PricedThing is a price as others read it.
type PricedThing struct {
	Item    Item        `json:"item"`
	Service string      `json:"service"`
	What    string      `json:"what"`
	Unit    string      `json:"unit"`
	Per     int64       `json:"per"`
	Tiers   []PriceTier `json:"tiers"`
	Page    string      `json:"page"`
	Seen    Seen        `json:"seen"`
}

// A PriceTier is a Tier as others read it: nanodollars a unit.
type PriceTier struct {
	UpTo  int64 `json:"upTo,omitempty"` // 0 for all the rest
	Price Money `json:"price"`
}

// NewReport reports about the assembly in a folder, as of now.
func NewReport(folder string, f Facts, u Usage, now time.Time) Report {
	r := Report{
		Assembly: folder, Region: f.Region, Unit: "nanodollars",
		Prices:    PriceTable{Of: Of.Format("2006-01"), Region: Region, Old: Old(now), Free: Free},
		Usage:     u.File(),
		Idle:      Idle(f, u),
		Month:     NewBill(f, u),
		Thousands: Thousands(f, u), Ceiling: NewCeiling(f, u), Changes: Changes(f, u),
		Guards: []Guarded{}, NotCounted: append([]string{}, f.NotCounted...),
	}
	for _, guarded := range []Guarded{GuardedAPI, GuardedAuth, GuardedCDN} {
		if f.WebACLs[guarded] != "" {
			r.Guards = append(r.Guards, guarded)
		}
	}
	for _, item := range items {
		p := Prices[item]
		thing := PricedThing{item, p.Service, p.What, p.Unit, p.Per, nil, p.Page, p.Seen}
		for _, tier := range p.Tiers {
			thing.Tiers = append(thing.Tiers, PriceTier{tier.UpTo, Money(tier.Micro) * 1000})
		}
		r.Prices.All = append(r.Prices.All, thing)
	}
	return r
}
