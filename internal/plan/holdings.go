package plan

import (
	"fmt"
	"strings"
)

// A holding is what people have of a resource, so that they notice another in its place.
type holding struct {
	name       string   // what people call it
	loses      []string // who loses what
	loss       bool     // what is lost is not made again by a deployment
	interrupts bool     // something has to be deployed again beside it
	kept       bool     // what is kept of an old one is as good as before
	empty      bool     // a new one is, for all that a template says
}

// holdings are the types that people notice.
var holdings = map[string]holding{
	"AWS::Cognito::UserPool": {
		name: "user pool", loss: true, interrupts: true, empty: true,
		loses: []string{"All users: their accounts, passwords and second factors. Who signs up anew has another sub: rows and files of before are not theirs."},
	},
	"AWS::Cognito::UserPoolClient": {
		name: "app client", interrupts: true,
		loses: []string{"Everybody who is signed in: sessions are of the old client, whose id is in every front end."},
	},
	"AWS::Cognito::UserPoolGroup": {
		name: "group", loss: true, empty: true,
		loses: []string{"Its members, until somebody adds them again (`make admin`)."},
	},
	"AWS::Cognito::UserPoolIdentityProvider": {
		name: "identity provider", interrupts: true,
		loses: []string{"Who signs in by it, until the client names the new one."},
	},
	"AWS::Cognito::UserPoolDomain": {
		name: "sign-in host", interrupts: true,
		loses: []string{"Who signs in by another company's account, until front ends have the new host, and the provider allows it."},
	},
	"AWS::Cognito::IdentityPool": {
		name: "identity pool", loss: true, interrupts: true,
		loses: []string{"Owners of files: everybody gets another identity id, and what lies below the old ones is nobody's."},
	},
	"AWS::S3::Bucket": {
		name: "bucket", loss: true, interrupts: true, empty: true,
		loses: []string{"Whoever has files in it."},
	},
	"AWS::DynamoDB::GlobalTable": {
		name: "table", loss: true, empty: true,
		loses: []string{"Whoever has rows in it."},
	},
	"AWS::AppSync::GraphQLApi": {
		name: "API", interrupts: true,
		loses: []string{"Front ends: the API has another id and address."},
	},
	"AWS::CloudFront::Distribution": {
		name: "distribution", interrupts: true,
		loses: []string{"Whoever has the address of a picture or page: the host is another."},
	},
	"AWS::SNS::Subscription": {
		name: "subscription", interrupts: true,
		loses: []string{"Who hears of alarms: AWS asks the address of the new one first, and sends it nothing until it agrees."},
	},
	"AWS::Logs::LogGroup": {
		name: "log", loss: true, kept: true,
		loses: []string{"Whoever looks for what happened before: the lines written until now."},
	},
}

// holdsNothing are the types of which a new one does what the old one did: all there is to them is in a template. The list is
// closed, so that a type which nobody has looked at is never one that nobody misses.
var holdsNothing = map[string]bool{
	"AWS::AppSync::DataSource":                 true,
	"AWS::AppSync::FunctionConfiguration":      true,
	"AWS::AppSync::GraphQLSchema":              true,
	"AWS::AppSync::Resolver":                   true,
	"AWS::Budgets::Budget":                     true,
	"AWS::CDK::Metadata":                       true,
	"AWS::CloudFront::Function":                true,
	"AWS::CloudFront::OriginAccessControl":     true,
	"AWS::CloudFront::ResponseHeadersPolicy":   true,
	"AWS::CloudWatch::Alarm":                   true,
	"AWS::CloudWatch::Dashboard":               true,
	"AWS::Cognito::IdentityPoolPrincipalTag":   true,
	"AWS::Cognito::IdentityPoolRoleAttachment": true,
	"AWS::Events::Rule":                        true,
	"AWS::IAM::ManagedPolicy":                  true,
	"AWS::IAM::Policy":                         true,
	"AWS::IAM::Role":                           true,
	"AWS::Lambda::EventInvokeConfig":           true,
	"AWS::Lambda::EventSourceMapping":          true,
	"AWS::Lambda::Function":                    true,
	"AWS::Lambda::Permission":                  true,
	"AWS::Logs::QueryDefinition":               true,
	"AWS::S3::BucketPolicy":                    true,
	"AWS::SNS::Topic":                          true,
	"AWS::SNS::TopicPolicy":                    true,
	"AWS::SQS::QueuePolicy":                    true,
	"AWS::WAFv2::WebACLAssociation":            true,
	"Custom::S3AutoDeleteObjects":              true, // the buckets that it empties are rows of their own
}

// heldBy is what people have of a resource of a type. Of one that is in neither list it is whatever may be in it.
func heldBy(kind string) holding {
	if held, ok := holdings[kind]; ok || holdsNothing[kind] {
		return held
	}
	return holding{
		loss:  true,
		loses: []string{fmt.Sprintf("Whatever it holds: that is not known here of %s.", strings.TrimPrefix(kind, "AWS::"))},
	}
}

// called is what people call a resource, by its type where there is no word for it.
func (h holding) called(p part) string {
	if h.name != "" {
		return h.name
	}
	return strings.TrimPrefix(p.Resource.Type, "AWS::")
}
