package cloudfront_test

import (
	"maps"
	"regexp"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
)

const (
	distributionType = "AWS::CloudFront::Distribution"
	controlType      = "AWS::CloudFront::OriginAccessControl"
	headersType      = "AWS::CloudFront::ResponseHeadersPolicy"
	functionType     = "AWS::CloudFront::Function"
)

func TestResourceTypes_acceptWhatEveryTemplateDeclares(t *testing.T) {
	for _, environment := range []string{"dev", "prod"} {
		r := newRigOf(t, environment, 0)
		types := r.cdn.ResourceTypes()
		n := 0
		for _, made := range r.All() {
			kind, ok := types[made.Type]
			if !ok {
				continue
			}
			n++
			id, resource := made.Resource.LogicalID, made.Resource
			state, err := kind.Create(ctx, resource)
			fails(t, "create "+id+" again, as after a kill", err)
			want(t, id, state, made.State)
			state, err = kind.Update(ctx, resource.Properties, resource)
			fails(t, "update "+id+" to the same", err)
			want(t, id, state, made.State)
			for _, name := range kind.Attributes {
				if state.Attributes[name] == nil {
					t.Errorf("%s: no attribute %s", id, name)
				}
			}
		}
		want(t, environment, n, 3)
		want(t, "distributions", len(r.cdn.Distributions()), 1)
	}
}

