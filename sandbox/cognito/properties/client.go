package properties

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
)

// Client has the properties of AWS::Cognito::UserPoolClient that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-userpoolclient.html
type Client struct {
	AccessTokenValidity             int
	AllowedOAuthFlows               []string // these five are for the hosted pages, which the sandbox has not: kept
	AllowedOAuthFlowsUserPoolClient bool
	AllowedOAuthScopes              []string
	CallbackURLs                    []string
	DefaultRedirectURI              string
	LogoutURLs                      []string
	AuthSessionValidity             int // minutes
	ClientName                      string
	EnableTokenRevocation           *bool
	ExplicitAuthFlows               []string
	GenerateSecret                  bool
	IDTokenValidity                 int `cfn:"IdTokenValidity"`
	PreventUserExistenceErrors      string
	ReadAttributes                  []string
	RefreshTokenRotation            *TokenRotation
	RefreshTokenValidity            int
	SupportedIdentityProviders      []string
	TokenValidityUnits              *tokenUnits
	UserPoolID                      string `cfn:"UserPoolId"`
	WriteAttributes                 []string
}

// TokenRotation is whether refresh tokens are good once; Feature is ENABLED or DISABLED.
type TokenRotation struct {
	Feature                 string
	RetryGracePeriodSeconds int
}

type tokenUnits struct {
	AccessToken  string
	IDToken      string `cfn:"IdToken"`
	RefreshToken string
}

// Decode reads the properties of r; a name is made up if the template has none. The error has all faults.
func (s *Client) Decode(r aws.Resource) error {
	const name = "AWS::Cognito::UserPoolClient"
	if err := aws.Decode(name, r.Properties, s); err != nil {
		return err
	}
	s.ClientName = cmp.Or(s.ClientName, r.LogicalID+"-"+r.Suffix)
	f := faults{of: name}
	f.only("AllowedOAuthFlows", s.AllowedOAuthFlows, "code", "implicit", "client_credentials")
	f.only("ExplicitAuthFlows", s.ExplicitAuthFlows, AllowSRP, AllowRefresh, AllowCustom, AllowPassword, AllowAdminPassword)
	f.only("PreventUserExistenceErrors", []string{s.PreventUserExistenceErrors}, "ENABLED", "LEGACY")
	f.only("SupportedIdentityProviders", s.SupportedIdentityProviders, "COGNITO")
	if s.AllowedOAuthFlowsUserPoolClient && len(s.AllowedOAuthFlows) == 0 {
		f.add("AllowedOAuthFlows", "got none, want some where AllowedOAuthFlowsUserPoolClient is true")
	}
	if s.AllowedOAuthFlowsUserPoolClient && len(s.AllowedOAuthScopes) == 0 {
		f.add("AllowedOAuthScopes", "got none, want some where AllowedOAuthFlowsUserPoolClient is true")
	}
	f.redirects("CallbackURLs", s.CallbackURLs)
	if s.DefaultRedirectURI != "" && !slices.Contains(s.CallbackURLs, s.DefaultRedirectURI) {
		f.add("DefaultRedirectURI", "got %q, want one of CallbackURLs", s.DefaultRedirectURI)
	}
	if s.UserPoolID == "" {
		f.add("UserPoolId", "got none, want the id of a pool")
	}
	if s.AuthSessionValidity != 0 && (s.AuthSessionValidity < 3 || s.AuthSessionValidity > 15) {
		f.add("AuthSessionValidity", "got %d, want 3 to 15 minutes", s.AuthSessionValidity)
	}
	if rotation := s.RefreshTokenRotation; rotation != nil {
		f.only("RefreshTokenRotation.Feature", []string{rotation.Feature}, "ENABLED", "DISABLED")
		if rotation.RetryGracePeriodSeconds < 0 || rotation.RetryGracePeriodSeconds > 60 {
			f.add("RefreshTokenRotation.RetryGracePeriodSeconds", "got %d, want 0 to 60", rotation.RetryGracePeriodSeconds)
		}
		if s.Rotates() && s.Allows(AllowRefresh) {
			f.add("ExplicitAuthFlows", "got ALLOW_REFRESH_TOKEN_AUTH, which refresh token rotation excludes")
		}
	}
	for _, life := range s.Lives() {
		if d := life.duration(); d < life.min || d > life.max {
			f.add(life.name, "got %d %s, want %v to %v", life.Value, life.Unit, life.min, life.max)
		}
	}
	return errors.Join(f.errs...)
}

