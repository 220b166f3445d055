package proof

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
)

// The policies stop every attack, and let what stands beside it pass.
func TestMisuse(t *testing.T) {
	for _, env := range prooftest.Environments {
		s := prooftest.Shipped(t, env)
		callers := callersByName(s)
		for _, m := range misuses {
			t.Run(env+"/"+m.rows+" "+m.text, func(t *testing.T) {
				allowed, denied := 0, 0
				for _, a := range m.everybody(s) {
					who, known := callers[a.who]
					if !known {
						t.Fatalf("nobody is called %q", a.who)
					}
					q := questionOf(s, a)
					decision, reasons := question.Decide(s, who, q, a.over)
					if bool(decision) != a.may {
						t.Errorf("%s, %s over %s: got %v: %s", a.who, q, a.over.Name, decision, reasons)
					}
					if a.may {
						allowed++
					} else {
						denied++
					}
				}
				if allowed == 0 || denied == 0 {
					t.Errorf("got %d allowed and %d denied, want a control beside the attack", allowed, denied)
				}
			})
		}
	}
}

// governed is prod with the policies that another access table compiles to.
func governed(t *testing.T, rules []access.Rule) *system.System {
	t.Helper()
	s := prooftest.Shipped(t, "prod")
	all := map[*system.Role][]access.Principal{&s.Guest: {access.Guest}, &s.User: {access.User}}
	for i, group := range s.Groups {
		all[&s.Groups[i].Role] = []access.Principal{access.User, access.Principal(group.Name)}
	}
	besides := map[access.Principal][]any{}
	for i, function := range s.Functions {
		name := access.Principal(function.Name)
		for _, grant := range question.Besides(s, function) {
			besides[name] = append(besides[name], map[string]any{"Effect": "Allow", "Action": grant.Action, "Resource": grant.Resource})
		}
		s.Functions[i].Role.Policies = nil // of files and of all else
		all[&s.Functions[i].Role] = []access.Principal{name}
	}
	for role, principals := range all {
		role.Policies = slices.DeleteFunc(role.Policies, func(p system.Policy) bool { return p.Stack == "FileStorage" })
		for _, principal := range principals {
			at := system.At{Stack: "FileStorage", Path: "FileStorage/" + string(principal)}
			statements := besides[principal]
			for _, statement := range access.Statements(rules, principal) {
				statements = append(statements, statementOf(s, statement))
			}
			policy, err := system.CompilePolicy(at, iam.Identity, map[string]any{"Version": "2012-10-17", "Statement": statements})
			if err != nil {
				t.Fatal(err)
			}
			role.Policies = append(role.Policies, policy)
		}
		for i, service := range s.Services {
			if service.ARN == role.ARN {
				s.Services[i] = *role
			}
		}
	}
	return s
}

// column is one function's.
func column(function access.Principal, verbs access.Verbs) map[access.Principal]access.Verbs {
	return map[access.Principal]access.Verbs{function: verbs}
}

// statementOf is a compiled rule as a statement on the bucket.
func statementOf(s *system.System, rule access.Statement) map[string]any {
	statement := map[string]any{"Effect": "Allow", "Action": rule.Actions, "Resource": s.Bucket.ARN}
	if len(rule.Prefixes) > 0 {
		statement["Condition"] = map[string]any{"StringLike": map[string]any{"s3:prefix": rule.Prefixes}}
		return statement
	}
	var resources []string
	for _, key := range rule.Keys {
		resources = append(resources, s.Bucket.ARN+"/"+key)
	}
	statement["Resource"] = resources
	return statement
}

// byArea finds the rows of a table, to be changed, by their areas.
func byArea(rules []access.Rule) map[string]*access.Rule {
	rows := map[string]*access.Rule{}
	for i := range rules {
		rows[rules[i].Area] = &rules[i]
	}
	return rows
}

