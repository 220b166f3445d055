package sandbox_test

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var (
	kills       = flag.Int("kills", 3, "how often to kill the sandbox while it writes")
	deployKills = flag.Int("deploy-kills", 2, "how often to kill the sandbox while it deploys")
)

// acknowledgedAtLeast is how many writes are answered before each kill.
const acknowledgedAtLeast = 50

// Whatever was answered before a kill is there after it, and every transaction is there as a whole or not at all.
func TestKill_losesNothingThatWasAcknowledged(t *testing.T) {
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
	writers, err := newWriters(t, b)
	if err != nil {
		t.Fatal(err)
	}
	var restart time.Duration
	for kill := range *kills {
		// Every other time a picture was made since the restart: its function takes a while to start.
		if err := writeUntilKilled(c, b, writers, acknowledgedAtLeast+10+rand.IntN(30), kill%2); err != nil {
			t.Fatalf("before kill %d: %v", kill+1, err)
		}
		b.close()
		began := time.Now()
		c = spawn(t, folder, "")
		if b, err = reach(c.address); err != nil {
			t.Fatal(err)
		}
		restart = max(restart, time.Since(began))
		state, err := b.state()
		if err != nil {
			t.Fatalf("kill %d: %v", kill+1, err)
		}
		for _, w := range writers {
			if err := w.check(b, state); err != nil {
				t.Errorf("kill %d: %s: %v", kill+1, w.name(), err)
			}
		}
		if err := b.sumsAreRight(); err != nil {
			t.Errorf("kill %d: %v", kill+1, err)
		}
		if t.Failed() {
			t.FailNow()
		}
	}
	state, err := b.state()
	if err != nil {
		t.Fatal(err)
	}
	acknowledged, transactions := 0, 0
	for _, w := range writers {
		if err := w.recheck(b, state); err != nil {
			t.Errorf("after all: %s: %v", w.name(), err)
		}
		n := w.acknowledged()
		t.Logf("%-40s %5d acknowledged", w.name(), n)
		if acknowledged += n; w.transactional() {
			transactions += n
		}
	}
	if _, err := b.enter(b.people(t), "keeper"); err != nil {
		t.Errorf("after all: %v", err)
	}
	b.close()
	t.Logf("%d kills, %d writes acknowledged, %d of them transactions, none lost and none half; a restart took %s at most",
		*kills, acknowledged, transactions, restart.Round(time.Millisecond))
	if want := *kills * acknowledgedAtLeast; acknowledged < want || transactions < want/10 {
		t.Errorf("got %d acknowledged, %d of them transactions, want %d and %d at least", acknowledged, transactions, want, want/10)
	}
}

// writeUntilKilled has all write at once, and kills the sandbox in the midst of it, some time after that many answers, of
// which so many or more are of photos that were posted. The error says what was answered otherwise than with success.
func writeUntilKilled(c *child, b *backend, writers []writer, answers, photos int) error {
	var writing sync.WaitGroup
	var count, posted atomic.Int64
	var once sync.Once
	late := 4000 + 40_000*photos // microseconds: a picture that is being made is hit, too
	faults := make([]error, len(writers))
	for i, w := range writers {
		writing.Go(func() {
			var err error
			for err == nil {
				err = w.write(b)
				if _, posts := w.(*posts); posts {
					posted.Add(1)
				}
				if count.Add(1) >= int64(answers) && posted.Load() >= int64(photos) {
					once.Do(func() {
						time.AfterFunc(time.Duration(rand.IntN(late))*time.Microsecond, func() { _ = c.process.Process.Kill() })
					})
				}
			}
			if !unanswered(err) {
				faults[i] = fmt.Errorf("%s: %w", w.name(), err)
			}
		})
	}
	writing.Wait()
	c.kill()
	return errors.Join(faults...)
}

// unanswered reports whether a request got no answer, or not all of it.
func unanswered(err error) bool {
	var dialled *url.Error
	var broken *net.OpError
	return errors.As(err, &dialled) || errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF)
}

// A writer does one write after the other. What was answered it knows to be there; what was not may be there or not.
type writer interface {
	name() string
	transactional() bool
	acknowledged() int
	// write does the next write, and fails if there is no answer.
	write(b *backend) error
	// check looks for what was acknowledged since it looked before, and for halves.
	check(b *backend, s state) error
	// recheck looks for all that was ever acknowledged.
	recheck(b *backend, s state) error
}

// newWriters are one for each kind of write that must last, two of some.
func newWriters(t *testing.T, b *backend) ([]writer, error) {
	if err := b.call(root, "dynamodb", "CreateTable", map[string]any{
		"TableName": killTable, "BillingMode": "PAY_PER_REQUEST",
		"AttributeDefinitions": []map[string]string{{"AttributeName": "writer", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}},
		"KeySchema":            []map[string]string{{"AttributeName": "writer", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}},
	}, nil); err != nil {
		return nil, err
	}
	pool := b.people(t)
	pool.SignUp("keeper")
	keeper, err := b.enter(pool, "keeper")
	if err != nil {
		return nil, err
	}
	var photos []string
	for i := range 5 {
		id, err := b.createPhoto(keeper, fmt.Sprint("fixed", i))
		if err != nil {
			return nil, err
		}
		photos = append(photos, id)
	}
	return []writer{
		&ledger{kind: "DynamoDB PutItem", put: putItem},
		&ledger{kind: "DynamoDB UpdateItem", put: updateItem},
		&ledger{kind: "DynamoDB TransactWriteItems", put: transactItems, whole: true},
		&uploads{kind: "S3 PutObject", by: keeper, put: putObject},
		&uploads{kind: "S3 CompleteMultipartUpload", by: keeper, put: multipart},
		&signUps{client: pool.Client, pool: pool.Pool},
		&posts{by: keeper, there: map[string]string{}},
		&likes{by: keeper, photos: photos, likes: map[string]bool{}},
		&comments{by: keeper, photo: photos[0], there: map[string]string{}},
	}, nil
}
