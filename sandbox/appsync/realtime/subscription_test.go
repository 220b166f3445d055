package realtime

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"lightbox.example/lightbox/sandbox/appsync"
)

// note is the message of an event of onNote.
func note(id, data string) string {
	return `{"id":"` + id + `","type":"data","payload":{"data":{"onNote":` + data + `}}}`
}

func TestSubscription_getsTheFieldsThatTheMutationSelected(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("1", `subscription { onNote { id text owner } }`, l.as("bob"))
	c.begin("2", `subscription Named { mine: onNote { __typename key: id } }`, l.as("bob"))
	l.mutate(t, `changed: note(id: "n1", text: "hello", owner: "alice", size: 3) { id words: text }`)
	got := map[string]bool{c.hears(): true, c.hears(): true}
	for _, want := range []string{
		note("1", `{"id":"n1","text":"hello","owner":null}`),
		`{"id":"2","type":"data","payload":{"data":{"mine":{"__typename":"Note","key":"n1"}}}}`,
	} {
		if !got[want] {
			t.Errorf("got %v, want %s among them", got, want)
		}
	}
	l.mutate(t, `other(id: "n2") { id }`)
	l.mutate(t, `note(id: "n3") { text }`)
	for range 2 {
		if got := c.hears(); !strings.Contains(got, `"type":"data"`) || strings.Contains(got, "n2") {
			t.Errorf("got %s, want n3 and nothing of a mutation without subscribers", got)
		}
	}
}

// What is made of an event once for many is made by the rights of each, and has the id of each.
func TestEvent_isMadeForTheRightsAndTheIDOfEach(t *testing.T) {
	l := serveLive(t, Config{})
	const query = `subscription { onNote { id secret } }`
	admin, another, user := l.connect(l.as("dora/Admins")), l.connect(l.as("erin/Admins")), l.connect(l.as("bob"))
	admin.begin("1", query, l.as("dora/Admins"))
	another.say(start(`a "b" <c> ü`, operation(query), l.as("erin/Admins")))
	another.hears()
	user.begin("1", query, l.as("bob"))
	l.mutateAs(t, "alice/Admins", `note(id: "n1", secret: "s <1>") { id secret }`)
	const shown = `{"id":"n1","secret":"s \u003c1\u003e"}`
	admin.wants(note("1", shown))
	another.wants(note(`a \"b\" \u003cc\u003e ü`, shown))
	if got := user.hears(); !strings.HasPrefix(got, `{"id":"1","type":"data","payload":{"data":{"onNote":{"id":"n1","secret":null}},"errors":[{`) ||
		!strings.Contains(got, `"Unauthorized"`) {
		t.Errorf("got %s, want null and an error for who is in no group", got)
	}
}

// A client that leaves out a field which cannot be null makes null of all, with the error beside it.
func TestSubscription_getsAnErrorForAMissingFieldThatCannotBeNull(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("1", `subscription { onNote { id } }`, l.as("bob"))
	l.mutate(t, `note(id: "n1", text: "hello") { text }`)
	if got := c.hears(); !strings.HasPrefix(got, `{"id":"1","type":"data","payload":{"data":{"onNote":null},"errors":[{`) {
		t.Errorf("got %s, want null and an error", got)
	}
}

