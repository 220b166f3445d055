package proof

import (
	"cmp"
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// candidate is somebody who asks for a role.
type candidate struct {
	name      string
	principal iam.Principal
	// roles are those that they may have; tag says whether the session may carry tags.
	roles []string
}

// policies are those of a candidate's own account, which may let it do everything.
func (c candidate) policies() []*iam.Policy {
	if _, session := c.principal.(iam.RoleSession); session {
		return system.Compiled(question.Everything())
	}
	return nil
}

// checkTrust asks every trust policy for every kind of identity: the right pool, signed in or
// not, the same from another pool, another provider of identities, a service, a role.
func checkTrust(s *system.System, count *Count) []Violation {
	identity := func(pool string, methods ...string) iam.WebIdentity {
		return iam.WebIdentity{Provider: question.IdentityService, Audience: pool, Subject: question.MyIdentity, Methods: methods}
	}
	candidates := []candidate{
		{"a guest of the identity pool", identity(s.Pool.ID, "unauthenticated"), []string{"guest"}},
		{"a signed-in user of the identity pool", identity(s.Pool.ID, "authenticated", s.Pool.Provider), []string{"user", "member"}},
		{"a guest of another identity pool", identity(s.Pool.ID+"0", "unauthenticated"), nil},
		{"a user of another identity pool", identity(s.Pool.ID+"0", "authenticated"), nil},
		{"an identity without a pool", identity("", "authenticated"), nil},
		{"an identity without a method", identity(s.Pool.ID), nil},
		{"a user of another identity provider", iam.WebIdentity{Provider: "accounts.google.com", Audience: s.Pool.ID, Subject: "1", Methods: []string{"authenticated"}}, nil},
		{"a SAML provider", iam.WebIdentity{Provider: "arn:" + s.Partition + ":iam::" + s.Account + ":saml-provider/other"}, nil},
		{"anyone on the internet", iam.Anonymous{}, nil},
		{"AppSync", iam.Service{Name: "appsync.amazonaws.com", SourceAccount: s.Account}, []string{"appsync"}},
		{"Lambda", iam.Service{Name: "lambda.amazonaws.com", SourceAccount: s.Account}, []string{"lambda", "function"}},
		{"another service of AWS", iam.Service{Name: "ec2.amazonaws.com", SourceAccount: s.Account}, nil},
		{"a guest with credentials", question.Session(s, s.Guest, "unauthenticated", ""), nil},
		{"a signed-in user with credentials", question.Session(s, s.User, "authenticated", question.MySub), nil},
		{"a role of another account", question.Stranger(s.Partition, "999999999999"), nil},
	}
	found := findings{rule: "trust"}
	for _, role := range rolesByKind(s) {
		for _, who := range candidates {
			for _, action := range []string{"sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:SetSourceIdentity"} {
				count.Questions++
				decision, reasons := iam.Authorize(
					iam.Request{Principal: who.principal, Action: action, Resource: role.ARN, ResourceAccount: s.Account},
					iam.Policies{Resource: []*iam.Policy{role.Trust.Compiled}, Identity: who.policies()})
				switch wanted := may(who, role.kind, action); {
				case bool(decision) && !wanted:
					found.opens(role.At, "%s may use %s on the role of %s (%s): it is for %s",
						who.name, action, role.whose, question.ListStatements(reasons.Deciding()), role.purpose)
				case !bool(decision) && wanted:
					found.closes(role.At, "%s may not use %s on the role of %s: it needs that role", who.name, action, role.whose)
				}
			}
		}
	}
	return found.all
}

// checkGroups makes sure that the user pool has the groups that are declared, each once and in their
// order: who is in several has the role of the first.
func checkGroups(s *system.System) []Violation {
	found := findings{rule: "trust"}
	has := map[string]bool{}
	for _, group := range s.Groups {
		if has[group.Name] {
			found.opens(group.At, "the group %s is there twice: it has one role", group.Name)
		}
		has[group.Name] = true
	}
	for i, declared := range access.Groups() {
		name := string(declared.Name)
		if !has[name] {
			found.closes(s.Pool.At, "there is no group %s in the user pool: access.Groups declares it", name)
		}
		for _, group := range s.Groups {
			if group.Name == name && group.Precedence != float64(i) {
				found.opens(group.At, "the group %s has the precedence %v, want %d: who is in several groups has the role of the first", name, group.Precedence, i)
			}
		}
	}
	return found.all
}

// kindRole is a role with what it is for.
type kindRole struct {
	system.Role
	kind           string // guest, user, member of a group, or a service
	whose, purpose string
}

// purpose says whom each kind of role is for; a group's is for its members.
var purpose = map[string]string{
	"guest": "guests of the identity pool", "user": "signed-in users of the identity pool",
	"appsync": "AppSync alone", "lambda": "the library's own function alone",
	"function": "our function alone", "nobody": "nobody",
}

func rolesByKind(s *system.System) []kindRole {
	var roles []kindRole
	add := func(role system.Role, kind string) { roles = append(roles, kindRole{role, kind, kind, purpose[kind]}) }
	add(s.Guest, "guest")
	add(s.User, "user")
	for _, group := range s.Groups {
		known := access.GroupNamed(access.Principal(group.Name))
		roles = append(roles, kindRole{group.Role, "member", cmp.Or(known.Member, group.Name), known.Many() + " of the identity pool"})
	}
	for _, role := range s.Services {
		add(role, serviceOf(s, role))
	}
	return roles
}

// serviceOf tells the service that a role is for by what has it: a function, or a data source or the
// log of the API. A role that nothing has is for nobody.
func serviceOf(s *system.System, role system.Role) string {
	for _, resource := range s.Resources {
		for _, holder := range []struct{ kind, path, service string }{
			{"AWS::Lambda::Function", "Role", kindOfFunction(s, resource)},
			{"AWS::AppSync::DataSource", "ServiceRoleArn", "appsync"},
			{"AWS::AppSync::GraphQLApi", "LogConfig.CloudWatchLogsRoleArn", "appsync"},
		} {
			if resource.Type == holder.kind && system.Lookup(resource.Properties, holder.path) == role.ARN {
				return holder.service
			}
		}
	}
	return "nobody"
}

// kindOfFunction tells our functions from the library's.
func kindOfFunction(s *system.System, resource system.Resource) string {
	if slices.ContainsFunc(s.Functions, func(f system.Function) bool { return f.At == resource.At }) {
		return "function"
	}
	return "lambda"
}

// may is the contract of trust.
func may(who candidate, kind, action string) bool {
	for _, role := range who.roles {
		if role != kind {
			continue
		}
		switch kind {
		case "guest":
			return action == "sts:AssumeRoleWithWebIdentity"
		case "user", "member":
			return action == "sts:AssumeRoleWithWebIdentity" || action == "sts:TagSession"
		default:
			return action == "sts:AssumeRole"
		}
	}
	return false
}
