package assembly

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

// symbolic resolves an assembly that has to be right; the stacks are by their construct ids.
func symbolic(t *testing.T, dir string) map[string]*Resolved {
	t.Helper()
	list, err := Symbolic(open(t, dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]*Resolved{}
	for _, r := range list {
		byID[r.Stack.ID] = r
	}
	return byID
}

func (r *Resolved) properties(t *testing.T, logicalID string) map[string]any {
	t.Helper()
	res, ok := r.Resource(logicalID)
	if !ok {
		t.Fatalf("got no %s in %s", logicalID, r.Stack.ID)
	}
	return res.Properties
}

func TestSymbolic_resolvesAllStacks(t *testing.T) {
	stacks := symbolic(t, shop)
	bucket, _ := stacks["FileStorage"].Resource("Files")
	role, _ := stacks["Identity"].Resource("UserRole")
	pool, _ := stacks["Auth"].Resource("UserPool")
	for _, test := range []struct {
		stack, resource, property string
		want                      string
	}{
		{"FileStorage", "FilesPolicy", "Bucket", `"` + bucket.PhysicalID + `"`},
		{"FileStorage", "UserAccess", "Roles", `["` + role.PhysicalID + `"]`},
		{"FileStorage", "SweeperRole", "ManagedPolicyArns", `["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"]`},
		{"FileStorage", "Sweeper", "Code", `{"S3Bucket":"cdk-hnb659fds-assets-111122223333-eu-west-1","S3Key":"aaaa.zip"}`},
		{"FileStorage", "UserAccess", "PolicyDocument", `{"Statement":[{"Action":["s3:PutObject"],"Effect":"Allow","Resource":"arn:aws:s3:::` + bucket.PhysicalID + `/private/${cognito-identity.amazonaws.com:sub}/*"}],"Version":"2012-10-17"}`},
		{"API", "GraphQL", "UserPoolConfig", `{"UserPoolId":"` + pool.PhysicalID + `"}`},
		{"Identity", "Tag", "IdentityProviderName", `"cognito-idp.eu-west-1.amazonaws.com/` + pool.PhysicalID + `"`},
	} {
		if got := encoded(t, stacks[test.stack].properties(t, test.resource)[test.property]); got != test.want {
			t.Errorf("%s/%s: got %s %s, want %s", test.stack, test.resource, test.property, got, test.want)
		}
	}
	statement := encoded(t, stacks["FileStorage"].properties(t, "FilesPolicy")["PolicyDocument"])
	for _, want := range []string{
		`"s3:TlsVersion":1.2`, `"aws:SourceArn":"arn:aws:cloudfront::111122223333:distribution/*"`, `"aws:SourceAccount":"111122223333"`,
		`"Resource":["arn:aws:s3:::` + bucket.PhysicalID + `","arn:aws:s3:::` + bucket.PhysicalID + `/*"]`,
	} {
		if !strings.Contains(statement, want) {
			t.Errorf("got %s, want %s in it", statement, want)
		}
	}
	origin := encoded(t, stacks["CDN"].properties(t, "Distribution")["DistributionConfig"])
	if want := `"DomainName":"` + bucket.PhysicalID + `.s3.eu-west-1.amazonaws.com"`; !strings.Contains(origin, want) || !strings.Contains(origin, `"OriginAccessIdentity":""`) {
		t.Errorf("got %s, want %s in it", origin, want)
	}
	if secret := encoded(t, stacks["Auth"].properties(t, "Social")["ProviderDetails"]); !strings.Contains(secret, `"client_secret":"symbolic-`) {
		t.Errorf("got %s, want a made-up secret", secret)
	}
	if out := stacks["Auth"].Outputs[0]; out.Key != "UserPoolDomain" || out.Value != "shop.auth.eu-west-1.amazoncognito.com" {
		t.Errorf("got the output %+v", out)
	}
}

func TestSymbolic_givesIDsOfTheRightForm(t *testing.T) {
	stacks := symbolic(t, shop)
	for _, test := range []struct{ stack, resource, form string }{
		{"Auth", "UserPool", `eu-west-1_[A-Za-z0-9]{9}`},
		{"Auth", "Client", `[a-z0-9]{26}`},
		{"Auth", "Domain", `shop`},
		{"Auth", "Social", `Google`},
		{"Identity", "Pool", `eu-west-1:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`},
		{"Identity", "UserRole", `Shop-Identity-UserRole-[A-Za-z0-9]{12}`},
		{"Identity", "Admins", `Admins`},
		{"FileStorage", "Files", `shop-filestorage-files-[a-z0-9]{13}`},
		{"FileStorage", "UserAccess", `arn:aws:iam::111122223333:policy/Shop-FileStorage-UserAccess-[A-Za-z0-9]{12}`},
		{"CDN", "Distribution", `E[A-Z0-9]{12}`},
		{"API", "GraphQL", `arn:aws:appsync:eu-west-1:111122223333:apis/[a-z0-9]{26}`},
		{"API", "Resolver", `arn:aws:appsync:eu-west-1:111122223333:apis/[a-z0-9]{26}/types/Query/resolvers/list`},
		{"API", "Log", `/aws/appsync/apis/[a-z0-9]{26}`},
	} {
		res, ok := stacks[test.stack].Resource(test.resource)
		if !ok || !regexp.MustCompile("^"+test.form+"$").MatchString(res.PhysicalID) {
			t.Errorf("%s/%s: got %q, want %s", test.stack, test.resource, res.PhysicalID, test.form)
		}
	}
	for _, test := range []struct{ stack, resource, attribute, form string }{
		{"FileStorage", "Files", "Arn", `arn:aws:s3:::shop-filestorage-files-[a-z0-9]{13}`},
		{"Identity", "UserRole", "Arn", `arn:aws:iam::111122223333:role/Shop-Identity-UserRole-[A-Za-z0-9]{12}`},
		{"API", "GraphQL", "GraphQLUrl", `https://[a-z0-9]{26}\.appsync-api\.eu-west-1\.amazonaws\.com/graphql`},
		{"API", "GraphQL", "ApiId", `[a-z0-9]{26}`},
		{"API", "Log", "Arn", `arn:aws:logs:eu-west-1:111122223333:log-group:/aws/appsync/apis/[a-z0-9]{26}:\*`},
		{"CDN", "Distribution", "DomainName", `d[a-z0-9]{12}\.cloudfront\.net`},
	} {
		got, err := stacks[test.stack].GetAtt(test.resource, test.attribute)
		if err != nil || !regexp.MustCompile("^"+test.form+"$").MatchString(got) {
			t.Errorf("%s/%s.%s: got %q, %v, want %s", test.stack, test.resource, test.attribute, got, err, test.form)
		}
	}
	if _, err := stacks["API"].GetAtt("Never", "Arn"); err == nil {
		t.Error("got an attribute of a resource that the stack does not have")
	}
}

func TestSymbolic_isTheSameEachTimeAndDifferentForEachStack(t *testing.T) {
	first, second := symbolic(t, shop), symbolic(t, shop)
	renamed := symbolic(t, changed(t, [3]string{"manifest.json", "Shop-API", "Store-API"}))
	for id, stack := range first {
		for i, res := range stack.Resources {
			if again := second[id].Resources[i]; encoded(t, res.Properties) != encoded(t, again.Properties) || res.PhysicalID != again.PhysicalID {
				t.Errorf("%s/%s: got %q and %q", id, res.Resource.LogicalID, res.PhysicalID, again.PhysicalID)
			}
		}
	}
	a, _ := first["API"].Resource("GraphQL")
	b, _ := renamed["API"].Resource("GraphQL")
	if a.PhysicalID == b.PhysicalID {
		t.Errorf("got %s for the API of both stacks", a.PhysicalID)
	}
}

func TestSymbolic_makesNoPatternOfAnID(t *testing.T) {
	for id, stack := range symbolic(t, shop) {
		for _, res := range stack.Resources {
			if strings.ContainsAny(res.PhysicalID, notInIDs) || res.PhysicalID == "" {
				t.Errorf("%s/%s: got %q", id, res.Resource.LogicalID, res.PhysicalID)
			}
		}
	}
}

func TestSymbolic_refuses(t *testing.T) {
	for _, test := range []struct {
		name  string
		edits [][3]string
		want  string
	}{
		{"a type it does not know", [][3]string{{"CDN.template.json", "AWS::CloudFront::OriginAccessControl", "AWS::CloudFront::KeyGroup"}}, "Shop-CDN: resource Control (CDN/Control/Resource): Type: the type AWS::CloudFront::KeyGroup has no symbolic form"},
		{"an attribute it does not know", [][3]string{{"API.template.json", `"GraphQLUrl"`, `"Owner"`}}, "Shop-API: output GraphQLAPIURL: Value.Fn::GetAtt: the attribute Owner of GraphQL: the attribute Owner of AWS::AppSync::GraphQLApi has no symbolic form"},
		{"an output that is not there", [][3]string{{"CDN.template.json", `"OutputName": "RegionalDomainName"`, `"OutputName": "Other"`}}, "Fn::GetStackOutput: the output Other of Shop-FileStorage in eu-west-1: got no such output"},
		{"an output of another region", [][3]string{{"CDN.template.json", `"Region": "eu-west-1"`, `"Region": "us-east-1"`}}, "the output RegionalDomainName of Shop-FileStorage in us-east-1: got no such output"},
		{"an output of a stack that comes later", [][3]string{{"Auth.template.json", `"RefClient": {`, `"Later": {"Value": {"Fn::GetStackOutput": {"StackName": "Shop-CDN", "OutputName": "DistributionId"}}}, "RefClient": {`}}, "want one of a stack of the assembly that is deployed before"},
		{"a stored parameter that only the account knows", [][3]string{{"API.template.json", `"/cdk-bootstrap/hnb659fds/version"`, `"/other"`}}, `Shop-API: parameter BootstrapVersion: the parameter store, asked for "/other": got a name that is known to the account only`},
		{"a bootstrap version that is too old", [][3]string{{"manifest.json", `"requiresBootstrapStackVersion": 6,
    "bootstrap`, `"requiresBootstrapStackVersion": 5, "bootstrap`}}, "rule CheckBootstrapVersion: Assertions[0].Assert: the assertion does not hold: CDK bootstrap stack version 6 required."},
		{"a name that is a wildcard", [][3]string{{"FileStorage.template.json", `"VersioningConfiguration"`, `"BucketName": "*", "VersioningConfiguration"`}}, `Shop-FileStorage: resource Files (FileStorage/Files/Resource): Properties: BucketName: got "*", want a text that can be part of an id`},
		{"a name that is no text", [][3]string{{"FileStorage.template.json", `"VersioningConfiguration"`, `"BucketName": ["x"], "VersioningConfiguration"`}}, "Properties: BucketName: got a list of 1"},
		{"a property that a physical id needs", [][3]string{{"API.template.json", `"FieldName"`, `"Field"`}}, "resource Resolver (API/Query.list/Resource): Properties: FieldName: got none, want a text"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Symbolic(open(t, changed(t, test.edits...)), nil)
			demand(t, err, test.want)
		})
	}
}

