// Command remover is the Lambda function that removes files that no row names any more. See package removal.
package main

import (
	"context"
	"log"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"lightbox.example/lightbox/internal/environment"
	"lightbox.example/lightbox/internal/removal"
)

func main() {
	settings, err := environment.ReadSettings(os.Getenv)
	if err != nil {
		log.Fatal("remover: ", err)
	}
	client, err := environment.NewClient(context.Background())
	if err != nil {
		log.Fatal("remover: ", err)
	}
	lambda.Start(removal.NewRemover(client, settings).Handle)
}
