package diff

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/proof"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
)

// setting sets one property of a resource.
func setting(path, property string, value any) func(template map[string]any) {
	return prooftest.Resource(path, func(resource map[string]any) { prooftest.Set(object(resource["Properties"]), property, value) })
}

// Whatever changes is compared or listed, and while anything is listed nobody is said to do no
// more than before.
func TestCompare_listsWhatItDidNotCompare(t *testing.T) {
	const files, bucketPolicy, guests = "FileStorage/Files/Resource", "FileStorage/Files/Policy/Resource", "FileStorage/GuestAccess/Resource"
	const function = "API/PicturesFunction/Resource"
	statement := func(path string, change func(statements []any) []any) func(template map[string]any) {
		return prooftest.Resource(path, func(resource map[string]any) {
			document := system.Lookup(resource, "Properties.PolicyDocument").(map[string]any)
			document["Statement"] = change(document["Statement"].([]any))
		})
	}
	for name, test := range map[string]struct {
		stack  string
		change func(template map[string]any)
		want   []string // parts of the lines, in their order
	}{
		"control: nothing": {"FileStorage", func(map[string]any) {}, nil},
		"control: statements in another order": {"FileStorage", statement(guests, func(all []any) []any {
			slices.Reverse(all)
			return all
		}), nil},
		"control: a statement with a name": {"FileStorage", statement(bucketPolicy, func(all []any) []any {
			object(all[0])["Sid"] = "Named"
			return all
		}), nil},
		"a property of one's own": {"FileStorage", setting(files, "ReplicationConfiguration", map[string]any{"Role": "arn:aws:iam::999999999999:role/taker", "Rules": []any{}}), []string{
			`(AWS::S3::Bucket) Properties.ReplicationConfiguration.Role: nothing -> "arn:aws:iam::999999999999:role/taker"`,
			`(AWS::S3::Bucket) Properties.ReplicationConfiguration.Rules: nothing -> []`,
		}},
		"within what an invariant allows": {"Auth", setting("Auth/WebClient/Resource", "IdTokenValidity", 5),
			[]string{"(AWS::Cognito::UserPoolClient) Properties.IdTokenValidity: 60 -> 5"}},
		"what is kept": {"FileStorage", prooftest.Resource(files, func(resource map[string]any) { resource["DeletionPolicy"] = "Delete" }),
			[]string{`(AWS::S3::Bucket) DeletionPolicy: "Retain`}},
		"another bundle of a function": {"API", setting(function, "Code.S3Key", "another.zip"),
			[]string{`API PicturesFunction8D5AD6E3 (AWS::Lambda::Function) Properties.Code.S3Key: "pictures.zip" -> "another.zip"`}},
		"what a function is told": {"API", setting(function, "Environment.Variables.SECRET", "x"),
			[]string{`(AWS::Lambda::Function) Properties.Environment.Variables.SECRET: nothing -> "x"`}},
		"a function's role": {"API", prooftest.Resource(function, func(resource map[string]any) {
			object(resource["Properties"])["Role"] = map[string]any{"Fn::GetAtt": []any{"RemoverRole2063378F", "Arn"}}
		}), []string{`(AWS::Lambda::Function) Properties.Role.Fn::GetAtt.0: "PicturesRole8C5842C7" -> "RemoverRole2063378F"`}},
		"how long uploads stay": {"FileStorage", prooftest.Resource(files, func(resource map[string]any) {
			rules := system.Items(system.Lookup(resource, "Properties.LifecycleConfiguration.Rules"))
			object(rules[len(rules)-1])["ExpirationInDays"] = 7
		}), []string{"(AWS::S3::Bucket) Properties.LifecycleConfiguration.Rules."}},
		"a resource more": {"API", func(template map[string]any) {
			object(template["Resources"])["More"] = map[string]any{"Type": "AWS::Logs::LogGroup", "Properties": map[string]any{"RetentionInDays": 1}}
		}, []string{`API More (AWS::Logs::LogGroup): nothing -> {"RetentionInDays":1}`}},
		"a resource without properties": {"API", func(template map[string]any) {
			object(template["Resources"])["More"] = map[string]any{"Type": "AWS::Logs::LogGroup"}
		}, []string{`API More (AWS::Logs::LogGroup): nothing -> {}`}},
		"other sections": {"API", func(template map[string]any) {
			object(template["Parameters"])["Stage"] = map[string]any{"Type": "String", "Default": "x"}
			template["Conditions"] = map[string]any{"IsX": map[string]any{"Fn::Equals": []any{map[string]any{"Ref": "Stage"}, "x"}}}
			object(template["Outputs"])["More"] = map[string]any{"Value": "x"}
			template["Description"] = "another"
		}, []string{
			`API Conditions.IsX.Fn::Equals.0.Ref: nothing -> "Stage"`, `API Conditions.IsX.Fn::Equals.1: nothing -> "x"`,
			`API Description: "Lightbox: products, photos and comments" -> "another"`, `API Outputs.More.Value: nothing -> "x"`,
			`API Parameters.Stage.Default: nothing -> "x"`, `API Parameters.Stage.Type: nothing -> "String"`,
		}},
		"a condition that is asked by samples": {"FileStorage", statement(guests, func(all []any) []any {
			added := map[string]any{"Effect": "Allow", "Action": "s3:GetObject", "Resource": object(all[0])["Resource"],
				"Condition": map[string]any{"NumericEquals": map[string]any{"s3:TlsVersion": "1.3"}}}
			if text := fmt.Sprint(added["Resource"]); !strings.Contains(text, "/public/products/*") {
				return nil
			}
			return slices.Replace(all, 0, 1, any(added))
		}), []string{`(AWS::IAM::ManagedPolicy) Properties.PolicyDocument: nothing -> allow s3:getobject on `}},
		"a choice by a parameter": {"FileStorage", func(template map[string]any) {
			template["Conditions"] = map[string]any{"Never": map[string]any{"Fn::Equals": []any{"a", "b"}}}
			statement(guests, func(all []any) []any {
				chosen := maps.Clone(object(all[0]))
				delete(chosen, "Sid")
				return append(all, map[string]any{"Fn::If": []any{"Never", chosen, chosen}})
			})(template)
		}, []string{"FileStorage Conditions.Never.Fn::Equals.0", "FileStorage Conditions.Never.Fn::Equals.1",
			"PolicyDocument.Statement.2: nothing -> {\"Fn::If\":[\"Never\","}},
		"a service that assumes a role": {"Identity", prooftest.Resource(shippedAdmin, func(resource map[string]any) {
			document := system.Lookup(resource, "Properties.AssumeRolePolicyDocument").(map[string]any)
			document["Statement"] = append(document["Statement"].([]any), map[string]any{
				"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "states.amazonaws.com"},
			})
		}), []string{"Properties.AssumeRolePolicyDocument: nothing -> allow sts:assumerole for service states.amazonaws.com"}},
		"an argument": {"API", defining("getPhoto(id: ID!): Photo", "getPhoto(id: ID!, of: ID): Photo"),
			[]string{"Properties.Definition Query.getPhoto: (id: ID!): Photo -> (id: ID!, of: ID): Photo"}},
		"a list that becomes an object": {"Auth", prooftest.Resource("Auth/WebClient/Resource", func(resource map[string]any) {
			named := map[string]any{}
			for i, attribute := range object(resource["Properties"])["ReadAttributes"].([]any) {
				named[fmt.Sprint(i)] = attribute
			}
			object(resource["Properties"])["ReadAttributes"] = named
		}), []string{`(AWS::Cognito::UserPoolClient) Properties.ReadAttributes: ["`}},
		"a way in at what is no object": {"API", defining("input PhotoInput {", "interface Node { id: ID! @aws_iam } input PhotoInput {"),
			[]string{"Properties.Definition Node: nothing -> INTERFACE", "Properties.Definition Node.id: nothing -> (): ID! @aws_iam"}},
		"what hears and is no subscription": {"API", defining("getPhoto(id: ID!): Photo", `getPhoto(id: ID!): Photo @aws_subscribe(mutations: ["createProduct"])`),
			[]string{`Properties.Definition Query.getPhoto: (id: ID!): Photo -> (id: ID!): Photo @aws_subscribe(mutations: ["createProduct"])`}},
		"an input": {"API", defining("input PhotoInput {", "input PhotoInput { owner: ID "),
			[]string{"Properties.Definition PhotoInput.owner: nothing -> (): ID"}},
		"a group that nobody is asked for": {"API", defining(`listDrafts(limit: Int, nextToken: String): ProductConnection! @aws_cognito_user_pools(cognito_groups: ["Admins"])`,
			`listDrafts(limit: Int, nextToken: String): ProductConnection! @aws_cognito_user_pools(cognito_groups: ["Admins", "Editors"])`),
			[]string{`Properties.Definition Query.listDrafts: (limit: Int, nextToken: String): ProductConnection! -> (limit: Int, nextToken: String): ProductConnection! @aws_cognito_user_pools(cognito_groups: ["Admins","Editors"])`}},
	} {
		t.Run(name, func(t *testing.T) {
			before, after := prooftest.Shipped(t, "prod"), prooftest.Read(t, prooftest.Altered(t, test.stack, test.change))
			diff := compared(t, before, after)
			if !slices.EqualFunc(diff.Unread, test.want, func(u UnreadChange, want string) bool { return strings.Contains(u.String(), want) }) {
				t.Errorf("got %v, want %q", diff, test.want)
			}
			if says := strings.Contains(diff.String(), "Nobody may"); says != (len(test.want) == 0) {
				t.Errorf("got %q, want a word of nobody only where nothing is left to read", diff.String())
			}
			if back := compared(t, after, before); len(back.Unread) != len(diff.Unread) {
				t.Errorf("undone: got %v, want as much to read", back)
			}
		})
	}
}

