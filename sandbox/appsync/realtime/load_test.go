package realtime

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// A client that does not read holds up nobody, and is cut off.
func TestClient_thatDoesNotReadIsCutOff(t *testing.T) {
	l := serveLive(t, Config{})
	slow, quick := l.connect(l.as("slow")), l.connect(l.as("quick"))
	for _, c := range []client{slow, quick} {
		c.begin("1", `subscription { onNote { id text } }`, l.as("bob"))
	}
	const size = 64 << 10
	text := strings.Repeat("x", size)
	var longest time.Duration
	heard := 0
	for i := 0; l.Connections() == 2; i++ {
		if i == 1000 {
			t.Fatalf("the slow client is still there after %d bytes", i*size)
		}
		began := time.Now()
		l.Publish(t.Context(), l.apiID, "onNote", fmt.Appendf(nil, `{"id":"%d","text":"%s"}`, i, text))
		longest = max(longest, time.Since(began))
		quick.wants(note("1", fmt.Sprintf(`{"id":"%d","text":"%s"}`, i, text)))
		heard++
	}
	if longest >= writeTimeout {
		t.Errorf("publishing took %s, want it to wait for no client", longest)
	}
	t.Logf("the slow client was cut off after %d events of %d bytes; publishing took %s at most", heard, size, longest)
	l.mutate(t, `note(id: "after") { id }`)
	quick.wants(note("1", `{"id":"after","text":null}`))
	eventually(t, "the reason is in the log", func() bool { return strings.Contains(l.faults(), errSlow.Error()) })
}

// A client that takes no message is cut off though little is queued for it.
func TestClient_thatTakesNoMessageIsCutOff(t *testing.T) {
	l := serveLive(t, Config{})
	stuck, quick := l.connect(l.as("stuck")), l.connect(l.as("quick"))
	for _, c := range []client{stuck, quick} {
		c.begin("1", `subscription { onNote { id text } }`, l.as("bob"))
	}
	text := strings.Repeat("x", 64<<10)
	for i := range 2 * maxQueuedBytes / len(text) { // more than a socket takes, of which nothing is cut off for its size
		event := fmt.Sprintf(`{"id":"%d","text":"%s"}`, i, text)
		l.Publish(t.Context(), l.apiID, "onNote", []byte(event))
		quick.wants(note("1", event))
		if l.stuck() != nil {
			break
		}
	}
	eventually(t, "the client is cut off, and the other is not", func() bool {
		if c := l.stuck(); c != nil {
			c.mu.Lock()
			c.began = time.Now().Add(-2 * writeTimeout)
			c.mu.Unlock()
			l.tick(nil)
		}
		return l.Connections() == 1
	})
	l.mutate(t, `note(id: "after") { id }`)
	quick.wants(note("1", `{"id":"after","text":null}`))
	eventually(t, "the reason is in the log", func() bool { return strings.Contains(l.faults(), errSlow.Error()) })
}

// stuck is a connection with messages behind the one that is being written, nil if there is none.
func (l *live) stuck() *connection {
	l.Service.mu.RLock()
	defer l.Service.mu.RUnlock()
	for c := range l.connections {
		c.mu.Lock()
		behind := len(c.queue) > 5
		c.mu.Unlock()
		if behind {
			return c
		}
	}
	return nil
}

func TestClose_deliversWhatIsQueuedFirst(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("1", `subscription { onNote { id text } }`, l.as("bob"))
	const events = 50
	for i := range events {
		l.mutate(t, fmt.Sprintf(`note(id: "%d") { id }`, i))
	}
	eventually(t, "all events are sorted", func() bool { return len(l.events) == 0 })
	closed := make(chan error)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), deadline)
		defer cancel()
		closed <- l.Close(ctx)
	}()
	for range events - 1 { // the last one may be under way between the two queues
		if got := c.hears(); !strings.Contains(got, `"type":"data"`) {
			t.Fatalf("got %s, want an event", got)
		}
	}
	c.wantsClose(websocket.StatusGoingAway)
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
}

// Clients come, subscribe, unsubscribe and go while events are published; who stays gets everything.
func TestServer_isSafeForManyAtOnce(t *testing.T) {
	before := runtime.NumGoroutine()
	l := serveLive(t, Config{})
	steady := l.connect(l.as("bob"))
	steady.begin("1", `subscription { onNote { id } }`, l.as("bob"))
	var coming sync.WaitGroup
	for i := range 8 {
		coming.Go(func() {
			for j := range 10 {
				c := l.connect(l.as("carol"))
				id := fmt.Sprintf("%d-%d", i, j)
				c.say(start(id, operation(`subscription { onNote { id } }`), l.as("carol")))
				c.say(`{"type":"stop","id":"` + id + `"}`)
				for !strings.Contains(c.hears(), `"complete"`) {
				}
				if j%2 == 0 {
					_ = c.CloseNow()
					continue
				}
				_ = c.Close(websocket.StatusNormalClosure, "")
			}
		})
	}
	const events = 200
	for i := range events {
		l.mutate(t, fmt.Sprintf(`note(id: "%d") { id }`, i))
		steady.wants(note("1", fmt.Sprintf(`{"id":"%d"}`, i)))
	}
	coming.Wait()
	eventually(t, "only the steady client is left", func() bool { return l.Connections() == 1 && l.Subscriptions(l.apiID, "onNote") == 1 })
	_ = steady.Close(websocket.StatusNormalClosure, "")
	eventually(t, "no goroutines are left but the server's", func() bool { return runtime.NumGoroutine() <= before+5 })
}

// Thousands of clients get an event each; what a client costs is bounded, and given back.
func TestServer_holdsThousandsOfClients(t *testing.T) {
	count := 2000
	if testing.Short() {
		count = 200
	}
	l := serveLive(t, Config{})
	goroutines, memory := runtime.NumGoroutine(), heap()
	clients := make([]client, count)
	var opening sync.WaitGroup
	places := make(chan struct{}, 50)
	for i := range clients {
		places <- struct{}{}
		opening.Go(func() {
			defer func() { <-places }()
			clients[i] = l.connect(l.as("bob"))
			clients[i].begin("1", `subscription { onNote(owner: "alice") { id text } }`, l.as("bob"))
		})
	}
	opening.Wait()
	t.Logf("%d clients: %.1f goroutines and %d bytes each, theirs and ours", count,
		float64(runtime.NumGoroutine()-goroutines)/float64(count), (heap()-memory)/int64(count))
	began := time.Now()
	l.mutate(t, `note(id: "n1", text: "hello", owner: "alice") { id text owner }`)
	answered := time.Since(began)
	var hearing sync.WaitGroup
	for _, c := range clients {
		hearing.Go(func() { c.wants(note("1", `{"id":"n1","text":"hello"}`)) })
	}
	hearing.Wait()
	t.Logf("the mutation was answered in %s, and all had the event after %s", answered, time.Since(began))
	for _, c := range clients {
		_ = c.CloseNow()
	}
	eventually(t, "all have gone", func() bool { return l.Connections() == 0 && l.Subscriptions(l.apiID, "onNote") == 0 })
}

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapInuse + stats.StackInuse)
}

func TestPublish_afterCloseReturns(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("1", `subscription { onNote { id } }`, l.as("bob"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := l.Close(ctx); !errors.Is(err, context.Canceled) && err != nil {
		t.Errorf("close: got %v, want the context's error or nil", err)
	}
	for range maxEvents + 1 {
		l.Publish(context.Background(), l.apiID, "onNote", []byte(`{"id":"1"}`))
	}
}
