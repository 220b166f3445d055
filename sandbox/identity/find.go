package identity

import (
	"context"
	"errors"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

func (s *Service) findPoolResource(_ context.Context, by aws.Identifier) (aws.State, error) {
	p, err := s.lookedFor(poolType, by["Id"], by["Id"])
	if err != nil {
		return aws.State{}, err
	}
	return poolState(p.ID, p.Settings), nil
}

// findAttachment takes the id of an attachment for its pool's: there is one attachment a pool, and it has no other id.
func (s *Service) findAttachment(_ context.Context, by aws.Identifier) (aws.State, error) {
	id := by["Id"]
	p, err := s.lookedFor(attachmentType, id, id)
	switch {
	case err != nil:
		return aws.State{}, err
	case p.Attachment == nil:
		return aws.State{}, aws.NotFound(attachmentType, id)
	}
	return attachmentState(id), nil
}

func (s *Service) findTags(_ context.Context, by aws.Identifier) (aws.State, error) {
	id, name := by["IdentityPoolId"], by["IdentityProviderName"]
	p, err := s.lookedFor(tagType, id, id, name)
	if err != nil {
		return aws.State{}, err
	}
	if _, there := p.Tags[name]; !there {
		return aws.State{}, aws.NotFound(tagType, id, name)
	}
	return tagState(id, name), nil
}

func (s *Service) ownAttachment(_ context.Context, r aws.Resource) error {
	return s.changePool(r.PhysicalID, func(p *pool) error {
		if p.Attachment != nil {
			p.Attachment.Owner = r.Owner()
		}
		return nil
	})
}

func (s *Service) ownTags(_ context.Context, r aws.Resource) error {
	id, name, _ := strings.Cut(r.PhysicalID, "|")
	return s.changePool(id, func(p *pool) error {
		if tags, there := p.Tags[name]; there {
			tags.Owner = r.Owner()
			p.Tags[name] = tags
		}
		return nil
	})
}

// lookedFor is the pool of a resource of a type with an identifier.
func (s *Service) lookedFor(typeName, id string, identifier ...string) (*pool, error) {
	p, err := s.findPool(id)
	var refusal *aws.Error
	if errors.As(err, &refusal) && refusal.Code == "ResourceNotFoundException" {
		return nil, aws.NotFound(typeName, identifier...)
	}
	return p, err
}
