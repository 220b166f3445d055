package cost

import (
	"fmt"
	"maps"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
)

// A Change is what another value of a setting would change.
type Change struct {
	Setting string `json:"setting"` // its key in cdk.json, or a context key
	Value   string `json:"value"`
	// Month is added to a month of this use, Ceiling to what strangers can cause. Both may be below nothing.
	Month   Money `json:"month"`
	Ceiling Money `json:"ceiling"`
}

// Changes are what other settings than the assembly's would change, each alone.
func Changes(f Facts, u Usage) []Change {
	month, ceiling := NewBill(f, u).Total(), NewCeiling(f, u).Today()
	var all []Change
	try := func(setting, value string, change func(f *Facts)) {
		with := f
		with.WebACLs = maps.Clone(f.WebACLs)
		change(&with)
		all = append(all, Change{setting, value, NewBill(with, u).Total() - month, NewCeiling(with, u).Today() - ceiling})
	}
	flip := func(setting string, on bool, change func(f *Facts, on bool)) {
		try(setting, fmt.Sprint(!on), func(f *Facts) { change(f, !on) })
	}
	flip("threatProtection", f.Plan == Plus, func(f *Facts, on bool) {
		if f.Plan = Essentials; on {
			f.Plan = Plus
		}
	})
	for _, days := range []int64{7, 30, 365} {
		if days != f.LogDays {
			try("logRetentionDays", fmt.Sprint(days), func(f *Facts) { f.LogDays, f.AccessLogDays = days, days })
		}
	}
	flip("disableTracing", !f.Traced, func(f *Facts, off bool) {
		f.Traced = !off
		f.Functions = each(f.Functions, func(of *Function) { of.Traced = !off })
	})
	for _, class := range []string{"PriceClass_100", "PriceClass_200", "PriceClass_All"} {
		if class != f.PriceClass {
			try("cdn.priceClass", class, func(f *Facts) { f.PriceClass = class })
		}
	}
	for _, guarded := range []Guarded{GuardedAPI, GuardedAuth, GuardedCDN} {
		if f.WebACLs[guarded] == "" {
			try(string(guarded)+".webAclArn", "set", func(f *Facts) { f.WebACLs[guarded] = "of " + string(guarded) })
		} else {
			try(string(guarded)+".webAclArn", "left out", func(f *Facts) { delete(f.WebACLs, guarded) })
		}
	}
	try("tables.max…RequestUnits", "half", func(f *Facts) { f.Tables = each(f.Tables, halve) })
	flip("pictures.keepOriginals", f.KeepOriginals, func(f *Facts, on bool) { f.KeepOriginals = on })
	flip("pictures.avif", f.AVIF, func(f *Facts, on bool) { f.AVIF = on })
	try("pictures.perDay", "half", func(f *Facts) { f.PicturesADay /= 2 })
	if !f.OwnSender {
		try("email", "set", func(f *Facts) { f.OwnSender = true })
	}
	if f.Alarms == 0 {
		try("alarms.email", "set", func(f *Facts) { f.Alarms, f.Metrics, f.Dashboards = watched(f.Site) })
	} else {
		try("alarms.email", "left out", func(f *Facts) { f.Alarms, f.Metrics, f.Dashboards = 0, 0, 0 })
	}
	try("-c architecture", other(f), func(f *Facts) {
		f.Functions = each(f.Functions, func(of *Function) { of.Time = map[Item]Item{ARM: X86, X86: ARM}[of.Time] })
	})
	return all
}

// watched are the metrics that alarms look at, those that they have counted, and the dashboards.
func watched(site bool) (ofAlarms, counted, dashboards int64) {
	for _, alarm := range alarms.All(access.Functions(), site) {
		ofAlarms += int64(len(alarm.Metrics))
		if alarm.Metrics[0].Dimensions[0].Of.Kind == alarms.Mapping {
			counted += mappingMetrics
		}
	}
	return ofAlarms, counted, 1
}

// each is a list whose parts are changed, and not those of the other list.
func each[T any](list []T, change func(*T)) []T {
	changed := append([]T(nil), list...)
	for i := range changed {
		change(&changed[i])
	}
	return changed
}

func halve(t *Table) {
	half := func(n *int64) { *n = max(1, *n/2) }
	t.Reads, t.Writes = each(t.Reads, half), each(t.Writes, half)
}

// other is the architecture that the functions are not built for.
func other(f Facts) string {
	for _, of := range f.Functions {
		if of.Time == ARM {
			return "x86_64"
		}
	}
	return "arm64"
}
