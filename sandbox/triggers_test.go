package sandbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	goruntime "runtime"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	runtime "github.com/aws/aws-lambda-go/lambda"

	"lightbox.example/lightbox/sandbox"
)

// triggerArgument makes this test binary the program of a user pool's function.
const triggerArgument = "trigger"

// trigger is a function for every trigger, by AWS's own types of their events.
func trigger() {
	runtime.Start(func(_ context.Context, text json.RawMessage) (any, error) {
		var header events.CognitoEventUserPoolsHeader
		if err := json.Unmarshal(text, &header); err != nil {
			return nil, err
		}
		switch kind, _, _ := strings.Cut(header.TriggerSource, "_"); kind {
		case "PreSignUp":
			return answering(text, func(e *events.CognitoEventUserPoolsPreSignup) error {
				address, trusted := e.Request.UserAttributes["email"], e.Request.ValidationData["invitation"] == e.UserPoolID
				if !strings.HasSuffix(address, "@example.com") {
					return errors.New("only addresses of example.com may sign up")
				}
				e.Response.AutoConfirmUser, e.Response.AutoVerifyEmail = trusted, trusted
				return nil
			})
		case "PostConfirmation":
			return answering(text, func(e *events.CognitoEventUserPoolsPostConfirmation) error {
				if e.UserName == "unwelcome" || e.Request.UserAttributes["email_verified"] != "true" {
					return errors.New("no welcome for " + e.UserName)
				}
				return nil
			})
		}
		return answering(text, func(e *events.CognitoEventUserPoolsCustomMessage) error {
			e.Response.EmailSubject = "Hello " + e.UserName
			e.Response.EmailMessage = e.Request.CodeParameter + " is for " + e.Request.UserAttributes["email"].(string) + e.Request.ClientMetadata["sign"]
			return nil
		})
	})
}

// answering answers an event as a function of it has changed it.
func answering[E any](text []byte, change func(*E) error) (any, error) {
	var event E
	if err := json.Unmarshal(text, &event); err != nil {
		return nil, err
	}
	return event, change(&event)
}

// triggerTemplate has a pool with a function for every trigger, which it may call by a permission.
func triggerTemplate(permission object) object {
	arn := attribute("Function", "Arn")
	return object{
		"Resources": object{
			"Role": object{"Type": "AWS::IAM::Role", "Properties": object{"AssumeRolePolicyDocument": trusting("lambda.amazonaws.com")}},
			"Function": object{"Type": "AWS::Lambda::Function", "Properties": object{
				"FunctionName": "trigger", "Runtime": "provided.al2023", "Handler": "bootstrap", "Role": attribute("Role", "Arn"), "MemorySize": 256, "Timeout": 60,
				"Architectures": []any{map[string]string{"amd64": "x86_64", "arm64": "arm64"}[goruntime.GOARCH]},
				"Code":          object{"S3Bucket": joined("cdk-hnb659fds-assets-", ref("AWS::AccountId"), "-", ref("AWS::Region")), "S3Key": "program.zip"},
			}},
			"Pool": object{"Type": "AWS::Cognito::UserPool", "Properties": object{
				"AutoVerifiedAttributes": []any{"email"}, "AliasAttributes": []any{"email"},
				"EmailConfiguration": object{"EmailSendingAccount": "DEVELOPER", "SourceArn": "arn:aws:ses:us-east-1:000000000000:identity/example.com"},
				"LambdaConfig":       object{"PreSignUp": arn, "PostConfirmation": arn, "CustomMessage": arn},
			}},
			"Client":     object{"Type": "AWS::Cognito::UserPoolClient", "Properties": object{"UserPoolId": ref("Pool")}},
			"Permission": object{"Type": "AWS::Lambda::Permission", "Properties": permission},
		},
		"Outputs": object{"Pool": object{"Value": ref("Pool")}, "Client": object{"Value": ref("Client")}},
	}
}

// ofPool is the permission that AWS advises.
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-user-pools-working-with-lambda-triggers.html
func ofPool() object {
	return object{
		"Action": "lambda:InvokeFunction", "FunctionName": attribute("Function", "Arn"), "Principal": "cognito-idp.amazonaws.com",
		"SourceArn": attribute("Pool", "Arn"), "SourceAccount": ref("AWS::AccountId"),
	}
}

// triggerRig is a deployed triggerTemplate, as a client sees it.
type triggerRig struct {
	*testing.T
	s            *sandbox.Sandbox
	pool, client string
	mails        *[]sandbox.Mail
}

