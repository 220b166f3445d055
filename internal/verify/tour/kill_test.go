package tour_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"testing"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
	"lightbox.example/lightbox/sandbox"
)

var (
	kills    = flag.Int("kills", 2, "how often to kill a walk")
	killSeed = flag.Uint64("seed", uint64(time.Now().UnixNano()), "what the calls are drawn by after which it is killed")
)

// childEnv has a child of this test binary walk in an environment.
const childEnv = "LIGHTBOX_TOUR_TEST_ENV"

func TestMain(m *testing.M) {
	if env := os.Getenv(childEnv); env != "" {
		if err := walkAsChild(env); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func walkAsChild(env string) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cfg, err := config.Read("../../../cdk.json", env)
	if err != nil {
		return err
	}
	settings, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return err
	}
	_, err = tour.Walk(ctx, verify.World{Config: cfg, AWS: settings, Tell: func(string, ...any) {}}, true)
	return err
}

// calls are those that the sandbox was asked for.
type calls struct {
	mu    sync.Mutex
	count int
	last  sandbox.Call
	at    time.Time
	then  func() // once so many have come of those wanted, if any is
	after int
	want  func(sandbox.Call) bool
}

func (c *calls) note(call sandbox.Call) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = time.Now()
	if c.want != nil && !c.want(call) {
		return
	}
	c.count++
	if c.then != nil && c.count == c.after {
		c.last = call
		c.then()
	}
}

// arm has something done after a number of calls from now on.
func (c *calls) arm(after int, then func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count, c.after, c.then, c.want = 0, after, then, nil
}

// armAt has something done at the first call that is wanted.
func (c *calls) armAt(want func(sandbox.Call) bool, then func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count, c.after, c.then, c.want = 0, 1, then, want
}

// seen are how many calls there were since then, and whether there is quiet for a while.
func (c *calls) seen(quiet time.Duration) (count int, rests bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count, time.Since(c.at) > quiet
}

// child starts a walk in a process of its own.
func child(t *testing.T, env string) *exec.Cmd {
	t.Helper()
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), childEnv+"="+env)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	return c
}

// killed kills walks after calls that are drawn, in the beginning, the middle and the end by turns, of so many as a whole one makes. The
// next run leaves nothing.
func (r *rig) killed(t *testing.T, total int) {
	before := r.left(t)
	chance := rand.New(rand.NewPCG(*killSeed, 0))
	t.Logf("seed %d: %d calls in a walk", *killSeed, total)
	for i := range *kills {
		part := (total - 1) / 3
		after := 1 + (i%3)*part + chance.IntN(part)
		c := child(t, "dev")
		r.calls.arm(after, func() { _ = c.Process.Kill() })
		_ = c.Wait() // it was killed
		r.calls.rest()
		what := fmt.Sprintf("killed after call %d, %s", after, r.calls.last.Operation)
		if _, err := tour.Clean(t.Context(), r.world); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if r.calls.last.Operation == "GetId" && r.aGuestMore(t, before) {
			before = r.left(t)
			continue // who has no name, as every visitor
		}
		r.backAt(t, what, before)
	}
}

// rest waits until what was under way is over.
func (c *calls) rest() {
	for rests := false; !rests; _, rests = c.seen(time.Second) {
		time.Sleep(50 * time.Millisecond)
	}
}

// aGuestMore tells whether an identity is all that there is more.
func (r *rig) aGuestMore(t *testing.T, before []string) bool {
	t.Helper()
	now := r.left(t)
	more := strings.Join(now, "\n")
	return len(now) == len(before)+1 && strings.Count(more, "identity ") == strings.Count(strings.Join(before, "\n"), "identity ")+1
}

// A walk that is interrupted removes what it made before it ends.
func (r *rig) interrupted(t *testing.T) {
	before := r.left(t)
	c := child(t, "dev")
	r.calls.arm(400, func() { _ = c.Process.Signal(os.Interrupt) })
	err := c.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 1 {
		t.Errorf("got %v, want exit code 1", err)
	}
	r.backAt(t, "interrupted", before)
}
