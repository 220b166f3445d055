package cognito

import (
	"cmp"

	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/pipeline"
)

var poolOperations = pipeline.Table[*Service]{
	"DescribeUserPool":       signed((*request).describeUserPool),
	"DescribeUserPoolClient": signed((*request).describeUserPoolClient),
	"GetUserPoolMfaConfig":   signed((*request).getPoolMFA),
	"ListUserPoolClients":    signed((*request).listUserPoolClients),
	"ListUserPools":          pipeline.Signed(everyPool, handled((*request).listUserPools)),
}

// poolRequest is what the requests of administrators begin with.
type poolRequest struct {
	UserPoolID string `aws:"UserPoolId" shape:"UserPoolIdType" required:"true"`
}

func (r poolRequest) poolID() string { return r.UserPoolID }

// poolRecord is Cognito's UserPoolType as far as the sandbox has it.
type poolRecord struct {
	ID                          string `json:"Id"`
	Arn                         string
	Name                        string
	CreationDate                stamp
	LastModifiedDate            stamp
	EstimatedNumberOfUsers      int
	AccountRecoverySetting      *properties.AccountRecovery       `json:",omitempty"`
	AdminCreateUserConfig       *properties.AdminCreateUserConfig `json:",omitempty"`
	AliasAttributes             []string                          `json:",omitempty"`
	AutoVerifiedAttributes      []string                          `json:",omitempty"`
	DeletionProtection          string                            `json:",omitempty"`
	EmailConfiguration          *properties.EmailConfiguration    `json:",omitempty"`
	LambdaConfig                map[string]string                 `json:",omitempty"`
	MfaConfiguration            string                            `json:",omitempty"`
	Policies                    map[string]properties.PasswordPolicy
	SchemaAttributes            []properties.SchemaAttribute      `json:",omitempty"`
	UserAttributeUpdateSettings *properties.AttributeUpdates      `json:",omitempty"`
	UserPoolTags                map[string]string                 `json:",omitempty"`
	UserPoolTier                string                            `json:",omitempty"`
	UsernameAttributes          []string                          `json:",omitempty"`
	UsernameConfiguration       *properties.UsernameConfiguration `json:",omitempty"`
	VerificationMessageTemplate *properties.MessageTemplate       `json:",omitempty"`
}

type poolAnswer struct{ UserPool poolRecord }

func (c *request) describeUserPool(in poolRequest) (any, error) {
	var answer poolAnswer
	err := c.view(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		s := p.Settings
		answer.UserPool = poolRecord{
			ID: p.ID, Arn: c.directory.ARN(p.ID), Name: s.UserPoolName, CreationDate: stamp(p.Created), LastModifiedDate: stamp(p.Modified),
			EstimatedNumberOfUsers: t.CountUsers(p), AccountRecoverySetting: s.AccountRecoverySetting, AdminCreateUserConfig: s.AdminCreateUserConfig,
			AliasAttributes: s.AliasAttributes, AutoVerifiedAttributes: s.AutoVerifiedAttributes, DeletionProtection: s.DeletionProtection,
			EmailConfiguration: s.EmailConfiguration, LambdaConfig: s.Triggers(), MfaConfiguration: s.MfaConfiguration,
			Policies:         map[string]properties.PasswordPolicy{"PasswordPolicy": s.Passwords()},
			SchemaAttributes: s.Schema, UserAttributeUpdateSettings: s.UserAttributeUpdateSettings, UserPoolTags: s.UserPoolTags,
			UserPoolTier: s.UserPoolTier, UsernameAttributes: s.UsernameAttributes, UsernameConfiguration: s.UsernameConfiguration, VerificationMessageTemplate: s.VerificationMessageTemplate,
		}
		return nil
	})
	return answer, err
}

type poolMFAAnswer struct {
	MfaConfiguration              string
	SoftwareTokenMfaConfiguration struct{ Enabled bool }
}

// getPoolMFA: https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_GetUserPoolMfaConfig.html
func (c *request) getPoolMFA(in poolRequest) (any, error) {
	var answer poolMFAAnswer
	err := c.view(func(t directory.Tx) error {
		p, err := t.Pool(in.UserPoolID)
		if err != nil {
			return err
		}
		answer.MfaConfiguration = cmp.Or(p.Settings.MfaConfiguration, "OFF")
		answer.SoftwareTokenMfaConfiguration.Enabled = p.Settings.TOTP()
		return nil
	})
	return answer, err
}

type poolClientRequest struct {
	poolRequest
	ClientID string `aws:"ClientId" shape:"ClientIdType" required:"true"`
}

// clientRecord is Cognito's UserPoolClientType as far as the sandbox has it.
type clientRecord struct {
	UserPoolID                 string `json:"UserPoolId"`
	ClientID                   string `json:"ClientId"`
	ClientName                 string
	ClientSecret               string `json:",omitempty"`
	CreationDate               stamp
	LastModifiedDate           stamp
	AccessTokenValidity        int
	AllowedOAuthFlows          []string `json:",omitempty"`
	AllowedOAuthScopes         []string `json:",omitempty"`
	AllowedByOAuth             bool     `json:"AllowedOAuthFlowsUserPoolClient"`
	CallbackURLs               []string `json:",omitempty"`
	DefaultRedirectURI         string   `json:",omitempty"`
	LogoutURLs                 []string `json:",omitempty"`
	AuthSessionValidity        int      `json:",omitempty"`
	EnableTokenRevocation      bool
	ExplicitAuthFlows          []string                  `json:",omitempty"`
	IDTokenValidity            int                       `json:"IdTokenValidity"`
	PreventUserExistenceErrors string                    `json:",omitempty"`
	ReadAttributes             []string                  `json:",omitempty"`
	RefreshTokenRotation       *properties.TokenRotation `json:",omitempty"`
	RefreshTokenValidity       int
	SupportedIdentityProviders []string `json:",omitempty"`
	TokenValidityUnits         map[string]string
	WriteAttributes            []string `json:",omitempty"`
}

