package attack

import (
	"bytes"
	"context"
	"iter"
	"maps"
	"slices"
	"strings"
	"time"
)

// A probe sends what it sends, and says what came of it. An error is a fault of the run: nobody answered.
type probe func(ctx context.Context, w *World) (answer, error)

// An attack is a row of a family.
type attack struct {
	id  string // unique in its family
	has string // what the attacker has: nothing, guest, user, admin, link, token, stranger's site …
	// control is the request unharmed, and try the same with one change.
	control, try probe
	want         string // the answers of which one must come, as in "403 AccessDenied or 404 NoSuchKey"
	page         string // where AWS says so
	changes      bool   // whether what the attacker may do besides changes something of their own
}

// A family is a table of attacks of one kind.
type family struct {
	name    string
	attacks func(w *World) []attack
	before  func(w *World, ctx context.Context) error // what has to be there, or nil
	between func(w *World, ctx context.Context) error // what happens when the controls have had their turn, or nil
	quiet   time.Duration                             // for how long nothing must have changed before the first attack; atOnce if zero
}

// What the controls of a family change is there at once, or when a function has heard of it.
const (
	atOnce    = 100 * time.Millisecond
	functions = 1500 * time.Millisecond
)

// families are all. Those that move the clock are the last.
var families = []family{
	{name: "signatures", attacks: signatures},
	{name: "chunks", attacks: chunkSignatures},
	{name: "presigned links", attacks: presigned},
	{name: "paths", attacks: paths},
	{name: "rights over files", attacks: fileRights},
	{name: "rights over services", attacks: serviceRights},
	{name: "uploads", attacks: uploads},
	{name: "CDN", attacks: cdnAttacks},
	{name: "tokens", attacks: tokenAttacks},
	{name: "sign-in", attacks: signIns},
	{name: "accounts", attacks: accounts},
	{name: "addresses", attacks: takeovers, before: (*World).proveAddress},
	{name: "GraphQL", attacks: graphQLAttacks, quiet: functions},
	{name: "WebSockets", attacks: sockets},
	{name: "subscriptions", attacks: hearings, quiet: functions},
	{name: "other sites", attacks: otherSites},
	{name: "rebinding", attacks: rebinding},
	{name: "bridge and controls", attacks: bridges},
	{name: "pages", attacks: pages, before: (*World).plant},
	{name: "HTTP", attacks: protocol},
	{name: "bombs", attacks: bombs},
	{name: "sessions", attacks: sessions, before: (*World).endSessions, between: (*World).endNow},
	{name: "second factor", attacks: secondFactor, before: (*World).withApps},
	{name: "time", attacks: passing, before: (*World).beforeTime, between: (*World).letTimePass, quiet: functions},
}

// An Outcome is what came of one attack.
type Outcome struct {
	Family, ID, Has string
	Control, Got    string // answers, as in 403 AccessDenied
	Want, Page      string
	// Fault is why the attack counts as one that got through, or as one that proves nothing; "" if it was refused.
	Fault string
	// Sent is what was written to the connection.
	Sent  []byte
	Plain bool
	At    string // the address of the listener
}

// listener is the address of the one without TLS, or of the one with it.
func (w *World) listener(plain bool) string {
	if plain {
		return w.http
	}
	return w.https
}

// Proven reports whether the control was allowed.
func (o Outcome) Proven() bool { return !strings.HasPrefix(o.Fault, unproven) }

const unproven = "the control "

// attempt tries an attack whose control has had its turn.
func (w *World) attempt(ctx context.Context, family string, a attack, control answer) (Outcome, error) {
	o := Outcome{Family: family, ID: a.id, Has: a.has, Control: control.String(), Want: a.want, Page: a.page}
	if !control.allowed() {
		o.Sent, o.Plain, o.At = control.sent, control.plain, w.listener(control.plain)
		o.Fault = unproven + "was refused, so that the attack proves nothing: got " + control.String() + " " + clipped(control.body)
		return o, nil
	}
	got, err := a.try(ctx, w)
	o.Got, o.Sent, o.Plain, o.At = got.String(), got.sent, got.plain, w.listener(got.plain)
	if err != nil {
		o.Fault = "nothing came of it: " + err.Error()
		return o, ctx.Err()
	}
	switch {
	case w.leaked(got):
		o.Fault = "something of somebody else's was in the answer: " + clipped(got.body)
	case !wanted(a.want, got):
		o.Fault = "another answer: " + clipped(got.body)
	}
	return o, nil
}

// leaked reports whether something that only somebody else may see is in an answer.
func (w *World) leaked(a answer) bool {
	return bytes.Contains(a.body, []byte(w.secret)) || a.allowed() && bytes.Contains(a.body, []byte(w.alice.private("secret")))
}

// wanted reports whether an answer is one of those that a row wants.
func wanted(want string, got answer) bool {
	return slices.Contains(strings.Split(want, " or "), got.String())
}

func clipped(body []byte) string {
	return strings.ToValidUTF8(string(body[:min(len(body), 300)]), "?")
}

// sends is the probe of one request.
func sends(make func(w *World) *request) probe {
	return func(ctx context.Context, w *World) (answer, error) { return w.send(ctx, make(w)) }
}

// A change makes an attack of a request. What it is given is not signed: it seals the request itself where the signer must not know.
type change func(w *World, r *request)

// against are the attacks that change one request each in one way.
func against(base func(w *World) *request, has, page string, rows []row) []attack {
	list := make([]attack, 0, len(rows))
	for _, one := range rows {
		list = append(list, attack{
			id: one.id, has: or(one.has, has), want: one.want, page: or(one.page, page), control: sends(base),
			try: sends(func(w *World) *request {
				r := base(w)
				one.change(w, r)
				return r
			}),
		})
	}
	return list
}

// A row is one change of a request, and what must come of it.
type row struct {
	id, want string
	change   change
	has      string // unless it is that of the table
	page     string
}

// inOrder goes through rows in the order of their ids, so that each run is of the same.
func inOrder[V any](rows map[string]V) iter.Seq2[string, V] {
	return func(yield func(string, V) bool) {
		for _, id := range slices.Sorted(maps.Keys(rows)) {
			if !yield(id, rows[id]) {
				return
			}
		}
	}
}

// sealed is a change behind the signer's back.
func sealed(then change) change {
	return func(w *World, r *request) { then(w, w.seal(r)) }
}

// setting is a change of a header behind the signer's back, and unset takes one out.
func setting(name, value string) change {
	return sealed(func(_ *World, r *request) { r.set(name, value) })
}

func unset(name string) change { return sealed(func(_ *World, r *request) { r.del(name) }) }

// adding adds another header of that name behind the signer's back.
func adding(name, value string) change {
	return sealed(func(_ *World, r *request) { r.add(name, value) })
}
