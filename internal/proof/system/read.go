package system

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// Open reads the system of the assembly in a folder.
func Open(dir string) (*System, error) {
	a, err := assembly.Open(dir)
	if err != nil {
		return nil, err
	}
	return Read(a)
}

// Read makes the system out of an assembly: every function resolved with made-up physical
// ids, every policy compiled. What is missing, twice there, or unknown is an error: a system
// is never read as if it said less than its templates do.
func Read(a *assembly.Assembly) (*System, error) {
	return ReadAs(a, func() ([]*assembly.Resolved, error) { return assembly.Symbolic(a, isOutside) })
}

// ReadAs is Read of an assembly whose functions somebody else resolves, with the ids that there are.
func ReadAs(a *assembly.Assembly, resolve func() ([]*assembly.Resolved, error)) (*System, error) {
	if err := unknownTypes(a); err != nil {
		return nil, err
	}
	resolved, err := resolve()
	if err != nil {
		return nil, err
	}
	r := reader{stacks: resolved, system: &System{
		Templates: map[string]map[string]any{}, Documents: map[Property]Policy{}, Decisive: map[Property]bool{},
	}}
	for _, stack := range a.Stacks {
		if r.system.Templates[stack.ID], err = templateOf(stack); err != nil {
			return nil, err
		}
	}
	if len(resolved) == 0 {
		return nil, fmt.Errorf("%s: got no stacks, want those of a backend", a.Dir)
	}
	env := resolved[0].Environment
	r.system.Partition, r.system.Account, r.system.Region = env.Partition, env.AccountID, env.Region
	r.resources()
	r.names()
	r.settings()
	r.bucket()
	r.cloudFront()
	r.pool()
	r.roles()
	r.functions()
	r.mappings()
	r.api()
	if err := errors.Join(r.faults...); err != nil {
		return nil, err
	}
	return r.system, nil
}

// reader collects the parts of a system and the faults on the way.
type reader struct {
	stacks []*assembly.Resolved
	system *System
	faults []error
}

// part is one resource with its place.
type part struct {
	At
	assembly.ResolvedResource
	stack *assembly.Resolved
}

func (p part) attribute(name string) (string, error) {
	return p.stack.GetAtt(p.LogicalID, name)
}

// all are the resources of a type.
func (r *reader) all(kind string) []part {
	var parts []part
	for _, stack := range r.stacks {
		for _, resource := range stack.Resources {
			if resource.Resource.Type == kind && !isOutside(resource.Resource) {
				parts = append(parts, part{placeOf(stack, resource), resource, stack})
			}
		}
	}
	return parts
}

// only is the one resource of a type; none and several are faults.
func (r *reader) only(kind string) (part, bool) {
	parts := r.all(kind)
	if len(parts) != 1 {
		r.fault("got %d resources of type %s in the assembly, want 1", len(parts), kind)
		return part{}, false
	}
	return parts[0], true
}

func (r *reader) fault(format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf(format, args...))
}

// decides notes that a property is taken in wholly by what is asked and compared.
func (r *reader) decides(at At, path string) {
	r.system.Decisive[Property{at.Stack, at.LogicalID, path}] = true
}

// compile reads a policy document of a resource, which is at a path among its properties.
func (r *reader) compile(at At, path string, kind iam.Kind, document any) Policy {
	result, err := CompilePolicy(at, kind, document)
	if err != nil {
		r.fault("%w", err)
		return Policy{}
	}
	r.decides(at, path)
	r.system.Documents[Property{at.Stack, at.LogicalID, path}] = result
	return result
}

// CompilePolicy compiles a decoded policy document that is defined at a place. The error names the place.
func CompilePolicy(at At, kind iam.Kind, document any) (Policy, error) {
	text, err := json.Marshal(document)
	if err != nil {
		return Policy{}, fmt.Errorf("%s: %w", at.Path, err)
	}
	compiled, err := iam.Parse(kind, at.Construct(), text)
	if err != nil {
		return Policy{}, err
	}
	parsed, err := policy.Parse(kind, at.Construct(), text)
	return Policy{At: at, Compiled: compiled, Document: parsed}, err
}

