package proof

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// checkServices makes sure that the roles of AWS services can do what they are for, and no
// more: AppSync's data sources what their resolvers need, on their own table or function; its
// log role writing to its own log group; our functions writing their own logs and sending
// traces. What functions may do with files is the rule grants. A role of the library's own
// function, which empties buckets that may be lost, has AWS's policy for writing logs; what
// it may do to a bucket is in the bucket's policy.
func checkServices(s *system.System, declared []access.Function) []Violation {
	found := findings{rule: "services"}
	wanted := map[string]serviceRole{}
	for _, name := range slices.Sorted(maps.Keys(s.API.Tables)) {
		table := s.API.Tables[name]
		role := serviceRole{who: "AppSync", why: "no resolver needs that", grants: map[string]bool{}}
		for _, grant := range access.Actions(access.Source(name)) {
			for _, action := range grant.Actions {
				role.grants[action+" on "+grant.On(table.ARN)] = true
			}
		}
		found.needs(wanted, table.Role, role)
	}
	log := fmt.Sprintf("arn:%s:logs:%s:%s:log-group:/aws/appsync/apis/%s:*", s.Partition, s.Region, s.Account, s.API.ID)
	for _, one := range declared {
		found.function(s, one, wanted)
	}
	logs, names := map[string]bool{log: true}, map[string]bool{}
	for _, function := range s.Functions {
		switch {
		case !slices.ContainsFunc(declared, func(one access.Function) bool { return string(one.Name) == function.Name }):
			found.opens(function.At, "the function %s is not one of access.Functions: nobody has said what it may do", function.Name)
		case names[function.Name]:
			found.opens(function.At, "the function %s is there twice: want one, which its role and its data source are for", function.Name)
		case function.LogARN == "" || logs[function.LogARN]:
			found.opens(function.At, "LoggingConfig.LogGroup: got %v, want a log group of the assembly that nothing else writes to",
				show(system.Lookup(function.Properties, "LoggingConfig.LogGroup")))
		}
		logs[function.LogARN], names[function.Name] = true, true
	}
	if role, _ := system.Lookup(s.API.Properties, "LogConfig.CloudWatchLogsRoleArn").(string); role != "" {
		wanted[role] = serviceRole{who: "AppSync", why: "no resolver needs that", grants: map[string]bool{"logs:CreateLogStream on " + log: true, "logs:PutLogEvents on " + log: true}}
	}
	for _, role := range s.Services {
		known, is := wanted[role.ARN]
		if !is && (serviceOf(s, role) != "lambda" || len(role.Policies) > 0) {
			found.opens(role.At, "a role that no part of the system is known to need")
			continue
		}
		found.compareGrants(role, known, is)
	}
	return found.all
}

// A serviceRole is what a role of a service may do besides what another rule is about.
type serviceRole struct {
	who, why string
	grants   map[string]bool // as in s3:GetObject on arn:…
	// bucket is the ARN of the one whose files are the rule grants; empty for none.
	bucket string
}

// function adds what the roles of a function and of its data source are for, and says what is not as the table has it.
func (f *findings) function(s *system.System, declared access.Function, wanted map[string]serviceRole) {
	function, is := s.FunctionNamed(string(declared.Name))
	if !is {
		f.closes(s.API.At, "there is no function %s: access.Functions declares it", declared.Name)
		return
	}
	role := serviceRole{who: "the function " + function.Name, why: "its log and its traces need no more", grants: map[string]bool{}}
	if !declared.IsTrigger() {
		role.bucket = s.Bucket.ARN
	}
	for _, grant := range question.Besides(s, function) {
		role.grants[grant.Action+" on "+grant.Resource] = true
	}
	f.needs(wanted, function.Role, role)
	source, is := s.API.Invocations[string(declared.Source())]
	if !is {
		return // the rule resolvers says so, where a step wants it
	}
	if !declared.IsInvoked() {
		f.opens(source.At, "the data source invokes the function %s: no step of a resolver needs that", declared.Name)
	}
	if source.FunctionARN != function.ARN {
		f.opens(source.At, "LambdaConfig.LambdaFunctionArn: got %s, want the function %s", source.FunctionARN, declared.Name)
	}
	f.needs(wanted, source.Role, serviceRole{who: "AppSync", why: "no resolver needs that", grants: map[string]bool{"lambda:InvokeFunction on " + function.ARN: true}})
}

// needs notes what a role is for. Each is for one function, or for one data source: who has it for another gets what that one may.
func (f *findings) needs(wanted map[string]serviceRole, role system.Role, is serviceRole) {
	if _, shared := wanted[role.ARN]; shared {
		f.opens(role.At, "the role is for more than one function or data source: want each to have its own")
	}
	wanted[role.ARN] = is
}

func (f *findings) compareGrants(role system.Role, wanted serviceRole, known bool) {
	for _, managed := range role.Managed {
		if known || !strings.HasSuffix(managed, ":policy/service-role/AWSLambdaBasicExecutionRole") {
			f.opens(role.At, "the role has AWS's policy %s: want none but its own", managed)
		}
	}
	got := map[string]bool{}
	for _, p := range role.Policies {
		for _, statement := range p.Document.Statements {
			if wanted.ofFiles(statement) {
				if fault := personFault(statement); fault != "" {
					f.opens(p.At, "statement %d: %s", statement.Index, fault)
				}
				continue
			}
			if statement.Deny || statement.NotAction || statement.NotResource || len(statement.Conditions) > 0 {
				f.opens(p.At, "statement %d: got more than actions and resources, want these alone", statement.Index)
			}
			for _, action := range statement.Actions {
				for _, resource := range statement.Resources {
					grant := action + " on " + resource
					got[grant] = true
					if !wanted.grants[grant] {
						f.opens(p.At, "%s may use %s (statement %d): %s", wanted.who, grant, statement.Index, wanted.why)
					}
				}
			}
		}
	}
	for _, grant := range slices.Sorted(maps.Keys(wanted.grants)) {
		if !got[grant] {
			f.closes(role.At, "%s may not use %s: it needs that", wanted.who, grant)
		}
	}
}

// ofFiles tells a statement about files alone, of which every action on every file is asked.
func (r serviceRole) ofFiles(statement policy.Statement) bool {
	return r.bucket != "" && len(statement.Resources) > 0 && !slices.ContainsFunc(statement.Resources, func(resource string) bool {
		return resource != r.bucket && !strings.HasPrefix(resource, r.bucket+"/")
	})
}
