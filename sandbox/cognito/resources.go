package cognito

import (
	"context"
	"crypto/sha256"
	"errors"
	"math/big"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// ResourceTypes are the types of resources that CloudFormation makes with this service. Which properties replace a resource
// is as in CloudFormation's registry; what of a pool replaces nothing and fails the update is in updated. The domain and the identity providers of social sign-in are not among them.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		"AWS::Cognito::UserPool": {
			Attributes: []string{"Arn", "ProviderName", "ProviderURL", "UserPoolId"},
			Properties: (*properties.Pool)(nil),
			Create:     s.createPool,
			Update:     s.updatePool,
			Delete:     s.deletePool,
		},
		"AWS::Cognito::UserPoolClient": {
			Replaces:   []string{"UserPoolId", "GenerateSecret"},
			Attributes: []string{"ClientId", "Name"},
			Properties: (*properties.Client)(nil),
			Create:     s.createClient,
			Update:     s.updateClient,
			Delete:     s.deleteClient,
		},
		"AWS::Cognito::UserPoolGroup": {
			Replaces:   []string{"UserPoolId", "GroupName"},
			Properties: (*properties.Group)(nil),
			Create:     s.createGroup,
			Update:     s.updateGroup,
			Delete:     s.deleteGroup,
		},
	}
}

// change runs a transaction for a resource.
func (s *Service) change(ctx context.Context, write func(c *request, t directory.Tx) error) error {
	c := &request{Service: s, ctx: ctx, at: s.now()}
	return c.update(func(t directory.Tx) error { return write(c, t) })
}

// madeID is an id of n characters of the alphabet: the same for the same resource, so that a Create that is called again
// finds what it made.
func madeID(r aws.Resource, n int, alphabet string) string {
	hash := sha256.Sum256([]byte(r.Account + r.Stack + "\x00" + r.LogicalID + "\x00" + r.Suffix + alphabet))
	sum := new(big.Int).SetBytes(hash[:])
	base := big.NewInt(int64(len(alphabet)))
	id, digit := make([]byte, n), new(big.Int)
	for i := range id {
		sum.DivMod(sum, base, digit)
		id[i] = alphabet[digit.Int64()]
	}
	return string(id)
}

const (
	lowerAlphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz"
	alphanumeric      = lowerAlphanumeric + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func (s *Service) createPool(ctx context.Context, r aws.Resource) (aws.State, error) {
	var settings properties.Pool
	if err := errors.Join(settings.Decode(r), properties.CheckCustom(settings.Schema)); err != nil {
		return aws.State{}, err
	}
	id := s.directory.Region + "_" + madeID(r, 9, alphanumeric)
	err := s.change(ctx, func(c *request, t directory.Tx) error {
		p, err := t.Pool(id)
		if err != nil { // it is not there yet
			p = &directory.Pool{ID: id, Created: c.at, Secret: c.bytes(sha256.Size)}
		}
		p.Settings = settings
		return t.PutPool(p, c.at)
	})
	return s.poolState(id), err
}

func (s *Service) poolState(id string) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{
		"Arn": s.directory.ARN(id), "ProviderName": s.tokens.Provider(id), "ProviderURL": s.tokens.URL(id), "UserPoolId": id,
	}}
}

func (s *Service) updatePool(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var settings properties.Pool
	if err := settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	err := s.change(ctx, func(c *request, t directory.Tx) error {
		p, err := t.Pool(r.PhysicalID)
		if err != nil {
			return err
		}
		if p.Settings, err = p.Settings.Updated(settings); err != nil {
			return err
		}
		return t.PutPool(p, c.at)
	})
	return s.poolState(r.PhysicalID), err
}

func (s *Service) deletePool(ctx context.Context, r aws.Resource) error {
	err := s.change(ctx, func(_ *request, t directory.Tx) error {
		p, err := t.Pool(r.PhysicalID)
		switch {
		case refuse.Is(err, "ResourceNotFoundException"):
			return nil
		case err != nil:
			return err
		case p.Settings.DeletionProtection == "ACTIVE":
			return refuse.InvalidParameter("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
		}
		return t.DeletePool(p)
	})
	if err == nil {
		s.tokens.Forget(r.PhysicalID)
	}
	return err
}

func (s *Service) createClient(ctx context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = madeID(r, 26, lowerAlphanumeric)
	return s.putClient(ctx, r)
}

func (s *Service) updateClient(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putClient(ctx, r)
}

func (s *Service) putClient(ctx context.Context, r aws.Resource) (aws.State, error) {
	var settings properties.Client
	if err := settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	err := s.change(ctx, func(c *request, t directory.Tx) error {
		if _, err := t.Pool(settings.UserPoolID); err != nil {
			return err
		}
		return t.PutClient(directory.Client{ID: r.PhysicalID, Pool: settings.UserPoolID, Name: settings.ClientName, Settings: settings}, c.at)
	})
	return aws.State{PhysicalID: r.PhysicalID, Attributes: map[string]any{"ClientId": r.PhysicalID, "Name": settings.ClientName}}, err
}

func (s *Service) deleteClient(ctx context.Context, r aws.Resource) error {
	return s.change(ctx, func(_ *request, t directory.Tx) error { return t.DeleteClient(r.PhysicalID) })
}

func (s *Service) createGroup(ctx context.Context, r aws.Resource) (aws.State, error) {
	return s.putGroup(ctx, r)
}

func (s *Service) updateGroup(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putGroup(ctx, r)
}

func (s *Service) putGroup(ctx context.Context, r aws.Resource) (aws.State, error) {
	var settings properties.Group
	if err := settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	err := s.change(ctx, func(c *request, t directory.Tx) error {
		if _, err := t.Pool(settings.UserPoolID); err != nil {
			return err
		}
		return t.PutGroup(directory.Group{
			Name: settings.GroupName, Pool: settings.UserPoolID,
			Description: settings.Description, Role: settings.RoleArn, Precedence: settings.Precedence,
		}, c.at)
	})
	return aws.State{PhysicalID: settings.GroupName}, err
}

func (s *Service) deleteGroup(ctx context.Context, r aws.Resource) error {
	poolID, _ := r.Properties["UserPoolId"].(string)
	return s.change(ctx, func(c *request, t directory.Tx) error {
		p, err := t.Pool(poolID)
		switch {
		case refuse.Is(err, "ResourceNotFoundException"):
			return nil
		case err != nil:
			return err
		}
		return t.DeleteGroup(p, r.PhysicalID, c.at)
	})
}
