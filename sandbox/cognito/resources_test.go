package cognito

import (
	"context"
	"errors"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/golden"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/store"
)

// stack is what became of the resources of a template.
type stack map[string]aws.State

func (s stack) Ref(r *assembly.Resource) (string, error) { return s[r.LogicalID].PhysicalID, nil }

func (s stack) GetAtt(r *assembly.Resource, attribute string) (any, error) {
	return s[r.LogicalID].Attributes[attribute], nil
}

func (stack) Parameter(string) (string, error) { return "30", nil }

// deploy makes the resources of the golden template of an environment's Auth stack, as CloudFormation does.
func deploy(t *testing.T, service *Service, environment string) (made stack, outputs map[string]string) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/" + environment + "/Auth.json")
	if err == nil {
		text, err = golden.WithoutTriggers(text)
	}
	if err != nil {
		t.Fatal(err)
	}
	name := "Lightbox-" + environment + "-Auth"
	template, err := assembly.ParseTemplate(name, text)
	if err != nil {
		t.Fatal(err)
	}
	made = stack{}
	resolver, err := assembly.NewResolver(template, assembly.Environment{
		AccountID: "000000000000", Region: "us-east-1", Partition: "aws", URLSuffix: "amazonaws.com", StackName: name,
		Resources: made, SSM: made,
	})
	if err != nil {
		t.Fatal(err)
	}
	types := service.ResourceTypes()
	for _, declared := range resolver.Resources() {
		kind, known := types[declared.Type]
		if !known {
			continue
		}
		properties, err := resolver.Properties(declared.LogicalID)
		if err != nil {
			t.Fatal(err)
		}
		r := resource(declared.LogicalID, properties)
		r.Stack = name
		if made[declared.LogicalID], err = kind.Create(context.Background(), r); err != nil {
			t.Fatalf("%s: %v", declared.LogicalID, err)
		}
	}
	values, err := resolver.Outputs()
	if err != nil {
		t.Fatal(err)
	}
	outputs = map[string]string{}
	for _, output := range values {
		outputs[output.Key] = output.Value
	}
	return made, outputs
}

func TestResources_areMadeAsTheStacksDeclareThem(t *testing.T) {
	for _, environment := range []string{"dev", "prod"} {
		t.Run(environment, func(t *testing.T) {
			w := newWorld(t)
			_, outputs := deploy(t, w.service, environment)
			w.pool, w.client = outputs["UserPoolId"], outputs["UserPoolClientId"]
			if !regexp.MustCompile(`^us-east-1_[0-9a-zA-Z]{9}$`).MatchString(w.pool) || !regexp.MustCompile(`^[0-9a-z]{26}$`).MatchString(w.client) {
				t.Errorf("got pool %q and client %q", w.pool, w.client)
			}
			var provider string
			for key, value := range outputs {
				if strings.Contains(key, "ProviderName") {
					provider = value
				}
			}
			if provider != "cognito-idp.us-east-1.amazonaws.com/"+w.pool {
				t.Errorf("got provider %q", provider)
			}
			w.person("ann", "ann@example.com")
			w.enter("ann@example.com", password)
		})
	}
}

// settingsOf is the pool, client or group of a template with a change.
func (w *world) settingsOf(kind string, change func(map[string]any)) map[string]any {
	properties := map[string]any{"GroupName": "Readers", "UserPoolId": w.pool}
	if kind != "AWS::Cognito::UserPoolGroup" {
		properties = shipped(w.t, "Auth", kind)
	}
	if kind == "AWS::Cognito::UserPoolClient" {
		properties["UserPoolId"] = w.pool
	}
	change(properties)
	return properties
}

const (
	poolType   = "AWS::Cognito::UserPool"
	clientType = "AWS::Cognito::UserPoolClient"
	groupType  = "AWS::Cognito::UserPoolGroup"
)

