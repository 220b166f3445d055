package sandbox_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/alarms"
	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/lambda"
)

// A watch is prod with alarms and a site, on a clock that a test moves, in an account that keeps to AWS's quotas.
type watch struct {
	*sandbox.Sandbox
	t      *testing.T
	clock  *deploytest.Clock
	client *http.Client
	fired  map[string]bool // alarms by their names: those that have been in state ALARM
	lost   map[string]bool // keys of objects whose bodies are gone
}

// brokenProgram is what a function has that no test has built: each of its invocations fails, so that each record is poison. What fails is
// not tried again, which is a setting: a test has no time for it. And a bucket grows by a millionth of what the alarm of prod says.
func brokenProgram(_ string, template []byte) []byte {
	for _, often := range []string{"2", "10"} {
		template = bytes.ReplaceAll(template, []byte(`"MaximumRetryAttempts": `+often), []byte(`"MaximumRetryAttempts": 0`))
	}
	return bytes.ReplaceAll(template, []byte(`"Threshold": 50000000000`), []byte(`"Threshold": 50000`))
}

func newWatch(t *testing.T) *watch {
	t.Helper()
	clock := deploytest.ClockAt(time.Now().Add(-24 * time.Hour)) // what is signed is signed now
	s := start(t, sandbox.Config{Now: clock.Now, Quotas: true})
	if err := s.Deploy(t.Context(), deploytest.Assembly(t, "..", "prod-operations", brokenProgram), nil); err != nil {
		t.Fatal(err)
	}
	w := &watch{Sandbox: s, t: t, clock: clock, client: client(t, s), fired: map[string]bool{}, lost: map[string]bool{}}
	for _, m := range s.Inbox.Messages() {
		if m.Link == "" || m.Purpose != "SNS" {
			t.Fatalf("got %+v, want the mail that asks to confirm alone", m)
		}
		if got := get(t, http.DefaultClient, m.Link); got.status != http.StatusOK {
			t.Fatalf("the link of the mail: got %d %s", got.status, got.body)
		}
	}
	return w
}

// physical is the physical id of a resource of a stack, by the beginning of its logical id.
func (w *watch) physical(stack, kind, prefix string) (physical, logical string) {
	w.t.Helper()
	for _, st := range w.Stacks.Stacks() {
		for _, r := range st.Resources {
			if st.Name == "Lightbox-prod-"+stack && r.Type == kind && strings.HasPrefix(r.LogicalID, prefix) {
				return r.PhysicalID, r.LogicalID
			}
		}
	}
	w.t.Fatalf("got no %s %s… in %s", kind, prefix, stack)
	return "", ""
}

func (w *watch) output(stack, key string) string {
	w.t.Helper()
	if value := w.Overview().Output("Lightbox-prod-"+stack, key); value != "" {
		return value
	}
	w.t.Fatalf("got no output %s of %s", key, stack)
	return ""
}

// pass lets a time pass, and has CloudWatch look.
func (w *watch) pass(d time.Duration) {
	w.clock.Pass(d)
	w.Alarms.Tick()
	for _, a := range w.Alarms.Alarms() {
		w.fired[a.Name] = w.fired[a.Name] || a.State == "ALARM"
	}
}

// An alarmDeed is what makes an alarm go off. One that lasts is done each minute.
type alarmDeed struct {
	do    func(*watch)
	lasts bool
}

// deedsOfAlarms are what somebody does, or what breaks, by the ids of the alarms.
var deedsOfAlarms = map[string]alarmDeed{
	"ApiErrors": {func(w *watch) { w.loseSchema() }, false},
	"CdnErrors": {func(w *watch) {
		w.loseFile("FileStorage", "Files", w.output("CDN", "DistributionDomainName"), "public/products/a/main.jpg")
	}, true},
	"SiteErrors":                    {func(w *watch) { w.loseFile("Site", "", w.output("Site", "SiteDomainName"), "lost.html") }, true},
	"ThrottledProducts":             {func(w *watch) { w.hurry("Products", liveRow("hurried")) }, false},
	"ThrottledPhotos":               {func(w *watch) { w.hurry("Photos", photoRow("hurried")) }, false},
	"ThrottledUsers":                {func(w *watch) { w.crowd() }, false},
	"SignInFailures":                {func(w *watch) { w.guess() }, false},
	"PicturesFunctionErrors":        {func(w *watch) { w.invoke("Pictures", lambda.RequestResponse, 5) }, false},
	"RemoverFunctionErrors":         {func(w *watch) { w.invoke("Remover", lambda.RequestResponse, 5) }, false},
	"PicturesProductsFailedRecords": {func(w *watch) { w.put("Products", liveRow("poison")) }, false},
	"RemoverProductsFailedRecords":  {func(w *watch) { w.put("Products", liveRow("poison")) }, false},
	"RemoverPhotosFailedRecords":    {func(w *watch) { w.put("Photos", photoRow("poison")) }, false},
	"RemoverFailedEvents":           {func(w *watch) { w.invoke("Remover", lambda.Event, 1) }, false},
	"BucketGrowth":                  {func(w *watch) { w.upload("FileStorage", "Files", "protected/grown", strings.Repeat("x", 60_000)) }, false},
}

