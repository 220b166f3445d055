package stacks

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/cdktest"
	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/functions"
)

// function is one of a template, by its name.
func function(t *testing.T, templates cdktest.Templates, name access.Principal) cdktest.Resource {
	t.Helper()
	for _, declared := range access.Functions() {
		if declared.Name == name {
			return templates[stackOf(declared)].Only(t, "AWS::Lambda::Function", declared.ID("Function"))
		}
	}
	t.Fatalf("no function %s is declared", name)
	return cdktest.Resource{}
}

// stackOf is where a function stands.
func stackOf(declared access.Function) string {
	if declared.IsTrigger() {
		return "Auth"
	}
	return "API"
}

func TestFunctions_areStaticProgramsForARM(t *testing.T) {
	templates := environment(t, "prod")
	for _, declared := range access.Functions() {
		r := function(t, templates, declared.Name)
		want(t, r, "Runtime", "provided.al2023")
		want(t, r, "Handler", "bootstrap")
		want(t, r, "Architectures", list("arm64"))
		want(t, r, "TracingConfig.Mode", "Active")
		want(t, r, "Description", declared.Description)
	}
	pictures := function(t, templates, access.Pictures)
	want(t, pictures, "MemorySize", 1769) // a whole processor
	want(t, pictures, "Timeout", 25)      // AppSync waits for 30 seconds
	want(t, pictures, "Environment.Variables.KEEP_ORIGINALS", "true")
	want(t, pictures, "Environment.Variables.AVIF", "false")
}

// A new account has ten at once, and then any reservation fails.
func TestFunctions_reserveNothingUnlessAsked(t *testing.T) {
	want(t, function(t, environment(t, "prod"), access.Pictures), "ReservedConcurrentExecutions", nil)
	asked := environment(t, "prod", func(cfg *config.Config) { cfg.Pictures.ReservedConcurrency = 7 })
	want(t, function(t, asked, access.Pictures), "ReservedConcurrentExecutions", 7)
	want(t, function(t, asked, access.Remover), "ReservedConcurrentExecutions", nil)
}

func TestFunctions_followTheSettings(t *testing.T) {
	templates := environment(t, "prod", func(cfg *config.Config) {
		cfg.Pictures.DropOriginals, cfg.Pictures.AVIF, cfg.DisableTracing, cfg.LogRetentionDays, cfg.Architecture = true, true, true, 14, functions.X86
	})
	pictures := function(t, templates, access.Pictures)
	want(t, pictures, "Environment.Variables.KEEP_ORIGINALS", "false")
	want(t, pictures, "Environment.Variables.AVIF", "true")
	want(t, pictures, "Architectures", list("x86_64"))
	want(t, pictures, "TracingConfig", nil)
	if policy := policyOf(t, templates, access.Pictures); strings.Contains(policy, "xray") {
		t.Errorf("got %s, want no traces where tracing is off", policy)
	}
	for _, declared := range access.Functions() {
		want(t, templates[stackOf(declared)].Only(t, "AWS::Logs::LogGroup", declared.ID("Log")), "RetentionInDays", 14)
	}
}

