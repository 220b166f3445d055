package proof

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// The people of the simulation in which resolvers are tried. As with files, me and the other are
// symbols: ids that differ.
const (
	myName, otherName = "me", "somebody-else"
	otherWords        = "words of somebody else"
)

var (
	asMe    = appsyncjs.UserPoolIdentity{Sub: question.MySub, Username: myName}
	asOther = appsyncjs.UserPoolIdentity{Sub: question.OtherSub, Username: otherName}
	asAdmin = appsyncjs.UserPoolIdentity{
		Sub: "ad000000-0000-4000-8000-000000000000", Username: "admin", Groups: []string{string(access.Admins)},
	}
	asIAM = appsyncjs.IAMIdentity{AccountID: "111122223333", Username: "AROAEXAMPLE:CognitoIdentityCredentials"}
)

// trial is the course of what happens in one simulation.
type trial struct {
	*simulation
	findings
	api system.API
	err error
}

type arguments = map[string]any

// CheckResolvers lets people use the API, past the directives, and makes sure that a resolver
// does what its caller may do and refuses all else: it changes nothing then, says Unauthorized,
// and tells nothing of anybody's. Fields that the schema lacks are left out.
func CheckResolvers(a system.API) ([]Violation, error) {
	schema, err := graphql.LoadSchema(a.Schema)
	if err != nil {
		return nil, err
	}
	fields := slices.DeleteFunc(access.Fields(), func(field access.Field) bool {
		of := schema.Types[field.Type]
		return of == nil || of.Fields.ForName(field.Name) == nil
	})
	violations, _, err := tryResolvers(a, fields, known)
	return violations, err
}

// tryResolvers is CheckResolvers with the calls that it made.
func tryResolvers(a system.API, fields []access.Field, r *records) ([]Violation, callLog, error) {
	r.prepare(a)
	var course, trials []Violation
	var first, then callLog
	var group errgroup.Group
	group.Go(func() (err error) { course, first, err = runCourse(a, r); return err })
	group.Go(func() (err error) { trials, then, err = runTrials(a, fields, r); return err })
	err := group.Wait()
	first.add(then)
	found := slices.Concat(course, trials)
	return append(found, untried(a, first, found)...), first, err
}

// course is what a course of events came to.
type course struct {
	found []Violation
	calls callLog
	err   error
}

// runCourse is a course of events: versions, states, counts and pictures, and what answers each
// viewer for themselves. It answers what goes wrong, and the calls that it made.
func runCourse(a system.API, r *records) ([]Violation, callLog, error) {
	a = staged(a, a.Resolvers...)
	given, err := digestOf(a)
	if err != nil {
		return nil, callLog{}, err
	}
	c := r.courses.of(given, func() course {
		w, err := newSimulation(a, r)
		if err != nil {
			return course{found: []Violation{{At: a.At, Rule: "resolvers", Text: "the resolvers cannot be run: " + err.Error()}}}
		}
		t := &trial{simulation: w, findings: findings{rule: "resolvers"}, api: a}
		t.products()
		t.photos()
		t.links()
		t.leaves()
		t.hides()
		t.mayNot(asIAM, likedByMe, arguments{}, "Unauthorized")
		return course{t.all, t.log, t.err}
	})
	var calls callLog
	calls.add(c.calls)
	return slices.Clone(c.found), calls, c.err
}

// report is for a resolver that does not do what it should.
func (t *trial) report(field, format string, args ...any) {
	t.opens(t.api.PlaceOf(field), format, args...)
}

// may calls a field that the caller may use, and returns what it answers.
func (t *trial) may(who any, field string, args arguments) arguments {
	value, fault, err := t.call(who, field, args)
	if err != nil || fault != nil {
		t.closes(t.api.PlaceOf(field), "%s may not call %s with %v: %v%v", name(who), field, args, show(fault), show(err))
	}
	object, _ := value.(arguments)
	return object
}

// mayNot calls a field that must refuse the caller.
func (t *trial) mayNot(who any, field string, args arguments, errorTypes ...string) {
	t.refuses(field, appsyncjs.Context{Identity: who, Arguments: args}, errorTypes...)
}