func liveRow(id string) string  { return `"id": {"S": "` + id + `"}, "state": {"S": "LIVE#x"}` }
func photoRow(id string) string { return `"photoId": {"S": "` + id + `"}, "row": {"S": "PHOTO"}` }

// Each alarm of the table goes off by what it is about, tells it by mail, and is over some time after.
func TestAlarms_allGoOffByADeedAndAreOver(t *testing.T) {
	w := newWatch(t)
	all := alarms.All(access.Functions(), true)
	w.Alarms.Tick()
	w.pass(24 * time.Hour)             // the bucket has the figures of two days
	end := time.Now().Add(time.Minute) // for what is carried out behind the back of who asks
	for i := 0; w.waiting(all) > 1 && time.Now().Before(end); i++ {
		if i > 15 {
			time.Sleep(20 * time.Millisecond)
		}
		for _, alarm := range all {
			d, known := deedsOfAlarms[alarm.ID]
			switch {
			case !known && i == 0:
				t.Errorf("%s: there is no deed that makes it go off", alarm.ID)
			case known && (i == 0 || d.lasts):
				d.do(w)
			}
		}
		w.pass(time.Minute)
	}
	for range 20 {
		w.pass(2 * time.Minute)
	}
	for range 3 {
		w.pass(24 * time.Hour)
	}
	if len(all) != len(w.Alarms.Alarms()) || len(all) != len(deedsOfAlarms) {
		t.Errorf("got %d alarms deployed, %d in the table and %d deeds, want as many", len(w.Alarms.Alarms()), len(all), len(deedsOfAlarms))
	}
	subjects := map[string]bool{}
	for _, m := range w.Inbox.Messages() {
		subjects[m.Subject] = true
	}
	for _, alarm := range all {
		name := w.name(alarm)
		for _, state := range []string{"ALARM", "OK"} {
			if want := fmt.Sprintf("%s: %q in us-east-1", state, name); !subjects[want] {
				t.Errorf("got no mail with the subject %s", want)
			}
		}
	}
	for _, a := range w.Alarms.Alarms() {
		if a.State != "OK" {
			t.Errorf("%s: got %s in the end (%s), want OK", a.Name, a.State, a.Reason)
		}
	}
}

func (w *watch) name(alarm alarms.Alarm) string { return "lightbox-prod-us-east-1-" + alarm.ID }

// waiting is how many alarms have not gone off yet: that of the bucket waits for the next day.
func (w *watch) waiting(all []alarms.Alarm) (n int) {
	for _, alarm := range all {
		if !w.fired[w.name(alarm)] {
			n++
		}
	}
	return n
}

// loseSchema takes the schema of the API away, asks, and puts it back.
func (w *watch) loseSchema() {
	const kind = "AWS::AppSync::GraphQLSchema"
	id, logical := w.physical("API", kind, "GraphQL")
	r := aws.Resource{Stack: "Lightbox-prod-API", LogicalID: logical, PhysicalID: id}
	if err := w.APIs.ResourceTypes()[kind].Delete(context.Background(), r); err != nil {
		w.t.Fatal(err)
	}
	for range 5 {
		request := by(w.t, root, http.MethodPost, w.output("API", "GraphQLAPIURL"), "appsync", "", `{"query": "{ __typename }"}`)
		if got := do(w.t, w.client, request); !strings.Contains(got.body, "The API has no schema.") {
			w.t.Fatalf("got %d %s, want it refused", got.status, got.body)
		}
	}
	r.Properties = map[string]any{"ApiId": w.output("API", "GraphQLAPIID"), "Definition": "type Query { a: String }"}
	if _, err := w.APIs.ResourceTypes()[kind].Create(context.Background(), r); err != nil {
		w.t.Fatal(err)
	}
}

