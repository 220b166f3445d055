package identity

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
)

// sessionName is what Cognito calls the sessions of identities.
const sessionName = "CognitoIdentityCredentials"

type getIDInput struct {
	AccountID      string            `aws:"AccountId" shape:"AccountId"`
	IdentityPoolID string            `aws:"IdentityPoolId" required:"true" shape:"IdentityId"`
	Logins         map[string]string `max:"10" keys:"IdentityProviderName"`
}

// getID gives a guest a new identity, and a user the one they have.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetId.html
func (s *Service) getID(ctx context.Context, in getIDInput) (any, error) {
	p, err := s.findPool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	if len(in.Logins) == 0 {
		if err := p.checkGuests(); err != nil {
			return nil, err
		}
		i, err := s.newGuest(p)
		return map[string]any{"IdentityId": i.ID}, err
	}
	_, token, err := s.verify(ctx, p, in.Logins)
	if err != nil {
		return nil, err
	}
	i, err := s.identityOf(p, loginOf(in.Logins, token), nil)
	if err != nil {
		return nil, err
	}
	note(ctx, i)
	return map[string]any{"IdentityId": i.ID}, nil
}

// note enters who asked into the request log.
func note(ctx context.Context, i *identity) { aws.EntryOf(ctx).Caller = i.ID + " of " + i.Pool }

func loginOf(logins map[string]string, token tokens.Token) login {
	for name := range logins {
		return login{name, token.Sub}
	}
	return login{}
}

type getCredentialsInput struct {
	CustomRoleARN string            `aws:"CustomRoleArn" shape:"ARNString"`
	IdentityID    string            `aws:"IdentityId" required:"true" shape:"IdentityId"`
	Logins        map[string]string `max:"10" keys:"IdentityProviderName"`
}

// getCredentials is the enhanced flow's second step.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetCredentialsForIdentity.html
func (s *Service) getCredentials(ctx context.Context, in getCredentialsInput) (any, error) {
	i, err := s.findIdentity(in.IdentityID)
	if err != nil {
		return nil, err
	}
	p, err := s.findPool(i.Pool)
	if err != nil {
		return nil, err
	}
	var request roles.Request
	if len(in.Logins) == 0 {
		request, err = guestRequest(p, i, in.CustomRoleARN)
	} else {
		i, request, err = s.userRequest(ctx, p, i, in)
	}
	if err != nil {
		return nil, err
	}
	note(ctx, i)
	request.SessionName = sessionName
	session, err := s.assume(ctx, request)
	if err != nil {
		return nil, err
	}
	return map[string]any{"IdentityId": i.ID, "Credentials": map[string]any{
		"AccessKeyId": session.AccessKeyID, "SecretKey": session.SecretAccessKey,
		"SessionToken": session.SessionToken, "Expiration": session.Expiration.Unix(),
	}}, nil
}

// checkGuests refuses guests where they are not allowed.
func (p *pool) checkGuests() error {
	if !p.Settings.AllowUnauthenticatedIdentities {
		return notAuthorized("Unauthenticated access is not supported for this identity pool.")
	}
	return nil
}

// guestRequest asks for a guest's session, below Cognito's ceiling.
func guestRequest(p *pool, i *identity, customRole string) (roles.Request, error) {
	if err := p.checkGuests(); err != nil {
		return roles.Request{}, err
	}
	if i.Provider != "" {
		return roles.Request{}, notAuthorized("Access to Identity '%s' is forbidden.", i.ID)
	}
	if customRole != "" {
		return roles.Request{}, refuse("InvalidParameterException", "CustomRoleArn is not supported for unauthenticated identities.")
	}
	return roles.Request{RoleARN: p.roles().Unauthenticated, WebIdentity: claims(p, i, unauthenticated), Guest: true}, nil
}

// userRequest asks for the session of a user, whose identity may be another than the one that was named: see identityOf.
func (s *Service) userRequest(ctx context.Context, p *pool, i *identity, in getCredentialsInput) (*identity, roles.Request, error) {
	from, token, err := s.verify(ctx, p, in.Logins)
	if err != nil {
		return nil, roles.Request{}, err
	}
	l := loginOf(in.Logins, token)
	if i.Provider != "" && (login{i.Provider, i.Sub} != l) {
		return nil, roles.Request{}, notAuthorized("Logins don't match. Please include at least one valid login for this identity or identity pool.")
	}
	role, err := p.roleFor(from, token, in.CustomRoleARN)
	if err != nil {
		return nil, roles.Request{}, err
	}
	if i, err = s.identityOf(p, l, i); err != nil {
		return nil, roles.Request{}, err
	}
	return i, roles.Request{
		RoleARN:     role,
		WebIdentity: claims(p, i, authenticated, from.ProviderName, from.ProviderName+":CognitoSignIn:"+token.Sub),
		Tags:        p.tagsFor(from.ProviderName, token),
	}, nil
}

// claims are those of the token that the pool shows to STS.
func claims(p *pool, i *identity, methods ...string) *iam.WebIdentity {
	return &iam.WebIdentity{Provider: "cognito-identity.amazonaws.com", Audience: p.ID, Subject: i.ID, Methods: methods}
}

// roles are the pool's roles; empty ones without an attachment.
func (p *pool) roles() poolRoles {
	if p.Attachment == nil {
		return poolRoles{}
	}
	return p.Attachment.Settings.Roles
}

