package cognito

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
	"lightbox.example/lightbox/sandbox/store"
)

const functionARN = "arn:aws:lambda:us-east-1:000000000000:function:trigger"

// A told function is Lambda with one function, for all triggers.
type told struct {
	mu     sync.Mutex
	events []map[string]any
	// answer makes the answer to an event, by default the event itself.
	answer func(ctx context.Context, event map[string]any) (answer any, failed bool, err error)
}

func (f *told) Invoke(ctx context.Context, function, pool string, text []byte) ([]byte, bool, error) {
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, false, err
	}
	f.mu.Lock()
	f.events = append(f.events, event)
	f.mu.Unlock()
	if id, _ := event["userPoolId"].(string); function != functionARN || !strings.HasSuffix(pool, ":userpool/"+id) {
		return nil, false, errors.New("another function, or another pool")
	}
	var answer any = event
	failed, err := false, error(nil)
	if f.answer != nil {
		answer, failed, err = f.answer(ctx, event)
	}
	data, _ := json.Marshal(answer)
	return data, failed, err
}

// sources are those of the events since the last time.
func (f *told) sources() []string {
	var all []string
	for _, event := range f.taken() {
		all = append(all, event["triggerSource"].(string))
	}
	return all
}

func (f *told) taken() []map[string]any {
	f.mu.Lock()
	defer f.mu.Unlock()
	events := f.events
	f.events = nil
	return events
}

// responding is the answer of a function that answers a source with a response, and leaves other events as they are.
func responding(source string, response any) func(context.Context, map[string]any) (any, bool, error) {
	return func(_ context.Context, event map[string]any) (any, bool, error) {
		if event["triggerSource"] == source {
			event["response"] = response
		}
		return event, false, nil
	}
}

// newTriggeredWorld is a world whose pool calls one function for each of the triggers, and has an own sender of mail.
func newTriggeredWorld(t testing.TB, triggers ...string) (*world, *told) {
	t.Helper()
	config := map[string]any{}
	for _, name := range triggers {
		config[name] = functionARN
	}
	w := newWorld(t, func(pool, _ map[string]any) {
		pool["LambdaConfig"] = config
		pool["EmailConfiguration"] = map[string]any{"EmailSendingAccount": "DEVELOPER", "From": "a@example.com", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com"}
	})
	f := &told{}
	w.service.functions = f
	return w, f
}

var everyTrigger = []string{"PreSignUp", "PostConfirmation", "CustomMessage"}

func TestTriggers_areCalledWhereCognitoCallsThem(t *testing.T) {
	w, f := newTriggeredWorld(t, everyTrigger...)
	after := func(want ...string) {
		t.Helper()
		if diff := cmp.Diff(want, f.sources()); diff != "" {
			t.Errorf("called (-want +got):\n%s", diff)
		}
	}
	ann := func(more in) in { more["Username"] = "ann"; return more }
	w.signUp("ann", "ann@example.com")
	after("PreSignUp_SignUp", "CustomMessage_SignUp")
	w.do("ResendConfirmationCode", w.public(ann(in{})))
	after("CustomMessage_ResendCode")
	w.do("ConfirmSignUp", w.public(ann(in{"ConfirmationCode": w.lastCode("ann@example.com")})))
	after("PostConfirmation_ConfirmSignUp")
	w.do("ForgotPassword", w.public(ann(in{})))
	after("CustomMessage_ForgotPassword")
	w.do("ConfirmForgotPassword", w.public(ann(in{"ConfirmationCode": w.lastCode("ann@example.com"), "Password": nextPassword})))
	after("PostConfirmation_ConfirmForgotPassword")
	s := w.enter("ann", nextPassword)
	after()
	w.do("UpdateUserAttributes", in{"AccessToken": s.access, "UserAttributes": email("ann@example.org")})
	after("CustomMessage_UpdateUserAttribute")
	w.do("GetUserAttributeVerificationCode", in{"AccessToken": s.access, "AttributeName": "email"})
	after("CustomMessage_VerifyUserAttribute")
	w.do("VerifyUserAttribute", in{"AccessToken": s.access, "AttributeName": "email", "Code": w.lastCode("ann@example.org")})
	after()
	w.do("AdminUpdateUserAttributes", w.admin(ann(in{"UserAttributes": email("ann@example.net")})))
	after("CustomMessage_UpdateUserAttribute")
	w.do("AdminResetUserPassword", w.admin(ann(in{})))
	after("CustomMessage_ForgotPassword")

	w.do("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": email("bob@example.com")}))
	after("PreSignUp_AdminCreateUser", "CustomMessage_AdminCreateUser")
	w.do("AdminCreateUser", w.admin(in{"Username": "bob", "MessageAction": "RESEND"}))
	after("CustomMessage_AdminCreateUser")
	w.do("AdminCreateUser", w.admin(in{"Username": "eve", "MessageAction": "SUPPRESS", "UserAttributes": email("eve@example.com")}))
	after("PreSignUp_AdminCreateUser")
	w.signUp("kim", "kim@example.com")
	after("PreSignUp_SignUp", "CustomMessage_SignUp")
	w.do("AdminConfirmSignUp", w.admin(in{"Username": "kim"}))
	after("PostConfirmation_ConfirmSignUp")

	// Nobody hears of who is not there, or of what comes to nothing.
	w.do("ForgotPassword", w.public(in{"Username": "nobody"}))
	w.refused("SignUp", w.public(in{"Username": "kim", "Password": password, "UserAttributes": email("kim@example.com")}), "UsernameExistsException", "")
	w.refused("ConfirmForgotPassword", w.public(ann(in{"ConfirmationCode": "x", "Password": password})), "CodeMismatchException", "")
	after()
}