// refuses is mayNot with all that a resolver may be told.
func (t *trial) refuses(field string, request appsyncjs.Context, errorTypes ...string) {
	who, args := request.Identity, request.Arguments
	before, err := t.rows()
	if err != nil {
		t.err = err
		return
	}
	value, answer, err := t.resolve(field, request)
	if err != nil {
		t.report(field, "%s called %s, and it broke: %v", name(who), field, err)
		return
	}
	fault := answer.Err
	after, err := t.rows()
	if err != nil {
		t.err = err
		return
	}
	switch {
	case before != after:
		t.report(field, "%s may change rows by %s with %v: they are not theirs", name(who), field, args)
	case fault == nil:
		t.report(field, "%s may call %s with %v and gets %v: want a refusal", name(who), field, args, value)
	case !slices.Contains(errorTypes, fault.Type):
		t.report(field, "%s is refused by %s with %v: got the error %s, want %s", name(who), field, args, fault, strings.Join(errorTypes, " or "))
	}
	t.silent(who, field, fault)
}

// silent makes sure that an error tells nothing of anybody else's.
func (t *trial) silent(who any, field string, fault *appsyncjs.Error) {
	text, err := json.Marshal(fault)
	if err != nil {
		t.err = err
	}
	for _, secret := range []string{question.OtherSub, otherName, otherWords} {
		if strings.Contains(string(text), secret) {
			t.report(field, "%s learns %q from an error of %s", name(who), secret, field)
		}
	}
}

func name(who any) string {
	switch who := who.(type) {
	case appsyncjs.UserPoolIdentity:
		return map[string]string{question.MySub: "a signed-in user", question.OtherSub: "another user", asAdmin.Sub: "an admin"}[who.Sub]
	default:
		return "a caller by IAM"
	}
}

// upload is the key of an upload with an id of its own.
func upload(sub string, number int) string {
	return fmt.Sprintf("uploads/%s/%08d-0000-4000-8000-000000000000", sub, number)
}

// expect compares what a field answered.
func (t *trial) expect(field string, got, want any, why string) {
	if plain(got) != plain(want) {
		t.report(field, "%s: got %v, want %v: %s", field, show(got), want, why)
	}
}

// ids are those of a page's items.
func ids(page arguments) []any {
	var all []any
	for _, item := range system.Items(page["items"]) {
		all = append(all, system.Lookup(item, "id"))
	}
	return all
}

