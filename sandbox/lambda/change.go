package lambda

import (
	"bytes"
	"context"
	"encoding/base64"
	"net/http"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// codeInput is the input of UpdateFunctionCode: a zip file in S3, or in the request itself, as base64.
type codeInput struct {
	FunctionName    string `required:"true" shape:"NamespacedFunctionName"`
	S3Bucket, S3Key string
	ZipFile         string
	RevisionID      string `aws:"RevisionId"`
	DryRun, Publish bool   `only:"false"`
}

// configurationInput is the input of UpdateFunctionConfiguration. What is left out stays as it is.
type configurationInput struct {
	FunctionName         string `required:"true" shape:"NamespacedFunctionName"`
	Description, Handler *string
	MemorySize           *int `min:"128" max:"10240"`
	Timeout              *int `min:"1" max:"900"`
	Environment          *struct{ Variables map[string]string }
	RevisionID           string `aws:"RevisionId"`
}

// codeNeeds are what IAM has to allow: to change the function, and to read the object for who has its code there.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
func (s *Service) codeNeeds(in codeInput) []aws.Request {
	needs := []aws.Request{s.need("", in.FunctionName, "")}
	if in.S3Bucket != "" {
		needs = append(needs, aws.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + in.S3Bucket + "/" + in.S3Key})
	}
	return needs
}

func (s *Service) configurationNeeds(in configurationInput) []aws.Request {
	return []aws.Request{s.need("", in.FunctionName, "")}
}

// changeCode answers UpdateFunctionCode. CloudFormation does not learn of it. Environments with the former code end when they
// are done.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionCode.html
func (s *Service) changeCode(ctx context.Context, in codeInput) (any, error) {
	if (in.S3Bucket == "" || in.S3Key == "") == (in.ZipFile == "") {
		return nil, invalidValue("Please provide a source for function code.")
	}
	s.changes.Lock()
	defer s.changes.Unlock()
	next, err := s.fetch(ctx, in)
	if err != nil {
		return nil, invalidValue(err.Error())
	}
	return s.changed(ctx, in.FunctionName, in.RevisionID, func(f *function) error {
		f.Digest, f.Size = next.digest, next.size
		return nil
	})
}

// fetch unpacks the code of a request.
func (s *Service) fetch(ctx context.Context, in codeInput) (code, error) {
	if in.ZipFile == "" {
		return s.unpack(ctx, in.S3Bucket, in.S3Key)
	}
	text, err := base64.StdEncoding.DecodeString(in.ZipFile)
	if err != nil {
		return code{}, err
	}
	return s.unpackFrom(bytes.NewReader(text))
}

// changeConfiguration answers UpdateFunctionConfiguration.
// https://docs.aws.amazon.com/lambda/latest/api/API_UpdateFunctionConfiguration.html
func (s *Service) changeConfiguration(ctx context.Context, in configurationInput) (any, error) {
	s.changes.Lock()
	defer s.changes.Unlock()
	return s.changed(ctx, in.FunctionName, in.RevisionID, func(f *function) error {
		p := &f.Settings
		p.Description, p.Handler = aws.Or(in.Description, p.Description), aws.Or(in.Handler, p.Handler)
		if in.MemorySize != nil {
			p.MemorySize = in.MemorySize
		}
		if in.Timeout != nil {
			p.Timeout = in.Timeout
		}
		if in.Environment != nil {
			p.Environment = in.Environment
		}
		if err := p.check(); err != nil {
			return invalidValue(err.Error())
		}
		return nil
	})
}

func invalidValue(message string) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidParameterValueException", "%s", message)
}

// changed changes a function that is there, and shows it. A revision is the one that it must have; "" is any. s.changes is held.
func (s *Service) changed(ctx context.Context, text, revision string, change func(*function) error) (any, error) {
	found, err := s.named(text, "")
	if err != nil {
		return nil, err
	}
	name := found.Name
	err = s.Store.Update(func(tx store.Writer) error {
		var f function
		if _, err := store.GetJSON(tx, spaceFunctions, name, &f); err != nil {
			return err
		}
		if revision != "" && revision != f.Revision {
			return aws.Refuse(http.StatusPreconditionFailed, "PreconditionFailedException", "The Revision Id provided does not match the latest Revision Id. "+
				"Call the GetFunction/GetAlias API to retrieve the latest Revision Id")
		}
		if err := change(&f); err != nil {
			return err
		}
		f.Modified, f.Revision = s.Now(), aws.NewUUID()
		return store.PutJSON(tx, spaceFunctions, name, f)
	})
	if err != nil {
		return nil, err
	}
	if err := s.reload(name); err != nil {
		return nil, err
	}
	if err := s.sweepCode(); err != nil {
		return nil, err
	}
	return s.getConfiguration(ctx, namedInput{FunctionName: name})
}
