package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// lists are the fields that answer pages, with what else they take, and the table they read.
func lists(b *backend, photo args) map[string]struct {
	arguments args
	table     *table
} {
	type list = struct {
		arguments args
		table     *table
	}
	return map[string]list{
		"Query.listProducts":    {args{}, b.products},
		"Query.listDrafts":      {args{}, b.products},
		"Query.listPhotos":      {args{}, b.photos},
		"Query.photosByOwner":   {args{"owner": bob.Sub}, b.photos},
		"Query.commentsByPhoto": {args{"photoId": photo["id"]}, b.photos},
	}
}

func TestM58_limitsOfListsAreClamped(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	for name, list := range lists(b, photo) {
		for asked, want := range map[any]int{nil: 20, "omitted": 20, 1: 1, 99: 99, 100: PageLimit, 101: PageLimit, 1000000: PageLimit, 2147483647: PageLimit} {
			arguments := changed(list.arguments, "limit", asked)
			if asked == "omitted" {
				arguments = list.arguments
			}
			b.call(name, admin, arguments).ok()
			op := list.table.done[len(list.table.done)-1]
			if op.Name != "Query" || op.Limit != want {
				t.Errorf("%s, limit %v: got %s of %d, want Query of %d", name, asked, op.Name, op.Limit, want)
			}
		}
		for _, asked := range []int{0, -1, -2147483648} {
			b.call(name, admin, changed(list.arguments, "limit", asked)).fails("BadRequest")
		}
	}
}

func TestLists_arePagedToTheirEnd(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	for range 3 {
		b.draft("d")
		b.live("l")
		b.photo(bob)
		b.comment(alice, photo)
	}
	for name, list := range lists(b, photo) {
		var pages []int
		arguments := changed(list.arguments, "limit", 2)
		for {
			page := b.call(name, admin, arguments).ok()
			items, _ := page["items"].([]any)
			pages = append(pages, len(items))
			if page["nextToken"] == nil {
				break
			}
			arguments = changed(arguments, "nextToken", page["nextToken"])
		}
		want := []int{2, 1}
		if strings.Contains(strings.ToLower(name), "photos") {
			want = []int{2, 2, 0} // DynamoDB does not look past a page that is full
		}
		if diff := cmp.Diff(want, pages); diff != "" {
			t.Errorf("%s: lengths of pages (-want +got):\n%s", name, diff)
		}
	}
}

func TestLists_areNewestFirst(t *testing.T) {
	b := newBackend(t)
	b.live("old")
	b.live("new")
	first, second := b.photo(bob), b.photo(bob)
	other := b.photo(carol)
	if diff := cmp.Diff([]string{"new", "old"}, b.call("Query.listProducts", guest, args{}).items("description")); diff != "" {
		t.Errorf("listProducts (-want +got):\n%s", diff)
	}
	want := []string{fmt.Sprint(other["id"]), fmt.Sprint(second["id"]), fmt.Sprint(first["id"])}
	if diff := cmp.Diff(want, b.call("Query.listPhotos", alice, args{}).items("id")); diff != "" {
		t.Errorf("listPhotos (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[1:], b.call("Query.photosByOwner", alice, args{"owner": bob.Sub}).items("id")); diff != "" {
		t.Errorf("photosByOwner (-want +got):\n%s", diff)
	}
	b.call("Query.photosByOwner", alice, args{"owner": ""}).fails("BadRequest")
	if got := b.call("Query.photosByOwner", alice, args{"owner": alice.Sub}).items("id"); len(got) != 0 {
		t.Errorf("photosByOwner without photos: got %v, want none", got)
	}
}

func TestM58_tokensOfOtherListsAreBadRequests(t *testing.T) {
	b := newBackend(t)
	photo := b.photo(bob)
	for range 3 {
		b.live("l")
		b.draft(secret)
		b.photo(bob)
	}
	token := b.call("Query.listProducts", guest, args{"limit": 1}).ok()["nextToken"]
	drafts := b.call("Query.listDrafts", admin, args{"limit": 1}).ok()["nextToken"]
	b.call("Query.listProducts", guest, args{"limit": 1, "nextToken": token}).ok()
	b.call("Query.listProducts", guest, args{"limit": 1, "nextToken": drafts}).fails("BadRequest")
	for name, list := range lists(b, photo) {
		if name != "Query.listProducts" {
			b.call(name, admin, changed(list.arguments, "nextToken", token)).fails("BadRequest")
		}
		for _, forged := range []string{"", "x", "eyJ2ZXJzaW9uIjozfQ==", "bnVsbA==", strings.Repeat("a", 4097)} {
			b.call(name, admin, changed(list.arguments, "nextToken", forged)).fails("BadRequest")
		}
		// DynamoDB's own refusals of a key, by the names they have had.
		for _, code := range []string{"ValidationException", "DynamoDbException", "AmazonDynamoDBException"} {
			fault := func() { list.table.fault = &appsyncjs.Fault{Code: code, Message: secret} }
			list.table.before = fault
			if name == "Query.commentsByPhoto" {
				list.table.before = func() { list.table.before = fault } // its first operation reads the photo
			}
			b.call(name, admin, changed(list.arguments, "nextToken", "t")).fails("BadRequest")
		}
	}
}

func TestM58_listsTakeNoFilter(t *testing.T) {
	b := newBackend(t)
	b.draft(secret)
	b.call("Query.listProducts", guest, args{"filter": args{"state": args{"eq": "DRAFT"}}, "state": "DRAFT"}).ok()
	op := b.products.done[len(b.products.done)-1]
	if op.Filter != nil || op.Query.Values[":state"]["S"] != "LIVE" {
		t.Errorf("got filter %v and state %v, want none and LIVE", op.Filter, op.Query.Values[":state"])
	}
}
