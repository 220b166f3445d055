package cost

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/assembly"
)

// replacing changes a text in the template of a stack, once at least.
func replacing(t *testing.T, stack, before, after string) func(string, []byte) []byte {
	t.Helper()
	return func(id string, template []byte) []byte {
		if id != stack {
			return template
		}
		changed := bytes.ReplaceAll(template, []byte(before), []byte(after))
		if bytes.Equal(changed, template) {
			t.Errorf("%s has no %s", stack, before)
		}
		return changed
	}
}

func TestRead_findsWhatCostsDependOn(t *testing.T) {
	got := factsOf(t, "prod")
	ceilings := func(reads, writes int64, number int) (r, w []int64) {
		for range number {
			r, w = append(r, reads), append(w, writes)
		}
		return r, w
	}
	photos, products := Table{ID: "API.Photos", Recovery: true}, Table{ID: "API.Products", Recovery: true}
	photos.Reads, photos.Writes = ceilings(160, 65, 4)
	products.Reads, products.Writes = ceilings(160, 65, 2)
	want := Facts{
		Region: "us-east-1", Plan: Essentials, Tables: []Table{photos, products},
		Functions: []Function{
			{ID: "API.PicturesFunction", Memory: 1769, Seconds: 25, Time: ARM, Pictures: true, Traced: true},
			{ID: "API.RemoverFunction", Memory: 512, Seconds: 900, Time: ARM, SweepUnits: 160, Traced: true},
		},
		Traced: true, LogDays: 30, AccessLogs: true, AccessLogDays: 30, KeepOriginals: true, PicturesADay: 200,
		PriceClass: "PriceClass_All", WebACLs: map[Guarded]string{},
	}
	// Logical ids end with a hash.
	for i := range got.Tables {
		got.Tables[i].ID = got.Tables[i].ID[:len(got.Tables[i].ID)-8]
	}
	for i := range got.Functions {
		got.Functions[i].ID = got.Functions[i].ID[:len(got.Functions[i].ID)-8]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("facts of prod (-want +got):\n%s", diff)
	}
}

// Each fact follows its property.
func TestRead_followsTheTemplates(t *testing.T) {
	for name, test := range map[string]struct {
		change func(string, []byte) []byte
		fact   func(Facts) any
		want   any
	}{
		"plan":           {replacing(t, "Auth", `"ESSENTIALS"`, `"PLUS"`), func(f Facts) any { return f.Plan }, Plus},
		"sender":         {replacing(t, "Auth", `"UserPoolTier"`, `"EmailConfiguration":{"EmailSendingAccount":"DEVELOPER"},"UserPoolTier"`), func(f Facts) any { return f.OwnSender }, true},
		"tracing":        {replacing(t, "API", `"XrayEnabled": true`, `"XrayEnabled": false`), func(f Facts) any { return f.Traced }, false},
		"logs":           {replacing(t, "API", `"RetentionInDays": 30`, `"RetentionInDays": 7`), func(f Facts) any { return f.LogDays }, int64(7)},
		"logs for ever":  {replacing(t, "API", `"RetentionInDays": 30`, `"LogGroupClass": "STANDARD"`), func(f Facts) any { return f.LogDays }, int64(3653)},
		"price class":    {replacing(t, "CDN", "PriceClass_All", "PriceClass_100"), func(f Facts) any { return f.PriceClass }, "PriceClass_100"},
		"CDN's web ACL":  {replacing(t, "CDN", `"PriceClass"`, `"WebACLId": "its", "PriceClass"`), func(f Facts) any { return f.WebACLs[GuardedCDN] }, "its"},
		"AVIF":           {replacing(t, "API", `"AVIF": "false"`, `"AVIF": "true"`), func(f Facts) any { return f.AVIF }, true},
		"originals":      {replacing(t, "API", `"KEEP_ORIGINALS": "true"`, `"KEEP_ORIGINALS": "false"`), func(f Facts) any { return f.KeepOriginals }, false},
		"pictures a day": {replacing(t, "API", `"PICTURES_PER_DAY": "200"`, `"PICTURES_PER_DAY": "7"`), func(f Facts) any { return f.PicturesADay }, int64(7)},
		"backups": {replacing(t, "API", `"PointInTimeRecoveryEnabled": true`, `"PointInTimeRecoveryEnabled": false`), func(f Facts) any {
			return f.Tables[0].Recovery || f.Tables[1].Recovery
		}, false},
		"ceiling":     {replacing(t, "API", `"MaxReadRequestUnits": 160`, `"MaxReadRequestUnits": 3`), func(f Facts) any { return f.Tables[0].Reads[3] }, int64(3)},
		"memory":      {replacing(t, "API", `"MemorySize": 1769`, `"MemorySize": 2048`), func(f Facts) any { return f.Functions[0].Memory }, int64(2048)},
		"concurrency": {replacing(t, "API", `"MemorySize": 1769`, `"MemorySize": 1769, "ReservedConcurrentExecutions": 5`), func(f Facts) any { return f.Functions[0].Concurrency }, int64(5)},
	} {
		if got := test.fact(factsOf(t, "prod", test.change)); got != test.want {
			t.Errorf("%s: got %v, want %v", name, got, test.want)
		}
		if got := test.fact(factsOf(t, "prod")); got == test.want {
			t.Errorf("control, %s: got %v without the change", name, got)
		}
	}
}