// verify returns the client that a login's token was made for, and what the token says.
func (s *Service) verify(ctx context.Context, p *pool, logins map[string]string) (provider, tokens.Token, error) {
	if len(logins) > 1 {
		return provider{}, tokens.Token{}, refuse("InvalidParameterException", "got %d logins, want one: more are not supported by the sandbox", len(logins))
	}
	for name, text := range logins {
		clients := slices.DeleteFunc(slices.Clone(p.Settings.CognitoIdentityProviders), func(x provider) bool { return x.ProviderName != name })
		if len(clients) == 0 {
			return provider{}, tokens.Token{}, notAuthorized("Token is not from a supported provider of this identity pool.")
		}
		token, err := s.Tokens.Verify(text, tokens.Expect{Pool: clients[0].userPool(), Use: tokens.IDToken})
		if err != nil {
			return provider{}, tokens.Token{}, invalidToken(ctx, err)
		}
		at := slices.IndexFunc(clients, func(x provider) bool { return x.ClientID == token.Client })
		if at < 0 {
			return provider{}, tokens.Token{}, notAuthorized("Invalid login token. Incorrect token audience.")
		}
		if clients[at].ServerSideTokenCheck {
			err = s.Tokens.Check(token)
		}
		return clients[at], token, invalidToken(ctx, err)
	}
	return provider{}, tokens.Token{}, nil
}

// invalidToken is the refusal of a token that was not verified, nil if err is. The message of a token whose user is signed
// out or disabled is not documented.
func invalidToken(ctx context.Context, err error) error {
	var refusal *aws.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, tokens.ErrExpired):
		return notAuthorized("Invalid login token. Token expired.")
	case errors.Is(err, tokens.ErrIssuer):
		return notAuthorized("Invalid login token. Issuer doesn't match providerName")
	case errors.Is(err, tokens.ErrSignature):
		return notAuthorized("Invalid login token. Token signature invalid.")
	case errors.Is(err, tokens.ErrMalformed), errors.Is(err, tokens.ErrUse):
		return notAuthorized("Invalid login token. Not a valid OpenId Connect identity token.")
	case errors.Is(err, tokens.ErrRevoked), errors.Is(err, tokens.ErrDisabled), errors.Is(err, tokens.ErrNoUser), errors.As(err, &refusal):
		return notAuthorized("Invalid login token. Can't refresh or revoked token, or the user is disabled or deleted.")
	}
	aws.EntryOf(ctx).Fault = err
	return refuse("InternalErrorException", "Something went wrong")
}

// roleFor chooses the role of a user: the one that is asked for, if the token has it; the token's preferred role; else as the
// mapping resolves what is ambiguous. Without a mapping it is the pool's.
// https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html#using-tokens-to-assign-roles-to-users
func (p *pool) roleFor(from provider, token tokens.Token, custom string) (string, error) {
	var m mapping
	if p.Attachment != nil {
		for _, key := range slices.Sorted(maps.Keys(p.Attachment.Settings.RoleMappings)) {
			if x := p.Attachment.Settings.RoleMappings[key]; x.IdentityProvider == from.ProviderName+":"+from.ClientID {
				m = x
			}
		}
	}
	switch {
	case m.Type == "" && custom != "":
		return "", refuse("InvalidParameterException", "CustomRoleArn is not supported for the provider %s, which has no role mapping.", from.ProviderName)
	case m.Type == "":
		return p.roles().Authenticated, nil
	case custom != "" && !slices.Contains(token.Roles, custom):
		return "", notAuthorized("The role %s is not one of the token's.", custom)
	case custom != "":
		return custom, nil
	case token.PreferredRole != "":
		return token.PreferredRole, nil
	case m.AmbiguousRoleResolution == "Deny":
		return "", notAuthorized("The ambiguous role mapping rules for: %s denied this request.", from.ProviderName)
	}
	return p.roles().Authenticated, nil
}

// defaultTags are the tags of UseDefaults: claims by tag.
// https://docs.aws.amazon.com/cognito/latest/developerguide/using-attributes-for-access-control.html
var defaultTags = map[string]string{"client": "aud", "username": "sub"}

// tagsFor are the principal tags that the pool makes of the token's claims. A claim that is not there makes none.
func (p *pool) tagsFor(provider string, token tokens.Token) []iam.Tag {
	mapped := p.Tags[provider].Tags
	if p.Tags[provider].UseDefaults {
		mapped = defaultTags
	}
	var tags []iam.Tag
	for _, tag := range slices.Sorted(maps.Keys(mapped)) {
		switch claim := token.Claims[mapped[tag]].(type) {
		case string:
			tags = append(tags, iam.Tag{Key: tag, Value: claim})
		case bool:
			tags = append(tags, iam.Tag{Key: tag, Value: strconv.FormatBool(claim)})
		case float64, fmt.Stringer: // json.Number
			tags = append(tags, iam.Tag{Key: tag, Value: fmt.Sprint(claim)})
		}
	}
	return tags
}

// assume makes the session. That a role is missing, or trusts another, is the pool's fault.
func (s *Service) assume(ctx context.Context, request roles.Request) (roles.Session, error) {
	session, err := s.Roles.Assume(aws.ByService(ctx), request)
	var refusal *aws.Error
	if request.RoleARN == "" || errors.As(err, &refusal) {
		return session, refuse("InvalidIdentityPoolConfigurationException", "Invalid identity pool configuration. Check assigned IAM roles for this pool.")
	}
	return session, err
}

type openIDInput struct {
	IdentityID string            `aws:"IdentityId" required:"true" shape:"IdentityId"`
	Logins     map[string]string `max:"10" keys:"IdentityProviderName"`
}

// classicFlow is refused: no pool allows it, since it would take guests from under their ceiling.
func (s *Service) classicFlow(context.Context, openIDInput) (any, error) {
	return nil, refuse("InvalidParameterException", "Basic (classic) flow is not enabled, please use enhanced flow.")
}
