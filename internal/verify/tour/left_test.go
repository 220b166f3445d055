package tour_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/person"
)

// names are where the rig's environment has something.
func (r *rig) names(t *testing.T) (stores *person.Stores, identities string) {
	t.Helper()
	stores, err := deployed.Stores(t.Context(), r.root, r.world.Config.StackName)
	if err != nil {
		t.Fatal(err)
	}
	text, err := deployed.Outputs(t.Context(), r.root, []string{r.world.Config.StackName("Identity")})
	if err != nil {
		t.Fatal(err)
	}
	var outputs map[string]map[string]string
	if err := json.Unmarshal(text, &outputs); err != nil {
		t.Fatal(err)
	}
	return stores, outputs[r.world.Config.StackName("Identity")]["IdentityPoolId"]
}

// left are all users, identities, rows, versions of files and begun uploads that there are.
func (r *rig) left(t *testing.T) (all []string) {
	t.Helper()
	ctx := t.Context()
	stores, pool := r.names(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	users, err := stores.Users.ListUsers(ctx, &cognitoidentityprovider.ListUsersInput{UserPoolId: &stores.UserPool})
	check(err)
	for _, one := range users.Users {
		all = append(all, "user "+*one.Username)
	}
	identities, err := stores.Identities.ListIdentities(ctx, &cognitoidentity.ListIdentitiesInput{IdentityPoolId: &pool, MaxResults: aws.Int32(60)})
	check(err)
	for _, one := range identities.Identities {
		all = append(all, "identity "+*one.IdentityId)
	}
	for _, table := range []string{stores.Photos, stores.Products} {
		rows, err := stores.Tables.Scan(ctx, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
		check(err)
		for _, row := range rows.Items {
			text, err := json.Marshal(row)
			check(err)
			all = append(all, "row "+string(text))
		}
	}
	versions, err := stores.Files.ListObjectVersions(ctx, &s3.ListObjectVersionsInput{Bucket: &stores.Bucket})
	check(err)
	for _, one := range versions.Versions {
		all = append(all, "file "+*one.Key+" "+*one.VersionId)
	}
	for _, one := range versions.DeleteMarkers {
		all = append(all, "delete marker "+*one.Key+" "+*one.VersionId)
	}
	uploads, err := stores.Files.ListMultipartUploads(ctx, &s3.ListMultipartUploadsInput{Bucket: &stores.Bucket})
	check(err)
	for _, one := range uploads.Uploads {
		all = append(all, "upload "+*one.Key)
	}
	slices.Sort(all)
	return all
}

// backAt waits until all is as it was: the table's stream has pictures removed in the minutes after.
func (r *rig) backAt(t *testing.T, what string, before []string) {
	t.Helper()
	var diff string
	for until := time.Now().Add(time.Minute); time.Now().Before(until); time.Sleep(100 * time.Millisecond) {
		if diff = cmp.Diff(before, r.left(t)); diff == "" {
			return
		}
	}
	t.Errorf("%s: got something left (-want +got):\n%s", what, diff)
}