type clientAnswer struct{ UserPoolClient clientRecord }

func (c *request) describeUserPoolClient(in poolClientRequest) (any, error) {
	var answer clientAnswer
	err := c.view(func(t directory.Tx) error {
		if _, err := t.Pool(in.UserPoolID); err != nil {
			return err
		}
		cl, err := t.ClientOf(in.UserPoolID, in.ClientID)
		if err != nil {
			return err
		}
		s, lives := cl.Settings, cl.Settings.Lives()
		answer.UserPoolClient = clientRecord{
			UserPoolID: cl.Pool, ClientID: cl.ID, ClientName: cl.Name, CreationDate: stamp(cl.Created), LastModifiedDate: stamp(cl.Modified),
			AccessTokenValidity: lives[0].Value, IDTokenValidity: lives[1].Value, RefreshTokenValidity: lives[2].Value,
			TokenValidityUnits:  map[string]string{"AccessToken": lives[0].Unit, "IdToken": lives[1].Unit, "RefreshToken": lives[2].Unit},
			AuthSessionValidity: s.AuthSessionValidity, EnableTokenRevocation: s.Revokes(), ExplicitAuthFlows: s.ExplicitAuthFlows,
			PreventUserExistenceErrors: s.PreventUserExistenceErrors, ReadAttributes: s.ReadAttributes, WriteAttributes: s.WriteAttributes,
			RefreshTokenRotation: s.RefreshTokenRotation, SupportedIdentityProviders: s.SupportedIdentityProviders,
			ClientSecret: cl.Secret, AllowedOAuthFlows: s.AllowedOAuthFlows, AllowedOAuthScopes: s.AllowedOAuthScopes,
			AllowedByOAuth: s.AllowedOAuthFlowsUserPoolClient, CallbackURLs: s.CallbackURLs, DefaultRedirectURI: s.DefaultRedirectURI,
			LogoutURLs: s.LogoutURLs,
		}
		return nil
	})
	return answer, err
}

func everyPool(*Service, listPoolsRequest) string { return "*" }

type listPoolsRequest struct {
	MaxResults int    `shape:"PoolQueryLimitType" required:"true"`
	NextToken  string `shape:"PaginationKey"`
}

type poolDescription struct {
	ID               string `json:"Id"`
	Name             string
	CreationDate     stamp
	LastModifiedDate stamp
}

type listPoolsAnswer struct {
	UserPools []poolDescription
	NextToken string `json:",omitempty"`
}

// listUserPools lists the pools in the order of their ids.
func (c *request) listUserPools(in listPoolsRequest) (any, error) {
	after, err := c.readToken(in.NextToken, "pools")
	if err != nil {
		return nil, err
	}
	answer := listPoolsAnswer{UserPools: []poolDescription{}}
	err = c.view(func(t directory.Tx) error {
		return t.Pools(after, func(p *directory.Pool) bool {
			if n := len(answer.UserPools); n == in.MaxResults {
				answer.NextToken = c.writeToken(answer.UserPools[n-1].ID, "pools")
				return false
			}
			answer.UserPools = append(answer.UserPools, poolDescription{p.ID, p.Settings.UserPoolName, stamp(p.Created), stamp(p.Modified)})
			return true
		})
	})
	return answer, err
}

type listClientsRequest struct {
	poolRequest
	MaxResults *int   `shape:"QueryLimit"`
	NextToken  string `shape:"PaginationKey"`
}

type clientDescription struct {
	ClientID   string `json:"ClientId"`
	UserPoolID string `json:"UserPoolId"`
	ClientName string
}

type listClientsAnswer struct {
	UserPoolClients []clientDescription
	NextToken       string `json:",omitempty"`
}

// listUserPoolClients lists the clients of a pool in the order of their ids.
func (c *request) listUserPoolClients(in listClientsRequest) (any, error) {
	after, err := c.readToken(in.NextToken, "clients", in.UserPoolID)
	if err != nil {
		return nil, err
	}
	answer := listClientsAnswer{UserPoolClients: []clientDescription{}}
	err = c.view(func(t directory.Tx) error {
		if _, err := t.Pool(in.UserPoolID); err != nil {
			return err
		}
		return t.Clients(after, func(cl *directory.Client) bool {
			if cl.Pool != in.UserPoolID {
				return true
			}
			if n := len(answer.UserPoolClients); n == pageSize(in.MaxResults) {
				answer.NextToken = c.writeToken(answer.UserPoolClients[n-1].ClientID, "clients", in.UserPoolID)
				return false
			}
			answer.UserPoolClients = append(answer.UserPoolClients, clientDescription{cl.ID, cl.Pool, cl.Name})
			return true
		})
	})
	return answer, err
}