// What changes and matters to nobody's access is told with the reason, and holds nothing up.
func TestCompare_saysWhyAChangeIsIrrelevant(t *testing.T) {
	const cdn = "CDN/Distribution/Resource"
	for name, test := range map[string]struct {
		stack  string
		change func(template map[string]any)
		want   string // the line, or nothing where it is to be read
	}{
		"words":                  {"CDN", setting(cdn, "DistributionConfig.Comment", "pictures"), `DistributionConfig.Comment: "lightbox-prod-us-east-1" -> "pictures" (words for people)`},
		"tags":                   {"CDN", setting(cdn, "Tags", []any{map[string]any{"Key": "team", "Value": "x"}}), `Tags.0.Key: nothing -> "team" (a tag that no policy looks at)`},
		"speed":                  {"CDN", setting(cdn, "DistributionConfig.HttpVersion", "http3"), "(how fast an answer arrives, and not what it says)"},
		"the path":               {"CDN", prooftest.Resource(cdn, func(resource map[string]any) { object(resource["Metadata"])["aws:cdk:path"] = "CDN/Other" }), "(words for people)"},
		"control: a price class": {"CDN", setting(cdn, "DistributionConfig.PriceClass", "PriceClass_200"), ""},
		"control: a tag by which a bucket is emptied": {"FileStorage", setting("FileStorage/Files/Resource", "Tags",
			[]any{map[string]any{"Key": "aws-cdk:auto-delete-objects", "Value": "true"}}), ""},
		"control: other metadata": {"CDN", prooftest.Resource(cdn, func(resource map[string]any) { object(resource["Metadata"])["x"] = "y" }), ""},
	} {
		t.Run(name, func(t *testing.T) {
			diff := compared(t, prooftest.Shipped(t, "prod"), prooftest.Read(t, prooftest.Altered(t, test.stack, test.change)))
			if test.want == "" {
				if len(diff.Opens)+len(diff.Unread) == 0 {
					t.Errorf("got %v, want it opened, or to be read", diff)
				}
				return
			}
			if text := diff.String(); len(diff.Opens)+len(diff.Closes)+len(diff.Unread) > 0 || !strings.Contains(text, "Irrelevant to access\n") ||
				!strings.Contains(text, test.want) || !strings.HasSuffix(text, "\n\nNobody may do more than before, and nobody less.\n") {
				t.Errorf("got %v, want %q, and nothing else", diff, test.want)
			}
		})
	}
}

