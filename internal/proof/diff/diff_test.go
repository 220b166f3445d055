package diff

import (
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// A comparison leaves much garbage and keeps little.
func TestMain(m *testing.M) {
	debug.SetGCPercent(400)
	os.Exit(m.Run())
}

func compared(t *testing.T, before, after *system.System) Diff {
	t.Helper()
	diff, err := Compare(before, after, access.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return diff
}

// texts are the sentences of changes, without their sources.
func texts(changes []Change) []string {
	var all []string
	for _, change := range changes {
		all = append(all, change.Text)
	}
	return all
}

// Each change is looked at both ways round: what it opens is what its undoing closes.
func TestCompare_saysWhatAChangeOpens(t *testing.T) {
	const guests, users, bucket = "FileStorage/GuestAccess/Resource", "FileStorage/UserAccess/Resource", "FileStorage/Files/Policy/Resource"
	const pictures = "API/PicturesAccess/Resource"
	to := func(principal any, statement map[string]any) map[string]any {
		statement = maps.Clone(statement)
		statement["Principal"] = principal
		return statement
	}
	for name, test := range map[string]struct {
		edit   func(testing.TB) string
		opens  []string
		source string // of the first: what it ends with
	}{
		"control: a statement that says nothing new": {edit: prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "public/products/a*"))},
		"control: a statement written differently":   {edit: prooftest.Granting(users, prooftest.Allow("S3:GETOBJECT", "protected/${cognito-identity.amazonaws.com:sub}/*"))},
		"a listing for guests": {prooftest.Granting(guests, prooftest.Listing("protected/*")),
			[]string{"a guest may list protected/{identity}/"}, "statement 3 of FileStorage/GuestAccess"},
		"a whole area for guests": {prooftest.Granting(guests, prooftest.Allow("s3:*Object", "drafts/*")),
			[]string{"a guest may get, delete and use s3:PutObject and whatever matches s3:*Object on drafts/"}, ""},
		"all of a verb": {prooftest.Granting(users, map[string]any{"Effect": "Allow", "Resource": "drafts/*",
			"Action": []any{"s3:PutObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}}),
			[]string{"a signed-in user may put drafts/"}, "statement 10 of FileStorage/UserAccess"},
		"other people's folders": {prooftest.Granting(users, prooftest.Allow("s3:GetObject", "private/*")),
			[]string{"a signed-in user may get other people's folders of private/{identity}/", "an admin may get other people's folders of private/{identity}/"}, ""},
		"a guest's own folder": {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "private/${cognito-identity.amazonaws.com:sub}/*")),
			[]string{"a guest may get their own folder of private/{identity}/"}, ""},
		"a part of an area": {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "drafts/a*")),
			[]string{"a guest may get a part of drafts/, as in drafts/a"}, ""},
		"outside of every area": {prooftest.Granting(guests, prooftest.Allow("s3:GetObject", "else/*")),
			[]string{"a guest may get else/, which is in no area of the access table"}, ""},
		"another action": {prooftest.Granting(guests, prooftest.Allow("s3:GetObjectV*", "drafts/*")),
			[]string{"a guest may use whatever matches s3:GetObjectV* on drafts/"}, ""},
		"anyone on the internet": {prooftest.Granting(bucket, to("*", prooftest.Allow("s3:GetObject", "public/products/*"))), []string{
			"anyone on the internet may get public/products/",
			"CloudFront of another account may get public/products/",
		}, ""},
		"an area for a function": {prooftest.Granting(pictures, prooftest.Allow("s3:GetObject", "private/*")),
			[]string{"the function pictures may get other people's folders of private/{identity}/"}, " of API/PicturesAccess"},
		"versions for a function": {prooftest.Granting(pictures, prooftest.Allow("s3:DeleteObjectVersion", "drafts/*")),
			[]string{"the function pictures may erase drafts/"}, ""},
		"another service for a function": {prooftest.Granting(pictures, prooftest.Elsewhere("dynamodb:Scan", "*")),
			[]string{"the function pictures may use dynamodb:Scan on"}, ""},
		"a field for a function": {prooftest.Granting(pictures, prooftest.Elsewhere("appsync:GraphQL", "*")),
			[]string{"the function pictures may call Query.getProduct"}, ""},
		"what a data source calls": {prooftest.Granting("API/PicturesSourceAccess/Resource", prooftest.Elsewhere("lambda:InvokeFunction", "*")),
			[]string{"an invariant breaks: AppSync may use lambda:InvokeFunction on *"}, ""},
		"a field without a group": {prooftest.SchemaWith(`listDrafts(limit: Int nextToken: String): ProductConnection! @aws_cognito_user_pools(cognito_groups: ["Admins"])`,
			`listDrafts(limit: Int nextToken: String): ProductConnection! @aws_cognito_user_pools`),
			[]string{"a signed-in user may call Query.listDrafts"}, "@aws_cognito_user_pools of API/GraphQL/Schema"},
		"a type for guests": {prooftest.SchemaWith("type Photo @aws", "type Photo @aws_iam @aws"),
			[]string{"a guest may see all of Photo"}, "@aws_iam of API/GraphQL/Schema"},
		"a field of a type": {prooftest.SchemaWith("type ProductWithdrawal @aws_iam @aws_cognito_user_pools {", "type ProductWithdrawal @aws_iam @aws_cognito_user_pools { price: Int"),
			[]string{"a guest, a signed-in user and an admin may see ProductWithdrawal.price"}, ""},
		"what a subscription hears": {prooftest.SchemaWith(`onProductPublished: Product @aws_subscribe(mutations: ["publishProduct"])`,
			`onProductPublished: Product @aws_subscribe(mutations: ["publishProduct", "createProduct"])`),
			[]string{"whoever may subscribe to Subscription.onProductPublished hears of Mutation.createProduct"}, "@aws_subscribe of API/GraphQL/Schema"},
		"an origin": {func(t testing.TB) string {
			return prooftest.Edited(t, "FileStorage", "FileStorage/Files/Resource", func(properties map[string]any) {
				rule := system.Lookup(properties, "CorsConfiguration.CorsRules.0").(map[string]any)
				rule["AllowedOrigins"] = append(rule["AllowedOrigins"].([]any), "https://evil.example")
			})
		}, []string{"pages of https://evil.example may use the bucket from a browser"}, "CORS of FileStorage/Files"},
		"trust": {func(t testing.TB) string {
			return prooftest.Edited(t, "Identity", prooftest.Shipped(t, "prod").Groups[0].Role.Path, func(properties map[string]any) {
				statement := system.Lookup(properties, "AssumeRolePolicyDocument.Statement.0").(map[string]any)
				conditions := statement["Condition"].(map[string]any)
				delete(conditions, "ForAnyValue:StringLike")
			})
		}, []string{"an invariant breaks: a guest of the identity pool may use sts:AssumeRoleWithWebIdentity on the role of admin"}, ""},
		"plain HTTP": {func(t testing.TB) string {
			return prooftest.Edited(t, "FileStorage", bucket, func(properties map[string]any) {
				document := properties["PolicyDocument"].(map[string]any)
				document["Statement"] = document["Statement"].([]any)[1:]
			})
		}, []string{"CloudFront may get public/products/ over plain HTTP"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := prooftest.Shipped(t, "prod"), prooftest.Read(t, test.edit(t))
			diff := compared(t, before, after)
			got := texts(diff.Opens)
			if len(test.opens) == 0 && len(got) > 0 {
				t.Errorf("got %q, want nothing", got)
			}
			for _, want := range test.opens {
				if !slices.ContainsFunc(got, func(text string) bool { return strings.HasPrefix(text, want) }) {
					t.Errorf("got %q, want %q among it", got, want)
				}
			}
			if len(diff.Closes) > 0 {
				t.Errorf("closes %q, want nothing", texts(diff.Closes))
			}
			if len(diff.Opens) > 0 && test.source != "" && !strings.HasSuffix(diff.Opens[0].Source, test.source) {
				t.Errorf("source: got %q, want %q", diff.Opens[0].Source, test.source)
			}
			back := compared(t, after, before)
			if len(back.Opens) > 0 || len(back.Closes) != len(diff.Opens) {
				t.Errorf("undone: opens %q and closes %q, want as many closed as were opened", texts(back.Opens), texts(back.Closes))
			}
		})
	}
}

