package roles_test

import (
	"context"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// acting is who acts with a role of the stack API as a service that its trust policy names.
func (r *rig) acting(role, service string) aws.Caller {
	r.t.Helper()
	caller, err := r.s.As(context.Background(), r.roleARN("API", role), "session", iam.Service{Name: service})
	if err != nil {
		r.t.Fatal(err)
	}
	return caller
}

// M91: a function may do what its column of the table of files says, and touches no identity, role or other function.
func TestAs_M91_givesFunctionsTheirColumnsAlone(t *testing.T) {
	r := newRig(t)
	functions := map[string]aws.Caller{
		"pictures": r.acting("PicturesRole", "lambda.amazonaws.com"), "remover": r.acting("RemoverRole", "lambda.amazonaws.com"),
	}
	for _, test := range []struct {
		action, resource  string
		pictures, remover bool
	}{
		{"s3:GetObject", files + "uploads/sub-a/x", true, false},
		{"s3:PutObject", files + "uploads/sub-a/x", false, false},
		{"s3:DeleteObjectVersion", files + "uploads/sub-a/x", false, true},
		{"s3:PutObject", files + "originals/sub-a/x", true, false},
		{"s3:PutObject", files + "answers/x", true, false},
		{"s3:PutObject", files + "public/photos/f/160.webp", true, false},
		{"s3:DeleteObjectVersion", files + "public/photos/f/160.webp", false, true},
		{"s3:DeleteObject", files + "public/photos/f/160.webp", false, false},
		{"s3:PutObject", files + "public/products/f/160.webp", true, false},
		{"s3:DeleteObject", files + "public/products/f/160.webp", true, true},
		{"s3:DeleteObjectVersion", files + "public/products/f/160.webp", false, false},
		{"s3:PutObject", files + "drafts/f/160.webp", true, false},
		{"s3:DeleteObject", files + "drafts/f/160.webp", false, true},
		{"s3:GetObject", files + "private/us-east-1:a/x", false, false},
		{"s3:GetObject", files + "protected/us-east-1:a/x", false, false},
		{"s3:PutObject", files + "public/x.png", false, false},
		{"cognito-idp:AdminAddUserToGroup", "arn:aws:cognito-idp:us-east-1:" + account + ":userpool/p", false, false},
		{"iam:PassRole", r.roleARN("Identity", "AdminRole"), false, false},
		{"sts:AssumeRole", r.roleARN("Identity", "AdminRole"), false, false},
		{"dynamodb:GetRecords", heard, true, true}, // M103
		{"dynamodb:GetShardIterator", heard, true, true},
		{"dynamodb:ListStreams", heard, false, false},
		{"s3:PutObject", failures + "/aws/lambda/x", true, true}, // M104
		{"s3:GetObject", failures + "/aws/lambda/x", false, false},
		{"dynamodb:GetItem", "arn:aws:dynamodb:us-east-1:" + account + ":photosb9552d0d", false, true}, // M106
		{"dynamodb:PutItem", "arn:aws:dynamodb:us-east-1:" + account + ":photosb9552d0d", false, false},
		{"lambda:InvokeFunction", function("pictures"), false, false},
		{"lambda:InvokeFunction", function("remover"), false, false},
	} {
		for name, want := range map[string]bool{"pictures": test.pictures, "remover": test.remover} {
			decision, reasons := aws.Authorize(context.Background(), functions[name], aws.Request{Action: test.action, Resource: test.resource})
			if (decision == iam.Allow) != want {
				t.Errorf("%s: %s on %s: got %s %s, want allowed %t", name, test.action, test.resource, decision, reasons, want)
			}
		}
	}
}

// heard and failures are the stream of products and the bucket of what functions gave up, as deploytest makes them up.
const (
	heard    = "arn:aws:dynamodb:us-east-1:" + account + ":products229621c6"
	failures = "arn:aws:s3:::failures8a3e1a2f"
)

// function is the ARN of a function as deploytest makes it up.
func function(name string) string {
	id := map[string]string{"pictures": "picturesfunction8d5ad6e3", "remover": "removerfunctionca3310fa"}[name]
	return "arn:aws:lambda:us-east-1:" + account + ":function:" + id
}

// M97: a function is invoked by the role of its own data source, and by nobody else who is in the templates.
func TestAs_M97_letsTheSourceOfAFunctionAloneInvokeIt(t *testing.T) {
	r := newRig(t)
	callers := map[string]aws.Caller{
		"a guest": r.caller(r.guest().AccessKeyID), "a user": r.caller(r.user("a").AccessKeyID),
		"the function pictures": r.acting("PicturesRole", "lambda.amazonaws.com"),
		"Pictures":              r.acting("PicturesSourceRole", "appsync.amazonaws.com"),
		"Remover":               r.acting("RemoverSourceRole", "appsync.amazonaws.com"),
		"Products":              r.acting("ProductsRole", "appsync.amazonaws.com"),
	}
	for name, caller := range callers {
		for _, called := range []string{"pictures", "remover"} {
			want := name == "Pictures" && called == "pictures" || name == "Remover" && called == "remover"
			decision, _ := aws.Authorize(context.Background(), caller, aws.Request{Action: "lambda:InvokeFunction", Resource: function(called)})
			if (decision == iam.Allow) != want {
				t.Errorf("%s invokes %s: got %s, want allowed %t", name, called, decision, want)
			}
		}
	}
	// The roles of functions are Lambda's, and those of sources AppSync's.
	for role, service := range map[string]string{"PicturesRole": "appsync.amazonaws.com", "PicturesSourceRole": "lambda.amazonaws.com"} {
		if _, err := r.s.As(context.Background(), r.roleARN("API", role), "s", iam.Service{Name: service}); codeOf(err) != "AccessDenied" {
			t.Errorf("%s for %s: got %v, want AccessDenied", role, service, err)
		}
	}
}
