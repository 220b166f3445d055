package cloudfront_test

import (
	"log"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/cloudfront"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

func Example() {
	db := store.NewMemory()
	files, err := s3.New(s3.Config{Store: db, Now: time.Now, Region: "us-east-1", Account: "000000000000"})
	if err != nil {
		log.Fatal(err)
	}
	cdn, err := cloudfront.New(cloudfront.Config{Store: db, Origin: files, Now: time.Now, Account: "000000000000"})
	if err != nil {
		log.Fatal(err)
	}
	http.Handle("/", cdn) // https://d1….cloudfront.net/products/x.jpg; cdn.ResourceTypes() is what CloudFormation makes
}
