package person

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"lightbox.example/lightbox/internal/bucket"
)

// A User is somebody of the user pool.
type User struct {
	Sub, Username, Email, Status string
	Enabled                      bool
	Created                      time.Time
}

// There tells a user who is in the pool from one of whom nothing but the sub is known.
func (u User) There() bool { return u.Username != "" }

// Person is who that is.
func (u User) Person() Person { return Person{Sub: u.Sub, Username: u.Username} }

// Find is the user whom a user name, an e-mail address or a sub means. What could be a sub is one: that of somebody who is gone, if
// nobody in the pool has it. Subs are no secret and everybody chooses their user name, so that it may be another's sub: who has such a
// name is found by their own sub or e-mail address.
func (s *Stores) Find(ctx context.Context, user string) (User, error) {
	if err := wanted(user); err != nil {
		return User{}, err
	}
	if sub := strings.ToLower(user); bucket.IsUUID(sub) {
		found, err := s.withAttribute(ctx, "sub", sub)
		if err != nil || len(found) == 0 {
			return User{Sub: sub}, err
		}
		return found[0], nil
	}
	found, err := s.users(ctx, user)
	switch {
	case err != nil:
		return User{}, err
	case len(found) == 1:
		return found[0], nil
	case len(found) == 0:
		return User{}, fmt.Errorf("%s: got no such user in %s, want a user name, an e-mail address or, of somebody whose account is gone, the sub: "+
			"forget says it before it begins, and the function remover goes on by it", user, s.UserPool)
	}
	var names []string
	for _, one := range found {
		names = append(names, one.Username+" (sub "+one.Sub+")")
	}
	return User{}, fmt.Errorf("%s: got %d users, want one: %s", user, len(found), strings.Join(names, ", "))
}

// aName is what Cognito takes for a user name, and what an e-mail address is as well.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
var aName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\p{L}\p{M}\p{S}\p{N}\p{P}]{1,128}$`) })

// wanted errs where nobody can have a name.
func wanted(user string) error {
	if aName().MatchString(user) {
		return nil
	}
	return fmt.Errorf("USER: got %q, want a user name, an e-mail address or a sub: 1 to 128 characters without spaces", user)
}

// users are those whom a name means: by user name or verified e-mail address as Cognito finds them, and by an address that is not
// verified.
func (s *Stores) users(ctx context.Context, user string) (found []User, err error) {
	one, err := s.named(ctx, user)
	if err != nil {
		return nil, err
	}
	if one.There() {
		found = append(found, one)
	}
	others, err := s.withAttribute(ctx, "email", user)
	for _, other := range others {
		if other.Sub != one.Sub {
			found = append(found, other)
		}
	}
	return found, err
}

// withAttribute are the users of whom an attribute has a value.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_ListUsers.html
func (s *Stores) withAttribute(ctx context.Context, name, value string) (found []User, err error) {
	filter := fmt.Sprintf(`%s = "%s"`, name, strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(value))
	pages := cognitoidentityprovider.NewListUsersPaginator(s.Users, &cognitoidentityprovider.ListUsersInput{UserPoolId: &s.UserPool, Filter: &filter})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, u := range page.Users {
			one := User{
				Username: aws.ToString(u.Username), Status: string(u.UserStatus), Enabled: u.Enabled, Created: aws.ToTime(u.UserCreateDate),
			}
			one.read(u.Attributes)
			found = append(found, one)
		}
	}
	return found, nil
}

// named is the user whom Cognito finds by a name; nobody is There if there is none.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminGetUser.html
func (s *Stores) named(ctx context.Context, name string) (User, error) {
	u, err := s.Users.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &s.UserPool, Username: &name})
	if unknown(err) {
		return User{}, nil
	}
	if err != nil {
		return User{}, err
	}
	one := User{Username: aws.ToString(u.Username), Status: string(u.UserStatus), Enabled: u.Enabled, Created: aws.ToTime(u.UserCreateDate)}
	one.read(u.UserAttributes)
	return one, nil
}

func (u *User) read(attributes []types.AttributeType) {
	for _, a := range attributes {
		switch aws.ToString(a.Name) {
		case "sub":
			u.Sub = aws.ToString(a.Value)
		case "email":
			u.Email = aws.ToString(a.Value)
		}
	}
}

func unknown(err error) bool {
	_, is := errors.AsType[*types.UserNotFoundException](err)
	return is
}

// account is the name by which Cognito knows the person, and "" if they are not there: the sub, or the user name of one who signs in
// by another company's account. Who has that name by now and another sub is another.
func (s *Stores) account(ctx context.Context, who Person) (name string, err error) {
	for _, name := range []string{who.Sub, who.Username} {
		if name == "" {
			continue
		}
		u, err := s.named(ctx, name)
		if err != nil || u.There() && u.Sub == who.Sub {
			return name, err
		}
	}
	return "", nil
}

// deleteAccount deletes the user, if they are there.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminDeleteUser.html
func (s *Stores) deleteAccount(ctx context.Context, who Person) (deleted int, err error) {
	name, err := s.account(ctx, who)
	if err != nil || name == "" {
		return 0, err
	}
	_, err = s.Users.AdminDeleteUser(ctx, &cognitoidentityprovider.AdminDeleteUserInput{UserPoolId: &s.UserPool, Username: &name})
	if unknown(err) {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return 1, nil
}