func TestSubscription_isFilteredByItsArgumentsOrItsResolver(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("all", `subscription { onNote { id } }`, l.as("bob"))
	c.begin("mine", `subscription { onNote(owner: "bob") { id } }`, l.as("bob"))
	c.begin("big", `subscription { onBigNote { id } }`, l.as("bob"))
	for _, test := range []struct {
		mutation string
		want     []string // the ids of the subscriptions
	}{
		{`note(id: "1", owner: "bob", size: 5) { id owner size }`, []string{"all", "mine"}},
		{`note(id: "2", owner: "carol", size: 101) { id owner size }`, []string{"all", "big"}},
		{`note(id: "3", owner: "bob", size: 500) { id owner size }`, []string{"all", "mine", "big"}},
		{`note(id: "4", owner: "bob", size: 500) { id }`, []string{"all"}}, // what is not selected is not seen
		{`note(id: "5", owner: "bob", size: 500) { id owner }`, []string{"all", "mine"}},
	} {
		l.mutate(t, test.mutation)
		l.mutate(t, `note(id: "end") { id }`) // goes to all only, and ends the round
		got := map[string]bool{}
		for {
			message := c.hears()
			if strings.Contains(message, `"end"`) {
				break
			}
			id, _, _ := strings.Cut(strings.TrimPrefix(message, `{"id":"`), `"`)
			got[id] = true
		}
		if len(got) != len(test.want) {
			t.Errorf("%s: got %v, want %v", test.mutation, got, test.want)
		}
		for _, id := range test.want {
			if !got[id] {
				t.Errorf("%s: got %v, want %s too", test.mutation, got, id)
			}
		}
	}
}

func TestSubscription_isAuthorizedByItself(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	for name, test := range map[string]struct {
		query  string
		header map[string]string
		want   string
	}{
		"no headers":           {`subscription { onNote { id } }`, nil, `"errorType":"UnauthorizedException"`},
		"no token":             {`subscription { onNote { id } }`, l.as("nobody"), `"errorType":"UnauthorizedException"`},
		"not in the group":     {`subscription { onNoteForAdmins { id } }`, l.as("bob"), `"errorType":"Unauthorized"`},
		"in another group":     {`subscription { onNoteForAdmins { id } }`, l.as("bob/Users"), `"errorType":"Unauthorized"`},
		"refused by resolver":  {`subscription { onNoteForNobody { id } }`, l.as("bob"), `"errorType":"Unauthorized"`},
		"signed for another":   {`subscription { onNote { id } }`, l.signed(t, "/graphql", operation(`subscription { onNote { text } }`)), `"errorType":"`},
		"signed for a connect": {`subscription { onNote { id } }`, l.signed(t, "/graphql/connect", "{}"), `"errorType":"`},
		"IAM on a user's":      {`subscription { onBigNote { id } }`, l.signed(t, "/graphql", operation(`subscription { onBigNote { id } }`)), `"errorType":"Unauthorized`},
		"a query":              {`query { nothing }`, l.as("bob"), `"UnsupportedOperation"`},
		"a mutation":           {`mutation { note(id: "1") { id } }`, l.as("bob"), `"UnsupportedOperation"`},
		"an unknown field":     {`subscription { onNothing { id } }`, l.as("bob"), `FieldUndefined`},
		"no GraphQL":           {`subscription {`, l.as("bob"), `"message":"`},
		"two fields":           {`subscription { onNote { id } onBigNote { id } }`, l.as("bob"), `"message":"`},
		"no argument of it":    {`subscription { onNote(id: "1") { id } }`, l.as("bob"), `"message":"`},
		"wrong type":           {`subscription { onNote(owner: 1) { id } }`, l.as("bob"), `"message":"`},
	} {
		c.say(start("1", operation(test.query), test.header))
		if got := c.hears(); !strings.HasPrefix(got, `{"id":"1","type":"error","payload":{"errors":[{`) || !strings.Contains(got, test.want) {
			t.Errorf("%s: got %s, want an error with %s", name, got, test.want)
		}
	}
	c.say(start("1", `not JSON`, l.as("bob")))
	if got := c.hears(); !strings.HasPrefix(got, `{"id":"1","type":"error"`) {
		t.Errorf("got %s, want an error", got)
	}
	// The controls: the connection is still good, for signers on a user's connection too.
	c.begin("1", `subscription { onNoteForAdmins { id } }`, l.as("carol/Admins"))
	const query = `subscription { onNote { id } }`
	c.begin("2", query, l.signed(t, "/graphql", operation(query)))
	l.mutate(t, `note(id: "n1") { id }`)
	c.hears()
	c.hears()
}