func TestResources_refuseByNameWhatTheSandboxHasNot(t *testing.T) {
	w := newWorld(t)
	set := func(name string, value any) func(map[string]any) { return func(p map[string]any) { p[name] = value } }
	for _, test := range []struct {
		kind    string
		change  func(map[string]any)
		message string
	}{
		{poolType, set("LambdaConfig", map[string]any{"PreAuthentication": functionARN}), "AWS::Cognito::UserPool.LambdaConfig.PreAuthentication: not supported by the sandbox: no function is called at sign-in"},
		{poolType, set("LambdaConfig", map[string]any{"PreTokenGeneration": functionARN}), "AWS::Cognito::UserPool.LambdaConfig.PreTokenGeneration: not supported by the sandbox: its function would write the groups of tokens"},
		{poolType, set("LambdaConfig", map[string]any{"PreTokenGenerationConfig": map[string]any{"LambdaArn": functionARN, "LambdaVersion": "V2_0"}}), "AWS::Cognito::UserPool.LambdaConfig.PreTokenGenerationConfig: not supported by the sandbox: its function would write the groups"},
		{poolType, set("LambdaConfig", map[string]any{"PreSignUp": "signup"}), `AWS::Cognito::UserPool.LambdaConfig.PreSignUp: got "signup", want the ARN of a function`},
		{poolType, set("LambdaConfig", map[string]any{"Foo": "x"}), "AWS::Cognito::UserPool.LambdaConfig.Foo is not supported by the sandbox"},
		{poolType, set("UserPoolAddOns", map[string]any{"AdvancedSecurityMode": "ENFORCED"}), "AWS::Cognito::UserPool.UserPoolAddOns is not supported by the sandbox"},
		{poolType, set("UsernameAttributes", []any{"phone_number"}), `AWS::Cognito::UserPool.UsernameAttributes: got "phone_number", want one of email`},
		{poolType, set("UsernameAttributes", []any{"email"}), `AWS::Cognito::UserPool.UsernameAttributes: got ["email"] beside AliasAttributes, want one of them`},
		{poolType, set("Policies", map[string]any{"PasswordPolicy": map[string]any{"PasswordHistorySize": 3.0}}), "AWS::Cognito::UserPool.Policies.PasswordPolicy.PasswordHistorySize is not supported by the sandbox"},
		{poolType, set("Policies", map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 5.0}}), "AWS::Cognito::UserPool.Policies.PasswordPolicy.MinimumLength: got 5, want 6 to 99"},
		{poolType, set("AliasAttributes", []any{"email", "phone_number"}), `AWS::Cognito::UserPool.AliasAttributes: got "phone_number", want one of email: no other is supported by the sandbox`},
		{poolType, set("EnabledMfas", []any{"SMS_MFA"}), `AWS::Cognito::UserPool.EnabledMfas: got "SMS_MFA", want one of SOFTWARE_TOKEN_MFA`},
		{poolType, set("EnabledMfas", []any{}), "AWS::Cognito::UserPool.EnabledMfas: got none, want SOFTWARE_TOKEN_MFA"},
		{poolType, set("MfaConfiguration", "MAYBE"), `AWS::Cognito::UserPool.MfaConfiguration: got "MAYBE"`},
		{poolType, set("VerificationMessageTemplate", map[string]any{"DefaultEmailOption": "CONFIRM_WITH_LINK"}), `AWS::Cognito::UserPool.VerificationMessageTemplate.DefaultEmailOption: got "CONFIRM_WITH_LINK"`},
		{poolType, set("Schema", []any{map[string]any{"Name": "n", "AttributeDataType": "Number"}}), `AWS::Cognito::UserPool.Schema.AttributeDataType: got "Number"`},
		{poolType, set("Schema", "email"), "AWS::Cognito::UserPool.Schema: "},
		{poolType, set("Schema", []any{map[string]any{"Name": "role"}}), "Invalid AttributeDataType input, consider using the provided AttributeDataType enum."},
		{poolType, set("Schema", []any{map[string]any{"Name": "role", "AttributeDataType": "String", "Required": true}}), "Required custom attributes are not supported currently."},
		{clientType, set("AllowedOAuthFlowsUserPoolClient", true), "AWS::Cognito::UserPoolClient.AllowedOAuthFlows: got none, want some where AllowedOAuthFlowsUserPoolClient is true"},
		{clientType, set("AllowedOAuthFlowsUserPoolClient", true), "AWS::Cognito::UserPoolClient.AllowedOAuthScopes: got none, want some where AllowedOAuthFlowsUserPoolClient is true"},
		{clientType, set("CallbackURLs", []any{"https://shop.example/", "http://shop.example/"}), `AWS::Cognito::UserPoolClient.CallbackURLs: got "http://shop.example/", want https: Cognito takes http of localhost alone`},
		{clientType, set("CallbackURLs", []any{"https://shop.example/#home"}), `AWS::Cognito::UserPoolClient.CallbackURLs: got "https://shop.example/#home", want an absolute address without a fragment`},
		{clientType, set("CallbackURLs", []any{"shop.example"}), `AWS::Cognito::UserPoolClient.CallbackURLs: got "shop.example", want an absolute address`},
		{clientType, set("DefaultRedirectURI", "https://example.com"), `AWS::Cognito::UserPoolClient.DefaultRedirectURI: got "https://example.com", want one of CallbackURLs`},
		{clientType, set("SupportedIdentityProviders", []any{"Google"}), `AWS::Cognito::UserPoolClient.SupportedIdentityProviders: got "Google", want one of COGNITO`},
		{clientType, set("ExplicitAuthFlows", []any{"ALLOW_USER_AUTH"}), `AWS::Cognito::UserPoolClient.ExplicitAuthFlows: got "ALLOW_USER_AUTH"`},
		{clientType, set("ExplicitAuthFlows", []any{"ALLOW_REFRESH_TOKEN_AUTH"}), "AWS::Cognito::UserPoolClient.ExplicitAuthFlows: got ALLOW_REFRESH_TOKEN_AUTH, which refresh token rotation excludes"},
		{clientType, set("AccessTokenValidity", 4.0), "AWS::Cognito::UserPoolClient.AccessTokenValidity: got 4 minutes, want 5m0s to 24h0m0s"},
		{clientType, set("TokenValidityUnits", map[string]any{"IdToken": "weeks"}), "AWS::Cognito::UserPoolClient.IdTokenValidity: got 60 weeks"},
		{clientType, set("AuthSessionValidity", 16.0), "AWS::Cognito::UserPoolClient.AuthSessionValidity: got 16, want 3 to 15 minutes"},
		{clientType, set("RefreshTokenRotation", map[string]any{"Feature": "ENABLED", "RetryGracePeriodSeconds": 61.0}), "AWS::Cognito::UserPoolClient.RefreshTokenRotation.RetryGracePeriodSeconds: got 61, want 0 to 60"},
		{clientType, set("UserPoolId", nil), "AWS::Cognito::UserPoolClient.UserPoolId: got none, want the id of a pool"},
		{clientType, set("UserPoolId", "us-east-1_none"), "User pool us-east-1_none does not exist."},
		{groupType, set("GroupName", "two words"), `AWS::Cognito::UserPoolGroup.GroupName: got "two words"`},
		{groupType, set("Precedence", -1.0), "AWS::Cognito::UserPoolGroup.Precedence: got -1, want 0 or more"},
		{groupType, set("UserPoolId", "us-east-1_none"), "User pool us-east-1_none does not exist."},
		{groupType, set("Foo", "x"), "AWS::Cognito::UserPoolGroup.Foo is not supported by the sandbox"},
	} {
		properties := w.settingsOf(test.kind, test.change)
		if _, err := w.service.ResourceTypes()[test.kind].Create(context.Background(), resource("Another", properties)); err == nil || !strings.Contains(err.Error(), test.message) {
			t.Errorf("got %v\nwant %s", err, test.message)
		}
	}
	// All faults at once.
	properties := w.settingsOf(clientType, func(p map[string]any) { p["DefaultRedirectURI"], p["AuthSessionValidity"] = "x", 1.0 })
	_, err := w.service.ResourceTypes()[clientType].Create(context.Background(), resource("Another", properties))
	if err == nil || !strings.Contains(err.Error(), "DefaultRedirectURI") || !strings.Contains(err.Error(), "AuthSessionValidity") {
		t.Errorf("got %v, want both faults", err)
	}
	if got := names(w.do("ListUserPoolClients", w.admin(in{})), "UserPoolClients", "ClientId"); !cmp.Equal(got, []string{w.client}) {
		t.Errorf("got clients %v, want no trace of those that failed", got)
	}
}

