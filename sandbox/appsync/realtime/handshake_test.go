package realtime

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
)

func TestHandshake_takesTheHeadersAsASubprotocolOrInTheQuery(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	encode := func(encoding *base64.Encoding) string {
		return encoding.EncodeToString([]byte(`{"Authorization":"yes","x":"??>>~~"}`))
	}
	escape := strings.NewReplacer("+", "%2B", "/", "%2F", "=", "%3D").Replace
	for name, dial := range map[string]func() client{
		"subprotocol":          func() client { return e.dial("/graphql", subprotocol, headerPrefix+encode(base64.RawURLEncoding)) },
		"subprotocols, turned": func() client { return e.dial("/graphql", headerPrefix+encode(base64.RawURLEncoding), subprotocol) },
		"query": func() client {
			return e.dial("/graphql?header="+escape(encode(base64.StdEncoding))+"&payload=e30%3D", subprotocol)
		},
		"query, base64url": func() client {
			return e.dial("/graphql?header="+encode(base64.RawURLEncoding)+"&payload=e30", subprotocol)
		},
		"query, without a payload": func() client { return e.dial("/graphql?header="+escape(encode(base64.StdEncoding)), subprotocol) },
	} {
		t.Run(name, func(t *testing.T) {
			c := dial()
			c.t = t
			if got := c.Subprotocol(); got != subprotocol {
				t.Errorf("subprotocol: got %q, want %q", got, subprotocol)
			}
			c.say(`{"type":"connection_init","payload":{}}`)
			c.wants(`{"type":"connection_ack","payload":{"connectionTimeoutMs":300000}}`)
		})
	}
}

func TestHandshake_refusesWithAConnectionError(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	tests := []struct {
		name, path   string
		subprotocols []string
		want         string
	}{
		{"wrong headers", "/graphql", []string{subprotocol, offer(map[string]string{"Authorization": "no"})},
			`{"errorType":"UnauthorizedException","message":"You are not authorized to make this call.","errorCode":401}`},
		{"no headers", "/graphql", []string{subprotocol}, `{"errorType":"UnauthorizedException","message":"Required headers are missing.","errorCode":400}`},
		{"no subprotocol", "/graphql", nil, `{"message":"NoProtocolError","errorCode":400}`},
		{"other subprotocol", "/graphql", []string{"graphql-transport-ws", offer(yes)}, `{"message":"NoProtocolError","errorCode":400}`},
		{"no base64", "/graphql?header=%21", []string{subprotocol}, `{"errorType":"BadRequestException","message":"header is not base64","errorCode":400}`},
		{"no object", "/graphql?header=W10", []string{subprotocol},
			`{"errorType":"BadRequestException","message":"header must be a JSON object of texts in base64","errorCode":400}`},
		{"null", "/graphql?header=bnVsbA", []string{subprotocol},
			`{"errorType":"BadRequestException","message":"header must be a JSON object of texts in base64","errorCode":400}`},
		{"other payload", "/graphql?payload=W10", []string{subprotocol, offer(yes)},
			`{"errorType":"BadRequestException","message":"payload must be {} in base64","errorCode":400}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := e.dial(test.path, test.subprotocols...)
			c.t = t
			c.wants(`{"type":"connection_error","payload":{"errors":[` + test.want + `]}}`)
			c.wantsClose(websocket.StatusNormalClosure)
		})
	}
}

func TestHandshake_refusesOtherRequestsByTheirStatus(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	ask := func(host, path string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+e.address+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		return response.StatusCode
	}
	for _, test := range []struct {
		host, path string
		want       int
	}{
		{e.host(), "/graphql", http.StatusUpgradeRequired},
		{e.host() + ":8443", "/graphql", http.StatusUpgradeRequired},
		{e.host(), "/graphql/realtime", http.StatusNotFound},
		{e.host(), "/", http.StatusNotFound},
		{"abc.appsync-realtime-api.us-east-1.amazonaws.com", "/graphql", http.StatusNotFound},
		{stubAPI + ".appsync-api.us-east-1.amazonaws.com", "/graphql", http.StatusNotFound},
		{"localhost", "/graphql", http.StatusNotFound},
	} {
		if got := ask(test.host, test.path); got != test.want {
			t.Errorf("%s%s: got %d, want %d", test.host, test.path, got, test.want)
		}
	}
}

// After a refusal nothing is carried out, though the client has not gone yet.
func TestHandshake_afterARefusalStartsNothing(t *testing.T) {
	e := serve(t, Config{APIs: stub{}}, stubAPI)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	c, err := e.admit(request, stubAPI)
	if err != nil {
		t.Fatal(err)
	}
	defer e.work.Done()
	defer e.dismiss(c)
	c.refuse(badRequest("no"))
	c.handle([]byte(start("1", "onX", yes)))
	if got := e.operations(); len(got) != 0 || len(c.queue) != 1 {
		t.Errorf("got the calls %v and %d messages, want none and the refusal", got, len(c.queue))
	}
}
