package tour

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"lightbox.example/lightbox/internal/access"
)

// notAuthorized is how Cognito refuses.
const notAuthorized = "NotAuthorizedException"

// tryTokens tries tokens that are changed, or used where another is wanted.
func (w *walk) tryTokens(ctx context.Context) error {
	list := `query { listPhotos(limit: 1) { items { id } } }`
	head, body, signature := cut(w.user.tokens.access)
	changed := "A" + signature[1:]
	if signature[0] == 'A' {
		changed = "B" + signature[1:]
	}
	for what, token := range map[string]string{
		"with another signature": head + "." + body + "." + changed,
		"that claims a group":    head + "." + claiming(body) + "." + signature,
		"without a signature":    encode(map[string]any{"alg": "none", "typ": "JWT"}) + "." + body + ".",
		"of another pool":        head + "." + encode(map[string]any{"iss": "https://cognito-idp." + w.AWS.Region + ".amazonaws.com/" + w.AWS.Region + "_Forged000", "sub": w.other.sub, "token_use": "access"}) + "." + signature,
	} {
		w.got(trial{"M62 M68", aboutAPI, w.user, "ask with a token " + what}, w.ask(ctx, pass{token: token}, list, nil).said(), unauthorizedException)
	}
	w.got(trial{"M62", aboutAPI, w.user, "ask with a token"}, w.ask(ctx, pass{token: w.user.tokens.access}, list, nil).said(), allowed)

	const pool, identities = "the user pool", "the identity pool"
	_, err := w.users().GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &w.user.tokens.access})
	w.got(trial{"M62", pool, w.user, "read their attributes with an access token"}, said(err), allowed)
	_, err = w.users().GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &w.user.tokens.id})
	w.got(trial{"M62", pool, w.user, "read their attributes with an id token"}, said(err), notAuthorized)
	_, err = w.keysOf(ctx, w.user.identity, w.login(w.user.tokens.id))
	w.got(trial{"M62", identities, w.user, "get keys with an id token"}, said(err), allowed)
	_, err = w.keysOf(ctx, w.user.identity, w.login(w.user.tokens.access))
	w.got(trial{"M62", identities, w.user, "get keys with an access token"}, said(err), notAuthorized)
	_, err = w.keysOf(ctx, w.other.identity, w.login(w.user.tokens.id))
	w.got(trial{"M41", identities, w.user, "get keys for another's identity"}, said(err), notAuthorized)
	_, err = w.keysOf(ctx, w.other.identity, nil)
	w.got(trial{"M38", identities, w.guest, "get keys for a user's identity"}, said(err), notAuthorized)
	_, err = w.visitors().GetOpenIdToken(ctx, &cognitoidentity.GetOpenIdTokenInput{IdentityId: &w.guest.identity})
	w.got(trial{"M37", identities, w.guest, "take the classic flow"}, said(err), "InvalidParameterException")
	w.tryRoles(ctx)
	return ctx.Err()
}

// tryRoles asks for keys of another role than one's own.
func (w *walk) tryRoles(ctx context.Context) {
	roles, err := w.stores.Identities.GetIdentityPoolRoles(ctx, &cognitoidentity.GetIdentityPoolRolesInput{IdentityPoolId: &w.identities})
	if err != nil {
		w.got(trial{"M38", "the identity pool", w.anyone, "look for roles, as the operator"}, said(err), allowed)
		return
	}
	ask := func(c *caller, role string, logins map[string]string) string {
		_, err := w.visitors().GetCredentialsForIdentity(ctx, &cognitoidentity.GetCredentialsForIdentityInput{
			IdentityId: &c.identity, Logins: logins, CustomRoleArn: aws.String(role),
		})
		return said(err)
	}
	users, guests := roles.Roles["authenticated"], roles.Roles["unauthenticated"]
	w.got(trial{"M38", "the identity pool", w.guest, "get keys of the users' role"}, ask(w.guest, users, nil), notAuthorized, "InvalidParameterException")
	w.got(trial{"M38", "the identity pool", w.user, "get keys of the guests' role"}, ask(w.user, guests, w.login(w.user.tokens.id)), notAuthorized, "InvalidParameterException")
}

// cut is a token in its three parts.
func cut(token string) (head, body, signature string) {
	parts := strings.SplitN(token+"..", ".", 4)
	return parts[0], parts[1], parts[2]
}

func encode(value map[string]any) string {
	text, _ := json.Marshal(value) // of texts
	return base64.RawURLEncoding.EncodeToString(text)
}

// claiming is the body of a token with all groups in it.
func claiming(body string) string {
	text, _ := base64.RawURLEncoding.DecodeString(body)
	claims := map[string]any{}
	_ = json.Unmarshal(text, &claims)
	var groups []string
	for _, group := range access.Groups() {
		groups = append(groups, string(group.Name))
	}
	claims["cognito:groups"] = groups
	return encode(claims)
}
