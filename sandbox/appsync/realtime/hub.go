package realtime

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/appsync"
	"lightbox.example/lightbox/sandbox/aws"
)

// A topic is a subscription field of an API.
type topic struct{ apiID, field string }

// An event is what a mutation has published.
type event struct {
	topic  topic
	number uint64 // counts from 1
	body   json.RawMessage
}

// Publish implements appsync.Publisher: it hands the event to those who have subscribed by now. It waits only while maxEvents
// others are being sorted, which waits for no client.
func (s *Service) Publish(ctx context.Context, apiID, field string, body json.RawMessage) {
	e := event{topic: topic{apiID, field}, body: body}
	s.mu.Lock()
	heard := len(s.topics[e.topic]) > 0
	if heard {
		s.published++
		e.number = s.published
	}
	s.mu.Unlock()
	if !heard {
		return
	}
	select {
	case s.events <- e:
	case <-s.base.Done():
	case <-ctx.Done():
	}
}

// dispatch sorts the events until the service ends.
func (s *Service) dispatch() {
	var audience []*subscription
	payloads := map[*appsync.View][]byte{}
	for {
		select {
		case e := <-s.events:
			read, err := appsync.ReadEvent(e.body)
			if err != nil {
				s.dropped(e, err)
				continue
			}
			audience = s.audience(e, audience[:0])
			for _, subscription := range audience {
				if !subscription.Matches(read) {
					continue
				}
				payload, made := payloads[subscription.View]
				if !made {
					payload = s.payload(e, read, subscription.View)
					payloads[subscription.View] = payload
				}
				if payload != nil {
					subscription.deliver(payload)
				}
			}
			clear(audience)
			clear(payloads)
		case <-s.base.Done():
			return
		}
	}
}

// audience appends the subscriptions to an event's topic that are older than the event.
func (s *Service) audience(e event, to []*subscription) []*subscription {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for subscription := range s.topics[e.topic] {
		if subscription.since < e.number {
			to = append(to, subscription)
		}
	}
	return to
}

// payload is the payload of the messages about an event for all who have the view, with the brace that ends them; nil if there can be
// none.
func (s *Service) payload(e event, read *appsync.Event, view *appsync.View) []byte {
	data, errs := view.Project(read)
	payload, err := json.Marshal(dataPayload{data, errs})
	if err == nil && len(data) > maxPayload {
		err = fmt.Errorf("got %d bytes, want at most %d: dropped, as AppSync does", len(data), maxPayload)
	}
	if err != nil {
		s.dropped(e, err)
		return nil
	}
	return append(payload, '}')
}

// dropped logs that an event did not reach subscribers.
func (s *Service) dropped(e event, err error) {
	s.config.Log(&aws.Entry{Service: "appsync", Operation: "Publish", Fault: fmt.Errorf("an event of %s: %w", e.topic.field, err)}, 0)
}

// deliver queues the payload of an event for a subscriber who is still there.
func (to *subscription) deliver(payload []byte) {
	c := to.connection
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.subscriptions[to.id] == to {
		c.enqueue(message{to.head, payload})
	}
}

// subscribe adds a subscription and acknowledges it: what is published from here on comes after the acknowledgement.
func (s *Service) subscribe(added *subscription) {
	c := added.connection
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return
	}
	t := topic{c.apiID, added.Field}
	if s.topics[t] == nil {
		s.topics[t] = map[*subscription]struct{}{}
	}
	s.topics[t][added] = struct{}{}
	added.since = s.published
	c.subscriptions[added.id] = added
	if end := added.Expires; !end.IsZero() && (c.expires.IsZero() || end.Before(c.expires)) {
		c.expires = end
	}
	c.enqueue(whole(reply{ID: added.id, Type: "start_ack"}))
}

// unsubscribe ends a subscription at the client's wish and confirms it; false if there is none with the id.
func (s *Service) unsubscribe(c *connection, id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	ended, ok := c.subscriptions[id]
	if !ok {
		return false
	}
	s.forget(ended)
	delete(c.subscriptions, id)
	c.enqueue(whole(reply{ID: id, Type: "complete"}))
	return true
}

// forget takes a subscription out of its topic, under s.mu.
func (s *Service) forget(ended *subscription) {
	t := topic{ended.connection.apiID, ended.Field}
	delete(s.topics[t], ended)
	if len(s.topics[t]) == 0 {
		delete(s.topics, t)
	}
}

// sweep looks at the clock now and then, until the service ends.
func (s *Service) sweep() {
	ticker := time.NewTicker(sweepInterval)
	defer ticker.Stop()
	var connections []*connection
	for {
		select {
		case <-ticker.C:
			connections = s.tick(connections[:0])
			clear(connections)
		case <-s.base.Done():
			return
		}
	}
}

// tick sends the messages ka that are due, ends the subscriptions whose credentials have, and cuts off who does not take a message. It
// returns what it has been given to work with.
func (s *Service) tick(connections []*connection) []*connection {
	now := s.config.Now()
	s.mu.RLock()
	for c := range s.connections {
		connections = append(connections, c)
	}
	s.mu.RUnlock()
	for _, c := range connections {
		if c.keepAlive(now, s.config.KeepAlive) {
			s.expire(c, now)
		}
	}
	return connections
}

// keepAlive sends ka if it is due to a client that is not too slow, and tells whether a subscription may have expired.
func (c *connection) keepAlive(now time.Time, interval time.Duration) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.began.IsZero() && time.Since(c.began) > writeTimeout {
		c.slow()
	}
	if now.Sub(c.keptAlive) >= interval {
		c.keptAlive = now
		c.enqueue(keepAlive)
	}
	return !c.expires.IsZero() && !now.Before(c.expires)
}

// expire ends the subscriptions of a client whose credentials have ended.
func (s *Service) expire(c *connection, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.expires = time.Time{}
	for id, subscription := range c.subscriptions {
		end := subscription.Expires
		if !end.IsZero() && !now.Before(end) {
			s.forget(subscription)
			delete(c.subscriptions, id)
			c.enqueue(failure(id, refuse("UnauthorizedException", "Token has expired.")))
			continue
		}
		if !end.IsZero() && (c.expires.IsZero() || end.Before(c.expires)) {
			c.expires = end
		}
	}
}