// openOrigins is the key of a bucket's metadata that says what its CORS rule means.
const openOrigins = "lightbox:open-origins"

// bucket reads the bucket that answers browsers, and its policy. Other buckets hold what functions gave up, or logs.
func (r *reader) bucket() {
	policies := map[string]Policy{}
	for _, p := range r.all("AWS::S3::BucketPolicy") {
		name, _ := p.Properties["Bucket"].(string)
		if _, twice := policies[name]; twice {
			r.fault("%s: got a second policy for the bucket %s, want one", p.Path, name)
		}
		policies[name] = r.compile(p.At, "PolicyDocument", iam.Resource, p.Properties["PolicyDocument"])
		r.decides(p.At, "Bucket")
	}
	for _, p := range r.all("AWS::S3::Bucket") {
		arn, err := p.attribute("Arn")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		domain, err := p.attribute("RegionalDomainName")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		policy, found := policies[p.PhysicalID]
		if !found {
			r.fault("%s: got a bucket without a policy, want one that refuses plain HTTP", p.Path)
		}
		bucket := Bucket{At: p.At, Name: p.PhysicalID, ARN: arn, RegionalDomainName: domain, Policy: policy, Properties: p.Properties}
		bucket.OpenOrigins, _ = p.Resource.Metadata[openOrigins].(bool)
		if r.ofSite(domain) {
			r.site().Bucket = bucket
			continue
		}
		if _, cors := p.Properties["CorsConfiguration"]; !cors && r.named(arn) {
			r.system.Failures = append(r.system.Failures, bucket)
			continue
		} else if !cors {
			r.system.Logs = append(r.system.Logs, bucket)
			continue
		}
		if r.system.Bucket.Name != "" {
			r.fault("%s: got a second bucket with a CORS rule, want one bucket of people's files", p.Path)
		}
		r.system.Bucket = bucket
		// Of several rules it matters which an origin is in.
		if len(Items(Lookup(p.Properties, "CorsConfiguration.CorsRules"))) == 1 {
			r.decides(p.At, "CorsConfiguration.CorsRules.0.AllowedOrigins")
		}
	}
	if r.system.Bucket.Name == "" {
		r.fault("got no bucket with a CORS rule, want the one of people's files")
	}
}

func (r *reader) pool() {
	pool, ok := r.only("AWS::Cognito::IdentityPool")
	attachment, ok2 := r.only("AWS::Cognito::IdentityPoolRoleAttachment")
	tag, ok3 := r.only("AWS::Cognito::IdentityPoolPrincipalTag")
	if !ok || !ok2 || !ok3 {
		return
	}
	provider := ""
	for _, users := range r.all("AWS::Cognito::UserPool") { // there is one, or settings says so
		var err error
		if provider, err = users.attribute("ProviderName"); err != nil {
			r.fault("%s: %w", users.Path, err)
		}
	}
	r.system.Pool = Pool{
		At: pool.At, ID: pool.PhysicalID, Provider: provider,
		Properties: pool.Properties, Attachment: attachment.Properties, Tag: tag.Properties,
		AttachmentAt: attachment.At, TagAt: tag.At,
	}
}

// roles reads every role with what is attached to it.
func (r *reader) roles() {
	var roles []*Role
	byName := map[string]*Role{}
	for _, p := range r.all("AWS::IAM::Role") {
		arn, err := p.attribute("Arn")
		if err != nil {
			r.fault("%s: %w", p.Path, err)
		}
		role := &Role{At: p.At, ARN: arn, Trust: r.compile(p.At, "AssumeRolePolicyDocument", iam.Trust, p.Properties["AssumeRolePolicyDocument"])}
		for i, inline := range Items(p.Properties["Policies"]) {
			at := p.At
			at.Path = fmt.Sprintf("%s.Policies[%d]", p.Path, i)
			document, _ := inline.(map[string]any)
			role.Policies = append(role.Policies, r.compile(at, fmt.Sprintf("Policies.%d.PolicyDocument", i), iam.Identity, document["PolicyDocument"]))
		}
		for _, managed := range Items(p.Properties["ManagedPolicyArns"]) {
			role.Managed = append(role.Managed, fmt.Sprint(managed))
		}
		roles = append(roles, role)
		byName[p.PhysicalID] = role
	}
	for _, kind := range []string{"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"} {
		for _, p := range r.all(kind) {
			compiled := r.compile(p.At, "PolicyDocument", iam.Identity, p.Properties["PolicyDocument"])
			r.decides(p.At, "Roles")
			for _, name := range Items(p.Properties["Roles"]) {
				role := byName[fmt.Sprint(name)]
				if role == nil {
					r.fault("%s: got the role %v, want one of the assembly", p.Path, name)
					continue
				}
				role.Policies = append(role.Policies, compiled)
			}
			if p.Properties["Users"] != nil || p.Properties["Groups"] != nil {
				r.fault("%s: got a policy for IAM users or groups, want roles only", p.Path)
			}
		}
	}
	r.hand(roles)
}