// Of one CORS rule the origins are compared. Of two it is told which an origin is in.
func TestCompare_listsAnOriginThatMovesToAnotherRule(t *testing.T) {
	rules := func(writes, reads string) *system.System {
		return prooftest.Read(t, prooftest.Altered(t, "FileStorage", prooftest.Resource("FileStorage/Files/Resource", func(resource map[string]any) {
			cors := system.Lookup(resource, "Properties.CorsConfiguration").(map[string]any)
			first := object(cors["CorsRules"].([]any)[0])
			second := maps.Clone(first)
			first["AllowedOrigins"], second["AllowedOrigins"] = []any{writes}, []any{reads}
			second["AllowedMethods"] = []any{"GET"}
			cors["CorsRules"] = []any{first, second}
		})))
	}
	const ours, theirs = "https://a.example", "https://b.example"
	if same := compared(t, rules(ours, theirs), rules(ours, theirs)); len(same.Unread) != 0 {
		t.Errorf("got %v, want nothing of the same rules", same)
	}
	if diff := compared(t, rules(ours, theirs), rules(theirs, ours)); len(diff.Unread) != 2 || strings.Contains(diff.String(), "Nobody may") {
		t.Errorf("got %v, want both rules listed", diff)
	}
}

// shippedAdmin is the construct path of the admins' role.
const shippedAdmin = "Identity/AdminRole/Resource"

// defining replaces a text of the schema, which is written on one line where it is compared.
func defining(from, to string) func(template map[string]any) {
	return prooftest.Resource("API/GraphQL/Schema", func(resource map[string]any) {
		properties := object(resource["Properties"])
		text := properties["Definition"].(string)
		if strings.Count(text, from) != 1 {
			from = strings.ReplaceAll(from, ", nextToken", " nextToken")
			to = strings.ReplaceAll(to, ", nextToken", " nextToken")
		}
		properties["Definition"] = strings.Replace(text, from, to, 1)
	})
}

