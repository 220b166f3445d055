// Command pictures is the Lambda function that makes the pictures of photos and products. See package ingest.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/pictures"
)

func main() {
	settings, err := environment.ReadSettings(os.Getenv)
	if err != nil {
		log.Fatal("pictures: ", err)
	}
	client, err := environment.NewClient(context.Background())
	if err != nil {
		log.Fatal("pictures: ", err)
	}
	if err := pictures.Prepare(ingest.Options(settings)); err != nil {
		log.Fatal("pictures: ", err)
	}
	lambda.Start(ingest.NewPictures(client, settings).Handle)
}
