package removal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/internal/bucket"
)

// errUnreadable is of a row that no resolver wrote.
var errUnreadable = errors.New("the row is not one of ours,")

// final tells an error that comes again, however often it is tried: of a row that cannot be read, or a refusal that the SDK takes for
// one that stays, as AccessDenied.
func final(err error) bool {
	if errors.Is(err, errUnreadable) {
		return true
	}
	_, refused := errors.AsType[smithy.APIError](err)
	return refused && !retry.NewStandard().IsErrorRetryable(err)
}

// Failure is what is left in the bucket of failures, below remover/: a change of a row, and why nothing came of it. Lambda leaves what
// it gave up in the same bucket, below aws/lambda/.
type Failure struct {
	Error  string          `json:"error"`
	Record json.RawMessage `json:"record"`
}

// leave leaves a change in the bucket of failures, and tells whether it could.
func (r *Remover) leave(ctx context.Context, change bucket.Change, why error) bool {
	document, err := json.Marshal(Failure{why.Error(), change.Record})
	if err == nil {
		key, kind := "remover/"+change.Number+".json", "application/json"
		_, err = r.Files.PutObject(ctx, &s3.PutObjectInput{Bucket: &r.settings.Failures, Key: &key, ContentType: &kind, Body: bytes.NewReader(document)})
	}
	if err != nil {
		log.Printf("stream: change %s: it could not be left: %v", change.Number, err)
	}
	return err == nil
}
