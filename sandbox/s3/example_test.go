package s3_test

import (
	"context"
	"log"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	ctx, db := context.Background(), store.NewMemory()
	accounts, err := roles.New(roles.Config{Store: db})
	if err != nil {
		log.Fatal(err)
	}
	files, err := s3.New(s3.Config{Store: db, Dir: ".lightbox/s3", Keys: accounts, Now: time.Now, Region: "us-east-1", Account: "000000000000"})
	if err != nil {
		log.Fatal(err)
	}
	if err := files.Bootstrap(ctx); err != nil { // the bucket that the CDK's CLI puts templates and assets into
		log.Fatal(err)
	}
	if _, err := files.Sweep(ctx); err != nil { // the lifecycle, whenever the clock says so
		log.Fatal(err)
	}
	http.Handle("/", files)                      // virtual-host and path style
	http.Handle("/own/", files.As(aws.Caller{})) // a service that calls for itself, as CloudFront does
}
