package attack

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
)

const (
	revoking = "https://docs.aws.amazon.com/cognito/latest/developerguide/token-revocation.html"
	telling  = "https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pool-managing-errors.html"
	lockouts = "https://docs.aws.amazon.com/cognito/latest/developerguide/authentication.html#authentication-flow-lockout-behavior"
)

// ended is somebody whose sign-in was ended, in one of the ways there are.
type ended struct {
	person
	way string
}

// endSessions signs three of the victims in, and out again.
func (w *World) endSessions(ctx context.Context) error {
	w.ended = nil
	for i, way := range []string{"signed-out", "revoked", "disabled"} {
		p, err := w.enter(ctx, w.victims[5+i].name)
		if err != nil {
			return err
		}
		w.ended = append(w.ended, ended{p, way})
	}
	return nil
}

// endNow ends them, when the controls have had their turn.
func (w *World) endNow(ctx context.Context) error {
	for _, r := range []*request{
		w.idp("GlobalSignOut", map[string]any{"AccessToken": w.ended[0].access}),
		w.idp("RevokeToken", map[string]any{"ClientId": w.client, "Token": w.ended[1].refresh}),
		w.operation(w.root, "cognito-idp", "AdminDisableUser", map[string]any{"UserPoolId": w.pool, "Username": w.ended[2].name}),
	} {
		a, err := w.send(ctx, r)
		if err != nil || !a.allowed() {
			return w.must(ctx, r, nil)
		}
	}
	return nil
}

// sessions are sign-ins that are over, and attempts to learn who has an account or to guess until it fits.
func sessions(w *World) []attack {
	var list []attack
	const refused = "400 NotAuthorizedException"
	for i := range w.ended {
		p := func(w *World) ended { return w.ended[i] }
		for id, one := range inOrder(map[string]struct {
			make func(w *World) *request
			want string
		}{
			"asks": {func(w *World) *request { return w.idp("GetUser", map[string]any{"AccessToken": p(w).access}) }, refused},
			"changes": {func(w *World) *request {
				return w.idp("UpdateUserAttributes", map[string]any{"AccessToken": p(w).access, "UserAttributes": []map[string]string{{"Name": "email", "Value": p(w).name + "@example.com"}}})
			}, refused},
			"gets-keys": {func(w *World) *request {
				return w.operation(keys{}, "cognito-identity", "GetCredentialsForIdentity", map[string]any{"IdentityId": p(w).identity, "Logins": map[string]string{w.provider(): p(w).id}})
			}, refused},
		}) {
			list = append(list, attack{id: w.ended[i].way + "-" + id, has: "tokens of before", want: one.want, page: revoking, control: sends(one.make), try: sends(one.make)})
		}
		// To refresh is to rotate: the control is another's.
		list = append(list, attack{id: w.ended[i].way + "-refreshes", has: "tokens of before", want: "400 NotAuthorizedException or 400 RefreshTokenReuseException", page: revoking,
			control: sends(func(w *World) *request {
				return w.idp("GetTokensFromRefreshToken", map[string]any{"ClientId": w.client, "RefreshToken": w.boss.refresh})
			}),
			try: sends(func(w *World) *request {
				return w.idp("GetTokensFromRefreshToken", map[string]any{"ClientId": w.client, "RefreshToken": p(w).refresh})
			})})
	}
	return append(append(list, enumerations()...), guesses()...)
}

// shapeOf is what an answer tells whoever only looks at its form: the status, the error, its words and the members.
func shapeOf(a answer) string {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(a.body, &members)
	shape := a.String()
	for _, name := range []string{"message", "ChallengeName", "CodeDeliveryDetails", "ChallengeParameters", "Session", "AvailableChallenges"} {
		if value, ok := members[name]; ok {
			shape += " " + name
			if name == "message" || name == "ChallengeName" {
				shape += string(value)
			}
		}
	}
	return shape
}

