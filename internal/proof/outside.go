package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"lightbox.example/lightbox/internal/proof/system"
)

// beside are the types that a team's own resources may be of: what they reach is said by their policies
// and by what they name. Of others nobody has looked at whom they reach, such as a policy of the whole
// account or a function at the CDN's edge.
var beside = []string{
	"AWS::ApiGatewayV2::Api", "AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Route", "AWS::ApiGatewayV2::Stage",
	"AWS::CDK::Metadata", "AWS::CloudWatch::Alarm", "AWS::CloudWatch::Dashboard",
	"AWS::Cognito::UserPool", "AWS::Cognito::UserPoolClient", "AWS::Cognito::UserPoolGroup",
	"AWS::DynamoDB::GlobalTable", "AWS::DynamoDB::Table", "AWS::Events::EventBus", "AWS::Events::Rule",
	"AWS::IAM::ManagedPolicy", "AWS::IAM::Policy", "AWS::IAM::Role", "AWS::IAM::RolePolicy", "AWS::KMS::Alias", "AWS::KMS::Key",
	"AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::Lambda::EventSourceMapping", "AWS::Lambda::Function", "AWS::Lambda::LayerVersion",
	"AWS::Lambda::Permission", "AWS::Lambda::Version", "AWS::Logs::LogGroup", "AWS::Logs::MetricFilter",
	"AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::SNS::Subscription", "AWS::SNS::Topic", "AWS::SNS::TopicPolicy", "AWS::SQS::Queue", "AWS::SQS::QueuePolicy",
	"AWS::SSM::Parameter", "AWS::Scheduler::Schedule", "AWS::SecretsManager::Secret", "AWS::StepFunctions::StateMachine", "Custom::S3AutoDeleteObjects",
}

// harmless are the actions that a team's own role may use on any resource: nothing of ours is in these
// services, or the action adds figures and no more. A name that ends with : is all of a service.
var harmless = []string{"cloudwatch:putmetricdata", "events:putevents", "sns:", "sqs:", "xray:puttelemetryrecords", "xray:puttracesegments"}

// attached are AWS's own policies that a team's own role may have: they write logs and traces.
var attached = []string{"service-role/AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"}

// named are parts of names of roles and policies: what they let do is unknown unless they are the team's own.
var named = []string{":role/", ":assumed-role/", ":federated-user/", ":policy/", ":instance-profile/", ":oidc-provider/", ":saml-provider/", ":user/", ":group/"}

// owners are the properties by which a resource is part of another one, with the type that says its own name by it. What the
// others say must be the team's own.
var owners = map[string]string{
	"ApiId": "", "Bucket": "", "IdentityPoolId": "", "Roles": "", "ServiceToken": "", "UserPoolId": "",
	"FunctionName": "AWS::Lambda::Function", "RoleName": "AWS::IAM::Role", "LogGroupName": "AWS::Logs::LogGroup", "TableName": "AWS::DynamoDB::Table",
}

// outsideCheck keeps a team's own resources and ours apart.
type outsideCheck struct {
	findings
	of   system.Outside
	ours []string // names of Lightbox's
	mine []string // names of the team's own resources
	raw  any      // its properties as the template has them
	// ourIDs are the logical ids of Lightbox's resources in its stack.
	ourIDs map[string]bool
}

// checkOutside makes sure that nothing of ours is reachable for a team's own resources, and nothing of them for our roles: neither
// says the other's names, their roles may act on what is theirs alone, and no policy of theirs lets in whoever comes. What else
// they are is not judged.
func checkOutside(s *system.System) []Violation {
	var mine []string
	for _, of := range s.Outside {
		mine = append(mine, of.Names...)
	}
	all := findings{rule: "outside"}
	for _, of := range s.Outside {
		c := outsideCheck{findings: findings{rule: "outside"}, of: of, ours: s.Names, mine: mine, ourIDs: map[string]bool{}}
		c.raw = judge{System: s}.declares(of.At)["Properties"]
		for _, resource := range s.Resources {
			if resource.Stack == of.Stack {
				c.ourIDs[resource.LogicalID] = true
			}
		}
		if hears(of, s.Files()) {
			c.opens(of.At, "EventPattern: got %v, to which what happens to people's files comes: want another source than aws.s3, or the names of your own buckets", show(of.Properties["EventPattern"]))
		}
		c.resource()
		all.all = append(all.all, c.all...)
	}
	return all.all
}

func (c *outsideCheck) resource() {
	at := c.of.At
	if text, is := c.of.Reason.(string); !is || !strings.ContainsFunc(text, unicode.IsLetter) {
		c.opens(at, "the resource is outside of Lightbox: got no reason, want what it is for")
	}
	if !slices.Contains(beside, c.of.Type) && !strings.HasPrefix(c.of.Type, "Custom::") {
		c.opens(at, "%s is a type of which nobody has looked at whom it reaches. If that is said by its policies and by what it names, put it on the list beside in internal/proof/outside.go", c.of.Type)
	}
	text, err := json.Marshal(c.of.Properties)
	if err != nil {
		c.opens(at, "the properties can't be read: %v", err)
	}
	for _, name := range c.ours {
		if strings.Contains(string(text), name) {
			c.opens(at, "it names %s, which is Lightbox's: what it does with that is unknown", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(owners)) {
		if value := c.of.Properties[name]; value != nil && c.of.Type != owners[name] {
			c.parent(name, value)
		}
	}
	walk("", c.of.Properties, c.value)
	walk("", c.raw, c.source)
}

// source looks at a place of a resource as the template has it: at what is named inside of functions, and what
// would be filled in from outside of the templates.
func (c *outsideCheck) source(path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		id, _ := value["Ref"].(string)
		if parts := system.Items(value["Fn::GetAtt"]); len(parts) > 0 {
			id = fmt.Sprint(parts[0])
		}
		if c.ourIDs[id] {
			c.opens(c.of.At, "%s: it names %s, which is Lightbox's: what it does with that is unknown", path, id)
		}
	case string:
		if strings.Contains(value, "{{resolve:") && !strings.HasPrefix(path, "Environment.") {
			c.opens(c.of.At, "%s: got %s, which a deployment fills in from outside of the templates", path, value)
		}
	}
}

// parent wants what a resource is a part of to be the team's own.
func (c *outsideCheck) parent(name string, value any) {
	parents := system.Items(value)
	if parents == nil {
		parents = []any{value}
	}
	for _, parent := range parents {
		if !slices.ContainsFunc(c.mine, func(name string) bool { return strings.HasPrefix(fmt.Sprint(parent), name) }) {
			c.opens(c.of.At, "%s: got %v, want a resource of your own in these templates", name, show(parent))
		}
	}
}

// value looks at a place for a policy, and for a role that is not in the templates.
func (c *outsideCheck) value(path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		if statements, is := value["Statement"]; is {
			c.policy(path, statements)
		}
	case string:
		c.text(path, value)
	}
}