func TestDistribution_hasANameAsAWSGivesIt(t *testing.T) {
	r := newRig(t)
	d := r.cdn.Distributions()[0]
	for what, test := range map[string]struct{ got, pattern string }{
		"id":     {d.ID, `^E[0-9A-Z]{13}$`},
		"domain": {d.DomainName, `^d[0-9a-z]{13}\.cloudfront\.net$`},
		"arn":    {d.ARN, `^arn:aws:cloudfront::000000000000:distribution/` + d.ID + `$`},
		"policy": {r.state(headersType, "").PhysicalID, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`},
	} {
		if !regexp.MustCompile(test.pattern).MatchString(test.got) {
			t.Errorf("%s: got %s, want %s", what, test.got, test.pattern)
		}
	}
	want(t, "Ref", r.state(distributionType, "").PhysicalID, d.ID)
}

func TestDistribution_refusesByNameWhatItDoesNotKnow(t *testing.T) {
	r := newRig(t)
	config := func(properties map[string]any) map[string]any {
		return properties["DistributionConfig"].(map[string]any)
	}
	behavior := func(properties map[string]any) map[string]any {
		return config(properties)["DefaultCacheBehavior"].(map[string]any)
	}
	origin := func(properties map[string]any) map[string]any {
		return config(properties)["Origins"].([]any)[0].(map[string]any)
	}
	for words, edit := range map[string]func(map[string]any){
		"DistributionConfig.Aliases is not supported by the sandbox":           func(p map[string]any) { config(p)["Aliases"] = []any{"cdn.example.com"} },
		"DistributionConfig.ViewerCertificate is not supported by the sandbox": func(p map[string]any) { config(p)["ViewerCertificate"] = map[string]any{} },
		"DistributionConfig.WebACLId is not supported by the sandbox":          func(p map[string]any) { config(p)["WebACLId"] = "x" },
		"DistributionConfig.CacheBehaviors[0].SmoothStreaming is not supported by the sandbox": func(p map[string]any) {
			config(p)["CacheBehaviors"] = []any{map[string]any{"SmoothStreaming": true}}
		},
		"CacheBehaviors[0].PathPattern: got \"\"":   func(p map[string]any) { config(p)["CacheBehaviors"] = []any{behavior(p)} },
		"CacheBehaviors[0].PathPattern: got \"/ä\"": func(p map[string]any) { config(p)["CacheBehaviors"] = []any{with(behavior(p), "PathPattern", "/ä")} },
		"CacheBehaviors[0].TargetOriginId: got \"nowhere\"": func(p map[string]any) {
			config(p)["CacheBehaviors"] = []any{map[string]any{"TargetOriginId": "nowhere"}}
		},
		"DefaultCacheBehavior.PathPattern: got \"/x\", want none":              func(p map[string]any) { behavior(p)["PathPattern"] = "/x" },
		"DistributionConfig.DefaultRootObject is not supported by the sandbox": func(p map[string]any) { config(p)["DefaultRootObject"] = "index.html" },
		"DefaultCacheBehavior.FunctionAssociations[0].EventType: got \"viewer-response\"": func(p map[string]any) {
			behavior(p)["FunctionAssociations"] = []any{map[string]any{"EventType": "viewer-response", "FunctionARN": "x"}}
		},
		"FunctionAssociations[1]: got \"viewer-request\", want one function for an event type": func(p map[string]any) {
			one := map[string]any{"EventType": "viewer-request", "FunctionARN": "x"}
			behavior(p)["FunctionAssociations"] = []any{one, one}
		},
		"NoSuchFunctionExists": func(p map[string]any) {
			behavior(p)["FunctionAssociations"] = []any{map[string]any{"EventType": "viewer-request", "FunctionARN": "x"}}
		},
		"DefaultCacheBehavior.LambdaFunctionAssociations is not supported by the sandbox": func(p map[string]any) { behavior(p)["LambdaFunctionAssociations"] = []any{} },
		"DefaultCacheBehavior.ForwardedValues is not supported by the sandbox":            func(p map[string]any) { behavior(p)["ForwardedValues"] = map[string]any{} },
		"Origins[0].CustomOriginConfig is not supported by the sandbox":                   func(p map[string]any) { origin(p)["CustomOriginConfig"] = map[string]any{} },
		"must specify both ResponsePagePath and ResponseCode together or none": func(p map[string]any) {
			config(p)["CustomErrorResponses"].([]any)[0].(map[string]any)["ResponseCode"] = 404
		},
		"CustomErrorResponses[0]: your request must specify both": func(p map[string]any) {
			config(p)["CustomErrorResponses"].([]any)[0].(map[string]any)["ResponsePagePath"] = "/404"
		},
		"ResponsePagePath: got \"404\"": func(p map[string]any) {
			config(p)["CustomErrorResponses"] = []any{map[string]any{"ErrorCode": 403, "ResponseCode": 404, "ResponsePagePath": "404"}}
		},
		"ResponseCode: got \"302\"": func(p map[string]any) {
			config(p)["CustomErrorResponses"] = []any{map[string]any{"ErrorCode": 403, "ResponseCode": 302, "ResponsePagePath": "/404"}}
		},
		"CustomErrorResponses[0].ErrorCode: got \"401\"": func(p map[string]any) { config(p)["CustomErrorResponses"] = []any{map[string]any{"ErrorCode": 401}} },
		"CustomErrorResponses[0].ErrorCachingMinTTL: got \"-1\"": func(p map[string]any) {
			config(p)["CustomErrorResponses"] = []any{map[string]any{"ErrorCode": 403, "ErrorCachingMinTTL": -1}}
		},
		"DefaultCacheBehavior.AllowedMethods: got \"GET HEAD OPTIONS\"": func(p map[string]any) { behavior(p)["AllowedMethods"] = []any{"GET", "HEAD", "OPTIONS"} },
		"DefaultCacheBehavior.AllowedMethods: got \"GET HEAD OPTIONS PUT PATCH POST DELETE\"": func(p map[string]any) {
			behavior(p)["AllowedMethods"] = []any{"GET", "HEAD", "OPTIONS", "PUT", "PATCH", "POST", "DELETE"}
		},
		"DefaultCacheBehavior.CachedMethods":                                                    func(p map[string]any) { behavior(p)["CachedMethods"] = []any{"GET"} },
		"CachePolicyId: got \"4135ea2d-6df8-44a3-9df3-4b5a84be39ad\", want the id of a managed": func(p map[string]any) { behavior(p)["CachePolicyId"] = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad" },
		"ViewerProtocolPolicy: got \"http\"":                                                    func(p map[string]any) { behavior(p)["ViewerProtocolPolicy"] = "http" },
		"TargetOriginId: got \"nowhere\"":                                                       func(p map[string]any) { behavior(p)["TargetOriginId"] = "nowhere" },
		"NoSuchResponseHeadersPolicy":                                                           func(p map[string]any) { behavior(p)["ResponseHeadersPolicyId"] = "nowhere" },
		"NoSuchOriginAccessControl":                                                             func(p map[string]any) { origin(p)["OriginAccessControlId"] = "nowhere" },
		"Origins[0].DomainName: got \"evil.example\"":                                           func(p map[string]any) { origin(p)["DomainName"] = "evil.example" },
		"Origins[0].DomainName: got \"x.s3.us-east-1.amazonaws.com.evil.example\"":              func(p map[string]any) { origin(p)["DomainName"] = "x.s3.us-east-1.amazonaws.com.evil.example" },
		"Origins[0].OriginPath: got \"public\"":                                                 func(p map[string]any) { origin(p)["OriginPath"] = "public" },
		"Origins[0].OriginPath: got \"/public/\"":                                               func(p map[string]any) { origin(p)["OriginPath"] = "/public/" },
		"Origins[0].S3OriginConfig.OriginAccessIdentity: got \"origin-access-identity/cloudfront": func(p map[string]any) {
			origin(p)["S3OriginConfig"] = map[string]any{"OriginAccessIdentity": "origin-access-identity/cloudfront/E1"}
		},
		"Origins[0].S3OriginConfig: got": func(p map[string]any) { delete(origin(p), "S3OriginConfig") },
		"Origins[1].Id":                  func(p map[string]any) { config(p)["Origins"] = []any{origin(p), origin(p)} },
		"PriceClass: got \"cheap\"":      func(p map[string]any) { config(p)["PriceClass"] = "cheap" },
		"HttpVersion: got \"http4\"":     func(p map[string]any) { config(p)["HttpVersion"] = "http4" },
	} {
		fails(t, words, r.change(distributionType, "", edit), words)
	}
	r.put("public/products/x.png", "picture")
	want(t, "none of which has changed anything", r.get("/products/x.png").status, 200)
	fails(t, "tags", r.change(distributionType, "", func(p map[string]any) {
		p["Tags"] = []any{map[string]any{"Key": "team", "Value": "pictures"}}
	}))
}

// with is a copy of an object with another member.
func with(object map[string]any, key string, value any) map[string]any {
	object = maps.Clone(object)
	object[key] = value
	return object
}

func TestHeadersPolicy_refusesByNameWhatItDoesNotKnow(t *testing.T) {
	r := newRig(t)
	config := func(properties map[string]any) map[string]any {
		return properties["ResponseHeadersPolicyConfig"].(map[string]any)
	}
	security := func(properties map[string]any) map[string]any {
		return config(properties)["SecurityHeadersConfig"].(map[string]any)
	}
	cors := func(properties map[string]any) map[string]any {
		return config(properties)["CorsConfig"].(map[string]any)
	}
	for words, edit := range map[string]func(map[string]any){
		"RemoveHeadersConfig is not supported by the sandbox":                   func(p map[string]any) { config(p)["RemoveHeadersConfig"] = map[string]any{} },
		"SecurityHeadersConfig.XSSProtection is not supported by the sandbox":   func(p map[string]any) { security(p)["XSSProtection"] = map[string]any{} },
		"CorsConfig.AccessControlExposeHeaders is not supported by the sandbox": func(p map[string]any) { cors(p)["AccessControlExposeHeaders"] = map[string]any{} },
		"FrameOption: got \"MAYBE\"": func(p map[string]any) {
			security(p)["FrameOptions"] = map[string]any{"FrameOption": "MAYBE", "Override": true}
		},
		"ReferrerPolicy: got \"never\"": func(p map[string]any) {
			security(p)["ReferrerPolicy"] = map[string]any{"ReferrerPolicy": "never", "Override": true}
		},
		"Items[0].Header: got \"no header\"": func(p map[string]any) {
			config(p)["CustomHeadersConfig"] = map[string]any{"Items": []any{map[string]any{"Header": "no header", "Value": "x", "Override": true}}}
		},
		"Items[0].Value: got \"x\\r\\nSet-Cookie: y\"": func(p map[string]any) {
			config(p)["CustomHeadersConfig"] = map[string]any{"Items": []any{map[string]any{"Header": "x", "Value": "x\r\nSet-Cookie: y", "Override": true}}}
		},
		"Items[0].Value: got \"写\"": func(p map[string]any) {
			config(p)["CustomHeadersConfig"] = map[string]any{"Items": []any{map[string]any{"Header": "x", "Value": "写", "Override": true}}}
		},
		"ContentSecurityPolicy.ContentSecurityPolicy: got \"default-src 写\"": func(p map[string]any) {
			security(p)["ContentSecurityPolicy"] = map[string]any{"ContentSecurityPolicy": "default-src 写", "Override": true}
		},
		"AccessControlAllowOrigins: got \"*\", want names: credentials are allowed": func(p map[string]any) { cors(p)["AccessControlAllowCredentials"] = true },
		"AccessControlAllowOrigins: got \"https://*.*\"": func(p map[string]any) {
			cors(p)["AccessControlAllowOrigins"] = map[string]any{"Items": []any{"https://*.*"}}
		},
		"CorsConfig.AccessControlAllowOrigins: got \"\", want at least one": func(p map[string]any) { cors(p)["AccessControlAllowOrigins"] = map[string]any{} },
		"Name: got \"\"": func(p map[string]any) { delete(config(p), "Name") },
	} {
		fails(t, words, r.change(headersType, "", edit), words)
	}
}

func TestControl_refusesByNameWhatItDoesNotKnow(t *testing.T) {
	r := newRig(t)
	for words, edit := range map[string][2]string{
		"OriginAccessControlOriginType: got \"lambda\"": {"OriginAccessControlOriginType", "lambda"},
		"SigningBehavior: got \"no-override\"":          {"SigningBehavior", "no-override"},
		"SigningProtocol: got \"sigv2\"":                {"SigningProtocol", "sigv2"},
		"Name: got \"\"":                                {"Name", ""},
		"Foo is not supported by the sandbox":           {"Foo", "x"},
	} {
		fails(t, words, r.change(controlType, "", func(p map[string]any) {
			p["OriginAccessControlConfig"].(map[string]any)[edit[0]] = edit[1]
		}), words)
	}
}

func TestResources_haveNamesOfTheirOwn(t *testing.T) {
	r := newRig(t)
	for kind, code := range map[string]string{controlType: "OriginAccessControlAlreadyExists", headersType: "ResponseHeadersPolicyAlreadyExists"} {
		second := r.one(kind, "")
		second.LogicalID, second.Suffix, second.PhysicalID = "Second", "zzzzzzzzzzzz", ""
		_, err := r.cdn.ResourceTypes()[kind].Create(ctx, second)
		fails(t, kind, err, code)
	}
	second := r.one(distributionType, "")
	second.LogicalID = "Second"
	_, err := r.cdn.ResourceTypes()[distributionType].Create(ctx, second)
	fails(t, "a second distribution of the first one's id", err, "DistributionAlreadyExists")
	second.Suffix = "zzzzzzzzzzzz"
	state, err := r.cdn.ResourceTypes()[distributionType].Create(ctx, second)
	fails(t, "a second distribution", err)
	r.put("public/products/x.png", "picture")
	r.get("/products/x.png")
	r.host = state.Attributes["DomainName"].(string)
	want(t, "has a cache of its own", r.get("/products/x.png").cache(), "Miss")
}

func TestResources_areDeletedWhenNobodyUsesThem(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "picture")
	want(t, "before", r.get("/products/x.png").status, 200)
	types := r.cdn.ResourceTypes()
	remove := func(kind string) error { return types[kind].Delete(ctx, r.one(kind, "")) }
	fails(t, "a control in use", remove(controlType), "OriginAccessControlInUse")
	fails(t, "a policy in use", remove(headersType), "ResponseHeadersPolicyInUse")
	for range 2 {
		for _, kind := range []string{distributionType, controlType, headersType} {
			fails(t, kind, remove(kind))
		}
	}
	want(t, "after", r.get("/products/x.png").status, 403)
	r.open(0)
	want(t, "after a restart", len(r.cdn.Distributions()), 0)
	lost := r.one(distributionType, "")
	_, err := types[distributionType].Create(ctx, lost)
	fails(t, "a distribution without what it refers to", err, "NoSuchOriginAccessControl")
}

func TestResources_replaceTheBucket(t *testing.T) {
	r := newRig(t)
	r.put("public/products/x.png", "old")
	want(t, "before", r.get("/products/x.png").body, "old")
	old := r.one("AWS::S3::Bucket", "Files")
	successor := old
	successor.Suffix = "zzzzzzzzzzzz"
	state, err := r.files.ResourceTypes()["AWS::S3::Bucket"].Create(ctx, successor)
	fails(t, "a successor of the bucket", err)
	policy := r.one("AWS::S3::BucketPolicy", "Files")
	text := clone(t, policy.Properties)
	_, err = r.files.ResourceTypes()["AWS::S3::BucketPolicy"].Create(ctx, aws.Resource{
		Stack: policy.Stack, LogicalID: policy.LogicalID, Properties: replaceText(text, r.bucket, state.PhysicalID).(map[string]any),
	})
	fails(t, "its policy", err)
	fails(t, "update of the distribution", r.change(distributionType, "", func(p map[string]any) {
		origin := p["DistributionConfig"].(map[string]any)["Origins"].([]any)[0].(map[string]any)
		origin["DomainName"] = state.Attributes["RegionalDomainName"]
	}))
	r.bucket = state.PhysicalID
	r.put("public/products/y.png", "new")
	want(t, "after", r.get("/products/y.png").body, "new")
	want(t, "what is cached stays, as on AWS", r.get("/products/x.png").body, "old")
}

// replaceText replaces a text in all texts of a value.
func replaceText(value any, from, to string) any {
	switch value := value.(type) {
	case string:
		return strings.ReplaceAll(value, from, to)
	case []any:
		for i := range value {
			value[i] = replaceText(value[i], from, to)
		}
	case map[string]any:
		for key := range value {
			value[key] = replaceText(value[key], from, to)
		}
	}
	return value
}
