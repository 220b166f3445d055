package appsync

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
)

// admits tells whether directives let the caller have a field. A field's own directives count, else those of its type; with
// neither, the API's first way of authorization is the one that counts.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#using-additional-authorization-modes
func (a *api) admits(c *caller, parent *ast.Definition, field *ast.FieldDefinition) bool {
	given := modesOf(field.Directives)
	if len(given) == 0 {
		given = modesOf(parent.Directives)
	}
	if len(given) == 0 {
		return c.mode == a.settings.AuthenticationType && (c.mode != byUserPool || a.settings.pool().DefaultAction != "DENY")
	}
	for _, d := range given {
		if directives[d.Name] != c.mode {
			continue
		}
		groups := listed(d, "cognito_groups")
		if len(groups) == 0 || slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(c.groups, g) }) {
			return true
		}
	}
	return false
}

// modesOf are the directives that say who may.
func modesOf(all ast.DirectiveList) ast.DirectiveList {
	var given ast.DirectiveList
	for _, d := range all {
		if _, ok := directives[d.Name]; ok {
			given = append(given, d)
		}
	}
	return given
}

// forbidden is the error of a field that the caller may not have. AppSync names the type that has the field where the
// schema's directives forbid it, and the field's own type where a resolver does.
func forbidden(field, of string) graphql.Error {
	return graphql.Error{ErrorType: "Unauthorized", Message: "Not Authorized to access " + field + " on type " + of}
}

// permit asks IAM whether a signer may have the root fields of an operation, and answers those that it may not. Fields below
// the root need no permission of their own: a policy that allows types/Query/fields/listProducts is enough to read what it
// returns, which is how the policies of AWS's guide and of the CDK's grants are written. The log's entry keeps the decision
// that refused, if one did.
func (s *Service) permit(r *request, roots []graphql.RootField) map[string]bool {
	denied := map[string]bool{}
	entry := aws.EntryOf(r.ctx)
	refused := aws.Entry{}
	for _, root := range roots {
		if strings.HasPrefix(root.Name, "__") && root.Name != "__schema" && root.Name != "__type" {
			continue
		}
		decision, _ := aws.Authorize(r.ctx, r.caller.signed, aws.Request{
			Action: "appsync:GraphQL", Resource: s.arn(r.api.id) + "/types/" + r.operation.Root().Name + "/fields/" + root.Name,
			Account: s.account,
		})
		if decision == iam.Deny {
			denied[root.Name] = true
			refused = *entry
		}
	}
	if refused.Decided {
		entry.Decision, entry.Reasons = refused.Decision, refused.Reasons
	}
	return denied
}