// A table that gives away what nobody is meant to have does not become right by being the
// table: policies that follow it to the letter fail.
func TestMisuse_standsAboveTheTable(t *testing.T) {
	const products, photos, drafts, uploads = "public/products/", "public/photos/", "drafts/", "uploads/{user}/"
	const protected, private = "protected/{identity}/", "private/{identity}/"
	type table = map[string]*access.Rule // by area
	for name, test := range map[string]struct {
		change func(rules table)
		want   string
	}{
		"control: as it ships": {func(table) {}, ""},
		"control: users list photos, which nobody is kept from": {
			func(rules table) { rules[photos].SignedIn |= access.List }, "",
		},
		"guests list protected/": {
			func(rules table) { rules[protected].Guest |= access.List },
			"a guest may list protected/ (statement 3 of FileStorage/Guest): guests list nothing, whatever the access table says (M28, M29 of docs/MISUSE.md)",
		},
		"guests write": {func(rules table) { rules[products].Guest |= access.Put }, "M24"},
		"users read other people's private files": {func(rules table) {
			rules[private].SignedIn |= access.Get
			rules[private].Groups = map[access.Principal]access.Verbs{access.Admins: access.Get}
		}, "M41"},
		"users write the catalogue": {func(rules table) {
			rules[products].SignedIn |= access.Put | access.Delete
			rules[products].Groups[access.Admins] |= access.Put | access.Delete
		}, "M48"},
		"users wipe the catalogue": {func(rules table) {
			rules[products].SignedIn |= access.Delete
			rules[products].Groups[access.Admins] |= access.Delete
		}, "M65"},
		"admins write the catalogue": {func(rules table) { rules[products].Groups[access.Admins] |= access.Put }, "M48"},
		"admins wipe the catalogue":  {func(rules table) { rules[products].Groups[access.Admins] |= access.Delete }, "M65"},
		"admins write photos":        {func(rules table) { rules[photos].Groups[access.Admins] |= access.Put }, "M86"},
		"admins remove drafts":       {func(rules table) { rules[drafts].Groups[access.Admins] |= access.Delete }, "M86"},
		"admins read private files": {func(rules table) {
			rules[private].Groups = map[access.Principal]access.Verbs{access.Admins: access.Get}
		}, "M70"},
		"users read other people's uploads":   {func(rules table) { rules[uploads].SignedIn |= access.Get }, "M31"},
		"users write claims":                  {func(rules table) { rules["answers/"].SignedIn |= access.Put }, "M89"},
		"owners lose their files":             {func(rules table) { rules[private].Owner &^= access.Get }, "it must stay possible, whatever"},
		"guests lose the catalogue":           {func(rules table) { rules[products].Guest = 0 }, "it must stay possible, whatever"},
		"admins lose the catalogue":           {func(rules table) { rules[products].Groups[access.Admins] &^= access.List }, "it must stay possible, whatever"},
		"admins read what is hidden":          {func(rules table) { rules["hidden/photos/"].Groups = column(access.Admins, access.Get) }, "M110"},
		"guests read drafts":                  {func(rules table) { rules[drafts].Guest |= access.Get }, "M71"},
		"pictures reads people's own files":   {func(rules table) { rules[private].Functions = column(access.Pictures, access.Get) }, "M91"},
		"pictures removes photos":             {func(rules table) { rules[photos].Functions[access.Pictures] |= access.Erase }, "M91"},
		"remover reads":                       {func(rules table) { rules[photos].Functions[access.Remover] |= access.Get }, "M91"},
		"remover erases the catalogue":        {func(rules table) { rules[products].Functions[access.Remover] |= access.Erase }, "M66"},
		"remover is kept from photos":         {func(rules table) { rules[photos].Functions[access.Remover] = 0 }, "M90"},
		"pictures is kept from the catalogue": {func(rules table) { rules[products].Functions[access.Pictures] = 0 }, "it must stay possible, whatever"},
	} {
		t.Run(name, func(t *testing.T) {
			rules := access.Rules()
			test.change(byArea(rules))
			violations, err := checkTemplates(governed(t, rules), rules, &Count{})
			if err != nil {
				t.Fatal(err)
			}
			if test.want == "" && len(violations) > 0 {
				t.Errorf("got %v, want nothing", violations)
			}
			if !slices.ContainsFunc(violations, func(v Violation) bool { return v.Rule == "misuse" && strings.Contains(v.Text, test.want) }) && test.want != "" {
				t.Errorf("got %v, want %q among it", violations, test.want)
			}
			// Nothing is told twice.
			if slices.ContainsFunc(violations, func(v Violation) bool { return v.Rule == "grants" }) {
				t.Errorf("got %v, want no word of policies that differ from the table", violations)
			}
		})
	}
}

func TestM23_M38_rolesTrustWhomTheyAreFor(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	if found := checkTrust(s, &Count{}); len(found) > 0 {
		t.Errorf("got %v, want nothing", found)
	}
	// The control: a role that trusts as another does is noticed.
	s.User.Trust = s.Guest.Trust
	if found := checkTrust(s, &Count{}); len(found) == 0 {
		t.Error("the signed-in role with the guests' trust: got nothing, want violations")
	}
}

func TestM32_M33_M34_guestsCallThePublicFieldsAndNoOther(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	for field, want := range map[string]iam.Decision{
		"Query/fields/getProduct": iam.Allow, "Query/fields/listProducts": iam.Allow,
		"Subscription/fields/onProductPublished": iam.Allow, "Subscription/fields/onProductWithdrawn": iam.Allow,
		"Mutation/fields/createProduct": iam.Deny, "Mutation/fields/updateProduct": iam.Deny, "Mutation/fields/deleteProduct": iam.Deny,
		"Query/fields/listDrafts": iam.Deny, "Query/fields/listPhotos": iam.Deny, "Subscription/fields/onPhotoCreated": iam.Deny,
	} {
		for _, who := range question.Callers(s) {
			if !who.IsPerson() {
				continue
			}
			decision, reasons := question.Decide(s, who, question.Question{Action: "appsync:GraphQL", Resource: s.API.ARN + "/types/" + field}, question.TLS12)
			if decision != want {
				t.Errorf("%s calls %s: got %v, want %v: %s", who.Name, field, decision, want, reasons)
			}
		}
	}
}

