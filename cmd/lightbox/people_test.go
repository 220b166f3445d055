package main

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/sandbox"
)

func TestForget_saysOfWhatRemoverErasedBefore(t *testing.T) {
	there := person.Counts{{Of: person.Account, Items: 1}, {Of: person.Photos, Items: 3}, {Of: person.Likes, Items: 2}, {Of: person.Profile, Items: 1}}
	const remover = "What is missing from these the function remover had erased before: the mark told it.\n"
	for _, test := range []struct {
		erased person.Counts
		want   []string
	}{
		{person.Counts{{Of: person.Account}, {Of: person.Photos, Items: 1}, {Of: person.Likes, Items: 4}}, []string{
			"account                                     0 of 1\n", "photos                                      1 of 3\n", "likes                                       4\n", remover,
		}},
		{there, []string{"account                                     1\n", "photos                                      3\n"}},
	} {
		var out strings.Builder
		printErased(&out, test.erased, there)
		for _, want := range test.want {
			if !strings.Contains(out.String(), want) {
				t.Errorf("got\n%s\nwant %q", out.String(), want)
			}
		}
		if test.erased[0].Items == 1 && strings.Contains(out.String(), remover) {
			t.Errorf("control: got\n%s\nwant all of it erased here", out.String())
		}
	}
}

// Where a store cannot be read, as S3 by plain HTTP, nothing is begun.
func TestForget_beginsNothingThatItCannotReadToTheEnd(t *testing.T) {
	c, s := newCommunity(t)
	sub, identity := c.signsUp("maria")
	c.row("photoId", "PROFILE#"+sub, "row", "IDENTITY#"+identity)
	c.row("photoId", sub+".1", "row", "PHOTO", "photoOwner", sub, "feed", "PHOTO")
	t.Setenv("AWS_ENDPOINT_URL_S3", "http://"+s.HTTP())
	if exit, out, faults := on("forget", "maria", "--yes"); exit != 1 || !strings.Contains(faults, "forget: nothing was changed: uploads/"+sub+"/: ") || !strings.Contains(faults, "AccessDenied") {
		t.Errorf("got %d, %q and\n%s\nwant it refused", exit, faults, out)
	}
	t.Setenv("AWS_ENDPOINT_URL_S3", "https://"+s.HTTPS())
	exit, out, faults := on("user", "show", "maria")
	if exit != 0 || !says(out, "account", 1) || !says(out, "photos", 1) || strings.Contains(out, "leaves since") {
		t.Errorf("got %d, %q and\n%s\nwant her as she was", exit, faults, out)
	}
	exit, out, faults = on("forget", "maria", "--yes")
	if first := strings.Index(out, "lightbox forget "+sub); exit != 0 || !says(out, "account", 1) || first < 0 || first > strings.Index(out, "Erased") {
		t.Errorf("control: got %d, %q and\n%s\nwant her erased, by a command that is said before", exit, faults, out)
	}
	const gone = "of somebody whose account is gone, the sub: forget says it before it begins"
	if exit, _, faults := on("forget", "maria", "--yes"); exit != 1 || !strings.Contains(faults, gone) {
		t.Errorf("by the name that is gone: got %d and %q, want %q", exit, faults, gone)
	}
}

func TestUserShow_namesTheAreasThatItCouldNotSearch(t *testing.T) {
	c, _ := newCommunity(t)
	c.joins("maria", "maria@example.com")
	jonas, identity := c.signsUp("jonas")
	c.row("photoId", "PROFILE#"+jonas, "row", "IDENTITY#"+identity)
	if exit, out, faults := on("user", "show", "maria"); exit != 1 || faults != "" || !strings.Contains(out, "Not searched: protected/ and private/.") || !says(out, "account", 1) {
		t.Errorf("got %d, %q and\n%s", exit, faults, out)
	}
	if exit, out, faults := on("user", "show", "jonas"); exit != 0 || faults != "" || strings.Contains(out, "Not searched") {
		t.Errorf("control: got %d, %q and\n%s", exit, faults, out)
	}
}

// Where nothing is deployed, or nobody can be meant, it says so once, and asks nobody.
func TestForget_saysWhereNothingIsDeployed(t *testing.T) {
	emptySandbox(t, sandbox.Config{})
	const none = "Lightbox-dev-Auth in us-east-1: got no such stack, want it deployed: `make up` for the sandbox, `make deploy` for AWS\n"
	for _, test := range []struct {
		args []string
		want string
	}{
		{[]string{"forget", "maria"}, "lightbox: forget: " + none},
		{[]string{"user", "show", "maria"}, "lightbox: user: " + none},
		{[]string{"forget", ""}, "lightbox: forget: USER: got \"\", want a user name, an e-mail address or a sub: 1 to 128 characters without spaces\n"},
		{[]string{"user", "show", "a b"}, "lightbox: user: USER: got \"a b\", want a user name, an e-mail address or a sub: 1 to 128 characters without spaces\n"},
		{[]string{"forget", "maria", "--identity", "x"}, "lightbox: forget: identities[0]: got \"x\", want the id of an identity, as in us-east-1:01234567-89ab-4cde-8f01-23456789abcd\n"},
	} {
		if exit, out, faults := on(test.args...); exit != 1 || out != "" || faults != test.want {
			t.Errorf("%q: got %d, %q and %q, want %q alone", test.args, exit, out, faults, test.want)
		}
	}
}
