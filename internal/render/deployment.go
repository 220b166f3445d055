package render

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/bucket"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/ingest"
	"lightbox.example/lightbox/internal/pictures"
)

// A Deployment is where the rows and functions of an environment are.
type Deployment struct {
	tables            *dynamodb.Client
	functions         *lambda.Client
	products, photos  string // tables
	pictures, remover string // functions
	// by is what sets are made by there.
	by pictures.Options
}

// Find asks CloudFormation for what is deployed as the stack API, by the ids that the stack gives it. Sets are made by options.
func Find(ctx context.Context, cfg aws.Config, stack string, by pictures.Options) (*Deployment, error) {
	d := &Deployment{
		by:     by,
		tables: dynamodb.NewFromConfig(cfg),
		// More pictures than the account has room for are tried again, for a minute or so.
		functions: lambda.NewFromConfig(cfg, func(o *lambda.Options) { o.RetryMaxAttempts = 8 }),
	}
	wanted := map[deployed.Kind]*string{
		deployed.Table(access.Products): &d.products, deployed.Table(access.Photos): &d.photos,
		deployed.Function(access.FunctionNamed(access.Pictures)): &d.pictures,
		deployed.Function(access.FunctionNamed(access.Remover)):  &d.remover,
	}
	return d, deployed.Resources(ctx, cfg, stack, wanted)
}

// ask invokes a function and waits for its answer. An error is the function's own, or has its words for people.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
func (d *Deployment) ask(ctx context.Context, function string, event any) (ingest.Answer, error) {
	var answer ingest.Answer
	payload, err := json.Marshal(event)
	if err != nil {
		return answer, err
	}
	output, err := d.functions.Invoke(ctx, &lambda.InvokeInput{FunctionName: &function, Payload: payload})
	if err != nil {
		return answer, err
	}
	if output.FunctionError != nil {
		var broke struct{ ErrorMessage string }
		_ = json.Unmarshal(output.Payload, &broke) // whatever it is, it broke
		return answer, fmt.Errorf("the function %s broke: %s", function, broke.ErrorMessage)
	}
	if err := json.Unmarshal(output.Payload, &answer); err != nil {
		return answer, fmt.Errorf("the function %s: %w", function, err)
	}
	if answer.Error != "" {
		return answer, errors.New(answer.Error)
	}
	return answer, nil
}

// remove has files removed: folders, which end with a slash, and objects.
func (d *Deployment) remove(ctx context.Context, files []string) error {
	var c bucket.Remove
	for _, file := range files {
		if file[len(file)-1] == '/' {
			c.Folders = append(c.Folders, file)
		} else {
			c.Objects = append(c.Objects, file)
		}
	}
	_, err := d.ask(ctx, d.remover, bucket.Remover{Remove: &c})
	return err
}
