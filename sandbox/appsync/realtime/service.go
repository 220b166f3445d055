package realtime

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/aws"
)

// APIs are what clients connect to, as package appsync has them. What it refuses is an *appsync.Refusal.
type APIs interface {
	// Connect authorizes a connection to an API by the headers that the client gave, as if they were those of a POST to
	// the API's /graphql/connect with the body {}.
	Connect(ctx context.Context, apiID string, header map[string]string) error
	// Start authorizes one start, as if it were a POST to the API's /graphql of these headers with data as its body, and
	// makes it a subscription.
	Start(ctx context.Context, apiID string, header map[string]string, data string) (appsync.Subscription, error)
}

// Config is what the endpoint needs. Its numbers may be left at zero.
type Config struct {
	APIs   APIs
	Region string // as in us-east-1
	Now    func() time.Time
	// KeepAlive is the time between two messages ka; 0 stands for one minute, as AppSync has it.
	KeepAlive time.Duration
	// MaxConnections is how many clients may be connected at once; 0 stands for 10,000.
	MaxConnections int
	// Log, if given, is called after each start and for each client that is cut off or misses an event, with the time that
	// it took. Connections themselves are requests, so they are in the request log anyway.
	Log func(entry *aws.Entry, took time.Duration)
}

// Service is the endpoint, an http.Handler, and an appsync.Publisher. Close ends it.
type Service struct {
	config Config
	events chan event

	// base ends when all clients are to be cut off.
	base context.Context
	cut  context.CancelFunc
	work sync.WaitGroup // connections, their writers and the goroutines of the service

	// mu is taken before the mu of a connection, never after it.
	mu          sync.RWMutex
	closing     bool
	connections map[*connection]struct{}
	topics      map[topic]map[*subscription]struct{}
	published   uint64 // how many events there were
}

var (
	_ http.Handler      = (*Service)(nil)
	_ appsync.Publisher = (*Service)(nil)
)

// The defaults of Config, and the limits.
const (
	defaultKeepAlive      = time.Minute
	defaultMaxConnections = 10_000

	connectionTimeout = 5 * time.Minute  // what connection_ack says
	startTimeout      = 30 * time.Second // AppSync's for any request
	writeTimeout      = 10 * time.Second // for one message to one client, and up to a sweepInterval more
	sweepInterval     = time.Second      // between two looks at the clock

	// https://docs.aws.amazon.com/general/latest/gr/appsync.html: payloads of 240 KB, 100 subscriptions a connection.
	maxPayload       = 240 << 10
	maxSubscriptions = 100

	maxMessage     = 256 << 10 // what a client may send at once
	maxQueued      = 1000      // messages that wait for one client
	maxQueuedBytes = 4 << 20   // and their size
	maxEvents      = 256       // events that wait to be sorted
)

// New starts an endpoint without clients.
func New(config Config) *Service {
	if config.KeepAlive == 0 {
		config.KeepAlive = defaultKeepAlive
	}
	if config.MaxConnections == 0 {
		config.MaxConnections = defaultMaxConnections
	}
	if config.Log == nil {
		config.Log = func(*aws.Entry, time.Duration) {}
	}
	s := &Service{
		config:      config,
		events:      make(chan event, maxEvents),
		connections: map[*connection]struct{}{},
		topics:      map[topic]map[*subscription]struct{}{},
	}
	s.base, s.cut = context.WithCancel(context.Background())
	s.work.Go(s.dispatch)
	s.work.Go(s.sweep)
	return s
}

// ServeHTTP serves one client until it leaves. It answers requests that are no WebSocket handshake with a status of 4xx, and
// what AppSync refuses of a handshake with a connection_error, after the handshake.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r, entry := aws.Begin(r, "appsync", s.config.Region, s.config.Now)
	entry.Operation = "Connect"
	apiID, ok := apiOf(r.Host)
	if !ok || r.URL.Path != "/graphql" {
		turnAway(w, http.StatusNotFound, "NotFoundException", fmt.Sprintf("there is no real-time endpoint %s%s", r.Host, r.URL.Path))
		return
	}
	c, err := s.admit(r, apiID)
	if err != nil {
		turnAway(w, http.StatusTooManyRequests, "LimitExceededException", err.Error())
		return
	}
	defer s.work.Done()
	defer s.dismiss(c)

	// Any page may connect: what counts are the headers in the message, and a browser adds none by itself.
	socket, err := websocket.Accept(w, r, &websocket.AcceptOptions{Subprotocols: []string{subprotocol}, InsecureSkipVerify: true})
	if err != nil {
		return // it has been answered
	}
	defer func() { _ = socket.CloseNow() }()
	socket.SetReadLimit(maxMessage)
	c.open(socket)
	if err := s.connect(c, r); err != nil {
		c.refuse(err)
	}
	c.read()
	if err := context.Cause(c.ctx); errors.Is(err, errSlow) {
		entry.Fault = err
	}
}

// connect authorizes the connection.
func (s *Service) connect(c *connection, r *http.Request) error {
	header, err := authorization(r, c.socket.Subprotocol())
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(c.ctx, startTimeout)
	defer cancel()
	return s.config.APIs.Connect(ctx, c.apiID, header)
}

// errSlow is why a client was cut off that does not read.
var errSlow = errors.New("the client is too far behind with its events: cut off")

// admit makes a connection, which dismiss ends, unless there are enough.
func (s *Service) admit(r *http.Request, apiID string) (*connection, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return nil, errors.New("the endpoint is closing")
	}
	if len(s.connections) >= s.config.MaxConnections {
		return nil, fmt.Errorf("got %d connections, want no more", len(s.connections))
	}
	c := &connection{server: s, apiID: apiID, subscriptions: map[string]*subscription{}, keptAlive: s.config.Now(), writing: true}
	// A hijacked request's context is not the client's: the connection ends when it is cut off or with the service.
	ctx, cut := context.WithCancelCause(context.WithoutCancel(r.Context()))
	unhook := context.AfterFunc(s.base, func() { cut(context.Canceled) })
	c.ctx, c.cut = ctx, func(cause error) { unhook(); cut(cause) }
	s.connections[c] = struct{}{}
	s.work.Add(1)
	return c, nil
}

// dismiss ends a connection and its subscriptions.
func (s *Service) dismiss(c *connection) {
	c.cut(context.Canceled)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.connections, c)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed, c.queue = true, nil
	for _, subscription := range c.subscriptions {
		s.forget(subscription)
	}
	clear(c.subscriptions)
}

// Close takes no more clients, sends those there are what is queued for them and a close frame (1001, going away), and waits
// for them to leave. Those that have not when ctx ends are cut off, and Close returns its error. Nothing of the service runs
// any more then.
func (s *Service) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closing = true
	for c := range s.connections {
		c.leave(websocket.StatusGoingAway, "the server is shutting down")
	}
	s.mu.Unlock()
	err := s.drain(ctx)
	s.cut()
	s.work.Wait()
	return err
}

// drain waits until there are no more connections.
func (s *Service) drain(ctx context.Context) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for s.Connections() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		}
	}
	return nil
}

// Connections is how many clients are connected.
func (s *Service) Connections() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.connections)
}

// Subscriptions is how many subscriptions there are to the events of an API's field.
func (s *Service) Subscriptions(apiID, field string) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.topics[topic{apiID, field}])
}

// turnAway answers a request that is not served at all.
func turnAway(w http.ResponseWriter, status int, errorType, message string) {
	body, err := json.Marshal(errorsPayload{Errors: []fault{{Type: errorType, Message: message}}})
	if err != nil {
		panic(err) // it is text
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Amzn-Errortype", errorType)
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
