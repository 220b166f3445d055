package person

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// Block lets a user sign in no more, and ends all their sessions. Tokens and keys that they have go on for an hour at most.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDisableUser.html
func (s *Stores) Block(ctx context.Context, u User) error {
	name, err := s.accountOf(ctx, u)
	if err != nil {
		return err
	}
	if _, err := s.Users.AdminDisableUser(ctx, &cognitoidentityprovider.AdminDisableUserInput{UserPoolId: &s.UserPool, Username: &name}); err != nil {
		return err
	}
	_, err = s.Users.AdminUserGlobalSignOut(ctx, &cognitoidentityprovider.AdminUserGlobalSignOutInput{UserPoolId: &s.UserPool, Username: &name})
	return err
}

// Unblock lets them sign in again, unless they leave.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminEnableUser.html
func (s *Stores) Unblock(ctx context.Context, u User) error {
	if err := s.stays(ctx, u.Sub); err != nil {
		return err
	}
	name, err := s.accountOf(ctx, u)
	if err != nil {
		return err
	}
	_, err = s.Users.AdminEnableUser(ctx, &cognitoidentityprovider.AdminEnableUserInput{UserPoolId: &s.UserPool, Username: &name})
	return err
}

// stays is an error about somebody who deletes their account, or whom forget erases.
func (s *Stores) stays(ctx context.Context, sub string) error {
	own, err := s.ownRows(ctx, sub)
	if err == nil && own.leaving != "" {
		err = fmt.Errorf("%s: got somebody who leaves since %s, and is erased; want a user who stays", sub, own.leaving)
	}
	return err
}

// accountOf is the name by which Cognito knows a user who is there.
func (s *Stores) accountOf(ctx context.Context, u User) (string, error) {
	name, err := s.account(ctx, u.Person())
	if err == nil && name == "" {
		err = fmt.Errorf("%s: got nobody in %s, want a user who is there", u.Sub, s.UserPool)
	}
	return name, err
}