func TestTriggers_areToldTheEventOfAWS(t *testing.T) {
	w, f := newTriggeredWorld(t, everyTrigger...)
	w.do("SignUp", w.public(in{
		"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com"), "ClientMetadata": in{"k": "v"},
		"ValidationData": []in{{"Name": "code", "Value": "7"}},
	}))
	events := f.taken()
	common := func(source string) map[string]any {
		return map[string]any{
			"version": "1", "region": "us-east-1", "userPoolId": w.pool, "userName": "ann", "triggerSource": source,
			"callerContext": map[string]any{"awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": w.client},
		}
	}
	with := func(event map[string]any, request, response map[string]any) map[string]any {
		event["request"], event["response"] = request, response
		return event
	}
	metadata := map[string]any{"k": "v"}
	u, _ := w.service.User(w.pool, "ann")
	wants := []map[string]any{
		with(common("PreSignUp_SignUp"),
			map[string]any{"userAttributes": map[string]any{"email": "ann@example.com"}, "validationData": map[string]any{"code": "7"}, "clientMetadata": metadata},
			map[string]any{"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}),
		with(common("CustomMessage_SignUp"), map[string]any{
			"userAttributes": map[string]any{"sub": u.Sub, "cognito:user_status": "UNCONFIRMED", "email": "ann@example.com", "email_verified": "false"},
			"codeParameter":  "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": nil, "clientMetadata": metadata,
		}, map[string]any{"smsMessage": nil, "emailMessage": nil, "emailSubject": nil}),
	}
	if diff := cmp.Diff(wants, events); diff != "" {
		t.Errorf("at the sign-up (-want +got):\n%s", diff)
	}
	w.do("ConfirmSignUp", w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com")}))
	confirmed := with(common("PostConfirmation_ConfirmSignUp"), map[string]any{
		"userAttributes": map[string]any{"sub": u.Sub, "cognito:user_status": "CONFIRMED", "email": "ann@example.com", "email_verified": "true"},
	}, map[string]any{})
	if diff := cmp.Diff([]map[string]any{confirmed}, f.taken()); diff != "" {
		t.Errorf("at the confirmation (-want +got):\n%s", diff)
	}
	w.do("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": email("bob@example.com")}))
	events = f.taken()
	if id := events[0]["callerContext"].(map[string]any)["clientId"]; id != "CLIENT_ID_NOT_APPLICABLE" {
		t.Errorf("by an administrator: got the client %v", id)
	}
	if request := events[1]["request"].(map[string]any); request["usernameParameter"] != "{username}" {
		t.Errorf("an invitation: got %v, want the parameter of the name", request)
	}
}