// A web ACL before the API or the user pool is an association of its stack.
func TestRead_findsWhatAWebACLGuards(t *testing.T) {
	association := func(of string) string {
		return `"Resources": {"Guard": {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"WebACLArn": "its",
			"ResourceArn": {"Fn::GetAtt": ["` + of + `", "Arn"]}}},`
	}
	for stack, test := range map[string]struct {
		of   string
		want Guarded
	}{"API": {"GraphQL9562F4A3", GuardedAPI}, "Auth": {"UserPool6BA7E5F2", GuardedAuth}} {
		got := factsOf(t, "prod", replacing(t, stack, `"Resources": {`, association(test.of)))
		if diff := cmp.Diff(map[Guarded]string{test.want: "its"}, got.WebACLs); diff != "" || len(got.NotCounted) > 0 {
			t.Errorf("%s (-want +got):\n%s%v", stack, diff, got.NotCounted)
		}
	}
}

// What is not understood is refused or named, never passed over.
func TestRead_namesWhatItDoesNotKnow(t *testing.T) {
	queue := replacing(t, "CDN", `"Resources": {`, `"Resources": {"Queue": {"Type": "AWS::SQS::Queue"}, "More": {"Type": "AWS::SQS::Queue"},`)
	if got := factsOf(t, "prod", queue).NotCounted; !cmp.Equal(got, []string{"AWS::SQS::Queue (2)"}) {
		t.Errorf("got %v, want the queues", got)
	}
	faster := replacing(t, "API", `"rate(1 hour)"`, `"rate(5 minutes)"`)
	if got := factsOf(t, "prod", faster).NotCounted; len(got) != 1 || !strings.HasSuffix(got[0], ": runs by rate(5 minutes), counted by rate(1 hour)") {
		t.Errorf("got %v, want the schedule", got)
	}
	own := replacing(t, "API", `"Resources": {`, `"Resources": {"Mine": {"Type": "AWS::Lambda::Function", "Properties": {}},`)
	if got := factsOf(t, "prod", own).NotCounted; !cmp.Equal(got, []string{"API.Mine: runs of a function that is not Lightbox's"}) {
		t.Errorf("got %v, want the function", got)
	}
	for _, env := range []string{"dev", "prod"} {
		if got := factsOf(t, env).NotCounted; len(got) > 0 {
			t.Errorf("control: got %v of %s, want all counted", got, env)
		}
	}
	faulty := func(stack, before, after string) error {
		a, err := assembly.Open(deploytest.WholeAssembly(t, root, "prod", replacing(t, stack, before, after)))
		if err != nil {
			t.Fatal(err)
		}
		_, err = Read(a)
		return err
	}
	for want, err := range map[string]error{
		`.UserPoolTier: got LITE, want ESSENTIALS or PLUS`:                   faulty("Auth", `"ESSENTIALS"`, `"LITE"`),
		`.MemorySize: got {"Ref":"AWS::Region"}, want a whole number`:        faulty("API", `"MemorySize": 1769`, `"MemorySize": {"Ref": "AWS::Region"}`),
		`.ResourceArn: got its, want the ARN of the API or of the user pool`: faulty("API", `"Resources": {`, `"Resources": {"Guard": {"Type": "AWS::WAFv2::WebACLAssociation", "Properties": {"WebACLArn": "its", "ResourceArn": "its"}},`),
		`got no user pool, want the one of the backend`:                      faulty("Auth", `"AWS::Cognito::UserPool"`, `"AWS::SQS::Queue"`),
		`.BillingMode: got PROVISIONED, want PAY_PER_REQUEST: prices of`:     faulty("API", `"PAY_PER_REQUEST"`, `"PROVISIONED"`),
		`API.Mine.BillingMode: got PROVISIONED, want PAY_PER_REQUEST: `:      faulty("API", `"Resources": {`, `"Resources": {"Mine": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {"Replicas": [{}]}},`),
		`.Replicas: got 0, want one: prices of more are not known here`:      faulty("API", `"Replicas"`, `"Others"`),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