// update changes a resource in place.
func (w *world) update(kind, name, id string, change func(map[string]any)) error {
	r := resource(name, w.settingsOf(kind, change))
	r.PhysicalID = id
	state, err := w.service.ResourceTypes()[kind].Update(context.Background(), w.settingsOf(kind, func(map[string]any) {}), r)
	if err == nil && state.PhysicalID != id {
		w.t.Errorf("got %s after an update of %s", state.PhysicalID, id)
	}
	return err
}

func TestResources_areUpdatedInPlace(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	s := w.enter("ann", password)
	errs := []error{
		w.update(poolType, "UserPool", w.pool, func(p map[string]any) {
			p["Policies"] = map[string]any{"PasswordPolicy": map[string]any{"MinimumLength": 20.0}}
			p["Schema"] = []any{map[string]any{"Name": "role", "AttributeDataType": "String"}}
		}),
		w.update(clientType, "WebClient", w.client, func(p map[string]any) { p["AccessTokenValidity"] = 10.0 }),
		w.update(groupType, "Admins", "Admins", func(p map[string]any) { p["GroupName"], p["RoleArn"] = "Admins", "arn:aws:iam::000000000000:role/New" }),
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	w.refused("ChangePassword", in{"AccessToken": s.access, "PreviousPassword": password, "ProposedPassword": nextPassword}, "InvalidPasswordException", "")
	_, claims, _, _ := decoded(t, w.enter("ann", password).id)
	if claims["cognito:preferred_role"] != "arn:aws:iam::000000000000:role/New" {
		t.Errorf("got %v", claims)
	}
	if _, claims, _, _ = decoded(t, w.enter("ann", password).access); claims["exp"].(float64)-claims["iat"].(float64) != 600 {
		t.Errorf("got %v, want ten minutes", claims)
	}
	w.do("AdminUpdateUserAttributes", w.admin(in{"Username": "ann", "UserAttributes": []in{{"Name": "custom:role", "Value": "x"}}}))

	for name, change := range map[string]func(map[string]any){
		"AliasAttributes":       func(p map[string]any) { p["AliasAttributes"] = []any{} },
		"UsernameConfiguration": func(p map[string]any) { p["UsernameConfiguration"] = map[string]any{"CaseSensitive": true} },
	} {
		if err := w.update(poolType, "UserPool", w.pool, change); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("got %v, want a refusal of %s", err, name)
		}
	}
}

