package resources

import (
	"context"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

const domainType = "AWS::Cognito::UserPoolDomain"

func domainState(d *directory.Domain) aws.State {
	return aws.State{PhysicalID: d.Settings.Domain, Attributes: map[string]any{"CloudFrontDistribution": "", "Id": d.Settings.Domain}}
}

// putDomain keeps a domain: a pool has one with a prefix, and nobody else has the prefix.
func (m *Maker) putDomain(_ context.Context, r aws.Resource) (aws.State, error) {
	next := &directory.Domain{Owner: r.Owner()}
	if err := next.Settings.Decode(r); err != nil {
		return aws.State{}, err
	}
	err := m.change(func(t directory.Tx, _ time.Time) error {
		if _, err := t.Pool(next.Settings.UserPoolID); err != nil {
			return err
		}
		there, err := t.Domain(next.Settings.Domain)
		if err == nil && there.Owner != next.Owner {
			return refuse.InvalidParameter("Domain already associated with another user pool.")
		}
		if err := t.Domains(func(d *directory.Domain) error {
			if d.Settings.UserPoolID == next.Settings.UserPoolID && d.Owner != next.Owner {
				return refuse.InvalidParameter("User pool already has a domain configured.")
			}
			return nil
		}); err != nil {
			return err
		}
		return t.PutDomain(next)
	})
	return domainState(next), err
}

func (m *Maker) updateDomain(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return m.putDomain(ctx, r)
}

func (m *Maker) deleteDomain(_ context.Context, r aws.Resource) error {
	return m.change(func(t directory.Tx, _ time.Time) error {
		if d, err := t.Domain(r.PhysicalID); err != nil || d.Owner != r.Owner() {
			return nil //nolint:nilerr // it is gone, or another's
		}
		return t.DeleteDomain(r.PhysicalID)
	})
}

func (m *Maker) readDomain(_ context.Context, of aws.Identifier) (all map[string]any, err error) {
	err = m.look(func(t directory.Tx) error {
		d, err := t.Domain(of["Domain"])
		if err == nil && d.Settings.UserPoolID != of["UserPoolId"] {
			return aws.ErrNoResource
		}
		if err == nil {
			settings := d.Settings
			settings.ManagedLoginVersion = 0 // which no read handler returns
			all = aws.Encode(settings)
			all["CloudFrontDistribution"] = ""
		}
		return err
	})
	return all, err
}

func checkDomain(r aws.Resource) error { return new(properties.Domain).Decode(r) }
