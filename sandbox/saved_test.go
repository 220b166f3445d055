package sandbox_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox"
)

// commanded posts to one of the sandbox's controls.
func commanded(address, what, body string) (answer, error) {
	b := backend{client: http.DefaultClient}
	request, err := http.NewRequest(http.MethodPost, "http://"+address+"/_lightbox/"+what, strings.NewReader(body))
	return b.send(request, err)
}

// controlled is commanded that has to succeed.
func controlled(t *testing.T, s *sandbox.Sandbox, what, body string) answer {
	t.Helper()
	a, err := commanded(s.HTTP(), what, body)
	if err != nil || a.status != http.StatusOK {
		t.Fatalf("%s: got %d %s, %v", body, a.status, a.body, err)
	}
	return a
}

// instanceOf is who answers by its pages.
func instanceOf(t *testing.T, s *sandbox.Sandbox) string {
	t.Helper()
	return get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/mail").header.Get(sandbox.InstanceHeader)
}

// What was saved is there again as it was, as often as it is loaded and after a restart, with the sessions of then. People who
// ask meanwhile wait, and nobody is refused. It takes a part of the time that a deployment does.
func TestSaved_isPutBackAsItWas(t *testing.T) {
	folder := t.TempDir()
	s := start(t, sandbox.Config{Data: folder})
	began := time.Now()
	if err := s.Deploy(t.Context(), working(t), nil); err != nil {
		t.Fatal(err)
	}
	deployment := time.Since(began)
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.close)
	pool := b.people(t)
	pool.SignUp("ann")
	ann, err := b.enter(pool, "ann")
	if err != nil {
		t.Fatal(err)
	}
	before := ann.keys
	key := "private/" + ann.identity + "/kept.txt"
	put := func(text string) {
		t.Helper()
		if a, err := b.files(ann.keys, "PUT", key, []byte(text)); err != nil || a.status != 200 {
			t.Fatalf("put: %+v, %v", a, err)
		}
	}
	put("as it was")
	mail := len(s.Inbox.Messages())
	controlled(t, s, "state", `{"save": "seeded"}`)
	instances := map[string]bool{instanceOf(t, s): true}
	if again := instanceOf(t, s); again == "" || !instances[again] {
		t.Errorf("got the instance %q, want the one of before", again)
	}

	ended := make(chan struct{})
	var asking sync.WaitGroup
	var fastest time.Duration
	for range 4 {
		asking.Go(func() {
			for asked := 0; ; asked++ {
				select {
				case <-ended:
					return
				default:
				}
				if a, err := b.files(ann.keys, "GET", key, nil); err != nil || a.status != 200 {
					t.Errorf("meanwhile: got %+v, %v", a, err)
					return
				}
			}
		})
	}
	for round := range 3 {
		put("changed")
		name := fmt.Sprint("late", round)
		pool.SignUp(name)
		controlled(t, s, "clock", `{"forward": "10m"}`)
		began := time.Now()
		controlled(t, s, "state", `{"load": "seeded"}`)
		if took := time.Since(began); fastest == 0 || took < fastest {
			fastest = took
		}
		if a, err := b.files(ann.keys, "GET", key, nil); err != nil || a.body != "as it was" {
			t.Errorf("got %+v, %v, want the file as it was", a, err)
		}
		if _, err := b.enter(pool, name); err == nil {
			t.Errorf("got %s signed in, who came later", name)
		}
		if got := len(s.Inbox.Messages()); got != mail {
			t.Errorf("got %d mails, want %d", got, mail)
		}
		if instance := instanceOf(t, s); instances[instance] {
			t.Errorf("got the instance %q again, want another: its calls and lines are others", instance)
		} else {
			instances[instance] = true
		}
		if ahead := time.Until(s.Now()); ahead > time.Minute {
			t.Errorf("got a clock that is %s ahead, want that of then", ahead)
		}
	}
	close(ended)
	asking.Wait()
	t.Logf("deployed in %s, loaded in %s: %.1f times as fast", deployment, fastest, float64(deployment)/float64(fastest))
	if fastest > deployment {
		t.Errorf("got %s to load, and %s to deploy", fastest, deployment)
	}
	// Functions run, whose code is there, as programs of this machine: not even they see that the clock has moved.
	controlled(t, s, "clock", `{"forward": "2h"}`)
	b.now = s.Now
	if ann, err = b.enter(b.people(t), "ann"); err == nil {
		_, err = b.createPhoto(ann, "two hours later")
	}
	if err != nil {
		t.Error(err)
	}
	b.close()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = start(t, sandbox.Config{Data: folder})
	if instance := instanceOf(t, s); instances[instance] {
		t.Errorf("after a restart: got the instance %q again, want another", instance)
	}
	controlled(t, s, "state", `{"load": "seeded"}`)
	if b, err = reach(s.HTTP()); err != nil {
		t.Fatal(err)
	}
	defer b.close()
	if a, err := b.files(before, "GET", key, nil); err != nil || a.body != "as it was" {
		t.Errorf("after a restart: got %+v, %v, want the file as it was", a, err)
	}
}