// hand finds out which role the identity pool gives to whom.
func (r *reader) hand(roles []*Role) {
	attached, _ := r.system.Pool.Attachment["Roles"].(map[string]any)
	r.decides(r.system.Pool.AttachmentAt, "Roles")
	given := func(who string, arn any) Role {
		at := slices.IndexFunc(roles, func(role *Role) bool { return role.ARN == arn })
		if at < 0 {
			r.fault("%s: got %v as the role of %s, want one of the assembly", r.system.Pool.AttachmentAt.Path, arn, who)
			return Role{}
		}
		return *roles[at]
	}
	r.system.Guest = given("guests", attached["unauthenticated"])
	r.system.User = given("signed-in users", attached["authenticated"])
	for _, group := range r.all("AWS::Cognito::UserPoolGroup") {
		r.decides(group.At, "RoleArn")
		name := fmt.Sprint(group.Properties["GroupName"])
		precedence, err := strconv.ParseFloat(fmt.Sprint(group.Properties["Precedence"]), 64)
		if err != nil {
			precedence = math.Inf(1)
		}
		r.system.Groups = append(r.system.Groups, Group{group.At, name, precedence, given(name, group.Properties["RoleArn"])})
	}
	slices.SortStableFunc(r.system.Groups, func(a, b Group) int { return cmp.Compare(a.Precedence, b.Precedence) })
	people := r.system.People()
	for _, role := range roles {
		if !slices.ContainsFunc(people, func(one Role) bool { return one.ARN == role.ARN }) {
			r.system.Services = append(r.system.Services, *role)
		}
	}
}

// resources reads all there are.
func (r *reader) resources() {
	for _, stack := range r.stacks {
		for _, resource := range stack.Resources {
			p := part{placeOf(stack, resource), resource, stack}
			one := Resource{At: p.At, Type: resource.Resource.Type, ID: p.PhysicalID, Properties: p.Properties}
			if isOutside(resource.Resource) {
				r.outside(p, one)
				continue
			}
			if one.Type == "AWS::Lambda::Function" || one.Type == "AWS::Events::Rule" {
				var err error
				if one.ARN, err = p.attribute("Arn"); err != nil {
					r.fault("%s: %w", p.Path, err)
				}
			}
			r.system.Resources = append(r.system.Resources, one)
		}
	}
}

// placeOf is where a resource is defined.
func placeOf(stack *assembly.Resolved, resource assembly.ResolvedResource) At {
	at := At{Stack: stack.Stack.ID, LogicalID: resource.Resource.LogicalID, Path: resource.Resource.Construct}
	if at.Path == "" {
		at.Path = at.Stack + "/" + at.LogicalID
	}
	return at
}

// settings reads what has no policies.
func (r *reader) settings() {
	for _, one := range []struct {
		kind     string
		settings *Settings
	}{
		{"AWS::Cognito::UserPool", &r.system.Users},
		{"AWS::Cognito::UserPoolClient", &r.system.Client},
	} {
		if p, ok := r.only(one.kind); ok {
			*one.settings = settingsOf(p)
		}
	}
}

func settingsOf(p part) Settings {
	return Settings{At: p.At, ID: p.PhysicalID, Properties: p.Properties}
}
