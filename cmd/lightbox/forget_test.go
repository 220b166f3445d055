package main

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	users "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// community is a deployed sandbox with people.
type community struct {
	t              *testing.T
	cfg            aws.Config
	pool, bucket   string
	photos         string // the table
	tables         *dynamodb.Client
	accounts       *cognitoidentityprovider.Client
	people         deploytest.UserPool
	identities     string // the identity pool
	identity, ours string // of the person, who is maria, and of somebody else, once they signed in
}

func newCommunity(t *testing.T) (community, *sandbox.Sandbox) {
	t.Helper()
	s := deployedSandbox(t, deploytest.Untold)
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	overview, err := fetchOverview(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	c := community{
		t: t, cfg: cfg, pool: overview.Output("Lightbox-dev-Auth", "UserPoolId"), bucket: overview.Output("Lightbox-dev-FileStorage", "BucketName"),
		tables: dynamodb.NewFromConfig(cfg), accounts: cognitoidentityprovider.NewFromConfig(cfg),
		identities: overview.Output("Lightbox-dev-Identity", "IdentityPoolId"),
	}
	c.people = deploytest.UserPool{T: t, Service: s.Users, Pool: c.pool, Client: overview.Output("Lightbox-dev-Auth", "UserPoolClientId"), Now: time.Now}
	listed, err := c.tables.ListTables(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range listed.TableNames {
		if strings.Contains(name, "Photos") {
			c.photos = name
		}
	}
	return c, s
}

// joins makes a user, and answers their sub.
func (c community) joins(name, email string) (sub string) {
	c.t.Helper()
	made, err := c.accounts.AdminCreateUser(c.t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &c.pool, Username: &name, MessageAction: users.MessageActionTypeSuppress,
		UserAttributes: []users.AttributeType{{Name: aws.String("email"), Value: &email}},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return *made.User.Attributes[0].Value
}

// signsUp makes a user who signs in, and answers their sub and their identity.
func (c community) signsUp(name string) (sub, id string) {
	c.t.Helper()
	c.people.SignUp(name)
	token := c.people.SignIn(name).IDToken
	got, err := cognitoidentity.NewFromConfig(c.cfg).GetId(c.t.Context(), &cognitoidentity.GetIdInput{
		IdentityPoolId: &c.identities, Logins: map[string]string{"cognito-idp.us-east-1.amazonaws.com/" + c.pool: token},
	})
	if err != nil {
		c.t.Fatal(err)
	}
	user, err := c.accounts.AdminGetUser(c.t.Context(), &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &c.pool, Username: &name})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, a := range user.UserAttributes {
		if *a.Name == "sub" {
			sub = *a.Value
		}
	}
	return sub, *got.IdentityId
}

// row writes a row of texts.
func (c community) row(texts ...string) {
	c.t.Helper()
	item := map[string]types.AttributeValue{"createdAt": &types.AttributeValueMemberS{Value: "2026-01-02T03:04:05Z"}}
	for i := 0; i < len(texts); i += 2 {
		item[texts[i]] = &types.AttributeValueMemberS{Value: texts[i+1]}
	}
	if _, err := c.tables.PutItem(c.t.Context(), &dynamodb.PutItemInput{TableName: &c.photos, Item: item}); err != nil {
		c.t.Fatal(err)
	}
}

func (c community) file(key string) {
	c.t.Helper()
	if _, err := s3.NewFromConfig(c.cfg).PutObject(c.t.Context(), &s3.PutObjectInput{Bucket: &c.bucket, Key: &key, Body: strings.NewReader(key)}); err != nil {
		c.t.Fatal(err)
	}
}

// keys are those of all files.
func (c community) keys() (keys string) {
	c.t.Helper()
	listed, err := s3.NewFromConfig(c.cfg).ListObjectsV2(c.t.Context(), &s3.ListObjectsV2Input{Bucket: &c.bucket})
	if err != nil {
		c.t.Fatal(err)
	}
	for _, object := range listed.Contents {
		keys += *object.Key + " "
	}
	return keys
}

// on is a command about people of dev.
func on(args ...string) (int, string, string) {
	return code(append(args, "--config", "../../cdk.json")...)
}

// says tells whether a printed table has a line with so many of something.
func says(out, of string, items int) bool {
	return strings.Contains(out, fmt.Sprintf("  %-36s %8d", of, items))
}

func TestForget_saysWhatThereIsAndErasesItIfTold(t *testing.T) {
	c, _ := newCommunity(t)
	var sub, other string
	sub, c.identity = c.signsUp("maria")
	other, c.ours = c.signsUp("jonas")
	for _, one := range []string{sub, other} {
		c.row("photoId", "PROFILE#"+one, "row", "PROFILE", "name", "x")
		c.row("photoId", "PROFILE#"+one, "row", "DAY#2026-01-02")
		c.row("photoId", one+".1", "row", "PHOTO", "photoOwner", one, "feed", "PHOTO")
		c.file("originals/" + one + "/a")
	}
	c.row("photoId", "PROFILE#"+other, "row", "IDENTITY#"+c.ours)
	c.file("private/" + c.identity + "/a")
	c.file("private/" + c.ours + "/a")
	before := c.keys()

	exit, out, faults := on("forget", "maria@example.com")
	wants := []string{"maria, sub " + sub, "maria@example.com, CONFIRMED, enabled", "Nothing was changed", "Not searched: protected/ and private/."}
	for _, want := range wants {
		if !strings.Contains(out, want) {
			t.Errorf("a look: got\n%s\nwant %q", out, want)
		}
	}
	for _, of := range []string{"account", "photos", "days with uploads", "versions in originals/SUB/", "profile"} {
		if !says(out, of, 1) {
			t.Errorf("a look: got\n%s\nwant one of %s", out, of)
		}
	}
	if exit != 1 || faults != "" || c.keys() != before {
		t.Errorf("a look: got %d, %q and the files %s, want 1 and nothing changed", exit, faults, c.keys())
	}
	if exit, out, faults := on("forget", "maria", "--identity", c.identity); exit != 0 || faults != "" || !says(out, "versions in private/IDENTITY/", 1) ||
		!strings.Contains(out, "identity "+c.identity+", made 20") || !strings.Contains(out, "with 1 versions of files; no row says whose it is") {
		t.Errorf("with the identity: got %d, %q and\n%s", exit, faults, out)
	}
	if exit, _, faults := on("forget", "maria", "--yes", "--identity", c.ours); exit != 1 || c.keys() != before ||
		!strings.Contains(faults, "nothing was changed: "+c.ours+": got the identity of "+other+", as a row says") {
		t.Errorf("with another's identity: got %d, %q and the files %s", exit, faults, c.keys())
	}
	exit, out, faults = on("forget", "maria", "--yes", "--identity", c.identity)
	if exit != 0 || faults != "" || !says(out, "account", 1) || strings.Count(out, "lightbox forget "+sub+" --env dev --yes\n") != 2 || !strings.Contains(out, "35 days") {
		t.Errorf("--yes: got %d, %q and\n%s", exit, faults, out)
	}
	if want := "originals/" + other + "/a private/" + c.ours + "/a "; c.keys() != want {
		t.Errorf("got the files %s, want %s", c.keys(), want)
	}
	// Another round: by the sub, for there is no maria any more; the mark says which identity was theirs.
	exit, out, faults = on("forget", sub, "--yes")
	if exit != 0 || faults != "" || !strings.HasPrefix(out, sub+", who is not in the user pool\n") || !says(out, "account", 0) || !strings.Contains(out, "the mark, and which identities") {
		t.Errorf("again: got %d, %q and\n%s", exit, faults, out)
	}
	c.row("photoId", "PROFILE#"+sub, "row", "PROFILE", "leaving", "2026-01-02T03:04:05Z", "gone", "2026-01-02T03:04:05Z")
	if exit, out, faults = on("forget", sub, "--yes"); exit != 0 || faults != "" || !says(out, "profile", 1) || strings.Contains(out, "the mark, and which identities") {
		t.Errorf("after two hours: got %d, %q and\n%s", exit, faults, out)
	}
	if exit, out, _ := on("user", "show", "jonas"); exit != 0 || !strings.Contains(out, "identity "+c.ours) || !says(out, "photos", 1) {
		t.Errorf("control: got %d,\n%s\nwant the other as they were", exit, out)
	}
}

func TestForget_saysWhomItWants(t *testing.T) {
	c, _ := newCommunity(t)
	maria, twin := c.joins("maria", "both@example.com"), c.joins("jonas", "both@example.com")
	for _, test := range []struct{ args, want string }{
		{"forget", "got 0 arguments, want 1, as in `lightbox forget USER`"},
		{"forget nobody", "nobody: got no such user in " + c.pool + ", want a user name, an e-mail address or, of somebody whose account is gone, the sub: forget says it before it begins"},
		{"forget both@example.com", fmt.Sprintf("got 2 users, want one: jonas (sub %s), maria (sub %s)", twin, maria)},
		{"forget maria --identity x", `identities[0]: got "x", want the id of an identity`},
		{"user block 01234567-89ab-4cde-8f01-23456789abcd", "got nobody in " + c.pool + ", want a user who is there"},
		{`forget x"y`, "got no such user"},
		{"forget maria --identity eu-west-1:" + c.identities[10:], "got an identity of the region eu-west-1, want one of us-east-1"},
		{"user show maria --identity " + c.identities, "got an identity that is not there, want one of the identity pool"},
	} {
		if exit, _, faults := on(strings.Fields(test.args)...); exit != 1 || !strings.Contains(faults, test.want) {
			t.Errorf("%s: got %d and %q, want %q", test.args, exit, faults, test.want)
		}
	}
	if _, out, _ := on("user", "show", "maria"); !says(out, "account", 1) {
		t.Errorf("control: got\n%s\nwant her there", out)
	}
}

func TestUserBlock_isUndoneByUnblock(t *testing.T) {
	c, _ := newCommunity(t)
	c.joins("maria", "maria@example.com")
	c.joins("jonas", "jonas@example.com")
	for _, step := range []struct{ args, says, shows string }{
		{"user block maria@example.com", "maria is blocked. Tokens and keys that they have end within an hour.\n", "disabled"},
		{"user block maria", "maria is blocked. Tokens and keys that they have end within an hour.\n", "disabled"},
		{"user unblock maria", "maria may sign in again.\n0 photos are shown again.\n", "enabled"},
	} {
		if exit, out, faults := on(strings.Fields(step.args)...); exit != 0 || out != step.says || faults != "" {
			t.Errorf("%s: got %d, %q and %q, want %q", step.args, exit, out, faults, step.says)
		}
		if _, out, _ := on("user", "show", "maria"); !strings.Contains(out, step.shows) {
			t.Errorf("%s: got\n%s\nwant her %s", step.args, out, step.shows)
		}
		if _, out, _ := on("user", "show", "jonas"); !strings.Contains(out, "enabled") {
			t.Errorf("control: got\n%s\nwant the other enabled", out)
		}
	}
}

func TestUserExport_writesAnArchive(t *testing.T) {
	c, _ := newCommunity(t)
	var sub string
	sub, c.identity = c.signsUp("maria")
	c.file("originals/" + sub + "/a")
	c.file("private/" + c.identity + "/a")
	folder := t.TempDir()
	archive := folder + "/" + sub + ".zip"
	exit, out, faults := on("user", "export", "maria", "--out", folder)
	if exit != 1 || faults != "" || !strings.HasPrefix(out, archive+": 0 photos, 0 comments, 0 likes, 1 files of 48 B\n") || !strings.Contains(out, "Not searched: protected/ and private/.") {
		t.Errorf("got %d, %q and %q", exit, faults, out)
	}
	for _, test := range []struct{ out, want string }{
		{archive, "got " + archive + ", want a file that is not there"},
		{folder, "got " + archive + ", want a file that is not there"},
		{folder + "/none", "got " + folder + "/none, want a file that ends with .zip, or a folder that is there"},
		{folder + "/maria.txt", "got " + folder + "/maria.txt, want a file that ends with .zip, or a folder that is there"},
		{folder + "/none/maria.zip", "no such file or directory"},
	} {
		if exit, _, faults := on("user", "export", "maria", "--out", test.out); exit != 1 || !strings.Contains(faults, test.want) {
			t.Errorf("--out %s: got %d and %q, want %q", test.out, exit, faults, test.want)
		}
	}
	if err := os.Remove(archive); err != nil {
		t.Fatal(err)
	}
	exit, out, faults = on("user", "export", "maria", "--out", archive, "--identity", c.identity)
	if exit != 0 || faults != "" || out != archive+": 0 photos, 0 comments, 0 likes, 2 files of 104 B\n" {
		t.Errorf("with the identity: got %d, %q and %q", exit, faults, out)
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 1 || files[0].Name() != sub+".zip" {
		t.Errorf("got %v, %v, want the archive alone", files, err)
	}
}

// In a folder where others may write, a link that they planted leads nowhere, and what they planted is not replaced.
func TestUserExport_followsNoLink(t *testing.T) {
	c, _ := newCommunity(t)
	var sub string
	sub, c.identity = c.signsUp("maria")
	c.file("originals/" + sub + "/a")
	folder, victim := t.TempDir(), t.TempDir()+"/victim"
	if err := os.WriteFile(victim, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"maria.zip.part", ".maria.zip.part", "planted.zip"} {
		if err := os.Symlink(victim, folder+"/"+name); err != nil {
			t.Fatal(err)
		}
	}
	if exit, _, faults := on("user", "export", "maria", "--out", folder+"/planted.zip"); exit != 1 || !strings.Contains(faults, "want a file that is not there") {
		t.Errorf("a link: got %d and %q", exit, faults)
	}
	if exit, _, faults := on("user", "export", "maria", "--out", folder+"/maria.zip", "--identity", c.identity); exit != 0 || faults != "" {
		t.Errorf("control: got %d and %q", exit, faults)
	}
	if kept, err := os.ReadFile(victim); err != nil || string(kept) != "precious" {
		t.Errorf("got %q, %v where the links lead, want it as it was", kept, err)
	}
	if at, err := os.Lstat(folder + "/maria.zip"); err != nil || at.Mode() != 0o600 {
		t.Errorf("control: got %v, %v, want a file that nobody else may read", at, err)
	}
}