func TestResources_areReplacedByOthers(t *testing.T) {
	w := newWorld(t)
	if got := w.service.ResourceTypes()[clientType].Replaces; !slices.Contains(got, "UserPoolId") || !slices.Contains(got, "GenerateSecret") {
		t.Errorf("got %v", got)
	}
	w.person("ann", "ann@example.com")
	s := w.enter("ann", password)
	// Create again, as after a kill, is the same resource; with another suffix it is another.
	properties := w.settingsOf(clientType, func(map[string]any) {})
	if again := w.create(clientType, "WebClient", properties); again != w.client {
		t.Errorf("got %s, want %s", again, w.client)
	}
	w.do("GetUser", in{"AccessToken": s.access})
	r := resource("WebClient", properties)
	r.Suffix = "bcdefghijklm"
	state, err := w.service.ResourceTypes()[clientType].Create(context.Background(), r)
	if err != nil || state.PhysicalID == w.client || state.Attributes["ClientId"] != state.PhysicalID {
		t.Fatalf("got %+v, %v, want another client", state, err)
	}
	old := w.client
	if err := w.service.ResourceTypes()[clientType].Delete(context.Background(), aws.Resource{PhysicalID: old, Properties: properties}); err != nil {
		t.Fatal(err)
	}
	w.refused("GetUser", in{"AccessToken": s.access}, "NotAuthorizedException", "Invalid Access Token")
	_, refusal := w.signIn("ann", password)
	wantRefusal(t, "the old client", nil, refusal, "ResourceNotFoundException", "User pool client "+old+" does not exist.")
	w.client = state.PhysicalID
	w.enter("ann", password)

	pool := shipped(t, "Auth", poolType)
	r = resource("UserPool", pool)
	r.Suffix = "bcdefghijklm"
	if state, err := w.service.ResourceTypes()[poolType].Create(context.Background(), r); err != nil || state.PhysicalID == w.pool {
		t.Errorf("got %+v, %v, want another pool", state, err)
	}
}

