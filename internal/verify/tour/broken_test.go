package tour_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/verify"
	"lightbox.example/lightbox/internal/verify/tour"
)

// object is one of JSON.
type object = map[string]any

// breaks are what somebody opens by hand, each in one place, and a row that names it; none for what is no fault.
var breaks = []struct {
	name, stack, resource string
	open                  func(properties object)
	want                  string
}{
	{
		"guests list", "FileStorage", "GuestAccess",
		func(p object) {
			document := p["PolicyDocument"].(object)
			document["Statement"] = append(document["Statement"].([]any), object{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"})
		},
		"protected/{identity}/: a guest, list in protected/{identity}/ of a user: got allowed, want AccessDenied",
	},
	{
		"users use others' private/", "FileStorage", "UserAccess", func(p object) { replace(p, "/private/${cognito-identity.amazonaws.com:sub}/*", "/private/*") },
		"private/{identity}/: another user, put in private/{identity}/ of a user: got allowed, want AccessDenied",
	},
	{
		"the bucket without TLS", "FileStorage", "FilesPolicy",
		func(p object) {
			document := p["PolicyDocument"].(object)
			document["Statement"] = document["Statement"].([]any)[1:]
		},
		"M06 the bucket: a user, get their own file by plain HTTP: got allowed, want AccessDenied",
	},
	{
		"other sites", "FileStorage", "Files8", func(p object) { replace(p, "http://localhost:3000", "*") },
		`M74 the bucket: anyone, ask from https://evil.example: got 200, origin`,
	},
	{
		"who has an account", "Auth", "WebClient", func(p object) { p["PreventUserExistenceErrors"] = "LEGACY" },
		"M19 the user pool: anyone, sign in as nobody: got UserNotFoundException, want NotAuthorizedException",
	},
	{"a second factor for all", "Auth", "UserPool", func(p object) { p["MfaConfiguration"] = "ON" }, ""},
	{
		"tokens after a sign-out", "Identity", "IdentityPoolEC", func(p object) { p["CognitoIdentityProviders"].([]any)[0].(object)["ServerSideTokenCheck"] = false },
		"M64 the identity pool: another user, get keys after that: got allowed, want NotAuthorizedException",
	},
	{
		"plain HTTP at the CDN", "CDN", "Distribution", func(p object) { replace(p, "redirect-to-https", "allow-all") },
		"M14 the CDN: anyone, get by plain HTTP: got 403",
	},
	{
		"frames", "CDN", "ResponseHeaders", func(p object) { replace(p, "DENY", "SAMEORIGIN") },
		`M77 the CDN: anyone, look for DENY in X-Frame-Options: got "SAMEORIGIN", want there`,
	},
	{
		"guests hear of photos", "API", "", func(p object) {
			replace(p, "/types/Subscription/fields/onProductPublished", "/types/Subscription/fields/*")
			replace(p, `(mutations: ["createPhoto"]) @aws_cognito_user_pools`, `(mutations: ["createPhoto"]) @aws_iam @aws_cognito_user_pools`)
			replace(p, "type Photo @aws_cognito_user_pools", "type Photo @aws_iam @aws_cognito_user_pools")
		},
		"Subscription.onPhotoCreated: a guest, subscribe by IAM: got allowed, want Unauthorized or UnauthorizedException",
	},
}

// replace replaces a part of all texts below a value.
func replace(value any, old, by string) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, old, by)
	case []any:
		for i := range value {
			value[i] = replace(value[i], old, by)
		}
	case object:
		for key, below := range value {
			delete(value, key)
			value[strings.ReplaceAll(key, old, by)] = replace(below, old, by)
		}
	}
	return value
}

// opened is a template with what the breaks make of it.
func opened(t *testing.T) func(stack string, template []byte) []byte {
	return func(stack string, template []byte) []byte {
		var document object
		numbers := json.NewDecoder(bytes.NewReader(template))
		numbers.UseNumber()
		if err := numbers.Decode(&document); err != nil {
			t.Fatal(err)
		}
		for _, one := range breaks {
			if one.stack != stack {
				continue
			}
			changed := false
			for id, resource := range document["Resources"].(object) {
				before, _ := json.Marshal(resource)
				if properties, has := resource.(object)["Properties"].(object); has && strings.HasPrefix(id, one.resource) {
					one.open(properties)
				}
				after, _ := json.Marshal(resource)
				changed = changed || !bytes.Equal(before, after)
			}
			if !changed {
				t.Errorf("%s: got nothing to open in %s", one.name, stack)
			}
		}
		var text bytes.Buffer
		encoder := json.NewEncoder(&text)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(document); err != nil {
			t.Fatal(err)
		}
		return text.Bytes()
	}
}

// broken has the deployment opened in several places, and wants each named, and nothing else. The control is the walk before.
func (r *rig) broken(t *testing.T) {
	before := r.left(t)
	if err := r.s.Deploy(t.Context(), deploytest.WorkingAssembly(t, "../../..", "dev", opened(t)), nil); err != nil {
		t.Fatal(err)
	}
	rows, err := tour.Walk(t.Context(), r.world, false)
	if err != nil {
		t.Error(err)
	}
	violations := strings.Join(those(rows, verify.Violation), "\n")
	for _, one := range breaks {
		if !strings.Contains(violations, one.want) {
			t.Errorf("%s: got no row that begins with %s in\n%s", one.name, one.want, violations)
		}
	}
	for _, quiet := range []string{"uploads/{user}/: a user, put", "Query.listDrafts", "M20 ", "M52 ", "originals/{user}/: another user, get"} {
		if strings.Contains(violations, quiet) {
			t.Errorf("got a violation about %s, which nobody opened, in\n%s", quiet, violations)
		}
	}
	r.backAt(t, "a walk where much is open", before)
}
