package api

import (
	"slices"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// sampleCalls are calls of every field that asks a table something, right in every respect, after fixtures they need.
func sampleCalls(b *backend) map[string]args {
	b.t.Helper()
	draft, live, photo := b.draft("d"), b.live("l"), b.photo(admin)
	comment := b.comment(admin, photo)
	calls := b.productMutations(draft)
	calls["Mutation.unpublishProduct"] = b.productMutations(live)["Mutation.unpublishProduct"]
	calls["Query.getProduct"] = args{"id": live["id"]}
	calls["Query.listProducts"] = args{}
	calls["Query.listDrafts"] = args{}
	calls["Query.getPhoto"] = args{"id": photo["id"]}
	calls["Query.listPhotos"] = args{}
	calls["Query.photosByOwner"] = args{"owner": admin.Sub}
	calls["Query.commentsByPhoto"] = args{"photoId": photo["id"]}
	calls["Query.getProfile"] = args{"owner": admin.Sub}
	calls["Mutation.createPhoto"] = args{"input": args{"imgKey": b.upload(admin)}}
	calls["Mutation.updatePhoto"] = args{"id": photo["id"], "version": 1, "caption": "c"}
	calls["Mutation.deletePhoto"] = args{"id": photo["id"]}
	calls["Mutation.likePhoto"] = args{"id": photo["id"]}
	calls["Mutation.unlikePhoto"] = args{"id": photo["id"]}
	calls["Mutation.addComment"] = args{"photoId": photo["id"], "text": "t"}
	calls["Mutation.editComment"] = args{"photoId": photo["id"], "id": comment["id"], "version": 1, "text": "t"}
	calls["Mutation.deleteComment"] = args{"photoId": photo["id"], "id": comment["id"]}
	calls["Mutation.linkIdentity"] = args{}
	calls["Mutation.deleteAccount"] = args{}
	return calls
}

// callerOf is who makes a sample call.
func callerOf(name string) any {
	if slices.ContainsFunc(access.Fields(), func(f access.Field) bool { return f.Path() == name && f.Callers() == access.Identities }) {
		return identityOf(admin)
	}
	return admin
}

// sample makes one of the sample calls, on tables of its own.
func sample(t *testing.T, name string, prepare func(*backend)) reply {
	t.Helper()
	b := newBackend(t)
	calls := sampleCalls(b)
	b.forget()
	prepare(b)
	return b.call(name, callerOf(name), calls[name])
}

func TestFaultsOfTheDatabase_areAnsweredWithoutItsWords(t *testing.T) {
	reasons := []appsyncjs.Reason{{Code: "ThrottlingError", Message: secret}, {Code: "None"}, {Code: "None"}}
	for name := range sampleCalls(newBackend(t)) {
		for _, fault := range []appsyncjs.Fault{
			{Code: "AccessDeniedException", Message: "User: arn:aws:sts::111122223333:assumed-role/" + secret},
			{Code: "ProvisionedThroughputExceededException", Message: secret},
			{Code: "TransactionCanceledException", Message: secret, Reasons: reasons},
		} {
			operations := 0
			for _, step := range fieldNamed(t, name).Steps {
				if source := access.Steps()[step].Source; source == access.Products || source == access.Photos {
					sample(t, name, func(b *backend) { b.failAt(operations, fault) }).fails("DynamoDB:" + fault.Code)
					operations++
				}
			}
		}
	}
}

// failAt makes one of the next operations fail, the first being 0.
func (b *backend) failAt(operation int, fault appsyncjs.Fault) {
	for _, table := range []*table{b.products, b.photos} {
		var count func()
		count = func() {
			if operation == 0 {
				table.fault = &fault
			}
			operation--
			table.before = count
		}
		table.before = count
	}
}

func TestWritesAtTheSameMoment_areConflicts(t *testing.T) {
	clash := []appsyncjs.Reason{{Code: "None"}, {Code: "TransactionConflict", Message: secret}, {Code: "None"}}
	for name, steps := range map[string]int{
		"Mutation.createPhoto": 2, "Mutation.likePhoto": 0, "Mutation.unlikePhoto": 0, "Mutation.addComment": 0,
		"Mutation.editComment": 0, "Mutation.deletePhoto": 1, "Mutation.deleteComment": 1,
	} {
		fault := appsyncjs.Fault{Code: "TransactionCanceledException", Message: secret, Reasons: clash}
		sample(t, name, func(b *backend) { b.failAt(steps, fault) }).fails("Conflict")
	}
	for _, name := range []string{"Mutation.updatePhoto", "Mutation.updateProduct", "Mutation.deleteProduct", "Mutation.linkIdentity", "Mutation.deleteAccount"} {
		fault := appsyncjs.Fault{Code: "TransactionConflictException", Message: secret}
		sample(t, name, func(b *backend) { b.failAt(0, fault) }).fails("Conflict")
	}
}

func TestConditionsNamedAsDynamoDBNamesThem_areUnderstood(t *testing.T) {
	// AppSync documents ConditionCheckFailed, which Settle answers; the resolver must know the other name as well.
	outcome, err := compileOnce(t, "likePhoto").Response(appsyncjs.Context{
		Identity: alice,
		Error:    &appsyncjs.Failure{Type: "DynamoDB:TransactionCanceledException", Message: secret},
		Result: args{"keys": nil, "cancellationReasons": []args{
			{"type": "None"}, {"type": "ConditionalCheckFailed", "item": args{"caption": secret}}, {"type": "None"},
		}},
	})
	if err != nil || outcome.Error == nil || outcome.Error.Type != "NotFound" {
		t.Errorf("got %v and %v, want NotFound", outcome.Error, err)
	}
}

func TestLikedByMe_passesAFaultOn(t *testing.T) {
	b := newBackend(t)
	b.failAt(0, appsyncjs.Fault{Code: "ProvisionedThroughputExceededException", Message: secret})
	got := b.resolve("Photo.likedByMe", appsyncjs.Context{Identity: alice, Source: args{"id": "a.b", "viewer": alice.Sub}})
	got.fails("DynamoDB:ProvisionedThroughputExceededException")
}

func TestM56_newRowsNeverOverwrite(t *testing.T) {
	for name, condition := range map[string]string{
		"Mutation.createProduct": "attribute_not_exists(id)",
		"Mutation.createPhoto":   "attribute_not_exists(photoId)",
		"Mutation.addComment":    "attribute_not_exists(photoId)",
		"Mutation.likePhoto":     "attribute_not_exists(photoId)",
	} {
		var b *backend
		sample(t, name, func(fresh *backend) { b = fresh }).ok()
		puts := 0
		for _, op := range append(b.products.done, b.photos.done...) {
			for _, write := range append(op.Items, op) {
				if write.Name != "PutItem" {
					continue
				}
				puts++
				if write.Condition == nil || write.Condition.Text != condition {
					t.Errorf("%s: got condition %v, want %s", name, write.Condition, condition)
				}
			}
		}
		if puts != 1 {
			t.Errorf("%s: got %d puts, want 1", name, puts)
		}
	}
}

func TestReads_areConsistentWhereDynamoDBHasThem(t *testing.T) {
	for name := range sampleCalls(newBackend(t)) {
		var b *backend
		if got := sample(t, name, func(fresh *backend) { b = fresh }); got.err != nil {
			t.Errorf("%s: got %v, want an answer", name, got.err)
		}
		for _, op := range append(b.products.done, b.photos.done...) {
			isRead := op.Name == "GetItem" || op.Name == "Query"
			if isRead && op.Index == "" && !op.ConsistentRead {
				t.Errorf("%s: %s: got an eventually consistent read, want a consistent one", name, op.Name)
			}
		}
	}
	b := newBackend(t)
	b.resolve("Photo.likedByMe", appsyncjs.Context{Identity: alice, Source: args{"id": "a.b", "viewer": alice.Sub}})
	if !b.photos.done[0].ConsistentRead {
		t.Error("Photo.likedByMe: got an eventually consistent read, want a consistent one")
	}
}

func TestIdsThatAreTaken_areConflicts(t *testing.T) {
	for name, reasons := range map[string][]appsyncjs.Reason{
		"Mutation.addComment": {{Code: "ConditionalCheckFailed"}, {Code: "None"}},
	} {
		fault := appsyncjs.Fault{Code: "TransactionCanceledException", Reasons: reasons}
		sample(t, name, func(b *backend) { b.failAt(0, fault) }).fails("Conflict")
	}
}
