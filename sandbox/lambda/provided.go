package lambda

import (
	"context"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// spaceProvided has the functions of the CDK's providers, by name: they are kept to be looked at, and nobody runs them.
const spaceProvided = "lambda/provided"

// putProvided keeps one. Its code may not be there, or no S3, as where a template is deployed without its assets: nothing of it is needed.
func (s *Service) putProvided(ctx context.Context, name string, p functionProperties, owner string) (aws.State, error) {
	f := function{Name: name, Owner: owner, Settings: p, Modified: s.Now(), Revision: aws.NewUUID()}
	if s.Object != nil {
		if from, err := s.Object(ctx, p.Code.S3Bucket, p.Code.S3Key, zipLimit); err == nil {
			defer func() { _ = from.Close() }()
			c, err := codeOf(from)
			if err != nil {
				return aws.State{}, err
			}
			f.Digest, f.Size = c.digest, c.size
		}
	}
	return s.state(name), s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, spaceProvided, name, f) })
}

// provided is a provider's function, nil if there is none of the name.
func (s *Service) provided(name string) (f *live, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		kept := live{arn: s.arn(name)}
		found, err := store.GetJSON(tx, spaceProvided, name, &kept.function)
		if found {
			f = &kept
		}
		return err
	})
	return f, err
}

// shown is the function that a text stands for, to be looked at.
func (s *Service) shown(text, qualifier string) (*live, error) {
	f, missing := s.named(text, qualifier)
	if missing == nil {
		return f, nil
	}
	name, qualified, ok := s.nameOf(text, qualifier)
	if !ok || qualified != "" && qualified != latest {
		return nil, missing
	}
	f, err := s.provided(name)
	if err != nil {
		return nil, err
	}
	if f == nil {
		return nil, missing
	}
	return f, nil
}
