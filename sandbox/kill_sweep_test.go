package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// The function remover is killed after each of the calls of a pass, as an undisturbed one made them, or at random: the next pass
// finishes, and the CDN forgets what it served.
func TestKill_ofTheSweeperAfterEachOfItsCalls(t *testing.T) {
	h := &hangman{of: "Remover"}
	s := start(t, sandbox.Config{Log: h.log})
	h.kill = func() { h.killAll(s.Functions) }
	p := withPeopleIn(t, s)
	_, shown := p.full(t)
	for pass := range 2 { // the one that notes, and the one that removes
		points := p.swept(t, h, fmt.Sprint("undisturbed ", pass), pass, 0)
		t.Log(points)
		if len(points) < 8 {
			t.Fatalf("pass %d: got the calls %v, want those of files and tables", pass, points)
		}
		for n := range points {
			if *everyKill {
				p.swept(t, h, fmt.Sprint("pass ", pass, " killed after call ", n+1), pass, n+1)
			}
		}
		for n := range *functionKills {
			p.swept(t, h, fmt.Sprint("pass ", pass, " kill at random ", n+1), pass, 1+rand.IntN(len(points)))
		}
	}
	for _, address := range shown {
		if got := p.cdn(t, address); got.status != 200 {
			t.Errorf("the control: %s: got %d", address, got.status)
		}
	}
}

// swept has strays found and removed by passes of which one is killed after one of its calls, and one more. It answers the calls.
func (p people) swept(t *testing.T, h *hangman, words string, killed, after int) (calls []string) {
	t.Helper()
	began := time.Now()
	stray := p.stray(t, words)
	served := []string{"https://" + p.output("CDN", "DistributionDomainName") + "/" + strings.TrimPrefix(stray[0], "public/")}
	p.cached(t, served)
	for pass := range 4 {
		if pass == killed {
			h.arm(strconv.Itoa(after))
		}
		later := time.Duration(3+pass) * time.Hour
		if pass != killed || after == 0 {
			p.pass(t, began, later)
		} else if a := p.passed(t, began, later); a.header.Get("X-Amz-Function-Error") == "" {
			t.Errorf("%s: got %s, want it killed", words, a.body)
		}
		if pass == killed {
			var done bool
			if calls, done = h.seen(); done != (after > 0) {
				t.Errorf("%s: got it killed %t, of %v", words, done, calls)
			}
			h.arm("")
		}
	}
	there := slices.Concat(p.shown(t, "public/"), p.shown(t, "originals/"), p.shown(t, "drafts/"))
	if gone := missing(stray, there); len(gone) != len(stray) || len(p.notes(t)) > 0 {
		t.Errorf("%s: got only %v gone, and the notes %v", words, gone, p.notes(t))
	}
	p.all403(t, words, served)
	return calls
}
