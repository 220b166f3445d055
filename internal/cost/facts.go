package cost

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

// Facts is what the templates of an assembly say that costs depend on.
type Facts struct {
	Region string
	// Plan of the user pool, and whether it has a sender of its own for mails.
	Plan      Item
	OwnSender bool
	// Providers are companies whose accounts may sign in: each has a secret.
	Providers int64
	Tables    []Table
	Functions []Function
	// Traced says whether the API sends traces, and LogDays how long logs are kept, 0 for ever.
	Traced  bool
	LogDays int64
	// AccessLogs says whether there are lines about requests to the bucket of files, kept for AccessLogDays.
	AccessLogs    bool
	AccessLogDays int64
	KeepOriginals bool
	AVIF          bool
	PicturesADay  int64 // that a user may have made
	PriceClass    string
	// WebACLs are the ARNs of web ACLs by what they guard; the same one may stand at two.
	WebACLs map[Guarded]string
	// Alarms are metrics that alarms look at, Metrics those that are counted because somebody asked for them.
	Alarms, Metrics, Dashboards int64
	// Site tells whether the pages are behind a distribution of their own.
	Site bool
	// NotCounted are types of resources whose costs nobody knows here, each with its number, and what runs how often nobody knows.
	NotCounted []string
}

// Guarded is what a web ACL may stand before.
type Guarded string

// What may have a web ACL.
const (
	GuardedAPI  Guarded = "api"
	GuardedAuth Guarded = "auth"
	GuardedCDN  Guarded = "cdn"
)

// A Table has ceilings of units a second, its own and then those of its indexes. 0 is none.
type Table struct {
	ID            string
	Reads, Writes []int64
	Recovery      bool
}

// Indexes are those of a table.
func (t Table) Indexes() int64 { return int64(len(t.Writes)) - 1 }

// A Function is one of Lambda's.
type Function struct {
	ID          string
	Memory      int64 // in megabytes
	Seconds     int64 // that it may take
	Time        Item  // what its processor's time is
	Concurrency int64 // 0 for what the account has left
	Pictures    bool  // it makes them
	SweepUnits  int64 // read units a second of the tables that it sweeps at half of, 0 for a function that does not
	Traced      bool
}

// Read takes the facts from an assembly. The error joins all that is not as the stacks write it, one line each.
func Read(a *assembly.Assembly) (Facts, error) {
	r := reader{facts: Facts{WebACLs: map[Guarded]string{}, KeepOriginals: true}, others: map[string]int{}, expires: map[string]int64{}}
	for _, stack := range a.Stacks {
		r.facts.Region = cmp.Or(r.facts.Region, stack.Region) // of those that stand elsewhere, there are others before
		for _, res := range stack.Template.Resources.All() {
			part := part{r: &r, stack: stack, at: stack.ID + "." + res.LogicalID, properties: res.Properties}
			read, known := readers[res.Type]
			switch {
			case known && read != nil:
				read(&r, part)
			case !known:
				r.others[res.Type]++
			}
		}
	}
	slices.Sort(r.facts.NotCounted)
	for _, kind := range slices.Sorted(maps.Keys(r.others)) {
		r.facts.NotCounted = append(r.facts.NotCounted, fmt.Sprintf("%s (%d)", kind, r.others[kind]))
	}
	if r.facts.Plan == "" {
		r.fault("got no user pool, want the one of the backend")
	}
	for _, bucket := range r.logsTo {
		r.facts.AccessLogs, r.facts.AccessLogDays = true, cmp.Or(r.expires[bucket], 3653)
	}
	return r.facts, errors.Join(r.faults...)
}

type reader struct {
	facts   Facts
	others  map[string]int   // how many of types that are not known
	expires map[string]int64 // days that what is in a bucket stays
	logsTo  []string         // buckets of lines about others
	faults  []error
}

func (r *reader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf(format, args...))
}

func (r *reader) notCounted(what string) { r.facts.NotCounted = append(r.facts.NotCounted, what) }

// part is a resource, or a part of one.
type part struct {
	r          *reader
	stack      *assembly.Stack
	at         string
	properties any
}

// get is a value at a path, as in "Replicas.0.Region", or nil.
func (p part) get(path string) any {
	value := p.properties
	for name := range strings.SplitSeq(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}

func (p part) each(path string) (parts []part) {
	list, _ := p.get(path).([]any)
	for i, value := range list {
		parts = append(parts, part{p.r, p.stack, fmt.Sprintf("%s.%s.%d", p.at, path, i), value})
	}
	return parts
}

func (p part) text(path string) string {
	text, _ := p.get(path).(string)
	return text
}

// number is a whole number at a path, 0 where there is nothing. A text of digits is one too: environment variables are texts.
func (p part) number(path string) int64 {
	value := p.get(path)
	if value == nil {
		return 0
	}
	n, err := strconv.ParseInt(fmt.Sprint(value), 10, 64)
	if err != nil {
		text, _ := json.Marshal(value)
		p.r.fault("%s.%s: got %s, want a whole number", p.at, path, text)
	}
	return n
}

func (p part) flag(path string) bool {
	value := fmt.Sprint(p.get(path))
	return value == "true"
}