// failing is the answer of a function that fails with words.
func failing(words string) func(context.Context, map[string]any) (any, bool, error) {
	return func(context.Context, map[string]any) (any, bool, error) {
		return in{"errorMessage": words, "errorType": "errorString"}, true, nil
	}
}

// A sign-up that a function refuses leaves nothing: no user, no code, no mail, no count.
func TestTriggers_undoWhatTheyRefuse(t *testing.T) {
	for name, test := range map[string]struct {
		trigger       string
		answer        func(context.Context, map[string]any) (any, bool, error)
		code, message string
	}{
		"pre sign-up":     {"PreSignUp", failing("not you"), "UserLambdaValidationException", "PreSignUp failed with error not you."},
		"custom message":  {"CustomMessage", failing("no words"), "UserLambdaValidationException", "CustomMessage failed with error no words."},
		"not the event":   {"PreSignUp", func(context.Context, map[string]any) (any, bool, error) { return "yes", false, nil }, "InvalidLambdaResponseException", "Unrecognizable lambda output"},
		"no response":     {"PreSignUp", func(context.Context, map[string]any) (any, bool, error) { return in{}, false, nil }, "InvalidLambdaResponseException", "Unrecognizable lambda output"},
		"another's types": {"PreSignUp", responding("PreSignUp_SignUp", in{"autoConfirmUser": "yes"}), "InvalidLambdaResponseException", "Unrecognizable lambda output"},
		"no permission": {"PreSignUp", func(context.Context, map[string]any) (any, bool, error) {
			return nil, false, aws.Refuse(403, "AccessDeniedException", "may not")
		}, "UnexpectedLambdaException", "PreSignUp invocation failed due to error AccessDeniedException."},
		"too many": {"CustomMessage", func(context.Context, map[string]any) (any, bool, error) {
			return nil, false, aws.Refuse(429, "TooManyRequestsException", "Rate Exceeded.")
		}, "UnexpectedLambdaException", "CustomMessage invocation failed due to error TooManyRequestsException."},
		"the sandbox's own": {"PreSignUp", func(context.Context, map[string]any) (any, bool, error) { return nil, false, errors.New("broken") }, "InternalErrorException", ""},
	} {
		t.Run(name, func(t *testing.T) {
			w, f := newTriggeredWorld(t, test.trigger)
			before := w.everything()
			f.answer = test.answer
			w.refused("SignUp", w.public(in{"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com")}), test.code, test.message)
			if calls := len(f.taken()); calls != 1 {
				t.Errorf("got %d calls, want one", calls)
			}
			if diff := cmp.Diff(before, w.everything()); diff != "" || len(w.inbox.Messages()) > 0 {
				t.Errorf("left behind: %v, %s", w.inbox.Messages(), diff)
			}
			f.answer = nil // the control
			w.person("ann", "ann@example.com")
		})
	}
}

