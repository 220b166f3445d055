package cognito

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/store"
)

// newLastingWorld is a world whose store is a file; restart closes it and makes a service over what is in it.
func newLastingWorld(t *testing.T) (w *world, restart func()) {
	t.Helper()
	w = &world{t: t, clock: &clock{now: time.Date(2026, 11, 1, 2, 18, 43, 0, time.UTC)}, inbox: &Inbox{}}
	path := filepath.Join(t.TempDir(), "sandbox.db")
	start := func() {
		t.Helper()
		var err error
		if w.store, err = store.Open(path); err != nil {
			t.Fatal(err)
		}
		w.open()
	}
	start()
	t.Cleanup(func() { w.store.Close() })
	_, outputs := deploy(t, w.service, "dev")
	w.pool, w.client = outputs["UserPoolId"], outputs["UserPoolClientId"]
	w.create(groupType, "Admins", map[string]any{"GroupName": "Admins", "UserPoolId": w.pool, "RoleArn": "arn:aws:iam::000000000000:role/Admin"})
	return w, func() {
		t.Helper()
		if err := w.store.Close(); err != nil {
			t.Fatal(err)
		}
		start()
	}
}

func TestRestart_keepsAllThatWasSaid(t *testing.T) {
	w, restart := newLastingWorld(t)
	restart()
	w.signUp("ann", "ann@example.com")
	restart()
	w.do("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com")}))
	w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	restart()
	challenge, a := w.begin("ann@example.com")
	restart() // in the midst of a sign-in
	output, err := w.prove(challenge, a, password)
	if err != nil {
		t.Fatal(err)
	}
	s := sessionOf(output)
	keys, _ := w.service.Tokens().JWKS(w.pool)
	u, _ := w.service.User(w.pool, "ann")
	restart()
	if _, err := w.prove(challenge, a, password); err == nil {
		t.Error("a challenge that was used is good again")
	}
	if again, _ := w.service.Tokens().JWKS(w.pool); string(again) != string(keys) {
		t.Errorf("got keys %s, want %s", again, keys)
	}
	token, err := w.service.Tokens().Verify(s.id, tokens.Expect{Pool: w.pool, Client: w.client, Use: tokens.IDToken})
	if err != nil || !cmp.Equal(token.Groups, []string{"Admins"}) {
		t.Errorf("got %+v, %v", token, err)
	}
	if err := w.service.Tokens().Check(token); err != nil {
		t.Error(err)
	}
	next := sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh})))
	w.clock.advance(30 * time.Second)
	restart()
	w.refused("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}), "RefreshTokenReuseException", "")
	w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": next.refresh}))
	if again, _ := w.service.User(w.pool, "ann"); again.Sub != u.Sub || again.Status != "CONFIRMED" {
		t.Errorf("got %+v, want %+v", again, u)
	}
	for range freePasswords {
		w.signIn("ann", "Wrong-horse-1")
	}
	restart()
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "who guessed before", nil, refusal, "NotAuthorizedException", "Password attempts exceeded")
	w.do("GlobalSignOut", in{"AccessToken": next.access})
	restart()
	w.refused("GetUser", in{"AccessToken": next.access}, "NotAuthorizedException", "Access Token has been revoked")
}

// What is over leaves the store, so that a sandbox that runs for months has no more in it than its users.
func TestStore_losesWhatIsOver(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	count := func() map[string]int {
		sizes := map[string]int{}
		_ = w.store.View(func(r store.Reader) error {
			for _, space := range r.Spaces() {
				for range r.Range(space, store.Range{}) {
					sizes[space]++
				}
			}
			return nil
		})
		return sizes
	}
	for range 20 {
		s := w.enter("ann", password)
		w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh}))
		w.signIn("ann", "Wrong-horse-1")
		w.do("ForgotPassword", w.public(in{"Username": fmt.Sprintf("nobody%d", w.clock.Now().Unix())}))
		w.clock.advance(time.Hour)
	}
	if got := count(); got[directory.SignInSpace] != 20 || got[directory.RefreshSpace] != 40 || got[directory.UsedSpace] > 4 || got[directory.CodeSpace] > 4 || got[directory.AttemptSpace] > 4 {
		t.Errorf("after 20 hours: got %v", got)
	}
	w.clock.advance(60 * 24 * time.Hour) // two times as long as the refresh tokens are good
	for range 20 {
		w.signIn("nobody", "Wrong-horse-1")
		w.clock.advance(time.Hour)
	}
	if got := count(); got[directory.SignInSpace]+got[directory.RefreshSpace] != 0 || got["cognito/expiry"] > 8 {
		t.Errorf("after two months: got %v", got)
	}
}

