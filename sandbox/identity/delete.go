package identity

import (
	"context"
	"errors"
	"fmt"

	"lightbox.example/lightbox/sandbox/store"
)

type deleteInput struct {
	IdentityIDsToDelete []string `aws:"IdentityIdsToDelete" required:"true" min:"1" max:"60" each:"IdentityId"`
}

// noARN is what IAM is asked about: the action has no resource type.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitoidentity.html
func (s *Service) noARN(deleteInput) string { return "*" }

// deleteIdentities deletes identities of any pools. Who signs in again gets a new one; keys that were given out go on. What AWS
// answers of one that is not there its page does not say: here it is deleted already, and none is unprocessed.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DeleteIdentities.html
func (s *Service) deleteIdentities(_ context.Context, in deleteInput) (any, error) {
	err := s.Store.Update(func(tx store.Writer) error {
		for _, id := range in.IdentityIDsToDelete {
			if err := deleteIdentity(tx, id); err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
		}
		return nil
	})
	return map[string]any{"UnprocessedIdentityIds": []any{}}, err
}

// deleteIdentity deletes one, if it is there, and the way from its login to it.
func deleteIdentity(tx store.Writer, id string) error {
	var i identity
	found, err := store.GetJSON(tx, identitySpace, id, &i)
	if err != nil || !found {
		return err
	}
	errs := []error{tx.Delete(identitySpace, []byte(id)), tx.Delete(memberSpace, []byte(i.Pool+"\x00"+id))}
	if i.Provider != "" {
		errs = append(errs, tx.Delete(loginSpace, []byte(login{i.Provider, i.Sub}.key(i.Pool))))
	}
	return errors.Join(errs...)
}