func TestSaved_isFoundByItsNameAlone(t *testing.T) {
	folder := t.TempDir()
	s := start(t, sandbox.Config{Data: folder})
	refused := func(body, want string) {
		t.Helper()
		if a, err := commanded(s.HTTP(), "state", body); err != nil || a.status != http.StatusBadRequest || !strings.HasPrefix(a.body, want) {
			t.Errorf("%s: got %+v, %v, want %s", body, a, err, want)
		}
	}
	refused(`{"load": "none"}`, `got the name "none", want a name of `)
	controlled(t, s, "state", `{"save": "one"}`)
	controlled(t, s, "state", `{"save": "two-2"}`)
	refused(`{"load": "none"}`, `got the name "none", want one of one, two-2: `)
	for _, name := range []string{"../one", "One", "a.b", "-a", "a/b", " ", strings.Repeat("a", 65)} {
		refused(`{"save": "`+name+`"}`, `got the name "`+name+`", want 1 to 64 lower-case letters`)
		refused(`{"load": "`+name+`"}`, `got the name "`+name+`", want one of one, two-2`)
	}
	refused(`{"save": "a", "load": "one"}`, "got neither or both")
	refused(`{}`, "got neither or both")
	refused(`{"delete": "one"}`, `the body: "delete": got a member that is not known, want load, save`)
	// Saved over, a name has one state, and nothing is left of the other.
	controlled(t, s, "state", `{"save": "one"}`)
	if entries, err := os.ReadDir(filepath.Join(folder, "saved")); err != nil || len(entries) != 4 {
		t.Errorf("got %v, %v, want two names and what they have", entries, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sandbox.Reset(folder); err != nil {
		t.Fatal(err)
	}
	s = start(t, sandbox.Config{Data: folder, Region: "eu-west-1"})
	refused(`{"load": "one"}`, "got one of us-east-1, want a state of eu-west-1")
}

// One that is killed while it loads has what was there or what was saved, and nothing of both. The two states are a file, in a
// bucket that everybody has from the start, and the clock.
func TestKill_ofALoadLeavesTheOneStateOrTheOther(t *testing.T) {
	folder := t.TempDir()
	c := spawn(t, folder, "")
	const object = "/cdk-hnb659fds-assets-000000000000-us-east-1/state"
	write := func(text string) {
		t.Helper()
		if got := do(t, http.DefaultClient, signed(t, http.MethodPut, "http://"+c.address+object, "s3", []byte(text))); got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
		if a, err := commanded(c.address, "state", `{"save": "`+text+`"}`); err != nil || a.status != http.StatusOK {
			t.Fatalf("%s: %+v, %v", text, a, err)
		}
	}
	write("first")
	write("second")
	seen := map[string]int{}
	for kill := range *kills {
		next := []string{"first", "second"}[kill%2]
		answered := make(chan struct{})
		go func() {
			defer close(answered)
			_, _ = commanded(c.address, "state", `{"load": "`+next+`"}`) // it may be killed before it answers
		}()
		time.Sleep(time.Duration(rand.IntN(15)) * time.Millisecond)
		c.kill()
		<-answered
		c = spawn(t, folder, "")
		got := do(t, http.DefaultClient, signed(t, http.MethodGet, "http://"+c.address+object, "s3", nil))
		if got.status != http.StatusOK || got.body != "first" && got.body != "second" {
			t.Errorf("kill %d: got %d %s, want the one state or the other", kill, got.status, got.body)
		}
		seen[got.body]++
		for _, name := range []string{"first", "second"} {
			if a, err := commanded(c.address, "state", `{"load": "`+name+`"}`); err != nil || a.status != http.StatusOK {
				t.Errorf("kill %d: %s: got %+v, %v, want it to be there still", kill, name, a, err)
			}
		}
	}
	t.Logf("%d kills: %v", *kills, seen)
}
