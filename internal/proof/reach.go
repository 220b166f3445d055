package proof

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// callField is the action of calling a field with IAM credentials.
const callField = "appsync:GraphQL"

// Directives of AppSync beside those of the two modes that the API has.
const (
	byKey   = "aws_api_key"
	byGroup = "aws_auth" // user pools, in an API that has no other mode
)

// directives are those that say who may call, by AppSync's name of the mode.
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
var directives = map[string]string{
	"AMAZON_COGNITO_USER_POOLS": byUserPool, "AWS_IAM": byIAM, "API_KEY": byKey, "AWS_LAMBDA": "aws_lambda", "OPENID_CONNECT": "aws_oidc",
}

// door is one way in which callers may show who they are to reach a field.
type door struct {
	directive string
	groups    []string // nil is everybody
}

func (d door) String() string {
	if len(d.groups) == 0 {
		return "@" + d.directive
	}
	return "@" + d.directive + `(cognito_groups: ["` + strings.Join(d.groups, `", "`) + `"])`
}

// doorsOf are the ways to a field: those its own directives name, else those of its type, else
// the API's default. where says which of the three. A mode that the API does not have is no
// way.
func doorsOf(s *system.System, of *ast.Definition, field *ast.FieldDefinition) (all []door, where string) {
	enabled := []string{modeOf(s.API.Properties)}
	for _, provider := range system.Items(s.API.Properties["AdditionalAuthenticationProviders"]) {
		enabled = append(enabled, modeOf(provider))
	}
	if slices.Contains(enabled, byUserPool) {
		enabled = append(enabled, byGroup)
	}
	named := false
	for _, level := range []struct {
		directives ast.DirectiveList
		where      string
	}{{field.Directives, "its own directives"}, {of.Directives, "the directives of its type"}} {
		for _, directive := range level.directives {
			switch directive.Name {
			case byUserPool, byIAM, byKey, byGroup, "aws_lambda", "aws_oidc":
				named = true
				if slices.Contains(enabled, directive.Name) {
					all = append(all, door{directive.Name, groupsOf(directive)})
				}
			}
		}
		if named {
			return all, level.where
		}
	}
	return []door{{directive: enabled[0]}}, "the API's default, as neither it nor its type has a directive"
}

func modeOf(provider any) string {
	mode, _ := system.Lookup(provider, "AuthenticationType").(string)
	return directives[mode]
}

// passage is how a caller gets to a field.
type passage struct {
	by     door
	reason iam.Reasons // of the IAM policies; zero for the other doors
	iam    bool
}

// reach is what a caller finds at a field: the doors that let them through, and of the door
// for IAM callers, what the policies say where they say no.
type reach struct {
	arn      string // of the field
	doors    []door
	where    string
	passages []passage
	refused  *iam.Reasons
}

func (r reach) open() bool { return len(r.passages) > 0 }

// reachField asks for a field, of any type: policies are about the fields that clients call, and
// directives about all.
func reachField(s *system.System, who caller, of *ast.Definition, field *ast.FieldDefinition, called bool) reach {
	r := reach{arn: fieldARN(s, of.Name, field.Name)}
	r.doors, r.where = doorsOf(s, of, field)
	for _, d := range r.doors {
		switch d.directive {
		case byKey:
			// A key is in every front end that has one: it keeps nobody out.
			if who.column == nobody || who.column >= guest && who.column <= admin {
				r.passages = append(r.passages, passage{by: d})
			}
		case byUserPool, byGroup:
			if takesToken(s, who, d) {
				r.passages = append(r.passages, passage{by: d})
			}
		case byIAM:
			if who.column < guest || who.column > admin {
				continue
			}
			if !called {
				r.passages = append(r.passages, passage{by: d})
				continue
			}
			decision, reasons := decide(s, who, question{action: callField, resource: r.arn}, tls12)
			if decision {
				r.passages = append(r.passages, passage{d, reasons, true})
			} else {
				r.refused = &reasons
			}
		}
	}
	return r
}

// takesToken says whether a door lets a caller's user-pool token through.
func takesToken(s *system.System, who caller, d door) bool {
	if who.column != user && who.column != admin {
		return false
	}
	if len(d.groups) > 0 {
		return who.column == admin && slices.Contains(d.groups, s.Group)
	}
	return system.Lookup(s.API.Properties, "UserPoolConfig.DefaultAction") != "DENY"
}

// fieldARN is the ARN of a field.
func fieldARN(s *system.System, of, name string) string {
	return s.API.ARN + "/types/" + of + "/fields/" + name
}