func triggered(t *testing.T, permission object) triggerRig {
	t.Helper()
	var mails []sandbox.Mail
	s := start(t, sandbox.Config{Mail: func(m sandbox.Mail) { mails = append(mails, m) }})
	if err := s.Deploy(t.Context(), programAssembly(t, triggerTemplate(permission), triggerArgument), nil); err != nil {
		t.Fatal(err)
	}
	var overview sandbox.Overview
	decode(t, get(t, http.DefaultClient, "http://"+s.HTTP()+"/_lightbox/"), &overview)
	return triggerRig{t, s, overview.Output("T", "Pool"), overview.Output("T", "Client"), &mails}
}

// asks sends an operation; what AWS's credentials are for is signed.
func (p triggerRig) asks(operation string, in object) answer {
	p.Helper()
	in["ClientId"] = p.client
	if strings.HasPrefix(operation, "Admin") {
		delete(in, "ClientId")
		in["UserPoolId"] = p.pool
	}
	body, err := json.Marshal(in)
	if err != nil {
		p.Fatal(err)
	}
	request := unsigned(p, http.MethodPost, "https://cognito-idp.us-east-1.amazonaws.com/", body)
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	if in["UserPoolId"] != nil {
		sign(p, request, "cognito-idp")
	}
	return do(p, client(p, p.s), request)
}

// signsUp has somebody sign up with an address, and more.
func (p triggerRig) signsUp(name, address string, more object) answer {
	p.Helper()
	in := object{"Username": name, "Password": "Correct-Horse-1", "UserAttributes": []any{object{"Name": "email", "Value": address}}}
	for key, value := range more {
		in[key] = value
	}
	return p.asks("SignUp", in)
}

// wants wants a status, and a text in the body.
func (p triggerRig) wants(got answer, status int, text string) {
	p.Helper()
	if got.status != status || !strings.Contains(got.body, text) {
		p.Errorf("got %d %s, want %d %s", got.status, got.body, status, text)
	}
}

// A real program reads the events of AWS, and Cognito what it answers.
func TestTriggers_areProgramsThatAPoolCalls(t *testing.T) {
	p := triggered(t, ofPool())
	p.wants(p.signsUp("eve", "eve@example.org", nil), http.StatusBadRequest,
		`"__type":"UserLambdaValidationException","message":"PreSignUp failed with error only addresses of example.com may sign up."`)
	p.wants(p.asks("AdminGetUser", object{"Username": "eve"}), http.StatusBadRequest, "UserNotFoundException")
	p.wants(p.asks("AdminCreateUser", object{"Username": "eve", "UserAttributes": []any{object{"Name": "email", "Value": "eve@example.org"}}}), http.StatusBadRequest, "only addresses of")

	p.wants(p.signsUp("ann", "ann@example.com", object{"ClientMetadata": object{"sign": "!"}}), http.StatusOK, `"UserConfirmed":false`)
	mail := (*p.mails)[0]
	if mail.Subject != "Hello ann" || mail.Body != mail.Code+" is for ann@example.com!" {
		t.Errorf("got %+v, want the words of the function", mail)
	}
	p.wants(p.asks("ConfirmSignUp", object{"Username": "ann", "ConfirmationCode": mail.Code}), http.StatusOK, "")

	invited := object{"ValidationData": []any{object{"Name": "invitation", "Value": p.pool}}}
	p.wants(p.signsUp("kim", "kim@example.com", invited), http.StatusOK, `"UserConfirmed":true`)
	p.wants(p.signsUp("unwelcome", "u@example.com", invited), http.StatusBadRequest, "PostConfirmation failed with error no welcome for unwelcome.")
	p.wants(p.asks("AdminGetUser", object{"Username": "unwelcome"}), http.StatusOK, "CONFIRMED")
	if len(*p.mails) != 1 {
		t.Errorf("got %d mails, want none to whom the function confirms", len(*p.mails))
	}
}

// The function's own policy says who may call it: a pool is told as it is by AWS that it may not.
func TestTriggers_areCalledByThePermissionAlone(t *testing.T) {
	for name, change := range map[string]func(permission object){
		"control": func(object) {},
		"another pool": func(p object) {
			p["SourceArn"] = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_another"
		},
		"another account": func(p object) { p["SourceAccount"] = "111122223333" },
		"another service": func(p object) { p["Principal"] = "appsync.amazonaws.com" },
		"another action":  func(p object) { p["Action"] = "lambda:GetFunction" },
	} {
		t.Run(name, func(t *testing.T) {
			permission := ofPool()
			change(permission)
			p := triggered(t, permission)
			if got := p.signsUp("ann", "ann@example.com", nil); name == "control" {
				p.wants(got, http.StatusOK, "UserSub")
			} else {
				p.wants(got, http.StatusBadRequest, `"__type":"UnexpectedLambdaException","message":"PreSignUp invocation failed due to error AccessDeniedException."`)
			}
		})
	}
}
