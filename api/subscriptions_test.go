package api

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// filterOf is the filter that a subscription set, as JSON, or "" for none.
func filterOf(t *testing.T, got reply) string {
	t.Helper()
	got.null()
	if got.filter == nil {
		return ""
	}
	text, err := json.Marshal(got.filter)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestM60_subscriptionsAreFilteredByTheServer(t *testing.T) {
	id := "aaaaaaaa-1111-4111-8111-aaaaaaaaaaaa.0f8fad5b-d9cb-469f-a165-70867728950e"
	for _, test := range []struct {
		name      string
		who       any
		arguments args
		want      string
	}{
		{"Subscription.onProductWithdrawn", guest, args{}, `{"filterGroup":[{"filters":[{"fieldName":"wasLive","operator":"eq","value":true}]}]}`},
		{"Subscription.onProductWithdrawn", alice, args{}, `{"filterGroup":[{"filters":[{"fieldName":"wasLive","operator":"eq","value":true}]}]}`},
		{"Subscription.onPhotoChanged", alice, args{"id": id}, `{"filterGroup":[{"filters":[{"fieldName":"id","operator":"eq","value":"` + id + `"}]}]}`},
		{"Subscription.onPhotoDeleted", alice, args{"id": id}, `{"filterGroup":[{"filters":[{"fieldName":"id","operator":"eq","value":"` + id + `"}]}]}`},
		{"Subscription.onPhotoChanged", alice, args{}, ``},
		{"Subscription.onPhotoDeleted", alice, args{}, ``},
		{"Subscription.onCommentChanged", alice, args{"photoId": id}, `{"filterGroup":[{"filters":[{"fieldName":"photoId","operator":"eq","value":"` + id + `"}]}]}`},
	} {
		got := filterOf(t, newBackend(t).call(test.name, test.who, test.arguments))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s(%v) (-want +got):\n%s", test.name, test.arguments, diff)
		}
	}
}

func TestSubscriptions_refuseIdsThatAreNone(t *testing.T) {
	b := newBackend(t)
	b.call("Subscription.onPhotoChanged", alice, args{"id": "x"}).fails("BadRequest")
	b.call("Subscription.onPhotoDeleted", alice, args{"id": ""}).fails("BadRequest")
	b.call("Subscription.onCommentChanged", alice, args{"photoId": "x"}).fails("BadRequest")
}
