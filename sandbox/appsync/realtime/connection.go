package realtime

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/aws"
)

// A connection is one client. One goroutine reads and carries out what it says; another writes, as long as there is something
// to write.
type connection struct {
	server *Service
	apiID  string
	socket *websocket.Conn
	ctx    context.Context // ends when the client is cut off
	cut    func(cause error)

	mu            sync.Mutex
	subscriptions map[string]*subscription // by their ids, which the client gives
	expires       time.Time                // before this none of them does; zero for never
	keptAlive     time.Time                // when the last ka was sent
	queue         []message
	queued        int       // the size in bytes of what is not written yet
	writing       bool      // a goroutine is busy with the queue, or there is no socket yet
	closed        bool      // nothing goes into the queue any more
	began         time.Time // when the message was begun that is being written, by the machine's clock; zero if none is
	farewell      *websocket.CloseError
}

// A subscription is what a start made.
type subscription struct {
	appsync.Subscription
	id         string
	head       []byte // of messages about its events
	connection *connection
	since      uint64 // events up to this number are not for it
}

// open gives the connection its socket, after the handshake. What was queued before is written now.
func (c *connection) open(socket *websocket.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.socket = socket
	c.writing = false
	if len(c.queue) > 0 || c.farewell != nil {
		c.wake()
	}
}

// isClosed tells whether the client is about to leave.
func (c *connection) isClosed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

// read carries out what the client sends until it leaves or is cut off.
func (c *connection) read() {
	for {
		kind, text, err := c.socket.Read(c.ctx)
		if err != nil {
			return
		}
		if kind != websocket.MessageText {
			c.leave(websocket.StatusUnsupportedData, "messages must be text")
			continue
		}
		c.handle(text)
	}
}

// handle carries out one message, unless the client is about to leave: a refused one gets nothing done.
func (c *connection) handle(text []byte) {
	if c.isClosed() {
		return
	}
	var r request
	if err := aws.Members(text, map[string]any{"type": &r.Type, "id": &r.ID, "payload": &r.Payload}); err != nil {
		c.send(failure("", badRequest("the message is not valid: %v", err)))
		return
	}
	switch r.Type {
	case "connection_init":
		c.send(whole(reply{Type: "connection_ack", Payload: ackPayload{connectionTimeout.Milliseconds()}}))
		c.send(keepAlive)
	case "start":
		c.start(r)
	case "stop":
		c.stop(r.ID)
	default:
		c.send(failure(r.ID, refuse("UnsupportedOperation", "unknown not supported through the realtime channel")))
	}
}

// maxID is the length of a subscription's id in bytes.
const maxID = 128

// start makes a subscription and acknowledges it, or says what is wrong with it.
func (c *connection) start(r request) {
	if r.ID == "" || len(r.ID) > maxID {
		c.send(failure("", badRequest("got an id of %d bytes, want 1 to %d", len(r.ID), maxID)))
		return
	}
	payload, err := readStart(r.Payload)
	if err != nil {
		c.send(failure(r.ID, badRequest("the payload is not valid: %v", err)))
		return
	}
	if payload.Data == "" {
		c.send(failure(r.ID, refuse("UnsupportedOperation", "unknown not supported through the realtime channel")))
		return
	}
	c.mu.Lock()
	_, taken := c.subscriptions[r.ID]
	count := len(c.subscriptions)
	c.mu.Unlock()
	if taken {
		c.send(failure(r.ID, refuse("DuplicatedOperationError", "Duplicated operation with id %s", r.ID)))
		return
	}
	if count >= maxSubscriptions {
		c.send(whole(reply{ID: r.ID, Type: "error", Payload: limitPayload{fault{
			Type: "MaxSubscriptionsReachedError", Message: fmt.Sprintf("Max number of %d subscriptions reached", maxSubscriptions),
		}}}))
		return
	}
	accepted, err := c.authorize(payload)
	if err != nil {
		c.send(failure(r.ID, err))
		return
	}
	c.server.subscribe(&subscription{Subscription: accepted, id: r.ID, head: headOf(r.ID), connection: c})
}

