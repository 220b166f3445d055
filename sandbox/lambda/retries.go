package lambda

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// retriesProperties are the properties of AWS::Lambda::EventInvokeConfig that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventinvokeconfig.html
type retriesProperties struct {
	FunctionName, Qualifier  string
	MaximumEventAgeInSeconds *int
	MaximumRetryAttempts     *int
}

// attempts is how often an invocation that failed is made again.
func (p *retriesProperties) attempts() int { return aws.Or(p.MaximumRetryAttempts, 2) }

// age is how long it is tried.
func (p *retriesProperties) age() time.Duration {
	return time.Duration(aws.Or(p.MaximumEventAgeInSeconds, 6*60*60)) * time.Second
}

func (p *retriesProperties) check() error {
	var faults []error
	fault := func(property, format string, args ...any) {
		faults = append(faults, fmt.Errorf(retriesType+"."+property+": "+format, args...))
	}
	if p.Qualifier != latest {
		fault("Qualifier", "got %q, want %s: no other is supported by the sandbox", p.Qualifier, latest)
	}
	if seconds := aws.Or(p.MaximumEventAgeInSeconds, 60); seconds < 60 || seconds > 21600 {
		fault("MaximumEventAgeInSeconds", "got %d, want 60 to 21600", seconds)
	}
	if n := p.attempts(); n < 0 || n > 2 {
		fault("MaximumRetryAttempts", "got %d, want 0 to 2", n)
	}
	return errors.Join(faults...)
}

// readRetries reads the properties of a function's retries and checks them.
func readRetries(r aws.Resource) (p retriesProperties, err error) {
	if err := aws.Decode(retriesType, r.Properties, &p); err != nil {
		return p, err
	}
	return p, p.check()
}

// keptRetries are the properties with the resource that they are of; "" of one that was kept before this was.
type keptRetries struct {
	retriesProperties
	Owner string `json:",omitempty"`
}

func (s *Service) createRetries(_ context.Context, r aws.Resource) (aws.State, error) {
	return s.putRetries(r, true)
}

func (s *Service) updateRetries(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	return s.putRetries(r, false)
}

// putRetries keeps what a function has once: of one that is made, there may be no other.
func (s *Service) putRetries(r aws.Resource, made bool) (aws.State, error) {
	p, err := readRetries(r)
	if err != nil {
		return aws.State{}, err
	}
	sum := sha256.Sum256([]byte(r.Owner()))
	state := aws.State{PhysicalID: aws.UUID(sum[:16])}
	return state, s.changeFunction(p.FunctionName, func(tx store.Writer, name string) error {
		var there keptRetries
		if _, err := store.GetJSON(tx, spaceRetries, name, &there); err != nil {
			return err
		}
		if made && there.Owner != "" && there.Owner != r.Owner() {
			return aws.AlreadyExists(retriesType, name, p.Qualifier)
		}
		return store.PutJSON(tx, spaceRetries, name, keptRetries{p, r.Owner()})
	})
}

func (s *Service) deleteRetries(_ context.Context, r aws.Resource) error {
	var p retriesProperties
	if err := aws.Decode(retriesType, r.Properties, &p); err != nil {
		return err
	}
	if _, err := s.named(p.FunctionName, ""); err != nil {
		return nil //nolint:nilerr // it went with its function
	}
	return s.changeFunction(p.FunctionName, func(tx store.Writer, name string) error { return tx.Delete(spaceRetries, []byte(name)) })
}

// changeFunction changes what belongs to a function, and makes it live.
func (s *Service) changeFunction(function string, change func(tx store.Writer, name string) error) error {
	s.changes.Lock()
	defer s.changes.Unlock()
	f, err := s.named(function, "")
	if err != nil {
		return err
	}
	if err := s.Store.Update(func(tx store.Writer) error { return change(tx, f.Name) }); err != nil {
		return err
	}
	return s.reload(f.Name)
}