// products tries the catalogue.
func (t *trial) products() {
	input := arguments{"name": "a product", "price": 100, "currency": "EUR", "imgKey": upload(asAdmin.Sub, 1)}
	draft := t.may(asAdmin, "Mutation.createProduct", arguments{"input": input})["id"]
	again := t.may(asAdmin, "Mutation.createProduct", arguments{"input": input})["id"]
	t.expect("Mutation.createProduct", again, draft, "one upload makes one product")
	input["imgKey"] = upload(asAdmin.Sub, 2)
	created := t.may(asAdmin, "Mutation.createProduct", arguments{"input": input})
	live := created["id"]
	t.expect("Mutation.createProduct", created["isLive"], false, "a new product is a draft")
	published := t.may(asAdmin, "Mutation.publishProduct", arguments{"id": live, "version": 1})
	t.expect("Mutation.publishProduct", published["isLive"], true, "it is published")
	updated := t.may(asAdmin, "Mutation.updateProduct", arguments{"id": live, "version": 2, "input": arguments{"name": "b", "price": 1, "currency": "EUR"}})
	t.expect("Mutation.updateProduct", updated["isLive"], true, "it stays published")

	for _, who := range []any{asIAM, asMe} {
		value, fault, err := t.call(who, "Query.getProduct", arguments{"id": draft})
		if value != nil || fault != nil || err != nil {
			t.report("Query.getProduct", "%s may see a draft by its id: got %v", name(who), show(value))
		}
		seen := t.may(who, "Query.getProduct", arguments{"id": live})
		t.expect("Query.getProduct", seen["id"], live, "what is live is for everybody")
		t.expect("Query.getProduct", seen["isLive"], true, "it is published")
		page := t.may(who, "Query.listProducts", arguments{})
		if !slices.Equal(ids(page), []any{live}) {
			t.report("Query.listProducts", "%s lists %v: want what is live, and nothing else", name(who), ids(page))
		}
		t.expect("Query.listProducts", system.Lookup(page, "items.0.isLive"), true, "it is published")
	}
	t.expect("Query.getProduct", t.may(asAdmin, "Query.getProduct", arguments{"id": draft})["id"], draft, "admins see drafts")
	drafts := t.may(asAdmin, "Query.listDrafts", arguments{})
	t.expect("Query.listDrafts", fmt.Sprint(ids(drafts)), fmt.Sprint([]any{draft}), "admins list drafts")
	t.expect("Query.listDrafts", system.Lookup(drafts, "items.0.isLive"), false, "it is no draft otherwise")

	// What was made once is not made again, by whoever has an upload of the same name.
	another := asAdmin
	another.Sub = question.OtherSub
	for key, who := range map[string]any{upload(asAdmin.Sub, 2): asAdmin, upload(another.Sub, 1): another} {
		value, fault, err := t.call(who, "Mutation.createProduct", arguments{"input": arguments{"name": "a product", "price": 1, "currency": "EUR", "imgKey": key}})
		if fault == nil || fault.Type != "Conflict" {
			t.report("Mutation.createProduct", "makes a product of %s, of whose id there is one: got %v %v, want a Conflict", key, show(value), show(err))
		}
	}
	// A write holds on to what its caller saw.
	t.mayNot(asAdmin, "Mutation.updateProduct", arguments{"id": draft, "version": 7, "input": input}, "Conflict")
	t.mayNot(asAdmin, "Mutation.publishProduct", arguments{"id": draft, "version": 7}, "Conflict")
	t.mayNot(asAdmin, "Mutation.publishProduct", arguments{"id": live, "version": 3}, "Conflict")
	t.mayNot(asAdmin, "Mutation.unpublishProduct", arguments{"id": live, "version": 7}, "Conflict")
	t.mayNot(asAdmin, "Mutation.unpublishProduct", arguments{"id": draft, "version": 1}, "Conflict")
	t.mayNot(asAdmin, "Mutation.deleteProduct", arguments{"id": live, "version": 7}, "Conflict")
	// What is published has a picture, and it lies where the product's state says.
	bare := t.may(asAdmin, "Mutation.createProduct", arguments{"input": arguments{"name": "c", "price": 1, "currency": "EUR"}})["id"]
	t.may(asAdmin, "Mutation.updateProduct", arguments{"id": bare, "version": 1, "input": arguments{"name": "d", "price": 1, "currency": "EUR"}})
	t.mayNot(asAdmin, "Mutation.publishProduct", arguments{"id": bare, "version": 2}, "BadRequest")
	t.may(asAdmin, "Mutation.deleteProduct", arguments{"id": bare, "version": 2})
	input["imgKey"] = upload(asAdmin.Sub, 3)
	t.expect("Mutation.updateProduct", t.may(asAdmin, "Mutation.updateProduct", arguments{"id": live, "version": 3, "input": input})["imgKey"],
		fmt.Sprintf("public/products/%v/main.jpg", live), "a live product's JPEG keeps its address")
	t.may(asAdmin, "Mutation.unpublishProduct", arguments{"id": live, "version": 4})
	t.expect("Mutation.unpublishProduct", fmt.Sprint(ids(t.may(asAdmin, "Query.listDrafts", arguments{}))), fmt.Sprint([]any{live, draft}), "it is a draft again")
	t.may(asAdmin, "Mutation.publishProduct", arguments{"id": live, "version": 5})
	t.races()
	// Guests hear of what goes if they could see it.
	t.expect("Mutation.deleteProduct", t.may(asAdmin, "Mutation.deleteProduct", arguments{"id": live, "version": 6})["wasLive"], true, "guests saw it")
	t.expect("Mutation.deleteProduct", t.may(asAdmin, "Mutation.deleteProduct", arguments{"id": draft, "version": 1})["wasLive"], false, "guests never saw it")
}

