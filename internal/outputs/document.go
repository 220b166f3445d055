package outputs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
)

// version is that of Amplify's format. Clients accept any that starts with "1"; nothing that we
// need is newer than 1.4, and older clients know it.
const version = "1.4"

// document is amplify_outputs.json. Its fields are in the order in which they are written.
//
// Lightbox owns auth, data, storage, custom.cdn and custom.lightbox. The rest is what others put
// there; it is kept as it is.
type document struct {
	Schema        json.RawMessage            `json:"$schema,omitempty"`
	Version       string                     `json:"version"`
	Auth          authPart                   `json:"auth"`
	Data          dataPart                   `json:"data"`
	Storage       storagePart                `json:"storage"`
	Analytics     json.RawMessage            `json:"analytics,omitempty"`
	Geo           json.RawMessage            `json:"geo,omitempty"`
	Notifications json.RawMessage            `json:"notifications,omitempty"`
	Custom        map[string]json.RawMessage `json:"custom"`

	cdn      cdnPart      // custom.cdn
	lightbox lightboxPart // custom.lightbox
}

type authPart struct {
	AWSRegion              string             `json:"aws_region"`
	UserPoolID             string             `json:"user_pool_id"`
	UserPoolClientID       string             `json:"user_pool_client_id"`
	IdentityPoolID         string             `json:"identity_pool_id"`
	UnauthenticatedEnabled bool               `json:"unauthenticated_identities_enabled"`
	MFAConfiguration       string             `json:"mfa_configuration"`
	MFAMethods             []string           `json:"mfa_methods,omitempty"`
	UsernameAttributes     []string           `json:"username_attributes"`
	StandardRequired       []string           `json:"standard_required_attributes"`
	UserVerificationTypes  []string           `json:"user_verification_types"`
	PasswordPolicy         passwordPolicy     `json:"password_policy"`
	OAuth                  *oauth             `json:"oauth,omitempty"`
	Groups                 []map[string]group `json:"groups"`
}

type passwordPolicy struct {
	MinLength        int  `json:"min_length"`
	RequireNumbers   bool `json:"require_numbers"`
	RequireLowercase bool `json:"require_lowercase"`
	RequireUppercase bool `json:"require_uppercase"`
	RequireSymbols   bool `json:"require_symbols"`
}

type oauth struct {
	IdentityProviders  []string `json:"identity_providers"`
	Domain             string   `json:"domain"`
	Scopes             []string `json:"scopes"`
	RedirectSignInURI  []string `json:"redirect_sign_in_uri"`
	RedirectSignOutURI []string `json:"redirect_sign_out_uri"`
	ResponseType       string   `json:"response_type"`
}

type group struct {
	Precedence int `json:"precedence"`
}

type dataPart struct {
	AWSRegion          string   `json:"aws_region"`
	URL                string   `json:"url"`
	DefaultType        string   `json:"default_authorization_type"`
	AuthorizationTypes []string `json:"authorization_types"`
}

type storagePart struct {
	AWSRegion  string   `json:"aws_region"`
	BucketName string   `json:"bucket_name"`
	Buckets    []bucket `json:"buckets"`
}

type bucket struct {
	Name       string           `json:"name"`
	BucketName string           `json:"bucket_name"`
	AWSRegion  string           `json:"aws_region"`
	Paths      access.PathRules `json:"paths"`
}

type cdnPart struct {
	URL string `json:"url"`
}

type lightboxPart struct {
	Env   string           `json:"env"`
	Paths access.PathRules `json:"paths"`
	Site  string           `json:"site,omitempty"` // where the pages are, as in https://d111111abcdef8.cloudfront.net
}

// setAuth writes what the Auth stack decides. The guests, the groups and the identity pool in the
// same section are the Identity stack's.
func (d *document) setAuth(cfg config.Config, out map[string]string) {
	was := d.Auth
	d.Auth = authPart{
		AWSRegion:              cfg.Region,
		UserPoolID:             out["UserPoolId"],
		UserPoolClientID:       out["UserPoolClientId"],
		IdentityPoolID:         was.IdentityPoolID,
		UnauthenticatedEnabled: was.UnauthenticatedEnabled,
		MFAConfiguration:       mfaConfiguration[cfg.MFA],
		UsernameAttributes:     []string{"username", "email"},
		// What a form must ask for. The pool takes a sign-up without it and never
		// confirms it: docs/adr/0023-no-schema-in-the-template.md.
		StandardRequired:      []string{"email"},
		UserVerificationTypes: []string{"email"},
		PasswordPolicy:        passwordPolicy{MinLength: config.PasswordLength, RequireNumbers: true, RequireLowercase: true, RequireUppercase: true, RequireSymbols: true},
		Groups:                was.Groups,
	}
	if cfg.MFA != config.MFAOff {
		d.Auth.MFAMethods = []string{"TOTP"}
	}
	if hasSocial(cfg) {
		d.Auth.OAuth = d.socialSignIn(cfg, out["UserPoolDomain"])
	}
}

