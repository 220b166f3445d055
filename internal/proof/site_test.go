package proof

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// withSite is prod with a site, which no environment that ships has.
const withSite = "prod-site"

func TestSite_isProven(t *testing.T) {
	result, err := Check(prooftest.Assembly(t, withSite))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range result.Violations {
		t.Errorf("%s: %s: %s", v.Path, v.Rule, v.Text)
	}
}

// Every change of the site's templates that a machine makes, or somebody thought of, is noticed, but for what cdk.json chooses
// and what matters to nobody.
func TestSite_mutantsAreNoticed(t *testing.T) {
	dir := prooftest.Assembly(t, withSite)
	original, before := decode(t, dir), prooftest.Read(t, dir)
	kinds := map[string]int{}
	for _, m := range mutants(t, templates{"Site": original["Site"]}, before) {
		if kinds[m.kind+m.operator]++; kinds[m.kind+m.operator] > 1 && !*everyMutant {
			continue
		}
		if err := put(dir, m.stack, m.template); err != nil {
			t.Fatal(err)
		}
		var found []Violation
		s, err := system.Open(dir)
		if err == nil {
			found, err = checkTemplates(s, access.Rules(), &Count{})
		}
		if err == nil && len(found) == 0 && m.reason == "" && !saysTheSame(s, before) {
			t.Errorf("%s: %s: nothing notices it", m.operator, m.what)
		}
		if err := put(dir, m.stack, original[m.stack]); err != nil {
			t.Fatal(err)
		}
	}
	if len(kinds) < 30 {
		t.Errorf("got mutants of %d kinds, want some of each type", len(kinds))
	}
}

// What opens the site, or lets another page pass for it, is named where it stands.
func TestSite_slipsAreNamed(t *testing.T) {
	const config = "DistributionConfig."
	set := func(path string, value any) func(map[string]any) {
		return func(properties map[string]any) { prooftest.Set(properties, path, value) }
	}
	statement := func(path string, value any) func(map[string]any) {
		return func(properties map[string]any) {
			prooftest.Set(properties["PolicyDocument"].(map[string]any)["Statement"].([]any)[2].(map[string]any), path, value)
		}
	}
	origins := func(values ...any) func(map[string]any) {
		return set("CorsConfiguration.CorsRules.0.AllowedOrigins", values)
	}
	of := func(reference map[string]any) any {
		return map[string]any{"Fn::Join": []any{"", []any{"https://", reference}}}
	}
	site := of(map[string]any{"Fn::GetStackOutput": map[string]any{"StackName": "Lightbox-prod-Site", "OutputName": "SiteDomainName", "Region": "us-east-1"}})
	logs := of(map[string]any{"Fn::GetAtt": []any{prooftest.Shipped(t, "prod").Logs[0].LogicalID, "RegionalDomainName"}})
	for what, test := range map[string]struct {
		path   string
		change func(properties map[string]any)
		want   string // "" for nothing
	}{
		"another function":          {"Site/Indexes/Resource", set("FunctionCode", "function handler(e) { return e.request; }"), "FunctionCode: got"},
		"an unpublished one":        {"Site/Indexes/Resource", set("AutoPublish", false), "AutoPublish: got false"},
		"no function":               {"Site/Distribution/Resource", set(config+"DefaultCacheBehavior.FunctionAssociations", nil), "FunctionAssociations: got nothing"},
		"a frame":                   {"Site/Headers/Resource", set("ResponseHeadersPolicyConfig.SecurityHeadersConfig.ContentSecurityPolicy", nil), "frame-ancestors 'none'"},
		"the pictures' headers":     {"Site/Distribution/Resource", set(config+"CacheBehaviors.0.ResponseHeadersPolicyId", "67f7725c-6f97-4210-82d7-5512b31e9d03"), "ResponseHeadersPolicyId: got 67f7725c"},
		"a longer life":             {"Site/Distribution/Resource", set(config+"CacheBehaviors.0.CachePolicyId", "83da9c7e-98b4-4e11-a168-04f0df8e2c65"), "CachePolicyId: got 83da9c7e"},
		"plain HTTP":                {"Site/Distribution/Resource", set(config+"CacheBehaviors.0.ViewerProtocolPolicy", "allow-all"), "ViewerProtocolPolicy: got allow-all"},
		"a folder":                  {"Site/Distribution/Resource", set(config+"CacheBehaviors.0.PathPattern", "/*"), "PathPattern: got /*"},
		"an error that is a page":   {"Site/Distribution/Resource", set(config+"CustomErrorResponses", []any{map[string]any{"ErrorCode": 403, "ResponseCode": 200, "ResponsePagePath": "/index.html"}}), "CustomErrorResponses: got"},
		"any distribution":          {"Site/Pages/Policy/Resource", statement("Condition", map[string]any{"StringLike": map[string]any{"AWS:SourceArn": "arn:aws:cloudfront::*:distribution/*"}}), "no statement of such a bucket has"},
		"a distribution that puts":  {"Site/Pages/Policy/Resource", statement("Action", []any{"s3:GetObject", "s3:PutObject"}), "the site's distribution may put"},
		"pages that are forgotten":  {"Site/Pages/Resource", set("VersioningConfiguration.Status", "Suspended"), "VersioningConfiguration: got"},
		"pages that go":             {"Site/Pages/Resource", set("LifecycleConfiguration.Rules.0.ExpirationInDays", 1), "LifecycleConfiguration.Rules: got"},
		"no origin of the site":     {"FileStorage/Files/Resource", origins("https://www.example.com"), "pages of the site may not read files"},
		"another made-up origin":    {"FileStorage/Files/Resource", origins(site, logs), "which the template does not say as a text"},
		"the site's, and a control": {"FileStorage/Files/Resource", origins(site, "https://www.example.com"), ""},
	} {
		t.Run("M111 "+what, func(t *testing.T) {
			stack, _, _ := strings.Cut(test.path, "/")
			dir := prooftest.Assembly(t, withSite)
			template := decode(t, dir)[stack]
			prooftest.Resource(test.path, func(resource map[string]any) { test.change(resource["Properties"].(map[string]any)) })(template)
			if err := put(dir, stack, template); err != nil {
				t.Fatal(err)
			}
			found, err := checkTemplates(prooftest.Read(t, dir), access.Rules(), &Count{})
			if err != nil {
				t.Fatal(err)
			}
			named := func(v Violation) bool {
				return strings.Contains(v.Text, test.want) && strings.HasPrefix(test.path, v.Construct())
			}
			if test.want != "" && !slices.ContainsFunc(found, named) || test.want == "" && len(found) > 0 {
				t.Errorf("got %v, want a violation of %s with %q", found, test.path, test.want)
			}
		})
	}
}

// A function at the edge that is not the site's is a stranger, as is one where there is no site.
func TestSite_hasOneFunction(t *testing.T) {
	for _, env := range []string{withSite, "prod"} {
		dir := prooftest.Assembly(t, env)
		template := decode(t, dir)["CDN"]
		template["Resources"].(map[string]any)["Other"] = map[string]any{
			"Type": "AWS::CloudFront::Function", "Properties": map[string]any{
				"Name": "other", "AutoPublish": true, "FunctionCode": "x", "FunctionConfig": map[string]any{"Comment": "", "Runtime": "cloudfront-js-2.0"},
			},
		}
		if err := put(dir, "CDN", template); err != nil {
			t.Fatal(err)
		}
		found := CheckInvariants(prooftest.Read(t, dir), access.Rules())
		if len(found) != 1 || found[0].LogicalID != "Other" {
			t.Errorf("%s: got %v, want one violation of the other function", env, found)
		}
	}
}
