package waf

import (
	"context"
	"errors"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	anAPI  = "arn:aws:appsync:us-east-1:000000000000:apis/abcdefghijklmnopqrstuvwxyz"
	aPool  = "arn:aws:cognito-idp:us-east-1:000000000000:userpool/us-east-1_Abc012def"
	anACL  = "arn:aws:wafv2:us-east-1:111122223333:regional/webacl/guard/0f0e0d0c-0b0a-4908-8706-050403020100"
	nobody = "arn:aws:elasticloadbalancing:us-east-1:000000000000:loadbalancer/app/a/b"
)

func made(resource, acl string, more ...string) (aws.State, error) {
	properties := map[string]any{"ResourceArn": resource, "WebACLArn": acl}
	for _, name := range more {
		properties[name] = "x"
	}
	r := aws.Resource{Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "S", LogicalID: "WebACL", Properties: properties}
	return (&Service{store.NewMemory()}).ResourceTypes()[associationType].Create(context.Background(), r)
}

func TestAssociation_isOfARegionalWebACLWithAnAPIOrAUserPool(t *testing.T) {
	for _, resource := range []string{anAPI, aPool} {
		if state, err := made(resource, anACL); err != nil || state.PhysicalID != resource+"|"+anACL {
			t.Errorf("%s: got %q and %v, want it made", resource, state.PhysicalID, err)
		}
	}
	for name, test := range map[string]struct{ resource, acl, want string }{
		"a balancer":           {nobody, anACL, "ResourceArn: got"},
		"an API elsewhere":     {strings.Replace(anAPI, "us-east-1", "eu-west-1", 1), anACL, "ResourceArn: got"},
		"a pool elsewhere":     {strings.Replace(aPool, "us-east-1", "eu-west-1", 1), anACL, "ResourceArn: got"},
		"a web ACL of the CDN": {anAPI, strings.Replace(anACL, "regional", "global", 1), "WebACLArn: got"},
		"a web ACL elsewhere":  {anAPI, strings.Replace(anACL, "us-east-1", "eu-west-1", 1), "WebACLArn: got"},
		"no web ACL":           {anAPI, "", "WebACLArn: got"},
	} {
		if _, err := made(test.resource, test.acl); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
	if _, err := made(anAPI, anACL, "Rules"); err == nil || !strings.Contains(err.Error(), associationType+".Rules is not supported by the sandbox") {
		t.Errorf("another property: got %v, want it refused by name", err)
	}
}

// A resource has one web ACL: another takes its place, and what goes then is not the new one.
func TestAssociation_isReadUntilAnotherTakesItsPlace(t *testing.T) {
	kind := (&Service{store.NewMemory()}).ResourceTypes()[associationType]
	r := aws.Resource{Region: "us-east-1", Properties: map[string]any{"ResourceArn": anAPI, "WebACLArn": anACL}}
	first, err := kind.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	named := func(acl string) aws.Identifier { return aws.Identifier{"ResourceArn": anAPI, "WebACLArn": acl} }
	if got, err := kind.Read(t.Context(), named(anACL)); err != nil || got["WebACLArn"] != anACL || got["ResourceArn"] != anAPI {
		t.Errorf("got %v, %v, want the association", got, err)
	}
	other := anACL[:len(anACL)-1] + "1"
	r.Properties["WebACLArn"] = other
	second, err := kind.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	if err := kind.Delete(t.Context(), aws.Resource{PhysicalID: first.PhysicalID}); err != nil {
		t.Fatal(err)
	}
	if _, err := kind.Read(t.Context(), named(anACL)); !errors.Is(err, aws.ErrNoResource) {
		t.Errorf("the first: got %v, want none", err)
	}
	if _, err := kind.Read(t.Context(), named(other)); err != nil {
		t.Errorf("the second: got %v, want it", err)
	}
	if err := kind.Delete(t.Context(), aws.Resource{PhysicalID: second.PhysicalID}); err != nil {
		t.Fatal(err)
	}
	if _, err := kind.Read(t.Context(), named(other)); !errors.Is(err, aws.ErrNoResource) {
		t.Errorf("the second, deleted: got %v, want none", err)
	}
}
