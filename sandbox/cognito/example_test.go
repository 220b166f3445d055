package cognito_test

import (
	"context"
	"fmt"

	"lightbox.example/lightbox/sandbox/cognito"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	var inbox cognito.Inbox
	users, err := cognito.New(cognito.Config{Store: store.NewMemory(), Region: "us-east-1", Mailer: &inbox})
	if err != nil {
		fmt.Println(err)
		return
	}
	_, refusal := users.Handle(context.Background(), "SignUp", []byte(`{"ClientId": "none", "Username": "ann", "Password": "Secret-123456"}`))
	fmt.Println(refusal.Code) // a request, JSON in and out

	_, err = users.Tokens().Verify("no token", tokens.Expect{Pool: "us-east-1_AbCdEfGhI"}) // what another service asks of a token
	fmt.Println(err != nil)                                                                // users.Check: is its user still signed in?
	// Output:
	// ResourceNotFoundException
	// true
}
