package person

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/objects"
)

// moved is what became of a photo: it was hidden or shown, it was so before, or it is gone.
type moved struct {
	changed, before bool
	folder          string // of which the CDN is to be told, also where the rest failed
}

// A placed is the row of a photo, as far as this is about it: its set is in Set, and when it is turned in Twin.
type placed struct {
	bucket.Named
	folder, hidden string
	files          []string
}

// public is where people see it.
func (p placed) public() string { return bucket.Photos + p.folder + "/" }

var errBusy = errors.New("it was changed by somebody else each time: run again")

// hide hides a photo, and show shows one. Its set is copied first, then the row says which it is, and then nothing is left where the
// set was: whenever this is killed, the row names a set that is there. What is left behind the next run removes, or the table's stream,
// or the sweep.
func (s *Stores) hide(ctx context.Context, id, now string) (moved, error) {
	return s.turn(ctx, id, func(p placed) turning {
		if p.hidden != "" { // the run that did it may have been killed
			return turning{from: p.Twin, to: p.Set}
		}
		return turning{p.Set, p.Twin, "SET #hidden = :hidden, feed = :feed", "attribute_not_exists(#hidden)", now, feedHidden}
	})
}

func (s *Stores) show(ctx context.Context, id string) (moved, error) {
	return s.turn(ctx, id, func(p placed) turning {
		if p.hidden == "" {
			return turning{from: p.Twin, to: p.Set}
		}
		return turning{p.Set, p.Twin, "SET feed = :feed REMOVE #hidden", "#hidden = :hidden", p.hidden, feedShown}
	})
}

// A turning is what is to become of a photo: its set goes from one folder to another, and the row changes in between, unless it did.
type turning struct{ from, to, update, condition, hidden, feed string }

// turn does what is to become of a photo as it is, and begins again where it changed meanwhile.
func (s *Stores) turn(ctx context.Context, id string, to func(placed) turning) (what moved, err error) {
	for range tries {
		p, there, err := s.photo(ctx, id)
		if err != nil || !there {
			return what, err
		}
		what.folder = p.public()
		t := to(p)
		if t.update == "" {
			what.before = true
			return what, s.settle(ctx, t, p.files)
		}
		if _, err := s.copyAll(ctx, t, p.files); err != nil {
			return what, err
		}
		if what.changed, err = s.write(ctx, id, p.folder, t); err != nil {
			return what, err
		}
		if what.changed {
			return what, s.settle(ctx, t, p.files)
		}
		now, there, err := s.photo(ctx, id)
		if err == nil && (!there || now.folder != p.folder) { // nobody else removes what was copied for it
			err = s.empty(ctx, t.to)
		}
		if err != nil {
			return what, err
		}
	}
	return what, errBusy
}

// photo reads the row of a photo. A row that no resolver wrote is an error.
func (s *Stores) photo(ctx context.Context, id string) (p placed, there bool, err error) {
	output, err := s.Tables.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.Photos, Key: key(id, photoRow), ConsistentRead: aws.Bool(true)})
	if err != nil || len(output.Item) == 0 {
		return p, false, err
	}
	image := bucket.Image(output.Item)
	named, err := bucket.NamedBy(image)
	files, err2 := bucket.RenditionsOf(image)
	p = placed{named, textIn(output.Item, "folder"), textIn(output.Item, "hidden"), files}
	if _, is := output.Item["hidden"]; is != (p.hidden != "") {
		err = errors.Join(err, errors.New("hidden: want a text"))
	}
	return p, true, errors.Join(err, err2)
}

// write has a row say what becomes of its photo, if it is still as it was read. HIDDEN is one of DynamoDB's words.
func (s *Stores) write(ctx context.Context, id, folder string, t turning) (done bool, err error) {
	_, err = s.Tables.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.Photos, Key: key(id, photoRow), UpdateExpression: &t.update, ConditionExpression: aws.String("folder = :folder AND " + t.condition),
		ExpressionAttributeNames:  map[string]string{"#hidden": "hidden"},
		ExpressionAttributeValues: item{":folder": text(folder), ":hidden": text(t.hidden), ":feed": text(t.feed)},
	})
	if refused(err) {
		return false, nil
	}
	return err == nil, err
}

// copyAll copies files from folder to folder, with their types and how long the CDN keeps them. One that is not there is left out: it is
// missing as before. It answers how many were there.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
func (s *Stores) copyAll(ctx context.Context, t turning, files []string) (copied int, err error) {
	for _, file := range files {
		// Our keys have no character that a URL escapes.
		from, to := s.Bucket+"/"+t.from+file, t.to+file
		_, err := s.Files.CopyObject(ctx, &s3.CopyObjectInput{Bucket: &s.Bucket, Key: &to, CopySource: &from})
		if refusal, is := errors.AsType[smithy.APIError](err); is && refusal.ErrorCode() == "NoSuchKey" {
			continue
		}
		if err != nil {
			return copied, wrap(t.from+file, err)
		}
		copied++
	}
	return copied, nil
}

// settle makes sure that all of a set is where it belongs now, and that no version of anything is where it was.
func (s *Stores) settle(ctx context.Context, t turning, files []string) error {
	there := map[string]bool{}
	next := s.bucket().Latest(t.to, "")
	for more := true; more; {
		var page []objects.Object
		var err error
		if page, more, err = next(ctx); err != nil {
			return wrap(t.to, err)
		}
		for _, object := range page {
			there[strings.TrimPrefix(object.Key, t.to)] = true
		}
	}
	files = slices.DeleteFunc(slices.Clone(files), func(file string) bool { return there[file] })
	copied, err := s.copyAll(ctx, t, files)
	if err != nil {
		return err
	}
	if copied == 0 && len(there) == 0 {
		return fmt.Errorf("%s: got no picture there, and none in %s; want one: `lightbox pictures render` makes it anew", t.to, t.from)
	}
	return s.empty(ctx, t.from)
}

// empty erases all versions below a folder.
func (s *Stores) empty(ctx context.Context, folder string) error {
	return wrap(folder, s.bucket().Erase(ctx, folder, func(int, int64) {}))
}
