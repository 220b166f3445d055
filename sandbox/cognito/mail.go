package cognito

import (
	"slices"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/directory"
)

// A Message is an e-mail that Cognito would send.
type Message struct {
	Time     time.Time
	Pool     string // the pool's id
	PoolName string
	Username string
	Purpose  string // as in SignUp: the operation that asked for it
	From, To string // From is empty where Cognito's own sender is used
	Subject  string
	Body     string
	Code     string // the code, or temporary password, that the body has too
	Link     string // what is to be followed, which the body has too; "" for none
}

// A Mailer delivers messages. Deliver is called from many goroutines, after what the message says is in the store.
type Mailer interface {
	Deliver(Message)
}

// nowhere drops messages.
type nowhere struct{}

func (nowhere) Deliver(Message) {}

// inboxSize is how many messages an Inbox keeps.
const inboxSize = 200

// An Inbox is a Mailer that keeps the last 200 messages. The zero value is empty.
type Inbox struct {
	mu       sync.Mutex
	messages []Message
}

// Deliver keeps the message.
func (b *Inbox) Deliver(m Message) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.messages) == inboxSize {
		b.messages = slices.Delete(b.messages, 0, 1)
	}
	b.messages = append(b.messages, m)
}

// Messages are the messages, the oldest first.
func (b *Inbox) Messages() []Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.messages)
}

// send puts a message into the outbox of the request, in the words of the pool's function if it has one for that.
func (c *request) send(p *directory.Pool, u *directory.User, to, purpose, subject, body, code string) error {
	subject, body, err := c.worded(p, u, purpose, subject, body)
	if err != nil {
		return err
	}
	m := Message{
		Time: c.at, Pool: p.ID, PoolName: p.Settings.UserPoolName, Username: u.Name, Purpose: purpose, To: to, Code: code,
		Subject: subject, Body: strings.NewReplacer(codeParameter, code, usernameParameter, u.Name).Replace(body),
	}
	if p.Settings.EmailConfiguration != nil {
		m.From = p.Settings.EmailConfiguration.From
	}
	c.outbox = append(c.outbox, m)
	return nil
}

// delivery tells a client where a code went.
type delivery struct {
	Destination    string
	DeliveryMedium string
	AttributeName  string
}

func mailedTo(address string) *delivery {
	return &delivery{Destination: masked(address), DeliveryMedium: "EMAIL", AttributeName: "email"}
}

// masked shows as much of an address as Cognito does, as in a***@e***.
func masked(address string) string {
	name, domain, _ := strings.Cut(address, "@")
	return first(name) + "***@" + first(domain) + "***"
}

func first(text string) string {
	for _, r := range text {
		return string(r)
	}
	return ""
}
