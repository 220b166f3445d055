package deploytest_test

import (
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	_ = func(t *testing.T) {
		clock := deploytest.ClockAt(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
		users, err := cognito.New(cognito.Config{Store: store.NewMemory(), Now: clock.Now})
		if err != nil {
			t.Fatal(err)
		}
		d := deploytest.New(t, "../..", "dev", users.ResourceTypes())
		d.Deploy("Auth")
		people := d.UserPool(users, clock.Now)
		people.SignUp("ann")
		t.Log(people.SignIn("ann"))
		t.Log(deploytest.Assembly(t, "../..", "dev")) // as a synth writes it, for CloudFormation
	}
}