// All of the templates is to be read but these properties. Whoever lets Compare take in one more
// adds it here, and says by what.
func TestCompare_takesNothingElseForCompared(t *testing.T) {
	before, after := prooftest.Shipped(t, "prod"), prooftest.Shipped(t, "prod")
	total := 0
	for stack, source := range before.Templates {
		after.Templates[stack] = spoilt(source, &total).(map[string]any)
	}
	p := pair{before: before, after: after, reasons: proof.IrrelevanceOf(before)}
	p.compareSources()
	listed := map[string]bool{}
	for _, c := range p.diff.Irrelevant {
		listed[c.Stack+" "+c.LogicalID+" "+c.Path] = true
	}
	for _, u := range p.diff.Unread {
		listed[u.Stack+" "+u.LogicalID+" "+u.Path] = true
	}
	got := map[string]int{}
	for stack, source := range before.Templates {
		for id, one := range object(source["Resources"]) {
			for _, leaf := range leaves("", one, after.Templates[stack]["Resources"].(map[string]any)[id]) {
				if !listed[stack+" "+id+" "+leaf.path] {
					parts := strings.Split(strings.TrimPrefix(leaf.path, "Properties."), ".")
					got[fmt.Sprint(system.Lookup(one, "Type"))+" "+parts[0]]++
				}
			}
		}
	}
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	want := []string{
		"AWS::AppSync::GraphQLApi AdditionalAuthenticationProviders", // invariants, here and below where nothing is said
		"AWS::AppSync::GraphQLApi AuthenticationType",
		"AWS::AppSync::GraphQLApi UserPoolConfig",
		"AWS::AppSync::GraphQLSchema Definition", // fields by asking, the rest line by line
		"AWS::CloudFront::Distribution DistributionConfig",
		"AWS::CloudFront::ResponseHeadersPolicy ResponseHeadersPolicyConfig",
		"AWS::Cognito::IdentityPool AllowClassicFlow",
		"AWS::Cognito::IdentityPool CognitoIdentityProviders",
		"AWS::Cognito::IdentityPoolPrincipalTag IdentityProviderName",
		"AWS::Cognito::IdentityPoolPrincipalTag PrincipalTags",
		"AWS::Cognito::IdentityPoolPrincipalTag UseDefaults",
		"AWS::Cognito::IdentityPoolRoleAttachment RoleMappings",
		"AWS::Cognito::IdentityPoolRoleAttachment Roles", // whose policies are asked
		"AWS::Cognito::UserPool AccountRecoverySetting",
		"AWS::Cognito::UserPool AliasAttributes",
		"AWS::Cognito::UserPool AutoVerifiedAttributes",
		"AWS::Cognito::UserPool UserAttributeUpdateSettings",
		"AWS::Cognito::UserPoolClient EnableTokenRevocation",
		"AWS::Cognito::UserPoolClient ExplicitAuthFlows",
		"AWS::Cognito::UserPoolClient PreventUserExistenceErrors",
		"AWS::Cognito::UserPoolClient WriteAttributes",
		"AWS::Cognito::UserPoolGroup RoleArn",     // whose policies are asked
		"AWS::IAM::ManagedPolicy PolicyDocument",  // by asking, and rule by rule
		"AWS::IAM::ManagedPolicy Roles",           // whose policies are asked
		"AWS::IAM::Policy PolicyDocument",         // by asking, and rule by rule
		"AWS::IAM::Policy Roles",                  // whose policies are asked
		"AWS::IAM::Role AssumeRolePolicyDocument", // by asking, and rule by rule
		"AWS::S3::Bucket CorsConfiguration",       // the origins, one by one
		"AWS::S3::Bucket OwnershipControls",       //
		"AWS::S3::Bucket PublicAccessBlockConfiguration",
		"AWS::S3::Bucket VersioningConfiguration",
		"AWS::S3::BucketPolicy Bucket",         // whose policy is asked
		"AWS::S3::BucketPolicy PolicyDocument", // by asking, and rule by rule
	}
	if !slices.Equal(names, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(names, "\n"), strings.Join(want, "\n"))
	}
	if total < 1000 || len(p.diff.Unread) < total/4 {
		t.Errorf("spoilt %d values and %d are listed, want more", total, len(p.diff.Unread))
	}
}

// spoilt is a decoded value in which every leaf differs.
func spoilt(value any, count *int) any {
	switch v := value.(type) {
	case map[string]any:
		changed := map[string]any{}
		for key, inner := range v {
			changed[key] = spoilt(inner, count)
		}
		return changed
	case []any:
		changed := make([]any, 0, len(v))
		for _, inner := range v {
			changed = append(changed, spoilt(inner, count))
		}
		return changed
	default:
		*count++
		return fmt.Sprint(v) + " spoilt"
	}
}
