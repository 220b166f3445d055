package attack

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/totp"
)

const totpGuide = "https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-mfa-totp.html"

// An app is somebody's authenticator app.
type app struct {
	owner  string
	secret []byte
}

// code is what the app shows. Each counts once, so that the clock goes on to the next.
func (w *World) code(ctx context.Context, a app) (string, error) {
	err := w.forward(ctx, totp.Step)
	return totp.Code(a.secret, w.now().Unix()/int64(totp.Step/time.Second)), err
}

// forward has the sandbox's clock go on.
func (w *World) forward(ctx context.Context, d time.Duration) error {
	err := w.must(ctx, local(http.MethodPost, "/_lightbox/clock", `{"forward": "`+d.String()+`"}`)(w), nil)
	w.ahead += d
	return err
}

// withApps gives two of the victims an authenticator app.
func (w *World) withApps(ctx context.Context) error {
	w.apps = nil
	for _, victim := range w.victims[9:11] {
		p, err := w.enter(ctx, victim.name)
		if err != nil {
			return err
		}
		var begun struct{ SecretCode string }
		if err := w.must(ctx, w.idp("AssociateSoftwareToken", map[string]any{"AccessToken": p.access}), &begun); err != nil {
			return err
		}
		a := app{owner: victim.name}
		if a.secret, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.TrimRight(begun.SecretCode, "=")); err != nil {
			return err
		}
		code, err := w.code(ctx, a)
		if err == nil {
			err = w.must(ctx, w.idp("VerifySoftwareToken", map[string]any{"AccessToken": p.access, "UserCode": code}), nil)
		}
		if err == nil {
			err = w.must(ctx, w.idp("SetUserMFAPreference", map[string]any{"AccessToken": p.access, "SoftwareTokenMfaSettings": map[string]any{"Enabled": true, "PreferredMfa": true}}), nil)
		}
		if err != nil {
			return err
		}
		w.apps = append(w.apps, a)
	}
	return nil
}

// idp is an operation of the user pool that needs no signature.
func (w *World) idp(operation string, input map[string]any) *request {
	return w.operation(keys{}, "cognito-idp", operation, input)
}

// A codeEntry is the second step of a sign-in.
type codeEntry struct {
	name, session, code string
	challenge, client   string
}

// withPassword takes the first step, and answers the challenge of the second.
func (w *World) withPassword(ctx context.Context, name string) (codeEntry, error) {
	a, err := w.signIn(ctx, signInOf{name: name, client: w.client, pool: w.pool})
	var c challenge
	if err == nil {
		err = json.Unmarshal(a.body, &c)
	}
	if err == nil && c.ChallengeName != "SOFTWARE_TOKEN_MFA" {
		err = fmt.Errorf("%s: got the challenge %q, want SOFTWARE_TOKEN_MFA", name, c.ChallengeName)
	}
	return codeEntry{name: name, session: c.Session, challenge: "SOFTWARE_TOKEN_MFA", client: w.client}, err
}

func (w *World) enterCode(ctx context.Context, e codeEntry) (answer, error) {
	a, err := w.send(ctx, w.idp("RespondToAuthChallenge", map[string]any{"ChallengeName": e.challenge, "ClientId": e.client, "Session": e.session,
		"ChallengeResponses": map[string]string{"USERNAME": e.name, "SOFTWARE_TOKEN_MFA_CODE": e.code}}))
	if err == nil && a.allowed() && !strings.Contains(string(a.body), "AccessToken") {
		a.code = "no tokens"
	}
	return a, err
}

