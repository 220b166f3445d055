package lambda_test

import (
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
)

func TestInvoke_handsTheEventToTheProgramAndItsAnswerBack(t *testing.T) {
	r := newRig(t)
	result, err := r.invoke(order{Do: "big", N: 3})
	if err != nil {
		t.Fatal(err)
	}
	answer := r.call(order{Do: "nothing"})
	if !strings.Contains(string(result.Payload), `"text":"xxx"`) || result.Status != 200 || result.FunctionError != "" {
		t.Errorf("got %+v with %s", result, result.Payload)
	}
	if answer.ARN != arn || len(answer.Request) != 36 || answer.Request == result.RequestID {
		t.Errorf("got %+v, want the function's ARN and a request id of its own", answer)
	}
	if answer.Left <= 0 || answer.Left > 60_000 {
		t.Errorf("got %d ms left, want at most the time limit", answer.Left)
	}
}

func TestInvoke_usesAWarmEnvironmentAgain(t *testing.T) {
	r := newRig(t)
	first, second := r.call(order{}), r.call(order{})
	if first.Instance != second.Instance || second.Calls != 2 {
		t.Errorf("got %+v, then %+v, want one instance", first, second)
	}
	if lines := strings.Join(r.lines(), "\n"); strings.Count(lines, "Init Duration") != 1 {
		t.Errorf("got %s, want one start", lines)
	}
}

