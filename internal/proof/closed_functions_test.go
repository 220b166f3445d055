package proof

import (
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

const (
	picturesFunction = "API/PicturesFunction/Resource"
	removerFunction  = "API/RemoverFunction/Resource"
	picturesAccess   = "API/PicturesAccess/Resource"
	removerAccess    = "API/RemoverAccess/Resource"
	picturesRole     = "API/PicturesRole/Resource"
	picturesSource   = "API/PicturesSource/Resource"
)

// more is prod with one more resource in the API's stack.
func more(kind string, properties map[string]any) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Altered(t, "API", func(template map[string]any) {
			template["Resources"].(map[string]any)["More"] = map[string]any{
				"Type": kind, "Properties": properties, "Metadata": map[string]any{"aws:cdk:path": "API/More/Resource"},
			}
		})
	}
}

// twin is prod with a copy of a resource of the API's stack under another construct path.
func twin(path, as string) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Altered(t, "API", func(template map[string]any) {
			resources := template["Resources"].(map[string]any)
			var copied map[string]any
			prooftest.Resource(path, func(resource map[string]any) {
				copied = map[string]any{"Type": resource["Type"], "Properties": resource["Properties"], "Metadata": map[string]any{"aws:cdk:path": as}}
			})(template)
			resources["Twin"] = copied
		})
	}
}

// arnOf is the ARN of a resource of the API's stack, and refTo its id, as CloudFormation says them.
func arnOf(t testing.TB, path string) any {
	return map[string]any{"Fn::GetAtt": []any{idOf(t, path), "Arn"}}
}
func refTo(t testing.TB, path string) any { return map[string]any{"Ref": idOf(t, path)} }

func idOf(t testing.TB, path string) string {
	t.Helper()
	resources := prooftest.Shipped(t, "prod").Resources
	at := slices.IndexFunc(resources, func(r system.Resource) bool { return r.Path == path })
	if at < 0 {
		t.Fatalf("there is no %s", path)
	}
	return resources[at].LogicalID
}

// with is prod with a property of one of its resources that is an id or an ARN of another one.
func with(path, property string, value func(t testing.TB) any) func(testing.TB) string {
	return func(t testing.TB) string { return set("API", path, property, value(t))(t) }
}

// expiring is prod with another life cycle of the areas that end: the first rule of them, changed.
func expiring(change func(rule map[string]any) []any) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Edited(t, "FileStorage", files, func(properties map[string]any) {
			lifecycle := properties["LifecycleConfiguration"].(map[string]any)
			var rules []any
			for _, rule := range lifecycle["Rules"].([]any) {
				if rule := rule.(map[string]any); rule["Prefix"] == "uploads/" {
					rules = append(rules, change(rule)...)
				} else {
					rules = append(rules, rule)
				}
			}
			lifecycle["Rules"] = rules
		})
	}
}

