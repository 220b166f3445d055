package cloudfront

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
)

// found is a thing of a kind; ErrNoResource if there is none. s.mu is held.
func (g *registry[T]) found(id string) (one T, err error) {
	one, there := g.byID[id]
	if !there {
		return one, aws.ErrNoResource
	}
	return one, nil
}

// identifiers are those of all things of a kind.
func (g *registry[T]) identifiers(named string) (list []aws.Identifier) {
	for _, id := range slices.Sorted(maps.Keys(g.byID)) {
		list = append(list, aws.Identifier{named: id})
	}
	return list
}

// What CloudFront answers of an origin and a behavior that say nothing of it.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Origin.html,
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_DistributionConfig.html
var originUnsaid = map[string]any{"ConnectionAttempts": 3.0, "ConnectionTimeout": 10.0}

func (s *Service) readDistribution(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	d, err := s.distributions.found(of["Id"])
	if err != nil {
		return nil, err
	}
	properties := aws.Encode(distributionProperties{DistributionConfig: d.Config, Tags: d.Tags})
	config, _ := properties["DistributionConfig"].(map[string]any)
	config["HttpVersion"], config["PriceClass"] = cmp.Or(d.Config.HTTPVersion, "http1.1"), cmp.Or(d.Config.PriceClass, "PriceClass_All")
	config["Restrictions"] = map[string]any{"GeoRestriction": map[string]any{"RestrictionType": "none"}}
	config["Staging"] = false
	config["ViewerCertificate"] = map[string]any{"CloudFrontDefaultCertificate": true, "MinimumProtocolVersion": "TLSv1"}
	if origins, ok := config["Origins"].([]any); ok {
		for _, one := range origins {
			origin, _ := one.(map[string]any)
			maps.Copy(origin, originUnsaid)
			if s3, _ := origin["S3OriginConfig"].(map[string]any); s3["OriginAccessIdentity"] == nil {
				origin["S3OriginConfig"] = map[string]any{"OriginAccessIdentity": ""}
			}
		}
	}
	maps.Copy(properties, d.state().Attributes)
	return properties, nil
}

func (s *Service) listDistributions(context.Context, aws.Identifier) ([]aws.Identifier, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.distributions.identifiers("Id"), nil
}

func (s *Service) readFunctionOf(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	f, err := s.functions.found(of["FunctionARN"])
	if err != nil {
		return nil, err
	}
	p := functionProperties{FunctionCode: f.Code, FunctionConfig: f.Config, Name: f.Name, Tags: f.Tags}
	properties := aws.Encode(p)
	properties["FunctionMetadata"] = map[string]any{"FunctionARN": f.ID}
	maps.Copy(properties, f.state().Attributes)
	return properties, nil
}

func (s *Service) listFunctions(context.Context, aws.Identifier) ([]aws.Identifier, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.functions.identifiers("FunctionARN"), nil
}

func (s *Service) readControlOf(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	c, err := s.controls.found(of["Id"])
	if err != nil {
		return nil, err
	}
	properties := aws.Encode(controlProperties{c.Config})
	properties["Id"] = c.ID
	return properties, nil
}

func (s *Service) listControls(context.Context, aws.Identifier) ([]aws.Identifier, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.controls.identifiers("Id"), nil
}

func (s *Service) readHeadersOf(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, err := s.policies.found(of["Id"])
	if err != nil {
		return nil, err
	}
	properties := aws.Encode(headersProperties{p.Config})
	properties["Id"] = p.ID
	return properties, nil
}

func (s *Service) listHeaders(context.Context, aws.Identifier) ([]aws.Identifier, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.policies.identifiers("Id"), nil
}

// readARN is what policies are asked about, of a kind of things.
func (s *Service) readARN(kind string) func(aws.Identifier) string {
	return func(of aws.Identifier) string {
		if of["Id"] == "" {
			return cmp.Or(of["FunctionARN"], "*")
		}
		return "arn:aws:cloudfront::" + s.Account + ":" + kind + "/" + of["Id"]
	}
}
