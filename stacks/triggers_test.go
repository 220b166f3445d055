package stacks

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
)

// The functions of a team that has them for every trigger: one for two.
var (
	signup  = access.Function{Name: "signup", Description: "Lets in whom we know", Triggers: []access.Trigger{access.PreSignUp, access.PostConfirmation}}
	wording = access.Function{Name: "wording", Description: "Words mail", Triggers: []access.Trigger{access.CustomMessage}}
)

// withTriggers is prod with these functions of the user pool besides.
func withTriggers(t *testing.T, functions ...access.Function) cdktest.Templates {
	t.Helper()
	return cdktest.Synth(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, sending(t), declaring(functions)) })
}

// sending is prod with a sender of mail of its own.
func sending(t *testing.T) config.Config {
	t.Helper()
	cfg, err := config.Read(filepath.Join(cdktest.Root(t), "cdk.json"), "prod")
	if err != nil {
		t.Fatal(err)
	}
	cfg.App = "lightbox"
	cfg.Email = config.Email{From: "us@example.com", SESIdentityARN: "arn:aws:ses:us-east-1:111122223333:identity/example.com"}
	return cfg
}

// declaring are these functions of the user pool, and those that ship which resolvers call.
func declaring(functions []access.Function) []access.Function {
	return slices.Concat(slices.DeleteFunc(access.Functions(), access.Function.IsTrigger), functions)
}

// triggersThatShip are the functions that are declared for the user pool.
func triggersThatShip() []access.Function {
	return slices.DeleteFunc(access.Functions(), func(f access.Function) bool { return !f.IsTrigger() })
}

// Without a trigger there is nothing for functions in the pool's stack; what could put users into groups never is.
func TestAuth_callsNoFunctionThatIsNotDeclared(t *testing.T) {
	templates := environment(t, "prod")
	for _, kind := range []string{"AWS::Lambda::Function", "AWS::Lambda::Permission", "AWS::IAM::Role", "AWS::Logs::LogGroup"} {
		if got, want := len(templates["Auth"].All(kind)), len(triggersThatShip()); got != want {
			t.Errorf("got %d of %s, want %d", got, kind, want)
		}
	}
	want(t, userPool(t, templates), "LambdaConfig.PreTokenGeneration", nil)
	want(t, userPool(t, templates), "LambdaConfig.PreTokenGenerationConfig", nil)
	if len(triggersThatShip()) == 0 {
		want(t, userPool(t, templates), "LambdaConfig", nil)
	}
}

func TestAuth_callsTheFunctionsThatAreDeclared(t *testing.T) {
	templates := withTriggers(t, signup, wording)
	template, pool := templates["Auth"], userPool(t, templates)
	config, _ := pool.Get("LambdaConfig").(map[string]any)
	if len(config) != 3 {
		t.Errorf("got the triggers %v, want three", config)
	}
	for trigger, function := range map[access.Trigger]access.Function{access.PreSignUp: signup, access.PostConfirmation: signup, access.CustomMessage: wording} {
		if id, _ := pool.Get("LambdaConfig." + string(trigger) + ".Fn::GetAtt.0").(string); !strings.HasPrefix(id, function.ID("Function")) {
			t.Errorf("%s: got %v, want %s", trigger, config[string(trigger)], function.Name)
		}
	}
	if functions := template.All("AWS::Lambda::Function"); len(functions) != 2 {
		t.Errorf("got %d functions, want two", len(functions))
	}
	for _, declared := range []access.Function{signup, wording} {
		r := template.Only(t, "AWS::Lambda::Function", declared.ID("Function"))
		want(t, r, "Timeout", 4) // Cognito waits for five
		want(t, r, "MemorySize", 512)
		want(t, r, "Environment", nil) // no bucket, no table: the pool is in the event
		permission := template.Only(t, "AWS::Lambda::Permission", declared.ID("Permission"))
		want(t, permission, "Action", "lambda:InvokeFunction")
		want(t, permission, "Principal", "cognito-idp.amazonaws.com")
		want(t, permission, "SourceAccount.Ref", "AWS::AccountId")
		if source, _ := permission.Get("SourceArn.Fn::GetAtt.0").(string); !strings.HasPrefix(source, "UserPool") {
			t.Errorf("%s: got the source %v, want the pool", declared.Name, permission.Get("SourceArn"))
		}
		if function, _ := permission.Get("FunctionName.Fn::GetAtt.0").(string); !strings.HasPrefix(function, declared.ID("Function")) {
			t.Errorf("%s: got a permission of %v, want its own", declared.Name, permission.Get("FunctionName"))
		}
		policy := template.Only(t, "AWS::IAM::Policy", declared.ID("Access"))
		if statements, _ := policy.Get("PolicyDocument.Statement").([]any); len(statements) != 2 {
			t.Errorf("%s: got %v, want its log and its traces", declared.Name, statements)
		}
	}
	if permissions := template.All("AWS::Lambda::Permission"); len(permissions) != 2 {
		t.Errorf("got %d permissions, want one a function", len(permissions))
	}
	if needs := template.DependsOn; len(needs) > 0 {
		t.Errorf("Auth depends on %v, want nothing", needs)
	}
	for _, other := range []string{"Identity", "FileStorage", "CDN", "API"} {
		for _, r := range templates[other].All("AWS::Lambda::Function") {
			if description := r.Get("Description"); description == signup.Description || description == wording.Description {
				t.Errorf("%s has %v, want it in Auth alone", other, description)
			}
		}
	}
}

// Who words mail needs a sender of their own: Cognito's takes no words of a function, and every mail would fail.
func TestAuth_wordsMailOfAnOwnSenderAlone(t *testing.T) {
	cfg := sending(t)
	cfg.Email = config.Email{}
	refusal := cdktest.SynthError(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, cfg, declaring([]access.Function{wording})) })
	if !strings.Contains(refusal, `access function "wording": has the trigger CustomMessage, and email.from is not set`) {
		t.Errorf("got %q, want it to miss the sender", refusal)
	}
	cdktest.Synth(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, cfg, declaring([]access.Function{signup})) })
}

func TestAuth_refusesWhatNoFunctionMayBe(t *testing.T) {
	tokens := access.Function{Name: "tokens", Description: "d", Triggers: []access.Trigger{"PreTokenGeneration"}}
	refusal := cdktest.SynthError(t, cdktest.Context(t, nil), func(app awscdk.App) error { return all(app, sending(t), declaring([]access.Function{tokens})) })
	if !strings.Contains(refusal, "which writes the groups of tokens") {
		t.Errorf("got %q, want a refusal of what writes groups", refusal)
	}
}
