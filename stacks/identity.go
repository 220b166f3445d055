package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
)

// IdentityProps are the resources of other stacks that Identity needs.
type IdentityProps struct {
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
}

// Identity exchanges user-pool tokens for AWS credentials.
type Identity struct {
	Stack     awscdk.Stack
	GuestRole awsiam.IRole
	UserRole  awsiam.IRole
	AdminRole awsiam.IRole
}

// NewIdentity defines the Identity stack. The group of admins is here and not in Auth:
// its role needs the identity pool, which needs Auth.
func NewIdentity(app awscdk.App, cfg config.Config, props IdentityProps) Identity {
	stack := newStack(app, "Identity", "roles of guests, users and admins", cfg)
	identity := constructs.NewIdentityPool(stack, "IdentityPool", constructs.IdentityPoolProps{
		Name:       cfg.ResourceName(),
		UserPool:   props.UserPool,
		Client:     props.Client,
		RemoveData: cfg.RemoveData,
	})
	admin := constructs.NewGroupRole(stack, "AdminRole", identity.Pool, "Signed-in users of the group Admins")
	group := awscognito.NewUserPoolGroup(stack, jsii.String("Admins"), &awscognito.UserPoolGroupProps{
		UserPool:    props.UserPool,
		GroupName:   jsii.String(string(access.Admins)),
		Description: jsii.String("May edit the catalogue and remove what others posted"),
		Precedence:  jsii.Number(0),
		Role:        admin,
	})
	// Who is in it is data.
	constructs.Keep(cfg.RemoveData, group, admin)
	output(stack, "IdentityPoolId", "Identity pool that gives credentials", identity.Pool.IdentityPoolId())
	return Identity{Stack: stack, GuestRole: identity.GuestRole, UserRole: identity.UserRole, AdminRole: admin}
}