// authorize asks the engine for the subscription, and enters that into the log.
func (c *connection) authorize(payload startPayload) (appsync.Subscription, error) {
	ctx, entry := aws.WithEntry(c.ctx)
	entry.Service, entry.Operation = "appsync", "Subscribe"
	began := time.Now()
	defer func() { c.server.config.Log(entry, time.Since(began)) }()
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	accepted, err := c.server.config.APIs.Start(ctx, c.apiID, payload.Authorization, payload.Data)
	if fault := faultOf(err); fault != nil {
		entry.Fault = fault
	}
	return accepted, err
}

// stop ends a subscription.
func (c *connection) stop(id string) {
	if !c.server.unsubscribe(c, id) {
		c.send(failure(id, refuse("UnknownOperationError", "Unknown operation id %s", id)))
	}
}

// refuse tells the client why it is not connected, and closes.
func (c *connection) refuse(err error) {
	if fault := faultOf(err); fault != nil {
		aws.EntryOf(c.ctx).Fault = fault
	}
	refusal := refusalOf(err)
	c.send(whole(reply{Type: "connection_error", Payload: errorsPayload{faultsOf(refusal, refusal.Status)}}))
	c.leave(websocket.StatusNormalClosure, "")
}

// send queues a message. It never waits: a client that is too far behind is cut off.
func (c *connection) send(m message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.enqueue(m)
}

// enqueue is send, under c.mu.
func (c *connection) enqueue(m message) {
	if c.closed {
		return
	}
	if len(c.queue) >= maxQueued || c.queued+m.size() > maxQueuedBytes {
		c.slow()
		return
	}
	c.queue = append(c.queue, m)
	c.queued += m.size()
	c.wake()
}

// slow cuts off a client that does not keep up, under c.mu. With its reader ends what is being written.
func (c *connection) slow() {
	c.closed = true
	c.cut(errSlow)
}

// leave lets the client have what is queued, then closes with a status. Nothing more is queued.
func (c *connection) leave(status websocket.StatusCode, reason string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	c.closed = true
	c.farewell = &websocket.CloseError{Code: status, Reason: reason}
	c.wake()
}

// wake sees to it that a goroutine writes, under c.mu.
func (c *connection) wake() {
	if c.writing {
		return
	}
	c.writing = true
	c.server.work.Go(c.write)
}

// write writes what is queued, and the farewell if there is one.
func (c *connection) write() {
	for {
		m, farewell, ok := c.next()
		if farewell != nil {
			_ = c.socket.Close(farewell.Code, farewell.Reason)
			c.cut(context.Canceled)
			return
		}
		if !ok {
			return
		}
		if err := c.put(m); err != nil {
			c.cut(err)
			return
		}
	}
}

// buffers are for messages that are put together.
var buffers = sync.Pool{New: func() any { return new([]byte) }}

// put writes one message. If the client does not take it, put returns when the client is cut off: it has no context of its own, which
// would cost more than the message.
func (c *connection) put(m message) error {
	if m.head == nil {
		return c.socket.Write(context.Background(), websocket.MessageText, m.rest)
	}
	buffer := buffers.Get().(*[]byte)
	defer buffers.Put(buffer)
	*buffer = append(append((*buffer)[:0], m.head...), m.rest...)
	return c.socket.Write(context.Background(), websocket.MessageText, *buffer)
}

// next takes the next message from the queue; without a message and a farewell the writer has nothing more to do. What was taken before
// has been written.
func (c *connection) next() (m message, farewell *websocket.CloseError, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) > 0 {
		m = c.queue[0]
		c.queue[0] = message{}
		c.queue = c.queue[1:]
		c.queued -= m.size()
		c.began = time.Now()
		return m, nil, true
	}
	c.queue, c.began = nil, time.Time{}
	if c.farewell != nil {
		return m, c.farewell, false
	}
	c.writing = false
	return m, nil, false
}