// secondFactor are sign-ins with the password and without the app.
func secondFactor(*World) []attack {
	right := func(ctx context.Context, w *World) (answer, error) {
		e, err := w.withPassword(ctx, w.apps[0].owner)
		if err == nil {
			e.code, err = w.code(ctx, w.apps[0])
		}
		if err != nil {
			return answer{}, err
		}
		return w.enterCode(ctx, e)
	}
	with := func(change func(ctx context.Context, w *World, e *codeEntry) error) probe {
		return func(ctx context.Context, w *World) (answer, error) {
			e, err := w.withPassword(ctx, w.apps[0].owner)
			if err == nil {
				e.code, err = w.code(ctx, w.apps[0])
			}
			if err == nil {
				err = change(ctx, w, &e)
			}
			if err != nil {
				return answer{}, err
			}
			return w.enterCode(ctx, e)
		}
	}
	simply := func(change func(w *World, e *codeEntry)) probe {
		return with(func(_ context.Context, w *World, e *codeEntry) error { change(w, e); return nil })
	}
	const wrong, unfit = "400 CodeMismatchException", "400 NotAuthorizedException or 400 InvalidParameterException or 400 CodeMismatchException"
	var list []attack
	for _, one := range []struct {
		id, want string
		try      probe
	}{
		{"code-made-up", wrong, simply(func(_ *World, e *codeEntry) { e.code = next(e.code) })},
		{"code-empty", "400 InvalidParameterException", simply(func(_ *World, e *codeEntry) { e.code = "" })},
		{"code-of-no-form", "400 CodeMismatchException", simply(func(_ *World, e *codeEntry) { e.code = "abcdef" })},
		{"code-of-another", wrong, with(func(ctx context.Context, w *World, e *codeEntry) (err error) {
			e.code, err = w.code(ctx, w.apps[1])
			return err
		})},
		{"code-old", wrong, with(func(ctx context.Context, w *World, _ *codeEntry) error { return w.forward(ctx, 2*time.Minute) })},
		{"code-twice", "400 ExpiredCodeException", with(func(ctx context.Context, w *World, e *codeEntry) error {
			if a, err := w.enterCode(ctx, *e); err != nil || !a.allowed() {
				return fmt.Errorf("the code: got %s, %w", a, err)
			}
			again, err := w.withPassword(ctx, e.name)
			e.session = again.session
			return err
		})},
		{"session-twice", "400 NotAuthorizedException", with(func(ctx context.Context, w *World, e *codeEntry) error {
			if a, err := w.enterCode(ctx, *e); err != nil || !a.allowed() {
				return fmt.Errorf("the code: got %s, %w", a, err)
			}
			code, err := w.code(ctx, w.apps[0])
			e.code = code
			return err
		})},
		{"session-of-another", "400 NotAuthorizedException", with(func(ctx context.Context, w *World, e *codeEntry) error {
			other, err := w.withPassword(ctx, w.apps[1].owner)
			e.session = other.session
			return err
		})},
		{"session-changed", "400 NotAuthorizedException", simply(func(_ *World, e *codeEntry) { e.session = e.session[:len(e.session)-6] + "AAAAAA" })},
		{"session-missing", "400 InvalidParameterException", simply(func(_ *World, e *codeEntry) { e.session = "" })},
		{"session-old", "400 NotAuthorizedException", with(func(ctx context.Context, w *World, e *codeEntry) (err error) {
			if err = w.forward(ctx, 4*time.Minute); err == nil {
				e.code, err = w.code(ctx, w.apps[0])
			}
			return err
		})},
		{"name-of-another", "400 NotAuthorizedException", simply(func(w *World, e *codeEntry) { e.name = w.apps[1].owner })},
		{"challenge-of-a-message", "400 InvalidParameterException", simply(func(_ *World, e *codeEntry) { e.challenge = "SMS_MFA" })},
		{"challenge-of-a-setup", "400 NotAuthorizedException", simply(func(_ *World, e *codeEntry) { e.challenge = "MFA_SETUP" })},
		{"challenge-of-the-password", "400 InvalidParameterException", simply(func(_ *World, e *codeEntry) { e.challenge = "PASSWORD_VERIFIER" })},
		{"challenge-of-a-device", "400 InvalidParameterException", simply(func(_ *World, e *codeEntry) { e.challenge = "DEVICE_SRP_AUTH" })},
		{"client-another", "400 NotAuthorizedException", simply(func(w *World, e *codeEntry) { e.client = w.otherClient })},
		{"app-changed-in-the-midst", "400 NotAuthorizedException", func(ctx context.Context, w *World) (answer, error) {
			e, err := w.withPassword(ctx, w.apps[0].owner)
			if err != nil {
				return answer{}, err
			}
			return w.send(ctx, w.idp("AssociateSoftwareToken", map[string]any{"Session": e.session}))
		}},
		{"guessed-until-locked", "400 NotAuthorizedException or 400 LimitExceededException", func(ctx context.Context, w *World) (answer, error) {
			for range 7 {
				e, err := w.withPassword(ctx, w.apps[1].owner)
				if err != nil {
					break // locked
				}
				e.code = "000000"
				if _, err := w.enterCode(ctx, e); err != nil {
					return answer{}, err
				}
			}
			return w.signIn(ctx, signInOf{name: w.apps[1].owner, client: w.client, pool: w.pool})
		}},
	} {
		changes := strings.HasSuffix(one.id, "-twice") // the first time counts
		list = append(list, attack{id: one.id, has: "a password", want: one.want, page: totpGuide, control: right, try: one.try, changes: changes})
	}
	return list
}

// next is another code.
func next(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}
