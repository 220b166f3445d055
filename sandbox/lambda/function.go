package lambda

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store. Keys of permissions are the function's name, a slash, and the statement's id.
const (
	spaceFunctions   = "lambda/functions"
	spacePermissions = "lambda/permissions"
	spaceRetries     = "lambda/retries"
	spaceQueue       = "lambda/queue" // request id → queued
)

// function is a function as it is stored.
type function struct {
	Name, Owner string
	Settings    functionProperties
	Digest      string // of the zip file: SHA-256, in hex
	Size        int    // of it, in bytes
	Modified    time.Time
	Revision    string // another one after each change
}

// live is a function with all that an invocation depends on, as it is at one moment.
type live struct {
	function
	arn      string
	policies []*iam.Policy // its own; nil without permissions
	retries  retriesProperties
	pool     *pool
}

// arn is the ARN of a function.
func (s *Service) arn(name string) string {
	return "arn:aws:lambda:" + s.Region + ":" + s.Account + ":function:" + name
}

// find returns the function of a name, nil if there is none.
func (s *Service) find(name string) *live {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.live[name]
}

// namespaced is what names a function: a name or an ARN, or some of one, with a version or without.
// https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html#API_Invoke_RequestParameters
const namespaced = `(arn:(aws[a-zA-Z-]*)?:lambda:)?([a-z]{2}(-gov)?-[a-z]+-\d{1}:)?(\d{12}:)?(function:)?([a-zA-Z0-9-_]+)(:(\$LATEST(\.PUBLISHED)?|[a-zA-Z0-9-_]+))?`

