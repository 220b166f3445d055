package main

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox"
)

func TestUserPool_isThatOfTheOneApplicationInTheEnvironment(t *testing.T) {
	stack := func(name string) sandbox.Stack {
		return sandbox.Stack{Name: name, Outputs: map[string]string{"UserPoolId": "pool of " + name}}
	}
	others := []sandbox.Stack{
		stack("Lightbox-prod-Auth"), stack("Lightbox-pr-dev-Auth"), stack("Lightbox-dev-two-Auth"), stack("Lightbox-dev-Authors"),
		{Name: "Shop-dev-Auth"}, // under way: it has no outputs yet
	}
	for name, test := range map[string]struct {
		stacks []sandbox.Stack
		pool   string
		fault  string
	}{
		"the one of Lightbox":  {append(others, stack("Lightbox-dev-Auth")), "pool of Lightbox-dev-Auth", ""},
		"the one of a fork":    {append(others, stack("Photos-dev-Auth")), "pool of Photos-dev-Auth", ""},
		"none":                 {others, "", "got no user pool of the environment dev in the sandbox"},
		"those of two of them": {[]sandbox.Stack{stack("Lightbox-dev-Auth"), stack("Shop-dev-Auth")}, "", "got the applications Lightbox and Shop, each with an environment dev, want one"},
	} {
		_, pool, err := userPool(sandbox.Overview{Stacks: test.stacks}, "dev")
		if pool != test.pool && test.fault == "" || (err == nil) != (test.fault == "") || err != nil && !strings.HasPrefix(err.Error(), test.fault) {
			t.Errorf("%s: got %q, %v, want %q, %q", name, pool, err, test.pool, test.fault)
		}
	}
}

func TestPlain_keepsWhatIsCode(t *testing.T) {
	if got, want := plain("`true` allows `http://` and `*` of *each index*"), "true allows http:// and * of each index"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
