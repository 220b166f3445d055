package sandbox_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox"
)

var sockets = flag.Int("sockets", 100, "how many WebSockets, and how many slow clients, to open at once")

// socketCost is how much memory a WebSocket or a slow client may take, in bytes, with the client's own half of it.
const socketCost = 256 << 10

// Thousands of clients that do nothing, or that never end what they say, cost little and are in nobody's way.
func TestCrowd_isInNobodysWay(t *testing.T) {
	s := deployed(t, sandbox.Config{Data: t.TempDir()})
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	pool := b.people(t)
	pool.SignUp("ann")
	ann, err := b.enter(pool, "ann")
	if err != nil {
		t.Fatal(err)
	}
	alone := b.served(t, ann)
	goroutines, before := runtime.NumGoroutine(), memory()

	var open crowd
	defer open.leave()
	open.fill(t, *sockets, func() (io.Closer, error) {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		socket, err := b.connect(ctx, ann)
		return idle{socket}, err
	})
	for _, said := range []string{
		"POST / HTTP/1.1\r\nHost: dynamodb.us-east-1.amaz", // slow headers
		"POST / HTTP/1.1\r\nHost: dynamodb.us-east-1.amazonaws.com\r\nX-Amz-Target: DynamoDB_20120810.PutItem\r\nContent-Length: 1000000\r\n\r\n{\"TableName",
		"PUT /bucket/key HTTP/1.1\r\nHost: s3.us-east-1.amazonaws.com\r\nContent-Length: 5000000000\r\n\r\nhalf",
	} {
		open.fill(t, *sockets/3, func() (io.Closer, error) {
			conn, err := net.Dial("tcp", s.HTTP())
			if err == nil {
				_, err = io.WriteString(conn, said)
			}
			return conn, err
		})
	}
	amid := b.served(t, ann)
	cost := (int64(memory()) - int64(before)) / int64(len(open.members))
	t.Logf("%d WebSockets and slow clients: %d KB each; ten requests took %s, and %s before they came", len(open.members), cost>>10, amid, alone)
	if cost > socketCost {
		t.Errorf("got %d KB each, want at most %d", cost>>10, socketCost>>10)
	}
	if limit := 10*alone + 20*time.Second; amid > limit { // less than the timeout that a slow client is met with
		t.Errorf("ten requests took %s, want %s at most", amid, limit)
	}
	open.leave()
	wantGoroutines(t, goroutines+20) // and connections that are kept alive
}

// served takes ten requests of a person, and the time of them.
func (b *backend) served(t *testing.T, by person) time.Duration {
	t.Helper()
	began := time.Now()
	for range 10 {
		if err := b.ask(by, `{ listProducts { items { id } } }`, nil, nil); err != nil {
			t.Error(err)
		}
	}
	return time.Since(began)
}

// memory is how many bytes are in use, the client's included.
func memory() uint64 {
	runtime.GC()
	runtime.GC() // what has a finalizer, and what pools keep for one more round
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc + stats.StackInuse
}

// A crowd is a number of connections.
type crowd struct {
	mu      sync.Mutex
	members []io.Closer
}

// fill opens connections, some at once.
func (c *crowd) fill(t *testing.T, count int, dial func() (io.Closer, error)) {
	t.Helper()
	places := make(chan struct{}, 20)
	var coming sync.WaitGroup
	for range count {
		places <- struct{}{}
		coming.Go(func() {
			defer func() { <-places }()
			member, err := dial()
			if err != nil {
				t.Error(err)
				return
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			c.members = append(c.members, member)
		})
	}
	coming.Wait()
	if t.Failed() {
		t.FailNow()
	}
}

func (c *crowd) leave() {
	for _, member := range c.members {
		_ = member.Close()
	}
	c.members = nil
}

// idle is a WebSocket that is closed without a word.
type idle struct{ *websocket.Conn }

func (i idle) Close() error { return i.CloseNow() }

// A body that is too long is refused before it is read, or cut off.
func TestBodies_areLimitedByEveryService(t *testing.T) {
	s := deployed(t, sandbox.Config{})
	b, err := reach(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	defer b.close()
	const size = 64 << 20
	before := memory()
	for _, target := range []string{
		endpoint("cognito-idp"), endpoint("cognito-identity"), endpoint("dynamodb"), endpoint("sts"), endpoint("ssm"), endpoint("logs"),
		endpoint("cloudformation"), b.output("API", "GraphQLAPIURL"), "https://" + b.output("CDN", "DistributionDomainName") + "/x",
		b.object("x"),
	} {
		for _, length := range []int64{size, -1} { // said beforehand, or not
			t.Run(fmt.Sprint(target, " ", length), func(t *testing.T) {
				request, err := http.NewRequest(http.MethodPost, target, io.LimitReader(blanks{}, size))
				if err != nil {
					t.Fatal(err)
				}
				request.ContentLength = length
				request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				response, err := b.client.Do(request)
				if err != nil {
					return // the connection was ended while we sent
				}
				defer func() { _ = response.Body.Close() }()
				if response.StatusCode < 400 || response.StatusCode >= 500 {
					t.Errorf("got %d, want a refusal", response.StatusCode)
				}
			})
		}
	}
	if after := memory(); after > before+size/2 {
		t.Errorf("got %.1f MB more in use, want none of the bodies", megabytes(after-before))
	}
}

// blanks never end.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	return copy(p, bytes.Repeat([]byte(" "), len(p))), nil
}
