package roles_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

func TestResourceTypes_takeAllRolesAndPoliciesOfOurTemplates(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		r := open(t, store.NewMemory())
		r.Deployment = deploytest.New(t, "../..", env, r.s.ResourceTypes())
		r.Deploy("Auth", "Identity", "FileStorage", "CDN", "API")
		_, admin := r.Resource("Identity", "AdminRole")
		if want := "arn:aws:iam::" + account + ":role/Lightbox-" + env + "-Identity-AdminRole38563C57-abcdefghijkl"; admin.Attributes["Arn"] != want {
			t.Errorf("got %s, want %s", admin.Attributes["Arn"], want)
		}
		_, user := r.Resource("Identity", "IdentityPoolAuthenticatedRole")
		if len(user.PhysicalID) > 64 || !strings.HasSuffix(user.PhysicalID, "-abcdefghijkl") {
			t.Errorf("got the name %s, want at most 64 letters with the suffix", user.PhysicalID)
		}
	}
}

// allow is the document of a policy with n letters in its resource.
func allow(n int) map[string]any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/" + strings.Repeat("a", n),
	}}}
}

func trust() map[string]any {
	return map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "appsync.amazonaws.com"},
	}}}
}

type properties = map[string]any

// rowsOf allows to read the rows that a condition key names.
func rowsOf(key string) properties {
	return properties{"Version": "2012-10-17", "Statement": []any{properties{
		"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*", "Condition": properties{"ForAllValues:StringEquals": properties{key: "x"}},
	}}}
}