// A function may do what its column says, with a role and a log of its own, and is reached by its data source alone. Whatever
// else a template says of it is named.
func TestProve_isClosedToFunctions(t *testing.T) {
	for name, test := range map[string]struct {
		dir  func(testing.TB) string
		want string // in a sentence of the proof; empty is that it passes
	}{
		"control: another bundle":         {set("API", picturesFunction, "Code.S3Key", strings.Repeat("a", 64)+".zip"), ""},
		"control: without traces":         {withoutTraces, ""},
		"control: for another processor":  {set("API", picturesFunction, "Architectures", []any{"arm64"}), ""},
		"control: what it may do already": {prooftest.Granting(picturesAccess, prooftest.Allow("s3:GetObject", "uploads/*")), ""},

		"any action on files":           {prooftest.Granting(picturesAccess, prooftest.Allow("s3:*", "uploads/*")), "the function pictures may"},
		"every action of S3":            {prooftest.Granting(picturesAccess, prooftest.Elsewhere("s3:*", "*")), "the function pictures may use s3:* on *"},
		"another area":                  {prooftest.Granting(picturesAccess, prooftest.Allow("s3:GetObject", "private/*")), "the function pictures may get private/"},
		"a listing":                     {prooftest.Granting(picturesAccess, prooftest.Listing("uploads/*")), "the function pictures may list uploads/"},
		"versions of the catalogue":     {prooftest.Granting(removerAccess, prooftest.Allow("s3:DeleteObjectVersion", "public/products/*")), "the function remover may erase public/products/"},
		"a setting of the bucket":       {prooftest.Granting(removerAccess, prooftest.Allow("s3:PutLifecycleConfiguration", "")), "the function remover may s3:putlifecycleconfiguration the bucket"},
		"tables":                        {prooftest.Granting(picturesAccess, prooftest.Elsewhere("dynamodb:*", "*")), "the function pictures may use dynamodb:* on *"},
		"the group of admins":           {prooftest.Granting(picturesAccess, prooftest.Elsewhere("cognito-idp:AdminAddUserToGroup", "*")), "the function pictures may use cognito-idp:AdminAddUserToGroup on *"},
		"another's role":                {prooftest.Granting(picturesAccess, prooftest.Elsewhere("iam:PassRole", "*")), "the function pictures may use iam:PassRole on *"},
		"another function":              {prooftest.Granting(removerAccess, prooftest.Elsewhere("lambda:InvokeFunction", map[string]any{"Fn::GetAtt": []any{"PicturesFunction8D5AD6E3", "Arn"}})), "the function remover may use lambda:InvokeFunction on"},
		"a field of the API":            {prooftest.Granting(removerAccess, prooftest.Elsewhere("appsync:GraphQL", "*")), "the function remover may use appsync:GraphQL on *"},
		"logs of all":                   {prooftest.Granting(picturesAccess, prooftest.Elsewhere("logs:PutLogEvents", "*")), "the function pictures may use logs:PutLogEvents on *"},
		"a log group of any name":       {prooftest.Granting(picturesAccess, prooftest.Elsewhere("logs:CreateLogGroup", "*")), "the function pictures may use logs:CreateLogGroup on *"},
		"under a condition":             {prooftest.Granting(picturesAccess, under(prooftest.Allow("s3:GetObject", "uploads/*"), "Bool", "aws:SecureTransport", "true")), "got the condition Bool"},
		"a policy of AWS":               {set("API", picturesRole, "ManagedPolicyArns", []any{"arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}), "the role has AWS's policy"},
		"a role for more services":      {trustedBy("edgelambda.amazonaws.com"), "got another trust policy than the role's, want it for our function alone"},
		"less than its column":          {withoutStatement(picturesAccess, "GetUploads"), "the function pictures may not get uploads/"},
		"no log of its own":             {withoutStatement(removerAccess, "WriteLog"), "the function remover may not use logs:CreateLogStream on"},
		"the role of the other":         {with(picturesFunction, "Role", func(t testing.TB) any { return arnOf(t, "API/RemoverRole/Resource") }), "the role is for more than one function or data source"},
		"the role of a data source":     {with(picturesSource, "ServiceRoleArn", func(t testing.TB) any { return arnOf(t, "API/RemoverSourceRole/Resource") }), "the role is for more than one function or data source"},
		"a role of nobody knows whom":   {set("API", picturesFunction, "Role", "arn:aws:iam::111122223333:role/other"), "want one of the assembly that no person has"},
		"the log of the other":          {with(picturesFunction, "LoggingConfig.LogGroup", func(t testing.TB) any { return refTo(t, "API/RemoverLog/Resource") }), "want a log group of the assembly that nothing else writes to"},
		"the log of the API":            {with(picturesFunction, "LoggingConfig.LogGroup", func(t testing.TB) any { return refTo(t, "API/Log/Resource") }), "want a log group of the assembly that nothing else writes to"},
		"a log of Lambda's":             {set("API", picturesFunction, "LoggingConfig", nil), "LoggingConfig.LogGroup: got nothing"},
		"the other's data source":       {with(picturesSource, "LambdaConfig.LambdaFunctionArn", func(t testing.TB) any { return arnOf(t, removerFunction) }), "want the function pictures"},
		"a data source that may invoke": {prooftest.Granting("API/PicturesSourceAccess/Resource", prooftest.Elsewhere("lambda:InvokeFunction", "*")), "AppSync may use lambda:InvokeFunction on *"},

		"a secret":                 {set("API", picturesFunction, "Environment.Variables.SECRET", "x"), "Environment.Variables.SECRET: got x, and " + unread},
		"another bucket":           {set("API", picturesFunction, "Environment.Variables.BUCKET", "another"), "Environment.Variables.BUCKET: got another"},
		"code from another bucket": {set("API", picturesFunction, "Code.S3Bucket", "evil"), "Code.S3Bucket: got evil"},
		"code in the template":     {set("API", picturesFunction, "Code.ZipFile", "x"), "Code.ZipFile: got x, and " + unread},
		"an image":                 {set("API", picturesFunction, "Code.ImageUri", "x"), "Code.ImageUri: got x, and " + unread},
		"another handler":          {set("API", picturesFunction, "Handler", "index.handler"), "Handler: got index.handler, want bootstrap"},
		"another runtime":          {set("API", picturesFunction, "Runtime", "nodejs22.x"), "Runtime: got nodejs22.x, want provided.al2023"},
		"a layer":                  {set("API", picturesFunction, "Layers", []any{"arn:aws:lambda:us-east-1:1:layer:x:1"}), unread},
		"a file system":            {set("API", picturesFunction, "FileSystemConfigs", []any{map[string]any{"Arn": "x"}}), unread},
		"a network":                {set("API", picturesFunction, "VpcConfig", map[string]any{"SubnetIds": []any{"x"}}), unread},
		"a queue of what failed":   {set("API", picturesFunction, "DeadLetterConfig", map[string]any{"TargetArn": "x"}), unread},
		"more than 25 seconds":     {set("API", picturesFunction, "Timeout", 60), "Timeout: got 60, want 25 or 900"},

		"a URL":                      {more("AWS::Lambda::Url", map[string]any{"AuthType": "NONE", "TargetFunctionArn": "x"}), "AWS::Lambda::Url is a type that the proof does not know"},
		"a permission":               {more("AWS::Lambda::Permission", map[string]any{"Action": "lambda:InvokeFunction", "FunctionName": "x", "Principal": "*"}), "* may use lambda:InvokeFunction on x for nothing: nothing that is declared needs that"},
		"a source of events":         {more("AWS::Lambda::EventSourceMapping", map[string]any{"FunctionName": "x"}), "access.Functions does not declare that"},
		"where its results go":       {more("AWS::Lambda::EventInvokeConfig", map[string]any{"FunctionName": "x"}), "FunctionName: got x, want it once for each function that EventBridge calls"},
		"a version":                  {more("AWS::Lambda::Version", map[string]any{"FunctionName": "x"}), "AWS::Lambda::Version is a type that the proof does not know"},
		"a layer of one's own":       {more("AWS::Lambda::LayerVersion", map[string]any{}), "AWS::Lambda::LayerVersion is a type that the proof does not know"},
		"a schedule":                 {more("AWS::Events::Rule", map[string]any{"ScheduleExpression": "rate(2 hours)"}), "ScheduleExpression: got rate(2 hours): no function is declared to be called for that"},
		"a function of nobody":       {twin(removerFunction, "API/SpyFunction/Resource"), "the function spy is not one of access.Functions"},
		"a function that is nested":  {twin(picturesFunction, "API/Nested/PicturesFunction/Resource"), "Code.S3Key: got pictures.zip, want " + emptier},
		"a function twice":           {twin(picturesFunction, "Other/PicturesFunction/Resource"), "the function pictures is there twice"},
		"a trigger of the user pool": {set("Auth", "Auth/UserPool/Resource", "LambdaConfig", map[string]any{"PreTokenGeneration": "arn:aws:lambda:us-east-1:1:function:x"}), "LambdaConfig"},
		"a policy of the bucket": {prooftest.Granting(policyOf, map[string]any{
			"Effect": "Allow", "Action": "s3:GetObject", "Resource": "private/*", "Principal": map[string]any{"AWS": prooftest.Shipped(t, "prod").Functions[0].Role.ARN},
		}), "got a principal"},

		"uploads that stay longer":        {expiring(func(rule map[string]any) []any { rule["ExpirationInDays"] = 2; return []any{rule} }), "where the access table says in how many days they go"},
		"uploads whose versions stay":     {expiring(func(rule map[string]any) []any { delete(rule, "NoncurrentVersionExpiration"); return []any{rule} }), "where the access table says in how many days they go"},
		"uploads that stay":               {expiring(func(map[string]any) []any { return nil }), "where the access table says in how many days they go"},
		"uploads by a rule that is off":   {expiring(func(rule map[string]any) []any { rule["Status"] = "Disabled"; return []any{rule} }), "where the access table says in how many days they go"},
		"photos that end in their place":  {expiring(func(rule map[string]any) []any { rule["Prefix"] = "public/photos/"; return []any{rule} }), "where the access table says in how many days they go"},
		"everything that ends, in a word": {expiring(func(rule map[string]any) []any { delete(rule, "Prefix"); return []any{rule} }), "where the access table says in how many days they go"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, violationsOf(test.dir(t)), test.want)
		})
	}
}

// violationsOf are those of an assembly's templates, the fault of one that cannot be read among them.
func violationsOf(dir string) []Violation {
	s, err := system.Open(dir)
	var violations []Violation
	if err == nil {
		violations, err = checkTemplates(s, access.Rules(), &Count{})
	}
	if err != nil {
		violations = []Violation{{Text: err.Error()}}
	}
	return violations
}

// withoutTraces is prod whose function pictures sends no traces, and may not.
func withoutTraces(t testing.TB) string {
	return prooftest.Altered(t, "API", func(template map[string]any) {
		prooftest.Resource(picturesFunction, func(resource map[string]any) { delete(resource["Properties"].(map[string]any), "TracingConfig") })(template)
		prooftest.Resource(picturesAccess, dropStatement("SendTraces"))(template)
	})
}

// withoutStatement is prod without a statement of a policy.
func withoutStatement(path, sid string) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Altered(t, "API", prooftest.Resource(path, dropStatement(sid)))
	}
}

