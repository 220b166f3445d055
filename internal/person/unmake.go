package person

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Unmake erases somebody whom a program made to try something, and whose tokens nobody else has: all that Erase does, at once, with no
// mark left. The account goes last, so that they are found by its name until nothing else of them is there; where something fails it
// stays, and the error joins all faults. Products whose picture was made of their upload are theirs, and go too: the table's stream has
// the pictures removed.
//
// It asks for what Erase asks for, and dynamodb:DeleteItem of the table Products.
func (s *Stores) Unmake(ctx context.Context, who Person, tell Tell) (Counts, error) {
	if err := who.check(); err != nil {
		return nil, err
	}
	o, err := s.ownRows(ctx, who.Sub)
	if err != nil {
		return nil, err
	}
	who.Identities = union(o.identities, who.Identities)
	e := &erasing{Stores: s, who: who, own: o, tell: tell}
	var faults []error
	for _, step := range []func(context.Context) error{e.photos, e.children, e.days, e.ownProducts, e.files, e.identities, e.ownRows} {
		if err := step(ctx); err != nil {
			faults = append(faults, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if len(faults) > 0 {
		return e.done.Counts, errors.Join(faults...)
	}
	deleted, err := s.deleteAccount(ctx, who)
	e.count(Account, deleted, 0)
	return e.done.Counts, wrap("the account", err)
}

// ownProducts deletes those that were made of their uploads.
func (e *erasing) ownProducts(ctx context.Context) error {
	e.count(Products, 0, 0)
	return wrap("products", e.Stores.products(ctx, e.who.Sub, func(product item) error {
		_, err := e.Tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &e.Stores.Products, Key: item{"id": product["id"]}})
		if err == nil {
			e.count(Products, 1, 0)
		}
		return err
	}))
}

// ownRows removes the pair rows and the profile's.
func (e *erasing) ownRows(ctx context.Context) error {
	rows := e.own.pairs
	if e.own.profile {
		rows = append(rows, key(ProfilePartition+e.who.Sub, profileRow))
	}
	if err := e.remove(ctx, rows); err != nil {
		return wrap("pair rows", err)
	}
	e.count(Pairs, len(e.own.pairs), 0)
	e.count(Profile, one(e.own.profile), 0)
	return nil
}