func TestM93_guestsLinkNoIdentity(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	for _, who := range question.Callers(s) {
		q := question.Question{Action: "appsync:GraphQL", Resource: s.API.ARN + "/types/Mutation/fields/linkIdentity"}
		if decision, reasons := question.Decide(s, who, q, question.TLS12); bool(decision) != who.IsSignedIn() {
			t.Errorf("%s calls linkIdentity: got %v, want %v: %s", who.Name, decision, who.IsSignedIn(), reasons)
		}
	}
	// A policy that lets guests is noticed.
	for _, policy := range s.User.Policies {
		if policy.Path == "API/IdentityFieldAccess/Resource" {
			s.Guest.Policies = append(s.Guest.Policies, policy)
		}
	}
	found, err := checkTemplates(s, access.Rules(), &Count{})
	const want = "a guest may call Mutation.linkIdentity (statement 1 (CallFieldsOfIdentities) of API/IdentityFieldAccess): it is for IAM callers who signed in"
	if err != nil || !slices.ContainsFunc(found, func(v Violation) bool { return v.Text == want }) {
		t.Errorf("guests with that policy: got %v and %v, want %q among it", found, err, want)
	}
}

func TestM81_M82_servicesDoWhatTheyAreForAndNoMore(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	if found := checkServices(s, access.Functions()); len(found) > 0 {
		t.Errorf("got %v, want nothing", found)
	}
	// The control: two roles with each other's policies are noticed.
	a, b := &s.Services[0], &s.Services[1]
	a.Policies, b.Policies = b.Policies, a.Policies
	if found := checkServices(s, access.Functions()); len(found) == 0 {
		t.Error("swapped policies: got nothing, want violations")
	}
}

// Nothing that is deployed puts anybody into a group; whoever holds the account does.
func TestM72_templatesPutNobodyIntoGroups(t *testing.T) {
	for name, test := range map[string]struct {
		resource map[string]any
		refused  bool
	}{
		"control: nobody": {nil, false},
		"a member": {map[string]any{"Type": "AWS::Cognito::UserPoolUserToGroupAttachment", "Properties": map[string]any{
			"UserPoolId": "us-east-1_AbCdEfGhI", "Username": "mallory", "GroupName": "Admins",
		}}, true},
	} {
		t.Run(name, func(t *testing.T) {
			result, err := Check(prooftest.Altered(t, "Identity", func(template map[string]any) {
				if test.resource != nil {
					template["Resources"].(map[string]any)["More"] = test.resource
				}
			}))
			if refused := err != nil || len(result.Violations) > 0; refused != test.refused {
				t.Errorf("got %v and %v, want refused: %v", result.Violations, err, test.refused)
			}
		})
	}
}

// Sign-in through another provider hands its code to the sites that may use the bucket.
func TestM21_signInReturnsToOurSitesAlone(t *testing.T) {
	for url, want := range map[string]int{"https://www.example.com/": 0, "https://www.example.com": 0, "https://example.com": 1, "http://www.example.com/": 1} {
		s := prooftest.Shipped(t, "prod")
		system.Lookup(s.Bucket.Properties, "CorsConfiguration.CorsRules.0").(map[string]any)["AllowedOrigins"] = []any{"https://www.example.com"}
		s.Client.Properties["AllowedOAuthFlows"], s.Client.Properties["CallbackURLs"] = []any{"code"}, []any{url}
		if found := checkSignIn(s); len(found) != want {
			t.Errorf("back to %s: got %v, want %d violations", url, found, want)
		}
	}
}

// Every row of docs/MISUSE.md has a test by its number.
func TestMisuse_hasATestForEveryRow(t *testing.T) {
	page, err := os.ReadFile("../../docs/MISUSE.md")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	if err := filepath.WalkDir("../..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && entry.Name() == "node_modules" {
			return fs.SkipDir
		}
		if err != nil || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	rows := regexp.MustCompile(`(?m)^\| (M\d\d\d?) \|`).FindAllStringSubmatch(string(page), -1)
	if len(rows) < 60 {
		t.Fatalf("got %d rows, want at least 60", len(rows))
	}
	for _, row := range rows {
		if !strings.Contains(tests.String(), row[1]) {
			t.Errorf("%s: got no test by this number", row[1])
		}
	}
}