// mfaConfiguration translates the setting to Amplify's words, which are not Cognito's
// (OFF, OPTIONAL, ON).
var mfaConfiguration = map[config.MFA]string{
	config.MFAOff:      "NONE",
	config.MFAOptional: "OPTIONAL",
	config.MFARequired: "REQUIRED",
}

// identityProvider translates the setting, which is Cognito's name, to Amplify's.
var identityProvider = map[config.SocialProvider]string{
	config.Google:          "GOOGLE",
	config.Facebook:        "FACEBOOK",
	config.LoginWithAmazon: "LOGIN_WITH_AMAZON",
}

func (d *document) socialSignIn(cfg config.Config, domain string) *oauth {
	var back []string
	for _, origin := range cfg.WebOrigins {
		back = append(back, origin+"/")
	}
	if d.lightbox.Site != "" {
		back = append(back, d.lightbox.Site+"/")
	}
	return &oauth{
		IdentityProviders:  []string{identityProvider[cfg.Social.Provider]},
		Domain:             domain,
		Scopes:             []string{"openid", "email", "aws.cognito.signin.user.admin"}, // the app client's
		RedirectSignInURI:  back,
		RedirectSignOutURI: back,
		ResponseType:       "code",
	}
}

// setSite writes where the pages are: at the team's own domain if it has one.
func (d *document) setSite(cfg config.Config, out map[string]string) {
	d.lightbox.Site = "https://" + cmp.Or(cfg.Site.Domain, out["SiteDomainName"])
}

// setIdentity writes what the Identity stack decides. Without the switch for guests Amplify gives
// a signed-out visitor no credentials at all, and guests are part of the product.
func (d *document) setIdentity(_ config.Config, out map[string]string) {
	d.Auth.IdentityPoolID = out["IdentityPoolId"]
	d.Auth.UnauthenticatedEnabled = true
	d.Auth.Groups = []map[string]group{}
	for i, one := range access.Groups() {
		d.Auth.Groups = append(d.Auth.Groups, map[string]group{string(one.Name): {Precedence: i}})
	}
}

// setFileStorage writes the bucket, and what the policies in the same stack allow in it.
func (d *document) setFileStorage(_ config.Config, out map[string]string) {
	rules := access.Rules()
	d.Storage = storagePart{
		AWSRegion:  out["BucketRegion"],
		BucketName: out["BucketName"],
		Buckets:    []bucket{{Name: "images", BucketName: out["BucketName"], AWSRegion: out["BucketRegion"], Paths: access.Paths(rules)}},
	}
	d.lightbox.Paths = access.UserPaths(rules)
}

// setCDN writes the address of the files that anyone may read: the team's own domain if it has one.
func (d *document) setCDN(cfg config.Config, out map[string]string) {
	host := out["DistributionDomainName"]
	if cfg.CDN.Domain != "" {
		host = cfg.CDN.Domain
	}
	d.cdn.URL = "https://" + host
}

// setAPI writes the GraphQL endpoint and how to sign a request to it.
func (d *document) setAPI(_ config.Config, out map[string]string) {
	d.Data = dataPart{
		AWSRegion:          out["GraphQLAPIRegion"],
		URL:                out["GraphQLAPIURL"],
		DefaultType:        "AMAZON_COGNITO_USER_POOLS",
		AuthorizationTypes: []string{"AMAZON_COGNITO_USER_POOLS", "AWS_IAM"},
	}
}

// read fills d from a document that passed check.
func (d *document) read(f File) error {
	if err := json.Unmarshal(f.Data, d); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	for key, part := range map[string]any{"cdn": &d.cdn, "lightbox": &d.lightbox} {
		if d.Custom[key] == nil {
			continue
		}
		if err := json.Unmarshal(d.Custom[key], part); err != nil {
			return fmt.Errorf("%s: custom.%s: %w", f.Name, key, err)
		}
	}
	return nil
}

// encode writes the document: the same content gives the same bytes, keys of maps sorted, two
// spaces a level, a line feed at the end.
func (d *document) encode() ([]byte, error) {
	if d.Custom == nil {
		d.Custom = map[string]json.RawMessage{}
	}
	for key, part := range map[string]any{"cdn": d.cdn, "lightbox": d.lightbox} {
		text, err := indented(part)
		if err != nil {
			return nil, err
		}
		d.Custom[key] = text
	}
	return indented(d)
}

// indented leaves <, > and & as they are: this is no HTML, and people read the file.
func indented(value any) ([]byte, error) {
	var text bytes.Buffer
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(value); err != nil {
		return nil, err
	}
	return text.Bytes(), nil
}