func dropStatement(sid string) func(resource map[string]any) {
	return func(resource map[string]any) {
		document := system.Lookup(resource, "Properties.PolicyDocument").(map[string]any)
		document["Statement"] = slices.DeleteFunc(document["Statement"].([]any), func(s any) bool { return system.Lookup(s, "Sid") == sid })
	}
}

// trustedBy is prod whose role of pictures is for another service too.
func trustedBy(service string) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Edited(t, "API", picturesRole, func(properties map[string]any) {
			statement := system.Lookup(properties, "AssumeRolePolicyDocument.Statement.0").(map[string]any)
			statement["Principal"] = map[string]any{"Service": []any{"lambda.amazonaws.com", service}}
		})
	}
}

// Trials hold what resolvers ask of functions: pictures of the caller's own uploads, when they may; the files of the row that
// the call is about; and nothing besides.
func TestTrials_noticeWhatFunctionsAreAsked(t *testing.T) {
	const making, removing = `payload: { make: ctx.stash.make`, `operation: "Invoke", payload: { remove: `
	for name, test := range map[string]struct{ path, from, to, want string }{
		"control: as it ships":              {"API/makePicture/Resource", "", "", ""},
		"a picture of another's upload":     {"API/makePicture/Resource", making, `payload: { make: { ...ctx.stash.make, upload: "uploads/x/00000009-0000-4000-8000-000000000000" }`, "has a picture made of uploads/x/"},
		"a picture of what is private":      {"API/makePicture/Resource", making, `payload: { make: { ...ctx.stash.make, upload: "private/" + ctx.stash.make.upload }`, "has a picture made of private/"},
		"a picture for another":             {"API/makePicture/Resource", making, `payload: { make: { ...ctx.stash.make, owner: "x" }`, "want an upload of the caller's own"},
		"a picture where the row has none":  {"API/makePicture/Resource", making, `payload: { make: { ...ctx.stash.make, area: "protected/" }`, "has a picture made in protected/"},
		"M98 sets made anew":                {"API/makePicture/Resource", making, `payload: { render: { set: "public/photos/ffffffffffffffffffffffffffffffff/", from: "originals/x/ffffffffffffffffffffffffffffffff" }`, "the operator alone may"},
		"words of the call":                 {"API/makePicture/Resource", making, `payload: { make: { ...ctx.stash.make, caption: ctx.args.input.caption }`, `unknown field "caption"`},
		"who calls, beside it":              {"API/makePicture/Resource", making, `payload: { who: ctx.identity.username, make: ctx.stash.make`, "want one thing that it does"},
		"what the other function does":      {"API/makePicture/Resource", making, `payload: { remove: { folders: [], objects: [] } || ctx.stash.make`, "which the other one does"},
		"another row's files":               {"API/removeFiles/Resource", removing, removing + `true && { folders: ["public/photos/x/"], objects: [] } || `, "removes public/photos/x/, want what was made for it"},
		"another owner's original":          {"API/removeFiles/Resource", removing, removing + `true && { folders: [], objects: ["originals/x/y"] } || `, "removes originals/x/y, want what was made for it"},
		"a product's picture for another":   {"API/mainPicture/Resource", "product: ctx.args.id", `product: "x"`, "shows "},
		"another file as a product's":       {"API/mainPicture/Resource", "file: ctx.stash.main", `file: "private/x.jpg"`, "shows private/x.jpg as the picture of"},
		"pictures copied from elsewhere":    {"API/publishPictures/Resource", "from: `${from}${product.folder}/`", "from: `private/${product.folder}/`", "has private/"},
		"pictures copied to where none are": {"API/publishPictures/Resource", "    to,\n", "    to: \"answers/\",\n", "has pictures copied to answers/"},
		"what is no rendition":              {"API/publishPictures/Resource", "files: product.renditions.map((one) => fileOf(one))", `files: ["../x"]`, "has ../x copied, want renditions alone"},
		"a claim of no picture":             {"API/publishPictures/Resource", "claim: `${product.folder}.${product.version}`", "claim: `x.${product.version}`", "what it refuses"},
		"files that are left behind":        {"API/removeFiles/Resource", "if (!remove || remove.length === 0) {", "if (true) {", "which no row has: want it removed"},
		"a picture of no row":               {"API/Query.listPhotos/Resource", "${area}${row.folder}/${fileOf(row.renditions.find", "${area}${row.folder}${fileOf(row.renditions.find", "as a picture, want one of a row's"},
		"another row's set":                 {"API/checkNewProduct/Resource", "claim: `${id}.0.${id}`", `claim: "x"`, "which another row has too"},
		"a picture that is not counted":     {"API/reserve/Resource", "if (!ctx.stash.make) {", "if (true) {", "want the call counted first"},
		"pictures before it is known who":   {"API/checkNewProduct/Resource", "ctx.identity.groups.includes(group)", "true", "reaches the function pictures, want nothing"},
		"an error that tells what happened": {"API/makePicture/Resource", "ctx.error.type);", "ctx.error.type, ctx.error.message);", `learns "words of somebody else" from the error`},
	} {
		t.Run(name, func(t *testing.T) { expect(t, triedWith(t, test.path, test.from, test.to, test.want), test.want) })
	}
}

