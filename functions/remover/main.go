// Command remover is the Lambda function that removes what rows had, and have no longer. See package removal.
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
	settings, err := removal.ReadSettings(os.Getenv)
	if err != nil {
		log.Fatal("remover: ", err)
	}
	cfg, err := environment.LoadConfig(context.Background())
	if err != nil {
		log.Fatal("remover: ", err)
	}
	lambda.Start(removal.NewRemover(removal.ClientsOf(cfg), settings).Handle)
}
