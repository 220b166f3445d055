package removal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentity"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/cdn"
	"lightbox.example/lightbox/internal/objects"
	"lightbox.example/lightbox/internal/person"
	"lightbox.example/lightbox/internal/sweep"
)

// Remover is the function `remover`: it removes what a row had, and no row has any more.
type Remover struct {
	Clients
	settings Settings
	people   *person.Stores
	cdn      cdn.CDN
}

// Clients are those of the services that the function calls.
type Clients struct {
	Files  *s3.Client
	Tables *dynamodb.Client
	CDN    *cloudfront.Client
	// Users and Identities are of the user pool and of the identity pool.
	Users      *cognitoidentityprovider.Client
	Identities *cognitoidentity.Client
}

// ClientsOf are clients by a configuration.
func ClientsOf(cfg aws.Config) Clients {
	return Clients{
		s3.NewFromConfig(cfg), dynamodb.NewFromConfig(cfg), cloudfront.NewFromConfig(cfg, cdn.Patiently),
		cognitoidentityprovider.NewFromConfig(cfg), cognitoidentity.NewFromConfig(cfg),
	}
}

// NewRemover is the function in a deployment.
func NewRemover(clients Clients, settings Settings) *Remover {
	people := person.New(
		person.Clients{Users: clients.Users, Identities: clients.Identities, Tables: clients.Tables, Files: clients.Files},
		person.Names{UserPool: settings.UserPool, Photos: settings.Photos, Products: settings.Products, Bucket: settings.Bucket},
	)
	return &Remover{clients, settings, people, cdn.CDN{Client: clients.CDN, Distribution: settings.Distribution}}
}

// Answer is what the function answers, as JSON.
type Answer struct {
	Done bool `json:"done,omitempty"` // of remove
	// Failures are the changes of a stream that have to come again.
	Failures []events.DynamoDBBatchItemFailure `json:"batchItemFailures,omitempty"`
	// Swept is what a pass did: nobody but the operator who calls it by hand hears it, so that it is in the log as well.
	Swept *sweep.Report `json:"swept,omitempty"`
}

// Handle answers the event of a table's stream, {"Records": […]}, with what has to come again (see follow), that of its schedule with
// what a pass did (see package sweep), and the event
//
//	{"remove": {"folders": ["public/photos/FOLDER/"], "objects": ["uploads/SUB/UUID", "originals/SUB/FOLDER", "answers/UUID",
//	            "answers/PRODUCT.VERSION.UUID", "answers/FOLDER.VERSION", "public/products/ID/main.jpg"]}}
//
// with {"done": true} when nothing of it is left, whether there was anything or not. Folders are those of sets: of photos,
// products and drafts. What is in an area to be erased loses all its versions and delete markers; in the others it gets a
// delete marker, unless it has one. If one key is not of these, the error names it and nothing is removed. What S3 refuses to
// delete is named, and everything else is removed all the same.
func (r *Remover) Handle(ctx context.Context, event json.RawMessage) (Answer, error) {
	changes, streamed, err := bucket.ReadChanges(event)
	if err != nil {
		return Answer{}, err
	}
	if streamed {
		return r.follow(ctx, changes), nil
	}
	at, scheduled, err := bucket.ReadScheduled(event)
	if err != nil {
		return Answer{}, err
	}
	if scheduled {
		return r.sweep(ctx, at)
	}
	command, err := bucket.ReadRemover(event)
	if err != nil {
		return Answer{}, err
	}
	if err := command.Remove.Check(); err != nil {
		return Answer{}, fmt.Errorf("remove: %w", err)
	}
	if err := r.remove(ctx, slices.Concat(command.Remove.Folders, command.Remove.Objects)); err != nil {
		return Answer{}, fmt.Errorf("remove: %w", err)
	}
	return Answer{Done: true}, nil
}

// sweep makes a pass, and reports it by a line of the log.
func (r *Remover) sweep(ctx context.Context, at time.Time) (Answer, error) {
	clients := sweep.Clients{Files: r.Files, Tables: r.Tables, Remove: r.remove, Invalidate: r.cdn.Invalidate, Leaving: r.goOn}
	settings := sweep.Settings{Bucket: r.settings.Bucket, Products: r.settings.Products, Photos: r.settings.Photos, ReadUnits: r.settings.ReadUnits}
	report, err := sweep.New(clients, settings, at).Pass(ctx)
	if err := json.NewEncoder(os.Stdout).Encode(Answer{Swept: &report}); err != nil {
		log.Print("sweep: ", err)
	}
	if err != nil {
		return Answer{}, fmt.Errorf("sweep: %w", err)
	}
	return Answer{Swept: &report}, nil
}

// remove removes objects, and what is in folders, as their areas say.
func (r *Remover) remove(ctx context.Context, files []string) error {
	return r.removeOlder(ctx, files, time.Time{})
}

// removeOlder removes what was there before a time, or all at the zero time. S3 tells whole seconds: what is of the same one stays.
func (r *Remover) removeOlder(ctx context.Context, files []string, than time.Time) error {
	var faults []error
	for _, prefix := range files {
		if err := r.removeAll(ctx, prefix, than); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", prefix, err))
		}
	}
	return errors.Join(faults...)
}

// removeAll removes an object or what is in a folder, a page of the listing after the other. Of keys that begin alike the
// shortest is listed first, so an object's are over at the first other key.
func (r *Remover) removeAll(ctx context.Context, prefix string, than time.Time) error {
	files := objects.Bucket{Client: r.Files, Name: r.settings.Bucket}
	next := files.Latest(prefix, "")
	if access.Erased(prefix) {
		next = files.Versions(prefix, "")
	}
	meant := func(key string) bool { return key == prefix || strings.HasSuffix(prefix, "/") }
	var faults []error
	for more := true; more; {
		var page []objects.Object
		var err error
		if page, more, err = next(ctx); err != nil {
			return errors.Join(append(faults, err)...)
		}
		found := slices.DeleteFunc(slices.Clone(page), func(o objects.Object) bool { return !meant(o.Key) })
		more = more && len(found) == len(page)
		found = slices.DeleteFunc(found, func(o objects.Object) bool { return !than.IsZero() && !o.Modified.Before(than) })
		faults = append(faults, files.Delete(ctx, found))
	}
	return errors.Join(faults...)
}
