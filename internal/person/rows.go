package person

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// The keys of rows, as in api/README.md.
const (
	ProfilePartition = "PROFILE#" // and the sub: the key of a person's own rows
	profileRow       = "PROFILE"
	photoRow         = "PHOTO"
	dayRow           = "DAY#"      // and the date
	pairRow          = "IDENTITY#" // and the id of an identity
	commentRow       = "COMMENT#"  // and the comment's id
	likeRow          = "LIKE#"     // and the sub
)

type item = map[string]types.AttributeValue

func text(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }

// textIn is an attribute that is a text, and "" if it is none.
func textIn(row item, name string) string {
	value, _ := row[name].(*types.AttributeValueMemberS)
	if value == nil {
		return ""
	}
	return value.Value
}

func key(partition, row string) item { return item{"photoId": text(partition), "row": text(row)} }

// keysOf are rows' own keys.
func keysOf(rows []item) (keys []item) {
	for _, row := range rows {
		keys = append(keys, keyOf(row))
	}
	return keys
}

// keyOf is a row's own key.
func keyOf(row item) item { return item{"photoId": row["photoId"], "row": row["row"]} }

// each calls with each page of the rows whose attribute has a value: of the table itself consistently, or as an index has them. It
// reads no other attributes than those, or all for none.
func (s *Stores) each(ctx context.Context, index, name, value string, attributes []string, do func(page []item) error) error {
	input := &dynamodb.QueryInput{
		TableName: &s.Photos, KeyConditionExpression: aws.String("#0 = :value"),
		ExpressionAttributeNames: map[string]string{"#0": name}, ExpressionAttributeValues: item{":value": text(value)},
	}
	if index == "" {
		input.ConsistentRead = aws.Bool(true)
	} else {
		input.IndexName = &index
	}
	var read []string
	for i, attribute := range attributes {
		short := fmt.Sprintf("#a%d", i)
		input.ExpressionAttributeNames[short] = attribute
		read = append(read, short)
	}
	if read != nil {
		input.ProjectionExpression = aws.String(strings.Join(read, ", "))
	}
	pages := dynamodb.NewQueryPaginator(s.Tables, input)
	var faults []error
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return errors.Join(append(faults, fmt.Errorf("%s of %s: %w", index, s.Photos, err))...)
		}
		if len(page.Items) > 0 {
			faults = append(faults, do(page.Items))
		}
	}
	return errors.Join(faults...)
}

// own are the rows below a person's own key.
type own struct {
	profile    bool
	username   string
	blocked    string    // since when, as it is written
	leaving    string    // the same
	since      time.Time // of leaving
	gone       time.Time // when the account was; zero if it is not known to be
	days       []item    // keys
	pairs      []item    // keys
	identities []string  // of the pairs
}

// ownAttributes are what is read of them.
var ownAttributes = []string{"photoId", "row", "leaving", "gone", "username", "blocked"}

// ownRows reads them. A mark that is no time is an error.
func (s *Stores) ownRows(ctx context.Context, sub string) (o own, err error) {
	var gone string
	err = s.each(ctx, "", "photoId", ProfilePartition+sub, ownAttributes, func(page []item) error {
		for _, one := range page {
			row := textIn(one, "row")
			switch {
			case row == profileRow:
				o.profile, o.leaving, o.username, o.blocked = true, textIn(one, "leaving"), textIn(one, "username"), textIn(one, "blocked")
				gone = textIn(one, "gone")
			case strings.HasPrefix(row, dayRow):
				o.days = append(o.days, keyOf(one))
			case strings.HasPrefix(row, pairRow) && anIdentity.MatchString(row[len(pairRow):]):
				o.pairs = append(o.pairs, keyOf(one))
				o.identities = append(o.identities, row[len(pairRow):])
			default:
				return fmt.Errorf("%s%s: got the row %s, want PROFILE, DAY#… or IDENTITY# and the id of one", ProfilePartition, sub, row)
			}
		}
		return nil
	})
	if err != nil || o.leaving == "" {
		return o, err
	}
	for name, one := range map[string]struct {
		text string
		to   *time.Time
	}{"leaving": {o.leaving, &o.since}, "gone": {gone, &o.gone}} {
		if one.text == "" {
			continue
		}
		if *one.to, err = time.Parse(time.RFC3339, one.text); err != nil {
			return o, fmt.Errorf("%s%s: %s: got %q, want a time, as in 2026-01-02T03:04:05Z", ProfilePartition, sub, name, one.text)
		}
	}
	return o, nil
}

// photos calls with pages of a person's photos: their keys, and which are hidden.
func (s *Stores) photos(ctx context.Context, sub string, do func(page []item) error) error {
	return s.each(ctx, "byOwner", "photoOwner", sub, []string{"photoId", "row", "hidden"}, do)
}

// children calls with pages of the keys of a person's comments and likes, on whoever's photos.
func (s *Stores) children(ctx context.Context, sub string, do func(page []item) error) error {
	return s.each(ctx, "byAuthor", "owner", sub, []string{"photoId", "row"}, do)
}

// kind is what a row of the index byAuthor is.
func kind(row item) (string, error) {
	switch name := textIn(row, "row"); {
	case strings.HasPrefix(name, commentRow):
		return Comments, nil
	case strings.HasPrefix(name, likeRow):
		return Likes, nil
	default:
		return "", fmt.Errorf("%s: got the row %s, want COMMENT#… or LIKE#…", textIn(row, "photoId"), name)
	}
}

// ownerOf is whose photo it is, as its id says.
func ownerOf(photo string) string {
	owner, _, _ := strings.Cut(photo, ".")
	return owner
}
