package proof

import "lightbox.example/lightbox/sandbox/appsyncjs"

// leaves makes sure that who deletes their account is seen no more and posts nothing: from then on, and while a picture is made.
func (t *trial) leaves() {
	const remove, post, profile = "Mutation.deleteAccount", "Mutation.createPhoto", "Query.getProfile"
	who := appsyncjs.UserPoolIdentity{Sub: "3f3f3f3f-3f3f-4f3f-8f3f-3f3f3f3f3f3f", Username: "leaver"}
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
			until = value
		}
		t.expect(remove, value, until, "the first time counts")
	}
	// Between the check of the room, the second thing that the call asks of the table, and the write.
	t.before = func() { t.before = func() { t.before = leave } }
	for _, number := range []int{2, 3} {
		if _, fault, err := t.call(who, post, photo(number)); err != nil || fault == nil || fault.Type != "Unauthorized" {
			t.report(post, "a user who deletes their account posts a photo: got %v%v, want Unauthorized", show(fault), show(err))
		}
	}
	leave()
	if value, fault, err := t.call(asMe, profile, arguments{"owner": who.Sub}); value != nil || fault != nil || err != nil {
		t.report(profile, "a user who deletes their account has the profile %v: want none", show(value))
	}
}
