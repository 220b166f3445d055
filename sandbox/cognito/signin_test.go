package cognito

import (
	"crypto/rand"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/srp"
)

func TestSignIn_takesUserNameAndVerifiedAddressInAnyCase(t *testing.T) {
	w := newWorld(t)
	w.person("Ann", "Ann@Example.com")
	for _, name := range []string{"Ann", "ann", "ANN", "ann@example.com", "ANN@EXAMPLE.COM"} {
		w.enter(name, password)
	}
	w.signUp("bob", "bob@example.com")
	w.do("AdminConfirmSignUp", w.admin(in{"Username": "bob"}))
	w.enter("bob", password)
	_, refusal := w.signIn("bob@example.com", password) // nobody verified it
	wantRefusal(t, "an unverified address", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
}

func TestSignIn_tellsCaseApartWhereThePoolDoes(t *testing.T) {
	w := newWorld(t, func(pool, _ map[string]any) { pool["UsernameConfiguration"] = map[string]any{"CaseSensitive": true} })
	w.person("Ann", "Ann@example.com")
	w.enter("Ann", password)
	w.enter("Ann@example.com", password)
	for _, name := range []string{"ann", "ann@example.com"} {
		_, refusal := w.signIn(name, password)
		wantRefusal(t, name, nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
}

// begin asks for the challenge of a name, and returns the client's secret.
func (w *world) begin(name string) (challenge map[string]string, a *big.Int) {
	w.t.Helper()
	a, _ = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 256))
	public := new(big.Int).Exp(big.NewInt(2), a, srp.N).Text(16)
	output := w.do("InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": in{"USERNAME": name, "SRP_A": public}}))
	if output["ChallengeName"] != "PASSWORD_VERIFIER" {
		w.t.Fatalf("got %v, want PASSWORD_VERIFIER", output)
	}
	return parametersOf(output), a
}

