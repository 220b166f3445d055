package cloudfront

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

const distributionType = "AWS::CloudFront::Distribution"

// distribution is one distribution.
type distribution struct {
	record
	Config distributionConfig
	Tags   []tag `json:",omitempty"`
}

type tag struct{ Key, Value string }

func (d *distribution) state() aws.State {
	return aws.State{PhysicalID: d.ID, Attributes: map[string]any{"Id": d.ID, "DomainName": d.domain()}}
}

func (d *distribution) name() string { return "" }

// The id of a distribution is "E1…" in capitals, its domain name "d1…": one says the other.
func (d *distribution) domain() string { return "d" + strings.ToLower(d.ID[1:]) + domain }

func idOf(label string) string {
	if label == "" {
		return ""
	}
	return "E" + strings.ToUpper(label[1:])
}

// distributionProperties are the properties of AWS::CloudFront::Distribution that the sandbox imitates. Tags are read and
// mean nothing here.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-distribution.html
type distributionProperties struct {
	DistributionConfig distributionConfig
	Tags               []tag
}

type distributionConfig struct {
	CacheBehaviors       []behavior
	Comment              string
	CustomErrorResponses []errorResponse
	DefaultCacheBehavior behavior
	Enabled              bool
	HTTPVersion          string `cfn:"HttpVersion"`
	IPV6Enabled          bool
	Origins              []originConfig
	PriceClass           string
}

type errorResponse struct {
	ErrorCode          int
	ErrorCachingMinTTL *int // seconds
	ResponseCode       int
	ResponsePagePath   string
}

type behavior struct {
	AllowedMethods          []string
	CachedMethods           []string
	CachePolicyID           string `cfn:"CachePolicyId"`
	Compress                bool
	FunctionAssociations    []association
	PathPattern             string // the default one has none
	ResponseHeadersPolicyID string `cfn:"ResponseHeadersPolicyId"`
	TargetOriginID          string `cfn:"TargetOriginId"`
	ViewerProtocolPolicy    string
}

type originConfig struct {
	DomainName            string
	ID                    string `cfn:"Id"`
	OriginAccessControlID string `cfn:"OriginAccessControlId"`
	OriginPath            string
	S3OriginConfig        *struct{ OriginAccessIdentity string }
}

// The values of ViewerProtocolPolicy.
const (
	redirectToHTTPS = "redirect-to-https"
	httpsOnly       = "https-only"
	allowAll        = "allow-all"
)

// errorCodes are those that CustomErrorResponses may name.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CustomErrorResponse.html
var errorCodes = []int{400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504}

// responseCodes are those that a page may be answered with.
var responseCodes = append([]int{200}, errorCodes...)

// bucketHost is the domain name of a bucket.
var bucketHost = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]+\.s3([.-][a-z0-9-]+)?\.amazonaws\.com$`)

// checker collects the faults of a resource.
type checker struct {
	kind   string
	faults []error
}

func (c *checker) refuse(path, got, want string) {
	c.faults = append(c.faults, fmt.Errorf("%s.%s: got %q, want %s", c.kind, path, got, want))
}

// oneOf refuses a value that is not among those.
func (c *checker) oneOf(path, got string, want ...string) {
	if !slices.Contains(want, got) {
		c.refuse(path, got, strings.Join(want, " or "))
	}
}

func (c *checker) err() error { return errors.Join(c.faults...) }

// readDistribution reads and checks the properties. The error joins all faults.
func readDistribution(properties map[string]any) (distributionProperties, error) {
	var p distributionProperties
	if err := aws.Decode(distributionType, properties, &p); err != nil {
		return p, err
	}
	config := p.DistributionConfig
	c := checker{kind: distributionType + ".DistributionConfig"}
	c.oneOf("HttpVersion", config.HTTPVersion, "", "http1.1", "http2", "http3", "http2and3")
	c.oneOf("PriceClass", config.PriceClass, "", "PriceClass_100", "PriceClass_200", "PriceClass_All")
	var ids []string
	for i, origin := range config.Origins {
		path := fmt.Sprintf("Origins[%d].", i)
		origin.check(&c, path)
		if origin.ID == "" || slices.Contains(ids, origin.ID) {
			c.refuse(path+"Id", origin.ID, "an id that no other origin has")
		}
		ids = append(ids, origin.ID)
	}
	if pattern := config.DefaultCacheBehavior.PathPattern; pattern != "" {
		c.refuse("DefaultCacheBehavior.PathPattern", pattern, "none: it is for the paths of no other")
	}
	config.DefaultCacheBehavior.check(&c, "DefaultCacheBehavior.", ids)
	for i, one := range config.CacheBehaviors {
		path := fmt.Sprintf("CacheBehaviors[%d].", i)
		if len(one.PathPattern) > 255 || !pathPattern.MatchString(one.PathPattern) {
			c.refuse(path+"PathPattern", one.PathPattern, `1 to 255 letters, digits and _-.*$/~"'@:+&?`)
		}
		one.check(&c, path, ids)
	}
	for i, response := range config.CustomErrorResponses {
		response.check(&c, fmt.Sprintf("CustomErrorResponses[%d].", i))
	}
	return p, c.err()
}

