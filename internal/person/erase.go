package person

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	identities "github.com/aws/aws-sdk-go-v2/service/cognitoidentity/types"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// ErrStays is that a person is not leaving: nothing of them is erased.
var ErrStays = errors.New("got a person who is not leaving, want the mark in the row of their profile")

// An Erasure is what a round erased.
type Erasure struct {
	Counts
	// Until is when the mark can go, by another round; zero if it is gone.
	Until time.Time
	// Identities are those whose files and identities were erased.
	Identities []string
}

// Tell is called with how much of something is erased so far.
type Tell func(of string, items int)

// Erase erases everything of a person who is leaving but the mark, and that too if Afterlife is over since their account is gone. Their
// identities are those of the pair rows: Mark writes them. Where something fails the rest is erased all the same, the mark stays, and the
// error joins all faults. tell may be nil.
func (s *Stores) Erase(ctx context.Context, who Person, tell Tell) (Erasure, error) {
	if err := who.check(); err != nil {
		return Erasure{}, err
	}
	begun := time.Now()
	o, err := s.ownRows(ctx, who.Sub)
	switch {
	case err != nil:
		return Erasure{}, err
	case o.leaving == "":
		return Erasure{}, fmt.Errorf("%s: %w", who.Sub, ErrStays)
	}
	if who.Username == "" {
		who.Username = o.username
	}
	who.Identities = o.identities
	e := &erasing{Stores: s, who: who, own: o, tell: tell, done: Erasure{Identities: who.Identities, Until: begun.Add(Afterlife)}}
	faults := e.take(ctx, append([]step{e.account}, e.everything()...))
	if len(faults) == 0 && !begun.Before(e.done.Until) {
		faults = append(faults, e.mark(ctx))
	}
	return e.done, errors.Join(faults...)
}

// A step erases what somebody has in one place.
type step func(context.Context) error

// everything are the steps of all that somebody has but the account and the rows of their own, each before what it is found by.
func (e *erasing) everything() []step {
	return []step{e.photos, e.children, e.days, e.products, e.files, e.identities}
}

