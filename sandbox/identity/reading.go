package identity

import (
	"context"
	"errors"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// found is a pool; ErrNoResource if there is none.
func (s *Service) found(id string) (*pool, error) {
	p, err := s.findPool(id)
	var refusal *aws.Error
	if errors.As(err, &refusal) && refusal.Code == "ResourceNotFoundException" {
		return nil, aws.ErrNoResource
	}
	return p, err
}

func (s *Service) readPool(_ context.Context, of aws.Identifier) (map[string]any, error) {
	p, err := s.found(of["Id"])
	if err != nil {
		return nil, err
	}
	properties := aws.Encode(p.Settings)
	maps.Copy(properties, poolState(p.ID, p.Settings).Attributes)
	return properties, nil
}

func (s *Service) listPoolIDs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(poolSpace, store.Range{}) {
			list = append(list, aws.Identifier{"Id": string(key)})
		}
		return nil
	})
	return list, err
}

// readAttachment are the roles that a pool gives. Cognito knows a mapping by its provider, whatever the template calls it.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html
func (s *Service) readAttachment(_ context.Context, of aws.Identifier) (map[string]any, error) {
	p, err := s.found(of["Id"])
	if err != nil {
		return nil, err
	}
	if p.Attachment == nil {
		return nil, aws.ErrNoResource
	}
	settings := p.Attachment.Settings
	settings.RoleMappings = map[string]mapping{}
	for _, m := range p.Attachment.Settings.RoleMappings {
		settings.RoleMappings[m.IdentityProvider] = m
	}
	properties := aws.Encode(settings)
	properties["Id"] = p.ID
	return properties, nil
}

func (s *Service) listAttachments(_ context.Context, within aws.Identifier) ([]aws.Identifier, error) {
	p, err := s.found(within["IdentityPoolId"])
	if errors.Is(err, aws.ErrNoResource) || err == nil && p.Attachment == nil {
		return nil, nil
	}
	return []aws.Identifier{{"Id": within["IdentityPoolId"]}}, err
}

func (s *Service) readTags(_ context.Context, of aws.Identifier) (map[string]any, error) {
	p, err := s.found(of["IdentityPoolId"])
	if err != nil {
		return nil, err
	}
	tags, there := p.Tags[of["IdentityProviderName"]]
	if !there {
		return nil, aws.ErrNoResource
	}
	return aws.Encode(tagProperties{
		IdentityPoolID: p.ID, IdentityProviderName: of["IdentityProviderName"], PrincipalTags: tags.Tags, UseDefaults: tags.UseDefaults,
	}), nil
}

func (s *Service) listTags(_ context.Context, within aws.Identifier) (list []aws.Identifier, err error) {
	p, err := s.found(within["IdentityPoolId"])
	if errors.Is(err, aws.ErrNoResource) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(p.Tags)) {
		if name == within["IdentityProviderName"] {
			list = append(list, aws.Identifier{"IdentityPoolId": p.ID, "IdentityProviderName": name})
		}
	}
	return list, nil
}

// readARN is what policies are asked about: all of these belong to a pool.
func (s *Service) readARN(of aws.Identifier) string { return s.arn(of["Id"] + of["IdentityPoolId"]) }