// What clients lack is closed, though it breaks an invariant as what opens does.
func TestCompare_saysWhatAnInvariantCloses(t *testing.T) {
	headers := prooftest.Edited(t, "FileStorage", "FileStorage/Files/Resource", func(properties map[string]any) {
		system.Lookup(properties, "CorsConfiguration.CorsRules.0").(map[string]any)["ExposedHeaders"] = []any{"x-amz-request-id"}
	})
	session := prooftest.Edited(t, "Identity", prooftest.Shipped(t, "prod").User.Path, func(properties map[string]any) {
		system.Lookup(properties, "AssumeRolePolicyDocument.Statement.0").(map[string]any)["Action"] = "sts:AssumeRoleWithWebIdentity"
	})
	for dir, want := range map[string]string{
		headers: "an invariant breaks: ExposedHeaders: a page may not read ETag, which the client needs",
		session: "an invariant breaks: a signed-in user of the identity pool may not use sts:TagSession on the role of user: it needs that role",
	} {
		before, after := prooftest.Shipped(t, "prod"), prooftest.Read(t, dir)
		if diff := compared(t, before, after); len(diff.Opens) > 0 || !slices.Contains(texts(diff.Closes), want) {
			t.Errorf("opens %q and closes %q, want only closed and %q among it", texts(diff.Opens), texts(diff.Closes), want)
		}
		if back := compared(t, after, before); len(back.Closes) > 0 || len(back.Opens) == 0 {
			t.Errorf("undone: opens %q and closes %q, want opened", texts(back.Opens), texts(back.Closes))
		}
	}
}

