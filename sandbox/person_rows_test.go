package sandbox_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deploytest"
	erase "lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/sandbox"
)

// leaving is a backend that people leave.
type leaving struct {
	people
	photo string // ada's, which is liked and commented on
}

func withLeaving(t *testing.T) leaving {
	t.Helper()
	return leavingIn(t, withPeopleOf(t, start(t, sandbox.Config{}), deploytest.WorkingAssembly(t, "..", "dev", deploytest.Untold)))
}

// leavingIn is a backend with what is another's, in which people's things are.
func leavingIn(t *testing.T, p people) leaving {
	t.Helper()
	l := leaving{people: p}
	var err error
	if l.photo, err = l.createPhoto(l.ada, "of another"); err != nil {
		t.Fatal(err)
	}
	l.has(t, l.ada)
	return l
}

// stores are what erases people by the operator, on a wire or as the SDK does it.
func (l leaving) stores(t *testing.T, w *wire) *erase.Stores { return l.storesOf(t, w, root) }

func (l leaving) storesOf(t *testing.T, w *wire, by sdk.Credentials) *erase.Stores {
	t.Helper()
	if w == nil {
		w = &wire{}
	}
	w.client = cmp.Or(w.client, l.client)
	cfg := sdk.Config{
		Region: "us-east-1", HTTPClient: w,
		Credentials: credentials.NewStaticCredentialsProvider(by.AccessKeyID, by.SecretAccessKey, by.SessionToken),
	}
	if w.after > 0 { // who was killed tries nothing again
		cfg.Retryer = func() sdk.Retryer { return sdk.NopRetryer{} }
	}
	photos, err := l.table("Photos")
	if err != nil {
		t.Fatal(err)
	}
	products, err := l.table("Products")
	if err != nil {
		t.Fatal(err)
	}
	return erase.New(erase.Clients{
		Users: cognitoidentityprovider.NewFromConfig(cfg), Identities: cognitoidentity.NewFromConfig(cfg),
		Tables: dynamodb.NewFromConfig(cfg), Files: s3.NewFromConfig(cfg),
	}, erase.Names{UserPool: l.output("Auth", "UserPoolId"), Photos: photos, Products: products, Bucket: l.output("FileStorage", "BucketName")})
}

// joins signs somebody up who then has something in every store.
func (l leaving) joins(t *testing.T, name string, groups ...string) erase.Person {
	t.Helper()
	pool := l.backend.people(t)
	pool.SignUp(name, groups...)
	who, err := l.enter(pool, name)
	if err != nil {
		t.Fatal(err)
	}
	l.has(t, who)
	return erase.Person{Sub: who.sub, Username: name}
}

