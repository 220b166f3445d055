package lambda_test

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/lambda"
)

// later invokes the function without waiting.
func (r *rig) later(o order) lambda.Result {
	r.t.Helper()
	payload, err := json.Marshal(o)
	if err != nil {
		r.t.Fatal(err)
	}
	result, err := r.lambda.InvokeFor(context.Background(), lambda.Invocation{Function: "f", Type: lambda.Event, Payload: payload}, allow)
	if err != nil || result.Status != 202 || result.Payload != nil {
		r.t.Fatalf("got %+v, %v, want it accepted", result, err)
	}
	return result
}

func (r *rig) attempts(folder string) int {
	entries, err := os.ReadDir(folder)
	if err != nil {
		r.t.Fatal(err)
	}
	return len(entries)
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
func TestEvent_isTriedTwiceAgain(t *testing.T) {
	r := newRig(t)
	r.lambda.SetTimes(time.Minute, 0)
	folder := t.TempDir()
	result := r.later(order{Do: "count", Meet: folder, N: 100})
	eventually(t, "it given up", func() bool { return strings.Contains(r.faulted(), "failed 3 times, request "+result.RequestID) })
	if n := r.attempts(folder); n != 3 {
		t.Errorf("got %d attempts, want three", n)
	}
	if log := strings.Join(r.lines(), "\n"); strings.Count(log, "START RequestId: "+result.RequestID) != 3 {
		t.Errorf("got %s, want one request id", log)
	}
	folder = t.TempDir()
	r.later(order{Do: "count", Meet: folder, N: 1})
	eventually(t, "two attempts", func() bool { return r.attempts(folder) == 2 })
	r.later(order{Do: "count", Meet: folder, N: 0})
	eventually(t, "another event", func() bool { return r.attempts(folder) == 3 })
}

func TestEvent_isTriedAsOftenAsItsSettingsSay(t *testing.T) {
	r := newRig(t)
	r.lambda.SetTimes(time.Minute, 0)
	settings := properties{"FunctionName": "f", "Qualifier": "$LATEST", "MaximumRetryAttempts": 0.0, "MaximumEventAgeInSeconds": 60.0}
	state := r.make("AWS::Lambda::EventInvokeConfig", "C", settings)
	if _, err := r.try("AWS::Lambda::EventInvokeConfig", "D", settings); err == nil || !strings.Contains(err.Error(), "identifier 'f|$LATEST' already exists") {
		t.Errorf("a second one of the function: got %v, want it refused", err)
	}
	folder := t.TempDir()
	r.later(order{Do: "count", Meet: folder, N: 100})
	eventually(t, "it given up", func() bool { return strings.Contains(r.faulted(), "failed 1 times") })
	if n := r.attempts(folder); n != 1 {
		t.Errorf("got %d attempts, want one", n)
	}
	r.drop("AWS::Lambda::EventInvokeConfig", state.PhysicalID, settings)
	r.later(order{Do: "count", Meet: folder, N: 100})
	eventually(t, "it given up", func() bool { return strings.Contains(r.faulted(), "failed 3 times") })
	for want, change := range map[string]func(properties){
		`Qualifier: got "1"`:                                   with("Qualifier", "1"),
		"MaximumRetryAttempts: got 3, want 0 to 2":             with("MaximumRetryAttempts", 3.0),
		"MaximumEventAgeInSeconds: got 59, want 60 to 21600":   with("MaximumEventAgeInSeconds", 59.0),
		"EventInvokeConfig.DestinationConfig is not supported": with("DestinationConfig", properties{}),
	} {
		p := properties{"FunctionName": "f", "Qualifier": "$LATEST"}
		if change(p); true {
			if _, err := r.try("AWS::Lambda::EventInvokeConfig", "C", p); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("got %v, want %s", err, want)
			}
		}
	}
}

// What waits is there after a restart, be it in the middle of an attempt.
func TestEvent_outlivesTheSandbox(t *testing.T) {
	r := newRig(t)
	file := t.TempDir() + "/go"
	r.later(order{Do: "wait", Until: file})
	eventually(t, "the program there", func() bool { _, err := os.Stat(file + ".there"); return err == nil })
	if err := r.lambda.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(file + ".there"); err != nil {
		t.Fatal(err)
	}
	r.open(r.dir)
	eventually(t, "the program there again", func() bool { _, err := os.Stat(file + ".there"); return err == nil })
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the log of it", func() bool { return strings.Contains(strings.Join(r.lines(), "\n"), "REPORT") })
}

// A throttled event waits, and is no attempt that failed.
func TestEvent_waitsForTheConcurrencyOfItsFunction(t *testing.T) {
	r := newRig(t, with("ReservedConcurrentExecutions", 0.0))
	r.lambda.SetTimes(time.Minute, time.Millisecond)
	folder := t.TempDir()
	r.later(order{Do: "count", Meet: folder})
	if err := r.update("AWS::Lambda::Function", "f", "F", function()); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the attempt", func() bool { return r.attempts(folder) == 1 })
}
