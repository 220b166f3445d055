package attack

import (
	"context"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/srp"
)

// aDay is by how much the clock goes on: tokens, credentials and challenges are over by then, and so are codes. For a day after its end the
// sandbox knows a session.
const aDay = 24*time.Hour + 30*time.Minute

// beforeTime keeps what will be old. Whoever it is of signs in once more: the clock may have been moved before.
func (w *World) beforeTime(ctx context.Context) error {
	for _, p := range []*person{&w.alice, &w.bob} {
		again, err := w.enter(ctx, p.name)
		if err != nil {
			return err
		}
		*p = again
	}
	var err error
	if w.guest.identity, w.guest.keys, err = w.credentials(ctx, nil); err != nil {
		return err
	}
	w.kept = map[string]*request{
		"read": w.seal(reads(w)), "put": w.seal(puts(w)), "link": w.seal(link(w)), "api": w.seal(catalogue(w)), "users": w.seal(listsUsers(w)),
		"week": w.seal(func() *request { r := link(w); r.sign.expires = "604800"; return r }()),
	}
	name := "late-" + w.run
	if err := w.must(ctx, w.operation(keys{}, "cognito-idp", "SignUp", map[string]any{"ClientId": w.client, "Username": name, "Password": password,
		"UserAttributes": []map[string]string{{"Name": "email", "Value": name + "@example.com"}}}), nil); err != nil {
		return err
	}
	code, err := w.mailed(ctx, name)
	if err != nil {
		return err
	}
	w.kept["code"] = w.idp("ConfirmSignUp", map[string]any{"ClientId": w.client, "Username": name, "ConfirmationCode": code})
	side := srp.NewClient()
	s := signInOf{name: w.victims[0].name, client: w.client, pool: w.pool}
	c, _, err := w.begin(ctx, s, side)
	if err != nil {
		return err
	}
	responses, err := w.prove(s, side, c)
	w.kept["challenge"] = w.operation(keys{}, "cognito-idp", "RespondToAuthChallenge", map[string]any{"ChallengeName": "PASSWORD_VERIFIER", "ClientId": w.client, "ChallengeResponses": responses})
	return err
}

// letTimePass has the sandbox's clock go on.
func (w *World) letTimePass(ctx context.Context) error { return w.forward(ctx, aDay) }

// passing are what was good a day ago. The control is the same, a day ago.
func passing(*World) []attack {
	again := func(name string) func(w *World) *request {
		return func(w *World) *request { return w.kept[name].clone() }
	}
	const sigv4, tokens = "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html", "https://docs.aws.amazon.com/cognito/latest/developerguide/amazon-cognito-user-pools-using-the-access-token.html"
	feed := func(token func(w *World) string) func(w *World) *request {
		return func(w *World) *request {
			return w.ask(person{access: token(w)}, `query { listPhotos { items { id } } }`, nil)
		}
	}
	var list []attack
	for _, one := range []struct {
		id, want, page string
		make           func(w *World) *request
		fresh          func(w *World) *request // the control, where it is another
	}{
		{"request-to-files-sent-again", "403 RequestTimeTooSkewed", s3Errors, again("read"), nil},
		{"writing-sent-again", "403 RequestTimeTooSkewed", s3Errors, again("put"), nil},
		{"request-to-the-api-sent-again", "400 InvalidSignatureException", sigv4, again("api"), nil},
		{"request-to-users-sent-again", "400 InvalidSignatureException", sigv4, again("users"), nil},
		{"link-for-a-quarter-of-an-hour", noRight, presigning, again("link"), nil},
		{"link-for-a-week-by-keys-of-an-hour", "400 ExpiredToken", presigning, again("week"), nil},
		{"keys-to-read", "400 ExpiredToken", s3Errors, reads, nil},
		{"keys-to-write", "400 ExpiredToken", s3Errors, puts, nil},
		{"keys-of-a-guest", "400 ExpiredTokenException or 403 ExpiredTokenException", jsonErrors, catalogue, nil},
		{"keys-to-link", "400 ExpiredToken", presigning, link, nil},
		{"access-token-at-the-api", "401 UnauthorizedException", apiAuth, feed(func(w *World) string { return w.bob.access }), nil},
		{"id-token-at-the-api", "401 UnauthorizedException", apiAuth, feed(func(w *World) string { return w.bob.id }), nil},
		{"access-token-at-the-pool", "400 NotAuthorizedException", tokens, func(w *World) *request {
			return w.operation(keys{}, "cognito-idp", "GetUser", map[string]any{"AccessToken": w.bob.access})
		}, nil},
		{"id-token-for-keys", "400 NotAuthorizedException", getID, func(w *World) *request {
			return w.operation(keys{}, "cognito-identity", "GetCredentialsForIdentity", map[string]any{"IdentityId": w.bob.identity, "Logins": map[string]string{w.provider(): w.bob.id}})
		}, nil},
		{"code-of-a-sign-up", "400 ExpiredCodeException", accountPages + "ConfirmSignUp.html", again("code"), shownSigningUp},
		{"challenge", "400 NotAuthorizedException", respond, again("challenge"), func(w *World) *request {
			return w.operation(keys{}, "cognito-idp", "GetUser", map[string]any{"AccessToken": w.bob.access})
		}},
	} {
		fresh := one.make
		if one.fresh != nil {
			fresh = one.fresh
		}
		list = append(list, attack{id: one.id, has: "what was good a day ago", want: one.want, page: one.page, control: sends(fresh), try: sends(one.make)})
	}
	list = append(list, attack{id: "connection-by-a-token", has: "what was good a day ago", want: "101 UnauthorizedException", page: realtimeGuide, control: speaks(talk), try: speaks(talk)})
	return list
}

// shownSigningUp is that a code of now is sent, whose own would be used up.
func shownSigningUp(w *World) *request {
	return w.operation(keys{}, "cognito-idp", "ResendConfirmationCode", map[string]any{"ClientId": w.client, "Username": strings.Join([]string{"late", w.run}, "-")})
}
