package tour

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	cdn "github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	functions "github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/deployed"
)

// denied is how most services refuse.
const denied = "AccessDeniedException"

// tryServices tries keys of guests, users and members of groups where none of them has anything to do: tables, users, identities, functions
// and the CDN. Functions are asked for a dry run, and what is written is our own, in case that it is let in.
func (w *walk) tryServices(ctx context.Context) error {
	wanted := map[deployed.Kind]*string{}
	names := map[string]*string{}
	for _, one := range access.Functions() {
		if !one.IsTrigger() {
			names[string(one.Name)] = new(string)
			wanted[deployed.Function(one)] = names[string(one.Name)]
		}
	}
	if err := deployed.Resources(ctx, w.AWS, w.Config.StackName("API"), wanted); err != nil {
		return err
	}
	distribution, err := deployed.CDN(ctx, w.AWS, w.Config.StackName)
	if err != nil {
		return err
	}
	for _, c := range append([]*caller{w.guest, w.user}, w.members...) {
		w.tryTables(ctx, c)
		w.tryAccounts(ctx, c)
		for name, function := range names {
			_, err := lambda.NewFromConfig(w.everybodys(c.keys)).Invoke(ctx, &lambda.InvokeInput{FunctionName: function, InvocationType: functions.InvocationTypeDryRun})
			w.got(trial{"M36 M97", "the function " + name, c, "call it"}, said(err), denied)
		}
		_, err := cloudfront.NewFromConfig(w.everybodys(c.keys)).CreateInvalidation(ctx, &cloudfront.CreateInvalidationInput{
			DistributionId: &distribution.Distribution,
			InvalidationBatch: &cdn.InvalidationBatch{
				CallerReference: aws.String(w.name(string(c.principal))), Paths: &cdn.Paths{Quantity: aws.Int32(1), Items: []string{"/" + Prefix + w.run}},
			},
		})
		w.got(trial{"M107", aboutCDN, c, "have it forget"}, said(err), "AccessDenied", denied)
	}
	return ctx.Err()
}

// tryTables asks tables past the API.
func (w *walk) tryTables(ctx context.Context, c *caller) {
	tables := dynamodb.NewFromConfig(w.everybodys(c.keys))
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	own := map[string]types.AttributeValue{"photoId": text(Prefix + w.run), "row": text("PHOTO")}
	_, err := tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: &w.stores.Photos, Key: own})
	w.got(trial{"M36 M106", "the table Photos", c, "read a row"}, said(err), denied)
	_, err = tables.Scan(ctx, &dynamodb.ScanInput{TableName: &w.stores.Products, Limit: aws.Int32(1)})
	w.got(trial{"M36 M106", "the table Products", c, "scan"}, said(err), denied)
	_, err = tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &w.stores.Photos, Key: own})
	w.got(trial{"M36 M106", "the table Photos", c, "delete a row"}, said(err), denied)
}

// tryAccounts asks for users, and for a group.
func (w *walk) tryAccounts(ctx context.Context, c *caller) {
	users := cognitoidentityprovider.NewFromConfig(w.everybodys(c.keys))
	_, err := users.ListUsers(ctx, &cognitoidentityprovider.ListUsersInput{UserPoolId: &w.stores.UserPool, Limit: aws.Int32(1)})
	w.got(trial{"M36 M108", aboutPool, c, "list users"}, said(err), denied)
	for _, group := range access.Groups() {
		_, err := users.AdminAddUserToGroup(ctx, &cognitoidentityprovider.AdminAddUserToGroupInput{
			UserPoolId: &w.stores.UserPool, Username: &w.other.user, GroupName: aws.String(string(group.Name)),
		})
		w.got(trial{"M72 M108", aboutPool, c, "make somebody " + group.One()}, said(err), denied)
	}
	_, err = cognitoidentity.NewFromConfig(w.everybodys(c.keys)).ListIdentities(ctx, &cognitoidentity.ListIdentitiesInput{IdentityPoolId: &w.identities, MaxResults: aws.Int32(1)})
	w.got(trial{"M36 M108", "the identity pool", c, "list identities"}, said(err), denied)
}
