package tour

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/objects"
	"lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/internal/verify"
)

// A place is a deployment, with the operator's ways to it and everybody's.
type place struct {
	verify.World
	roads  roads
	stores *person.Stores // by the operator

	client, identities string // ids of the web client and of the identity pool
	api                string // the URL of GraphQL
	cdn                string // as in https://d111111abcdef8.cloudfront.net
	kept               bool   // data is, when the stacks go
	locked             string // the name of the user that is the lock
}

// find finds out what is deployed.
func find(ctx context.Context, world verify.World) (*place, error) {
	p := &place{World: world}
	var err error
	if p.roads, err = roadsOf(os.Getenv); err != nil {
		return nil, err
	}
	name := world.Config.StackName
	if p.stores, err = deployed.Stores(ctx, world.AWS, name); err != nil {
		return nil, err
	}
	text, err := deployed.Outputs(ctx, world.AWS, []string{name("Auth"), name("Identity"), name("CDN"), name("API")})
	if err != nil {
		return nil, err
	}
	var outputs map[string]map[string]string
	if err := json.Unmarshal(text, &outputs); err != nil {
		return nil, err
	}
	var faults []error
	for _, one := range []struct {
		stack, key string
		to         *string
	}{
		{"Auth", "UserPoolClientId", &p.client}, {"Identity", "IdentityPoolId", &p.identities},
		{"API", "GraphQLAPIURL", &p.api}, {"CDN", "DistributionDomainName", &p.cdn},
	} {
		if *one.to = outputs[name(one.stack)][one.key]; *one.to == "" {
			faults = append(faults, fmt.Errorf("%s: got no output %s, want it deployed", name(one.stack), one.key))
		}
	}
	p.cdn = "https://" + p.cdn
	p.kept, err = keeps(ctx, world.AWS, name("Auth"))
	faults = append(faults, err)
	stack, err := cloudformation.NewFromConfig(world.AWS).DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: aws.String(name("Auth"))})
	if err == nil {
		p.locked = lockName(aws.ToString(stack.Stacks[0].StackId))
	}
	return p, errors.Join(append(faults, err)...)
}

// keeps tells whether a stack leaves its user pool behind, as the deployed template says: what has no policy is deleted.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
func keeps(ctx context.Context, cfg aws.Config, stack string) (bool, error) {
	got, err := cloudformation.NewFromConfig(cfg).GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &stack})
	if err != nil {
		return false, err
	}
	var template struct {
		Resources map[string]struct{ Type, DeletionPolicy string }
	}
	if err := json.Unmarshal([]byte(aws.ToString(got.TemplateBody)), &template); err != nil {
		return false, fmt.Errorf("%s: got a template that is no JSON, want the one that was synthesized: %w", stack, err)
	}
	for _, one := range template.Resources {
		if one.Type == "AWS::Cognito::UserPool" {
			return one.DeletionPolicy != "" && one.DeletionPolicy != "Delete", nil
		}
	}
	return false, fmt.Errorf("%s: got no user pool in its template, want one", stack)
}

// everybodys is a client's configuration by the names of AWS, with somebody's keys; with none it signs nothing.
func (p *place) everybodys(keys aws.Credentials) aws.Config {
	cfg := aws.Config{Region: p.AWS.Region, HTTPClient: p.roads.client, Credentials: aws.AnonymousCredentials{}}
	if keys.AccessKeyID != "" {
		cfg.Credentials = credentials.StaticCredentialsProvider{Value: keys}
	}
	return cfg
}

// users is the user pool as front ends ask it.
func (p *place) users() *cognitoidentityprovider.Client {
	return cognitoidentityprovider.NewFromConfig(p.everybodys(aws.Credentials{}))
}

// visitors is the identity pool as front ends ask it.
func (p *place) visitors() *cognitoidentity.Client {
	return cognitoidentity.NewFromConfig(p.everybodys(aws.Credentials{}))
}

// filesOf is S3 for somebody.
func (p *place) filesOf(keys aws.Credentials) *s3.Client { return s3.NewFromConfig(p.everybodys(keys)) }

// bucket is that of files, for the operator.
func (p *place) bucket() objects.Bucket {
	return objects.Bucket{Client: p.stores.Files, Name: p.stores.Bucket}
}

// login is the user pool's name in the identity pool.
func (p *place) login(token string) map[string]string {
	return map[string]string{"cognito-idp." + p.AWS.Region + ".amazonaws.com/" + p.stores.UserPool: token}
}

// fileURL is the address of a key in the bucket. The ids of identities have a colon.
func (p *place) fileURL(scheme, key string) string {
	return scheme + "://" + p.stores.Bucket + ".s3." + p.AWS.Region + ".amazonaws.com/" + strings.ReplaceAll(key, ":", "%3A")
}
