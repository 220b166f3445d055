package proof

import (
	"fmt"
	"maps"
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// kept are the types of resources that an environment which keeps data keeps, with the policy of
// their deletion there. What has a deletion protection of its own is kept when its creation fails as
// well: a rollback could not delete it.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
var kept = map[string]string{
	"AWS::Cognito::UserPool":                   "Retain",
	"AWS::DynamoDB::GlobalTable":               "Retain",
	"AWS::AppSync::GraphQLApi":                 "RetainExceptOnCreate",
	"AWS::Cognito::IdentityPool":               "RetainExceptOnCreate",
	"AWS::Cognito::IdentityPoolPrincipalTag":   "RetainExceptOnCreate",
	"AWS::Cognito::IdentityPoolRoleAttachment": "RetainExceptOnCreate",
	"AWS::Cognito::UserPoolClient":             "RetainExceptOnCreate",
	"AWS::Cognito::UserPoolGroup":              "RetainExceptOnCreate",
	"AWS::Cognito::UserPoolIdentityProvider":   "RetainExceptOnCreate",
	"AWS::Logs::LogGroup":                      "RetainExceptOnCreate",
	"AWS::S3::Bucket":                          "RetainExceptOnCreate",
}

// lifeCheck holds how long data lives.
type lifeCheck struct {
	findings
	system judge
	keeps  bool // the environment keeps data
	guards bool // its stacks are protected from deletion
	rules  []access.Rule
}

// checkLife makes sure that an environment keeps its data, or removes it, as a whole, and that
// nothing else ends a row's or a file's life.
func checkLife(of *system.System, rules []access.Rule) []Violation {
	s := judge{System: of}
	c := lifeCheck{findings{rule: "life"}, s, s.declares(s.Users.At)["DeletionPolicy"] != "Delete", s.guarded(s.Users.At.Stack), rules}
	for _, stack := range slices.Sorted(maps.Keys(s.Templates)) {
		c.template(stack, s.Templates[stack])
		if s.guarded(stack) != c.guards && s.has(stack) {
			c.opens(system.At{Stack: stack, Path: stack}, "the stack is protected from deletion: got %v, want %v as of the other stacks", s.guarded(stack), c.guards)
		}
	}
	if c.guards && !c.keeps {
		c.closes(s.Users.At, "stacks of an environment that removes its data are protected from deletion: want them removable")
	}
	for _, resource := range s.Resources {
		c.resource(resource)
	}
	return c.all
}

// declares is what a template says of a resource.
func (s judge) declares(at system.At) map[string]any {
	resources, _ := s.Templates[at.Stack]["Resources"].(map[string]any)
	resource, _ := resources[at.LogicalID].(map[string]any)
	return resource
}

// guarded tells whether a stack is protected from deletion.
func (s judge) guarded(stack string) bool {
	return system.Lookup(s.Templates[stack], "Stack.TerminationProtection") == true
}

// has tells whether a resource of the system is in a stack, or nothing is.
func (s judge) has(stack string) bool {
	in := func(at system.At) bool { return at.Stack == stack }
	return slices.ContainsFunc(s.Resources, func(r system.Resource) bool { return in(r.At) }) ||
		!slices.ContainsFunc(s.Outside, func(o system.Outside) bool { return in(o.At) })
}

// The sections of a template, and the attributes of a resource, that are looked at. A transform could
// make anything of the others.
var (
	sections   = []string{"Description", "Outputs", "Parameters", "Resources", "Rules", "Stack"}
	attributes = []string{"DeletionPolicy", "DependsOn", "Metadata", "Properties", "Type", "UpdateReplacePolicy"}
)

func (c *lifeCheck) template(stack string, template map[string]any) {
	place := system.At{Stack: stack, Path: stack}
	c.outputs(place, template)
	for _, section := range slices.Sorted(maps.Keys(template)) {
		if !slices.Contains(sections, section) {
			c.opens(place, "%s: got a section that nobody has looked at, want %v alone", section, sections)
		}
	}
	for _, section := range []string{"Parameters", "Rules"} {
		members, _ := template[section].(map[string]any)
		for _, name := range slices.Sorted(maps.Keys(members)) {
			if name != "BootstrapVersion" && name != "CheckBootstrapVersion" {
				c.opens(place, "%s.%s: got what a deployment may fill in, want the bootstrap's version alone", section, name)
			}
		}
	}
}

// resource holds one resource to the environment's way.
func (c *lifeCheck) resource(of system.Resource) {
	declared := c.system.declares(of.At)
	c.dynamic(of, declared["Properties"])
	for _, attribute := range slices.Sorted(maps.Keys(declared)) {
		if !slices.Contains(attributes, attribute) {
			c.opens(of.At, "%s: got an attribute that nobody has looked at, want %v alone", attribute, attributes)
		}
	}
	c.policies(of, declared)
	switch of.Type {
	case "AWS::Cognito::UserPool":
		c.want(of, "DeletionProtection", map[bool]string{true: "ACTIVE", false: "INACTIVE"}[c.guards])
	case "AWS::DynamoDB::GlobalTable":
		c.want(of, "Replicas.0.DeletionProtectionEnabled", c.guards)
	case "AWS::S3::Bucket":
		c.bucket(of)
	case "AWS::Lambda::Function", "Custom::S3AutoDeleteObjects":
		if c.keeps && kindOfFunction(c.system.System, of) != "function" {
			c.opens(of.At, "the environment keeps its data: want nothing that empties buckets")
		}
	}
}

func (c *lifeCheck) policies(of system.Resource, declared map[string]any) {
	deletion, replacement := declared["DeletionPolicy"], declared["UpdateReplacePolicy"]
	want, stays := kept[of.Type]
	if of.Type == "AWS::IAM::Role" && c.namesOwners(of) {
		want, stays = "RetainExceptOnCreate", true
	}
	switch {
	case c.keeps && !stays && (deletion != nil || replacement != nil):
		c.closes(of.At, "DeletionPolicy and UpdateReplacePolicy: got %v and %v, want none: nobody needs it without its stack", show(deletion), show(replacement))
	case c.keeps && stays && (deletion != want || replacement != "Retain"):
		c.opens(of.At, "DeletionPolicy and UpdateReplacePolicy: got %v and %v, want %s and Retain: the environment keeps its data, and what names its owners",
			show(deletion), show(replacement), want)
	case !c.keeps && (deletion != nil && deletion != "Delete" || replacement != nil && replacement != "Delete"):
		c.closes(of.At, "DeletionPolicy and UpdateReplacePolicy: got %v and %v, want Delete: the environment removes its data", show(deletion), show(replacement))
	}
}

// namesOwners tells the roles that something kept refers to: those of the identity pool, and the one
// that the API writes its log with.
func (c *lifeCheck) namesOwners(of system.Resource) bool {
	s := c.system
	if slices.ContainsFunc(s.People(), func(role system.Role) bool { return role.At == of.At }) {
		return true
	}
	for _, role := range s.Services {
		if role.LogicalID == of.LogicalID {
			return role.ARN == system.Lookup(s.API.Properties, "LogConfig.CloudWatchLogsRoleArn")
		}
	}
	return false
}

func (c *lifeCheck) want(of system.Resource, path string, want any) {
	if got := system.Lookup(of.Properties, path); !same(got, want) {
		c.opens(of.At, "%s: got %v, want %v", path, show(got), show(want))
	}
}

// expiries are the rules of a life cycle that the access table wants.
func (c *lifeCheck) expiries() []any {
	var all []any
	for _, rule := range c.rules {
		if rule.Days > 0 {
			all = append(all, map[string]any{
				"Id": "Expire" + rule.ID(), "Status": "Enabled", "Prefix": rule.Prefix(), "ExpirationInDays": rule.Days,
				"NoncurrentVersionExpiration": map[string]any{"NoncurrentDays": rule.Days},
			})
		}
	}
	return all
}

// bucket holds a bucket to how long objects, their earlier versions and parts of uploads stay.
func (c *lifeCheck) bucket(of system.Resource) {
	sweep := map[string]any{
		"Id": "Sweep", "Status": "Enabled",
		"AbortIncompleteMultipartUpload": map[string]any{"DaysAfterInitiation": 1},
		"NoncurrentVersionExpiration":    map[string]any{"NoncurrentDays": 30},
	}
	var logs any
	if of.LogicalID == c.system.Bucket.LogicalID && len(c.system.Logs) > 0 {
		logs = c.system.Logs[0].Name
	}
	c.want(of, "LoggingConfiguration.DestinationBucketName", logs)
	rules := system.Items(system.Lookup(of.Properties, "LifecycleConfiguration.Rules"))
	isSites := c.system.Site != nil && of.At == c.system.Site.Bucket.At
	isFailures := slices.ContainsFunc(c.system.Failures, func(b system.Bucket) bool { return b.At == of.At })
	switch {
	case isFailures:
		sweep["ExpirationInDays"] = failureDays
	case of.At != c.system.Bucket.At && !isSites:
		for _, log := range ofType(c.system.System, "AWS::Logs::LogGroup") {
			sweep["ExpirationInDays"] = log.Properties["RetentionInDays"] // one setting for all logs
		}
	}
	want := []any{sweep}
	if of.LogicalID == c.system.Bucket.LogicalID {
		want = append(want, c.expiries()...)
	}
	if !same(rules, want) {
		c.opens(of.At, "LifecycleConfiguration.Rules: got %v, want %v: people's files stay until somebody removes them, and come back for 30 days, but where the access table says in how many days they go",
			fmt.Sprint(rules), fmt.Sprint(want))
	}
	for _, tag := range system.Items(of.Properties["Tags"]) {
		if c.keeps && system.Lookup(tag, "Key") == "aws-cdk:auto-delete-objects" {
			c.opens(of.At, "Tags: got %v: the environment keeps its data, want nothing that empties buckets", fmt.Sprint(tag))
		}
	}
}
