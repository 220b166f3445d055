package iam_test

import (
	"fmt"

	"lightbox.example/lightbox/sandbox/iam"
)

func Example() {
	policy, err := iam.Parse(iam.Identity, "FileStorage/GuestAccess", []byte(`{
		"Version": "2012-10-17",
		"Statement": [{"Sid": "GetPublic", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/public/*"}]
	}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range []string{"public/x", "private/x"} {
		decision, reasons := iam.Authorize(iam.Request{
			Principal: iam.RoleSession{Role: "arn:aws:iam::111122223333:role/Guest", Name: "guest"},
			Action:    "s3:GetObject", Resource: "arn:aws:s3:::b/" + key,
		}, iam.Policies{Identity: []*iam.Policy{policy}})
		fmt.Println(decision)
		fmt.Println(reasons)
	}
	// Output:
	// allow
	// allow s3:GetObject on arn:aws:s3:::b/public/x for arn:aws:iam::111122223333:role/Guest as guest: allowed by the caller's policies: statement 1 (GetPublic) of FileStorage/GuestAccess
	// deny
	// deny s3:GetObject on arn:aws:s3:::b/private/x for arn:aws:iam::111122223333:role/Guest as guest: no statement allows it; closest is statement 1 (GetPublic) of FileStorage/GuestAccess: arn:aws:s3:::b/private/x is none of arn:aws:s3:::b/public/*
}