func TestCreate_refusesWhatItDoesNotKnowByName(t *testing.T) {
	lambda := "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
	inline := func(name string, n int) properties { return properties{"PolicyName": name, "PolicyDocument": allow(n)} }
	for _, test := range []struct {
		kind       string
		properties properties // on top of what is needed
		want       string     // part of the message
	}{
		{"Role", nil, ""},
		{"Role", properties{"Description": "d", "Path": "/a/b/", "RoleName": "r", "MaxSessionDuration": "3600", "Tags": []any{properties{"Key": "k", "Value": "v"}},
			"ManagedPolicyArns": []any{lambda}, "Policies": []any{inline("p", 1), inline("q", 1)}}, ""},
		{"Role", properties{"PermissionsBoundary": "x"}, "AWS::IAM::Role.PermissionsBoundary is not supported"},
		{"Role", properties{"AssumeRolePolicyDocument": nil}, "MalformedPolicyDocument"},
		{"Role", properties{"AssumeRolePolicyDocument": properties{}}, "MalformedPolicyDocument"},
		{"Role", properties{"AssumeRolePolicyDocument": allow(1)}, "MalformedPolicyDocument"},
		{"Role", properties{"Path": "a"}, `AWS::IAM::Role.Path: got "a"`},
		{"Role", properties{"RoleName": strings.Repeat("a", 65)}, "AWS::IAM::Role.RoleName"},
		{"Role", properties{"RoleName": "a/b"}, "AWS::IAM::Role.RoleName"},
		{"Role", properties{"RoleName": "cdk-hnb659fds-deploy-role-" + account + "-us-east-1"}, "EntityAlreadyExists"},
		{"Role", properties{"MaxSessionDuration": "3599"}, "MaxSessionDuration: got 3599"},
		{"Role", properties{"MaxSessionDuration": "43201"}, "MaxSessionDuration: got 43201"},
		{"Role", properties{"ManagedPolicyArns": []any{"arn:aws:iam::aws:policy/AdministratorAccess"}}, `the policy "arn:aws:iam::aws:policy/AdministratorAccess" is not supported`},
		{"Role", properties{"ManagedPolicyArns": []any{lambda, lambda}}, "twice"},
		{"Role", properties{"Policies": []any{inline("p", 1), inline("p", 1)}}, "twice"},
		{"Role", properties{"Policies": []any{inline("", 1)}}, "AWS::IAM::Role.Policies[0].PolicyName"},
		{"Role", properties{"Policies": []any{inline("p", 5000), inline("q", 5000)}}, ""},
		{"Role", properties{"Policies": []any{inline("p", 5000), inline("q", 5200)}}, "LimitExceeded"},
		{"Role", properties{"Policies": []any{properties{"PolicyName": "p", "PolicyDocument": trust()}}}, "MalformedPolicyDocument"},
		{"ManagedPolicy", nil, ""},
		{"ManagedPolicy", properties{"Description": "d", "Path": "/", "ManagedPolicyName": "m", "Roles": []any{"role"}}, ""},
		{"ManagedPolicy", properties{"Users": []any{"ann"}}, "AWS::IAM::ManagedPolicy.Users is not supported"},
		{"ManagedPolicy", properties{"Groups": []any{"all"}}, "AWS::IAM::ManagedPolicy.Groups is not supported"},
		{"ManagedPolicy", properties{"Roles": []any{"nobody"}}, "NoSuchEntity: The role with name nobody cannot be found."},
		{"ManagedPolicy", properties{"PolicyDocument": allow(6030)}, ""},
		{"ManagedPolicy", properties{"PolicyDocument": allow(6100)}, "LimitExceeded"},
		{"ManagedPolicy", properties{"ManagedPolicyName": "a b"}, "ManagedPolicyName"},
		{"ManagedPolicy", properties{"Path": "a"}, "AWS::IAM::ManagedPolicy.Path"},
		{"Policy", nil, ""},
		{"Policy", properties{"Users": []any{"ann"}}, "AWS::IAM::Policy.Users is not supported"},
		{"Policy", properties{"Roles": []any{}}, "AWS::IAM::Policy.Roles: got none"},
		{"Policy", properties{"Roles": []any{"nobody"}}, "NoSuchEntity"},
		{"Policy", properties{"PolicyName": ""}, "AWS::IAM::Policy.PolicyName"},
		{"Policy", properties{"PolicyName": "own"}, "EntityAlreadyExists"},
		{"Policy", properties{"PolicyDocument": allow(10300)}, "LimitExceeded"},
		{"Policy", properties{"PolicyDocument": properties{"Version": "2012-10-17", "Statement": []any{properties{"Effect": "Allow", "Action": "a:b", "Resource": "*", "Foo": 1}}}}, "MalformedPolicyDocument"},
		{"Policy", properties{"PolicyDocument": rowsOf("dynamodb:LeadingKeys")}, "the condition key dynamodb:LeadingKeys is not supported by the sandbox"},
		{"Policy", properties{"PolicyDocument": rowsOf("aws:PrincipalTag/user")}, ""},
	} {
		r := open(t, store.NewMemory())
		create := func(kind, id string, p properties) error {
			_, err := r.s.ResourceTypes()["AWS::IAM::"+kind].Create(context.Background(), aws.Resource{Stack: "s", LogicalID: id, Suffix: "x", Properties: p})
			return err
		}
		if err := create("Role", "Role", properties{"RoleName": "role", "AssumeRolePolicyDocument": trust(), "Policies": []any{inline("own", 1)}}); err != nil {
			t.Fatal(err)
		}
		p := map[string]properties{
			"Role":          {"AssumeRolePolicyDocument": trust()},
			"ManagedPolicy": {"PolicyDocument": allow(1)},
			"Policy":        {"PolicyName": "p", "PolicyDocument": allow(1), "Roles": []any{"role"}},
		}[test.kind]
		for name, value := range test.properties {
			p[name] = value
		}
		err := create(test.kind, "X", p)
		if got := ""; err != nil {
			got = err.Error()
			if test.want == "" || !strings.Contains(got, test.want) {
				t.Errorf("%s %v: got %.200q, want %q", test.kind, test.properties, got, test.want)
			}
		} else if test.want != "" {
			t.Errorf("%s %v: got no error, want %q", test.kind, test.properties, test.want)
		}
	}
}