// upload puts an object into a stack's bucket.
func (w *watch) upload(stack, bucket, key, body string) {
	name, _ := w.physical(stack, "AWS::S3::Bucket", bucket)
	target := "https://" + name + ".s3.us-east-1.amazonaws.com/" + key
	if got := do(w.t, w.client, by(w.t, root, http.MethodPut, target, "s3", "", body)); got.status != http.StatusOK {
		w.t.Fatalf("PUT %s: got %d %s", target, got.status, got.body)
	}
}

// loseFile asks a distribution for an object whose body the disk has lost.
func (w *watch) loseFile(stack, bucket, host, key string) {
	if !w.lost[key] {
		w.lost[key] = true
		objects := filepath.Join(filepath.Dir(filepath.Dir(w.CAFile())), "s3")
		before := filesIn(w.t, objects)
		w.upload(stack, bucket, key, strings.Repeat("x", 256<<10)) // more than the store holds itself
		for file := range filesIn(w.t, objects) {
			if !before[file] {
				if err := os.Remove(file); err != nil {
					w.t.Fatal(err)
				}
			}
		}
	}
	path := strings.TrimPrefix(key, "public/")
	answer, request := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "https://"+host+"/"+path, http.NoBody)
	request.TLS = &tls.ConnectionState{Version: tls.VersionTLS13}
	if w.Distributions.ServeHTTP(answer, request); answer.Code/100 != 5 {
		w.t.Fatalf("https://%s/%s: got %d %.300s, want 5xx", host, path, answer.Code, answer.Body)
	}
}

func filesIn(t *testing.T, folder string) map[string]bool {
	t.Helper()
	files := map[string]bool{}
	if err := filepath.WalkDir(folder, func(file string, entry os.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			files[file] = true
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return files
}

// put writes a row, and waits for what becomes of it.
func (w *watch) put(table, members string) {
	w.clock.Pass(time.Second) // in which the table has served nothing yet
	if err := w.write(table, members); err != nil {
		w.t.Fatal(err)
	}
}

func (w *watch) write(table, members string) error {
	name, _ := w.physical("API", "AWS::DynamoDB::GlobalTable", table)
	if _, err := w.Tables.Handle("PutItem", []byte(`{"TableName": "`+name+`", "Item": {`+members+`}}`)); err != nil {
		return err
	}
	return nil
}

// hurry writes more in a second than the table takes.
func (w *watch) hurry(table, members string) {
	w.put(table, members+`, "large": {"S": "`+strings.Repeat("x", 70_000)+`"}`)
	for range 10 {
		if err := w.write(table, members); err == nil || !strings.HasPrefix(err.Error(), "ThrottlingException") {
			w.t.Fatalf("%s: got %v, want it throttled", table, err)
		}
	}
}

// crowd signs up more people in a second than Cognito takes.
func (w *watch) crowd() {
	w.clock.Pass(time.Second)
	refused := 0
	for i := range 60 {
		body := fmt.Sprintf(`{"ClientId": %q, "Username": "p%d", "Password": "weak-password"}`, w.output("Auth", "UserPoolClientId"), i)
		if _, err := w.Users.Handle(context.Background(), "SignUp", []byte(body)); err != nil && err.Code == "TooManyRequestsException" {
			refused++
		}
	}
	if refused != 10 {
		w.t.Fatalf("got %d refused, want 10", refused)
	}
}

// guess answers a challenge 50 times without knowing the password.
func (w *watch) guess() {
	w.clock.Pass(time.Second)
	for range 50 {
		body := fmt.Sprintf(`{"ClientId": %q, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {"USERNAME": "ann", "PASSWORD_CLAIM_SECRET_BLOCK": "AAAA",
			"PASSWORD_CLAIM_SIGNATURE": "AAAA", "TIMESTAMP": %q}}`, w.output("Auth", "UserPoolClientId"), w.clock.Now().UTC().Format("Mon Jan 2 15:04:05 UTC 2006"))
		if _, err := w.Users.Handle(context.Background(), "RespondToAuthChallenge", []byte(body)); err == nil || err.Code != "NotAuthorizedException" {
			w.t.Fatalf("got %v, want it refused", err)
		}
	}
}

// invoke invokes a function some times.
func (w *watch) invoke(function, kind string, times int) {
	name, _ := w.physical("API", "AWS::Lambda::Function", function)
	for range times {
		result, err := w.Functions.InvokeFor(context.Background(), lambda.Invocation{Function: name, Type: kind}, func([]aws.Request) error { return nil })
		if err != nil || kind == lambda.RequestResponse && result.FunctionError == "" {
			w.t.Fatalf("%s: got %+v and %v, want its error", function, result, err)
		}
	}
}
