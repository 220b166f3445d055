package s3

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// corsRule is AWS::S3::Bucket.CorsConfiguration.CorsRules. What it names in AllowedOrigins and AllowedHeaders may hold one *.
type corsRule struct {
	ID             string `cfn:"Id"`
	AllowedHeaders []string
	AllowedMethods []string
	AllowedOrigins []string
	ExposedHeaders []string
	MaxAge         int // seconds; 0 says nothing
}

// corsRuleDocument is a rule as GetBucketCors has it.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CORSRule.html
type corsRuleDocument struct {
	ID            string   `xml:",omitempty"`
	AllowedHeader []string `xml:",omitempty"`
	AllowedMethod []string
	AllowedOrigin []string
	ExposeHeader  []string `xml:",omitempty"`
	MaxAgeSeconds int      `xml:",omitempty"`
}

// getBucketCors answers GetBucketCors.
func (c *request) getBucketCors() error {
	if len(c.bucket.CORS) == 0 {
		return aws.Refuse(http.StatusNotFound, "NoSuchCORSConfiguration", "The CORS configuration does not exist").With("BucketName", c.bucket.Name)
	}
	var rules []corsRuleDocument
	for _, r := range c.bucket.CORS {
		rules = append(rules, corsRuleDocument{r.ID, r.AllowedHeaders, r.AllowedMethods, r.AllowedOrigins, r.ExposedHeaders, r.MaxAge})
	}
	return c.writeXML("CORSConfiguration", struct{ CORSRule []corsRuleDocument }{rules})
}

// corsMethods are those that a rule may name.
var corsMethods = []string{get, put, head, post, del}

// allows reports whether the rule is for requests of an origin by a method with headers.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html#cors-eval-criteria
func (rule corsRule) allows(origin, method string, headers []string) bool {
	if !slices.Contains(rule.AllowedMethods, method) || !matchAny(rule.AllowedOrigins, origin) {
		return false
	}
	for _, name := range headers {
		if !slices.ContainsFunc(rule.AllowedHeaders, func(pattern string) bool { return match(strings.ToLower(pattern), name) }) {
			return false
		}
	}
	return true
}

func matchAny(patterns []string, text string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return match(pattern, text) })
}

// match reports whether a text is what a pattern with at most one * stands for.
func match(pattern, text string) bool {
	before, after, star := strings.Cut(pattern, "*")
	if !star {
		return pattern == text
	}
	return len(text) >= len(before)+len(after) && strings.HasPrefix(text, before) && strings.HasSuffix(text, after)
}

// corsRule returns the first rule of the bucket that allows the request; nil if none does, or if there is no origin.
func (c *request) corsRule() *corsRule {
	origin := c.r.Header.Get("Origin")
	if c.bucket == nil || origin == "" {
		return nil
	}
	method := c.r.Header.Get("Access-Control-Request-Method")
	if method == "" {
		method = c.r.Method
	}
	headers := c.requestedHeaders()
	for i, rule := range c.bucket.CORS {
		if rule.allows(origin, method, headers) {
			return &c.bucket.CORS[i]
		}
	}
	return nil
}

// requestedHeaders are those that a browser asks for, in lower case.
func (c *request) requestedHeaders() []string {
	var headers []string
	for name := range strings.SplitSeq(c.r.Header.Get("Access-Control-Request-Headers"), ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			headers = append(headers, name)
		}
	}
	return headers
}

// allowOrigin tells a browser that it may show the answer to the page that asked, if a rule of the bucket says so. To a
// foreign origin it says nothing, and the browser keeps the answer to itself.
func (c *request) allowOrigin() {
	rule := c.corsRule()
	if rule == nil {
		return
	}
	header := c.w.Header()
	if slices.Contains(rule.AllowedOrigins, "*") {
		header.Set("Access-Control-Allow-Origin", "*")
	} else {
		header.Set("Access-Control-Allow-Origin", c.r.Header.Get("Origin"))
		header.Set("Access-Control-Allow-Credentials", "true")
	}
	header.Set("Access-Control-Allow-Methods", strings.Join(rule.AllowedMethods, ", "))
	if headers := c.requestedHeaders(); headers != nil {
		header.Set("Access-Control-Allow-Headers", strings.Join(headers, ", "))
	}
	if rule.ExposedHeaders != nil {
		header.Set("Access-Control-Expose-Headers", strings.Join(rule.ExposedHeaders, ", "))
	}
	if rule.MaxAge > 0 {
		header.Set("Access-Control-Max-Age", strconv.Itoa(rule.MaxAge))
	}
	header.Set("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
}

// preflight answers OPTIONS, which needs no signature.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTOPTIONSobject.html
func (c *request) preflight() error {
	aws.EntryOf(c.r.Context()).Operation = "Preflight"
	if c.r.Header.Get("Origin") == "" {
		return aws.Refuse(http.StatusBadRequest, "BadRequest", "Insufficient information. Origin request header needed.")
	}
	method := c.r.Header.Get("Access-Control-Request-Method")
	forbidden := func(why, resource string) error {
		return aws.Refuse(http.StatusForbidden, "AccessForbidden", "CORSResponse: %s", why).With("Method", method).With("ResourceType", resource)
	}
	switch {
	case !slices.Contains(corsMethods, method):
		return aws.Refuse(http.StatusBadRequest, "BadRequest", "Invalid Access-Control-Request-Method: %s", method)
	case c.bucket == nil:
		return forbidden("Bucket not found", "BUCKET")
	case len(c.bucket.CORS) == 0:
		return forbidden("CORS is not enabled for this bucket.", "BUCKET")
	case c.corsRule() == nil:
		return forbidden("This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.", resourceType(c.key))
	}
	c.allowOrigin()
	c.w.WriteHeader(http.StatusOK)
	return nil
}
