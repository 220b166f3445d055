// Package resources makes, changes and deletes user pools, app clients and groups for CloudFormation; there is no other way to
// make one.
package resources

import (
	"context"
	"crypto/sha256"
	"errors"
	"math/big"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
)

const (
	poolType   = "AWS::Cognito::UserPool"
	clientType = "AWS::Cognito::UserPoolClient"
	groupType  = "AWS::Cognito::UserPoolGroup"
)

// A Maker makes the resources of a directory for CloudFormation.
type Maker struct {
	Directory *directory.Directory
	Tokens    *tokens.Issuer
	Now       func() time.Time
	Random    func(n int) []byte // n random bytes
}

// Types are the types of resources by name. Which properties replace a resource is as in CloudFormation's registry; what of a
// pool replaces nothing and fails the update is in properties.Pool.Updated. The identity providers of social sign-in are not among
// them.
func (m *Maker) Types() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		poolType: {
			Attributes: []string{"Arn", "ProviderName", "ProviderURL", "UserPoolId"},
			Properties: (*properties.Pool)(nil),
			Check:      checkPool,
			Create:     m.createPool,
			Update:     m.updatePool,
			Delete:     m.deletePool,
			Find:       m.findPool,
			Read:       m.readPool,
			List:       m.listPools,
			ARN:        m.arn,
		},
		clientType: {
			Replaces:   []string{"UserPoolId", "GenerateSecret"},
			Attributes: []string{"ClientId", "ClientSecret", "Name"},
			Properties: (*properties.Client)(nil),
			Check:      func(r aws.Resource) error { return new(properties.Client).Decode(r) },
			Create:     m.createClient,
			Update:     m.updateClient,
			Delete:     m.deleteClient,
			Find:       m.findClient,
			Read:       m.readClient,
			List:       m.listClients,
			ARN:        m.arn,
		},
		domainType: {
			Replaces:   []string{"UserPoolId", "Domain"},
			Attributes: []string{"CloudFrontDistribution", "Id"},
			Properties: (*properties.Domain)(nil),
			Check:      checkDomain,
			Create:     m.putDomain,
			Update:     m.updateDomain,
			Delete:     m.deleteDomain,
			Read:       m.readDomain,
			ARN:        m.arn,
		},
		groupType: {
			Replaces:   []string{"UserPoolId", "GroupName"},
			Properties: (*properties.Group)(nil),
			Check:      func(r aws.Resource) error { return new(properties.Group).Decode(r) },
			Create:     m.createGroup,
			Update:     m.updateGroup,
			Delete:     m.deleteGroup,
			Find:       m.findGroup,
			Read:       m.readGroup,
			List:       m.listGroups,
			ARN:        m.arn,
		},
	}
}

// change runs a transaction for a resource, in which it is now.
func (m *Maker) change(write func(t directory.Tx, now time.Time) error) error {
	now := m.Now()
	return m.Directory.Update(now, func(t directory.Tx) error { return write(t, now) })
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

func checkPool(r aws.Resource) error {
	var settings properties.Pool
	err := settings.Decode(r)
	if r.PhysicalID == "" { // what an update may be is asked of the pool that there is
		err = errors.Join(err, properties.CheckCustom(settings.Schema))
	}
	return err
}

func (m *Maker) createPool(_ context.Context, r aws.Resource) (aws.State, error) {
	var settings properties.Pool
	if err := errors.Join(settings.Decode(r), properties.CheckCustom(settings.Schema)); err != nil {
		return aws.State{}, err
	}
	id := m.Directory.Region + "_" + madeID(r, 9, alphanumeric)
	err := m.change(func(t directory.Tx, now time.Time) error {
		p, err := t.Pool(id)
		if err != nil { // it is not there yet
			p = &directory.Pool{ID: id, Created: now, Secret: m.Random(sha256.Size)}
		}
		p.Settings = settings
		return t.PutPool(p, now)
	})
	return m.poolState(id), err
}

func (m *Maker) poolState(id string) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{
		"Arn": m.Directory.ARN(id), "ProviderName": m.Tokens.Provider(id), "ProviderURL": m.Tokens.URL(id), "UserPoolId": id,
	}}
}

func (m *Maker) updatePool(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var settings properties.Pool
	if err := settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	err := m.change(func(t directory.Tx, now time.Time) error {
		p, err := t.Pool(r.PhysicalID)
		if err != nil {
			return err
		}
		if p.Settings, err = p.Settings.Updated(settings); err != nil {
			return err
		}
		return t.PutPool(p, now)
	})
	return m.poolState(r.PhysicalID), err
}

