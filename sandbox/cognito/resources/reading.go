package resources

import (
	"context"
	"errors"
	"maps"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

// look reads the directory; what is not there is ErrNoResource.
func (m *Maker) look(read func(t directory.Tx) error) error {
	err := m.Directory.View(read)
	if refuse.Is(err, "ResourceNotFoundException") {
		return aws.ErrNoResource
	}
	return err
}

func (m *Maker) readPool(_ context.Context, of aws.Identifier) (all map[string]any, err error) {
	err = m.look(func(t directory.Tx) error {
		p, err := t.Pool(of["UserPoolId"])
		if err == nil {
			all = p.Settings.Read()
			maps.Copy(all, m.poolState(p.ID).Attributes)
		}
		return err
	})
	return all, err
}

func (m *Maker) listPools(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	err = m.look(func(t directory.Tx) error {
		return t.Pools("", func(p *directory.Pool) bool {
			list = append(list, aws.Identifier{"UserPoolId": p.ID})
			return true
		})
	})
	return list, err
}

func (m *Maker) readClient(_ context.Context, of aws.Identifier) (all map[string]any, err error) {
	err = m.look(func(t directory.Tx) error {
		c, err := t.ClientOf(of["UserPoolId"], of["ClientId"])
		if err == nil {
			all = c.Settings.Read()
			maps.Copy(all, clientState(c).Attributes)
		}
		return err
	})
	return all, err
}

func (m *Maker) listClients(_ context.Context, within aws.Identifier) (list []aws.Identifier, err error) {
	err = m.look(func(t directory.Tx) error {
		return t.Clients("", func(c *directory.Client) bool {
			if c.Pool == within["UserPoolId"] {
				list = append(list, aws.Identifier{"UserPoolId": c.Pool, "ClientId": c.ID})
			}
			return true
		})
	})
	return list, err
}

func (m *Maker) readGroup(_ context.Context, of aws.Identifier) (all map[string]any, err error) {
	err = m.look(func(t directory.Tx) error {
		p, err := t.Pool(of["UserPoolId"])
		if err != nil {
			return err
		}
		g, err := t.Group(p, of["GroupName"])
		if err == nil {
			all = aws.Encode(properties.Group{Description: g.Description, GroupName: g.Name, Precedence: g.Precedence, RoleArn: g.Role, UserPoolID: g.Pool})
		}
		return err
	})
	return all, err
}

func (m *Maker) listGroups(_ context.Context, within aws.Identifier) (list []aws.Identifier, err error) {
	err = m.look(func(t directory.Tx) error {
		p, err := t.Pool(within["UserPoolId"])
		if err != nil {
			return err
		}
		groups, err := t.Groups(p)
		for _, g := range groups {
			list = append(list, aws.Identifier{"UserPoolId": p.ID, "GroupName": g.Name})
		}
		return err
	})
	if errors.Is(err, aws.ErrNoResource) {
		return nil, nil
	}
	return list, err
}

// arn is what policies are asked about: all of these belong to a pool.
func (m *Maker) arn(of aws.Identifier) string {
	if of["UserPoolId"] == "" {
		return "*"
	}
	return m.Directory.ARN(of["UserPoolId"])
}
