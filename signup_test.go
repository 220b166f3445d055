package main

import (
	"encoding/json"
	"flag"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/functions"
	"lightbox.example/lightbox/sandbox"
)

var signup = flag.Bool("signup", false, "synthesize and deploy what docs/signup.diff makes, which takes minutes")

// A team's own function, as a stranger to this repository writes it: docs/signup.diff has the user pool ask it who may sign up.
const signupPatch = "docs/signup.diff"

// Three files of its own, and one line of ours: nothing else has to be touched for a function of the user pool.
func TestSignup_isAMainAPackageAndARow(t *testing.T) {
	own := team{t, fork(t), signupPatch}
	own.apply("--check")
	numbers, err := own.run("git", "apply", "--numstat", absolute(t, signupPatch))
	if err != nil {
		t.Fatal(numbers, err)
	}
	got := map[string]string{}
	for line := range strings.Lines(numbers) {
		fields := strings.Fields(line)
		got[fields[2]] = fields[0] + " " + fields[1]
	}
	if len(got) != 4 || got["internal/access/functions.go"] != "1 0" {
		t.Errorf("got %v, want a main.go, a package with its test, and one line of the table", got)
	}
}

func absolute(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// It is tested, proven in production's templates, and decides in the sandbox, in its own words.
func TestSignup_decidesWhoMaySignUp(t *testing.T) {
	if !*signup {
		t.Skip("compiles, synthesizes and deploys for minutes: `make soak` does")
	}
	own := team{t, fork(t), signupPatch}
	own.apply()
	if out, err := own.run("go", "test", "./internal/signup", "./internal/access"); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	own.synth("prod", "", "--context", "architecture="+string(functions.Host()))
	s, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if err := s.Deploy(t.Context(), filepath.Join(own.folder, "out", "prod"), nil); err != nil {
		t.Fatal(err)
	}
	outputs := overviewOf(t, s)
	for address, want := range map[string]string{
		"mallory@example.org": "UserLambdaValidationException: PreSignUp failed with error Please sign up with your address of example.com.",
		"maria@example.com":   "",
	} {
		name, _, _ := strings.Cut(address, "@")
		body, err := json.Marshal(map[string]any{
			"ClientId": outputs.Output("Lightbox-prod-Auth", "UserPoolClientId"), "Username": name, "Password": "Correct-Horse-1",
			"UserAttributes": []map[string]string{{"Name": "email", "Value": address}},
		})
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if _, refusal := s.Users.Handle(t.Context(), "SignUp", body); refusal != nil {
			got = refusal.Code + ": " + refusal.Message
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", address, got, want)
		}
	}
	users, err := s.Users.Users(outputs.Output("Lightbox-prod-Auth", "UserPoolId"))
	if err != nil || len(users) != 1 || users[0].Username != "maria" || len(s.Inbox.Messages()) != 1 {
		t.Errorf("got the users %v (%v) and %d mails, want maria, and her code", users, err, len(s.Inbox.Messages()))
	}
}

// overviewOf is the first page of a sandbox.
func overviewOf(t *testing.T, s *sandbox.Sandbox) (overview sandbox.Overview) {
	t.Helper()
	response, err := http.Get("http://" + s.HTTP() + "/_lightbox/")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	if err := json.NewDecoder(response.Body).Decode(&overview); err != nil {
		t.Fatal(err)
	}
	return overview
}