func TestCreate_againFindsWhatItMade(t *testing.T) {
	r := newRig(t)
	for _, of := range []struct{ stack, prefix string }{{"Identity", "AdminRole"}, {"FileStorage", "UserAccess"}, {"API", "PhotosAccess"}} {
		resource, state := r.Resource(of.stack, of.prefix)
		kind := r.s.ResourceTypes()[map[string]string{"AdminRole": "AWS::IAM::Role", "UserAccess": "AWS::IAM::ManagedPolicy", "PhotosAccess": "AWS::IAM::Policy"}[of.prefix]]
		again, err := kind.Create(context.Background(), resource)
		if err != nil || again.PhysicalID != state.PhysicalID || again.Attributes["RoleId"] != state.Attributes["RoleId"] || again.Attributes["PolicyId"] != state.Attributes["PolicyId"] {
			t.Errorf("%s: got %v, %v, want %v", of.prefix, again, err, state)
		}
		for _, name := range kind.Attributes {
			if again.Attributes[name] == "" || again.Attributes[name] == nil {
				t.Errorf("%s: no attribute %s", of.prefix, name)
			}
		}
		if of.prefix == "PhotosAccess" { // its name is within the role, which is one for all
			continue
		}
		resource.LogicalID, resource.Suffix = "Other", "other"
		resource.Properties["RoleName"], resource.Properties["ManagedPolicyName"] = state.PhysicalID, state.PhysicalID[strings.LastIndex(state.PhysicalID, "/")+1:]
		delete(resource.Properties, map[string]string{"AdminRole": "ManagedPolicyName", "UserAccess": "RoleName"}[of.prefix])
		if _, err := kind.Create(context.Background(), resource); codeOf(err) != "EntityAlreadyExists" {
			t.Errorf("%s for another resource: got %v, want EntityAlreadyExists", of.prefix, err)
		}
	}
}

func TestUpdate_movesAPolicyFromRoleToRole(t *testing.T) {
	r := newRig(t)
	user, guest := r.user("a").AccessKeyID, r.guest().AccessKeyID
	field := "arn:aws:appsync:us-east-1:" + account + ":apis/graphql9562f4a3/types/Query/fields/getProduct"
	_, guestRole := r.Resource("Identity", "IdentityPoolUnauthenticatedRole")
	if !r.may(user, "appsync:GraphQL", field) || !r.may(guest, "appsync:GraphQL", field) {
		t.Fatal("control: want both to call the field")
	}
	if err := r.Update("API", "FieldAccess", func(p map[string]any) { p["Roles"] = []any{guestRole.PhysicalID} }); err != nil {
		t.Fatal(err)
	}
	if r.may(user, "appsync:GraphQL", field) || !r.may(guest, "appsync:GraphQL", field) {
		t.Error("want guests alone to call the field")
	}

	everything(t, r, guestRole.PhysicalID)
	_, userRole := r.Resource("Identity", "IdentityPoolAuthenticatedRole")
	everything(t, r, userRole.PhysicalID) // the same resource
	if r.may(guest, "s3:PutObject", files+"x") || !r.may(user, "s3:PutObject", files+"x") {
		t.Error("want the inline policy to be the other role's, and no more the first one's")
	}
}