var namespacedName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^` + namespaced + `$`) })

// nameOf is the name that a text stands for, and the version; it is not ok if it is of another region, account or service.
func (s *Service) nameOf(text, qualifier string) (name, qualified string, ok bool) {
	parts := namespacedName().FindStringSubmatch(text)
	if parts == nil {
		return "", "", false
	}
	region, account := parts[3], parts[5]
	name, qualified = parts[7], parts[9]
	if qualified == "" {
		qualified = qualifier
	}
	ok = (region == "" || region == s.Region+":") && (account == "" || account == s.Account+":") && (qualifier == "" || qualified == qualifier)
	return name, qualified, ok
}

// named returns the function that a text stands for; AWS refuses what it does not have with its ARN.
func (s *Service) named(text, qualifier string) (*live, error) {
	name, qualified, ok := s.nameOf(text, qualifier)
	f := s.find(name)
	if !ok || f == nil || qualified != "" && qualified != latest {
		return nil, aws.Refuse(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s", s.need("", text, qualifier).Resource)
	}
	return f, nil
}

// readFunction reads a function's properties and refuses what can't be.
func readFunction(r aws.Resource) (p functionProperties, err error) {
	if err := aws.Decode(functionType, r.Properties, &p); err != nil || provides(r.LogicalID) {
		return p, err
	}
	return p, p.check()
}

// check reads a function's properties, and looks whether Lambda may have its role.
func (s *Service) check(ctx context.Context, r aws.Resource) (functionProperties, error) {
	p, err := readFunction(r)
	if err != nil || provides(r.LogicalID) {
		return p, err
	}
	if _, err := s.as(ctx, p.Role, "check"); err != nil {
		return p, fmt.Errorf("%s.Role: %w", functionType, err)
	}
	return p, nil
}

// as is Lambda with a function's role.
func (s *Service) as(ctx context.Context, role, session string) (aws.Caller, error) {
	sub, _ := aws.WithEntry(aws.ByService(ctx)) // the call's own has one writer
	caller, err := s.Roles.As(sub, role, session, iam.Service{Name: principal})
	if err != nil {
		return caller, cannotAssume()
	}
	return caller, nil
}

// principal is who assumes the roles of functions.
const principal = "lambda.amazonaws.com"

// cannotAssume is the refusal of a role that does not trust Lambda.
// https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html
func cannotAssume() error {
	return aws.Refuse(http.StatusForbidden, "AccessDeniedException", "The role defined for the function cannot be assumed by Lambda.")
}

func (s *Service) state(name string) aws.State {
	return aws.State{PhysicalID: name, Attributes: map[string]any{"Arn": s.arn(name)}}
}

func (s *Service) createFunction(ctx context.Context, r aws.Resource) (aws.State, error) {
	p, err := s.check(ctx, r)
	if err != nil {
		return aws.State{}, err
	}
	name := p.FunctionName
	if name == "" {
		name = r.MadeName(longestName)
	}
	if provides(r.LogicalID) {
		return s.putProvided(ctx, name, p, r.Owner())
	}
	return s.putFunction(ctx, name, p, func(before *function) error {
		if before != nil && before.Owner != r.Owner() {
			return aws.Refuse(http.StatusConflict, "ResourceConflictException", "Function already exist: %s", name)
		}
		return nil
	}, r.Owner())
}

func (s *Service) updateFunction(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	p, err := s.check(ctx, r)
	if err != nil {
		return aws.State{}, err
	}
	if provides(r.LogicalID) {
		return s.putProvided(ctx, r.PhysicalID, p, r.Owner())
	}
	return s.putFunction(ctx, r.PhysicalID, p, func(before *function) error {
		if before == nil {
			return aws.Refuse(http.StatusNotFound, "ResourceNotFoundException", "Function not found: %s", s.arn(r.PhysicalID))
		}
		return nil
	}, "")
}

// putFunction unpacks the code and stores the function, if may says so of what is there. An owner of "" stays what it is.
func (s *Service) putFunction(ctx context.Context, name string, p functionProperties, may func(before *function) error, owner string) (aws.State, error) {
	s.changes.Lock()
	defer s.changes.Unlock()
	code, err := s.unpack(ctx, p.Code.S3Bucket, p.Code.S3Key)
	if err != nil {
		return aws.State{}, fmt.Errorf("%s.Code: %w", functionType, err)
	}
	err = s.Store.Update(func(tx store.Writer) error {
		f := function{Owner: owner}
		found, err := store.GetJSON(tx, spaceFunctions, name, &f)
		if err != nil {
			return err
		}
		before := &f
		if !found {
			before = nil
		}
		if err := may(before); err != nil {
			return err
		}
		f.Name, f.Settings, f.Digest, f.Size, f.Modified, f.Revision = name, p, code.digest, code.size, s.Now(), aws.NewUUID()
		return store.PutJSON(tx, spaceFunctions, name, f)
	})
	if err != nil {
		return aws.State{}, err
	}
	if err := s.reload(name); err != nil {
		return aws.State{}, err
	}
	return s.state(name), s.sweepCode()
}

func (s *Service) deleteFunction(_ context.Context, r aws.Resource) error {
	if provides(r.LogicalID) {
		return s.Store.Update(func(tx store.Writer) error { return tx.Delete(spaceProvided, []byte(r.PhysicalID)) })
	}
	s.changes.Lock()
	defer s.changes.Unlock()
	name := r.PhysicalID
	err := s.Store.Update(func(tx store.Writer) error {
		for key := range tx.Range(spacePermissions, store.Prefix([]byte(name+"/"))) {
			if err := tx.Delete(spacePermissions, key); err != nil {
				return err
			}
		}
		if err := tx.Delete(spaceRetries, []byte(name)); err != nil {
			return err
		}
		return tx.Delete(spaceFunctions, []byte(name))
	})
	if err != nil {
		return err
	}
	if err := s.reload(name); err != nil {
		return err
	}
	return s.sweepCode()
}

// names are those of all functions.
func (s *Service) names() (names []string, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(spaceFunctions, store.Range{}) {
			names = append(names, string(key))
		}
		return nil
	})
	return names, err
}

// reload reads a function from the store, and puts it in the place of what was known of it. Environments of a former revision
// end when they are done.
func (s *Service) reload(name string) error {
	var next *live
	err := s.Store.View(func(tx store.Reader) (err error) {
		f := live{arn: s.arn(name)}
		found, err := store.GetJSON(tx, spaceFunctions, name, &f.function)
		if err != nil || !found {
			return err
		}
		next = &f
		if _, err := store.GetJSON(tx, spaceRetries, name, &f.retries); err != nil {
			return err
		}
		f.policies, err = s.policiesOf(tx, name)
		return err
	})
	if err != nil {
		return fmt.Errorf("the function %s: %w", name, err)
	}
	s.mu.Lock()
	before := s.live[name]
	delete(s.live, name)
	if next != nil && !s.closed {
		s.live[name] = next
		if before != nil && before.Revision == next.Revision {
			next.pool = before.pool
		} else {
			next.pool = newPool(s, next, before)
		}
	}
	s.mu.Unlock()
	if before != nil && (next == nil || before.pool != next.pool) {
		before.pool.retire()
	}
	return nil
}
