package lambda

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/aws"
)

// functionProperties are the properties of AWS::Lambda::Function that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-function.html
type functionProperties struct {
	FunctionName                 string
	Code                         struct{ S3Bucket, S3Key string }
	Description, Handler         string
	MemorySize, Timeout          *int // in MB; in seconds
	Role, Runtime                string
	Architectures                []string
	Environment                  *struct{ Variables map[string]string }
	LoggingConfig                *struct{ LogFormat, LogGroup string }
	TracingConfig                *struct{ Mode string }
	ReservedConcurrentExecutions *int
	Tags                         []struct{ Key, Value string }
}

// providedRuntimes are the runtimes of programs that need none. What of Amazon Linux they find beside them is not here: a program
// finds this machine's.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
var providedRuntimes = []string{"provided.al2023", "provided.al2", "provided"}

// processors are Lambda's names for them, by Go's.
var processors = map[string]string{"amd64": "x86_64", "arm64": "arm64"}

// machine is the processor of this machine, by Lambda's name.
var machine = processors[runtime.GOARCH]

// What a function has that says nothing.
const (
	defaultMemory  = 128
	defaultTimeout = 3
	defaultMachine = "x86_64"
)

func (p *functionProperties) memory() int  { return aws.Or(p.MemorySize, defaultMemory) }
func (p *functionProperties) timeout() int { return aws.Or(p.Timeout, defaultTimeout) }

func (p *functionProperties) processor() string {
	if len(p.Architectures) == 0 {
		return defaultMachine
	}
	return p.Architectures[0]
}

func (p *functionProperties) variables() map[string]string {
	if p.Environment == nil {
		return nil
	}
	return p.Environment.Variables
}

// logGroup is where the function's log goes.
func (p *functionProperties) logGroup(name string) string {
	if p.LoggingConfig == nil || p.LoggingConfig.LogGroup == "" {
		return "/aws/lambda/" + name
	}
	return p.LoggingConfig.LogGroup
}

// traced reports whether the function is sampled for X-Ray.
func (p *functionProperties) traced() bool {
	return p.TracingConfig != nil && p.TracingConfig.Mode == "Active"
}

var (
	functionName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`) })
	handlerName  = regexp.MustCompile(`^[^\s]+$`) // of at most 128 letters
	roleARN      = regexp.MustCompile(`^arn:aws:iam::\d{12}:role/[a-zA-Z_0-9+=,.@\-_/]+$`)
	groupName    = regexp.MustCompile(`^[.\-_/#A-Za-z0-9]+$`) // of at most 512 letters
	variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)
)

// maxReserved is what a function can reserve of the account's thousand, of which a hundred are for all others.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
const maxReserved = 900

// check refuses what Lambda refuses, and by name what does not run here.
func (p *functionProperties) check() error {
	var faults []error
	fault := func(property, format string, args ...any) {
		faults = append(faults, fmt.Errorf(functionType+"."+property+": "+format, args...))
	}
	if p.FunctionName != "" && !functionName().MatchString(p.FunctionName) {
		fault("FunctionName", "got %q, want 1 to 64 letters, digits, - and _", p.FunctionName)
	}
	if p.Code.S3Bucket == "" || p.Code.S3Key == "" {
		fault("Code", "want S3Bucket and S3Key")
	}
	if !slices.Contains(providedRuntimes, p.Runtime) {
		fault("Runtime", "got %q, want %s: no other is supported by the sandbox", p.Runtime, strings.Join(providedRuntimes, ", "))
	}
	if utf8.RuneCountInString(p.Handler) > 128 || !handlerName.MatchString(p.Handler) {
		fault("Handler", "got %q, want 1 to 128 characters without spaces", p.Handler)
	}
	if !roleARN.MatchString(p.Role) {
		fault("Role", "got %q, want the ARN of a role", p.Role)
	}
	if len(p.Description) > 256 {
		fault("Description", "got %d characters, want at most 256", len(p.Description))
	}
	if got := p.processor(); len(p.Architectures) > 1 || got != machine {
		fault("Architectures", "got %q, and this machine is %s: synthesize for this machine's processor", append(p.Architectures, got)[0], machine)
	}
	if n := p.memory(); n < 128 || n > 10240 {
		fault("MemorySize", "got %d, want 128 to 10240 MB", n)
	}
	if n := p.timeout(); n < 1 || n > 900 {
		fault("Timeout", "got %d, want 1 to 900 seconds", n)
	}
	if n := aws.Or(p.ReservedConcurrentExecutions, 0); n < 0 || n > maxReserved {
		fault("ReservedConcurrentExecutions", "got %d, want 0 to %d", n, maxReserved)
	}
	if c := p.LoggingConfig; c != nil && c.LogFormat != "" && c.LogFormat != "Text" {
		fault("LoggingConfig.LogFormat", "got %q, want Text: no other is supported by the sandbox", c.LogFormat)
	}
	if group := p.logGroup("f"); len(group) > 512 || !groupName.MatchString(group) {
		fault("LoggingConfig.LogGroup", "got %q, want 1 to 512 letters, digits and ._-/#", group)
	}
	if c := p.TracingConfig; c != nil && c.Mode != "Active" && c.Mode != "PassThrough" {
		fault("TracingConfig.Mode", "got %q, want Active or PassThrough", c.Mode)
	}
	return errors.Join(append(faults, p.checkVariables()...)...)
}

// maxVariables is the size of all environment variables of a function, in bytes.
// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const maxVariables = 4 << 10

// checkVariables refuses names that Lambda keeps for itself, and those that the sandbox needs.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
func (p *functionProperties) checkVariables() (faults []error) {
	const property = functionType + ".Environment.Variables"
	size := 0
	var taken []string
	for _, name := range slices.Sorted(maps.Keys(p.variables())) {
		size += len(name) + len(p.Environment.Variables[name])
		switch {
		case slices.Contains(reserved, name):
			taken = append(taken, name)
		case slices.Contains(ours, name):
			faults = append(faults, fmt.Errorf("%s.%s: is the sandbox's to set: it is how a function finds the sandbox", property, name))
		case !variableName.MatchString(name):
			faults = append(faults, fmt.Errorf("%s: got the name %q, want two or more letters, digits and _ that begin with a letter", property, name))
		}
		if strings.Contains(p.Environment.Variables[name], "\x00") {
			faults = append(faults, fmt.Errorf("%s.%s: got a value with a zero byte in it", property, name))
		}
	}
	if taken != nil {
		faults = append(faults, fmt.Errorf("%s: Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s",
			property, strings.Join(taken, ", ")))
	}
	if size > maxVariables {
		faults = append(faults, fmt.Errorf("%s: got %d bytes of names and values, want at most %d", property, size, maxVariables))
	}
	return faults
}
