package resources

import (
	"context"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
)

func (m *Maker) findPool(_ context.Context, by aws.Identifier) (state aws.State, err error) {
	id := by["UserPoolId"]
	err = m.lookFor(poolType, []string{id}, func(t directory.Tx) error {
		_, err := t.Pool(id)
		state = m.poolState(id)
		return err
	})
	return state, err
}

func (m *Maker) findClient(_ context.Context, by aws.Identifier) (state aws.State, err error) {
	pool, id := by["UserPoolId"], by["ClientId"]
	err = m.lookFor(clientType, []string{pool, id}, func(t directory.Tx) error {
		c, err := t.ClientOf(pool, id)
		if err == nil {
			state = clientState(c)
		}
		return err
	})
	return state, err
}

func (m *Maker) findGroup(_ context.Context, by aws.Identifier) (state aws.State, err error) {
	pool, name := by["UserPoolId"], by["GroupName"]
	err = m.lookFor(groupType, []string{pool, name}, func(t directory.Tx) error {
		p, err := t.Pool(pool)
		if err != nil {
			return err
		}
		_, err = t.Group(p, name)
		state.PhysicalID = name
		return err
	})
	return state, err
}

// lookFor reads, and answers NotFound where Cognito has not what is looked for.
func (m *Maker) lookFor(typeName string, by []string, read func(directory.Tx) error) error {
	err := m.Directory.View(read)
	if refuse.Is(err, "ResourceNotFoundException") {
		return aws.NotFound(typeName, by...)
	}
	return err
}