func (m *Maker) deletePool(_ context.Context, r aws.Resource) error {
	err := m.change(func(t directory.Tx, _ time.Time) error {
		p, err := t.Pool(r.PhysicalID)
		switch {
		case refuse.Is(err, "ResourceNotFoundException"):
			return nil
		case err != nil:
			return err
		case p.Settings.DeletionProtection == "ACTIVE":
			return refuse.InvalidParameter("The user pool cannot be deleted because deletion protection is activated. Deletion protection must be inactivated first.")
		}
		if err := t.Domains(func(d *directory.Domain) error {
			if d.Settings.UserPoolID != p.ID {
				return nil
			}
			return refuse.InvalidParameter("User pool cannot be deleted. It has a domain configured that should be deleted first.")
		}); err != nil {
			return err
		}
		return t.DeletePool(p)
	})
	if err == nil {
		m.Tokens.Forget(r.PhysicalID)
	}
	return err
}

func (m *Maker) createClient(_ context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = madeID(r, 26, lowerAlphanumeric)
	return m.putClient(r)
}

func (m *Maker) updateClient(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return m.putClient(r)
}

func (m *Maker) putClient(r aws.Resource) (aws.State, error) {
	var settings properties.Client
	if err := settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	var made directory.Client
	err := m.change(func(t directory.Tx, now time.Time) error {
		if _, err := t.Pool(settings.UserPoolID); err != nil {
			return err
		}
		next := directory.Client{ID: r.PhysicalID, Pool: settings.UserPoolID, Name: settings.ClientName, Settings: settings}
		if settings.GenerateSecret {
			next.Secret = m.secretOf(t, r.PhysicalID)
		}
		made = next
		return t.PutClient(next, now)
	})
	return clientState(&made), err
}

// secretOf is the secret of a client: what it has, or a new one of 51 characters.
func (m *Maker) secretOf(t directory.Tx, id string) string {
	if there, _, err := t.Client(id); err == nil && there.Secret != "" {
		return there.Secret
	}
	secret := m.Random(51)
	for i, b := range secret {
		secret[i] = lowerAlphanumeric[int(b)%len(lowerAlphanumeric)]
	}
	return string(secret)
}

func clientState(of *directory.Client) aws.State {
	attributes := map[string]any{"ClientId": of.ID, "Name": of.Name}
	if of.Secret != "" {
		attributes["ClientSecret"] = of.Secret
	}
	return aws.State{PhysicalID: of.ID, Attributes: attributes}
}

func (m *Maker) deleteClient(_ context.Context, r aws.Resource) error {
	return m.change(func(t directory.Tx, _ time.Time) error { return t.DeleteClient(r.PhysicalID) })
}

func (m *Maker) createGroup(_ context.Context, r aws.Resource) (aws.State, error) {
	return m.putGroup(r, func(g *directory.Group) error {
		if g.Owner != "" && g.Owner != r.Owner() {
			return aws.AlreadyExists(groupType, g.Pool, g.Name)
		}
		return nil
	})
}

func (m *Maker) updateGroup(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return m.putGroup(r, func(*directory.Group) error { return nil })
}

// putGroup keeps a group, unless there says of the one that is there that it may not.
func (m *Maker) putGroup(r aws.Resource, there func(*directory.Group) error) (aws.State, error) {
	var settings properties.Group
	if err := settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	err := m.change(func(t directory.Tx, now time.Time) error {
		p, err := t.Pool(settings.UserPoolID)
		if err != nil {
			return err
		}
		old, err := t.Group(p, settings.GroupName)
		if err == nil {
			err = there(old)
		} else if refuse.Is(err, "ResourceNotFoundException") {
			err = nil
		}
		if err != nil {
			return err
		}
		return t.PutGroup(directory.Group{
			Owner: r.Owner(),
			Name:  settings.GroupName, Pool: settings.UserPoolID,
			Description: settings.Description, Role: settings.RoleArn, Precedence: settings.Precedence,
		}, now)
	})
	return aws.State{PhysicalID: settings.GroupName}, err
}

func (m *Maker) deleteGroup(_ context.Context, r aws.Resource) error {
	poolID, _ := r.Properties["UserPoolId"].(string)
	return m.change(func(t directory.Tx, now time.Time) error {
		p, err := t.Pool(poolID)
		switch {
		case refuse.Is(err, "ResourceNotFoundException"):
			return nil
		case err != nil:
			return err
		}
		return t.DeleteGroup(p, r.PhysicalID, now)
	})
}