func TestSymbolic_namesAFaultOnce(t *testing.T) {
	_, err := Symbolic(open(t, changed(t, [3]string{"API.template.json", "AWS::AppSync::GraphQLApi", "AWS::AppSync::Api"})), nil)
	demand(t, err, "resource GraphQL (API/GraphQL/Resource): Type: the type AWS::AppSync::Api has no symbolic form")
	if n := len(faultsIn(err)); n != 1 {
		t.Errorf("got %d faults, want the one that the others follow from: %v", n, err)
	}
}

func TestSymbolic_standsInForAnUnknownAccountAndRegion(t *testing.T) {
	a := open(t, shop)
	auth, _ := a.Stack("Auth")
	auth.Region = ""
	a.Stacks = []*Stack{auth}
	resolved, err := Symbolic(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_"
	if arn, err := resolved[0].GetAtt("UserPool", "Arn"); err != nil || !strings.HasPrefix(arn, want) {
		t.Errorf("got %q, %v, want %s…", arn, err, want)
	}
}

func TestSymbolic_makesNoPatternOfAStacksName(t *testing.T) {
	a := open(t, shop)
	identity, _ := a.Stack("Identity")
	identity.Name = "Shop-*"
	_, err := Symbolic(a, nil)
	demand(t, err, `resource UserRole (Identity/UserRole/Resource): Properties: got the physical id "Shop-*-UserRole-`)
}

func TestSymbolic_knowsNothingOfWhatIsNotCreated(t *testing.T) {
	env := symbolic(t, shop)["Auth"].Environment
	if id, err := env.Resources.Ref(&Resource{LogicalID: "Never"}); err == nil {
		t.Errorf("got %q, want an error", id)
	}
	if v, err := env.Resources.GetAtt(&Resource{LogicalID: "Never"}, "Arn"); err == nil {
		t.Errorf("got %v, want an error", v)
	}
}

func TestSymbolic_takesNamesFromTheTemplate(t *testing.T) {
	stacks := symbolic(t, changed(t, [3]string{"FileStorage.template.json", `"VersioningConfiguration"`, `"BucketName": {"Fn::Sub": "files-${AWS::Region}"}, "VersioningConfiguration"`}))
	if bucket, _ := stacks["FileStorage"].Resource("Files"); bucket.PhysicalID != "files-eu-west-1" {
		t.Errorf("got %q, want the stated name", bucket.PhysicalID)
	}
}

func TestSymbolic_resolvesExports(t *testing.T) {
	export := [3]string{"FileStorage.template.json", `"BucketRegion": {`, `"BucketRegion": {"Export": {"Name": "Shop:Region"},`}
	imported := [3]string{"CDN.template.json", `"Name": "Headers"`, `"Name": {"Fn::ImportValue": "Shop:Region"}`}
	stacks := symbolic(t, changed(t, export, imported))
	if got := encoded(t, stacks["CDN"].properties(t, "Headers")); !strings.Contains(got, `"Name":"eu-west-1"`) {
		t.Errorf("got %s, want the exported region", got)
	}
	_, err := Symbolic(open(t, changed(t, imported)), nil)
	demand(t, err, "Fn::ImportValue: the export \"Shop:Region\": got no such export")
}

func TestSymbolicTypes_haveOnlyKnownPlaceholders(t *testing.T) {
	c := &creation{
		env:        Environment{AccountID: "1", Region: "r", Partition: "p", URLSuffix: "s", StackName: "Shop"},
		resource:   &Resource{LogicalID: "R"},
		properties: map[string]any{},
		id:         "id",
	}
	property := regexp.MustCompile(`^[A-Z][A-Za-z]*$`)
	for name, kind := range SymbolicTypes() {
		patterns := []string{kind.ID}
		for _, pattern := range kind.Attributes {
			patterns = append(patterns, pattern)
		}
		for _, pattern := range patterns {
			for _, m := range regexp.MustCompile(`\{([^}]*)\}`).FindAllStringSubmatch(pattern, -1) {
				first, otherwise, _ := strings.Cut(m[1], "|")
				if property.MatchString(first) && otherwise == "" {
					continue
				}
				if text, err := c.placeholder(m[1]); err != nil || text == "" {
					t.Errorf("%s: %s: got %q, %v for {%s}", name, pattern, text, err, m[1])
				}
			}
		}
		if !slices.Contains([]string{"AWS", "Custom"}, strings.Split(name, "::")[0]) {
			t.Errorf("got the type %s", name)
		}
	}
}

// A deployment that replaces a resource, or leaves a stack alone, is resolved as what it makes.
func TestSymbols_knowWhatIsMadeAnewAndWhatIsKept(t *testing.T) {
	a := open(t, shop)
	before, err := Symbolic(a, nil)
	if err != nil {
		t.Fatal(err)
	}
	id := func(stacks []*Resolved, stack, logicalID string) string {
		for _, s := range stacks {
			if r, ok := s.Resource(logicalID); ok && s.Stack.ID == stack {
				return r.PhysicalID
			}
		}
		t.Fatalf("got no %s/%s", stack, logicalID)
		return ""
	}
	how := Symbols{Anew: func(s *Stack, r *Resource) bool { return s.ID == "Auth" && r.LogicalID == "UserPool" }}
	anew, err := how.Resolve(a)
	if err != nil {
		t.Fatal(err)
	}
	if id(before, "Auth", "UserPool") == id(anew, "Auth", "UserPool") || id(before, "FileStorage", "Files") != id(anew, "FileStorage", "Files") {
		t.Error("want another pool, and the bucket of before")
	}
	text := func(stacks []*Resolved, stack string) string {
		var b strings.Builder
		for _, s := range stacks {
			for _, r := range s.Resources {
				if s.Stack.ID == stack {
					b.WriteString(encoded(t, r.Properties))
				}
			}
		}
		return b.String()
	}
	if text(before, "Identity") == text(anew, "Identity") {
		t.Error("Identity: got the properties of before, want those with the new pool")
	}
	how.Kept = func(s *Stack) *Resolved {
		if s.ID != "Identity" {
			return nil
		}
		return before[slices.IndexFunc(before, func(r *Resolved) bool { return r.Stack.ID == s.ID })]
	}
	kept, err := how.Resolve(a)
	if err != nil || text(before, "Identity") != text(kept, "Identity") {
		t.Errorf("a stack that is kept: got others than its properties of before (%v)", err)
	}
}
