package iam_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/iam"
)

// sides are the statements of one random set of policies.
type sides struct{ identity, resource, session []map[string]any }

func (r random) sides() sides {
	s := sides{identity: r.statements(iam.Identity), resource: r.statements(iam.Resource)}
	if r.IntN(3) == 0 {
		s.session = r.statements(iam.Session)
	}
	return s
}

func (s sides) policies(t *testing.T) iam.Policies {
	t.Helper()
	p := iam.Policies{
		Identity: []*iam.Policy{mustParse(t, iam.Identity, "I", document(t, s.identity))},
		Resource: []*iam.Policy{mustParse(t, iam.Resource, "R", document(t, s.resource))},
	}
	if s.session != nil {
		p.Session = []*iam.Policy{mustParse(t, iam.Session, "S", document(t, s.session))}
	}
	return p
}

const (
	propertyPolicies = 1500 // random sets of policies
	propertyRequests = 10   // random requests to each
)

func TestProperty_addingADenyNeverWidens(t *testing.T) {
	r := newRandom(1)
	narrowed, allowed := 0, 0
	for range propertyPolicies {
		s := r.sides()
		before := s.policies(t)
		switch r.IntN(3) {
		case 0:
			s.identity = append(slices.Clone(s.identity), r.statement(iam.Identity, "Deny"))
		case 1:
			s.resource = append(slices.Clone(s.resource), r.statement(iam.Resource, "Deny"))
		default:
			if s.session == nil {
				continue // a first session policy narrows by itself
			}
			s.session = append(slices.Clone(s.session), r.statement(iam.Session, "Deny"))
		}
		after := s.policies(t)
		for range propertyRequests {
			request := r.request()
			was, _ := iam.Authorize(request, before)
			is, reasons := iam.Authorize(request, after)
			if is && !was {
				t.Fatalf("widened: %s\n%s\n%s", reasons, document(t, s.identity), document(t, s.resource))
			}
			if was {
				allowed++
			}
			if was && !is {
				narrowed++
			}
		}
	}
	if narrowed == 0 || allowed == narrowed {
		t.Errorf("of %d allowed requests %d were denied: the test proves nothing", allowed, narrowed)
	}
}

func TestProperty_addingAnAllowNeverNarrows(t *testing.T) {
	r := newRandom(2)
	widened := 0
	for range propertyPolicies {
		s := r.sides()
		before := s.policies(t)
		s.identity = append(slices.Clone(s.identity), r.statement(iam.Identity, "Allow"))
		s.resource = append(slices.Clone(s.resource), r.statement(iam.Resource, "Allow"))
		after := s.policies(t)
		for range propertyRequests {
			request := r.request()
			was, reasons := iam.Authorize(request, before)
			is, _ := iam.Authorize(request, after)
			if was && !is {
				t.Fatalf("narrowed: %s\n%s\n%s", reasons, document(t, s.identity), document(t, s.resource))
			}
			if is && !was {
				widened++
			}
		}
	}
	if widened == 0 {
		t.Error("no request was allowed by an addition: the test proves nothing")
	}
}

func TestProperty_orderNeverMatters(t *testing.T) {
	r := newRandom(3)
	causes := map[iam.Cause]int{}
	for range propertyPolicies {
		s := r.sides()
		before := s.policies(t)
		for _, list := range [][]map[string]any{s.identity, s.resource, s.session} {
			r.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		}
		after := s.policies(t)
		// One policy of all statements, or each in a policy of its own.
		if r.IntN(2) == 0 {
			after.Identity = nil
			for i := range s.identity {
				after.Identity = append(after.Identity, mustParse(t, iam.Identity, "I", document(t, s.identity[i:i+1])))
			}
		}
		for range propertyRequests {
			request := r.request()
			was, why := iam.Authorize(request, before)
			r.Shuffle(len(request.Context), func(i, j int) {
				request.Context[i], request.Context[j] = request.Context[j], request.Context[i]
			})
			is, because := iam.Authorize(request, after)
			if was != is || why.Cause != because.Cause {
				t.Fatalf("got %s, want %s", because, why)
			}
			causes[fitting(is, because.Cause)]++
		}
	}
	for _, cause := range []iam.Cause{iam.NotAllowed, iam.ExplicitDeny, iam.OutsideSession, iam.OtherAccount, iam.ByIdentity, iam.ByResource} {
		if causes[cause] == 0 {
			t.Errorf("no request ended in %q: the test proves too little", cause)
		}
	}
}

// fitting is the cause of a decision, which it has to fit.
func fitting(d iam.Decision, c iam.Cause) iam.Cause {
	if bool(d) != (c >= iam.ByIdentity) {
		panic(fmt.Sprintf("%s because %s", d, c))
	}
	return c
}

// hostile are values that a careless substitution would turn into something else.
var hostile = []string{"*", "?", "**", "a*", "?a", "${*}", "${aws:PrincipalTag/user}", "$", "{", "}", "a:b", ":", "%2F", "..", "é", "\u212A", "us-east-1:0a1b"}

