package tour

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/internal/verify"
)

// Rule is that of all rows of the walk.
const Rule = "tour"

const (
	atOnce      = 8               // tries of an area
	timeToClean = 5 * time.Minute // after whatever ended the walk
)

// A walk is a run.
type walk struct {
	*place
	run   string // its word
	whole bool   // posts and publishes too

	anyone, guest, user, other *caller
	members                    []*caller // of the groups, in their order

	mu     sync.Mutex
	rows   []verify.Row
	faults []error // of what got no answer
}

// Walk tries what must be refused, beside what must be allowed, and answers a row for each. whole has it post and publish as well, which
// it does anyhow where no data is kept. What was not tried is a row too, with the reason. The error is of what got no answer, of another
// run at the same time, and of what could not be removed; rows that there are come with it.
func Walk(ctx context.Context, world verify.World, whole bool) (rows []verify.Row, err error) {
	p, err := find(ctx, world)
	if err != nil {
		return nil, err
	}
	defer p.roads.close()
	w := &walk{place: p, run: word(4), whole: whole || !p.kept}
	l, err := p.lock(ctx, w.run, false)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, l.release(ctx)) }()
	left, err := p.clean(ctx, Prefix)
	if err != nil {
		return nil, fmt.Errorf("what an earlier run left: %w", err)
	}
	if left.Users > 0 {
		world.Tell("removed what an earlier run left: %d users", left.Users)
	}
	defer func() {
		if ctx.Err() != nil {
			w.faults = nil // nobody waited for those
		}
		taken := errors.Is(l.renew(context.WithoutCancel(ctx)), errTaken)
		if taken {
			w.rows, w.faults, err = nil, nil, errTaken
		}
		rows = w.rows
		err = errors.Join(append(w.faults, err, w.end(ctx, taken))...)
	}()
	for _, sentence := range left.Left() {
		w.rows = append(w.rows, verify.Row{Verdict: verify.Skipped, Where: aboutPool, Rule: Rule, Text: sentence})
	}
	if err := w.join(ctx); err != nil {
		return nil, fmt.Errorf("making users: %w", err)
	}
	for _, stage := range w.stages() {
		world.Tell("walking: %s", stage.name)
		if err := l.renew(ctx); err != nil {
			return nil, err
		}
		if err := stage.do(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", stage.name, err)
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return nil, w.alone(ctx)
}

type stage struct {
	name string
	do   func(context.Context) error
}

// stages are the parts of a walk, in their order: at the end some are signed out.
func (w *walk) stages() []stage {
	return []stage{
		{"files", w.areas},
		{"fields of the API", w.fields},
		{"subscriptions", w.subscriptions},
		{"the bucket", w.tryBucket},
		{"the CDN", w.tryCDN},
		{"the API", w.tryAPI},
		{"posting and publishing", w.tryLife},
		{"what is not for people", w.tryServices},
		{"tokens", w.tryTokens},
		{"signing in and out", w.trySigningIn},
	}
}

// end removes what the walk made, also when its context is done. Where another has taken over, its users may be gone, and what it put
// since is found by what it remembers of them.
func (w *walk) end(ctx context.Context, taken bool) error {
	w.Tell("walking: removing what was made")
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), timeToClean)
	defer cancel()
	var err error
	if taken {
		err = w.cleanRemembered(ctx)
	}
	_, rest := w.clean(ctx, Prefix+w.run)
	if err = errors.Join(err, rest); err != nil {
		return fmt.Errorf("removing what was made, which the next run will try again: %w", err)
	}
	return nil
}

// alone errs when somebody else has removed our users: what was refused for that is no answer.
func (w *walk) alone(ctx context.Context) error {
	for _, one := range w.signedIn() {
		_, err := w.stores.Users.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &w.stores.UserPool, Username: &one.user})
		if err != nil {
			return fmt.Errorf("%s: got it removed while it was walking, want one run at a time: %w", one.user, err)
		}
	}
	return nil
}

// What an answer is called when it is no error of AWS.
const (
	allowed  = "allowed"
	noAnswer = "no answer"
)

// said is an error by its code.
func said(err error) string {
	if err == nil {
		return allowed
	}
	if refusal, is := errors.AsType[smithy.APIError](err); is {
		return refusal.ErrorCode()
	}
	return unanswered(err)
}

// unanswered is an error of the network. An address is left out: it may sign.
func unanswered(err error) string {
	if at, is := errors.AsType[*url.Error](err); is {
		err = at.Err
	}
	return noAnswer + ": " + err.Error()
}

// A trial is what was tried.
type trial struct {
	cases string // of docs/MISUSE.md, as in "M40 M41"; "" for a row of a table of ours
	where string // what it is about, as in Query.getPhoto
	as    *caller
	tried string // as in "get private/…"
}

// got notes what came of a trial: one of those wanted, or a violation. Where there was no answer it is a fault, and neither.
func (w *walk) got(t trial, got string, want ...string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if strings.HasPrefix(got, noAnswer) && !slices.Contains(want, noAnswer) {
		w.faults = append(w.faults, fmt.Errorf("%s: %s, %s: %s", t.place(), t.as.name, t.tried, got))
		return
	}
	row := verify.Row{Verdict: verify.Kept, Where: t.place(), Rule: Rule}
	wanted := strings.Join(want, " or ")
	row.Text = fmt.Sprintf("%s, %s: %s", t.as.name, t.tried, got)
	if !slices.ContainsFunc(want, func(one string) bool { return got == one || one == noAnswer && strings.HasPrefix(got, noAnswer) }) {
		row.Verdict = verify.Violation
		row.Text = fmt.Sprintf("%s, %s: got %s, want %s", t.as.name, t.tried, got, wanted)
	}
	w.rows = append(w.rows, row)
}

// place is where a row says that it is.
func (t trial) place() string { return strings.TrimSpace(t.cases + " " + t.where) }

// skip notes what was not tried.
func (w *walk) skip(where, tried, why string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rows = append(w.rows, verify.Row{Verdict: verify.Skipped, Where: where, Rule: Rule, Text: tried + ": not tried, " + why})
}
