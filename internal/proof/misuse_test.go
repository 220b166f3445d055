package proof

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lightbox/internal/iam"
)

// attempt is something that somebody tries, by the access table of the design.
type attempt struct {
	who    string
	action string
	// key is an object's, {me} and {other} are ids of identities, {my sub} and {other sub}
	// of users; "bucket" is the bucket itself.
	key string
	// prefix is what a listing asks for; nil for none.
	prefix *string
	over   transport
	want   iam.Decision
}

func prefix(text string) *string { return &text }

// misuse holds the attacks that the policies must stop, by number, each next to what must
// stay possible. It is written by hand from the design: nothing here is computed from the
// table or the policies.
var misuse = map[string][]attempt{
	"M01_anyoneReadsPublicPastTheCDN": {
		{who: "anyone on the internet", action: "s3:GetObject", key: "public/products/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
	},
	"M02_anyoneReadsPeoplesFiles": {
		{who: "anyone on the internet", action: "s3:GetObject", key: "private/{me}/x.png"},
		{who: "anyone on the internet", action: "s3:GetObject", key: "protected/{me}/x.png"},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x.png", want: iam.Allow},
	},
	"M03_anyoneListsTheBucket": {
		{who: "anyone on the internet", action: "s3:ListBucket", key: "bucket"},
		{who: "anyone on the internet", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/")},
		{who: "an admin", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/"), want: iam.Allow},
	},
	"M04_anyoneWritesPublic": {
		{who: "anyone on the internet", action: "s3:PutObject", key: "public/products/x.png"},
		{who: "anyone on the internet", action: "s3:DeleteObject", key: "public/products/x.png"},
		{who: "an admin", action: "s3:PutObject", key: "public/products/x.png", want: iam.Allow},
	},
	"M06_plainHTTPWithGoodCredentials": {
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", over: plainHTTP},
		{who: "CloudFront", action: "s3:GetObject", key: "public/products/x", over: plainHTTP},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", want: iam.Allow},
	},
	"M07_oldTLS": {
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", over: tls11},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", want: iam.Allow},
	},
	"M08_M09_theCDNReadsWhatIsPublicAndNothingElse": {
		{who: "CloudFront", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
		{who: "CloudFront", action: "s3:GetObject", key: "public/photos/{other sub}/x.png", want: iam.Allow},
		{who: "CloudFront", action: "s3:GetObject", key: "private/{me}/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "protected/{me}/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "drafts/x.png"},
		{who: "CloudFront of another account", action: "s3:GetObject", key: "public/products/x.png"},
	},
	"M11_theCDNListsOrWrites": {
		{who: "CloudFront", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/")},
		{who: "CloudFront", action: "s3:PutObject", key: "public/products/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
	},
	"M12_theCDNIsAskedForAnEscapedPath": {
		{who: "CloudFront", action: "s3:GetObject", key: "public/../private/{me}/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "public/%2e%2e/private/{me}/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "public//private/{me}/x.png"},
		{who: "CloudFront", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
	},
	"M24_M25_guestsReadTheCatalogueAndWriteNothing": {
		{who: "a guest", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
		{who: "a guest", action: "s3:PutObject", key: "public/products/x.png"},
		{who: "a guest", action: "s3:DeleteObject", key: "public/products/x.png"},
		{who: "a guest", action: "s3:PutObject", key: "public/photos/{me}/x.png"},
	},
	"M26_guestsReadProtected": {
		{who: "a guest", action: "s3:GetObject", key: "protected/{other}/x.png"},
		{who: "a guest", action: "s3:GetObject", key: "protected/{me}/x.png"},
		{who: "a signed-in user", action: "s3:GetObject", key: "protected/{other}/x.png", want: iam.Allow},
	},
	"M27_guestsUsePrivateUnderTheirOwnIdentity": {
		{who: "a guest", action: "s3:GetObject", key: "private/{me}/x.png"},
		{who: "a guest", action: "s3:PutObject", key: "private/{me}/x.png"},
		{who: "a signed-in user", action: "s3:PutObject", key: "private/{me}/x.png", want: iam.Allow},
	},
	"M28_M29_guestsList": {
		{who: "a guest", action: "s3:ListBucket", key: "bucket"},
		{who: "a guest", action: "s3:ListBucket", key: "bucket", prefix: prefix("")},
		{who: "a guest", action: "s3:ListBucket", key: "bucket", prefix: prefix("p")},
		{who: "a guest", action: "s3:ListBucket", key: "bucket", prefix: prefix("private/")},
		{who: "a guest", action: "s3:ListBucket", key: "bucket", prefix: prefix("protected/")},
		{who: "a guest", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/")},
		{who: "a guest", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/")},
		{who: "an admin", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/"), want: iam.Allow},
	},
	"M31_guestsMeddleWithUploads": {
		{who: "a guest", action: "s3:ListBucketMultipartUploads", key: "bucket"},
		{who: "a guest", action: "s3:AbortMultipartUpload", key: "public/products/x.png"},
		{who: "an admin", action: "s3:AbortMultipartUpload", key: "public/products/x.png", want: iam.Allow},
	},
	"M36_guestsReachOtherServices": {
		{who: "a guest", action: "dynamodb:GetItem", key: "table"},
		{who: "a guest", action: "cognito-idp:AdminCreateUser", key: "table"},
		{who: "a guest", action: "lambda:InvokeFunction", key: "table"},
		{who: "a guest", action: "sts:AssumeRole", key: "table"},
		{who: "a guest", action: "iam:PassRole", key: "table"},
		{who: "a guest", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
	},
	"M40_M41_usersHaveTheirOwnPrivateFilesAndNobodyElses": {
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", want: iam.Allow},
		{who: "a signed-in user", action: "s3:PutObject", key: "private/{me}/x", want: iam.Allow},
		{who: "a signed-in user", action: "s3:DeleteObject", key: "private/{me}/x", want: iam.Allow},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{other}/x"},
		{who: "a signed-in user", action: "s3:PutObject", key: "private/{other}/x"},
		{who: "a signed-in user", action: "s3:DeleteObject", key: "private/{other}/x"},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}x/x"},
		{who: "a signed-in user", action: "s3:GetObjectVersion", key: "private/{other}/x"},
	},
	"M42_M43_usersReadProtectedAndWriteTheirOwn": {
		{who: "a signed-in user", action: "s3:GetObject", key: "protected/{other}/x", want: iam.Allow},
		{who: "a signed-in user", action: "s3:PutObject", key: "protected/{other}/x"},
		{who: "a signed-in user", action: "s3:DeleteObject", key: "protected/{other}/x"},
		{who: "a signed-in user", action: "s3:PutObject", key: "protected/{me}/x", want: iam.Allow},
	},
	"M44_usersListTheirOwnFolder": {
		{who: "a signed-in user", action: "s3:ListBucket", key: "bucket", prefix: prefix("private/{other}/")},
		{who: "a signed-in user", action: "s3:ListBucket", key: "bucket", prefix: prefix("private/{me}/"), want: iam.Allow},
		{who: "a signed-in user", action: "s3:ListBucket", key: "bucket", prefix: prefix("private/{me}")},
		{who: "a signed-in user", action: "s3:ListBucket", key: "bucket", prefix: prefix("private/")},
	},
	"M48_usersPublishByCopying": {
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", want: iam.Allow},
		{who: "a signed-in user", action: "s3:PutObject", key: "public/x"},
		{who: "a signed-in user", action: "s3:PutObject", key: "public/products/x"},
		{who: "an admin", action: "s3:PutObject", key: "public/products/x", want: iam.Allow},
	},
	"M50_usersChangeTheBucket": {
		{who: "a signed-in user", action: "s3:PutObjectAcl", key: "private/{me}/x"},
		{who: "a signed-in user", action: "s3:PutObjectTagging", key: "private/{me}/x"},
		{who: "a signed-in user", action: "s3:PutBucketPolicy", key: "bucket"},
		{who: "a signed-in user", action: "s3:PutBucketCORS", key: "bucket"},
		{who: "a signed-in user", action: "s3:DeleteBucket", key: "bucket"},
		{who: "an admin", action: "s3:GetBucketPolicy", key: "bucket"},
		{who: "a signed-in user", action: "s3:PutObject", key: "private/{me}/x", want: iam.Allow},
	},
	// A presigned URL asks as whoever signed it. That it holds for one method, one key and its
	// time is for its signature; without that it is nobody's.
	"M52_usersHandOutPresignedURLs": {
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", want: iam.Allow},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{other}/x"},
		{who: "a signed-in user", action: "s3:GetObject", key: "private/{me}/x", over: plainHTTP},
		{who: "anyone on the internet", action: "s3:GetObject", key: "private/{me}/x"},
	},
	"M65_usersWriteTheCatalogue": {
		{who: "a signed-in user", action: "s3:PutObject", key: "public/products/x.png"},
		{who: "a signed-in user", action: "s3:DeleteObject", key: "public/products/x.png"},
		{who: "an admin", action: "s3:DeleteObject", key: "public/products/x.png", want: iam.Allow},
	},
	"M66_usersWipeTheCatalogue": {
		{who: "a signed-in user", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/")},
		{who: "a signed-in user", action: "s3:DeleteObject", key: "public/products/x.png"},
		{who: "an admin", action: "s3:ListBucket", key: "bucket", prefix: prefix("public/products/"), want: iam.Allow},
		{who: "an admin", action: "s3:DeleteObject", key: "public/products/x.png", want: iam.Allow},
		// What an admin removes can be brought back.
		{who: "an admin", action: "s3:DeleteObjectVersion", key: "public/products/x.png"},
		{who: "an admin", action: "s3:PutBucketVersioning", key: "bucket"},
		{who: "an admin", action: "s3:PutLifecycleConfiguration", key: "bucket"},
	},
	"M70_adminsKeepTheirOwnFilesAndSeeNoOthers": {
		{who: "an admin", action: "s3:PutObject", key: "private/{me}/x", want: iam.Allow},
		{who: "an admin", action: "s3:PutObject", key: "protected/{me}/x", want: iam.Allow},
		{who: "an admin", action: "s3:PutObject", key: "public/photos/{my sub}/x", want: iam.Allow},
		{who: "an admin", action: "s3:GetObject", key: "private/{other}/x"},
		{who: "an admin", action: "s3:PutObject", key: "protected/{other}/x"},
		{who: "an admin", action: "s3:DeleteObject", key: "protected/{other}/x", want: iam.Allow},
	},
	"M85_nobodyReadsWhatLiesInNoArea": {
		{who: "CloudFront", action: "s3:GetObject", key: "public/x.png"},
		{who: "a guest", action: "s3:GetObject", key: "public/x.png"},
		{who: "a signed-in user", action: "s3:GetObject", key: "public/x.png"},
		{who: "an admin", action: "s3:GetObject", key: "public/x.png"},
		{who: "an admin", action: "s3:GetObject", key: "public/products/x.png", want: iam.Allow},
	},
}

func TestMisuse(t *testing.T) {
	for env := range assemblies {
		system := shipped(t, env)
		for name, attempts := range misuse {
			t.Run(env+"/"+name, func(t *testing.T) {
				allowed, denied := 0, 0
				for _, a := range attempts {
					decision, reasons := system.try(t, a)
					if decision != a.want {
						t.Errorf("%s, %s %s: got %v, want %v: %s", a.who, a.action, a.key, decision, a.want, reasons)
					}
					if a.want {
						allowed++
					} else {
						denied++
					}
				}
				if allowed == 0 || denied == 0 {
					t.Errorf("got %d allowed and %d denied, want a control beside the attack", allowed, denied)
				}
			})
		}
	}
}

// try asks the evaluator as the proof does.
func (s *System) try(t *testing.T, a attempt) (iam.Decision, iam.Reasons) {
	t.Helper()
	ids := strings.NewReplacer("{me}", myIdentity, "{other}", otherIdentity, "{my sub}", mySub, "{other sub}", otherSub)
	q := question{action: a.action, resource: s.Bucket.ARN + "/" + ids.Replace(a.key)}
	switch a.key {
	case "bucket":
		q.resource = s.Bucket.ARN
	case "table":
		q.resource = s.API.Tables["Photos"].ARN
	}
	if a.prefix != nil {
		q.prefix = prefix(ids.Replace(*a.prefix))
	}
	if a.over == (transport{}) {
		a.over = tls12
	}
	for _, who := range s.callers() {
		if who.name == a.who {
			return s.decide(who, q, a.over)
		}
	}
	t.Fatalf("nobody is called %q", a.who)
	return iam.Deny, iam.Reasons{}
}

func TestM23_M38_rolesTrustWhomTheyAreFor(t *testing.T) {
	system := shipped(t, "prod")
	if found := system.checkTrust(); len(found) > 0 {
		t.Errorf("got %v, want nothing", found)
	}
	// The control: a role that trusts as another does is noticed.
	system.User.Trust = system.Guest.Trust
	if found := system.checkTrust(); len(found) == 0 {
		t.Error("the signed-in role with the guests' trust: got nothing, want violations")
	}
}

func TestM32_M33_M34_guestsCallThePublicFieldsAndNoOther(t *testing.T) {
	system := shipped(t, "prod")
	for field, want := range map[string]iam.Decision{
		"Query/fields/getProduct": iam.Allow, "Query/fields/listProducts": iam.Allow,
		"Subscription/fields/onProductPublished": iam.Allow, "Subscription/fields/onProductWithdrawn": iam.Allow,
		"Mutation/fields/createProduct": iam.Deny, "Mutation/fields/updateProduct": iam.Deny, "Mutation/fields/deleteProduct": iam.Deny,
		"Query/fields/listDrafts": iam.Deny, "Query/fields/listPhotos": iam.Deny, "Subscription/fields/onPhotoCreated": iam.Deny,
	} {
		for _, who := range system.callers() {
			if who.column != guest && who.column != user && who.column != admin {
				continue
			}
			decision, reasons := system.decide(who, question{action: "appsync:GraphQL", resource: system.API.ARN + "/types/" + field}, tls12)
			if decision != want {
				t.Errorf("%s calls %s: got %v, want %v: %s", who.name, field, decision, want, reasons)
			}
		}
	}
}

func TestM81_M82_servicesDoWhatTheyAreForAndNoMore(t *testing.T) {
	system := shipped(t, "prod")
	if found := system.checkServices(); len(found) > 0 {
		t.Errorf("got %v, want nothing", found)
	}
	// The control: two roles with each other's policies are noticed.
	a, b := &system.Services[0], &system.Services[1]
	a.Policies, b.Policies = b.Policies, a.Policies
	if found := system.checkServices(); len(found) == 0 {
		t.Error("swapped policies: got nothing, want violations")
	}
}

// Nothing that is deployed puts anybody into a group; whoever holds the account does.
func TestM72_templatesPutNobodyIntoGroups(t *testing.T) {
	for name, test := range map[string]struct {
		resource map[string]any
		refused  bool
	}{
		"control: another resource": {map[string]any{"Type": "AWS::Logs::LogGroup", "Properties": map[string]any{}}, false},
		"a member": {map[string]any{"Type": "AWS::Cognito::UserPoolUserToGroupAttachment", "Properties": map[string]any{
			"UserPoolId": "us-east-1_AbCdEfGhI", "Username": "mallory", "GroupName": "Admins",
		}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			violations, err := Check(altered(t, "Identity", func(template map[string]any) {
				template["Resources"].(map[string]any)["More"] = test.resource
			}))
			if refused := err != nil || len(violations) > 0; refused != test.refused {
				t.Errorf("got %v and %v, want refused: %v", violations, err, test.refused)
			}
		})
	}
}

// Sign-in through another provider hands its code to the sites that may use the bucket.
func TestM21_signInReturnsToOurSitesAlone(t *testing.T) {
	for url, want := range map[string]int{"https://www.example.com/": 0, "https://www.example.com": 0, "https://example.com": 1, "http://www.example.com/": 1} {
		system := shipped(t, "prod")
		at(system.Bucket.Properties, "CorsConfiguration.CorsRules.0").(map[string]any)["AllowedOrigins"] = []any{"https://www.example.com"}
		system.Client.Properties["AllowedOAuthFlows"], system.Client.Properties["CallbackURLs"] = []any{"code"}, []any{url}
		if found := system.checkSignIn(); len(found) != want {
			t.Errorf("back to %s: got %v, want %d violations", url, found, want)
		}
	}
}

// Every row of docs/MISUSE.md has a test by its number.
func TestMisuse_hasATestForEveryRow(t *testing.T) {
	page, err := os.ReadFile("../../docs/MISUSE.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	if err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (M\d\d) \|`).FindAllStringSubmatch(string(page), -1)
	if len(rows) < 60 {
		t.Fatalf("got %d rows, want at least 60", len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(tests.String(), row[1]) {
			t.Errorf("%s: got no test by this number", row[1])
		}
	}
}
