package stacks

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscognito"
	"github.com/aws/jsii-runtime-go"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/proof/prose"
)

// IdentityProps are the resources of other stacks that Identity needs.
type IdentityProps struct {
	UserPool awscognito.IUserPool
	Client   awscognito.IUserPoolClient
}

// Identity exchanges user-pool tokens for AWS credentials.
type Identity struct {
	Stack awscdk.Stack
	Roles constructs.Roles
}

// NewIdentity defines the Identity stack. The groups are here and not in Auth: their roles
// need the identity pool, which needs Auth. The error is for groups that do not hold together.
func NewIdentity(app awscdk.App, cfg config.Config, props IdentityProps) (Identity, error) {
	if err := access.ValidateGroups(access.Groups()); err != nil {
		return Identity{}, err
	}
	whose := []string{"guests", "users"}
	for _, group := range access.Groups() {
		whose = append(whose, group.Many())
	}
	stack := newStack(app, "Identity", "roles of "+prose.And(whose), cfg)
	identity := constructs.NewIdentityPool(stack, "IdentityPool", constructs.IdentityPoolProps{
		Name:       cfg.ResourceName(),
		UserPool:   props.UserPool,
		Client:     props.Client,
		RemoveData: cfg.RemoveData,
	})
	for precedence, group := range access.Groups() {
		name := string(group.Name)
		role := constructs.NewGroupRole(stack, group.ID("Role"), identity.Pool, "Signed-in users of the group "+name)
		members := awscognito.NewUserPoolGroup(stack, &name, &awscognito.UserPoolGroupProps{
			UserPool:    props.UserPool,
			GroupName:   &name,
			Description: &group.Description,
			Precedence:  jsii.Number(precedence),
			Role:        role,
		})
		// Who is in it is data.
		constructs.Keep(cfg.RemoveData, members, role)
		identity.Roles[group.Name] = role
	}
	output(stack, "IdentityPoolId", "Identity pool that gives credentials", identity.Pool.IdentityPoolId())
	return Identity{Stack: stack, Roles: identity.Roles}, nil
}
