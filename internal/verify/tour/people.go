package tour

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
)

// Prefix is what the names of users and of files begin with that a run makes.
const Prefix = "lightbox-verify-"

// guestNote is the attribute of a user that has the id of the guest's identity.
const guestNote = "nickname"

// A caller is one who tries something.
type caller struct {
	name      string           // in sentences, as in "a guest"
	principal access.Principal // "" for anyone on the internet
	user      string           // user name, of whoever signs in
	password  string
	sub       string
	tokens    tokens
	identity  string // of the identity pool
	keys      aws.Credentials
	files     *s3.Client
	folders   []string // of pictures of their product, as noted
}

// word is a random one, in hexadecimal digits.
func word(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // it never fails
	return hex.EncodeToString(b)
}

// newPassword has all classes of characters, and 128 random bits.
func newPassword() string { return "Aa1!" + word(16) }

// join makes those who walk. What was made is in the walk also when it fails.
func (w *walk) join(ctx context.Context) error {
	w.anyone = &caller{name: "anyone", files: w.filesOf(aws.Credentials{})}
	w.guest = &caller{name: "a guest", principal: access.Guest}
	var err error
	if w.guest.identity, err = w.identityBy(ctx, nil); err != nil {
		return fmt.Errorf("a guest: %w", err)
	}
	w.user = &caller{name: "a user", principal: access.User, user: w.name("user")}
	w.other = &caller{name: "another user", principal: access.User, user: w.name("other")}
	users := []*caller{w.user, w.other}
	for _, group := range access.Groups() {
		member := &caller{name: group.One(), principal: group.Name, user: w.name(group.Member)}
		w.members = append(w.members, member)
		users = append(users, member)
	}
	for i, one := range users {
		note := ""
		if i == 0 {
			note = w.guest.identity
		}
		if err := w.make(ctx, one, note); err != nil {
			return fmt.Errorf("%s: %w", one.user, err)
		}
	}
	w.guest.keys, err = w.keysOf(ctx, w.guest.identity, nil)
	w.guest.files = w.filesOf(w.guest.keys)
	return err
}

// name is that of a user of this run.
func (w *walk) name(of string) string { return Prefix + w.run + "-" + of }

// make makes a user who has signed in, and notes something in them. They have no address, so that nothing can be sent to them.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html
func (w *walk) make(ctx context.Context, c *caller, note string) error {
	input := &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &w.stores.UserPool, Username: &c.user, MessageAction: types.MessageActionTypeSuppress,
	}
	input.UserAttributes = []types.AttributeType{{Name: aws.String(runNote), Value: aws.String(ofRun)}}
	if note != "" {
		input.UserAttributes = append(input.UserAttributes, types.AttributeType{Name: aws.String(guestNote), Value: &note})
	}
	made, err := w.stores.Users.AdminCreateUser(ctx, input)
	if err != nil {
		return err
	}
	c.sub = attribute(made.User.Attributes, "sub")
	if c.password, err = w.renewPassword(ctx, c.user); err != nil {
		return err
	}
	if c.principal != access.User {
		_, err = w.stores.Users.AdminAddUserToGroup(ctx, &cognitoidentityprovider.AdminAddUserToGroupInput{
			UserPoolId: &w.stores.UserPool, Username: &c.user, GroupName: aws.String(string(c.principal)),
		})
		if err != nil {
			return err
		}
	}
	if c.tokens, err = w.signIn(ctx, c.user, c.password); err != nil {
		return err
	}
	logins := w.login(c.tokens.id)
	if c.identity, err = w.identityBy(ctx, logins); err != nil {
		return err
	}
	c.keys, err = w.keysOf(ctx, c.identity, logins)
	c.files = w.filesOf(c.keys)
	return err
}

// renewPassword gives a user a password of ours.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminSetUserPassword.html
func (p *place) renewPassword(ctx context.Context, user string) (string, error) {
	password := newPassword()
	_, err := p.stores.Users.AdminSetUserPassword(ctx, &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: &p.stores.UserPool, Username: &user, Password: &password, Permanent: true,
	})
	return password, err
}

// identityBy is the identity of a user's logins; without any a new guest's.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html
func (p *place) identityBy(ctx context.Context, logins map[string]string) (string, error) {
	got, err := p.visitors().GetId(ctx, &cognitoidentity.GetIdInput{IdentityPoolId: &p.identities, Logins: logins})
	if err != nil {
		return "", err
	}
	return aws.ToString(got.IdentityId), nil
}

// keysOf are the keys of an identity.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html
func (p *place) keysOf(ctx context.Context, identity string, logins map[string]string) (aws.Credentials, error) {
	got, err := p.visitors().GetCredentialsForIdentity(ctx, &cognitoidentity.GetCredentialsForIdentityInput{IdentityId: &identity, Logins: logins})
	if err != nil {
		return aws.Credentials{}, err
	}
	if got.Credentials == nil {
		return aws.Credentials{}, errors.New("got no credentials, want some")
	}
	return aws.Credentials{
		AccessKeyID: aws.ToString(got.Credentials.AccessKeyId), SecretAccessKey: aws.ToString(got.Credentials.SecretKey),
		SessionToken: aws.ToString(got.Credentials.SessionToken),
	}, nil
}

// everyone are all who walk, and signedIn those with tokens.
func (w *walk) everyone() []*caller {
	return append([]*caller{w.anyone, w.guest}, w.signedIn()...)
}

func (w *walk) signedIn() []*caller { return append([]*caller{w.user, w.other}, w.members...) }
