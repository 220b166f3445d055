package cloudfront

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// ResourceTypes returns what CloudFormation can make with CloudFront, by the name of the type. All of them are updated in
// place, but for a function's name.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		distributionType: {
			Attributes: []string{"DomainName", "Id"},
			Properties: (*distributionProperties)(nil),
			Check:      checked(readDistribution),
			Create:     s.createDistribution, Update: s.updateDistribution, Delete: s.deleteDistribution,
			Read: s.readDistribution, List: s.listDistributions, ARN: s.readARN("distribution"),
		},
		functionType: {
			Attributes: []string{"FunctionARN", "Stage"},
			Properties: (*functionProperties)(nil),
			Check:      checked(readFunction),
			Replaces:   []string{"Name"},
			Create:     s.createFunction, Update: s.updateFunction, Delete: s.deleteFunction,
			Read: s.readFunctionOf, List: s.listFunctions, ARN: s.readARN("function"),
		},
		controlType: {
			Attributes: []string{"Id"},
			Properties: (*controlProperties)(nil),
			Check:      checked(readControl),
			Create:     s.createControl, Update: s.updateControl, Delete: s.deleteControl,
			Read: s.readControlOf, List: s.listControls, ARN: s.readARN("origin-access-control"),
		},
		identityType: {
			Attributes: []string{"Id", "S3CanonicalUserId"},
			Properties: (*identityProperties)(nil),
			Check:      checked(readIdentity),
			Create:     s.createIdentity, Update: s.updateIdentity, Delete: s.deleteIdentity,
			Read: s.readIdentityOf, List: s.listIdentities, ARN: s.readARN("origin-access-identity"),
		},
		headersType: {
			Attributes: []string{"Id"},
			Properties: (*headersProperties)(nil),
			Check:      checked(readHeaders),
			Create:     s.createHeaders, Update: s.updateHeaders, Delete: s.deleteHeaders,
			Read: s.readHeadersOf, List: s.listHeaders, ARN: s.readARN("response-headers-policy"),
		},
	}
}

// checked is a Check out of what reads properties.
func checked[T any](read func(properties map[string]any) (T, error)) func(r aws.Resource) error {
	return aws.Checked(func(r aws.Resource) (T, error) { return read(r.Properties) })
}

func ownerOf(r aws.Resource) string { return r.Stack + "/" + r.LogicalID }

// The ids of a resource are made of its suffix, so that one that is created again after a kill is the same one.

func distributionID(r aws.Resource) string { return "E1" + strings.ToUpper(r.Suffix) }

func controlID(r aws.Resource) string { return "E2" + strings.ToUpper(r.Suffix) }

func headersID(r aws.Resource) string {
	sum := sha256.Sum256([]byte(ownerOf(r) + "/" + r.Suffix))
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

func (s *Service) createDistribution(ctx context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = distributionID(r)
	return s.putDistribution(ctx, r)
}

func (s *Service) updateDistribution(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putDistribution(ctx, r)
}

func (s *Service) putDistribution(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := readDistribution(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d := &distribution{record{r.PhysicalID, ownerOf(r)}, p.DistributionConfig, p.Tags}
	if err := s.checkReferences(d.Config); err != nil {
		return aws.State{}, err
	}
	return d.state(), s.distributions.put(s.Store, d)
}

// checkReferences refuses a distribution that refers to what is not there.
func (s *Service) checkReferences(config distributionConfig) error {
	for _, origin := range config.Origins {
		if id := origin.OriginAccessControlID; id != "" && s.controls.byID[id] == nil {
			return aws.Refuse(http.StatusNotFound, "NoSuchOriginAccessControl", "The specified origin access control does not exist: %s", id)
		}
	}
	for _, origin := range config.Origins {
		if id := origin.identity(); id != "" && s.identities.byID[id] == nil {
			return aws.Refuse(http.StatusBadRequest, "InvalidOriginAccessIdentity", "The specified origin access identity does not exist or is not valid: %s", id)
		}
	}
	for _, b := range config.behaviors() {
		if id := b.ResponseHeadersPolicyID; id != "" && s.policies.byID[id] == nil {
			return aws.Refuse(http.StatusNotFound, "NoSuchResponseHeadersPolicy", "The specified response headers policy does not exist: %s", id)
		}
		if arn := b.viewerRequest(); arn != "" && s.functions.byID[arn] == nil {
			return aws.Refuse(http.StatusNotFound, "NoSuchFunctionExists", "The specified function does not exist: %s", arn)
		}
	}
	return nil
}

func (s *Service) deleteDistribution(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	err := s.distributions.delete(s.Store, r.PhysicalID, func(tx store.Writer) error { return s.invalidations.remove(tx, r.PhysicalID) })
	if err == nil {
		s.invalidations.forget(r.PhysicalID)
		s.cache.forget(r.PhysicalID)
	}
	return err
}

func (s *Service) createControl(ctx context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = controlID(r)
	return s.putControl(ctx, r)
}

func (s *Service) updateControl(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putControl(ctx, r)
}

func (s *Service) putControl(_ context.Context, r aws.Resource) (aws.State, error) {
	config, err := readControl(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	c := &control{record{r.PhysicalID, ownerOf(r)}, config}
	return aws.State{PhysicalID: c.ID, Attributes: map[string]any{"Id": c.ID}}, s.controls.put(s.Store, c)
}

func (s *Service) deleteControl(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.distributions.byID {
		for _, origin := range d.Config.Origins {
			if origin.OriginAccessControlID == r.PhysicalID {
				return aws.Refuse(http.StatusConflict, "OriginAccessControlInUse", "Cannot delete the origin access control because it's in use by distribution %s", d.ID)
			}
		}
	}
	return s.controls.delete(s.Store, r.PhysicalID)
}

func (s *Service) createHeaders(ctx context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = headersID(r)
	return s.putHeaders(ctx, r)
}

func (s *Service) updateHeaders(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putHeaders(ctx, r)
}

func (s *Service) putHeaders(_ context.Context, r aws.Resource) (aws.State, error) {
	config, err := readHeaders(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := &headersPolicy{record{r.PhysicalID, ownerOf(r)}, config}
	return aws.State{PhysicalID: p.ID, Attributes: map[string]any{"Id": p.ID}}, s.policies.put(s.Store, p)
}

func (s *Service) deleteHeaders(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.distributions.byID {
		if slices.ContainsFunc(d.Config.behaviors(), func(b behavior) bool { return b.ResponseHeadersPolicyID == r.PhysicalID }) {
			return aws.Refuse(http.StatusConflict, "ResponseHeadersPolicyInUse", "Cannot delete the response headers policy because it is attached to distribution %s", d.ID)
		}
	}
	return s.policies.delete(s.Store, r.PhysicalID)
}