func TestResources_areDeletedWithAllThatBelongsToThem(t *testing.T) {
	w := newWorld(t)
	w.person("ann", "ann@example.com")
	w.signUp("bob", "bob@example.com")
	w.do("AdminAddUserToGroup", w.admin(in{"Username": "ann", "GroupName": "Admins"}))
	s := w.enter("ann", password)
	types := w.service.ResourceTypes()
	for range 2 { // the second time there is none
		if err := types[groupType].Delete(context.Background(), aws.Resource{PhysicalID: "Admins", Properties: map[string]any{"UserPoolId": w.pool}}); err != nil {
			t.Fatal(err)
		}
	}
	if u, _ := w.service.User(w.pool, "ann"); len(u.Groups) != 0 {
		t.Errorf("got %v, want no group", u.Groups)
	}
	s = sessionOf(w.do("GetTokensFromRefreshToken", w.public(in{"RefreshToken": s.refresh})))
	if _, claims, _, _ := decoded(t, s.access); claims["cognito:groups"] != nil {
		t.Errorf("got %v", claims)
	}

	pool := resource("UserPool", shipped(t, "Auth", poolType))
	pool.PhysicalID = w.pool
	if err := types[poolType].Delete(context.Background(), pool); err == nil || !strings.Contains(err.Error(), "deletion protection is activated") {
		t.Errorf("got %v, want the protection to hold", err)
	}
	w.do("GetUser", in{"AccessToken": s.access})
	if err := w.update(poolType, "UserPool", w.pool, func(p map[string]any) { p["DeletionProtection"] = "INACTIVE" }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := types[poolType].Delete(context.Background(), pool); err != nil {
			t.Fatal(err)
		}
	}
	w.refused("SignUp", w.public(in{"Username": "carol", "Password": password}), "ResourceNotFoundException", "")
	w.refused("DescribeUserPool", w.admin(in{}), "ResourceNotFoundException", "")
	if _, err := w.service.Tokens().Verify(s.access, tokens.Expect{Pool: w.pool}); err == nil {
		t.Error("the tokens of a pool that was deleted are good")
	}
	_ = w.store.View(func(r store.Reader) error {
		for _, space := range r.Spaces() {
			for k := range r.Range(space, store.Range{}) {
				if space != "cognito/expiry" && strings.Contains(string(k), w.pool) {
					t.Errorf("%s has %q still", space, k)
				}
			}
		}
		return nil
	})
}