func TestInvoke_runsCallsAtOnceInEnvironmentsOfTheirOwn(t *testing.T) {
	r := newRig(t)
	const calls = 5
	folder := t.TempDir()
	answers := make([]told, calls)
	var all sync.WaitGroup
	for i := range calls {
		all.Go(func() {
			var err error
			if answers[i], err = r.ask(order{Do: "meet", Meet: folder, N: calls}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	instances := map[string]bool{}
	for _, answer := range answers {
		instances[answer.Instance] = true
	}
	if len(instances) != calls || r.lambda.Functions()[0].Running != calls {
		t.Errorf("got %d instances for %d calls, %+v", len(instances), calls, r.lambda.Functions())
	}
	if again := r.call(order{}); !instances[again.Instance] {
		t.Error("got a new instance, want one of those that are idle")
	}
}

func TestInvoke_throttlesAboveTheReservedConcurrency(t *testing.T) {
	r := newRig(t, with("ReservedConcurrentExecutions", 1.0))
	file := t.TempDir() + "/go"
	done := make(chan error)
	go func() {
		_, err := r.ask(order{Do: "wait", Until: file})
		done <- err
	}()
	eventually(t, "the first call running", func() bool { _, err := os.Stat(file + ".there"); return err == nil })
	_, err := r.invoke(order{})
	if refusal(err).Code != "TooManyRequestsException" || refusal(err).Status != 429 || fmt.Sprint(refusal(err).Details) != "[{Reason ReservedFunctionConcurrentInvocationLimitExceeded}]" {
		t.Errorf("a second call: got %v, want it throttled", err)
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	r.call(order{})
	if err := r.update("AWS::Lambda::Function", "f", "F", function(with("ReservedConcurrentExecutions", 0.0))); err != nil {
		t.Fatal(err)
	}
	if _, err := r.invoke(order{}); refusal(err).Code != "TooManyRequestsException" {
		t.Errorf("with nothing reserved: got %v, want it throttled", err)
	}
}

func refusal(err error) *aws.Error {
	var e *aws.Error
	if errors.As(err, &e) {
		return e
	}
	return &aws.Error{Message: fmt.Sprint(err)}
}

// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func TestInvoke_givesTheProgramExactlyTheEnvironmentOfLambda(t *testing.T) {
	t.Setenv("OF_THE_PARENT", "x")
	r := newRig(t, variables("MINE", "yes", "TZ", ":Europe/Berlin"))
	got := map[string]string{}
	for _, variable := range r.call(order{Do: "environ"}).Environ {
		name, value, _ := strings.Cut(variable, "=")
		got[name] = value
	}
	for _, name := range []string{"PWD", "OLDPWD", "SHLVL", "_"} { // of the shell that starts the program here
		delete(got, name)
	}
	known, ok := r.roles.Credentials(got["AWS_ACCESS_KEY_ID"])
	if !ok || known.Secret != got["AWS_SECRET_ACCESS_KEY"] || known.SessionToken != got["AWS_SESSION_TOKEN"] || !strings.Contains(known.Principal.String(), "role/f as f") {
		t.Errorf("got the keys of %v, want those of the role", known.Principal)
	}
	for _, name := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		delete(got, name)
	}
	for name, pattern := range map[string]string{
		"AWS_LAMBDA_LOG_STREAM_NAME": `^\d{4}/\d\d/\d\d/\[\$LATEST\][0-9a-f]{32}$`,
		"AWS_LAMBDA_RUNTIME_API":     `^127\.0\.0\.1:\d+$`,
		"LAMBDA_TASK_ROOT":           `/code/[0-9a-f]{64}$`,
		"TMPDIR":                     `/tmp/run-\d+$`,
		"_X_AMZN_TRACE_ID":           `^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$`,
	} {
		if !regexp.MustCompile(pattern).MatchString(got[name]) {
			t.Errorf("%s: got %q, want %s", name, got[name], pattern)
		}
		delete(got, name)
	}
	want := map[string]string{
		"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_LAMBDA_FUNCTION_NAME": "f", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
		"AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand", "AWS_LAMBDA_LOG_GROUP_NAME": group,
		"_HANDLER": "bootstrap", "LAMBDA_RUNTIME_DIR": "/var/runtime", "LANG": "en_US.UTF-8", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin",
		"TZ": ":Europe/Berlin", "AWS_ENDPOINT_URL": "https://127.0.0.1:8443", "AWS_CA_BUNDLE": "/tls/ca.pem", "MINE": "yes",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestInvoke_endsAProgramThatNeedsMoreMemory(t *testing.T) {
	r := newRig(t, with("MemorySize", 128.0))
	before := r.call(order{Do: "allocate", N: 10})
	f, result := r.fails(order{Do: "allocate", N: 200})
	if f.Type != "Runtime.ExitError" || f.Message != "RequestId: "+result.RequestID+" Error: Runtime exited with error: signal: killed" {
		t.Errorf("got %+v", f)
	}
	if log := r.lines(); !strings.Contains(log[len(log)-1], "\tStatus: error\tError Type: Runtime.ExitError") {
		t.Errorf("got %q, want the error in the report", log[len(log)-1])
	}
	eventually(t, "the program gone", func() bool { return gone(before.PID) })
	if after := r.call(order{}); after.Instance == before.Instance {
		t.Error("got the same instance, want a new one")
	}
}

func TestInvoke_endsAProgramThatNeedsMoreTime(t *testing.T) {
	r := newRig(t, with("Timeout", 1.0))
	file := t.TempDir() + "/never"
	f, result := r.fails(order{Do: "wait", Until: file})
	if f.Type != "Sandbox.Timedout" || f.Message != "RequestId: "+result.RequestID+" Error: Task timed out after 1.00 seconds" {
		t.Errorf("got %+v", f)
	}
	if log := r.lines(); !strings.HasSuffix(log[len(log)-1], "\tStatus: timeout") {
		t.Errorf("got %q, want the end in the report", log[len(log)-1])
	}
	if text, err := os.ReadFile(file + ".there"); err == nil { // it came that far
		pid, _ := strconv.Atoi(string(text))
		eventually(t, "the program gone", func() bool { return gone(pid) })
	}
	if running := r.lambda.Functions()[0].Running; running != 0 {
		t.Errorf("got %d environments, want none left", running)
	}
}

func TestInvoke_reportsProgramsThatEnd(t *testing.T) {
	r := newRig(t)
	for code, want := range map[int]string{0: "Runtime exited without providing a reason", 1: "Runtime exited with error: exit status 1", 7: "Runtime exited with error: exit status 7"} {
		f, result := r.fails(order{Do: "exit", N: code})
		if f.Type != "Runtime.ExitError" || f.Message != "RequestId: "+result.RequestID+" Error: "+want {
			t.Errorf("exit %d: got %+v, want %s", code, f, want)
		}
	}
	r.call(order{}) // another instance is well
}

func TestInvoke_reportsProgramsThatDoNotStart(t *testing.T) {
	r := newRig(t, variables("FAIL_START", "exit"))
	f, result := r.fails(order{})
	if f.Type != "Runtime.ExitError" || !strings.HasSuffix(f.Message, "Error: Runtime exited with error: exit status 3") || !strings.Contains(tailOf(t, result.Tail), "cannot start\n") {
		t.Errorf("got %+v", f)
	}
	for name, zip := range map[string][]byte{
		"Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]": zipped(t, map[string]string{"main": "x"}, 0o755),
		"fork/exec /var/task/bootstrap: permission denied":                       zipped(t, map[string]string{"bootstrap": "#!/bin/sh\n"}, 0o644),
		"fork/exec /var/task/bootstrap: exec format error":                       zipped(t, map[string]string{"bootstrap": "no program"}, 0o755),
	} {
		r.zips["bad.zip"] = zip
		if err := r.update("AWS::Lambda::Function", "f", "F", function(with("Code", properties{"S3Bucket": "code", "S3Key": "bad.zip"}))); err != nil {
			t.Fatal(err)
		}
		if f, result := r.fails(order{}); f.Type != "Runtime.InvalidEntrypoint" || f.Message != "RequestId: "+result.RequestID+" Error: "+name {
			t.Errorf("got %+v, want %s", f, name)
		}
	}
}

func TestInvoke_passesErrorsAndPanicsOn(t *testing.T) {
	r := newRig(t)
	first := r.call(order{})
	if f, _ := r.fails(order{Do: "fail", Text: "no such picture"}); f.Type != "errorString" || f.Message != "no such picture" || f.Stack != nil {
		t.Errorf("an error: got %+v", f)
	}
	if after := r.call(order{}); after.Instance != first.Instance {
		t.Error("after an error: got another instance, want the same")
	}
	if f, _ := r.fails(order{Do: "panic", Text: "boom"}); f.Type != "string" || f.Message != "boom" || len(f.Stack) == 0 {
		t.Errorf("a panic: got %+v", f)
	}
	if after := r.call(order{}); after.Instance == first.Instance {
		t.Error("after a panic: got the same instance, want a new one")
	}
}

func TestInvoke_refusesWhatIsTooLargeBothWays(t *testing.T) {
	r := newRig(t)
	const limit = 6 << 20
	fits := order{Do: "nothing"}
	fits.Text = strings.Repeat("x", limit-len(`{"do":"nothing","text":""}`))
	r.call(fits)
	fits.Text += "x"
	if _, err := r.invoke(fits); refusal(err).Status != 413 || refusal(err).Code != "RequestEntityTooLargeException" || !strings.Contains(refusal(err).Message, "6291457 byte payload") {
		t.Errorf("a byte more: got %v", err)
	}
	if answer := r.call(order{Do: "big", N: limit - 1000}); len(answer.Text) != limit-1000 {
		t.Errorf("got %d bytes back", len(answer.Text))
	}
	if f, _ := r.fails(order{Do: "big", N: limit + 100}); f.Type != "Function.ResponseSizeTooLarge" || !strings.Contains(f.Message, "(6291556 bytes)") {
		t.Errorf("an answer that is too large: got %+v", f)
	}
	r.call(order{})
}

func TestInvoke_writesTheLogAsTheRole(t *testing.T) {
	r := newRig(t)
	result, err := r.invoke(order{Do: "print"})
	if err != nil {
		t.Fatal(err)
	}
	lines := r.lines()
	if len(lines) != 6 {
		t.Fatalf("got %q, want six lines", lines)
	}
	want := []string{"START RequestId: " + result.RequestID + " Version: $LATEST", "to standard output", "to standard error", "without an end", "END RequestId: " + result.RequestID}
	if !slices.Equal(lines[:5], want) {
		t.Errorf("got %q, want %q", lines[:5], want)
	}
	report := `^REPORT RequestId: ` + result.RequestID + `\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 256 MB\tMax Memory Used: [1-9]\d* MB\tInit Duration: \d+\.\d\d ms$`
	if !regexp.MustCompile(report).MatchString(lines[5]) {
		t.Errorf("got %q, want %s", lines[5], report)
	}
	if tail := tailOf(t, result.Tail); tail != strings.Join(lines, "\n")+"\n" {
		t.Errorf("got the tail %q", tail)
	}
	if r.faulted() != "" {
		t.Errorf("got %s", r.faulted())
	}
	r.make("AWS::IAM::Role", "Role", properties{"RoleName": "f", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com")})
	r.call(order{Do: "print"})
	if now := r.lines(); len(now) != 6 || !strings.Contains(r.faulted(), "is not authorized to perform: logs:PutLogEvents") {
		t.Errorf("without the right: got %d lines, %s", len(now), r.faulted())
	}
}

func tailOf(t *testing.T, encoded string) string {
	t.Helper()
	text, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestInvoke_endsIdleEnvironments(t *testing.T) {
	r := newRig(t)
	r.lambda.SetTimes(time.Millisecond, time.Millisecond)
	first := r.call(order{})
	eventually(t, "the program gone", func() bool { return gone(first.PID) && r.lambda.Functions()[0].Running == 0 })
	if again := r.call(order{}); again.Instance == first.Instance {
		t.Error("got the same instance, want a new one")
	}
}

func TestInvoke_givesNewKeysBeforeTheOldOnesEnd(t *testing.T) {
	r := newRig(t)
	first := r.call(order{})
	r.clock.Pass(50 * time.Minute)
	if again := r.call(order{}); again.Instance != first.Instance {
		t.Error("with ten minutes left: got another instance, want the same")
	}
	r.clock.Pass(9 * time.Minute)
	again := r.call(order{Do: "environ"})
	i := slices.IndexFunc(again.Environ, func(v string) bool { return strings.HasPrefix(v, "AWS_ACCESS_KEY_ID=") })
	keys, ok := r.roles.Credentials(strings.TrimPrefix(again.Environ[i], "AWS_ACCESS_KEY_ID="))
	if again.Instance == first.Instance || !ok || keys.Expiration.Before(r.clock.Now().Add(50*time.Minute)) {
		t.Errorf("with a minute left: got the same instance (%v), keys until %v", again.Instance == first.Instance, keys.Expiration)
	}
}

func encoded(b []byte) string { return base64.StdEncoding.EncodeToString(b) }

// What a page shows of invocations: by whom, and how each ended.
func TestRecent_saysWhoInvokedAndHowThatEnded(t *testing.T) {
	r := newRig(t)
	r.call(order{Do: "nothing"})
	_, failed := r.fails(order{Do: "fail", Text: "no such picture"})
	got := r.lambda.Recent("f")
	if len(got) != 2 || got[0].RequestID != failed.RequestID || got[0].Error != "no such picture" || got[1].Error != "" {
		t.Fatalf("got %+v, want two, the latest first", got)
	}
	if got[1].By != "the test" || got[1].Init == 0 || got[0].Init != 0 || got[0].Duration <= 0 {
		t.Errorf("got %+v, want who asked, and one start", got)
	}
	if others := r.lambda.Recent("g"); others != nil {
		t.Errorf("got %+v of another function, want none", others)
	}
}