// take takes steps, and where one fails, the next all the same: all faults.
func (e *erasing) take(ctx context.Context, steps []step) (faults []error) {
	for _, step := range steps {
		if err := step(ctx); err != nil {
			faults = append(faults, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return faults
}

// union is both lists, each member once.
func union(one, other []string) []string {
	all := slices.Concat(one, other)
	slices.Sort(all)
	return slices.Compact(all)
}

// erasing is a round.
type erasing struct {
	*Stores
	who  Person
	own  own
	tell Tell
	done Erasure
}

func (e *erasing) count(of string, items int, bytes int64) {
	e.done.add(of, items, bytes)
	if e.tell != nil {
		e.tell(of, e.done.Items(of))
	}
}

// account deletes it, and says in the mark when it was gone: tokens are good until then, and for an hour more. Who was ended between both
// is taken for one who was ended before.
func (e *erasing) account(ctx context.Context) error {
	deleted, err := e.deleteAccount(ctx, e.who)
	e.count(Account, deleted, 0)
	if err == nil && (deleted > 0 || e.own.gone.IsZero()) {
		e.own.gone = time.Now()
		err = e.gone(ctx)
	}
	if err != nil {
		return wrap("the account", err)
	}
	e.done.Until = e.own.gone.Add(Afterlife)
	return nil
}

// gone writes since when the account is, into a mark that is there.
func (e *erasing) gone(ctx context.Context) error {
	_, err := e.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &e.Photos, Key: key(ProfilePartition+e.who.Sub, profileRow), UpdateExpression: aws.String("SET gone = :now"),
		ConditionExpression: aws.String("attribute_exists(leaving)"), ExpressionAttributeValues: item{":now": text(written(e.own.gone))},
	})
	if _, none := errors.AsType[*types.ConditionalCheckFailedException](err); none {
		return fmt.Errorf("%s: %w", e.who.Sub, ErrStays) // another round was the last one
	}
	return err
}

// written is a time as rows have it.
func written(at time.Time) string { return at.UTC().Format("2006-01-02T15:04:05.000Z") }

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (e *erasing) photos(ctx context.Context) error {
	e.count(Photos, 0, 0)
	return wrap("photos", e.Stores.photos(ctx, e.who.Sub, func(page []item) error {
		if err := e.remove(ctx, keysOf(page)); err != nil {
			return err
		}
		e.count(Photos, len(page), 0)
		return nil
	}))
}

// children takes comments and likes back. What cannot be is named, and the others are.
func (e *erasing) children(ctx context.Context) error {
	e.count(Comments, 0, 0)
	e.count(Likes, 0, 0)
	return e.Stores.children(ctx, e.who.Sub, func(page []item) error {
		var faults []error
		for _, row := range page {
			what, err := kind(row)
			switch {
			case err != nil:
			case ownerOf(textIn(row, "photoId")) == e.who.Sub:
				err = e.remove(ctx, []item{row})
			default:
				err = e.takeBack(ctx, row, what)
			}
			if err != nil {
				faults = append(faults, fmt.Errorf("%s %s: %w", textIn(row, "photoId"), textIn(row, "row"), err))
				continue
			}
			e.count(what, 1, 0)
		}
		return errors.Join(faults...)
	})
}

func (e *erasing) days(ctx context.Context) error {
	if err := e.remove(ctx, e.own.days); err != nil {
		return wrap("days", err)
	}
	e.count(Days, len(e.own.days), 0)
	return nil
}

func (e *erasing) products(ctx context.Context) error {
	e.count(Products, 0, 0)
	return wrap("products", e.Stores.products(ctx, e.who.Sub, func(product item) error {
		if err := e.withoutOriginal(ctx, product); err != nil {
			return err
		}
		e.count(Products, 1, 0)
		return nil
	}))
}

func (e *erasing) files(ctx context.Context) error {
	var faults []error
	for _, f := range folders(e.who.Sub, e.who.Identities) {
		e.count(f.area, 0, 0)
		faults = append(faults, wrap(f.prefix, e.bucket().Erase(ctx, f.prefix, func(items int, bytes int64) { e.count(f.area, items, bytes) })))
	}
	return errors.Join(faults...)
}

const mostIdentities = 60 // of a DeleteIdentities

// identities deletes those of the identity pool. AWS's page does not say what becomes of one that is not there: of what was not
// processed it is asked for.
// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DeleteIdentities.html
func (e *erasing) identities(ctx context.Context) error {
	var faults []error
	for ids := range slices.Chunk(e.who.Identities, mostIdentities) {
		output, err := e.Identities.DeleteIdentities(ctx, &cognitoidentity.DeleteIdentitiesInput{IdentityIdsToDelete: ids})
		if err != nil {
			return wrap("identities", err)
		}
		for _, left := range output.UnprocessedIdentityIds {
			_, err := e.Identities.DescribeIdentity(ctx, &cognitoidentity.DescribeIdentityInput{IdentityId: left.IdentityId})
			if _, gone := errors.AsType[*identities.ResourceNotFoundException](err); !gone {
				faults = append(faults, fmt.Errorf("the identity %s: %s", aws.ToString(left.IdentityId), left.ErrorCode))
			}
		}
		e.count(Identities, len(ids), 0)
	}
	return errors.Join(faults...)
}

const mostItems = 100 // of a transaction

// mark removes the pair rows and the profile's: together, so that whoever finds the mark knows all identities.
func (e *erasing) mark(ctx context.Context) error {
	together := min(len(e.own.pairs), mostItems-1)
	if err := e.remove(ctx, e.own.pairs[together:]); err != nil {
		return wrap("pair rows", err)
	}
	items := []types.TransactWriteItem{{Delete: &types.Delete{
		TableName: &e.Photos, Key: key(ProfilePartition+e.who.Sub, profileRow),
		ConditionExpression:       aws.String("attribute_not_exists(photoId) OR #leaving = :leaving"),
		ExpressionAttributeNames:  map[string]string{"#leaving": "leaving"},
		ExpressionAttributeValues: item{":leaving": text(e.own.leaving)},
	}}}
	for _, pair := range e.own.pairs[:together] {
		items = append(items, types.TransactWriteItem{Delete: &types.Delete{TableName: &e.Photos, Key: pair}})
	}
	if err := e.transact(ctx, items); err != nil {
		return wrap("the mark", err)
	}
	e.count(Pairs, len(e.own.pairs), 0)
	e.count(Profile, 1, 0)
	e.done.Until = time.Time{}
	return nil
}
