package sandbox_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/proof/page"
	"lightbox.example/lightbox/sandbox"
)

// A site whose name points to this machine must not read codes or use the bridge.
func TestPages_areForThisMachineByName(t *testing.T) {
	s := start(t, sandbox.Config{Pages: []sandbox.Page{page.Access()}})
	for host, want := range map[string]int{
		"": http.StatusOK, "localhost:4566": http.StatusOK, "evil.example": http.StatusForbidden, "192.168.1.7": http.StatusForbidden,
		"s3.us-east-1.amazonaws.com": http.StatusForbidden,
	} {
		t.Run("host "+host, func(t *testing.T) {
			for _, page := range []string{"", "mail", "requests", "access", "logs"} {
				request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/"+page, http.NoBody)
				if err != nil {
					t.Fatal(err)
				}
				request.Host = host
				if got := do(t, http.DefaultClient, request); got.status != want {
					t.Errorf("/_lightbox/%s: got %d %s, want %d", page, got.status, got.body, want)
				}
			}
		})
	}
}

func TestPages_areForPeopleAndPrograms(t *testing.T) {
	s := deployed(t, sandbox.Config{Pages: []sandbox.Page{page.Access()}})
	for _, page := range []string{"", "mail", "requests", "access", "logs", "stacks", "clock", "state"} {
		request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/"+page, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		if got := do(t, http.DefaultClient, request); !json.Valid([]byte(got.body)) {
			t.Errorf("/_lightbox/%s: got %s, want JSON", page, got.body)
		}
		request.Header.Set("Accept", "text/html,*/*")
		if got := do(t, http.DefaultClient, request); got.status != http.StatusOK || !strings.Contains(got.body, "</main>") {
			t.Errorf("/_lightbox/%s: got %d %s, want a whole page", page, got.status, got.body)
		} else if policy := got.header.Get("Content-Security-Policy"); !strings.Contains(policy, "frame-ancestors 'none'") || got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("/_lightbox/%s: got the headers %v, want no site to frame it and nobody to keep its codes", page, got.header)
		} else if !strings.Contains(policy, "script-src http://"+s.HTTP()+"/_lightbox/console/;") || strings.Contains(policy, "unsafe") {
			t.Errorf("/_lightbox/%s: got the policy %q, want scripts of the console alone: what people store has the same origin", page, policy)
		}
	}
	looksIntoStacks(t, s)
	opensCells(t, s)
}

// opensCells asks the page of access why a cell is as it is.
func opensCells(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	cells := "http://" + s.HTTP() + "/_lightbox/access?environment=Lightbox-dev&"
	for query, want := range map[string]map[string]bool{
		"as=guest&owner=other&area=public/products/":                  {"get": true, "list": false, "put": false, "delete": false},
		"as=user&owner=me&area=" + url.QueryEscape("uploads/{user}/"): {"get": true, "list": false, "put": true, "delete": false},
		"as=guest&field=Mutation.createProduct":                       {"Mutation.createProduct": false},
	} {
		var answers []struct {
			Asked   string
			Allowed bool
			Reasons []struct {
				Words, Source string
				Statements    []struct{ Effect string }
			}
		}
		decode(t, get(t, http.DefaultClient, cells+query), &answers)
		got := map[string]bool{}
		for _, one := range answers {
			got[one.Asked] = one.Allowed
			if one.Allowed && (len(one.Reasons) == 0 || len(one.Reasons[0].Statements) == 0 || one.Reasons[0].Statements[0].Effect != "Allow") {
				t.Errorf("%s: got %+v, want the statement", query, one)
			}
		}
		for asked, allowed := range want {
			if is, there := got[asked]; !there || is != allowed {
				t.Errorf("%s: got %v, want %s: %t", query, got, asked, allowed)
			}
		}
	}
	for query, want := range map[string]string{"as=root&area=drafts/&owner=me": `as: got "root"`, "as=guest&field=Query.none": `field: got "Query.none"`} {
		if got := get(t, http.DefaultClient, cells+query); got.status != http.StatusNotFound || !strings.Contains(got.body, want) {
			t.Errorf("%s: got %d %s, want 404 and %s", query, got.status, got.body, want)
		}
	}
}

