package system

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// System is what the templates define, as far as access goes. Physical ids are made up,
// one for each resource; nothing else is.
type System struct {
	Partition, Account, Region string

	// Guest and User are the roles that an identity pool hands out to those in no group.
	Guest, User Role
	// Groups are those of the user pool, in their order of precedence.
	Groups []Group
	// Services are the roles that AWS services assume: AppSync's for its data sources and
	// its log, our functions', and the library's own functions' where data is removed.
	Services []Role
	// Functions are ours, and Mappings what they hear of tables.
	Functions []Function
	Mappings  []Mapping

	Bucket Bucket
	// Logs are the other buckets; no person reaches them.
	Logs []Bucket
	// Failures are the buckets that mappings name, for what functions could not deal with.
	Failures []Bucket
	Pool     Pool
	// Users is the user pool, Client the app client of browsers.
	Users, Client Settings
	// CDN is the distribution, Headers the headers of its answers.
	CDN     Distribution
	Headers Settings
	// OriginAccess is how the distribution signs what it asks of the bucket.
	OriginAccess Settings
	// Site is where the pages are, nil without.
	Site *Site
	API  API

	// Resources are all of them, in the order of the stacks, but those Outside.
	Resources []Resource
	// Outside are a team's own resources, which are none of the system's.
	Outside []Outside
	// Names are what Resources are called by: physical ids and attributes, each once, sorted.
	Names []string

	// Templates are what the stacks say, unresolved, by their construct ids. What the manifest
	// says of a stack is its section Stack.
	Templates map[string]map[string]any
	// Documents are the policies by the properties they were read from, and Decisive are the
	// properties that were read to decide by the whole of them, those of Documents among them.
	Documents map[Property]Policy
	Decisive  map[Property]bool

	// logged is set in a view that has another bucket in the place of Bucket.
	logged *Bucket
}

// At is where a part of the system is defined.
type At struct {
	Stack     string // its construct id
	LogicalID string
	Path      string // the construct path, as in FileStorage/GuestAccess/Resource
}

// Buckets are all there are, people's files first.
func (s *System) Buckets() []Bucket {
	all := slices.Concat([]Bucket{s.Bucket}, s.Logs, s.Failures)
	if s.Site != nil {
		all = append(all, s.Site.Bucket)
	}
	return all
}

// OfLogs is a view of the system with another bucket in the place of Bucket.
func (s *System) OfLogs(other Bucket) *System {
	view := *s
	view.Bucket, view.logged = other, &s.Bucket
	return &view
}

// Files is the bucket of people's files, whose accesses are logged, also in a view OfLogs.
func (s *System) Files() Bucket {
	if s.logged != nil {
		return *s.logged
	}
	return s.Bucket
}

// Construct is the path of the construct that people wrote, as in FileStorage/GuestAccess. Policies
// are called by it.
func (a At) Construct() string { return strings.TrimSuffix(a.Path, "/Resource") }

// Role is an IAM role with everything that is attached to it.
type Role struct {
	At
	ARN      string
	Trust    Policy
	Policies []Policy
	// Managed are the ARNs of AWS's own policies on the role.
	Managed []string
}

// Group is a group of the user pool, with the role that the identity pool hands out to its members.
type Group struct {
	At
	Name       string
	Precedence float64 // the lower, the earlier; none is infinite
	Role       Role
}

// People are the roles of people: guests, users and members of groups.
func (s *System) People() []Role {
	roles := []Role{s.Guest, s.User}
	for _, group := range s.Groups {
		roles = append(roles, group.Role)
	}
	return roles
}

// Policy is a policy, compiled and as a document.
type Policy struct {
	At
	Compiled *iam.Policy
	Document policy.Document
}

// Bucket is the bucket of people's files.
type Bucket struct {
	At
	Name, ARN string
	// RegionalDomainName is where S3 serves it.
	RegionalDomainName string
	Policy             Policy
	// Properties are the bucket's, resolved.
	Properties map[string]any
	// OpenOrigins is what the template says of its CORS rule: that any site and plain HTTP
	// are meant.
	OpenOrigins bool
}

// Origins are the sites whose pages may use the bucket from a browser, as its CORS rules have them.
func (b Bucket) Origins() []string {
	var all []string
	for _, rule := range Items(Lookup(b.Properties, "CorsConfiguration.CorsRules")) {
		for _, origin := range Items(Lookup(rule, "AllowedOrigins")) {
			all = append(all, fmt.Sprint(origin))
		}
	}
	return all
}

// Pool is the identity pool.
type Pool struct {
	At
	ID string
	// Properties are the pool's, Attachment those of its role attachment, Tag those of its
	// principal tags, all resolved.
	Properties, Attachment, Tag map[string]any
	AttachmentAt, TagAt         At
	// Provider is the name of the user pool as an identity provider.
	Provider string
}

// Resource is any resource of the templates.
type Resource struct {
	At
	Type, ID, ARN string // the ARN is empty for a type without one, and where nobody asks for it
	// Properties are the resource's, resolved.
	Properties map[string]any
}

// Settings are a resource of which access needs no more than its properties.
type Settings struct {
	At
	ID         string // what Ref gives
	Properties map[string]any
}

// Distribution is a CloudFront distribution.
type Distribution struct {
	Settings
	// DomainName is CloudFront's own for it.
	DomainName string
}

// Site is the pages, in a bucket of their own behind a distribution of their own.
type Site struct {
	Distribution
	Bucket Bucket
	// Headers, OriginAccess and Function are what the distribution refers to.
	Headers, OriginAccess, Function Settings
}

// Origins are what browsers may say where the site's pages come from: by CloudFront's name, or by its own.
func (s *Site) Origins() []string {
	if s == nil {
		return nil
	}
	all := []string{}
	for _, alias := range Items(Lookup(s.Properties, "DistributionConfig.Aliases")) {
		all = append(all, fmt.Sprint("https://", alias))
	}
	if len(all) == 0 {
		all = append(all, "https://"+s.DomainName)
	}
	return all
}

// API is the GraphQL API.
type API struct {
	At
	ID, ARN string
	// Schema is the schema's text, without AppSync's own scalars and directives.
	Schema   string
	SchemaAt At
	// Properties are the API's, resolved.
	Properties map[string]any
	Resolvers  []Resolver
	Functions  []Step           // of pipelines, or of none
	Tables     map[string]Table // by data source
	// Invocations are the functions that resolvers invoke, by data source.
	Invocations map[string]Invocation
}

// PlaceOf is where the resolver of a field is defined, as in "Query.getPhoto"; without one it is the API.
func (a API) PlaceOf(field string) At {
	for _, resolver := range a.Resolvers {
		if resolver.FieldPath() == field {
			return resolver.At
		}
	}
	return a.At
}

// FieldPath is the field with its type, as in "Query.getPhoto".
func (r Resolver) FieldPath() string { return r.Type + "." + r.Field }

// Resolver is what answers a field.
type Resolver struct {
	At
	Type, Field string
	Kind        string // UNIT or PIPELINE
	// Code is the field's own, Steps the functions of a pipeline.
	Code   string
	Source string
	Steps  []Step
}

// Step is a function of a pipeline.
type Step struct {
	At
	Code, Source string
}

// Table is what a data source reads and writes.
type Table struct {
	At
	Name, ARN string
	StreamARN string // of the one that it has, or would have
	Role      Role
	// Properties are the table's, resolved.
	Properties map[string]any
}

// Compiled are policies as the evaluator takes them.
func Compiled(policies []Policy) []*iam.Policy {
	var result []*iam.Policy
	for _, policy := range policies {
		result = append(result, policy.Compiled)
	}
	return result
}