func (b behavior) check(c *checker, path string, origins []string) {
	if !slices.Contains(origins, b.TargetOriginID) {
		c.refuse(path+"TargetOriginId", b.TargetOriginID, "the id of one of the origins")
	}
	for i, one := range b.FunctionAssociations {
		c.oneOf(fmt.Sprintf("%sFunctionAssociations[%d].EventType", path, i), one.EventType, viewerRequest)
		if i > 0 {
			c.refuse(fmt.Sprintf("%sFunctionAssociations[%d]", path, i), one.EventType, "one function for an event type")
		}
	}
	for name, list := range map[string][]string{"AllowedMethods": b.AllowedMethods, "CachedMethods": b.CachedMethods} {
		sorted := slices.Sorted(slices.Values(list))
		if len(list) > 0 && !slices.Equal(sorted, methods) {
			c.refuse(path+name, strings.Join(list, " "), "GET and HEAD, the only ones that the sandbox imitates")
		}
	}
	if _, known := cachePolicies[b.CachePolicyID]; !known {
		c.refuse(path+"CachePolicyId", b.CachePolicyID, "the id of a managed policy that the sandbox knows")
	}
	c.oneOf(path+"ViewerProtocolPolicy", b.ViewerProtocolPolicy, redirectToHTTPS, httpsOnly, allowAll)
}

func (o originConfig) check(c *checker, path string) {
	if !bucketHost.MatchString(o.DomainName) {
		c.refuse(path+"DomainName", o.DomainName, "the domain name of a bucket, as in name.s3.us-east-1.amazonaws.com")
	}
	if o.OriginPath != "" && (o.OriginPath[0] != '/' || strings.HasSuffix(o.OriginPath, "/")) {
		c.refuse(path+"OriginPath", o.OriginPath, "a path that begins with a slash and does not end with one")
	}
	switch {
	case o.S3OriginConfig == nil:
		c.refuse(path+"S3OriginConfig", "", "it: the sandbox has no other origins")
	case o.S3OriginConfig.OriginAccessIdentity != "" && o.identity() == "":
		c.refuse(path+"S3OriginConfig.OriginAccessIdentity", o.S3OriginConfig.OriginAccessIdentity, "origin-access-identity/cloudfront/ID")
	case o.identity() != "" && o.OriginAccessControlID != "":
		// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateDistribution.html, IllegalOriginAccessConfiguration
		c.refuse(path+"S3OriginConfig.OriginAccessIdentity", o.S3OriginConfig.OriginAccessIdentity, "none beside an origin access control")
	}
}

// identity is the id of the origin's access identity, "" without one.
func (o originConfig) identity() string {
	if o.S3OriginConfig == nil {
		return ""
	}
	id, is := strings.CutPrefix(o.S3OriginConfig.OriginAccessIdentity, identityPath)
	if !is {
		return ""
	}
	return id
}

func (e errorResponse) check(c *checker, path string) {
	if !slices.Contains(errorCodes, e.ErrorCode) {
		c.refuse(path+"ErrorCode", fmt.Sprint(e.ErrorCode), fmt.Sprint("one of ", errorCodes))
	}
	if e.ErrorCachingMinTTL != nil && *e.ErrorCachingMinTTL < 0 {
		c.refuse(path+"ErrorCachingMinTTL", fmt.Sprint(*e.ErrorCachingMinTTL), "seconds")
	}
	switch {
	case (e.ResponseCode == 0) != (e.ResponsePagePath == ""):
		c.faults = append(c.faults, fmt.Errorf("%s.%s: your request must specify both ResponsePagePath and ResponseCode together or none", c.kind, strings.TrimSuffix(path, ".")))
	case e.ResponsePagePath != "" && !strings.HasPrefix(e.ResponsePagePath, "/"):
		c.refuse(path+"ResponsePagePath", e.ResponsePagePath, "a path that begins with a slash")
	case e.ResponsePagePath != "" && !slices.Contains(responseCodes, e.ResponseCode):
		c.refuse(path+"ResponseCode", fmt.Sprint(e.ResponseCode), fmt.Sprint("one of ", responseCodes))
	}
}

// control is one origin access control.
type control struct {
	record
	Config controlConfig
}

func (c *control) name() string { return c.Config.Name }

const controlType = "AWS::CloudFront::OriginAccessControl"

// controlProperties are the properties of AWS::CloudFront::OriginAccessControl.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-originaccesscontrol.html
type controlProperties struct{ OriginAccessControlConfig controlConfig }

type controlConfig struct {
	Description                   string
	Name                          string
	OriginAccessControlOriginType string
	SigningBehavior               string
	SigningProtocol               string
}

func readControl(properties map[string]any) (controlConfig, error) {
	var p controlProperties
	if err := aws.Decode(controlType, properties, &p); err != nil {
		return controlConfig{}, err
	}
	config := p.OriginAccessControlConfig
	c := checker{kind: controlType + ".OriginAccessControlConfig"}
	if config.Name == "" {
		c.refuse("Name", "", "a name")
	}
	c.oneOf("OriginAccessControlOriginType", config.OriginAccessControlOriginType, "s3")
	c.oneOf("SigningBehavior", config.SigningBehavior, "always", "never")
	c.oneOf("SigningProtocol", config.SigningProtocol, "sigv4")
	return config, c.err()
}