// looksIntoStacks holds what the page of stacks has to what is deployed.
func looksIntoStacks(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	type stack struct {
		Name, Region, Status string
		Resources            any
	}
	var all []stack
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/stacks"), &all)
	if len(all) != 5 || all[1].Name != "Lightbox-dev-Auth" || all[1].Region != "us-east-1" || all[1].Resources != 2.0 {
		t.Errorf("got %v, want the five stacks, with how much each has", all)
	}
	var auth struct {
		Name      string
		Outputs   []struct{ Key, Value string }
		Resources []struct {
			LogicalID, PhysicalID, Type string
			Properties                  map[string]any
		}
		Events []struct{ LogicalID, Status string }
	}
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/stacks?stack=Lightbox-dev-Auth"), &auth)
	if len(auth.Resources) != 2 || auth.Resources[0].PhysicalID != output(t, s, "Auth", "UserPoolId") || len(auth.Resources[0].Properties) == 0 {
		t.Errorf("got the resources %v, want the pool and its client, with what the template says", auth.Resources)
	}
	if len(auth.Events) == 0 || auth.Events[0].LogicalID != auth.Name || auth.Events[0].Status != "CREATE_COMPLETE" {
		t.Errorf("got the events %v, want them from the latest on", auth.Events)
	}
	if got := get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/stacks?stack=Nothing"); got.status != http.StatusNotFound || !strings.Contains(got.body, `"Nothing"`) {
		t.Errorf("got %d %s, want 404 with the name", got.status, got.body)
	}
}

