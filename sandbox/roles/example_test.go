package roles_test

import (
	"context"
	"fmt"

	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	service, err := roles.New(roles.Config{Store: store.NewMemory(), Account: "000000000000", Root: roles.Key{ID: "AKIAEXAMPLE", Secret: "secret"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	ctx, arn := context.Background(), "arn:aws:iam::000000000000:role/user"
	person := iam.WebIdentity{}
	_, err = service.Assume(ctx, roles.Request{RoleARN: arn, SessionName: "ann", WebIdentity: &person})
	fmt.Println(err != nil) // no template has made the role
	_, err = service.As(ctx, arn, "resolver", iam.Service{Name: "appsync.amazonaws.com"})
	fmt.Println(err != nil)
	// Output:
	// true
	// true
}
