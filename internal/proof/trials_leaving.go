package proof

import (
	"fmt"
	"strings"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// links makes sure that an identity is noted, as often as its owner asks.
func (t *trial) links() {
	const link = "Mutation.linkIdentity"
	c := cast{me: question.MySub, provider: t.env["USER_POOL_PROVIDER"]}
	for range 2 {
		noted, fault, err := t.call(c.iam("authenticated", c.me, signedInBy(c.provider, c.me)...), link, arguments{})
		if fault != nil || err != nil {
			t.closes(t.api.PlaceOf(link), "a signed-in user by IAM may not call %s: %v%v", link, show(fault), show(err))
		}
		t.expect(link, noted, true, "it is noted")
	}
	t.keeps(link, "row", "IDENTITY#"+identityID(c.me))
}

// keeps makes sure that a row has an attribute with a text, after a call that writes it.
func (t *trial) keeps(field, attribute, text string) {
	rows, err := t.rows()
	if err != nil {
		t.err = err
	}
	if !strings.Contains(rows, fmt.Sprintf(`%q:{"S":%q}`, attribute, text)) {
		t.closes(t.api.PlaceOf(field), "%s: no row has %s %q, which whoever erases a person goes by", field, attribute, text)
	}
}

// leaves makes sure that who deletes their account is seen no more and posts nothing: from then on, and while a picture is made.
func (t *trial) leaves() {
	const remove, post, profile = "Mutation.deleteAccount", "Mutation.createPhoto", "Query.getProfile"
	who := appsyncjs.UserPoolIdentity{Sub: "3f3f3f3f-3f3f-4f3f-8f3f-3f3f3f3f3f3f", Username: "who-leaves"}
	photo := func(number int) arguments {
		return arguments{"input": arguments{"imgKey": upload(who.Sub, number)}}
	}
	t.may(who, post, photo(1))
	t.may(asMe, profile, arguments{"owner": who.Sub})
	var until any
	leave := func() {
		value, fault, err := t.call(who, remove, arguments{})
		if fault != nil || err != nil {
			t.closes(t.api.PlaceOf(remove), "a signed-in user may not delete their account: %v%v", show(fault), show(err))
		}
		if until == nil {
			until = t.clock.AddDate(0, 0, 1).Format("2006-01-02T15:04:05.000Z")
		}
		t.expect(remove, value, until, "it is gone a day after the first time")
	}
	// Between the check of the room, the second thing that the call asks of the table, and the write.
	t.before = func() { t.before = func() { t.before = leave } }
	for _, number := range []int{2, 3} {
		if _, fault, err := t.call(who, post, photo(number)); err != nil || fault == nil || fault.Type != "Unauthorized" {
			t.report(post, "a user who deletes their account posts a photo: got %v%v, want Unauthorized", show(fault), show(err))
		}
	}
	leave()
	t.keeps(remove, "username", who.Username)
	if value, fault, err := t.call(asMe, profile, arguments{"owner": who.Sub}); value != nil || fault != nil || err != nil {
		t.report(profile, "a user who deletes their account has the profile %v: want none", show(value))
	}
}