func (c *outsideCheck) text(path, text string) {
	var document map[string]any
	if strings.Contains(text, "Statement") && json.Unmarshal([]byte(text), &document) == nil {
		walk(path, document, c.value) // a policy as a text
		return
	}
	_, managed, aws := strings.Cut(text, ":iam::aws:policy/")
	switch {
	case aws && slices.Contains(attached, managed):
	case aws:
		c.opens(c.of.At, "%s: got AWS's policy %s, want statements about what is yours, or one of %s", path, managed, strings.Join(attached, ", "))
	case strings.HasPrefix(text, "arn:") && !c.isMine(text) && slices.ContainsFunc(named, func(part string) bool { return strings.Contains(text, part) }):
		c.opens(c.of.At, "%s: got %s, which is not in the templates: what it may do is unknown", path, text)
	case path == "Principal" && strings.ContainsAny(text, "*"), path == "AuthType" && text == "NONE", path == "AccessControl" && text != "Private" && text != "LogDeliveryWrite":
		c.opens(c.of.At, "%s: got %s, which lets in whoever comes, our guests too: want principals by name", path, text)
	}
}

// isMine tells a name of a resource of the team's own, or of what is below it.
func (c *outsideCheck) isMine(name string) bool {
	return slices.ContainsFunc(c.mine, func(mine string) bool { return isPartOf(name, mine) })
}

// policy looks at the statements of a policy: who is let in, if it says whom, else what may be done to what.
func (c *outsideCheck) policy(path string, statements any) {
	list := system.Items(statements)
	if list == nil {
		list = []any{statements}
	}
	for i, one := range list {
		statement, is := one.(map[string]any)
		place := fmt.Sprintf("%s: statement %d", path, i+1)
		switch {
		case !is:
			c.opens(c.of.At, "%s: got %v, want an object", place, show(one))
		case statement["Effect"] == "Deny":
		case statement["Principal"] != nil || statement["NotPrincipal"] != nil:
			c.principals(place, statement)
		default:
			c.grants(place, statement)
		}
	}
}

// principals makes sure that whoever is let in is named, and no caller of ours.
func (c *outsideCheck) principals(place string, statement map[string]any) {
	kinds, is := statement["Principal"].(map[string]any)
	if !is {
		c.opens(c.of.At, "%s: it lets in whoever comes, our guests too: want principals by name", place)
		return
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		for _, who := range texts(kinds[kind]) {
			known := kind == "Service" && !strings.ContainsAny(who, "*?") || kind == "AWS" && (c.isMine(who) || account.MatchString(who))
			if !known {
				c.opens(c.of.At, "%s: it lets in %s %s, and so perhaps callers of ours: want a service, an account or a role of your own", place, kind, who)
			}
		}
	}
}

// account is a principal that is a whole account, whose own policies say who of it.
var account = regexp.MustCompile(`^(?:[0-9]{12}|arn:aws[a-z-]*:iam::[0-9]{12}:root)$`)

// grants makes sure that what is allowed is on what the team owns, or in a service where nothing is ours.
func (c *outsideCheck) grants(place string, statement map[string]any) {
	actions, resources := texts(statement["Action"]), texts(statement["Resource"])
	if len(actions) == 0 || len(resources) == 0 {
		c.opens(c.of.At, "%s: got no Action or no Resource, want both: what it allows is unknown", place)
		return
	}
	for _, resource := range resources {
		for _, action := range actions {
			folded := strings.ToLower(action)
			service, _, _ := strings.Cut(folded, ":")
			switch {
			case slices.Contains(harmless, folded), slices.Contains(harmless, service+":"):
			case !c.isMine(resource):
				c.opens(c.of.At, "%s: it allows %s on %s, which may be Lightbox's: want resources of your own in these templates", place, action, resource)
			case strings.Contains(resource, ":iam:") && folded != "iam:passrole" && folded != "sts:assumerole":
				c.opens(c.of.At, "%s: it allows %s on %s: whoever changes a role gives it anything", place, action, resource)
			}
		}
	}
}

// isPartOf tells a name, or what is below it.
func isPartOf(resource, arn string) bool {
	rest, is := strings.CutPrefix(resource, arn)
	return is && (rest == "" || rest[0] == '/' || rest[0] == ':')
}

// texts are a text, or those of a list.
func texts(value any) []string {
	var all []string
	for _, item := range system.Items(value) {
		all = append(all, fmt.Sprint(item))
	}
	if text, is := value.(string); is {
		all = append(all, text)
	}
	return all
}
