package cloudfront

import (
	"context"
	"crypto/sha512"
	"encoding/hex"
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

const (
	identityType = "AWS::CloudFront::CloudFrontOriginAccessIdentity"
	// identityPath is what a distribution writes before the id of one.
	identityPath = "origin-access-identity/cloudfront/"
)

// originIdentity is an origin access identity: whom S3 sees in the place of CloudFront. A bucket's policy lets it in, by its
// canonical id or by its ARN, or it gets 403.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-cloudfrontoriginaccessidentity.html
type originIdentity struct {
	record
	Config identityConfig
}

func (o *originIdentity) name() string { return "" }

// canonical is its canonical id, which is told from the id.
func (o *originIdentity) canonical() string {
	sum := sha512.Sum384([]byte(o.ID))
	return hex.EncodeToString(sum[:])
}

func (o *originIdentity) state() aws.State {
	return aws.State{PhysicalID: o.ID, Attributes: map[string]any{"Id": o.ID, "S3CanonicalUserId": o.canonical()}}
}

// identityProperties are the properties of AWS::CloudFront::CloudFrontOriginAccessIdentity.
type identityProperties struct {
	CloudFrontOriginAccessIdentityConfig *identityConfig
}

type identityConfig struct{ Comment string }

func readIdentity(properties map[string]any) (identityConfig, error) {
	var p identityProperties
	if err := aws.Decode(identityType, properties, &p); err != nil {
		return identityConfig{}, err
	}
	c := checker{kind: identityType}
	if p.CloudFrontOriginAccessIdentityConfig == nil {
		c.refuse("CloudFrontOriginAccessIdentityConfig", "", "it, with a Comment")
		return identityConfig{}, c.err()
	}
	return *p.CloudFrontOriginAccessIdentityConfig, nil
}

func identityID(r aws.Resource) string { return "E3" + strings.ToUpper(r.Suffix) }

func (s *Service) createIdentity(ctx context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = identityID(r)
	return s.updateIdentity(ctx, nil, r)
}

func (s *Service) updateIdentity(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	config, err := readIdentity(r.Properties)
	if err != nil {
		return aws.State{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := &originIdentity{record{r.PhysicalID, ownerOf(r)}, config}
	return o.state(), s.identities.put(s.Store, o)
}

func (s *Service) deleteIdentity(_ context.Context, r aws.Resource) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.distributions.byID {
		for _, origin := range d.Config.Origins {
			if origin.identity() == r.PhysicalID {
				return aws.Refuse(http.StatusConflict, "CloudFrontOriginAccessIdentityInUse", "The CloudFront origin access identity is still being used by distribution %s", d.ID)
			}
		}
	}
	return s.identities.delete(s.Store, r.PhysicalID)
}

func (s *Service) readIdentityOf(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	o, err := s.identities.found(of["Id"])
	if err != nil {
		return nil, err
	}
	properties := aws.Encode(identityProperties{&o.Config})
	for name, value := range o.state().Attributes {
		properties[name] = value
	}
	return properties, nil
}

func (s *Service) listIdentities(context.Context, aws.Identifier) ([]aws.Identifier, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.identities.identifiers("Id"), nil
}
