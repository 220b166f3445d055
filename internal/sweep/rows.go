package sweep

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"lightbox.example/lightbox/internal/bucket"
)

// pageRows is how many rows a page of a Scan has: of rows of a kilobyte or two what a small ceiling lets through in a second.
const pageRows = 100

// What is read of a row: of those that name files, and of people who leave.
const (
	attributes = "photoId, #row, id, #state, folder, original, claim, upload, version, renditions, photoOwner, likeCount, bytes, #hidden, leaving"
	wanted     = "attribute_exists(folder) OR attribute_exists(leaving)"
)

// readTables reads both tables, and tells whether it came to their end.
func (p *pass) readTables(ctx context.Context) (whole bool, err error) {
	for _, table := range []string{p.settings.Products, p.settings.Photos} {
		if whole, err = p.scan(ctx, table); err != nil {
			return false, fmt.Errorf("reading the table %s: %w", table, err)
		}
		if !whole {
			return false, nil
		}
	}
	return true, nil
}

// scan reads a table, at half of its ceiling.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-query-scan.html
func (p *pass) scan(ctx context.Context, table string) (whole bool, err error) {
	pages := dynamodb.NewScanPaginator(p.Tables, &dynamodb.ScanInput{
		TableName: &table, ConsistentRead: aws.Bool(true), Limit: aws.Int32(pageRows),
		ProjectionExpression: aws.String(attributes), FilterExpression: aws.String(wanted),
		ExpressionAttributeNames: map[string]string{"#row": "row", "#state": "state", "#hidden": "hidden"},
		ReturnConsumedCapacity:   types.ReturnConsumedCapacityTotal,
	})
	for pages.HasMorePages() {
		if p.late("reading rows") {
			return false, nil
		}
		page, err := pages.NextPage(ctx)
		if err != nil {
			return false, err
		}
		p.Rows += int(page.ScannedCount)
		for _, row := range page.Items {
			p.meetRow(row)
		}
		if used := page.ConsumedCapacity; used != nil && pages.HasMorePages() {
			seconds := aws.ToFloat64(used.CapacityUnits) * 2 / float64(max(1, p.settings.ReadUnits))
			if err := pause(ctx, time.Duration(seconds*float64(time.Second))); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// photo is one whose files are not all there.
type photo struct {
	id, folder, owner string
	files             []string
	likes, bytes      string               // numbers, as the table has them
	hidden            types.AttributeValue // nil of one that is shown
}

// meetRow marks what a row names. One that cannot be read keeps whatever it could mean.
func (p *pass) meetRow(row item) {
	if since, err := time.Parse(time.RFC3339, textIn(row, "leaving")); err == nil && p.Leaving != nil && !p.isYoung(since) {
		p.leaving = append(p.leaving, strings.TrimPrefix(textIn(row, "photoId"), "PROFILE#"))
	}
	folder := textIn(row, "folder")
	if row["folder"] == nil {
		return
	}
	image := bucket.Image(row)
	named, err := bucket.NamedBy(image)
	files, err2 := bucket.RenditionsOf(image)
	if err := errors.Join(err, err2); err != nil {
		p.fault("the row "+textIn(row, "photoId")+textIn(row, "id"), err)
		for _, area := range []string{bucket.Drafts, bucket.Hidden, bucket.Photos, bucket.Products} {
			p.keep(area + folder + "/")
		}
		p.keep(bucket.Originals + textIn(row, "original"))
		p.keep(bucket.MainKey(textIn(row, "id")))
		return
	}
	p.keep(named.Set)
	p.keep(named.Original)
	if textIn(row, "state") == "LIVE" {
		p.keep(bucket.MainKey(textIn(row, "id")))
	}
	if p.covers(named.Set) && !p.units[named.Set].hasAll(files) {
		p.meetHollow(row, folder, files)
	}
}

// keep marks a unit that a row names.
func (p *pass) keep(key string) {
	if u := p.units[key]; u != nil {
		u.named = true
	}
}

// hasAll tells whether all of the files are there.
func (u *unit) hasAll(files []string) bool {
	return u != nil && !slices.ContainsFunc(files, func(file string) bool { return !u.has(file) })
}

// meetHollow notes a row whose files are not all there. A product's is for people to mend: a catalogue's words are worth more than its
// picture.
func (p *pass) meetHollow(row item, folder string, files []string) {
	if id := textIn(row, "id"); id != "" {
		if len(p.Hollow) < mostNames {
			p.Hollow = append(p.Hollow, id)
		}
		return
	}
	one := photo{
		id: textIn(row, "photoId"), folder: folder, owner: textIn(row, "photoOwner"), files: files,
		likes: numberIn(row, "likeCount"), bytes: numberIn(row, "bytes"), hidden: row["hidden"],
	}
	note := hollow
	if one.hidden != nil {
		note = hollowHidden
	}
	p.photos[note+one.id+"#"+folder] = one
}

func numberIn(row item, name string) string {
	value, is := row[name].(*types.AttributeValueMemberN)
	if !is {
		return "0"
	}
	return value.Value
}