// everything is all that the store has.
func (w *world) everything() map[string]string {
	w.t.Helper()
	all := map[string]string{}
	err := w.store.View(func(r store.Reader) error {
		for _, space := range r.Spaces() {
			for key, value := range r.Range(space, store.Range{}) {
				all[space+" "+string(key)] = string(value)
			}
		}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

// Who is confirmed stays so, whatever a function makes of it.
func TestPostConfirmation_failsAfterTheConfirmation(t *testing.T) {
	w, f := newTriggeredWorld(t, "PostConfirmation")
	w.signUp("ann", "ann@example.com")
	f.answer = failing("no welcome")
	confirm := w.public(in{"Username": "ann", "ConfirmationCode": w.lastCode("ann@example.com")})
	w.refused("ConfirmSignUp", confirm, "UserLambdaValidationException", "PostConfirmation failed with error no welcome.")
	if u, _ := w.service.User(w.pool, "ann"); u.Status != "CONFIRMED" {
		t.Errorf("got %+v, want ann confirmed", u)
	}
	w.refused("ConfirmSignUp", confirm, "NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	w.enter("ann", password)
}

// A function that does not answer is called three times, and one that answers at the third has answered.
func TestTriggers_areCalledThreeTimesForAnAnswer(t *testing.T) {
	w, f := newTriggeredWorld(t, "PreSignUp")
	if w.service.triggerLimit != 5*time.Second {
		t.Errorf("got a limit of %v, want five seconds", w.service.triggerLimit)
	}
	w.service.triggerLimit = time.Millisecond
	late := func(times int) func(context.Context, map[string]any) (any, bool, error) {
		return func(ctx context.Context, event map[string]any) (any, bool, error) {
			if times--; times < 0 {
				return event, false, nil
			}
			<-ctx.Done()
			return nil, false, ctx.Err()
		}
	}
	f.answer = late(3)
	signUp := w.public(in{"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com")})
	w.refused("SignUp", signUp, "UnexpectedLambdaException", "PreSignUp invocation failed due to error Socket timeout while invoking Lambda function.")
	if calls := len(f.taken()); calls != 3 {
		t.Errorf("got %d calls, want 3", calls)
	}
	w.service.triggerLimit = time.Minute // which nothing waits for
	limited := 0
	f.answer = func(ctx context.Context, event map[string]any) (any, bool, error) {
		if _, bounded := ctx.Deadline(); bounded {
			limited++
		}
		return event, false, nil
	}
	w.do("SignUp", signUp)
	if limited != 1 {
		t.Errorf("got %d calls with a time, want one", limited)
	}
}

// A function can call the service, which waits for nobody: no lock is held while it runs. The one who comes second finds
// the name taken, whoever was asked first.
func TestTriggers_runWhileTheServiceGoesOn(t *testing.T) {
	w, f := newTriggeredWorld(t, "PreSignUp")
	ann := w.public(in{"Username": "ann", "Password": password, "UserAttributes": email("ann@example.com")})
	var second *aws.Error
	first := true
	f.answer = func(_ context.Context, event map[string]any) (any, bool, error) {
		if first {
			first = false
			w.do("AdminCreateUser", w.admin(in{"Username": "bob", "UserAttributes": email("bob@example.com")}))
			_, second = w.try("SignUp", ann)
		}
		return event, false, nil
	}
	w.refused("SignUp", ann, "UsernameExistsException", "")
	if second != nil {
		t.Errorf("who was asked last: got %v", second)
	}
	w.do("AdminGetUser", w.admin(in{"Username": "bob"}))
}

// Each member of LambdaConfig is known, or is refused with the reason why.
func TestTriggers_areAllKnownOrRefusedByName(t *testing.T) {
	w := newWorld(t)
	members := map[string]bool{}
	for path := range schema.Current().Types[poolType].Properties {
		if name, is := strings.CutPrefix(path, "LambdaConfig."); is && !strings.Contains(name, ".") {
			members[name] = true
		}
	}
	if len(members) < 10 {
		t.Fatalf("got %v, want all members", members)
	}
	for name := range members {
		_, err := w.service.ResourceTypes()[poolType].Create(context.Background(), resource("Another", w.settingsOf(poolType, func(p map[string]any) {
			p["LambdaConfig"] = map[string]any{name: functionARN}
		})))
		if known := slices.Contains(everyTrigger, name); known != (err == nil) || !known && !strings.Contains(err.Error(), "LambdaConfig."+name+": not supported by the sandbox: ") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	output := func() any {
		return w.do("DescribeUserPool", w.admin(in{}))["UserPool"].(map[string]any)["LambdaConfig"]
	}
	if got := output(); got != nil {
		t.Errorf("without triggers: got %v", got)
	}
	w, _ = newTriggeredWorld(t, "PreSignUp")
	if diff := cmp.Diff(map[string]any{"PreSignUp": functionARN}, output()); diff != "" {
		t.Error(diff)
	}
}
