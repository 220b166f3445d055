package question

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// CallField is the action of calling a field with IAM credentials.
const CallField = "appsync:GraphQL"

// directives are those that say who may call, by AppSync's name of the mode.
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html
var directives = map[string]string{
	"AMAZON_COGNITO_USER_POOLS": DirectiveUserPool, "AWS_IAM": DirectiveIAM, "API_KEY": DirectiveAPIKey, "AWS_LAMBDA": "aws_lambda", "OPENID_CONNECT": "aws_oidc",
}

// Mode is an authorization mode: one way in which callers may show who they are to reach a field.
type Mode struct {
	Directive string
	Groups    []string // nil is everybody
}

// String is the directive as the schema has it.
func (m Mode) String() string {
	if len(m.Groups) == 0 {
		return "@" + m.Directive
	}
	return "@" + m.Directive + `(cognito_groups: ["` + strings.Join(m.Groups, `", "`) + `"])`
}

// modesOf are the modes of a field: those its own directives name, else those of its type, else
// the API's default. where says which of the three. A mode that the API does not have
// counts for nothing.
func modesOf(s *system.System, of *ast.Definition, field *ast.FieldDefinition) (all []Mode, where string) {
	enabled := []string{directiveOf(s.API.Properties)}
	for _, provider := range system.Items(s.API.Properties["AdditionalAuthenticationProviders"]) {
		enabled = append(enabled, directiveOf(provider))
	}
	if slices.Contains(enabled, DirectiveUserPool) {
		enabled = append(enabled, directiveAuth)
	}
	named := false
	for _, level := range []struct {
		directives ast.DirectiveList
		where      string
	}{{field.Directives, "its own directives"}, {of.Directives, "the directives of its type"}} {
		for _, directive := range level.directives {
			switch directive.Name {
			case DirectiveUserPool, DirectiveIAM, DirectiveAPIKey, directiveAuth, "aws_lambda", "aws_oidc":
				named = true
				if slices.Contains(enabled, directive.Name) {
					all = append(all, Mode{directive.Name, GroupsOf(directive)})
				}
			}
		}
		if named {
			return all, level.where
		}
	}
	return []Mode{{Directive: enabled[0]}}, "the API's default, as neither it nor its type has a directive"
}

func directiveOf(provider any) string {
	mode, _ := system.Lookup(provider, "AuthenticationType").(string)
	return directives[mode]
}

// Entry is how a caller gets to a field.
type Entry struct {
	Mode    Mode
	Reasons iam.Reasons // of the IAM policies; zero for the other modes
	IAM     bool        // policies decided
}

// Reach is what a caller finds at a field.
type Reach struct {
	ARN     string  // of the field
	Modes   []Mode  // that it can be called by
	From    string  // where they are from, as in "its own directives"
	Entries []Entry // by the modes that let the caller in
	// Refused is what the policies say to an IAM caller where they say no.
	Refused *iam.Reasons
}

// Open says whether the caller gets to the field.
func (r Reach) Open() bool { return len(r.Entries) > 0 }

// ReachField asks for a field of a type, which clients call or see within an answer: policies are about those that they
// call, and directives about all.
func ReachField(s *system.System, who Caller, of *ast.Definition, field *ast.FieldDefinition, called bool) Reach {
	r := Reach{ARN: fieldARN(s, of.Name, field.Name)}
	r.Modes, r.From = modesOf(s, of, field)
	for _, mode := range r.Modes {
		switch mode.Directive {
		case DirectiveAPIKey:
			// A key is in every front end that has one: it keeps nobody out.
			if who.Column == Nobody || who.IsPerson() {
				r.Entries = append(r.Entries, Entry{Mode: mode})
			}
		case DirectiveUserPool, directiveAuth:
			if takesToken(s, who, mode) {
				r.Entries = append(r.Entries, Entry{Mode: mode})
			}
		case DirectiveIAM:
			if !who.IsPerson() && (!called || !who.Column.IsFunction()) {
				continue
			}
			if !called {
				r.Entries = append(r.Entries, Entry{Mode: mode})
				continue
			}
			decision, reasons := Decide(s, who, Question{Action: CallField, Resource: r.ARN}, TLS12)
			if decision {
				r.Entries = append(r.Entries, Entry{mode, reasons, true})
			} else {
				r.Refused = &reasons
			}
		}
	}
	return r
}

// takesToken says whether a mode lets a caller's user-pool token through.
func takesToken(s *system.System, who Caller, mode Mode) bool {
	if !who.IsSignedIn() {
		return false
	}
	if len(mode.Groups) > 0 {
		return who.IsMember() && slices.Contains(mode.Groups, string(who.Column))
	}
	return system.Lookup(s.API.Properties, "UserPoolConfig.DefaultAction") != "DENY"
}

// fieldARN is the ARN of a field.
func fieldARN(s *system.System, of, name string) string {
	return s.API.ARN + "/types/" + of + "/fields/" + name
}