func TestCompare_findsNothingBetweenEqualSystems(t *testing.T) {
	for _, env := range prooftest.Environments {
		if diff := compared(t, prooftest.Shipped(t, env), prooftest.Shipped(t, env)); len(diff.Opens)+len(diff.Closes)+len(diff.Unread) > 0 {
			t.Errorf("%s: got %v, want nothing", env, diff)
		}
	}
}

// Two environments have other names for everything, and their own sites.
func TestCompare_looksThroughPhysicalIDs(t *testing.T) {
	if prooftest.Shipped(t, "dev").Bucket.ARN == prooftest.Shipped(t, "prod").Bucket.ARN {
		t.Fatal("the environments have one bucket, want two")
	}
	diff := compared(t, prooftest.Shipped(t, "dev"), prooftest.Shipped(t, "prod"))
	for _, text := range append(texts(diff.Opens), texts(diff.Closes)...) {
		if !strings.Contains(text, "pages of http") {
			t.Errorf("got %q, want nothing but origins", text)
		}
	}
	if len(diff.Opens) == 0 {
		t.Error("got no origin, want prod's")
	}
}

func TestCompare_namesResolversThatChanged(t *testing.T) {
	dir := prooftest.Edited(t, "API", "API/Query.getPhoto/Resource", func(properties map[string]any) {
		properties["Code"] = properties["Code"].(string) + "\n// changed\n"
	})
	diff := compared(t, prooftest.Shipped(t, "prod"), prooftest.Read(t, dir))
	if len(diff.Opens)+len(diff.Closes) > 0 || len(diff.Unread) != 1 || !strings.HasSuffix(diff.Unread[0].New, `"// changed"`) {
		t.Errorf("got %v, want no change of access and the line that changed", diff)
	}
}

// What a resolver lets people do in the trials is told, besides that its code is to be read.
func TestCompare_triesTheResolvers(t *testing.T) {
	dir := prooftest.Altered(t, "API", prooftest.Code("API/Subscription.onProductWithdrawn/Resource", "eq: true", "in: [true, false]"))
	diff := compared(t, prooftest.Shipped(t, "prod"), prooftest.Read(t, dir))
	if len(diff.Opens) == 0 || !strings.Contains(diff.Opens[0].Text, "hears map[id:x wasLive:false] by Subscription.onProductWithdrawn") || len(diff.Unread) != 1 {
		t.Errorf("got %v, want it opened, and the code to be read", diff)
	}
}
