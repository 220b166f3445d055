package person

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Found is what there is of a person.
type Found struct {
	Counts
	// Identities are those of the pair rows and of the Person. Without one, nothing is known of the areas by identity.
	Identities []string
	// Known is what is known of each of them.
	Known []Identity
	// Hidden are how many of the photos are hidden, and Blocked is since when their profile says so, as it is written; empty if not.
	Hidden  int
	Blocked string
	// Leaving is since when the person leaves; zero if they don't.
	Leaving time.Time
}

// Survey counts what there is of a person and changes nothing. Identities of the Person that cannot be theirs are refused before it looks
// for anything. tell may be nil.
func (s *Stores) Survey(ctx context.Context, who Person, tell Tell) (Found, error) {
	if err := who.check(); err != nil {
		return Found{}, err
	}
	o, err := s.ownRows(ctx, who.Sub)
	if err != nil {
		return Found{}, err
	}
	if who.Username == "" {
		who.Username = o.username
	}
	f := Found{Leaving: o.since, Blocked: o.blocked}
	if f.Known, err = s.identitiesOf(ctx, who, o.identities); err != nil {
		return f, err
	}
	f.Identities = ids(f.Known)
	count := func(of string, items int, bytes int64) {
		f.add(of, items, bytes)
		if tell != nil {
			tell(of, f.Items(of))
		}
	}
	name, err := s.account(ctx, who)
	if err != nil {
		return f, wrap("the account", err)
	}
	count(Account, one(name != ""), 0)
	for _, of := range []string{Photos, Comments, Likes} {
		count(of, 0, 0)
	}
	count(Days, len(o.days), 0)
	photos := s.photos(ctx, who.Sub, func(page []item) error {
		count(Photos, len(page), 0)
		for _, row := range page {
			f.Hidden += one(textIn(row, "hidden") != "")
		}
		return nil
	})
	children := s.children(ctx, who.Sub, func(page []item) error {
		var faults []error
		for _, row := range page {
			what, err := kind(row)
			if err != nil {
				faults = append(faults, err)
				continue
			}
			count(what, 1, 0)
		}
		return errors.Join(faults...)
	})
	count(Products, 0, 0)
	products := s.products(ctx, who.Sub, func(item) error {
		count(Products, 1, 0)
		return nil
	})
	faults := []error{wrap("photos", photos), children, wrap("products", products)}
	for _, at := range folders(who.Sub, f.Identities) {
		count(at.area, 0, 0)
		faults = append(faults, wrap(at.prefix, s.versions(ctx, at.prefix, func(items int, bytes int64) {
			count(at.area, items, bytes)
			for i := range f.Known {
				if f.Known[i].ID == at.identity {
					f.Known[i].Versions += items
				}
			}
		})))
	}
	count(Pairs, len(o.pairs), 0)
	count(Profile, one(o.profile), 0)
	return f, errors.Join(faults...)
}

func one(there bool) int {
	if there {
		return 1
	}
	return 0
}

// Mark says that a person leaves from now on, if they don't already: the row of their profile has a time and their user name, and no
// name of theirs any more. Identities that no pair row says get one first, so that every round knows them; if one cannot be theirs nothing
// is written.
func (s *Stores) Mark(ctx context.Context, who Person) error {
	if err := who.check(); err != nil {
		return err
	}
	if len(who.Identities) > 0 {
		o, err := s.ownRows(ctx, who.Sub)
		if err == nil {
			_, err = s.identitiesOf(ctx, who, o.identities)
		}
		if err != nil {
			return err
		}
	}
	now := text(written(time.Now()))
	for _, id := range who.Identities {
		_, err := s.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.Photos, Key: key(ProfilePartition+who.Sub, pairRow+id),
			UpdateExpression:          aws.String("SET createdAt = if_not_exists(createdAt, :now), seenAt = if_not_exists(seenAt, :now)"),
			ExpressionAttributeValues: item{":now": now},
		})
		if err != nil {
			return wrap("the pair row of "+id, err)
		}
	}
	update, values := "SET #leaving = if_not_exists(#leaving, :now)", item{":now": now}
	if who.Username != "" {
		update, values[":username"] = update+", username = if_not_exists(username, :username)", text(who.Username)
	}
	_, err := s.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.Photos, Key: key(ProfilePartition+who.Sub, profileRow), UpdateExpression: aws.String(update + " REMOVE #name"),
		ExpressionAttributeNames: map[string]string{"#leaving": "leaving", "#name": "name"}, ExpressionAttributeValues: values,
	})
	return wrap("the mark", err)
}
