package outputs

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/internal/config"
)

// contract lists what each stack puts out and which part of the document that makes, in the
// order in which the stacks depend on each other. The keys are a contract with stacks/.
var contract = []stack{
	{
		id: "Site",
		outputs: []output{
			{key: "SiteBucketName", want: bucketName},
			{key: "SiteDomainName", want: distributionDomain},
			{key: "SiteDistributionId", want: distributionID},
		},
		part:  []entry{{"custom.lightbox.site", cdnURL}},
		write: (*document).setSite,
		with:  hasSite,
	},
	{
		id: "Auth",
		outputs: []output{
			{key: "UserPoolId", want: userPoolID},
			{key: "UserPoolClientId", want: clientID},
			{key: "UserPoolDomain", want: signInDomain, with: hasSocial},
		},
		part: []entry{
			{"auth.aws_region", sameRegion},
			{"auth.user_pool_id", userPoolID},
			{"auth.user_pool_client_id", clientID},
		},
		write: (*document).setAuth,
	},
	{
		id:      "Identity",
		outputs: []output{{key: "IdentityPoolId", want: identityPoolID}},
		part:    []entry{{"auth.identity_pool_id", identityPoolID}},
		write:   (*document).setIdentity,
	},
	{
		id: "FileStorage",
		outputs: []output{
			{key: "BucketName", want: bucketName},
			{key: "BucketRegion", want: sameRegion},
		},
		part: []entry{
			{"storage.aws_region", sameRegion},
			{"storage.bucket_name", bucketName},
		},
		write: (*document).setFileStorage,
	},
	{
		id: "CDN",
		outputs: []output{
			{key: "DistributionDomainName", want: distributionDomain},
			{key: "DistributionId", want: distributionID},
		},
		part:  []entry{{"custom.cdn.url", cdnURL}},
		write: (*document).setCDN,
	},
	{
		id: "API",
		outputs: []output{
			{key: "GraphQLAPIURL", want: graphQLURL},
			{key: "GraphQLAPIID", want: apiID},
			{key: "GraphQLAPIRegion", want: sameRegion},
		},
		part: []entry{
			{"data.aws_region", sameRegion},
			{"data.url", graphQLURL},
		},
		write: (*document).setAPI,
	},
}

// A stack is one of an environment's: its construct id, its outputs, the entries of the document that
// only it can give, and the function that writes its part.
type stack struct {
	id      string
	outputs []output
	part    []entry
	write   func(*document, config.Config, map[string]string)
	with    func(config.Config) bool // nil: always there
}

// contractOf are the stacks that an environment has.
func contractOf(cfg config.Config) []stack {
	return slices.DeleteFunc(slices.Clone(contract), func(s stack) bool { return s.with != nil && !s.with(cfg) })
}

// An output is one key of a stack.
type output struct {
	key  string
	want rule
	with func(config.Config) bool // nil: always there
}

func (o output) expected(cfg config.Config) bool { return o.with == nil || o.with(cfg) }

// An entry is a place in the document, dots between its keys, that holds a deployed value.
type entry struct {
	path string
	want rule
}

// A rule says what a value should have been, or "" where it is right.
type rule func(got string, cfg config.Config) string

func hasSite(cfg config.Config) bool { return cfg.Site.Present }

func hasSocial(cfg config.Config) bool { return cfg.Social.Provider != "" }

// The forms below are those of the services' API references: CreateUserPool (UserPoolType.Id),
// CreateUserPoolClient (ClientId), CreateIdentityPool (IdentityPoolId), "General purpose bucket
// naming rules" of Amazon S3, DistributionSummary of CloudFront, and GraphqlApi of AppSync.
var (
	afterPool    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-Za-z]{1,54}$`) })
	clientForm   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[\w+]{1,128}$`) })
	uuidForm     = regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)
	bucketForm   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$`) })
	hostForm     = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$`)
	cloudFront   = regexp.MustCompile(`^[a-z0-9]+\.cloudfront\.net$`)
	distribution = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^E[0-9A-Z]{1,31}$`) })
	appSyncAPI   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]{1,64}$`) })
	unresolved   = regexp.MustCompile(`^\s*(?i:undefined|null|none|nan|\[object Object\])?\s*$|\$\{|\{\{`)
)

func sameRegion(got string, cfg config.Config) string {
	return unless(got == cfg.Region, `%q, the region of %s`, cfg.Region, cfg.Env)
}

func userPoolID(got string, cfg config.Config) string {
	rest, ok := strings.CutPrefix(got, cfg.Region+"_")
	return unless(ok && afterPool().MatchString(rest), `"%s_" and then letters and digits`, cfg.Region)
}

func clientID(got string, _ config.Config) string {
	return unless(clientForm().MatchString(got), `the id of an app client: 1 to 128 letters and digits`)
}

func identityPoolID(got string, cfg config.Config) string {
	rest, ok := strings.CutPrefix(got, cfg.Region+":")
	return unless(ok && uuidForm.MatchString(rest), `"%s:" and then a UUID`, cfg.Region)
}

// bucketName refuses dots, which S3 allows: they break TLS on the bucket's own host name, and
// Amplify falls back to path-style addresses, where it cannot remove a folder.
func bucketName(got string, _ config.Config) string {
	return unless(bucketForm().MatchString(got), `the name of a bucket: 3 to 63 of a-z, 0-9 and "-"`)
}

func distributionDomain(got string, _ config.Config) string {
	return unless(cloudFront.MatchString(got), `the host of a distribution, as in "d111111abcdef8.cloudfront.net"`)
}

func distributionID(got string, _ config.Config) string {
	return unless(distribution().MatchString(got), `the id of a distribution, as in "E2EXAMPLE51"`)
}

func apiID(got string, _ config.Config) string {
	return unless(appSyncAPI().MatchString(got), `the id of an AppSync API: letters a-z and digits`)
}

func graphQLURL(got string, cfg config.Config) string {
	rest, https := strings.CutPrefix(got, "https://")
	id, ok := strings.CutSuffix(rest, ".appsync-api."+cfg.Region+".amazonaws.com/graphql")
	return unless(https && ok && appSyncAPI().MatchString(id), `"https://ID.appsync-api.%s.amazonaws.com/graphql"`, cfg.Region)
}

// signInDomain wants the whole host of the user pool's own pages, of the domain prefix that
// cdk.json sets: a prefix alone, or a URL, is what Amplify cannot use.
func signInDomain(got string, cfg config.Config) string {
	want := fmt.Sprintf("%s.auth.%s.amazoncognito.com", cfg.Social.DomainPrefix, cfg.Region)
	return unless(got == want, `%q`, want)
}

// cdnURL is what stays of an earlier run, so it may be of before or after a custom domain was set.
func cdnURL(got string, _ config.Config) string {
	host, https := strings.CutPrefix(got, "https://")
	return unless(https && hostForm.MatchString(host), `"https://" and a host name, nothing after it`)
}

func unless(right bool, format string, args ...any) string {
	if right {
		return ""
	}
	return fmt.Sprintf(format, args...)
}

// judge is the fault of a deployed value at a place, or nil. A value that no deployment made
// (empty, "undefined", an unresolved token) is told apart from one of the wrong form.
func judge(place, got string, want rule, cfg config.Config) error {
	if unresolved.MatchString(got) {
		return fmt.Errorf("%s: got %q, which was never resolved, want the value of a deployed stack", place, clip(got))
	}
	if form := want(got, cfg); form != "" {
		return fmt.Errorf("%s: got %q, want %s", place, clip(got), form)
	}
	return nil
}
