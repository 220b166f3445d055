package sandbox_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/lambda"
)

var (
	functionKills = flag.Int("function-kills", 1, "how often to kill the function pictures at a random call")
	everyKill     = flag.Bool("every-kill", false, "kill it after each call of every mutation, and the sandbox as well")
)

// A hangman counts the calls of a function, as the sandbox logs them, and kills after one of them: what was asked is done then, and
// the answer is not sent yet. What Lambda reads for it of streams is no call of its own.
type hangman struct {
	of   string // Pictures or Remover
	kill func()

	mu    sync.Mutex
	calls []string // since it was armed
	after int      // 0 is never
	hit   bool
	done  bool
}

// arm has it kill after the call of that number, or never for "" and "0".
func (h *hangman) arm(number string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.calls, h.hit, h.done = nil, false, false
	h.after, _ = strconv.Atoi(number)
}

func (h *hangman) log(c sandbox.Call) {
	if !strings.Contains(c.Caller, h.of+"Role") || c.Service != "s3" && strings.Contains("DescribeStream GetShardIterator GetRecords", c.Operation) {
		return
	}
	h.mu.Lock()
	h.calls = append(h.calls, c.Operation)
	hit := len(h.calls) == h.after
	h.hit = h.hit || hit
	h.mu.Unlock()
	if hit {
		h.kill()
		h.mu.Lock()
		h.done = true // and not before: what is called then again is to live
		h.mu.Unlock()
	}
}

// seen are the calls since it was armed, and whether it killed: who asked hears of that before it is over.
func (h *hangman) seen() (calls []string, done bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for h.hit && !h.done {
		h.mu.Unlock()
		time.Sleep(time.Millisecond)
		h.mu.Lock()
	}
	return h.calls, h.done
}

// killAll ends the processes of the function as kill -9 does, idle ones too, and returns when they are gone: whoever asks then gets
// another.
func (h *hangman) killAll(functions *lambda.Service) {
	for _, f := range functions.Functions() {
		if !strings.Contains(f.Name, h.of+"Function") {
			continue
		}
		for _, pid := range f.PIDs {
			process, err := os.FindProcess(pid)
			if err != nil {
				continue
			}
			_ = process.Kill()
			for end := time.Now().Add(time.Minute); process.Signal(syscall.Signal(0)) == nil && time.Now().Before(end); time.Sleep(time.Millisecond) {
			}
		}
	}
}

// small are the files that a drawing has.
var small = []string{"40.webp", "40.jpg"}

// A making has a set made or copied. It is called again with the same words when it has no answer.
type making struct {
	name    string
	prepare func(p operator, words string) (id string, err error)
	do      func(p operator, words, id string) (string, error)
}

var makings = []making{
	{"createPhoto", nil, func(p operator, words, _ string) (string, error) { return p.createPhoto(p.ann, words) }},
	{"createProduct", nil, func(p operator, words, _ string) (string, error) { return p.createProduct(p.ada, words, 1) }},
	{"publishProduct", func(p operator, words string) (string, error) { return p.createProduct(p.ada, words, 1) }, func(p operator, _, id string) (string, error) {
		_, err := p.publish(p.ada, id)
		return id, err
	}},
}

// try does a making whose function is killed after a call, and again if there was no answer. It answers the calls.
func (d making) try(t *testing.T, p operator, h *hangman, words string, after int) (id string, calls []string) {
	t.Helper()
	var err error
	if d.prepare != nil {
		if id, err = d.prepare(p, words); err != nil {
			t.Fatal(err)
		}
	}
	h.arm(strconv.Itoa(after))
	made, err := d.do(p, words, id)
	calls, done := h.seen()
	for end := time.Now().Add(time.Minute); after > 0 && !done && time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		calls, done = h.seen() // the last of them is the table's stream's, which comes when it comes
	}
	if h.arm(""); done != (after > 0) {
		t.Errorf("%s: got the function killed %t after call %d of %v", words, done, after, calls)
	}
	if err != nil && after > 0 {
		made, err = d.do(p, words, id)
	}
	if err != nil {
		t.Fatalf("%s: %v", words, err)
	}
	return made, calls
}

// killedAt says whether a test kills at the next of its points: by chance at a quarter of them, and with -every-kill at each.
func killedAt() bool { return *everyKill || rand.IntN(4) == 0 }

