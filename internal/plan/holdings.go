package plan

import "strings"

// A holding is what people have of a resource, so that they notice another in its place.
type holding struct {
	name       string   // what people call it
	loses      []string // who loses what
	loss       bool     // what is lost is not made again by a deployment
	interrupts bool     // something has to be deployed again beside it
	kept       bool     // what is kept of an old one is as good as before
	empty      bool     // a new one is, for all that a template says
}

// holdings are the types that people notice. Of any other a new one does what the old one did.
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
	"AWS::Logs::LogGroup": {
		name: "log", loss: true, kept: true,
		loses: []string{"Whoever looks for what happened before: the lines written until now."},
	},
}

// called is what people call a resource, by its type where there is no word for it.
func (h holding) called(p part) string {
	if h.name != "" {
		return h.name
	}
	return strings.TrimPrefix(p.Resource.Type, "AWS::")
}