// A Life is how long tokens of one kind are good.
type Life struct {
	name     string
	Value    int
	Unit     string
	min, max time.Duration
}

// Lives are those of access, id and refresh tokens, in this order.
func (s *Client) Lives() [3]Life {
	var units tokenUnits
	if s.TokenValidityUnits != nil {
		units = *s.TokenValidityUnits
	}
	const day = 24 * time.Hour
	return [3]Life{
		{"AccessTokenValidity", cmp.Or(s.AccessTokenValidity, 1), cmp.Or(units.AccessToken, "hours"), 5 * time.Minute, day},
		{"IdTokenValidity", cmp.Or(s.IDTokenValidity, 1), cmp.Or(units.IDToken, "hours"), 5 * time.Minute, day},
		{"RefreshTokenValidity", cmp.Or(s.RefreshTokenValidity, 30), cmp.Or(units.RefreshToken, "days"), time.Hour, 3650 * day},
	}
}

// duration is 0 if the unit is none of Cognito's.
func (l Life) duration() time.Duration {
	unit := map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute, "hours": time.Hour, "days": 24 * time.Hour}[l.Unit]
	return time.Duration(l.Value) * unit
}

// AccessLife is how long access tokens are good.
func (s *Client) AccessLife() time.Duration { return s.Lives()[0].duration() }

// IDLife is how long id tokens are good.
func (s *Client) IDLife() time.Duration { return s.Lives()[1].duration() }

// RefreshLife is how long refresh tokens are good.
func (s *Client) RefreshLife() time.Duration { return s.Lives()[2].duration() }

// SessionLife is how long a sign-in may take from one step to the next.
func (s *Client) SessionLife() time.Duration {
	return time.Duration(cmp.Or(s.AuthSessionValidity, 3)) * time.Minute
}

// The flows that a client can allow. Custom ones are kept, and refused when they begin: no function of a pool asks here.
const (
	AllowSRP           = "ALLOW_USER_SRP_AUTH"
	AllowRefresh       = "ALLOW_REFRESH_TOKEN_AUTH"
	AllowCustom        = "ALLOW_CUSTOM_AUTH"
	AllowPassword      = "ALLOW_USER_PASSWORD_AUTH"
	AllowAdminPassword = "ALLOW_ADMIN_USER_PASSWORD_AUTH"
)

// Allows reports whether one may sign in by a flow, as in ALLOW_USER_SRP_AUTH. A client that names none allows three.
// https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_UserPoolClientType.html
func (s *Client) Allows(flow string) bool {
	if len(s.ExplicitAuthFlows) == 0 {
		return flow == AllowSRP || flow == AllowCustom || flow == AllowRefresh && !s.Rotates()
	}
	return slices.Contains(s.ExplicitAuthFlows, flow)
}

// Rotates reports whether a refresh token is exchanged for another when it is used.
func (s *Client) Rotates() bool {
	return s.RefreshTokenRotation != nil && s.RefreshTokenRotation.Feature == "ENABLED"
}

// HidesUsers reports whether nobody may learn from an answer that a user is not there.
func (s *Client) HidesUsers() bool { return s.PreventUserExistenceErrors == "ENABLED" }

// Revokes reports whether refresh tokens can be revoked; they can unless it is switched off.
func (s *Client) Revokes() bool {
	return s.EnableTokenRevocation == nil || *s.EnableTokenRevocation
}

// Reads reports whether the client may see the attribute; without a list it may see all.
func (s *Client) Reads(attribute string) bool {
	return s.ReadAttributes == nil || slices.Contains(s.ReadAttributes, attribute)
}

// writes reports whether the client may set the attribute for its user; without a list it may set all but the verdicts on
// addresses. Those, and sub, are nobody's to set, whatever the list says.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-attribute-permissions-and-scopes
func (s *Client) writes(attribute string) bool {
	switch attribute {
	case "sub", "email_verified", "phone_number_verified":
		return false
	}
	return s.WriteAttributes == nil || slices.Contains(s.WriteAttributes, attribute)
}