// has gives somebody a photo, comments and likes on it and on ada's, a pair row, an upload that is not posted and files in both areas, of
// which one was written twice and one deleted.
func (l leaving) has(t *testing.T, who person) {
	t.Helper()
	own, err := l.createPhoto(who, who.name)
	if err != nil {
		t.Fatal(err)
	}
	for _, photo := range []string{own, l.photo} {
		for _, mutation := range []string{
			`mutation($id: ID!) { likePhoto(id: $id) { id } }`, `mutation($id: ID!) { addComment(photoId: $id, text: "x") { id } }`,
			`mutation($id: ID!) { addComment(photoId: $id, text: "y") { id } }`,
		} {
			if err := l.ask(who, mutation, map[string]any{"id": photo}, nil); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := ok(l.files(who.keys, http.MethodPut, "uploads/"+who.sub+"/pending", []byte("not posted"))); err != nil {
		t.Fatal(err)
	}
	for _, area := range []string{"protected/", "private/"} {
		key := area + who.identity + "/a"
		for _, one := range []struct{ method, key string }{{http.MethodPut, key}, {http.MethodPut, key}, {http.MethodPut, key + "/b"}, {http.MethodDelete, key + "/b"}} {
			if a, err := l.files(who.keys, one.method, one.key, []byte(one.key)); err != nil || a.status/100 != 2 {
				t.Fatalf("%s %s: got %d %s, %v", one.method, one.key, a.status, a.body, err)
			}
		}
	}
	l.put(t, stored{"photoId": {"S": "PROFILE#" + who.sub}, "row": {"S": "IDENTITY#" + who.identity}, "createdAt": {"S": "2026-01-02T03:04:05Z"}})
}

func (l leaving) put(t *testing.T, row stored) {
	t.Helper()
	table, err := l.table("Photos")
	if err == nil {
		err = l.call(root, "dynamodb", "PutItem", map[string]any{"TableName": table, "Item": row}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// left is all there is in the stores, but what the tables' streams and S3's clock remove: pictures of photos, what they were made of, and
// who is to have a folder. Where people are named it is theirs alone.
func (l leaving) left(t *testing.T, people ...erase.Person) (all []string) {
	t.Helper()
	note := func(format string, values ...any) {
		line := fmt.Sprintf(format, values...)
		if len(people) == 0 || slices.ContainsFunc(people, func(p erase.Person) bool {
			return strings.Contains(line, p.Sub) || slices.ContainsFunc(p.Identities, func(id string) bool { return strings.Contains(line, id) })
		}) {
			all = append(all, line)
		}
	}
	table, err := l.table("Photos")
	if err != nil {
		t.Fatal(err)
	}
	var rows struct{ Items []map[string]any }
	if err := l.call(root, "dynamodb", "Scan", map[string]any{"TableName": table, "ConsistentRead": true}, &rows); err != nil {
		t.Fatal(err)
	}
	for _, row := range rows.Items {
		line, err := json.Marshal(row) // its keys are sorted
		if err != nil {
			t.Fatal(err)
		}
		note("row %s", line)
	}
	versions, err := l.s.Files.Versions(l.output("FileStorage", "BucketName"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions {
		posted := strings.HasPrefix(v.Key, "uploads/") && !strings.HasSuffix(v.Key, "/pending") && !strings.HasSuffix(v.Key, "/late")
		if !posted && !strings.HasPrefix(v.Key, "answers/") && !strings.HasPrefix(v.Key, "public/") {
			note("file %s %s", v.Key, v.VersionID)
		}
	}
	var users struct{ Users []struct{ Username string } }
	if err := l.call(root, "cognito-idp", "ListUsers", map[string]any{"UserPoolId": l.output("Auth", "UserPoolId")}, &users); err != nil {
		t.Fatal(err)
	}
	for _, p := range append(people, erase.Person{}) {
		for _, u := range users.Users {
			if len(people) == 0 && p.Sub == "" || p.Username == u.Username {
				note("user %s %s", u.Username, p.Sub)
			}
		}
	}
	var pool struct{ Identities []struct{ IdentityID string } }
	if err := l.call(root, "cognito-identity", "ListIdentities", map[string]any{"IdentityPoolId": l.output("Identity", "IdentityPoolId"), "MaxResults": 60}, &pool); err != nil {
		t.Fatal(err)
	}
	for _, i := range pool.Identities {
		note("identity %s", i.IdentityID)
	}
	slices.Sort(all)
	return all
}

// aged makes somebody have left, and their account be gone, long ago.
func (l leaving) aged(t *testing.T, who erase.Person) {
	t.Helper()
	table, err := l.table("Photos")
	if err == nil {
		err = l.call(root, "dynamodb", "UpdateItem", map[string]any{
			"TableName": table, "Key": stored{"photoId": {"S": "PROFILE#" + who.Sub}, "row": {"S": "PROFILE"}},
			"UpdateExpression": "SET leaving = :long, gone = :long", "ConditionExpression": "attribute_exists(leaving)",
			"ExpressionAttributeValues": stored{":long": {"S": "2020-01-02T03:04:05.678Z"}},
		}, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
}
