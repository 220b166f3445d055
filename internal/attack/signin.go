package attack

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"

	"lightbox.example/lightbox/sandbox/cognito/srp"
)

const (
	srpFlow  = "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-authentication-flow-methods.html"
	respond  = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_RespondToAuthChallenge.html"
	initiate = "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_InitiateAuth.html"
)

// A signInOf is a sign-in by SRP, of which each step may be another.
type signInOf struct {
	name, client, pool, password string
	first                        func(parameters map[string]string)               // changes SRP_A and the name
	then                         func(w *World, c challenge, r map[string]string) // changes the answer to the challenge
	last                         func(input map[string]any)                       // changes the second call as a whole
	again                        bool                                             // whether the second call is made twice
	also                         func(ctx context.Context, w *World) (challenge, error)
}

// A challenge is what the first step answers.
type challenge struct {
	ChallengeName, Session string
	ChallengeParameters    map[string]string
}

// begin takes the first step of a sign-in.
func (w *World) begin(ctx context.Context, s signInOf, side srp.Client) (challenge, answer, error) {
	parameters := map[string]string{"USERNAME": s.name, "SRP_A": side.A.Text(16)}
	if s.first != nil {
		s.first(parameters)
	}
	a, err := w.send(ctx, w.operation(keys{}, "cognito-idp", "InitiateAuth", map[string]any{"AuthFlow": "USER_SRP_AUTH", "ClientId": s.client, "AuthParameters": parameters}))
	var c challenge
	if err == nil && a.allowed() {
		err = json.Unmarshal(a.body, &c)
	}
	return c, a, err
}

// signIn signs in, as far as that is allowed, and answers what the last step was answered.
func (w *World) signIn(ctx context.Context, s signInOf) (answer, error) {
	side := srp.NewClient()
	c, a, err := w.begin(ctx, s, side)
	if err != nil || !a.allowed() {
		return a, err
	}
	responses, err := w.prove(s, side, c)
	if err != nil {
		return a, err
	}
	if s.also != nil {
		other, err := s.also(ctx, w)
		if err != nil {
			return a, err
		}
		responses["PASSWORD_CLAIM_SECRET_BLOCK"] = other.ChallengeParameters["SECRET_BLOCK"]
	}
	if s.then != nil {
		s.then(w, c, responses)
	}
	input := map[string]any{"ChallengeName": "PASSWORD_VERIFIER", "ClientId": s.client, "ChallengeResponses": responses}
	if s.last != nil {
		s.last(input)
	}
	a, err = w.send(ctx, w.operation(keys{}, "cognito-idp", "RespondToAuthChallenge", input))
	if err == nil && s.again {
		a, err = w.send(ctx, w.operation(keys{}, "cognito-idp", "RespondToAuthChallenge", input))
	}
	return a, err
}

// prove shows that the password is known.
func (w *World) prove(s signInOf, side srp.Client, c challenge) (map[string]string, error) {
	salt, ok := new(big.Int).SetString(c.ChallengeParameters["SALT"], 16)
	serverB, also := new(big.Int).SetString(c.ChallengeParameters["SRP_B"], 16)
	block, err := base64.StdEncoding.DecodeString(c.ChallengeParameters["SECRET_BLOCK"])
	if err != nil || !ok || !also {
		return nil, fmt.Errorf("signing in: got the challenge %v, want one of SRP", c)
	}
	name := c.ChallengeParameters["USER_ID_FOR_SRP"]
	key, err := side.Key(s.pool, name, or(s.password, password), salt, serverB)
	if err != nil {
		return nil, err
	}
	stamp := w.now().Format("Mon Jan 2 15:04:05 UTC 2006")
	return map[string]string{
		"USERNAME": name, "TIMESTAMP": stamp, "PASSWORD_CLAIM_SECRET_BLOCK": c.ChallengeParameters["SECRET_BLOCK"],
		"PASSWORD_CLAIM_SIGNATURE": base64.StdEncoding.EncodeToString(srp.Claim(key, s.pool, name, block, stamp)),
	}, nil
}

// signIns are sign-ins that do not know the password. Three in a row are of one victim: whoever is named with a wrong password five times
// is locked for a while.
func signIns(*World) []attack {
	rows := append(publicValues(), proofs()...)
	list := make([]attack, 0, len(rows))
	for n, one := range rows {
		victim := n / 3 % victimCount
		list = append(list, attack{
			id: one.id, has: "a name", want: one.want, page: one.page,
			control: func(ctx context.Context, w *World) (answer, error) {
				return w.signIn(ctx, signInOf{name: w.victims[victim].name, client: w.client, pool: w.pool})
			},
			try: func(ctx context.Context, w *World) (answer, error) {
				s := signInOf{name: w.victims[victim].name, client: w.client, pool: w.pool}
				one.with(w, &s)
				return w.signIn(ctx, s)
			},
		})
	}
	return append(list, flows()...)
}