func TestUpdate_keepsWhatOtherResourcesGaveToARole(t *testing.T) {
	r := newRig(t)
	guest := r.guest().AccessKeyID
	_, role := r.Resource("Identity", "IdentityPoolUnauthenticatedRole")
	everything(t, r, role.PhysicalID)
	err := r.Update("Identity", "IdentityPoolUnauthenticatedRole", func(p map[string]any) {
		p["Policies"] = []any{properties{"PolicyName": "own", "PolicyDocument": allow(1)}}
	})
	if err != nil || !r.may(guest, "s3:PutObject", files+"x") {
		t.Errorf("got %v, want the policy to be there still", err)
	}
	err = r.Update("Identity", "IdentityPoolUnauthenticatedRole", func(p map[string]any) { delete(p, "Policies") })
	if c := r.caller(guest); err != nil || slices.ContainsFunc(c.Identity, func(p *iam.Policy) bool { return strings.HasSuffix(p.Name(), "/own") }) {
		t.Errorf("got %v, want the role's own policy to be gone", err)
	}
	if err := r.Update("Identity", "IdentityPoolUnauthenticatedRole", func(p map[string]any) { p["AssumeRolePolicyDocument"] = trust() }); err != nil {
		t.Fatal(err)
	}
	if _, ok := r.s.Credentials(guest); !ok {
		t.Error("want a session to outlast the trust that it was made by")
	}
}

func TestDelete_refusesARoleThatAPolicyHangsOn(t *testing.T) {
	r := newRig(t)
	if err := r.Delete("Identity", "AdminRole"); codeOf(err) != "DeleteConflict" {
		t.Errorf("with managed policies: got %v, want DeleteConflict", err)
	}
	if err := r.Delete("API", "PhotosRole"); codeOf(err) != "DeleteConflict" {
		t.Errorf("with an inline policy: got %v, want DeleteConflict", err)
	}
	for _, id := range []string{"PhotosAccess", "PhotosRole", "PhotosRole"} { // the last one is gone already
		if err := r.Delete("API", id); err != nil {
			t.Errorf("%s: %v", id, err)
		}
	}
	resource, policy := r.Resource("FileStorage", "GuestAccess")
	_, role := r.Resource("API", "ProductsRole")
	if err := r.Update("API", "ProductsRole", func(p map[string]any) { p["ManagedPolicyArns"] = []any{policy.PhysicalID} }); err != nil {
		t.Fatal(err)
	}
	if err := r.Delete("FileStorage", "GuestAccess"); codeOf(err) != "DeleteConflict" {
		t.Errorf("a policy that the role %s names: got %v, want DeleteConflict", role.PhysicalID, err)
	}
	resource.PhysicalID = "arn:aws:iam::" + account + ":policy/gone"
	if err := r.s.ResourceTypes()["AWS::IAM::ManagedPolicy"].Delete(context.Background(), resource); err != nil {
		t.Errorf("a policy that is not there: %v", err)
	}
}

func TestUpdate_ofWhatIsNotThereFails(t *testing.T) {
	r := newRig(t)
	for kind, prefix := range map[string]string{"AWS::IAM::Role": "LogRole", "AWS::IAM::ManagedPolicy": "FieldAccess"} {
		resource, _ := r.Resource("API", prefix)
		resource.PhysicalID += "x"
		if _, err := r.s.ResourceTypes()[kind].Update(context.Background(), nil, resource); codeOf(err) != "NoSuchEntity" {
			t.Errorf("%s: got %v, want NoSuchEntity", kind, err)
		}
	}
}

func TestCredentials_haveThePoliciesThatTheRoleNames(t *testing.T) {
	r := newRig(t)
	_, policy := r.Resource("FileStorage", "AdminAccess")
	guest := r.guest().AccessKeyID
	err := r.Update("Identity", "IdentityPoolUnauthenticatedRole", func(p map[string]any) {
		p["ManagedPolicyArns"] = []any{policy.PhysicalID, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"}
	})
	if err != nil {
		t.Fatal(err)
	}
	for action, resource := range map[string]string{"s3:GetObject": files + "drafts/x", "logs:PutLogEvents": "*"} {
		if !r.may(guest, action, resource) {
			t.Errorf("%s: want the named policy to allow it", action)
		}
	}
	if r.may(guest, "logs:DescribeLogGroups", "*") {
		t.Error("want AWS's policy to allow no more than it says")
	}
}