// races makes sure that a write holds on to what the step before it read: somebody else's may come between.
func (t *trial) races() {
	input := arguments{"name": "raced", "price": 1, "currency": "EUR"}
	id := t.may(asAdmin, "Mutation.createProduct", arguments{"input": arguments{"name": "raced", "price": 1, "currency": "EUR", "imgKey": upload(asAdmin.Sub, 5)}})["id"]
	version := 1
	race := func(field string) {
		args := arguments{"id": id, "version": version}
		if field == "Mutation.updateProduct" {
			args["input"] = input
		}
		t.before = func() {
			t.may(asAdmin, "Mutation.updateProduct", arguments{"id": id, "version": version, "input": input})
		}
		if _, fault, err := t.call(asAdmin, field, args); err != nil || fault == nil || fault.Type != "Conflict" {
			t.report(field, "%s of a product that somebody changes in the same moment: got %v%v, want a Conflict", field, show(fault), show(err))
		}
		version++
	}
	race("Mutation.updateProduct")
	race("Mutation.publishProduct")
	t.may(asAdmin, "Mutation.publishProduct", arguments{"id": id, "version": version})
	version++
	race("Mutation.unpublishProduct")
	race("Mutation.deleteProduct")
	t.may(asAdmin, "Mutation.deleteProduct", arguments{"id": id, "version": version})
}

// photos tries what belongs to people.
func (t *trial) photos() {
	forged := arguments{
		"imgKey": upload(question.MySub, 1), "caption": "mine",
		"owner": question.OtherSub, "uploadedBy": otherName, "likeCount": 99, "id": "x", "createdAt": "2000-01-01T00:00:00Z",
	}
	photo := t.may(asMe, "Mutation.createPhoto", arguments{"input": forged})
	mine := photo["id"]
	t.expect("Mutation.createPhoto", photo["owner"], question.MySub, "the owner is the token's")
	t.expect("Mutation.createPhoto", photo["uploadedBy"], myName, "the author is the token's")
	t.expect("Mutation.createPhoto", photo["likeCount"], 0, "nobody likes it yet")
	theirs := t.may(asOther, "Mutation.createPhoto", arguments{"input": arguments{
		"imgKey": upload(question.OtherSub, 2), "caption": otherWords,
	}})["id"]
	t.mayNot(asMe, "Mutation.createPhoto", arguments{"input": arguments{"imgKey": upload(question.OtherSub, 3)}}, "BadRequest", "Unauthorized")
	t.expect("Mutation.createPhoto", t.may(asMe, "Mutation.createPhoto", arguments{"input": forged})["id"], mine, "an upload makes one photo")
	t.limits()
	t.ownLimits()

	for _, who := range []any{asMe, asAdmin} {
		t.mayNot(who, "Mutation.updatePhoto", arguments{"id": theirs, "version": 1, "caption": "taken over"}, "Unauthorized")
	}
	t.mayNot(asMe, "Mutation.deletePhoto", arguments{"id": theirs}, "Unauthorized")
	t.mayNot(asMe, "Mutation.updatePhoto", arguments{"id": mine, "version": 7, "caption": "too late"}, "Conflict")
	t.answers(asMe, t.may(asMe, "Mutation.updatePhoto", arguments{"id": mine, "version": 1, "caption": "still mine"}), nil, sharedAnswer)

	for _, count := range []struct {
		field string
		want  int
	}{{"likePhoto", 1}, {"likePhoto", 1}, {"unlikePhoto", 0}, {"unlikePhoto", 0}, {"likePhoto", 1}} {
		got := t.may(asMe, "Mutation."+count.field, arguments{"id": theirs})
		t.expect("Mutation."+count.field, got["likeCount"], count.want, "a person counts once")
	}
	t.lists(mine, theirs)
	t.likes(theirs)
	t.subscriptions(mine, theirs)
	left := t.comments(mine, theirs)

	// What a deletion relies on may change before it is done.
	t.before = func() { t.may(asOther, "Mutation.likePhoto", arguments{"id": mine}) }
	if _, fault, err := t.call(asMe, "Mutation.deletePhoto", arguments{"id": mine}); err != nil || fault == nil || fault.Type != "Conflict" {
		t.report("Mutation.deletePhoto", "a photo that is liked while it is deleted: got %v%v, want a Conflict: its owner's likes would be miscounted", show(fault), show(err))
	}
	t.before = func() { t.renews(mine) }
	if _, fault, err := t.call(asMe, "Mutation.deletePhoto", arguments{"id": mine}); err != nil || fault == nil || fault.Type != "Conflict" {
		t.report("Mutation.deletePhoto", "a photo whose pictures are made anew while it is deleted: got %v%v, want a Conflict: they would stay", show(fault), show(err))
	}

	t.may(asAdmin, "Mutation.deletePhoto", arguments{"id": theirs})
	t.mayNot(asOther, "Mutation.likePhoto", arguments{"id": theirs}, "NotFound")
	t.mayNot(asMe, "Mutation.editComment", arguments{"photoId": theirs, "id": left, "version": 1, "text": "too late"}, "NotFound")
	t.mayNot(asMe, "Mutation.deleteComment", arguments{"photoId": theirs, "id": left}, "NotFound")
	for _, field := range []string{"likePhoto", "unlikePhoto", "deletePhoto"} {
		t.mayNot(asMe, "Mutation."+field, arguments{"id": theirs}, "NotFound")
	}
	t.mayNot(asMe, "Mutation.addComment", arguments{"photoId": theirs, "text": "too late"}, "NotFound")
	t.mayNot(asOther, "Query.commentsByPhoto", arguments{"photoId": theirs}, "NotFound")
	profile := t.may(asMe, "Query.getProfile", arguments{"owner": question.OtherSub})
	t.expect("Query.getProfile", profile["photoCount"], 0, "the photo is gone")
	t.expect("Query.getProfile", profile["likeCount"], 0, "its likes are gone with it")
}