// An upload makes one photo, no limit is passed, and a write holds on to what was read: the course of events says so of each.
func TestM59_M89_M95_oneSetAnUploadAndLimitsThatHold(t *testing.T) {
	for name, test := range map[string]struct{ path, from, to, want string }{
		"control: as it ships":                 {"API/reserve/Resource", "", "", ""},
		"M89 a photo twice":                    {"API/checkNewPhoto/Resource", "ctx.stash.photoId = `${sub}.", "ctx.stash.photoId = `${sub}.${util.autoId()}` || `", "an upload makes one photo"},
		"M59 a write that holds on to nothing": {"API/updateProduct/Resource", "#version = :version AND #state = :state", "#version >= :version AND #state = :state", "somebody changes in the same moment"},
		"M59 a photo that is made anew":        {"API/deletePhoto/Resource", " AND #folder = :folder", " AND :folder = :folder", "while it is deleted"},
		"M95 pictures a day":                   {"API/reserve/Resource", "#calls < :most", "#calls <> :most", "by a PICTURES_PER_DAY of 1"},
		"M95 no pictures at all":               {"API/reserve/Resource", "if (most === 0) {", "if (most < 0) {", "by a PICTURES_PER_DAY of 0"},
	} {
		t.Run(name, func(t *testing.T) {
			violations, _, err := runCourse(prooftest.Read(t, prooftest.Altered(t, "API", prooftest.Code(test.path, test.from, test.to))).API, known)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, violations, test.want)
		})
	}
}