// policyOf is the policy of a function's role, as text.
func policyOf(t *testing.T, templates cdktest.Templates, name access.Principal) string {
	t.Helper()
	at := slices.IndexFunc(access.Functions(), func(f access.Function) bool { return f.Name == name })
	policy := templates[stackOf(access.Functions()[at])].Only(t, "AWS::IAM::Policy", access.Functions()[at].ID("Access"))
	text, err := json.Marshal(policy.Get("PolicyDocument.Statement"))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// What files they reach is proven at every synth; that nothing else is there is seen here too.
func TestFunctions_haveTheirColumnAndNoMore(t *testing.T) {
	templates := environment(t, "prod")
	for _, declared := range access.Functions() {
		role := templates[stackOf(declared)].Only(t, "AWS::IAM::Role", declared.ID("Role"))
		want(t, role, "ManagedPolicyArns", nil)
		want(t, role, "Policies", nil)
		var statements []map[string]any
		if err := json.Unmarshal([]byte(policyOf(t, templates, declared.Name)), &statements); err != nil {
			t.Fatal(err)
		}
		var got, wanted []string
		for _, statement := range statements {
			got = append(got, statement["Sid"].(string))
		}
		wanted = append(wanted, "WriteLog", "SendTraces")
		for _, statement := range access.Statements(access.Rules(), declared.Name) {
			wanted = append(wanted, statement.Sid)
		}
		if len(declared.Streams) > 0 {
			wanted = append(wanted, "ReadStreams", "PutFailures", "ListFailures")
		}
		for _, ask := range declared.Tables {
			wanted = append(wanted, "Ask"+string(ask.Source)+strings.Replace(ask.Index, "by", "By", 1))
		}
		if declared.Users {
			wanted = append(wanted, "DeleteUsers", "DeleteIdentities")
		}
		if declared.Invalidates {
			wanted = append(wanted, "Invalidate")
		}
		if !slices.Equal(got, wanted) {
			t.Errorf("%s: got the statements %v, want %v", declared.Name, got, wanted)
		}
		if group := cdktest.Get(statements[0]["Resource"], "Fn::GetAtt.0"); !strings.HasPrefix(group.(string), declared.ID("Log")) {
			t.Errorf("%s writes to %v, want its own log group", declared.Name, group)
		}
	}
}

// The library's own grant is for all versions and aliases too, and gives AppSync the policy of its choice.
func TestFunctions_areInvokedByTheirDataSourceAlone(t *testing.T) {
	template := environment(t, "prod")["API"]
	for _, declared := range declaring(nil) {
		name := string(declared.Source())
		source := template.Only(t, "AWS::AppSync::DataSource", name+"Source")
		want(t, source, "Type", "AWS_LAMBDA")
		want(t, source, "Name", name)
		invoke := template.Only(t, "AWS::IAM::Policy", name+"SourceAccess")
		if statements, _ := invoke.Get("PolicyDocument.Statement").([]any); len(statements) != 1 {
			t.Errorf("%s: got %d statements, want one", name, len(statements))
		}
		want(t, invoke, "PolicyDocument.Statement.0.Action", "lambda:InvokeFunction")
		if function, _ := invoke.Get("PolicyDocument.Statement.0.Resource.Fn::GetAtt.0").(string); !strings.HasPrefix(function, declared.ID("Function")) {
			t.Errorf("%s: may invoke %v, want its own function and nothing else", name, invoke.Get("PolicyDocument.Statement.0.Resource"))
		}
	}
	if urls := template.All("AWS::Lambda::Url"); len(urls) > 0 {
		t.Errorf("got %d URLs, want nobody else to call a function", len(urls))
	}
	for _, permission := range template.All("AWS::Lambda::Permission") {
		want(t, permission, "Principal", "events.amazonaws.com") // by its schedule
	}
}

// One mapping for each stream that is declared, which bisects, gives up, and loses nothing; a table that nobody hears of has no stream.
func TestFunctions_hearOfTheTablesThatTheyDeclare(t *testing.T) {
	template := environment(t, "prod")["API"]
	heard := 0
	for _, declared := range access.Functions() {
		for _, stream := range declared.Streams {
			heard++
			mapping := template.Only(t, "AWS::Lambda::EventSourceMapping", declared.ID(string(stream.Of)+"Stream"))
			want(t, mapping, "StartingPosition", "TRIM_HORIZON")
			want(t, mapping, "BisectBatchOnFunctionError", true)
			want(t, mapping, "MaximumRetryAttempts", 10)
			want(t, mapping, "FunctionResponseTypes", list("ReportBatchItemFailures"))
			for i, pattern := range stream.Patterns() {
				want(t, mapping, "FilterCriteria.Filters."+strconv.Itoa(i)+".Pattern", pattern)
			}
			if table, _ := mapping.Get("EventSourceArn.Fn::GetAtt.0").(string); !strings.HasPrefix(table, string(stream.Of)) {
				t.Errorf("%s hears of %v, want %s", declared.Name, mapping.Get("EventSourceArn"), stream.Of)
			}
		}
	}
	if all := template.All("AWS::Lambda::EventSourceMapping"); len(all) != heard || heard == 0 {
		t.Errorf("got %d mappings for %d streams, want one for each", len(all), heard)
	}
	for _, source := range []access.Source{access.Products, access.Photos} {
		table := template.Only(t, "AWS::DynamoDB::GlobalTable", string(source))
		if has := table.Get("StreamSpecification.StreamViewType") == "NEW_AND_OLD_IMAGES"; has != access.Streamed(access.Functions(), source) {
			t.Errorf("%s: got a stream %t, want one where a function hears of it", source, has)
		}
	}
}

// What people send goes in a day, with its versions, and everything else stays.
func TestFileStorage_expiresWhatTheTableSays(t *testing.T) {
	bucket := environment(t, "prod")["FileStorage"].Only(t, "AWS::S3::Bucket", "Files")
	var prefixes []string
	rules, _ := bucket.Get("LifecycleConfiguration.Rules").([]any)
	for i, rule := range rules {
		prefix, _ := cdktest.Get(rule, "Prefix").(string)
		if prefix == "" {
			if days := cdktest.Get(rule, "ExpirationInDays"); days != nil || i > 0 {
				t.Errorf("rule %d: got %v without a prefix, want files to stay", i, rule)
			}
			continue
		}
		prefixes = append(prefixes, prefix)
		if days, versions := cdktest.Get(rule, "ExpirationInDays"), cdktest.Get(rule, "NoncurrentVersionExpiration.NoncurrentDays"); days != 1.0 || versions != 1.0 {
			t.Errorf("%s: got %v days, and %v of versions, want a day", prefix, days, versions)
		}
	}
	if !slices.Equal(prefixes, []string{"uploads/", "answers/"}) {
		t.Errorf("got %v expire, want what people send and the answers alone", prefixes)
	}
}