// prove answers a challenge with a password.
func (w *world) prove(challenge map[string]string, a *big.Int, password string, change ...func(in)) (map[string]any, error) {
	w.t.Helper()
	responses := proof(w.pool, challenge, a, password, w.clock.Now())
	for _, f := range change {
		f(responses)
	}
	output, refusal := w.try("RespondToAuthChallenge", w.public(in{"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses}))
	if refusal != nil {
		return nil, refusal
	}
	return output, nil
}

// M19: what a client sees of a user who is not there must be what it sees of one with another password.
func TestSignIn_hidesWhetherThereIsAUser(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	known, a := w.begin("ann")
	unknown, b := w.begin("Bob")
	lengths := func(challenge map[string]string) map[string]int {
		n := map[string]int{}
		for name, value := range challenge {
			n[name] = len(value)
		}
		delete(n, "SRP_B") // it has no leading zeros
		return n
	}
	if n := len(known["SECRET_BLOCK"]); n%4 != 0 || n > 4096 {
		t.Errorf("got a block of %d characters", n)
	}
	if diff := cmp.Diff(lengths(known), lengths(unknown)); diff != "" {
		t.Errorf("the forms of the challenges differ (-known +unknown):\n%s", diff)
	}
	if unknown["USER_ID_FOR_SRP"] != "bob" || known["USER_ID_FOR_SRP"] != "ann" {
		t.Errorf("got %q and %q, want the names as they are kept", known["USER_ID_FOR_SRP"], unknown["USER_ID_FOR_SRP"])
	}
	again, _ := w.begin("BOB")
	if again["SALT"] != unknown["SALT"] {
		t.Error("the salt of a user who is not there changes from one time to the next")
	}
	if third, _ := w.begin("carol"); third["SALT"] == unknown["SALT"] {
		t.Error("all users who are not there have the same salt")
	}
	mail, _ := w.begin("bob@example.com")
	if id := mail["USER_ID_FOR_SRP"]; len(id) != 36 || id[14] != '4' {
		t.Errorf("got %q for an address that is nobody's, want a UUID", id)
	}
	if len(mail["SECRET_BLOCK"]) != len(known["SECRET_BLOCK"]) {
		t.Error("the length of the block tells an address that is nobody's")
	}

	_, wrong := w.prove(known, a, "Wrong-horse-1")
	_, nobody := w.prove(unknown, b, password)
	if wrong == nil || nobody == nil || wrong.Error() != nobody.Error() {
		t.Errorf("got %v for a wrong password and %v for nobody, want the same", wrong, nobody)
	}
	known, a = w.begin("ann")
	if _, err := w.prove(known, a, password); err != nil {
		t.Errorf("the right password: %v", err)
	}

	// A client may hold another opinion.
	w = newWorld(t, func(_, client map[string]any) { client["PreventUserExistenceErrors"] = "LEGACY" })
	_, refusal := w.signIn("bob", password)
	wantRefusal(t, "legacy", nil, refusal, "UserNotFoundException", "User does not exist.")
}

func TestSignIn_locksOutGuessersOfAnyName(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	for _, name := range []string{"ann", "nobody"} {
		for range 5 {
			_, refusal := w.signIn(name, "Wrong-horse-1")
			wantRefusal(t, name, nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
		}
		_, refusal := w.signIn(name, password)
		wantRefusal(t, name+" after five", nil, refusal, "NotAuthorizedException", "Password attempts exceeded")
		w.refused("InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": in{"USERNAME": name, "SRP_A": "2"}}),
			"NotAuthorizedException", "Password attempts exceeded")
		w.clock.advance(time.Second) // the first lock is one second long,
		_, refusal = w.signIn(name, "Wrong-horse-1")
		wantRefusal(t, name+" after a second", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
		w.clock.advance(time.Second) // and the next two.
		_, refusal = w.signIn(name, "Wrong-horse-1")
		wantRefusal(t, name+" after another", nil, refusal, "NotAuthorizedException", "Password attempts exceeded")
	}
	w.clock.advance(time.Second)
	w.enter("ann@example.com", password)
	// The right one started the count anew.
	for range 5 {
		_, refusal := w.signIn("ann", "Wrong-horse-1")
		wantRefusal(t, "anew", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
	w.clock.advance(15*time.Minute + time.Second)
	_, refusal := w.signIn("ann", "Wrong-horse-1")
	wantRefusal(t, "after a pause", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	w.enter("ann", password)
}

func TestSignIn_locksChallengesThatWereFetchedBefore(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	fetched, a := w.begin("ann")
	for range 5 {
		_, refusal := w.signIn("ann", "Wrong-horse-1")
		wantRefusal(t, "wrong", nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
	if _, err := w.prove(fetched, a, password); err == nil || !strings.Contains(err.Error(), "Password attempts exceeded") {
		t.Errorf("got %v, want Password attempts exceeded", err)
	}
	w.clock.advance(time.Second)
	if _, err := w.prove(fetched, a, password); err != nil {
		t.Errorf("after the lock: %v", err)
	}
}

func TestSignIn_refusesProofsThatAreNotForThisMoment(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	other := w.create("AWS::Cognito::UserPoolClient", "Other", map[string]any{"UserPoolId": w.pool, "ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"}, "PreventUserExistenceErrors": "ENABLED"})
	at := func(d time.Duration) func(in) {
		return func(responses in) { responses["TIMESTAMP"] = w.clock.Now().Add(d).UTC().Format(timestampLayout) }
	}
	for name, test := range map[string]struct {
		change  func(in)
		message string
	}{
		"a time that was not signed": {at(time.Second), "Incorrect username or password."},
		"a signature that is none":   {func(r in) { r["PASSWORD_CLAIM_SIGNATURE"] = "%" }, "Incorrect username or password."},
		"another user's name":        {func(r in) { r["USERNAME"] = "bob" }, "Incorrect username or password."},
		"a secret block of one's own": {func(r in) { r["PASSWORD_CLAIM_SECRET_BLOCK"] = "AAAA" + r["PASSWORD_CLAIM_SECRET_BLOCK"].(string)[4:] },
			"Invalid session for the user."},
		"a day with a zero in front": {func(r in) { r["TIMESTAMP"] = "Sun Nov 01 02:18:43 UTC 2026" }, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		"another time zone":          {func(r in) { r["TIMESTAMP"] = "Sun Nov 1 02:18:43 CET 2026" }, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		"the wrong day of the week":  {func(r in) { r["TIMESTAMP"] = "Mon Nov 1 02:18:43 UTC 2026" }, "TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english."},
		"no signature":               {func(r in) { delete(r, "PASSWORD_CLAIM_SIGNATURE") }, "Missing required parameter PASSWORD_CLAIM_SIGNATURE"},
	} {
		challenge, a := w.begin("ann")
		if _, err := w.prove(challenge, a, password, test.change); err == nil || !strings.HasSuffix(err.Error(), ": "+test.message) {
			t.Errorf("%s: got %v, want %s", name, err, test.message)
		}
	}

	for _, skew := range []time.Duration{5*time.Minute + time.Second, -5*time.Minute - time.Second} {
		challenge, a := w.begin("ann")
		responses := proof(w.pool, challenge, a, password, w.clock.Now().Add(skew))
		w.refused("RespondToAuthChallenge", w.public(in{"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses}), "NotAuthorizedException", "Incorrect username or password.")
		responses = proof(w.pool, challenge, a, password, w.clock.Now().Add(skew/2))
		w.do("RespondToAuthChallenge", w.public(in{"ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses}))
	}

	challenge, a := w.begin("ann")
	if _, err := w.prove(challenge, a, password); err != nil {
		t.Fatal(err)
	}
	if _, err := w.prove(challenge, a, password); err == nil || !strings.HasSuffix(err.Error(), "session can only be used once.") {
		t.Errorf("a block for the second time: got %v", err)
	}
	challenge, a = w.begin("ann")
	_, _ = w.prove(challenge, a, "Wrong-horse-1")
	if _, err := w.prove(challenge, a, password); err == nil || !strings.HasSuffix(err.Error(), "session can only be used once.") {
		t.Errorf("a block after a wrong password: got %v", err)
	}

	challenge, a = w.begin("ann")
	responses := proof(w.pool, challenge, a, password, w.clock.Now())
	w.refused("RespondToAuthChallenge", in{"ClientId": other, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": responses}, "NotAuthorizedException", "Invalid session for the user.")
	w.clock.advance(3 * time.Minute)
	if _, err := w.prove(challenge, a, password); err == nil || !strings.HasSuffix(err.Error(), "session is expired.") {
		t.Errorf("a block after the client's three minutes: got %v", err)
	}
}

func TestSignIn_refusesPublicValuesThatGiveTheKeyAway(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	for name, a := range map[string]string{
		"zero": "0", "N": srp.N.Text(16), "2N": new(big.Int).Lsh(srp.N, 1).Text(16), "negative": "-2", "none": "xyz", "too long": strings.Repeat("1", longestPublic+1),
	} {
		output, refusal := w.try("InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": in{"USERNAME": "ann", "SRP_A": a}}))
		wantRefusal(t, name, output, refusal, "InvalidParameterException", "SRP_A is not a value that the protocol allows")
	}
}

// M20.
func TestInitiateAuth_hasNoOtherFlowThanTheClientAllows(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	for flow, message := range map[string]string{
		"USER_PASSWORD_AUTH":       "USER_PASSWORD_AUTH flow not enabled for this client",
		"CUSTOM_AUTH":              "CUSTOM_AUTH is not enabled for the client.",
		"USER_AUTH":                "USER_AUTH is not enabled for the client.",
		"REFRESH_TOKEN_AUTH":       "REFRESH_TOKEN_AUTH is not enabled for the client.",
		"REFRESH_TOKEN":            "REFRESH_TOKEN is not enabled for the client.",
		"ADMIN_NO_SRP_AUTH":        "Initiate Auth method not supported.",
		"ADMIN_USER_PASSWORD_AUTH": "Initiate Auth method not supported.",
	} {
		parameters := in{"USERNAME": "ann", "PASSWORD": password, "REFRESH_TOKEN": "x"}
		w.refused("InitiateAuth", w.public(in{"AuthFlow": flow, "AuthParameters": parameters}), "InvalidParameterException", message)
		w.refused("AdminInitiateAuth", w.admin(w.public(in{"AuthFlow": flow, "AuthParameters": parameters})), "InvalidParameterException", "Auth flow not enabled for this client")
	}
	w.enter("ann", password)
	w.refused("InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": in{"USERNAME": "ann", "SRP_A": "2", "SECRET_HASH": "x"}}),
		"NotAuthorizedException", "Client "+w.client+" is not configured for secret but secret hash was received")

	w = newWorld(t, func(_, client map[string]any) { client["ExplicitAuthFlows"] = []any{"ALLOW_CUSTOM_AUTH"} })
	w.person("ann", "ann@example.com")
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "another flow alone", nil, refusal, "InvalidParameterException", "USER_SRP_AUTH is not enabled for the client.")
	w.refused("InitiateAuth", w.public(in{"AuthFlow": "CUSTOM_AUTH", "AuthParameters": in{"USERNAME": "ann"}}), "UnsupportedOperationException",
		"InitiateAuth: AuthFlow CUSTOM_AUTH is not supported by the sandbox: it has no custom sign-in")
}

func TestSignIn_saysWhyOnlyToWhoKnowsThePassword(t *testing.T) {
	w := newWorld(t)
	w.signUp("new", "new@example.com")
	w.person("disabled", "disabled@example.com")
	w.do("AdminDisableUser", w.admin(in{"Username": "disabled"}))
	w.person("reset", "reset@example.com")
	w.do("AdminResetUserPassword", w.admin(in{"Username": "reset"}))
	for name, want := range map[string]string{
		"new":      "UserNotConfirmedException: User is not confirmed.",
		"disabled": "NotAuthorizedException: User is disabled.",
		"reset":    "PasswordResetRequiredException: Password reset required for the user",
	} {
		if _, refusal := w.signIn(name, password); refusal == nil || refusal.Error() != want {
			t.Errorf("%s: got %v, want %s", name, refusal, want)
		}
		_, refusal := w.signIn(name, "Wrong-horse-1")
		wantRefusal(t, name, nil, refusal, "NotAuthorizedException", "Incorrect username or password.")
	}
	w.do("AdminEnableUser", w.admin(in{"Username": "disabled"}))
	w.enter("disabled", password)
}

func TestSignIn_sealsWhatTheClientKeeps(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	first, _ := w.begin("ann")
	second, _ := w.begin("ann")
	if first["SECRET_BLOCK"] == second["SECRET_BLOCK"] || first["SRP_B"] == second["SRP_B"] {
		t.Error("two challenges are the same")
	}
	// The store has nothing of the password but its verifier.
	var kept *directory.User
	_ = w.service.directory.View(func(t directory.Tx) (err error) {
		kept, err = t.Named(&directory.Pool{ID: w.pool}, "ann")
		return err
	})
	if text := fmt.Sprintf("%+v", kept); strings.Contains(text, password) || len(kept.Verifier) < 380 || len(kept.Salt) != saltSize {
		t.Errorf("got %s, want a salt and a verifier", text)
	}
}

// A name becomes a key of the store, in which no other must be hidden.
func TestSignIn_refusesNamesThatNobodyCanHave(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	for what, name := range map[string]string{"long": strings.Repeat("a", 129), "with a zero": "ann\x00signin", "with a space": "a b"} {
		output, refusal := w.try("InitiateAuth", w.public(in{"AuthFlow": "USER_SRP_AUTH", "AuthParameters": in{"USERNAME": name, "SRP_A": "2"}}))
		wantRefusal(t, what, output, refusal, "InvalidParameterException", "")
	}
	if _, refusal := w.signIn(strings.Repeat("a", 128), password); refusal == nil || refusal.Code != "NotAuthorizedException" {
		t.Errorf("the control: got %v", refusal)
	}
}