// A slip is one change of a sign-in.
type slip struct {
	id, want string
	with     func(w *World, s *signInOf)
	page     string
}

// publicValues are values of A of which everyone knows the key that comes of them, and such as are none.
//
// https://datatracker.ietf.org/doc/html/rfc5054#section-2.5.4
func publicValues() []slip {
	var list []slip
	times := func(n int64) string { return new(big.Int).Mul(srp.N, big.NewInt(n)).Text(16) }
	for id, value := range inOrder(map[string]string{
		"a-0": "0", "a-many-zeros": strings.Repeat("0", 768), "a-n": times(1), "a-2n": times(2), "a-16n": times(16),
		"a-negative": "-1", "a-empty": "", "a-no-number": "xyz", "a-prefixed": "0x2", "a-too-long": strings.Repeat("f", 1000), "a-minus-n": "-" + times(1),
	}) {
		list = append(list, slip{id: id, want: "400 InvalidParameterException", page: "https://datatracker.ietf.org/doc/html/rfc5054#section-2.5.4", with: func(_ *World, s *signInOf) {
			s.first = func(parameters map[string]string) { parameters["SRP_A"] = value }
		}})
	}
	return list
}

// proofs are answers to a challenge that prove nothing.
func proofs() []slip {
	then := func(change func(w *World, c challenge, r map[string]string)) func(*World, *signInOf) {
		return func(_ *World, s *signInOf) { s.then = change }
	}
	named := func(challenge string) func(*World, *signInOf) {
		return func(_ *World, s *signInOf) {
			s.last = func(input map[string]any) { input["ChallengeName"] = challenge }
		}
	}
	const refused, unfit = "400 NotAuthorizedException", "400 NotAuthorizedException or 400 InvalidParameterException"
	return []slip{
		{id: "password-wrong", want: refused, page: respond, with: func(_ *World, s *signInOf) { s.password = "Wrong-Horse-1" }},
		{id: "password-empty", want: refused, page: respond, with: func(_ *World, s *signInOf) { s.password = " " }},
		{id: "password-in-another-case", want: refused, page: respond, with: func(_ *World, s *signInOf) { s.password = strings.ToUpper(password) }},
		{id: "name-of-nobody", want: refused, page: respond, with: func(w *World, s *signInOf) { s.name = "nobody-" + w.run }},
		{id: "signature-of-zeros", want: refused, page: respond, with: then(func(_ *World, _ challenge, r map[string]string) {
			r["PASSWORD_CLAIM_SIGNATURE"] = base64.StdEncoding.EncodeToString(make([]byte, 32))
		})},
		{id: "signature-empty", want: "400 InvalidParameterException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) { r["PASSWORD_CLAIM_SIGNATURE"] = "" })},
		{id: "signature-missing", want: "400 InvalidParameterException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) { delete(r, "PASSWORD_CLAIM_SIGNATURE") })},
		{id: "signature-of-no-form", want: "400 NotAuthorizedException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) { r["PASSWORD_CLAIM_SIGNATURE"] = "%%%" })},
		{id: "time-changed", want: refused, page: respond, with: then(func(w *World, _ challenge, r map[string]string) {
			r["TIMESTAMP"] = w.now().AddDate(0, 0, 1).Format("Mon Jan 2 15:04:05 UTC 2006")
		})},
		{id: "time-of-no-form", want: "400 InvalidParameterException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) { r["TIMESTAMP"] = "now" })},
		{id: "name-of-another", want: "400 NotAuthorizedException", page: respond, with: then(func(w *World, _ challenge, r map[string]string) { r["USERNAME"] = w.boss.name })},
		{id: "block-changed", want: "400 NotAuthorizedException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) {
			b := []byte(r["PASSWORD_CLAIM_SECRET_BLOCK"])
			b[10] = other(b[10])[0]
			r["PASSWORD_CLAIM_SECRET_BLOCK"] = string(b)
		})},
		{id: "block-empty", want: "400 InvalidParameterException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) { r["PASSWORD_CLAIM_SECRET_BLOCK"] = "" })},
		{id: "block-of-no-form", want: "400 NotAuthorizedException", page: respond, with: then(func(_ *World, _ challenge, r map[string]string) { r["PASSWORD_CLAIM_SECRET_BLOCK"] = "AAAA" })},
		{id: "block-of-anothers-challenge", want: "400 NotAuthorizedException", page: respond, with: func(_ *World, s *signInOf) {
			s.also = func(ctx context.Context, w *World) (challenge, error) {
				c, _, err := w.begin(ctx, signInOf{name: w.boss.name, client: w.client, pool: w.pool}, srp.NewClient())
				return c, err
			}
		}},
		{id: "block-of-another-client", want: "400 NotAuthorizedException", page: respond, with: func(w *World, s *signInOf) {
			s.last = func(input map[string]any) { input["ClientId"] = w.otherClient }
		}},
		{id: "challenge-twice", want: "400 NotAuthorizedException", page: respond, with: func(_ *World, s *signInOf) { s.again = true }},
		{id: "challenge-of-a-code", want: "400 InvalidParameterException", page: respond, with: named("SMS_MFA")},
		{id: "challenge-of-an-app", want: "400 InvalidParameterException", page: respond, with: named("SOFTWARE_TOKEN_MFA")},
		{id: "challenge-of-a-new-password", want: "400 InvalidParameterException", page: respond, with: named("NEW_PASSWORD_REQUIRED")},
		{id: "challenge-of-ones-own", want: "400 InvalidParameterException", page: respond, with: named("CUSTOM_CHALLENGE")},
		{id: "challenge-unknown", want: "400 InvalidParameterException", page: respond, with: named("OPEN_SESAME")},
		{id: "client-of-another-pool", want: "400 UserNotFoundException", page: respond, with: func(w *World, s *signInOf) { s.client = w.foreignOwner }},
		{id: "client-unknown", want: "400 ResourceNotFoundException", page: initiate, with: func(_ *World, s *signInOf) { s.client = "aaaaaaaaaaaaaaaaaaaaaaaaaa" }},
	}
}

// flows are ways to sign in that the client does not allow.
func flows() []attack {
	right := func(w *World) *request {
		return w.operation(keys{}, "cognito-idp", "InitiateAuth", map[string]any{"AuthFlow": "USER_SRP_AUTH", "ClientId": w.client,
			"AuthParameters": map[string]string{"USERNAME": w.bob.name, "SRP_A": "2"}})
	}
	by := func(flow string, parameters map[string]string) change {
		return func(w *World, r *request) {
			filled := map[string]string{}
			for name, value := range parameters {
				filled[name] = strings.NewReplacer("BOB", w.bob.name, "REFRESH", w.alice.refresh).Replace(value)
			}
			r.carry(text(map[string]any{"AuthFlow": flow, "ClientId": w.client, "AuthParameters": filled}))
		}
	}
	named := map[string]string{"USERNAME": "BOB", "PASSWORD": password}
	const off = "400 InvalidParameterException"
	return against(right, "a password", initiate, []row{
		{id: "flow-by-password", want: off, change: by("USER_PASSWORD_AUTH", named)},
		{id: "flow-of-the-administrator", want: off, change: by("ADMIN_USER_PASSWORD_AUTH", named)},
		{id: "flow-of-the-administrator-once", want: off, change: by("ADMIN_NO_SRP_AUTH", named)},
		{id: "flow-of-ones-own", want: off, change: by("CUSTOM_AUTH", map[string]string{"USERNAME": "BOB"})},
		{id: "flow-by-choice", want: "400 InvalidParameterException", change: by("USER_AUTH", map[string]string{"USERNAME": "BOB"})},
		{id: "flow-unknown", want: "400 InvalidParameterException", change: by("TRUST_ME", named)},
		{id: "refresh-without-rotation", want: "400 InvalidParameterException", change: by("REFRESH_TOKEN_AUTH", map[string]string{"REFRESH_TOKEN": "REFRESH"})},
		{id: "refresh-made-up", want: "400 InvalidParameterException", change: by("REFRESH_TOKEN_AUTH", map[string]string{"REFRESH_TOKEN": "x"})},
		{id: "administrator-unsigned", want: "400 MissingAuthenticationTokenException", change: func(w *World, r *request) {
			r.set("X-Amz-Target", targets["cognito-idp"]+"AdminInitiateAuth")
			r.carry(text(map[string]any{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": w.pool, "ClientId": w.client, "AuthParameters": map[string]string{"USERNAME": w.bob.name, "PASSWORD": password}}))
		}},
		{id: "administrator-by-a-users-keys", has: "user", want: "400 AccessDeniedException", change: func(w *World, r *request) {
			r.set("X-Amz-Target", targets["cognito-idp"]+"AdminInitiateAuth")
			r.carry(text(map[string]any{"AuthFlow": "ADMIN_USER_PASSWORD_AUTH", "UserPoolId": w.pool, "ClientId": w.client, "AuthParameters": map[string]string{"USERNAME": w.bob.name, "PASSWORD": password}}))
			w.signedBy(w.boss.keys, "cognito-idp", r)
		}},
	})
}
