package config

import (
	"fmt"
	"regexp"
	"strings"
)

// Title is the application's name as people read it, as in "Shop" for "shop".
func (c Config) Title() string { return strings.ToUpper(c.App[:1]) + c.App[1:] }

// StackName is the name of the environment's stack with that construct id,
// "Shop-prod-Auth" for "Auth". A stack is of its region by its ARN.
func (c Config) StackName(id string) string { return physicalName(c.Title(), c.Env, id) }

// Stacks are the construct ids of the stacks that an environment works by, each after those that it refers to. Those that watch come after all
// of them, and package alarms has their names.
func (c Config) Stacks() []string {
	all := []string{"Auth", "Identity", "FileStorage", "CDN", "API"}
	if c.Site.Present {
		return append([]string{"Site"}, all...)
	}
	return all
}

// ResourceName is what the environment calls a resource that must have a name, as in
// "shop-prod-us-east-1". Names of CloudFront's policies are unique in an account, which
// may hold several applications and environments, in several regions: the name has them all.
func (c Config) ResourceName() string { return physicalName(c.App, c.Env, c.Region) }

// SiteName is ResourceName for what the site has beside the CDN's.
func (c Config) SiteName() string { return c.NameOf("site") }

// NameOf is ResourceName for one of several of a kind, as in "shop-prod-us-east-1-ApiErrors".
func (c Config) NameOf(last string) string { return physicalName(c.App, c.Env, c.Region+"-"+last) }

// physicalName is all names that Lightbox itself gives. An application has no hyphen in its name, so that the one ends
// where the environment begins: "photo-archive" and "dev" is not "photo" and "archive-dev".
func physicalName(app, env, last string) string { return fmt.Sprintf("%s-%s-%s", app, env, last) }

var appPattern = regexp.MustCompile(`^[a-z][a-z0-9]*$`)

// appLength is the most characters of an application's name. With those of an environment
// and a region it stays, with -site at its end, within the 64 of an origin access control's name.
//
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_OriginAccessControlConfig.html
const appLength = 20

// appName checks the name of an application.
func appName(name string) string {
	if len(name) > appLength || !appPattern.MatchString(name) {
		return fmt.Sprintf(`a name of at most %d lower-case letters and digits, a letter first, as in "shop"`, appLength)
	}
	return ""
}

var environmentPattern = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// environmentLength is the most characters of an environment's name. The
// strictest of the names that it becomes part of are those of IAM roles: 64
// characters, to which CloudFormation cuts the stack's name, the construct's id
// and some random letters.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
const environmentLength = 20

// environmentName checks the name of an environment, of one that is not chosen
// too. It becomes part of the names of stacks, user pool, identity pool and API,
// and of those that CloudFormation makes of a stack's. The strictest decide:
// stacks have letters, digits and hyphens alone, and buckets no capitals.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func environmentName(name string) string {
	if len(name) > environmentLength || !environmentPattern.MatchString(name) {
		return fmt.Sprintf(`a name of at most %d lower-case letters and digits, a letter first, with single hyphens between them, as in "dev"`, environmentLength)
	}
	return ""
}
