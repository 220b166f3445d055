package tour_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	rows "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/verify/tour"
	"lightbox.example/lightbox/sandbox"
)

// strangers have signed up by names with the prefix, confirmed and not, blocked and not: they stay with all that is theirs. A run's own
// user goes, also one whom somebody has blocked.
func (r *rig) strangers(t *testing.T) {
	ctx := t.Context()
	stores, _ := r.names(t)
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	clients, err := stores.Users.ListUserPoolClients(ctx, &cognitoidentityprovider.ListUserPoolClientsInput{UserPoolId: &stores.UserPool})
	check(err)
	names := []string{tour.Prefix + "confirmed", tour.Prefix + "unconfirmed", tour.Prefix + "blocked"}
	for _, name := range names {
		user, password := &name, aws.String("Correct-horse-1")
		signed, err := stores.Users.SignUp(ctx, &cognitoidentityprovider.SignUpInput{
			ClientId: clients.UserPoolClients[0].ClientId, Username: user, Password: password,
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(name + "@example.com")}},
		})
		check(err)
		_, err = stores.Files.PutObject(ctx, &s3.PutObjectInput{Bucket: &stores.Bucket, Key: aws.String("uploads/" + *signed.UserSub + "/theirs"), Body: strings.NewReader("theirs")})
		check(err)
		_, err = stores.Tables.PutItem(ctx, &dynamodb.PutItemInput{TableName: &stores.Photos, Item: map[string]rows.AttributeValue{
			"photoId": &rows.AttributeValueMemberS{Value: "PROFILE#" + *signed.UserSub}, "row": &rows.AttributeValueMemberS{Value: "PROFILE"},
		}})
		check(err)
		if name != names[1] {
			_, err = stores.Users.AdminConfirmSignUp(ctx, &cognitoidentityprovider.AdminConfirmSignUpInput{UserPoolId: &stores.UserPool, Username: user})
			check(err)
		}
	}
	disable := func(name string) {
		t.Helper()
		_, err := stores.Users.AdminDisableUser(ctx, &cognitoidentityprovider.AdminDisableUserInput{UserPoolId: &stores.UserPool, Username: &name})
		check(err)
	}
	disable(names[2])
	before := r.left(t)

	c := child(t, "dev")
	r.calls.arm(400, func() { _ = c.Process.Kill() })
	_ = c.Wait() // it was killed
	r.calls.rest()
	own := 0
	for _, one := range r.left(t) {
		if name, is := strings.CutPrefix(one, "user "); is && strings.HasSuffix(name, "-user") {
			disable(name)
			own++
		}
	}
	done, err := tour.Clean(ctx, r.world)
	if err != nil || own != 1 || done.Users < 2 {
		t.Errorf("got %v, %d users of a run removed, of whom %d blocked; want no error, some, 1", err, done.Users, own)
	}
	r.backAt(t, "strangers", before)
	slices.Sort(names)
	for i, sentence := range done.Left() {
		if want := `"` + names[i] + `" is not of a run: left alone`; sentence != want {
			t.Errorf("got %s, want %s", sentence, want)
		}
	}
	if len(done.Left()) != len(names) {
		t.Errorf("got %q, want a sentence for each of %q", done.Left(), names)
	}
}

// atOnce has a second run begin while one is at work, which it leaves alone, and then --clean, which ends it. All of both is removed.
func (r *rig) atOnce(t *testing.T) {
	before := r.left(t)
	c := child(t, "dev")
	working := make(chan struct{})
	r.calls.arm(300, func() { close(working) })
	<-working
	found, err := tour.Walk(t.Context(), r.world, true)
	if err == nil || !strings.Contains(err.Error(), "at work, on ") || !strings.Contains(err.Error(), "`lightbox verify --clean`") || len(found) > 0 {
		t.Errorf("a second run: got %v and %d rows, want it refused", err, len(found))
	}
	if done, err := tour.Clean(t.Context(), r.world); err != nil || done.Users == 0 {
		t.Errorf("--clean: got %v and %d users, want those of the first run removed", err, done.Users)
	}
	if err := c.Wait(); err == nil {
		t.Error("the first run: got no error, want it told that it was taken over")
	}
	r.backAt(t, "two runs at once", before)
	r.walk(t, false) // and the next one may
	r.backAt(t, "the next run", before)
}

// killedWhileMaking kills a walk when the function of pictures has written its first file, and cleans in that moment.
func (r *rig) killedWhileMaking(t *testing.T) {
	if *kills < 10 {
		t.Skip("in make soak: a clean waits until what was asked for is over")
	}
	tour.SetAtWork(10 * time.Second)
	defer tour.SetAtWork(time.Minute)
	before := r.left(t)
	c := child(t, "dev")
	r.calls.armAt(func(call sandbox.Call) bool {
		return call.Operation == "PutObject" && strings.Contains(call.Caller, "Pictures")
	}, func() { _ = c.Process.Kill() })
	_ = c.Wait() // it was killed
	if _, err := tour.Clean(t.Context(), r.world); err != nil {
		t.Error(err)
	}
	r.backAt(t, "killed while a picture is made", before)
}
