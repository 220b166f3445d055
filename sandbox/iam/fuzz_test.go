package iam_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/iam"
)

// FuzzParse holds that whatever is accepted can be compiled, written in canonical form and asked, and that one deny of
// everything closes it.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		var groups []map[string]json.RawMessage
		if err := json.Unmarshal(data, &groups); err != nil {
			f.Fatal(err)
		}
		for _, g := range groups {
			for kind, name := range []string{"identity", "resource", "session", "trust"} {
				var documents []json.RawMessage
				if g[name] != nil && json.Unmarshal(g[name], &documents) == nil {
					for _, d := range documents {
						f.Add(uint8(kind), []byte(d))
					}
				}
			}
			for _, name := range []string{"document", "instead"} {
				if g[name] != nil {
					f.Add(uint8(0), []byte(g[name]))
				}
			}
		}
	}
	f.Fuzz(func(t *testing.T, kind uint8, data []byte) {
		k := iam.Kind(kind % 4)
		p, err := iam.Parse(k, "P", data)
		if err != nil {
			if p != nil {
				t.Fatal("got a policy with an error")
			}
			return
		}
		closed := `{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}`
		request := iam.Request{Principal: signedIn("user", "me"), Action: "s3:GetObject", Resource: bucket + "/private/us-east-1:me/x", Context: overTLS()}
		policies := iam.Policies{Identity: []*iam.Policy{mustParse(t, iam.Identity, "Closed", closed)}}
		open := iam.Policies{}
		for _, set := range []*iam.Policies{&policies, &open} {
			switch k {
			case iam.Identity:
				set.Identity = append(set.Identity, p)
			case iam.Session:
				set.Session = append(set.Session, p)
			default:
				set.Resource = append(set.Resource, p)
			}
		}
		if got, reasons := iam.Authorize(request, policies); got {
			t.Fatalf("allowed in spite of a deny: %s", reasons)
		}
		_, reasons := iam.Authorize(request, open)
		for _, v := range reasons.Verdicts() {
			if v.Applies() != (v.Why == "") {
				t.Fatalf("a verdict without its why: %+v", v)
			}
		}
		if len(data) > 4096 {
			return // the canonical form compares all pairs of rules
		}
		if rules := iam.Normalize(p, p); !sameRules([]*iam.Policy{p}, []*iam.Policy{p, p}) || len(rules) != len(iam.Normalize(p)) {
			t.Fatal("a policy twice is not that policy")
		}
	})
}

// FuzzAuthorize holds the one promise that matters most against any id and key: the private area is open to those whose
// id is the folder's name, character by character, and to nobody else. (An id that is not UTF-8 is none.)
func FuzzAuthorize(f *testing.F) {
	f.Add("us-east-1:1b2c", "private/us-east-1:1b2c/x.png")
	f.Add("*", "private/us-east-1:1b2c/x.png")
	f.Add("us-east-1:?b2c", "private/us-east-1:1b2c/x.png")
	f.Add("${aws:PrincipalTag/user}", "private/sub/x")
	f.Add("", "private//x")
	f.Add("a/b", "private/a/b/c")
	f.Add("\xff", "private/\xff/x")
	f.Fuzz(func(t *testing.T, id, key string) {
		session := iam.RoleSession{Role: "arn:aws:iam::111122223333:role/user", Identity: iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Subject: id}}
		p := userPolicies(t)
		if !strings.HasPrefix(key, "private/") {
			key = "private/" + key
		}
		want := iam.Decision(id != "" && utf8.ValidString(id) && strings.HasPrefix(key, "private/"+id+"/"))
		request := iam.Request{Principal: session, Action: "s3:GetObject", Resource: bucket + "/" + key, Context: overTLS()}
		if got, reasons := iam.Authorize(request, p); got != want {
			t.Fatalf("id %q, key %q: got %s", id, key, reasons)
		}
		request.Action, request.Resource = "s3:ListBucket", bucket
		request.Context = overTLS(iam.Key{Name: "s3:prefix", Value: key})
		if got, reasons := iam.Authorize(request, p); got != want {
			t.Fatalf("id %q, prefix %q: got %s", id, key, reasons)
		}
	})
}

var fuzzed iam.Policies

func userPolicies(t *testing.T) iam.Policies {
	if fuzzed.Identity == nil {
		fuzzed = newShipped(t).user
	}
	return fuzzed
}