func (r random) name() string {
	b := strings.Builder{}
	for range 1 + r.IntN(3) {
		b.WriteString(pick(r, append(hostile, "a", "b", "x", "user")...))
	}
	return b.String()
}

// literally writes text so that a policy takes it as a literal.
func literally(text string) string {
	return strings.NewReplacer("*", "${*}", "?", "${?}", "$", "${$}").Replace(text)
}

func TestProperty_substitutionNeverAddsAWildcard(t *testing.T) {
	r := newRandom(4)
	forms := []struct{ with, key string }{
		{`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/X/*"}`, "%s"},
		{`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringLike":{"t:k":"X*"}}}`, "%s"},
		{`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEquals":{"t:k":"X"}}}`, "%s"},
		{`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"ArnLike":{"t:k":"arn:aws:s3:::X/*"}}}`, "arn:aws:s3:::%s/k"},
		{`{"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*","Condition":{"StringEqualsIgnoreCase":{"t:k":"X"}}}`, "%s"},
	}
	same := 0
	for range 6_000 {
		form := pick(r, forms...)
		name, other := r.name(), r.name()
		if r.IntN(3) == 0 {
			other = name
		}
		variable := mustParse(t, iam.Identity, "V", `{"Version":"2012-10-17","Statement":`+strings.Replace(form.with, "X", "${aws:PrincipalTag/user}", 1)+`}`)
		literal := mustParse(t, iam.Identity, "L", `{"Version":"2012-10-17","Statement":`+strings.Replace(form.with, "X", literally(name), 1)+`}`)
		request := iam.Request{
			Principal: iam.RoleSession{Role: "arn:aws:iam::111122223333:role/r", Tags: []iam.Tag{{Key: "user", Value: name}}},
			Action:    "s3:GetObject", Resource: bucket + "/" + other + "/x",
			Context: iam.Context{{Name: "t:k", Value: fmt.Sprintf(form.key, other)}},
		}
		got, reasons := iam.Authorize(request, iam.Policies{Identity: []*iam.Policy{variable}})
		want, _ := iam.Authorize(request, iam.Policies{Identity: []*iam.Policy{literal}})
		if got != want {
			t.Fatalf("%q asked for %q: got %s, with the value as a literal %s\n%s", name, other, got, want, form.with)
		}
		if other == name && bool(got) {
			same++
		}
		if other != name && bool(got) && !strings.Contains(form.with, `"StringLike"`) && !strings.EqualFold(name, other) {
			t.Errorf("%q reaches %q: %s", name, other, reasons)
		}
	}
	if same == 0 {
		t.Error("nobody reached their own: the test proves nothing")
	}
}

// TestProperty_nobodyReachesAnothersPrivateFolder asks for random pairs of users and random keys. An identity's id
// comes from Cognito and has no slash; whatever else is in it must not matter.
func TestProperty_nobodyReachesAnothersPrivateFolder(t *testing.T) {
	p := newShipped(t)
	r := random{rand.New(rand.NewPCG(5, 1))}
	verbs := []string{
		"s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts",
		"s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectAcl", "s3:PutObjectAcl", "s3:GetObjectTagging",
		"s3:PutObjectTagging", "s3:RestoreObject", "s3:GetObjectAttributes", "s3:PutObjectRetention",
	}
	reached := 0
	for range 10_000 {
		a, b := r.name(), r.name()
		if a == b {
			continue
		}
		key := "private/us-east-1:" + a + "/" + pick(r, "", "x.png", r.name(), "../us-east-1:"+b+"/x", "us-east-1:"+b+"/x", "*")
		role, policies := "user", p.user
		if r.IntN(2) == 0 {
			role, policies = "admin", p.admin
		}
		request := iam.Request{Principal: signedIn(role, b), Action: pick(r, verbs...), Resource: bucket + "/" + key, ResourceAccount: account, Context: overTLS()}
		if got, reasons := iam.Authorize(request, policies); got {
			t.Fatalf("%q reaches %q: %s", b, a, reasons)
		}
		list := iam.Request{Principal: request.Principal, Action: "s3:ListBucket", Resource: bucket, ResourceAccount: account, Context: overTLS(iam.Key{Name: "s3:prefix", Value: key})}
		if got, reasons := iam.Authorize(list, policies); got {
			t.Fatalf("%q lists %q: %s", b, a, reasons)
		}

		request.Principal, list.Principal = signedIn(role, a), signedIn(role, a)
		request.Action = pick(r, verbs[:5]...)
		if got, reasons := iam.Authorize(request, policies); !got {
			t.Fatalf("%q does not reach its own: %s", a, reasons)
		}
		if got, reasons := iam.Authorize(list, policies); !got {
			t.Fatalf("%q does not list its own: %s", a, reasons)
		}
		reached++
	}
	if reached < 5_000 {
		t.Errorf("got %d pairs, want more", reached)
	}
}
