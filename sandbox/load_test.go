package sandbox_test

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

var (
	loadUsers = flag.Int("users", 12, "how many people use the sandbox at once in the load test")
	loadTime  = flag.Duration("load", 3*time.Second, "how long they do")
)

// growth is how much more memory may be in use at the end of the load test than after its first quarter, in bytes: pools and
// tables of Go's that have not reached their size by then.
const growth = 8 << 20

// People sign in, upload, read, like and comment at once, and every answer is checked against what it must be.
func TestLoad_getsNoWrongAnswer(t *testing.T) {
	before := runtime.NumGoroutine()
	s, err := sandbox.Start(context.Background(), sandbox.Config{Data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Deploy(context.Background(), working(t), nil); err != nil {
		t.Fatal(err)
	}
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	l := newLoad(t, b, *loadUsers)
	t.Logf("%d people have signed up, signed in and posted a photo after %s", *loadUsers, time.Since(began).Round(time.Millisecond))

	var running sync.WaitGroup
	ctx, stop := context.WithTimeout(context.Background(), *loadTime)
	defer stop()
	for _, v := range l.visitors {
		running.Go(func() { l.visit(ctx, v) })
	}
	time.Sleep(*loadTime / 4)
	warm := l.memory()
	running.Wait()
	full := l.memory()
	t.Logf("%d answers of %d people in %s, %d wrong", l.answers.Load(), *loadUsers, *loadTime, l.wrong.Load())
	t.Logf("memory in use: %.1f MB after the first quarter, %.1f MB at the end", megabytes(warm), megabytes(full))
	if full > warm+growth {
		t.Errorf("got %.1f MB more in use at the end, want at most %.1f", megabytes(full-warm), megabytes(growth))
	}
	if l.answers.Load() < int64(*loadUsers) {
		t.Errorf("got %d answers, want one for each of %d people at least", l.answers.Load(), *loadUsers)
	}
	if err := b.sumsAreRight(); err != nil {
		t.Error(err)
	}
	for _, v := range l.visitors {
		v.changes.close()
	}
	for _, c := range faults(t, s) {
		t.Errorf("the log has a fault: %s", c)
	}
	b.close()
	http.DefaultClient.CloseIdleConnections()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wantGoroutines(t, before+1) // the one that starts functions stays
}

// faults are the calls in the log that went wrong inside of the sandbox.
func faults(t testing.TB, s *sandbox.Sandbox) []sandbox.Call {
	t.Helper()
	var calls []sandbox.Call
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests"), &calls)
	return slices.DeleteFunc(calls, func(c sandbox.Call) bool { return c.Fault == "" && c.Status < 500 })
}

// wantGoroutines waits until there are no more than before.
func wantGoroutines(t testing.TB, before int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if runtime.NumGoroutine() <= before {
			return
		}
	}
	stacks := make([]byte, 1<<20)
	t.Errorf("got %d goroutines, want %d:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
}

func megabytes(n uint64) float64 { return float64(n) / (1 << 20) }

// A load is a number of people, and what they share.
type load struct {
	*backend
	t        testing.TB
	pool     deploytest.UserPool
	guest    person
	pictures map[string][]byte // by key, of the products
	products []string          // ids, live
	drafts   []string          // ids
	visitors []*visitor

	answers, wrong atomic.Int64
	pause          sync.RWMutex // held for reading while an answer is awaited
}

// newLoad signs everybody up, and lets an admin fill the catalogue.
func newLoad(t testing.TB, b *backend, count int) *load {
	t.Helper()
	l := &load{backend: b, t: t, pool: b.people(t), pictures: map[string][]byte{}, visitors: make([]*visitor, count)}
	var err error
	if _, l.guest.keys, err = b.credentials(l.pool, ""); err != nil {
		t.Fatal(err)
	}
	l.pool.SignUp("boss", "Admins")
	boss, err := b.enter(l.pool, "boss")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 10 {
		if err := l.fill(boss, i, i < 6); err != nil {
			t.Fatal(err)
		}
	}
	places := make(chan struct{}, 4)
	var entering sync.WaitGroup
	for i := range l.visitors {
		places <- struct{}{}
		entering.Go(func() {
			defer func() { <-places }()
			v, err := l.newVisitor(i)
			if err != nil {
				t.Errorf("visitor %d: %v", i, err)
			}
			l.visitors[i] = v
		})
	}
	entering.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return l
}

// fill makes a product, with its picture; live or not.
func (l *load) fill(boss person, i int, live bool) error {
	id, err := l.createProduct(boss, fmt.Sprintf("Product %d", i), i)
	if err != nil {
		return err
	}
	if !live {
		l.drafts = append(l.drafts, id)
		return nil
	}
	keys, err := l.publish(boss, id)
	if err != nil {
		return err
	}
	for _, key := range keys {
		a, err := l.files(boss.keys, http.MethodGet, key, nil)
		if err != nil || a.status != http.StatusOK {
			return fmt.Errorf("%s: got %d %.300s: %w", key, a.status, a.body, err)
		}
		l.pictures[key] = []byte(a.body)
	}
	l.products = append(l.products, id)
	return nil
}

// visit does one thing after the other until ctx is done.
func (l *load) visit(ctx context.Context, v *visitor) {
	for ctx.Err() == nil {
		deed := deeds[v.rand.IntN(len(deeds))]
		l.pause.RLock()
		err := deed.do(l, v)
		l.pause.RUnlock()
		l.answers.Add(1)
		if err == nil {
			continue
		}
		if l.wrong.Add(1) <= 10 {
			l.t.Errorf("%s: %s: %v", v.name, deed.name, err)
		}
	}
}

// memory is how many bytes are in use while nobody does anything, the client's included.
func (l *load) memory() uint64 {
	l.pause.Lock()
	defer l.pause.Unlock()
	return memory()
}

// uuid is a UUID that the words stand for.
func uuid(words ...any) string {
	sum := fmt.Sprintf("%x", content(fmt.Sprint(words...), 16))
	return strings.Join([]string{sum[:8], sum[8:12], "4" + sum[13:16], "8" + sum[17:20], sum[20:32]}, "-")
}