// A page that takes the place of another, or that can't be shown, is refused at the start, all faults at once.
func TestPages_thatCannotBeAreRefused(t *testing.T) {
	data := func(*sandbox.Sandbox, *http.Request) (any, error) { return nil, nil }
	const whole = `export default () => null;`
	_, err := sandbox.Start(t.Context(), sandbox.Config{Pages: []sandbox.Page{
		{Name: "mail", Module: whole, Data: data},
		{Name: "bridge", Module: whole, Data: data},
		{Name: "", Module: whole, Data: data},
		{Name: "plan", Module: whole, Data: data},
		{Name: "plan", Module: whole, Data: data},
		{Name: "a/b", Module: whole, Data: data},
		{Name: "{x}", Module: whole},
		{Name: "console", Module: whole, Data: data},
		{Name: "broken", Data: data},
	}})
	if err == nil {
		t.Fatal("got no error")
	}
	want := `Pages[0].Name: got "mail", want one that nothing else below /_lightbox/ has
Pages[1].Name: got "bridge", want one that nothing else below /_lightbox/ has
Pages[2].Name: got "", want one that nothing else below /_lightbox/ has
Pages[4].Name: got "plan", want one that nothing else below /_lightbox/ has
Pages[5].Name: got "a/b", want lower-case letters, digits and hyphens
Pages[6].Name: got "{x}", want lower-case letters, digits and hyphens
Pages[6].Data: got nothing, want what the page shows
Pages[7].Name: got "console", want one that nothing else below /_lightbox/ has
Pages[8].Module: got nothing, want a module of JavaScript`
	if err.Error() != want {
		t.Errorf("got\n%s\nwant\n%s", err, want)
	}
	for range 2 { // in one process
		s := start(t, sandbox.Config{Pages: []sandbox.Page{{Name: "plan", Title: "Plan", Module: whole, Data: data}}})
		for _, name := range []string{"", "plan"} {
			request, err := http.NewRequest(http.MethodGet, "http://"+s.HTTP()+"/_lightbox/"+name, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Accept", "text/html")
			if got := do(t, http.DefaultClient, request); got.status != http.StatusOK || !strings.Contains(got.body, `<a href="/_lightbox/plan"`) {
				t.Errorf("control: got %d %q, want the page, with the link to it", got.status, got.body)
			}
		}
	}
}

func TestRequests_sayWhoDecided(t *testing.T) {
	calls := make(chan sandbox.Call, 1000)
	s := deployed(t, sandbox.Config{Log: func(c sandbox.Call) { calls <- c }})
	bucket := output(t, s, "FileStorage", "BucketName")
	get(t, client(t, s), "https://"+bucket+".s3.us-east-1.amazonaws.com/private/x")
	call := <-calls
	if call.Service != "s3" || call.Operation != "GetObject" || call.Status != http.StatusForbidden || !call.Denied || call.Reason == "" {
		t.Errorf("got %+v, want a denied GetObject with its reason", call)
	}
	var page []sandbox.Call
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests"), &page)
	if len(page) == 0 || page[len(page)-1].RequestID != call.RequestID {
		t.Errorf("got %v on the page, want the call %s", page, call.RequestID)
	}
	if !strings.Contains(call.String(), "denied: "+call.Reason) {
		t.Errorf("got the line %q, want the reason in it", call)
	}
	showsTheDecision(t, s, call.Number, bucket)
	hidesWhatIsSecret(t, s)
}

// A detail is what the page of requests has of one call.
type detail struct {
	Request, Answer struct {
		Method, URL, Body string
		Headers           []struct{ Name, Value string }
		Cut               bool
		Size              int64
	}
	Decision struct {
		Decision, Why, Action, Resource string
		Statements                      []struct {
			Name, Failed, Why string
			Document          map[string]any
		}
	}
}

func showsTheDecision(t *testing.T, s *sandbox.Sandbox, number int, bucket string) {
	t.Helper()
	var one detail
	decode(t, get(t, http.DefaultClient, fmt.Sprintf("http://%s/_lightbox/requests?call=%d", s.HTTP(), number)), &one)
	if one.Request.Method != "GET" || one.Request.URL != "https://"+bucket+".s3.us-east-1.amazonaws.com/private/x" || !strings.Contains(one.Answer.Body, "AccessDenied") {
		t.Errorf("got %+v, want the call as it went over the wire", one)
	}
	if d := one.Decision; d.Decision != "deny" || d.Action != "s3:GetObject" || len(d.Statements) == 0 || d.Statements[0].Failed == "" || d.Statements[0].Why == "" || d.Statements[0].Document["Effect"] == nil {
		t.Errorf("got the decision %+v, want each statement and what of it does not match", d)
	}
	if got := get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests?call=999"); got.status != http.StatusNotFound {
		t.Errorf("got %d %s for a call that was not, want 404", got.status, got.body)
	}
}

// hidesWhatIsSecret signs up, and reads all that the page has of it.
func hidesWhatIsSecret(t *testing.T, s *sandbox.Sandbox) {
	t.Helper()
	const password = "Correct-horse-9!"
	input := fmt.Sprintf(`{"ClientId": %q, "Username": "ann", "Password": %q, "UserAttributes": [{"Name": "email", "Value": "ann@example.com"}]}`, output(t, s, "Auth", "UserPoolClientId"), password)
	request := signed(t, http.MethodPost, "http://"+s.HTTP()+"/?X-Amz-Signature=5ec2e7", "cognito-idp", []byte(input))
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
	request.Header.Set("X-Amz-Security-Token", "5ec2e7")
	do(t, http.DefaultClient, request)
	var calls []sandbox.Call
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/requests"), &calls)
	got := get(t, http.DefaultClient, fmt.Sprintf("http://%s/_lightbox/requests?call=%d", s.HTTP(), calls[len(calls)-1].Number)).body
	_, signature, _ := strings.Cut(request.Header.Get("Authorization"), "Signature=")
	for _, secret := range []string{password, "5ec2e7", signature} {
		if strings.Contains(got, secret) {
			t.Errorf("got %s, want nothing of %q", got, secret)
		}
	}
	if !strings.Contains(got, "ann@example.com") || !strings.Contains(got, "Credential="+sandbox.AccessKeyID) {
		t.Errorf("control: got %s, want what is no secret", got)
	}
}
