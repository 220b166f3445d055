package cloudfront

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

const headersType = "AWS::CloudFront::ResponseHeadersPolicy"

// headersPolicy is one response headers policy.
type headersPolicy struct {
	record
	Config headersConfig
}

func (p *headersPolicy) name() string { return p.Config.Name }

// headersProperties are the properties of AWS::CloudFront::ResponseHeadersPolicy that the sandbox imitates.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-responseheaderspolicy.html
type headersProperties struct{ ResponseHeadersPolicyConfig headersConfig }

type headersConfig struct {
	Comment               string
	Name                  string
	CorsConfig            *corsConfig
	CustomHeadersConfig   struct{ Items []customHeader }
	SecurityHeadersConfig struct {
		ContentSecurityPolicy *struct {
			ContentSecurityPolicy string
			Override              bool
		}
		ContentTypeOptions *struct{ Override bool }
		FrameOptions       *struct {
			FrameOption string
			Override    bool
		}
		ReferrerPolicy *struct {
			ReferrerPolicy string
			Override       bool
		}
		StrictTransportSecurity *struct {
			AccessControlMaxAgeSec int
			IncludeSubdomains      bool
			Override               bool
		}
	}
}

type items struct{ Items []string }

type corsConfig struct {
	AccessControlAllowCredentials bool
	AccessControlAllowHeaders     items
	AccessControlAllowMethods     items
	AccessControlAllowOrigins     items
	OriginOverride                bool
}

type customHeader struct {
	Header   string
	Override bool
	Value    string
}

// referrerPolicies are those that ReferrerPolicy may be.
var referrerPolicies = []string{
	"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin", "strict-origin",
	"strict-origin-when-cross-origin", "unsafe-url",
}

// readHeaders reads and checks the properties. The error joins all faults.
func readHeaders(properties map[string]any) (headersConfig, error) {
	var p headersProperties
	if err := aws.Decode(headersType, properties, &p); err != nil {
		return headersConfig{}, err
	}
	config := p.ResponseHeadersPolicyConfig
	c := checker{kind: headersType + ".ResponseHeadersPolicyConfig"}
	if config.Name == "" {
		c.refuse("Name", "", "a name")
	}
	if frame := config.SecurityHeadersConfig.FrameOptions; frame != nil {
		c.oneOf("SecurityHeadersConfig.FrameOptions.FrameOption", frame.FrameOption, "DENY", "SAMEORIGIN")
	}
	if referrer := config.SecurityHeadersConfig.ReferrerPolicy; referrer != nil {
		c.oneOf("SecurityHeadersConfig.ReferrerPolicy.ReferrerPolicy", referrer.ReferrerPolicy, referrerPolicies...)
	}
	for i, header := range config.CustomHeadersConfig.Items {
		path := fmt.Sprintf("CustomHeadersConfig.Items[%d].", i)
		if !isHeaderName(header.Header) {
			c.refuse(path+"Header", header.Header, "the name of a header")
		}
		c.header(path+"Value", header.Value)
	}
	if csp := config.SecurityHeadersConfig.ContentSecurityPolicy; csp != nil {
		c.header("SecurityHeadersConfig.ContentSecurityPolicy.ContentSecurityPolicy", csp.ContentSecurityPolicy)
	}
	if cors := config.CorsConfig; cors != nil {
		cors.check(&c)
	}
	return config, c.err()
}

func (cors *corsConfig) check(c *checker) {
	if len(cors.AccessControlAllowOrigins.Items) == 0 {
		c.refuse("CorsConfig.AccessControlAllowOrigins", "", "at least one")
	}
	for path, list := range map[string]items{
		"AccessControlAllowHeaders": cors.AccessControlAllowHeaders,
		"AccessControlAllowMethods": cors.AccessControlAllowMethods,
		"AccessControlAllowOrigins": cors.AccessControlAllowOrigins,
	} {
		if cors.AccessControlAllowCredentials && slices.Contains(list.Items, "*") {
			c.refuse("CorsConfig."+path, "*", "names: credentials are allowed")
		}
	}
	for _, origin := range cors.AccessControlAllowOrigins.Items {
		if strings.Count(origin, "*") > 1 {
			c.refuse("CorsConfig.AccessControlAllowOrigins", origin, "at most one *")
		}
	}
}

// header refuses a text that is to be the value of a header and cannot be.
func (c *checker) header(path, value string) {
	if _, ok := aws.HeaderOctets(value); !ok {
		c.refuse(path, value, "one line of characters of ISO-8859-1")
	}
}

// isHeaderName reports whether the name is a token of HTTP.
// https://www.rfc-editor.org/rfc/rfc9110#name-tokens
func isHeaderName(name string) bool {
	return name != "" && strings.Trim(strings.ToLower(name), "abcdefghijklmnopqrstuvwxyz0123456789!#$%&'*+-.^_`|~") == ""
}

// apply puts the policy's headers into the header of an answer to a request of the origin, "" if it is of none. What the
// answer has already stays, unless the policy overrides it.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/understanding-response-headers-policies.html
func (p *headersPolicy) apply(header http.Header, origin string) {
	set := func(name, text string, override bool) {
		value, _ := aws.HeaderOctets(text) // checked when the policy was made
		if override || header.Get(name) == "" {
			header.Set(name, value)
		}
	}
	security := p.Config.SecurityHeadersConfig
	if csp := security.ContentSecurityPolicy; csp != nil {
		set("Content-Security-Policy", csp.ContentSecurityPolicy, csp.Override)
	}
	if options := security.ContentTypeOptions; options != nil {
		set("X-Content-Type-Options", "nosniff", options.Override)
	}
	if frame := security.FrameOptions; frame != nil {
		set("X-Frame-Options", frame.FrameOption, frame.Override)
	}
	if referrer := security.ReferrerPolicy; referrer != nil {
		set("Referrer-Policy", referrer.ReferrerPolicy, referrer.Override)
	}
	if strict := security.StrictTransportSecurity; strict != nil {
		value := "max-age=" + strconv.Itoa(strict.AccessControlMaxAgeSec)
		if strict.IncludeSubdomains {
			value += "; includeSubDomains"
		}
		set("Strict-Transport-Security", value, strict.Override)
	}
	for _, custom := range p.Config.CustomHeadersConfig.Items {
		set(custom.Header, custom.Value, custom.Override)
	}
	if cors := p.Config.CorsConfig; cors != nil && origin != "" {
		cors.apply(header, origin)
	}
}

// apply allows the origin to read the answer, if it may. The lists of methods and headers are for preflights only, which a
// distribution refuses that allows GET and HEAD.
func (cors *corsConfig) apply(header http.Header, origin string) {
	allowed := ""
	for _, pattern := range cors.AccessControlAllowOrigins.Items {
		before, after, star := strings.Cut(pattern, "*")
		if pattern == "*" {
			allowed = "*"
			break
		}
		if pattern == origin || star && len(origin) >= len(before+after) && strings.HasPrefix(origin, before) && strings.HasSuffix(origin, after) {
			allowed = origin
			header.Add("Vary", "Origin")
			break
		}
	}
	if allowed == "" || header.Get("Access-Control-Allow-Origin") != "" && !cors.OriginOverride {
		return
	}
	header.Set("Access-Control-Allow-Origin", allowed)
	if cors.AccessControlAllowCredentials {
		header.Set("Access-Control-Allow-Credentials", "true")
	}
}
