package person

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	identities "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// An Identity is one of the identity pool, of a person.
type Identity struct {
	ID string
	// Noted tells one that a pair row says from one that somebody says is theirs.
	Noted bool
	// Created is when it was made; zero if the pool has it no more.
	Created time.Time
	// Versions are those of files in its folders.
	Versions int
}

// identitiesOf are those of the pair rows and those that a Person claims besides. It errs for each claimed one that the pool does not
// have, that nobody signed in by whom our user pool knows, or that a pair row says is another user's. Which identity is whose is known by
// pair rows alone: one that none says is taken on the word of who claims it.
func (s *Stores) identitiesOf(ctx context.Context, who Person, noted []string) ([]Identity, error) {
	var all []Identity
	var claimed []string
	var faults []error
	for _, id := range union(noted, who.Identities) {
		one := Identity{ID: id, Noted: slices.Contains(noted, id)}
		logins, err := s.describe(ctx, &one)
		if !one.Noted {
			claimed = append(claimed, id)
			err = cmp.Or(s.foreign(id), err, s.strange(one, logins))
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", id, err))
		}
		all = append(all, one)
	}
	if len(claimed) > 0 {
		faults = append(faults, s.notOthers(ctx, who.Sub, claimed))
	}
	return all, errors.Join(faults...)
}

// describe asks the pool when an identity was made, and whose logins it has. One that is not there is no error.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentity.html
func (s *Stores) describe(ctx context.Context, one *Identity) (logins []string, err error) {
	known, err := s.Identities.DescribeIdentity(ctx, &cognitoidentity.DescribeIdentityInput{IdentityId: &one.ID})
	if _, none := errors.AsType[*identities.ResourceNotFoundException](err); none {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	one.Created = aws.ToTime(known.CreationDate)
	return known.Logins, nil
}

// foreign errs for an identity of another region than the user pool's.
func (s *Stores) foreign(id string) error {
	want, _, _ := strings.Cut(s.UserPool, "_")
	if got, _, _ := strings.Cut(id, ":"); got != want {
		return fmt.Errorf("got an identity of the region %s, want one of %s", got, want)
	}
	return nil
}

// strange errs for one that is not there, and for one to which nobody of the user pool signed in. A login is the provider's name:
// cognito-idp, the region and the pool's id.
func (s *Stores) strange(one Identity, logins []string) error {
	switch {
	case one.Created.IsZero():
		return errors.New("got an identity that is not there, want one of the identity pool; of one that was deleted, look for files yourself")
	case !slices.ContainsFunc(logins, func(login string) bool { return strings.HasSuffix(login, "/"+s.UserPool) }):
		return fmt.Errorf("got an identity of the logins %q, want one to which somebody of %s signed in", logins, s.UserPool)
	}
	return nil
}

const mostRead = 100 // items of a BatchGetItem

// notOthers errs for each identity that a pair row says is another's: of a user of the pool. No index has pairs by identity, so that it
// asks for the one row that each user would have, a page of users after the other. Pairs of who is gone from the pool are not looked for:
// whoever leaves is erased.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
func (s *Stores) notOthers(ctx context.Context, sub string, ids []string) error {
	var faults []error
	pages := cognitoidentityprovider.NewListUsersPaginator(s.Users, &cognitoidentityprovider.ListUsersInput{UserPoolId: &s.UserPool, AttributesToGet: []string{"sub"}})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		var keys []item
		for _, u := range page.Users {
			var other User
			if other.read(u.Attributes); other.Sub == sub {
				continue
			}
			for _, id := range ids {
				keys = append(keys, key(ProfilePartition+other.Sub, pairRow+id))
			}
		}
		for some := range slices.Chunk(keys, mostRead) {
			found, err := s.those(ctx, some)
			if err != nil {
				return err
			}
			for _, pair := range found {
				faults = append(faults, fmt.Errorf("%s: got the identity of %s, as a row says, want one of %s",
					strings.TrimPrefix(textIn(pair, "row"), pairRow), strings.TrimPrefix(textIn(pair, "photoId"), ProfilePartition), sub))
			}
		}
	}
	return errors.Join(faults...)
}

// those are the rows of keys that are there.
func (s *Stores) those(ctx context.Context, keys []item) (found []item, err error) {
	left := map[string]types.KeysAndAttributes{s.Photos: {Keys: keys, ConsistentRead: aws.Bool(true)}}
	for try := 1; len(left) > 0; try++ {
		output, err := s.Tables.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: left})
		if err != nil {
			return nil, err
		}
		found = append(found, output.Responses[s.Photos]...)
		if left = output.UnprocessedKeys; len(left) == 0 {
			break
		}
		if try == tries {
			return nil, fmt.Errorf("%s: got %d rows unread after %d tries", s.Photos, len(left[s.Photos].Keys), tries)
		}
		if err := pause(ctx, try); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// ids are those of identities.
func ids(all []Identity) (ids []string) {
	for _, one := range all {
		ids = append(ids, one.ID)
	}
	return ids
}
