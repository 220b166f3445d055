package constructs

import (
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognitoidentitypool"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/internal/access"
)

// identityService is the principal that exchanges tokens for credentials, and the
// prefix of its condition keys.
const identityService = "cognito-identity.amazonaws.com"

// UserTag is the principal tag that carries a user's `sub` from the user pool into
// IAM conditions: a policy says it as ${aws:PrincipalTag/user}.
const UserTag = "user"

// IdentityPoolProps say whose tokens an identity pool accepts. The zero value of the switch keeps the pool.
type IdentityPoolProps struct {
	Name     string
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
	// RemoveData deletes the pool, and with it who owns which file, with its stack.
	RemoveData bool
}

// Roles are those that an identity pool hands out, by who gets them: guests, users and each group.
type Roles map[access.Principal]awsiam.IRole

// of are the roles of some.
func (r Roles) of(principals ...access.Principal) []awsiam.IRole {
	var roles []awsiam.IRole
	for _, principal := range principals {
		roles = append(roles, r[principal])
	}
	return roles
}

// IdentityPool exchanges tokens of one client of one user pool for the credentials
// of a role, and gives guests a role of their own.
type IdentityPool struct {
	Pool  awscognitoidentitypool.IdentityPool
	Roles Roles // of guests and users; those of groups are NewGroupRole's
}

// NewIdentityPool defines an identity pool for guests and signed-in users. A user of
// a group with a role gets that role *instead of* the signed-in one; a user of
// several that of the one with the lowest precedence, and a user of none, or of several of
// one precedence, the signed-in one.
//
// The classic flow is off, because credentials taken that way escape the ceiling
// that Cognito puts over guests; tokens are checked with the user pool, so that a
// disabled or signed-out user gets no credentials.
//
// An identity id can't be made again, and files lie below it: the pool is kept as data is,
// with all that says whom it serves and how.
//
// See https://docs.aws.amazon.com/cognito/latest/developerguide/role-based-access-control.html
// and https://docs.aws.amazon.com/cognito/latest/developerguide/attributes-for-access-control.html.
func NewIdentityPool(scope constructs.Construct, id string, props IdentityPoolProps) IdentityPool {
	pool := awscognitoidentitypool.NewIdentityPool(scope, &id, &awscognitoidentitypool.IdentityPoolProps{
		IdentityPoolName:               &props.Name,
		AllowUnauthenticatedIdentities: jsii.Bool(true),
		AllowClassicFlow:               jsii.Bool(false),
		AuthenticationProviders: &awscognitoidentitypool.IdentityPoolAuthenticationProviders{
			UserPools: &[]awscognitoidentitypool.IUserPoolAuthenticationProvider{
				awscognitoidentitypool.NewUserPoolAuthenticationProvider(&awscognitoidentitypool.UserPoolAuthenticationProviderProps{
					UserPool:                    props.UserPool,
					UserPoolClient:              props.Client,
					DisableServerSideTokenCheck: jsii.Bool(false),
				}),
			},
		},
		RoleMappings: &[]*awscognitoidentitypool.IdentityPoolRoleMapping{{
			ProviderUrl:           awscognitoidentitypool.IdentityPoolProviderUrl_UserPool(props.UserPool, props.Client),
			MappingKey:            jsii.String("UserPool"),
			UseToken:              jsii.Bool(true),
			ResolveAmbiguousRoles: jsii.Bool(true),
		}},
	})
	guest, user := pool.UnauthenticatedRole(), pool.AuthenticatedRole()
	describe(guest, "People who have not signed in")
	describe(user, "Signed-in users who are in no group with a role")
	setTrust(user, signedInTrust(pool))
	tag := awscognito.NewCfnIdentityPoolPrincipalTag(scope, jsii.String("PrincipalTag"), &awscognito.CfnIdentityPoolPrincipalTagProps{
		IdentityPoolId:       pool.IdentityPoolId(),
		IdentityProviderName: props.UserPool.UserPoolProviderName(),
		UseDefaults:          jsii.Bool(false),
		PrincipalTags:        map[string]*string{UserTag: jsii.String("sub")},
	})
	Keep(props.RemoveData, pool, pool.Node().FindChild(jsii.String("DefaultRoleAttachment")), tag, guest, user)
	return IdentityPool{Pool: pool, Roles: Roles{access.Guest: guest, access.User: user}}
}

// NewGroupRole defines a role that signed-in users of a group get from the identity
// pool in place of the signed-in one, under the same trust.
func NewGroupRole(scope constructs.Construct, id string, pool awscognitoidentitypool.IdentityPool, description string) awsiam.IRole {
	role := awsiam.NewRole(scope, &id, &awsiam.RoleProps{
		Description: &description,
		AssumedBy:   awsiam.NewWebIdentityPrincipal(jsii.String(identityService), nil),
	})
	setTrust(role, signedInTrust(pool))
	return role
}

// signedInTrust lets the pool's signed-in identities assume a role and tag the
// session. One statement, so that no action can lose a condition the other has.
func signedInTrust(pool awscognitoidentitypool.IdentityPool) awsiam.PolicyDocument {
	return awsiam.NewPolicyDocument(&awsiam.PolicyDocumentProps{Statements: &[]awsiam.PolicyStatement{
		awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
			Actions: jsii.Strings("sts:AssumeRoleWithWebIdentity", "sts:TagSession"),
			Principals: &[]awsiam.IPrincipal{awsiam.NewFederatedPrincipal(jsii.String(identityService), &map[string]any{
				"StringEquals":           map[string]*string{identityService + ":aud": pool.IdentityPoolId()},
				"ForAnyValue:StringLike": map[string]string{identityService + ":amr": "authenticated"},
			}, nil)},
		}),
	}})
}

// setTrust replaces a role's trust policy: the library has no principal that allows
// both actions in one statement.
func setTrust(role awsiam.IRole, document awsiam.PolicyDocument) {
	role.Node().DefaultChild().(awsiam.CfnRole).SetAssumeRolePolicyDocument(document)
}

func describe(role awsiam.IRole, description string) {
	role.Node().DefaultChild().(awsiam.CfnRole).SetDescription(&description)
}
