package cloudwatch

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// kept is for how long figures are there.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html#metrics-retention
const kept = 15 * 24 * time.Hour

// metric says which figures: those of a namespace and a name, of a resource.
type metric struct {
	namespace, name string
	dimensions      string // as dimensionsText writes them
}

// dimensionsText is one text for the same dimensions, in whatever order.
func dimensionsText(dimensions []aws.Dimension) string {
	sorted := slices.SortedFunc(slices.Values(dimensions), func(a, b aws.Dimension) int {
		return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Value, b.Value))
	})
	var b strings.Builder
	for _, d := range sorted {
		b.WriteString(d.Name + "\x00" + d.Value + "\x00")
	}
	return b.String()
}

// figures are what was reported within a time.
type figures struct{ count, sum, least, most float64 }

func (f figures) with(g figures) figures {
	switch {
	case f.count == 0:
		return g
	case g.count == 0:
		return f
	}
	return figures{f.count + g.count, f.sum + g.sum, min(f.least, g.least), max(f.most, g.most)}
}

// statistic is one of them by its name; false of what has none.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
func (f figures) statistic(name string) (float64, bool) {
	if f.count == 0 {
		return 0, false
	}
	switch name {
	case "Sum":
		return f.sum, true
	case "Average":
		return f.sum / f.count, true
	case "SampleCount":
		return f.count, true
	case "Minimum":
		return f.least, true
	}
	return f.most, true
}

// statistics are those that the sandbox computes.
var statistics = []string{"Average", "Maximum", "Minimum", "SampleCount", "Sum"}

// series are the figures of a metric, by the minute since 1970 that they are of.
type series struct {
	dimensions []aws.Dimension
	unit       string
	minutes    map[int64]figures
}

// metrics are all figures of a region.
type metrics struct {
	mu  sync.RWMutex
	all map[metric]*series
}

func minuteOf(at time.Time) int64 { return at.Unix() / 60 }

// add adds a value, and forgets what is too old of its metric.
func (m *metrics) add(d aws.Datum, now time.Time) {
	if d.At.IsZero() {
		d.At = now
	}
	key := metric{d.Namespace, d.Name, dimensionsText(d.Dimensions)}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.all[key]
	if s == nil {
		s = &series{dimensions: d.Dimensions, unit: d.Unit, minutes: map[int64]figures{}}
		m.all[key] = s
	}
	minute := minuteOf(d.At)
	f, known := s.minutes[minute]
	s.minutes[minute] = f.with(figures{1, d.Value, d.Value, d.Value})
	if oldest := minuteOf(now.Add(-kept)); !known {
		for old := range s.minutes {
			if old < oldest {
				delete(s.minutes, old)
			}
		}
	}
}

// between are the figures from a time up to, but without, another.
func (m *metrics) between(key metric, from, to time.Time) figures {
	m.mu.RLock()
	defer m.mu.RUnlock()
	s := m.all[key]
	if s == nil {
		return figures{}
	}
	var all figures
	first, end := minuteOf(from), minuteOf(to)
	if int64(len(s.minutes)) < end-first { // a day has more minutes than most metrics have figures
		for minute, f := range s.minutes {
			if first <= minute && minute < end {
				all = all.with(f)
			}
		}
		return all
	}
	for minute := first; minute < end; minute++ {
		all = all.with(s.minutes[minute])
	}
	return all
}

// listed is a metric that has figures.
type listed struct {
	metric
	dimensions []aws.Dimension
}

// list are the metrics that have figures since a time, sorted.
func (m *metrics) list(since time.Time) (all []listed) {
	m.mu.RLock()
	defer m.mu.RUnlock()
	for key, s := range m.all {
		for minute := range s.minutes {
			if minute >= minuteOf(since) {
				all = append(all, listed{key, s.dimensions})
				break
			}
		}
	}
	slices.SortFunc(all, func(a, b listed) int {
		return cmp.Or(strings.Compare(a.namespace, b.namespace), strings.Compare(a.name, b.name), strings.Compare(a.metric.dimensions, b.metric.dimensions))
	})
	return all
}
