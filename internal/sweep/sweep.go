package sweep

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

const (
	// young is how old something has to be, or what is there may be of a call that is at work, or is tried again.
	young = 2 * time.Hour
	// between is how far apart two passes have to be that agree: an hour, and schedules are precise to the minute.
	// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html
	between = 55 * time.Minute
	// most is how long a pass takes where nobody says when it ends: as long as Lambda lets a function.
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html
	most = 15 * time.Minute
	// reserve is what is left of it for what comes after the last look at the clock.
	reserve = time.Minute
	// mostUnits is the default of MostUnits.
	mostUnits = 500_000
	// mostNames is how many things a report names of a kind.
	mostNames = 20
)

// Clients are what a sweeper calls.
type Clients struct {
	Files  *s3.Client
	Tables *dynamodb.Client
	// Remove removes folders and objects as their areas say, and Invalidate has the CDN forget folders.
	Remove, Invalidate func(ctx context.Context, files []string) error
	// Leaving is called for everybody who is leaving for two hours or more; it may be nil.
	Leaving func(ctx context.Context, sub string) error
}

// Settings are where it looks.
type Settings struct {
	Bucket, Products, Photos string // names
	// ReadUnits is the ceiling of a table's reads in a second, of which a pass takes a half.
	ReadUnits int
	// MostUnits is at how many units in memory it stops listing, some 100 MB by default: the next pass goes on there.
	MostUnits int
}

// Report is what a pass did, as JSON.
type Report struct {
	// Objects and Rows are how many were looked at; of the areas that are erased each version counts.
	Objects int `json:"objects"`
	Rows    int `json:"rows"`
	// Candidates are those that the next pass has to agree on.
	Candidates int `json:"candidates"`
	// Removed and Forgotten are candidates of earlier passes: gone now, or candidates no more.
	Removed   int `json:"removed"`
	Forgotten int `json:"forgotten"`
	// Foreign are objects of no shape of ours, which stay.
	Foreign int `json:"foreign"`
	// Hollow are products whose files are gone: the first of them. Their rows stay.
	Hollow []string `json:"hollow,omitempty"`
	// Failed is how much was left as it is, and Faults say why, of the first.
	Failed int      `json:"failed"`
	Faults []string `json:"faults,omitempty"`
	// Stopped says where a pass ended that had no time left. The next one goes on there.
	Stopped string  `json:"stopped,omitempty"`
	Seconds float64 `json:"seconds"`
}

// A Sweeper makes passes.
type Sweeper struct {
	Clients
	settings Settings
	now      time.Time
}

// New is a sweeper for a pass at a time, which is that of the schedule.
func New(clients Clients, settings Settings, now time.Time) *Sweeper {
	return &Sweeper{clients, settings, now.UTC()}
}

// pass is what a pass knows.
type pass struct {
	*Sweeper
	Report
	began, end time.Time
	notes      notes
	units      map[string]*unit
	ranges     []span
	position   string            // where the next pass begins
	lists      map[string]string // of files, each once
	photos     map[string]photo  // whose files are not there, by their note
	leaving    []string          // subs
}

// Pass looks once at everything, or as far as it gets in the time of the context. The error is of what kept it from looking; what
// it could not remove is in the report, and found again by the next pass.
func (s *Sweeper) Pass(ctx context.Context) (Report, error) {
	began := time.Now()
	end := began.Add(most)
	if deadline, has := ctx.Deadline(); has {
		end = deadline
	}
	p := &pass{
		Sweeper: s, began: began, end: end.Add(-reserve), units: map[string]*unit{}, lists: map[string]string{}, photos: map[string]photo{},
	}
	err := p.do(ctx)
	p.Seconds = time.Since(began).Seconds()
	return p.Report, err
}

func (p *pass) do(ctx context.Context) (err error) {
	if p.notes, err = p.readNotes(ctx); err != nil {
		return fmt.Errorf("what was noted: %w", err)
	}
	if err := p.list(ctx); err != nil {
		return err
	}
	if whole, err := p.readTables(ctx); err != nil || !whole {
		return err
	}
	return p.judge(ctx)
}

// late tells whether there is no time left, and notes where that was.
func (p *pass) late(where string) bool {
	if time.Now().Before(p.end) {
		return false
	}
	p.Stopped = where
	return true
}

// fault notes what could not be done.
func (p *pass) fault(what string, err error) {
	p.Failed++
	if len(p.Faults) < mostNames {
		p.Faults = append(p.Faults, fmt.Sprintf("%s: %v", what, err))
	}
}

// judge notes what is found for the first time, removes what was found before, and forgets the rest of what was noted.
func (p *pass) judge(ctx context.Context) error {
	var fresh, due, over, gone []string
	found := map[string]bool{}
	for _, key := range slices.Sorted(maps.Keys(p.units)) {
		if u := p.units[key]; !u.named && !p.isYoung(u.newest) {
			found[key] = true
		}
	}
	for key := range p.photos {
		found[key] = true
	}
	for _, key := range slices.Sorted(maps.Keys(found)) {
		switch seen, known := p.notes.seen[key]; {
		case !known:
			fresh = append(fresh, key)
		case p.now.Sub(seen) >= between:
			due = append(due, key)
		default:
			p.Candidates++
		}
	}
	for _, key := range slices.Sorted(maps.Keys(p.notes.seen)) {
		if found[key] || !p.covers(unitOf(key)) {
			continue
		}
		over = append(over, key)
		if p.units[key] == nil {
			gone = append(gone, key) // perhaps by a pass that was killed before it told the CDN
		}
	}
	if err := p.note(ctx, fresh); err != nil {
		return fmt.Errorf("noting: %w", err)
	}
	p.Candidates += len(fresh)
	p.Forgotten = len(over)
	removed, touched := p.remove(ctx, due)
	if err := p.forget(ctx, slices.Concat(over, removed), slices.Concat(gone, touched)); err != nil {
		return err
	}
	p.goOnWithLeaving(ctx)
	return nil
}

// forget has the CDN forget folders, and then forgets what was noted: in this order, so that the next pass does it again.
func (p *pass) forget(ctx context.Context, noted, folders []string) error {
	if err := p.Invalidate(ctx, slices.DeleteFunc(folders, func(key string) bool { return !isFolder(key) })); err != nil {
		p.fault("the CDN", err)
		return nil
	}
	if err := p.unnote(ctx, noted); err != nil {
		return fmt.Errorf("forgetting: %w", err)
	}
	return nil
}

// goOnWithLeaving goes on with those who leave.
func (p *pass) goOnWithLeaving(ctx context.Context) {
	for _, sub := range p.leaving {
		if p.late("people who leave") {
			return
		}
		if err := p.Leaving(ctx, sub); err != nil {
			p.fault("who leaves", err)
		}
	}
}

func (p *pass) isYoung(since time.Time) bool { return p.now.Sub(since) < young }
