package tour

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/aws/smithy-go"
)

const aboutPool = "the user pool"

// trySigningIn tries to find out who has an account, other ways in, attributes of one's own, and to go on after a sign-out. No mail is sent:
// nobody here has an address, and what is signed up is refused.
func (w *walk) trySigningIn(ctx context.Context) error {
	users := w.users()
	_, known := w.signIn(ctx, w.user.user, newPassword())
	_, unknown := w.signIn(ctx, w.name("nobody"), newPassword())
	w.got(trial{"M19", aboutPool, w.anyone, "sign in with a wrong password"}, said(known), notAuthorized)
	w.got(trial{"M19", aboutPool, w.anyone, "sign in as nobody"}, said(unknown), notAuthorized)
	same := "the same words"
	if words(known) != words(unknown) {
		same = fmt.Sprintf("%q and %q", words(known), words(unknown))
	}
	w.got(trial{"M19", aboutPool, w.anyone, "compare both"}, same, "the same words")
	_, err := users.ForgotPassword(ctx, &cognitoidentityprovider.ForgotPasswordInput{ClientId: &w.client, Username: aws.String(w.name("nobody"))})
	w.got(trial{"M19", aboutPool, w.anyone, "ask for a code as nobody"}, said(err), allowed)

	for _, flow := range []types.AuthFlowType{types.AuthFlowTypeUserPasswordAuth, types.AuthFlowTypeCustomAuth, types.AuthFlowTypeRefreshTokenAuth} {
		_, err := users.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
			AuthFlow: flow, ClientId: &w.client,
			AuthParameters: map[string]string{"USERNAME": w.user.user, "PASSWORD": w.user.password, "REFRESH_TOKEN": w.user.tokens.refresh},
		})
		w.got(trial{"M20", aboutPool, w.user, "sign in by " + string(flow)}, said(err), "InvalidParameterException", notAuthorized)
	}
	if err := w.tryAttributes(ctx, users); err != nil {
		return err
	}
	return w.trySigningOut(ctx, users)
}

// words are those of a refusal.
func words(err error) string {
	if refusal, is := errors.AsType[smithy.APIError](err); is {
		return refusal.ErrorMessage()
	}
	return fmt.Sprint(err)
}

// tryAttributes tries to write what is not one's own.
func (w *walk) tryAttributes(ctx context.Context, users *cognitoidentityprovider.Client) error {
	for _, name := range []string{folderNote, guestNote, runNote, "email_verified"} {
		value := aws.String("true")
		if name == runNote {
			value = aws.String(ofRun) // in case that it is let in
		}
		_, err := users.UpdateUserAttributes(ctx, &cognitoidentityprovider.UpdateUserAttributesInput{
			AccessToken: &w.user.tokens.access, UserAttributes: []types.AttributeType{{Name: aws.String(name), Value: value}},
		})
		w.got(trial{"M61", aboutPool, w.user, "write their " + name}, said(err), notAuthorized, "InvalidParameterException")
		_, err = users.SignUp(ctx, &cognitoidentityprovider.SignUpInput{
			ClientId: &w.client, Username: aws.String(w.name("signup")), Password: aws.String(newPassword()),
			UserAttributes: []types.AttributeType{{Name: aws.String("email"), Value: aws.String(w.name("signup") + "@" + nowhere)}, {Name: aws.String(name), Value: value}},
		})
		if err == nil {
			if err := w.removeUser(ctx, w.name("signup")); err != nil {
				return fmt.Errorf("%s: %w", w.name("signup"), err)
			}
		}
		w.got(trial{"M61 M72", aboutPool, w.anyone, "sign up with the attribute " + name}, said(err), notAuthorized, "InvalidParameterException")
	}
	_, err := users.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &w.user.tokens.access})
	w.got(trial{"M61", aboutPool, w.user, "read their attributes"}, said(err), allowed)
	return nil
}

// nowhere is a domain that no mail reaches. https://www.rfc-editor.org/rfc/rfc2606
const nowhere = "lightbox-verify.invalid"

// trySigningOut tries to go on after a sign-out everywhere. It is the last of all: the other user has tokens no more.
func (w *walk) trySigningOut(ctx context.Context, users *cognitoidentityprovider.Client) error {
	token := w.other.tokens
	renewed, err := users.GetTokensFromRefreshToken(ctx, &cognitoidentityprovider.GetTokensFromRefreshTokenInput{ClientId: &w.client, RefreshToken: &token.refresh})
	w.got(trial{"M64", aboutPool, w.other, "renew their tokens"}, said(err), allowed)
	if err == nil && renewed.AuthenticationResult != nil && renewed.AuthenticationResult.RefreshToken != nil {
		token.refresh = *renewed.AuthenticationResult.RefreshToken
	}
	_, err = users.GlobalSignOut(ctx, &cognitoidentityprovider.GlobalSignOutInput{AccessToken: &token.access})
	w.got(trial{"M64", aboutPool, w.other, "sign out everywhere"}, said(err), allowed)
	_, err = users.GetTokensFromRefreshToken(ctx, &cognitoidentityprovider.GetTokensFromRefreshTokenInput{ClientId: &w.client, RefreshToken: &token.refresh})
	w.got(trial{"M64", aboutPool, w.other, "renew their tokens after that"}, said(err), notAuthorized, "RefreshTokenReuseException")
	_, err = users.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &token.access})
	w.got(trial{"M64", aboutPool, w.other, "read their attributes after that"}, said(err), notAuthorized)
	_, err = w.keysOf(ctx, w.other.identity, w.login(token.id))
	w.got(trial{"M64", "the identity pool", w.other, "get keys after that"}, said(err), notAuthorized)
	return ctx.Err()
}
