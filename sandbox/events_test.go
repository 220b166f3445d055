package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/sandbox"
)

// eventsVariable names, in the environment of a function, the folder in which it notes the events that it gets.
const eventsVariable = "EVENTS"

// noteEvents is the program of a function on events. It reads the object that it hears of, by its role.
func noteEvents(folder string) {
	runtime.Start(func(ctx context.Context, event events.EventBridgeEvent) error {
		var detail struct {
			Bucket struct{ Name string }
			Object struct{ Key string }
		}
		if err := json.Unmarshal(event.Detail, &detail); err != nil {
			return err
		}
		note := event.DetailType
		if key := detail.Object.Key; key != "" {
			settings, err := config.LoadDefaultConfig(ctx)
			if err != nil {
				return err
			}
			object, err := s3.NewFromConfig(settings).GetObject(ctx, &s3.GetObjectInput{Bucket: &detail.Bucket.Name, Key: &key})
			if err != nil {
				return err
			}
			text, err := io.ReadAll(object.Body)
			if err != nil {
				return err
			}
			note += " " + key + " " + string(text)
		}
		return os.WriteFile(filepath.Join(folder, event.ID), []byte(note), 0o600)
	})
}

// onEvents has the function called for objects below mine/, and every minute, by its permission for these rules.
func onEvents(folder string) func(resources object) {
	return func(r object) {
		r["Bucket"].(object)["Properties"].(object)["NotificationConfiguration"] = object{"EventBridgeConfiguration": object{"EventBridgeEnabled": true}}
		r["Function"].(object)["Properties"].(object)["Environment"] = object{"Variables": object{eventsVariable: folder}}
		for name, what := range map[string]object{
			"Created": {"EventPattern": object{"source": []any{"aws.s3"}, "detail-type": []any{"Object Created"}, "detail": object{
				"bucket": object{"name": []any{ref("Bucket")}}, "object": object{"key": []any{object{"prefix": "mine/"}}},
			}}},
			"EveryMinute": {"ScheduleExpression": "rate(1 minute)"},
		} {
			what["Targets"] = []any{object{"Arn": attribute("Function", "Arn"), "Id": "Function"}}
			r[name] = object{"Type": "AWS::Events::Rule", "Properties": what}
			r["May"+name] = object{"Type": "AWS::Lambda::Permission", "Properties": object{
				"Action": "lambda:InvokeFunction", "FunctionName": attribute("Function", "Arn"), "Principal": "events.amazonaws.com", "SourceArn": attribute(name, "Arn"),
			}}
		}
	}
}

// noted are the events that the function has noted.
func noted(t *testing.T, folder string) (all []string) {
	t.Helper()
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		text, err := os.ReadFile(filepath.Join(folder, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if len(text) > 0 { // it is written
			all = append(all, string(text))
		}
	}
	slices.Sort(all)
	return all
}

func TestEvents_callAFunction(t *testing.T) {
	folder := t.TempDir()
	var ahead atomic.Int64
	s := start(t, sandbox.Config{Now: func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }})
	if err := s.Deploy(t.Context(), functionAssembly(t, onEvents(folder)), nil); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"theirs/a", "mine/a"} {
		if got := do(t, client(t, s), signed(t, http.MethodPut, "https://functions-test.s3.us-east-1.amazonaws.com/"+key, "s3", []byte("of "+key))); got.status != http.StatusOK {
			t.Fatalf("got %d %s", got.status, got.body)
		}
	}
	within(t, "the object below mine/ noted", func() bool { return slices.Contains(noted(t, folder), "Object Created mine/a of mine/a") })
	ahead.Store(int64(time.Minute))
	s.Events.Tick()
	within(t, "the minute noted", func() bool { return slices.Contains(noted(t, folder), "Scheduled Event") })
	if all := noted(t, folder); strings.Contains(fmt.Sprint(all), "theirs/") {
		t.Errorf("got %v, want nothing of other folders", all)
	}
}

func TestEvents_callNobodyWithoutPermission(t *testing.T) {
	folder, denied := t.TempDir(), make(chan string, 10)
	s := start(t, sandbox.Config{Log: func(c sandbox.Call) {
		if c.Service == "events" {
			denied <- c.Fault
		}
	}})
	without := func(r object) { delete(r, "MayCreated") }
	if err := s.Deploy(t.Context(), functionAssembly(t, onEvents(folder), without), nil); err != nil {
		t.Fatal(err)
	}
	if got := do(t, client(t, s), signed(t, http.MethodPut, "https://functions-test.s3.us-east-1.amazonaws.com/mine/a", "s3", []byte("x"))); got.status != http.StatusOK {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	select {
	case fault := <-denied:
		if !strings.Contains(fault, "events.amazonaws.com") || !strings.Contains(fault, "not authorized to perform: lambda:InvokeFunction on resource: arn:aws:lambda:us-east-1:000000000000:function:reader") {
			t.Errorf("got %s", fault)
		}
	case <-time.After(time.Minute):
		t.Error("after a minute: want the log to say that it was not permitted")
	}
	if all := noted(t, folder); len(all) > 0 {
		t.Errorf("got %v, want nothing", all)
	}
}

// Each object that was there when the sandbox was killed is told of, at least once.
func TestKill_losesNoEvent(t *testing.T) {
	folder, data := t.TempDir(), t.TempDir()
	plain := func(r object) { delete(r, "TLS") }
	assembly := functionAssembly(t, onEvents(folder), plain)
	const objects = 12
	for round := range 3 {
		c := spawn(t, data, assembly)
		for line := ""; line != deployedLine; {
			if line = c.line(); line == "" {
				t.Fatal(c.ended())
			}
		}
		for i := range objects {
			request := signed(t, http.MethodPut, fmt.Sprintf("http://%s/functions-test/mine/%d-%d", c.address, round, i), "s3", []byte("x"))
			if got := do(t, http.DefaultClient, request); got.status != http.StatusOK {
				t.Fatalf("got %d %s", got.status, got.body)
			}
		}
		c.kill()
	}
	c := spawn(t, data, assembly)
	defer c.kill()
	within(t, "all of them noted", func() bool {
		all := strings.Join(noted(t, folder), "\n")
		for i := range 3 * objects {
			if !strings.Contains(all, fmt.Sprintf("Object Created mine/%d-%d x", i/objects, i%objects)) {
				return false
			}
		}
		return true
	})
}
