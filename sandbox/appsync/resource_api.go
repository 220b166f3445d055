package appsync

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// apiProperties are the properties of AWS::AppSync::GraphQLApi that the sandbox knows. XrayEnabled and tags are kept, and
// change nothing here.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-graphqlapi.html
type apiProperties struct {
	Name                              string
	AuthenticationType                string
	AdditionalAuthenticationProviders []provider
	UserPoolConfig                    *userPoolConfig
	EnvironmentVariables              map[string]string
	IntrospectionConfig               string
	LogConfig                         *logConfig
	QueryDepthLimit                   int
	ResolverCountLimit                int
	XrayEnabled                       bool
	Tags                              []tag
}

type provider struct {
	AuthenticationType string
	UserPoolConfig     *userPoolConfig
}

type userPoolConfig struct {
	UserPoolID       string `cfn:"UserPoolId"`
	AwsRegion        string
	AppIDClientRegex string `cfn:"AppIdClientRegex"`
	DefaultAction    string
}

type logConfig struct {
	CloudWatchLogsRoleArn string
	FieldLogLevel         string
	ExcludeVerboseContent bool
}

type tag struct{ Key, Value string }

// The ways to prove who one is that the sandbox has. The others are OpenID Connect and Lambda functions.
const (
	byUserPool = "AMAZON_COGNITO_USER_POOLS"
	byIAM      = "AWS_IAM"
	byKey      = "API_KEY"
)

// The limits of AppSync's settings. https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateGraphqlApi.html
const (
	maxDepth     = 75
	maxResolvers = 10_000
)

// check joins what is wrong with the settings.
func (p *apiProperties) check(region string) error {
	var faults []error
	fault := func(property, format string, args ...any) {
		faults = append(faults, fmt.Errorf(typeAPI+"."+property+": "+format, args...))
	}
	oneOf := func(property, got string, want ...string) {
		if !slices.Contains(want, got) {
			fault(property, "got %q, want one of %q: no other is supported by the sandbox", got, want)
		}
	}
	if p.Name == "" {
		fault("Name", "want a name")
	}
	oneOf("AuthenticationType", p.AuthenticationType, byUserPool, byIAM, byKey)
	modes := []string{p.AuthenticationType}
	for i, additional := range p.AdditionalAuthenticationProviders {
		place := fmt.Sprintf("AdditionalAuthenticationProviders[%d].AuthenticationType", i)
		oneOf(place, additional.AuthenticationType, byUserPool, byIAM, byKey)
		if slices.Contains(modes, additional.AuthenticationType) {
			fault(place, "got %s a second time, want each once: more are not supported by the sandbox", additional.AuthenticationType)
		}
		modes = append(modes, additional.AuthenticationType)
	}
	pool := p.pool()
	switch {
	case slices.Contains(modes, byUserPool) && (pool == nil || pool.UserPoolID == ""):
		fault("UserPoolConfig", "want the user pool of %s", byUserPool)
	case pool != nil:
		oneOf("UserPoolConfig.AwsRegion", pool.AwsRegion, region, "")
		if p.AuthenticationType == byUserPool {
			oneOf("UserPoolConfig.DefaultAction", pool.DefaultAction, "ALLOW", "DENY")
			if pool.DefaultAction == "DENY" && len(modes) > 1 {
				fault("UserPoolConfig.DefaultAction", "got DENY, want ALLOW where there are additional providers")
			}
		}
	}
	if _, err := p.clients(); err != nil {
		fault("UserPoolConfig.AppIdClientRegex", "%w", err)
	}
	oneOf("IntrospectionConfig", p.IntrospectionConfig, "ENABLED", "DISABLED", "")
	if l := p.LogConfig; l != nil {
		oneOf("LogConfig.FieldLogLevel", l.FieldLogLevel, "NONE", "ERROR", "ALL", "INFO", "DEBUG")
	}
	if p.QueryDepthLimit < 0 || p.QueryDepthLimit > maxDepth {
		fault("QueryDepthLimit", "got %d, want 0 to %d", p.QueryDepthLimit, maxDepth)
	}
	if p.ResolverCountLimit < 0 || p.ResolverCountLimit > maxResolvers {
		fault("ResolverCountLimit", "got %d, want 0 to %d", p.ResolverCountLimit, maxResolvers)
	}
	return errors.Join(faults...)
}

// pool is the user pool whose tokens are good; nil for none.
func (p *apiProperties) pool() *userPoolConfig {
	if p.AuthenticationType == byUserPool {
		return p.UserPoolConfig
	}
	for _, additional := range p.AdditionalAuthenticationProviders {
		if additional.AuthenticationType == byUserPool {
			return additional.UserPoolConfig
		}
	}
	return nil
}

// accepts tells whether callers may prove who they are that way.
func (p *apiProperties) accepts(mode string) bool {
	return p.AuthenticationType == mode ||
		slices.ContainsFunc(p.AdditionalAuthenticationProviders, func(a provider) bool { return a.AuthenticationType == mode })
}

// clients are the ids of the clients whose tokens are good, nil for all: the expression must match the whole id.
func (p *apiProperties) clients() (*regexp.Regexp, error) {
	pool := p.pool()
	if pool == nil || pool.AppIDClientRegex == "" {
		return nil, nil
	}
	return regexp.Compile(`^(?:` + pool.AppIDClientRegex + `)$`)
}

// introspection tells whether the schema may be read.
func (p *apiProperties) introspection() bool { return p.IntrospectionConfig != "DISABLED" }

// readAPIProperties reads the properties of an API and checks them.
func (s *Service) readAPIProperties(r aws.Resource) (p apiProperties, err error) {
	if err := aws.Decode(typeAPI, r.Properties, &p); err != nil {
		return p, err
	}
	return p, p.check(s.region)
}

func (s *Service) createAPI(_ context.Context, r aws.Resource) (aws.State, error) {
	settings, err := s.readAPIProperties(r)
	if err != nil {
		return aws.State{}, err
	}
	id := madeID(r)
	if r.PhysicalID != "" {
		id, _ = partOf(r.PhysicalID)
	}
	err = s.change(id, func(tx store.Writer) error { return put(tx, spaceAPIs, id, owner(r), settings) })
	return s.apiState(id), err
}

func (s *Service) apiState(id string) aws.State {
	return aws.State{PhysicalID: s.arn(id), Attributes: map[string]any{
		"ApiId":       id,
		"Arn":         s.arn(id),
		"GraphQLDns":  s.host(id),
		"GraphQLUrl":  "https://" + s.host(id) + "/graphql",
		"RealtimeDns": id + ".appsync-realtime-api." + s.region + ".amazonaws.com",
		"RealtimeUrl": "wss://" + id + ".appsync-realtime-api." + s.region + ".amazonaws.com/graphql",
	}}
}

// deleteAPI removes the API with all that belongs to it.
func (s *Service) deleteAPI(_ context.Context, r aws.Resource) error {
	id, _ := partOf(r.PhysicalID)
	return s.change(id, func(tx store.Writer) error {
		for _, space := range []string{spaceSources, spaceFunctions, spaceResolvers, spaceKeys} {
			for key := range tx.Range(space, store.Prefix([]byte(id+"/"))) {
				if err := tx.Delete(space, key); err != nil {
					return err
				}
			}
		}
		return errors.Join(tx.Delete(spaceSchemas, []byte(id)), tx.Delete(spaceAPIs, []byte(id)))
	})
}
