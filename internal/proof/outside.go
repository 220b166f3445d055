package proof

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// harmless are the services on whose resources, all of them, a team's own role may act: nothing of ours is there, and they act for
// nobody on what is.
var harmless = []string{"cloudwatch", "events", "ses", "sns", "sqs", "xray"}

// attached are AWS's own policies that a team's own role may have: they write logs and traces.
var attached = []string{"service-role/AWSLambdaBasicExecutionRole", "AWSXRayDaemonWriteAccess"}

// owners are the properties by which a resource is part of another one, with the type that says its own name by it. What the
// others say must be the team's own.
var owners = map[string]string{
	"ApiId": "", "Bucket": "", "IdentityPoolId": "", "Roles": "", "ServiceToken": "", "UserPoolId": "",
	"FunctionName": "AWS::Lambda::Function", "RoleName": "AWS::IAM::Role",
}

// outsideCheck keeps a team's own resources and ours apart.
type outsideCheck struct {
	findings
	of   system.Outside
	ours []string
	mine []string // names of the team's own resources
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
		c := outsideCheck{findings: findings{rule: "outside"}, of: of, ours: s.Names, mine: mine}
		c.resource()
		all.all = append(all.all, c.all...)
	}
	return all.all
}

func (c *outsideCheck) resource() {
	at := c.of.At
	if text, is := c.of.Reason.(string); !is || strings.TrimSpace(text) == "" {
		c.opens(at, "the resource is outside of Lightbox: got no reason, want what it is for")
	}
	if strings.HasPrefix(c.of.Type, "AWS::CloudFormation::") || strings.HasSuffix(c.of.Type, "::MODULE") {
		c.opens(at, "%s makes resources that are not in the templates: want the resources themselves", c.of.Type)
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
	c.value("", c.of.Properties)
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

// value looks for policies, and for roles that are not in the templates.
func (c *outsideCheck) value(path string, value any) {
	switch value := value.(type) {
	case map[string]any:
		if statements, is := value["Statement"]; is {
			c.policy(path, statements)
		}
		for _, key := range slices.Sorted(maps.Keys(value)) {
			c.value(strings.TrimPrefix(path+"."+key, "."), value[key])
		}
	case []any:
		for i, item := range value {
			c.value(fmt.Sprintf("%s.%d", path, i), item)
		}
	case string:
		c.text(path, value)
	}
}

func (c *outsideCheck) text(path, text string) {
	var document map[string]any
	if strings.Contains(text, "Statement") && json.Unmarshal([]byte(text), &document) == nil {
		c.value(path, document) // a policy as a text
		return
	}
	if strings.HasPrefix(text, "arn:") && strings.Contains(text, ":role/") && !slices.Contains(c.mine, text) {
		c.opens(c.of.At, "%s: got the role %s, which is not in the templates: what it may do is unknown", path, text)
	}
	if _, name, is := strings.Cut(text, ":iam::aws:policy/"); is && !slices.Contains(attached, name) {
		c.opens(c.of.At, "%s: got AWS's policy %s, want statements about what is yours, or one of %s", path, name, strings.Join(attached, ", "))
	}
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
			if strings.ContainsAny(who, "*?") || kind == "Federated" && strings.HasPrefix(who, "cognito-identity.") || !slices.Contains([]string{"AWS", "Service", "Federated"}, kind) {
				c.opens(c.of.At, "%s: it lets in %s %s, and so callers of ours: want principals by name", place, kind, who)
			}
		}
	}
}

// grants makes sure that what is allowed is on what the team owns, or in a service where nothing is ours.
func (c *outsideCheck) grants(place string, statement map[string]any) {
	actions, resources := texts(statement["Action"]), texts(statement["Resource"])
	if len(actions) == 0 || len(resources) == 0 {
		c.opens(c.of.At, "%s: got no Action or no Resource, want both: what it allows is unknown", place)
		return
	}
	foreign := slices.IndexFunc(actions, func(action string) bool {
		service, _, _ := strings.Cut(strings.ToLower(action), ":")
		return !slices.Contains(harmless, service)
	})
	for _, resource := range resources {
		if foreign >= 0 && !slices.ContainsFunc(c.mine, func(name string) bool { return isPartOf(resource, name) }) {
			c.opens(c.of.At, "%s: it allows %s on %s, which may be Lightbox's: want resources of your own in these templates, or %s on any",
				place, actions[foreign], resource, strings.Join(harmless, ", "))
		}
	}
}

// isPartOf tells an ARN's resource, or what is below it.
func isPartOf(resource, arn string) bool {
	rest, is := strings.CutPrefix(resource, arn)
	return is && strings.HasPrefix(arn, "arn:") && (rest == "" || rest[0] == '/' || rest[0] == ':')
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
