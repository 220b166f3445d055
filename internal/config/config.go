// Package config reads the settings of one environment from cdk.json.
//
// Decoding is strict: an unknown key, a wrong type or a value that AWS would
// refuse later is a fault, and all faults are reported together. The zero value
// of every switch is the one for production: nothing is open and nothing can be
// lost unless a setting says so by name.
package config

import (
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/functions"
)

// PasswordLength is the least number of characters of a password. It is no
// setting: the same in every environment, as are the four classes of characters
// that a password needs.
const PasswordLength = 12

// Config holds the settings of one environment.
type Config struct {
	// App is the application's name, as in "shop": lower-case letters and digits, a
	// letter first, at most 20. Default "lightbox". It is in the names of all that
	// an account holds of it; see StackName and ResourceName.
	App string
	// Env is the environment's name, as in "prod": lower-case words with hyphens,
	// at most 20 characters.
	Env string
	// Account is the AWS account, 12 digits, or "" for that of the credentials.
	Account string
	// Architecture is the processor that functions are built for. Default arm64, which costs less; the
	// sandbox runs those of its own machine.
	Architecture functions.Architecture
	// Region is a region of the partition aws, as in "eu-west-1".
	Region string
	// WebOrigins are the sites that may use the backend from a browser, at least
	// one unless there is a Site, each as a browser sends it in its Origin header:
	// scheme, host and port where it is not the scheme's own. "*" and http:// only
	// with OpenOrigins. That of Site is not among them.
	WebOrigins []string
	// OpenOrigins allows "*" and http:// among the origins.
	OpenOrigins bool
	// RemoveData deletes buckets, tables and the user pool with their stacks. It
	// needs AllowDeletion.
	RemoveData bool
	// AllowDeletion switches deletion protection off.
	AllowDeletion bool
	// MFA says whether users have a second factor (TOTP). Default MFAOptional.
	MFA MFA
	// ThreatProtection lets Cognito block risky sign-ins. Off by default, because it
	// needs the Plus feature plan, which costs more per user.
	ThreatProtection bool
	// LogRetentionDays is how long logs are kept; a number of days that CloudWatch
	// Logs knows. Default 30.
	LogRetentionDays int
	// DisableTracing switches X-Ray off.
	DisableTracing bool
	// Introspection lets clients ask the API for its schema.
	Introspection bool
	// API and Auth are what stands before the GraphQL API and before the user pool.
	API  API
	Auth Auth
	// CDN are the settings of the distribution.
	CDN CDN
	// Site says where the pages are, if Lightbox puts them there. The zero value is nowhere.
	Site Site
	// Tables are the ceilings of each DynamoDB table and index.
	Tables Tables
	// Pictures say how much people may send, and what is kept of it.
	Pictures Pictures
	// Email is who sends codes. The zero value is Cognito's own sender.
	Email Email
	// Alarms say who hears when something is wrong. The zero value is nobody: there are none then.
	Alarms Alarms
	// Budget says how much a month may cost before they hear of it. The zero value is no budget.
	Budget Budget
	// Social is sign-in by another company's account. The zero value is none.
	Social Social
	// Tags are put on every resource that takes tags. Nil is none.
	Tags map[string]string
}

// MFA says whether users have a second factor.
type MFA string

// The values of MFA.
const (
	MFAOff      MFA = "off"
	MFAOptional MFA = "optional"
	MFARequired MFA = "required"
)

// API is what stands before the GraphQL API.
type API struct {
	// WebACLARN is a web ACL of AWS WAF in the scope REGIONAL, of the environment's region and account, or "". What it lets through
	// is its own affair: a team defines it elsewhere.
	WebACLARN string
}

// Auth is who gets into the user pool, and what stands before it.
type Auth struct {
	// NoSignUp lets nobody sign up; administrators make users all the same, and so does sign-in by Social.
	NoSignUp bool
	// WebACLARN is as API's; it may be the same one.
	WebACLARN string
}

// CDN are the settings of the distribution.
type CDN struct {
	// Domain is its own name, as in "images.example.com", or "" for CloudFront's.
	Domain string
	// CertificateARN is the ACM certificate of Domain, in us-east-1.
	CertificateARN string
	// WebACLARN is a web ACL of AWS WAF in the scope CLOUDFRONT, so in us-east-1,
	// or "".
	WebACLARN string
	// PriceClass says from where on earth it serves, and the Site does: "PriceClass_100",
	// "PriceClass_200" or "PriceClass_All", the default.
	PriceClass string
}

// Site is the pages behind a distribution of their own.
type Site struct {
	// Present says that there is one.
	Present bool
	// Domain is its own name, as in "www.example.com", or "" for CloudFront's.
	Domain string
	// CertificateARN is the ACM certificate of Domain, in us-east-1.
	CertificateARN string
}

// Tables are the ceilings of each on-demand DynamoDB table and of each index, by
// itself: requests beyond them are throttled instead of billed. A unit is a read
// of 4 KB or a write of 1 KB a second. DynamoDB applies them by best effort, and
// bursts may pass: they are targets, not limits of a bill. At the defaults, all of
// them served all month cost less than 1,000 USD, as `lightbox cost` says.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode-max-throughput.html
type Tables struct {
	// MaxReadRequestUnits is at least 1. Default 160.
	MaxReadRequestUnits int
	// MaxWriteRequestUnits is at least 1. Default 65.
	MaxWriteRequestUnits int
	// Restored are tables that were restored, by their names, and take the place of those that CloudFormation made.
	Restored Restored
}

