package person

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Unmake erases somebody whom a program made to try something, and whose tokens nobody else has: all that Erase does, at once, with no
// mark left. The account goes last, so that they are found by its name until nothing else of them is there; where something fails it
// stays, and the error joins all faults. Products stay, as with Erase: see MadeOf.
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
	if faults := e.take(ctx, append(e.everything(), e.ownRows)); len(faults) > 0 {
		return e.done.Counts, errors.Join(faults...)
	}
	deleted, err := s.deleteAccount(ctx, who)
	e.count(Account, deleted, 0)
	return e.done.Counts, wrap("the account", err)
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

// A Product is one that was made with a picture.
type Product struct {
	ID     string
	Folder string // of its pictures
}

// MadeOf are the products with a picture of somebody's upload, as the index has them.
func (s *Stores) MadeOf(ctx context.Context, sub string) (made []Product, err error) {
	err = s.inCatalogue(ctx, "begins_with(upload, :mark)", text(sub+"/"), []string{"id", "folder"}, func(product item) error {
		made = append(made, Product{textIn(product, "id"), textIn(product, "folder")})
		return nil
	})
	return made, err
}

// DeleteProduct deletes the row of a product. The table's stream has its pictures removed.
func (s *Stores) DeleteProduct(ctx context.Context, id string) error {
	_, err := s.Tables.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.Products, Key: item{"id": text(id)}})
	return err
}
