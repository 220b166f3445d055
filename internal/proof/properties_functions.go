package proof

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// emptier is the code of the function that empties buckets: the library's own, by the hash of its
// sources. Another version of the library may have another: look at what changed, and put its hash
// here. See CONTRIBUTING.md, "Upgrading".
const emptier = "6dba3da2af96b69a187d689b326e5272b9abc8671c0427845a8bed243e02877d.zip"

// judgeFunctions judges functions: the library's, and ours.
func (s judge) judgeFunctions(types map[string]properties) {
	var roles []any
	for _, role := range s.Services {
		roles = append(roles, role.ARN)
	}
	assets := func(value any) string {
		if suffix := fmt.Sprintf("-assets-%s-%s", s.Account, s.Region); !strings.HasSuffix(fmt.Sprint(value), suffix) {
			return "the bucket of the account's assets"
		}
		return ""
	}
	function := properties{}
	function.irrelevant(Words, "Description")
	function.holds("Code.S3Bucket", assets)
	function.is("Code.S3Key", emptier)
	function.is("Handler", "index.handler")
	function.is("MemorySize", 128)
	function.is("Timeout", 900)
	function.is("Role", roles...) // which one: the rule services
	function.holds("Runtime", func(value any) string {
		if !strings.HasPrefix(fmt.Sprint(value), "nodejs") {
			return "one of Node"
		}
		return ""
	})
	types["AWS::Lambda::Function"] = function

	s.judgeOurs(types, assets)
}

// judgeOurs judges our functions: those that resolvers call, and those that the user pool calls.
func (s judge) judgeOurs(types map[string]properties, assets func(any) string) {
	ours := program(assets)
	ours.is("Environment.Variables.BUCKET", s.Bucket.Name)
	ours.may("Environment.Variables.DISTRIBUTION", s.CDN.ID)
	ours.may("Environment.Variables.USER_POOL", s.Users.ID)
	for _, bucket := range s.Failures {
		ours.may("Environment.Variables.FAILURES", bucket.Name)
	}
	for name, table := range map[string]access.Source{"PRODUCTS_TABLE": access.Products, "PHOTOS_TABLE": access.Photos} {
		ours.may("Environment.Variables."+name, s.API.Tables[string(table)].Name)
	}
	ours["Environment.Variables.READ_UNITS"] = judgement{holds: aCeiling, choice: true}
	ours.may("Environment.Variables.GOMEMLIMIT", "1100MiB")
	for _, flag := range []string{"KEEP_ORIGINALS", "AVIF"} {
		ours["Environment.Variables."+flag] = judgement{values: []any{"true", "false"}, choice: true}
	}
	ours.is("MemorySize", 512, 1769)
	ours.is("Timeout", 25, 900)
	ours["ReservedConcurrentExecutions"] = judgement{within: &span{1, 1 << 31}, choice: true}
	types[ourFunction] = ours

	triggers := program(assets)
	triggers.is("MemorySize", access.TriggerMemoryMB)
	triggers.is("Timeout", access.TriggerSeconds)
	types[triggerFunction] = triggers
}

// aCeiling is for a number of units as an environment variable has it.
func aCeiling(value any) (want string) {
	if units, err := strconv.Atoi(fmt.Sprint(value)); err != nil || units < 1 {
		return "a whole number, 1 or more"
	}
	return ""
}

// program are the judgements of all functions that are built of our sources.
func program(assets func(any) string) properties {
	ours := properties{}
	ours.irrelevant(Words, "Description")
	ours.choice("Architectures", []any{"arm64"}, []any{"x86_64"})
	ours.holds("Code.S3Bucket", assets)
	// What it does there is reviewed, and tested; what it may do is the rule grants.
	ours["Code.S3Key"] = judgement{needed: true, choice: true, holds: func(value any) string {
		if !strings.HasSuffix(fmt.Sprint(value), ".zip") {
			return "a bundle"
		}
		return ""
	}}
	ours.is("Handler", "bootstrap")
	ours.proven("services", "LoggingConfig.LogGroup", "Role")
	ours.needs("LoggingConfig.LogGroup")
	ours.is("Runtime", "provided.al2023")
	ours.irrelevant(Tracing, "TracingConfig.Mode")
	return ours
}

// judgeMappings judges what functions hear of tables: the rule streams says of which, and of what.
func (s judge) judgeMappings(types map[string]properties) {
	mapping := properties{}
	mapping.proven("streams", "BatchSize", "EventSourceArn", "FunctionName", "FilterCriteria.Filters")
	mapping.needs("FilterCriteria.Filters")
	mapping.is("StartingPosition", "TRIM_HORIZON") // no change is left out
	mapping.is("BisectBatchOnFunctionError", true)
	mapping.is("MaximumRetryAttempts", 10)
	mapping.is("FunctionResponseTypes", []any{"ReportBatchItemFailures"})
	var buckets []any
	for _, bucket := range s.Failures {
		buckets = append(buckets, bucket.ARN)
	}
	mapping.is("DestinationConfig.OnFailure.Destination", buckets...)
	mapping.may("MetricsConfig.Metrics", []any{"EventCount"})
	if len(ofType(s.System, alarmKind)) > 0 {
		mapping.needs("MetricsConfig.Metrics") // or the alarms about it see nothing
	}
	types["AWS::Lambda::EventSourceMapping"] = mapping
}

// What our functions are judged as, which are of one type with the library's.
const (
	ourFunction     = "AWS::Lambda::Function of ours"
	triggerFunction = "AWS::Lambda::Function of the user pool"
)

// judgedAs is the type that a resource is judged as.
func (s judge) judgedAs(of system.Resource) string {
	if s.isSites(of.At) {
		return of.Type + ofTheSite
	}
	if slices.Contains(watched, of.Type) {
		return s.judgedAt(of)
	}
	if of.Type != "AWS::Lambda::Function" || kindOfFunction(s.System, of) != "function" {
		return of.Type
	}
	for _, function := range s.Functions {
		if function.At == of.At && slices.ContainsFunc(s.declared, func(one access.Function) bool {
			return one.IsTrigger() && string(one.Name) == function.Name
		}) {
			return triggerFunction
		}
	}
	return ourFunction
}