// Restored are the names of tables that `lightbox restore table` made; "" is the table that there was from the start. A name
// that changes is another table: the one before is kept, and the new one has to be imported before it is deployed.
type Restored struct{ Products, Photos string }

// Pictures say how much people may send to be made pictures of, and what is kept of it.
type Pictures struct {
	// PerDay is how many pictures a user may have made in a day of UTC; each call counts, those that are
	// refused too. 0 takes no picture of anybody. Default 200.
	PerDay int
	// PerUser is how many photos a user may have. At least 1. Default 10,000.
	PerUser int
	// BytesPerUser is how many bytes a user's photos may have, originals included. At least 30,000,000, which one picture may have.
	// Default 20,000,000,000.
	BytesPerUser int
	// DropOriginals keeps the pictures that were made alone, and not what they were made of.
	DropOriginals bool
	// AVIF makes an AVIF beside each WebP: fewer bytes for the browsers that take it, and several times the work.
	AVIF bool
	// ReservedConcurrency is how many pictures may be made at once, of what the account's functions may do
	// at once; at least 1, 0 for no reservation. A new account has 10, of which none can be reserved.
	//
	// https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
	ReservedConcurrency int
}

// Email is who sends codes through Amazon SES. Its fields are both set or both
// empty.
type Email struct {
	// From is "a@example.com" or "Name <a@example.com>".
	From string
	// SESIdentityARN is a verified identity of SES: the address of From or the
	// domain that it lies in.
	SESIdentityARN string
}

// Alarms say who hears when something is wrong.
type Alarms struct {
	// Email is one address, as in "ops@example.com", or "". AWS asks it once whether it wants the mails.
	//
	// https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
	Email string
}

// Budget says how much a month may cost. It stops nothing.
type Budget struct {
	// Monthly is in US dollars, for all that the account has, at least 1; 0 is no budget. It needs Alarms.
	//
	// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
	Monthly int
}

// SocialProvider is another company whose accounts can sign in, by Cognito's
// name for it.
type SocialProvider string

// The values of SocialProvider.
const (
	Google          SocialProvider = "Google"
	Facebook        SocialProvider = "Facebook"
	LoginWithAmazon SocialProvider = "LoginWithAmazon"
)

// SocialProviders are all of them.
func SocialProviders() []SocialProvider { return []SocialProvider{Google, Facebook, LoginWithAmazon} }

// Social is sign-in by another company's account. Its fields are all set or all
// empty.
type Social struct {
	Provider SocialProvider
	// ClientID is the app's id at the provider. It is public.
	ClientID string
	// ClientSecretName is the name of the secret in Secrets Manager whose text is
	// the app's secret at the provider.
	ClientSecretName string
	// DomainPrefix is the first label of the sign-in page's host, unique in the
	// region: PREFIX.auth.REGION.amazoncognito.com.
	DomainPrefix string
}

// Load reads the settings of one environment through lookup, which returns a
// decoded JSON value, or nil where there is none; the context of a CDK app is
// such a function. The key "app" is the application's name (default "lightbox"),
// the key "env" the environment's (default "dev"), the key "architecture" the
// processor that functions are built for (default "arm64"), the key "origin" one more
// of the environment's webOrigins, for pages at another port, the key "environments" an
// object with one object per environment. "pr-12" and its like, of a pull request, need
// none: their settings are those of "dev" then, which must give all data up, without what
// there can be once, as host names.
//
// The error joins all faults, one line each: where, what was got, what was
// wanted, as in
//
//	environments.prod.webOrigins[0]: got "https://x.com/", want an origin without a trailing slash, as in "https://x.com"
func Load(lookup func(key string) any) (Config, error) {
	return load(&document{}, lookup)
}

// load is Load for a document that has a name.
func load(d *document, lookup func(key string) any) (Config, error) {
	values := map[string]any{}
	for _, key := range []string{"app", "env", "architecture", "origin", "environments"} {
		if value := lookup(key); value != nil {
			values[key] = value
		}
	}
	root := newObject(d, "", values)
	app := root.textOr("app", "lightbox", appName)
	env := root.textOr("env", "dev", func(string) string { return "" })
	architecture := word(root, "architecture", functions.ARM64, functions.Architectures()...)
	environments := root.object("environments")
	if err := d.fault(); err != nil {
		return Config{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(environments.values)) {
		if want := environmentName(name); want != "" {
			d.refuse("environments", "the environment "+quote(name), want)
		}
	}
	source := env
	if OfPullRequest(env) && !environments.has(env) {
		source = pullSource
	}
	if !environments.has(source) {
		d.refuse("env", quote(env), knownEnvironments(source, environments))
		return Config{}, d.fault()
	}
	environment := environments.object(source)
	if environment.values == nil {
		return Config{}, d.fault()
	}
	cfg := readSettings(environment)
	if source != env {
		cfg = ofPullRequest(env, cfg, environment)
	}
	cfg.WebOrigins = oneMore(root, cfg)
	cfg.App, cfg.Env, cfg.Architecture = app, env, architecture
	if err := d.fault(); err != nil {
		return Config{}, err
	}
	return cfg, nil
}

// knownEnvironments says what could have been asked for instead of env.
func knownEnvironments(env string, environments *object) string {
	known := slices.Sorted(maps.Keys(environments.values))
	if len(known) == 0 {
		return "an environment of that name under environments, which has none"
	}
	var quoted []string
	for _, name := range known {
		quoted = append(quoted, quote(name))
	}
	return "one of " + strings.Join(quoted, ", ") + DidYouMean(env, known)
}