// enumerations ask the same of a user and of nobody: who asks must not see which is which.
func enumerations() []attack {
	named := func(operation string, more map[string]any) func(name string) probe {
		return func(name string) probe {
			return func(ctx context.Context, w *World) (answer, error) {
				input := map[string]any{"ClientId": w.client, "Username": or(name, w.victims[4].name)}
				for member, value := range more {
					input[member] = value
				}
				return w.send(ctx, w.idp(operation, input))
			}
		}
	}
	begins := func(name string) probe {
		return func(ctx context.Context, w *World) (answer, error) {
			return w.send(ctx, w.idp("InitiateAuth", map[string]any{"AuthFlow": "USER_SRP_AUTH", "ClientId": w.client,
				"AuthParameters": map[string]string{"USERNAME": or(name, w.victims[4].name), "SRP_A": "2"}}))
		}
	}
	fails := func(name string) probe {
		return func(ctx context.Context, w *World) (answer, error) {
			return w.signIn(ctx, signInOf{name: or(name, w.victims[4].name), client: w.client, pool: w.pool, password: "Wrong-Horse-1"})
		}
	}
	var list []attack
	for id, of := range inOrder(map[string]func(name string) probe{
		"begin-a-sign-in": begins, "fail-to-sign-in": fails, "forget-a-password": named("ForgotPassword", nil),
		"confirm-a-password": named("ConfirmForgotPassword", map[string]any{"ConfirmationCode": "000000", "Password": password}),
	}) {
		list = append(list, attack{id: "tells-who-is-there-" + id, has: "a name", want: "200 alike", page: telling, control: begins(""), changes: true,
			try: func(ctx context.Context, w *World) (answer, error) {
				there, err := of("")(ctx, w)
				if err != nil {
					return there, err
				}
				nobody, err := of("nobody-"+w.run)(ctx, w)
				sent := nobody.sent
				if shapeOf(there) != shapeOf(nobody) {
					return answer{status: nobody.status, code: "tells: " + shapeOf(there) + " and " + shapeOf(nobody), sent: sent, plain: true}, err
				}
				return answer{status: http.StatusOK, code: "alike", sent: sent, plain: true}, err
			}})
	}
	return list
}

// guesses are attempts that go on until it fits, which must end before.
func guesses() []attack {
	return []attack{
		{id: "guess-a-password", has: "a name", want: "400 NotAuthorizedException", page: lockouts,
			control: func(ctx context.Context, w *World) (answer, error) {
				return w.signIn(ctx, signInOf{name: w.victims[8].name, client: w.client, pool: w.pool})
			},
			try: func(ctx context.Context, w *World) (answer, error) {
				for range 8 {
					if _, err := w.signIn(ctx, signInOf{name: w.victims[8].name, client: w.client, pool: w.pool, password: "Wrong-Horse-1"}); err != nil {
						return answer{}, err
					}
				}
				return w.signIn(ctx, signInOf{name: w.victims[8].name, client: w.client, pool: w.pool})
			}},
		{id: "guess-a-code", has: "a name", want: "400 LimitExceededException or 400 TooManyFailedAttemptsException", page: lockouts, changes: true,
			control: sends(func(w *World) *request {
				return w.idp("ForgotPassword", map[string]any{"ClientId": w.client, "Username": w.bob.name + "-not"})
			}),
			try: func(ctx context.Context, w *World) (answer, error) {
				verified := []map[string]string{{"Name": "email_verified", "Value": "true"}}
				if err := w.must(ctx, w.operation(w.root, "cognito-idp", "AdminUpdateUserAttributes", map[string]any{"UserPoolId": w.pool, "Username": w.victims[8].name, "UserAttributes": verified}), nil); err != nil {
					return answer{}, err
				}
				if err := w.must(ctx, w.idp("ForgotPassword", map[string]any{"ClientId": w.client, "Username": w.victims[8].name}), nil); err != nil {
					return answer{}, err
				}
				code, err := w.mailed(ctx, w.victims[8].name)
				if err != nil {
					return answer{}, err
				}
				input := map[string]any{"ClientId": w.client, "Username": w.victims[8].name, "Password": password + "!", "ConfirmationCode": next(code)}
				for range 25 {
					if _, err := w.send(ctx, w.idp("ConfirmForgotPassword", input)); err != nil {
						return answer{}, err
					}
				}
				input["ConfirmationCode"] = code
				return w.send(ctx, w.idp("ConfirmForgotPassword", input))
			}},
	}
}

// mailed is the last code that somebody was sent.
func (w *World) mailed(ctx context.Context, name string) (string, error) {
	var letters []struct{ Username, Code, Time string }
	err := w.must(ctx, local(http.MethodGet, "/_lightbox/mail", "")(w), &letters)
	code, at := "", ""
	for _, l := range letters {
		if strings.EqualFold(l.Username, name) && l.Code != "" && l.Time >= at {
			code, at = l.Code, l.Time
		}
	}
	return code, err
}
