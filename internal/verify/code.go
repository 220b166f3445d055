package verify

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/proof/system"
)

// codeActions are what code needs besides the handlers.
var codeActions = []string{"lambda:GetFunctionConfiguration", "s3:GetObject"}

// code holds the digest of the code that a function runs against the file that its template names.
// https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionConfiguration.html
func (p *part) code(ctx context.Context) ([]Row, error) {
	if !table()[p.resource.Type].code {
		return nil, nil
	}
	declared, err := p.declared()
	if err != nil {
		return nil, err
	}
	bucket, _ := system.Lookup(declared, "Code.S3Bucket").(string)
	key, _ := system.Lookup(declared, "Code.S3Key").(string)
	if bucket == "" || key == "" {
		return []Row{{Unread, p.place(), "drift", "Code: the template has it in itself, and AWS shows a digest alone"}}, nil
	}
	runs, err := lambda.NewFromConfig(p.standing.config).GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &p.physical})
	if err != nil {
		return nil, err
	}
	file, err := s3.NewFromConfig(p.standing.config, func(o *s3.Options) { o.UsePathStyle = o.BaseEndpoint != nil }).GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, fmt.Errorf("the code of the template, s3://%s/%s: %w", bucket, key, err)
	}
	defer func() { _ = file.Body.Close() }()
	digest := sha256.New()
	if _, err := io.Copy(digest, file.Body); err != nil {
		return nil, fmt.Errorf("the code of the template, s3://%s/%s: %w", bucket, key, err)
	}
	want := base64.StdEncoding.EncodeToString(digest.Sum(nil))
	if got := aws.ToString(runs.CodeSha256); got != want {
		return []Row{{Violation, p.place(), "drift", fmt.Sprintf("Code: got code with the SHA-256 %s, want %s as of s3://%s/%s: something else runs than was built", got, want, bucket, key)}}, nil
	}
	return nil, nil
}