func TestConnection_isAuthorized(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.signed(t, "/graphql/connect", "{}"))
	c.begin("1", `subscription { onNote { id } }`, l.as("bob"))
	for name, header := range map[string]map[string]string{
		"no token":                {"host": l.apiHost()},
		"unreadable token":        l.as("nobody"),
		"signed for another path": l.signed(t, "/graphql", "{}"),
		"signed for another body": l.signed(t, "/graphql/connect", "[]"),
		"an API key":              {"host": l.apiHost(), "x-api-key": "da2-x"},
	} {
		c := l.open(header)
		if got := c.hears(); !strings.Contains(got, `{"type":"connection_error","payload":{"errors":[{"errorType":"`) || !strings.Contains(got, `"errorCode":40`) {
			t.Errorf("%s: got %s, want a connection_error with its code", name, got)
		}
		c.wantsClose(websocket.StatusNormalClosure)
	}
	l.apiID = "abcdefghijklmnopqrstuvwxyz"
	if got := l.open(l.as("bob")).hears(); !strings.Contains(got, `"errorCode":404`) {
		t.Errorf("another API: got %s, want a connection_error with 404", got)
	}
}

func TestSubscription_endsWithItsToken(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("bob", `subscription { onNote { id } }`, l.as("bob"))
	c.begin("late", `subscription { onNote { id } }`, l.as("late"))
	const query = `subscription { onNote { id } }`
	c.begin("key", query, l.signed(t, "/graphql", operation(query)))
	l.clock.Pass(59 * time.Second)
	l.tick(nil)
	if got := l.Subscriptions(l.apiID, "onNote"); got != 3 {
		t.Fatalf("before the end: got %d subscriptions, want 3", got)
	}
	l.clock.Pass(time.Second)
	l.tick(nil)
	c.wants(`{"type":"ka"}`)
	c.wants(`{"id":"late","type":"error","payload":{"errors":[{"errorType":"UnauthorizedException","message":"Token has expired."}]}}`)
	l.mutate(t, `note(id: "n1") { id }`)
	for range 2 {
		if got := c.hears(); strings.Contains(got, "late") {
			t.Errorf("got %s, want nothing for a token that has expired", got)
		}
	}
	l.clock.Pass(time.Hour)
	l.tick(nil)
	c.wants(`{"type":"ka"}`)
	c.wants(`{"id":"bob","type":"error","payload":{"errors":[{"errorType":"UnauthorizedException","message":"Token has expired."}]}}`)
	if got := l.Subscriptions(l.apiID, "onNote"); got != 1 {
		t.Errorf("got %d subscriptions, want the one whose key does not expire", got)
	}
}

func TestSubscription_idsAreOneClients(t *testing.T) {
	l := serveLive(t, Config{})
	c, other := l.connect(l.as("bob")), l.connect(l.as("carol"))
	const query = `subscription { onNote { id } }`
	c.begin("1", query, l.as("bob"))
	other.begin("1", query, l.as("carol"))
	c.say(start("1", operation(query), l.as("bob")))
	c.wants(`{"id":"1","type":"error","payload":{"errors":[{"errorType":"DuplicatedOperationError","message":"Duplicated operation with id 1"}]}}`)
	c.say(`{"type":"stop","id":"1"}`)
	c.wants(`{"id":"1","type":"complete"}`)
	c.say(`{"type":"stop","id":"1"}`)
	c.wants(`{"id":"1","type":"error","payload":{"errors":[{"errorType":"UnknownOperationError","message":"Unknown operation id 1"}]}}`)
	l.mutate(t, `note(id: "n1") { id }`)
	other.wants(note("1", `{"id":"n1"}`))
	c.begin("1", query, l.as("bob"))
	l.mutate(t, `note(id: "n2") { id }`)
	c.wants(note("1", `{"id":"n2"}`)) // and not n1, which came before
}