func TestStore_keepsWhatWasProlonged(t *testing.T) {
	w := newWorld(t, func(_, client map[string]any) { client["RefreshTokenValidity"] = 60.0 })
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	w.clock.advance(50 * time.Minute)
	s = sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh})))
	w.clock.advance(15 * time.Minute)
	w.signIn("nobody", "Wrong-horse-1") // whose transaction clears away what was over after an hour
	w.do("GetUser", in{"AccessToken": s.access})
	w.clock.advance(45 * time.Minute)
	w.refused("GetUser", in{"AccessToken": s.access}, "NotAuthorizedException", "Access Token has expired")
}

// Of requests that cross, each counts as a whole: what may be done once is done once.
func TestConcurrent_requestsAreOneAfterTheOther(t *testing.T) {
	w, _ := newLastingWorld(t)
	w.person("ann", "ann@example.com")
	together := func(n int, request func(i int) error) (succeeded int) {
		var group sync.WaitGroup
		errs := make([]error, n)
		for i := range n {
			group.Go(func() { errs[i] = request(i) })
		}
		group.Wait()
		for _, err := range errs {
			if err == nil {
				succeeded++
			}
		}
		return succeeded
	}
	try := func(operation, body string) error {
		if _, refusal := w.service.Handle(context.Background(), operation, []byte(body)); refusal != nil {
			return refusal
		}
		return nil
	}
	if got := together(8, func(int) error {
		return try("SignUp", `{"ClientId": "`+w.client+`", "Username": "bob", "Password": "`+password+`", "UserAttributes": [{"Name": "email", "Value": "bob@example.com"}]}`)
	}); got != 1 {
		t.Errorf("got %d sign-ups of one name, want 1", got)
	}
	challenge, a := w.begin("ann")
	responses := proof(w.pool, challenge, a, password, w.clock.Now())
	body := fmt.Sprintf(`{"ClientId": %q, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {"USERNAME": %q, "PASSWORD_CLAIM_SECRET_BLOCK": %q, "PASSWORD_CLAIM_SIGNATURE": %q, "TIMESTAMP": %q}}`,
		w.client, responses["USERNAME"], responses["PASSWORD_CLAIM_SECRET_BLOCK"], responses["PASSWORD_CLAIM_SIGNATURE"], responses["TIMESTAMP"])
	if got := together(8, func(int) error { return try("RespondToAuthChallenge", body) }); got != 1 {
		t.Errorf("got %d sign-ins with one secret block, want 1", got)
	}
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	code := w.lastCode("ann@example.com")
	if got := together(8, func(i int) error {
		return try("ConfirmForgotPassword", fmt.Sprintf(`{"ClientId": %q, "Username": "ann", "ConfirmationCode": %q, "Password": "Battery-staple-%d"}`, w.client, code, i))
	}); got != 1 {
		t.Errorf("got %d new passwords by one code, want 1", got)
	}
	// Guesses are counted, however many come at once.
	w.do("ForgotPassword", w.public(in{"Username": "ann"}))
	code = w.lastCode("ann@example.com")
	together(20, func(int) error {
		return try("ConfirmForgotPassword", fmt.Sprintf(`{"ClientId": %q, "Username": "ann", "ConfirmationCode": %q, "Password": %q}`, w.client, other(code), password))
	})
	w.refused("ConfirmForgotPassword", w.public(in{"Username": "ann", "ConfirmationCode": code, "Password": password}), "LimitExceededException", "")
}