// lists makes sure that lists hold what they are asked for.
func (t *trial) lists(mine, theirs any) {
	t.expect("Query.photosByOwner", fmt.Sprint(ids(t.may(asMe, "Query.photosByOwner", arguments{"owner": question.OtherSub}))), fmt.Sprint([]any{theirs}), "one owner's photos")
	t.expect("Query.listPhotos", fmt.Sprint(ids(t.may(asMe, "Query.listPhotos", arguments{}))), fmt.Sprint([]any{theirs, mine}), "everybody's photos, newest first")
}

// comments returns one of mine that stays.
func (t *trial) comments(mine, theirs any) any {
	comment := func(who any, photo any) any {
		return t.may(who, "Mutation.addComment", arguments{"photoId": photo, "text": otherWords})["id"]
	}
	onTheirs, onMine, byMe := comment(asOther, theirs), comment(asOther, mine), comment(asMe, theirs)
	t.expect("Query.commentsByPhoto", fmt.Sprint(ids(t.may(asMe, "Query.commentsByPhoto", arguments{"photoId": theirs}))), fmt.Sprint([]any{onTheirs, byMe}), "one photo's comments")
	for _, who := range []any{asMe, asAdmin} {
		t.mayNot(who, "Mutation.editComment", arguments{"photoId": theirs, "id": onTheirs, "version": 1, "text": "twisted"}, "Unauthorized")
	}
	t.mayNot(asMe, "Mutation.deleteComment", arguments{"photoId": theirs, "id": onTheirs}, "Unauthorized")
	t.mayNot(asMe, "Mutation.editComment", arguments{"photoId": theirs, "id": byMe, "version": 7, "text": "too late"}, "Conflict")
	edited := t.may(asMe, "Mutation.editComment", arguments{"photoId": theirs, "id": byMe, "version": 1, "text": "better"})
	t.expect("Mutation.editComment", edited["author"], myName, "the author is the token's")
	t.may(asMe, "Mutation.deleteComment", arguments{"photoId": theirs, "id": byMe})
	t.may(asMe, "Mutation.deleteComment", arguments{"photoId": mine, "id": onMine})
	t.may(asAdmin, "Mutation.deleteComment", arguments{"photoId": theirs, "id": onTheirs})
	again := comment(asOther, theirs)
	t.expect("Query.getPhoto", t.may(asMe, "Query.getPhoto", arguments{"id": theirs})["commentCount"], 1, "counts stay right")
	t.mayNot(asMe, "Mutation.deleteComment", arguments{"photoId": theirs, "id": again}, "Unauthorized")
	return comment(asMe, theirs)
}