func TestSubscriptions_areAHundredAConnection(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	const query = `subscription { onNote { id } }`
	for i := range maxSubscriptions {
		c.begin(fmt.Sprint(i), query, l.as("bob"))
	}
	c.say(start("more", operation(query), l.as("bob")))
	c.wants(`{"id":"more","type":"error","payload":{"errors":{"errorType":"MaxSubscriptionsReachedError","message":"Max number of 100 subscriptions reached"}}}`)
	c.say(`{"type":"stop","id":"7"}`)
	c.wants(`{"id":"7","type":"complete"}`)
	c.begin("more", query, l.as("bob"))
	_ = c.CloseNow()
	eventually(t, "the client's subscriptions are gone", func() bool { return l.Subscriptions(l.apiID, "onNote") == 0 })
}

// held is an engine whose subscriptions do not match before they are let go: what happens between an event and its turn?
type held struct {
	APIs
	turn chan struct{}
}

func (h held) Start(ctx context.Context, apiID string, header map[string]string, data string) (appsync.Subscription, error) {
	s, err := h.APIs.Start(ctx, apiID, header, data)
	matches := s.Matches
	s.Matches = func(event *appsync.Event) bool {
		<-h.turn
		return matches(event)
	}
	return s, err
}

func TestEvent_isForThoseWhoHaveSubscribedBeforeAndStillAre(t *testing.T) {
	l := serveLive(t, Config{})
	engine := held{l.apis, make(chan struct{})}
	l.config.APIs = engine
	const query = `subscription { onNote { id } }`
	early, leaver, late := l.connect(l.as("early")), l.connect(l.as("leaver")), l.connect(l.as("late"))
	early.begin("1", query, l.as("early"))
	leaver.begin("1", query, l.as("leaver"))
	l.mutate(t, `note(id: "n1") { id }`)
	eventually(t, "n1 is being sorted", func() bool { return len(l.events) == 0 })
	l.mutate(t, `note(id: "n2") { id }`)
	leaver.say(`{"type":"stop","id":"1"}`)
	leaver.wants(`{"id":"1","type":"complete"}`)
	late.begin("1", query, l.as("late"))
	l.mutate(t, `note(id: "n3") { id }`)
	close(engine.turn)
	for _, id := range []string{"n1", "n2", "n3"} {
		early.wants(note("1", `{"id":"`+id+`"}`))
	}
	late.wants(note("1", `{"id":"n3"}`))
	leaver.say(`{"type":"connection_init"}`)
	leaver.wants(`{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}`)
}

func TestEvents_comeInTheirOrder(t *testing.T) {
	l := serveLive(t, Config{})
	clients := []client{l.connect(l.as("bob")), l.connect(l.as("carol"))}
	for _, c := range clients {
		c.begin("1", `subscription { onNote { id } }`, l.as("bob"))
	}
	const events = 300
	for i := range events {
		l.mutate(t, fmt.Sprintf(`note(id: "%d") { id }`, i))
	}
	for _, c := range clients {
		for i := range events {
			c.wants(note("1", fmt.Sprintf(`{"id":"%d"}`, i)))
		}
	}
}

func TestEvent_thatIsTooLargeIsDroppedAndLogged(t *testing.T) {
	l := serveLive(t, Config{})
	c := l.connect(l.as("bob"))
	c.begin("1", `subscription { onNote { id text } }`, l.as("bob"))
	l.mutate(t, `note(id: "large", text: "`+strings.Repeat("x", maxPayload)+`") { id text }`)
	l.mutate(t, `note(id: "small", text: "x") { id text }`)
	c.wants(note("1", `{"id":"small","text":"x"}`))
	if got := l.faults(); !strings.Contains(got, "an event of onNote: got 245") {
		t.Errorf("log: got %q, want the event that was dropped", got)
	}
}