// The program that ships is killed after each of the calls that it makes, as an undisturbed run made them, and at random: whoever
// asks again has one set of the upload, and nothing else is there.
func TestKill_ofTheFunctionAfterEachOfItsCalls(t *testing.T) {
	h := &hangman{of: "Pictures"}
	s := start(t, sandbox.Config{Log: h.log})
	h.kill = func() { h.killAll(s.Functions) }
	p, sets := operator{people: withPeopleIn(t, s)}, map[string][]string{}
	points, tried := map[string]int{}, map[string]bool{}
	for _, d := range makings {
		id, calls := d.try(t, p, h, d.name, 0)
		sets[id], points[d.name] = small, len(calls)
		course := fmt.Sprint(calls)
		if tried[course] && !*everyKill {
			continue // the function does the same as for another
		}
		tried[course] = true
		t.Logf("%s: %v", d.name, calls)
		if len(calls) < 3 {
			t.Errorf("%s: got the calls %v, want a claim and each file at least", d.name, calls)
		}
		for n := range calls {
			if !killedAt() {
				continue
			}
			id, _ := d.try(t, p, h, fmt.Sprintf("%s killed after call %d", d.name, n+1), n+1)
			sets[id] = small
		}
		p.whole(t, d.name, sets)
	}
	for n := range *functionKills {
		d := makings[rand.IntN(len(makings))]
		id, _ := d.try(t, p, h, fmt.Sprintf("%s, kill %d at random", d.name, n+1), 1+rand.IntN(points[d.name]))
		sets[id] = small
	}
	p.whole(t, "after all", sets)
}

// The sandbox is killed while its function works, after each of the function's calls, and starts again on the same folder.
func TestKill_ofTheSandboxAfterEachCallOfItsFunction(t *testing.T) {
	if !*everyKill {
		t.Skip("in make soak: a restart for each call")
	}
	folder := t.TempDir()
	c := spawn(t, folder, working(t))
	for line := ""; line != deployedLine; {
		if line = c.line(); line == "" {
			t.Fatal(c.ended())
		}
	}
	b, err := reach(c.address)
	if err != nil {
		t.Fatal(err)
	}
	b.people(t).SignUp("keeper")
	keeper, err := b.enter(b.people(t), "keeper")
	if err != nil {
		t.Fatal(err)
	}
	again := func(after string) {
		c.kill()
		b.close()
		t.Setenv(childEnd, after)
		c = spawn(t, folder, "")
		if b, err = reach(c.address); err != nil {
			t.Fatal(err)
		}
	}
	made := &posts{by: keeper, there: map[string]string{}}
	killed := 0
	for ; ; killed++ {
		words := fmt.Sprint("killed after call ", killed+1)
		again(fmt.Sprint(killed + 1))
		id, err := b.createPhoto(keeper, words)
		if err == nil {
			made.there[id] = words
			break // the function makes no more calls
		}
		if !unanswered(err) {
			t.Fatalf("%s: got %v, want no answer", words, err)
		}
		again("")
		if id, err = b.createPhoto(keeper, words); err != nil {
			t.Fatalf("%s, again: %v", words, err)
		}
		made.there[id] = words
		photos, err := b.photoRows()
		if err == nil {
			err = made.check(b, state{photos: photos})
		}
		if err := errors.Join(err, b.sumsAreRight(), b.oneSetEach(len(made.there))); err != nil {
			t.Errorf("%s: %v", words, err)
		}
	}
	if t.Logf("killed %d times", killed); killed < 3 {
		t.Errorf("got %d calls after which it was killed, want a read, a claim and a file at least", killed)
	}
}

// folderOfSet is one in a list of keys.
var folderOfSet = regexp.MustCompile(`<Key>public/photos/([0-9a-f]{32})/`)

// oneSetEach makes sure that there are the sets of so many photos.
func (b *backend) oneSetEach(photos int) error {
	a, err := b.send(b.request(root, "s3", http.MethodGet, b.object("?list-type=2&prefix=public%2Fphotos%2F"), nil))
	folders := map[string]bool{}
	for _, found := range folderOfSet.FindAllStringSubmatch(a.body, -1) {
		folders[found[1]] = true
	}
	if err == nil && len(folders) != photos {
		err = fmt.Errorf("got %d sets of %d photos: %d %.500s", len(folders), photos, a.status, a.body)
	}
	return err
}
