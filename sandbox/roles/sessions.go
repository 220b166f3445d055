package roles

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	minSession  = 15 * time.Minute
	chainLimit  = time.Hour      // of a session that was assumed from another
	memory      = 24 * time.Hour // for which an expired session is still known
	sweepLimit  = 16             // expired sessions that one Assume forgets: more than it makes
	tokenLength = 240            // bytes of a session token, before they become text
)

// Request asks for a session of a role, for either a Caller or a WebIdentity.
type Request struct {
	RoleARN     string
	SessionName string        // 2 to 64 of A-Z a-z 0-9 _+=,.@-
	Duration    time.Duration // 15 minutes to what the role allows; an hour if zero

	Caller      *aws.Caller      // as in AssumeRole
	WebIdentity *iam.WebIdentity // as in AssumeRoleWithWebIdentity
	Tags        []iam.Tag        // of the session; the trust policy has to allow sts:TagSession then
	ExternalID  string           // what the caller says it acts for; "" if nothing

	// Policy is the document of a session policy, which limits the session; "" is none.
	Policy string
	// Guest puts the session below Cognito's ceiling for guests, iam.GuestCeiling.
	Guest bool
}

// Session are temporary credentials.
type Session struct {
	AccessKeyID, SecretAccessKey, SessionToken string
	Expiration                                 time.Time // whole seconds
	RoleARN                                    string
	AssumedRoleID                              string // as in AROAEXAMPLE:name
	ARN                                        string // as in arn:aws:sts::111122223333:assumed-role/Guest/name
}

// session is a Session as it is stored.
type session struct {
	Secret, Token string
	Expires       time.Time
	Role, RoleID  string // the name and the id
	Name          string
	Tags          []iam.Tag       `json:",omitempty"`
	Identity      iam.WebIdentity `json:",omitzero"`
	Policy        string          `json:",omitempty"`
	Guest         bool            `json:",omitempty"`
}

// Assume makes a session of a role, if its trust policy allows it. It fails with an *aws.Error: AccessDenied of who may not,
// and of a role that is not there; ValidationError; MalformedPolicyDocument of the session policy.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
func (s *Service) Assume(ctx context.Context, request Request) (Session, error) {
	if err := s.check(&request); err != nil {
		return Session{}, err
	}
	r, err := s.admit(ctx, &request)
	if err != nil {
		return Session{}, err
	}
	if err := checkDuration(r, &request); err != nil {
		return Session{}, err
	}
	now := s.now()
	made := request.session(r)
	made.Secret, made.Token = base64.StdEncoding.EncodeToString(s.bytes(30)), base64.StdEncoding.EncodeToString(s.bytes(tokenLength))
	made.Expires = now.Add(request.Duration).Truncate(time.Second)
	id := "ASIA" + s.letters(16)
	if err := s.store.Update(func(tx store.Writer) error { return keepSession(tx, now, id, &made) }); err != nil {
		return Session{}, err
	}
	principal := made.principal(s, r)
	return Session{
		AccessKeyID: id, SecretAccessKey: made.Secret, SessionToken: made.Token, Expiration: made.Expires,
		RoleARN: principal.Role, AssumedRoleID: principal.UserID, ARN: aws.Caller{Principal: principal}.ARN(),
	}, nil
}

// session is that of the role which the request asks for, without keys.
func (request *Request) session(r *role) session {
	made := session{Role: r.Name, RoleID: r.ID, Name: request.SessionName, Tags: request.Tags, Policy: request.Policy, Guest: request.Guest}
	if request.WebIdentity != nil {
		made.Identity = *request.WebIdentity
	}
	return made
}

// Acting is the caller that the holder of the session would be which Assume would make, and fails as Assume does. Nothing is kept of
// it: it is for saying what somebody may.
func (s *Service) Acting(ctx context.Context, request Request) (aws.Caller, error) {
	if err := s.check(&request); err != nil {
		return aws.Caller{}, err
	}
	r, err := s.admit(ctx, &request)
	if err != nil {
		return aws.Caller{}, err
	}
	made := request.session(r)
	limits, err := made.limits()
	return aws.Caller{Account: s.account, Principal: made.principal(s, r), Identity: s.identity(r), Session: limits}, err
}

// limits are the policies that the session itself is below; none limits nothing.
func (x *session) limits() (list []*iam.Policy, err error) {
	if x.Guest {
		list = iam.GuestCeiling()
	}
	if x.Policy == "" {
		return list, nil
	}
	p, err := iam.Parse(iam.Session, "session policy of "+x.Name, []byte(x.Policy))
	return append(slices.Clone(list), p), err
}

// check refuses what is wrong with a request itself.
func (s *Service) check(request *Request) error {
	if n := len(request.SessionName); n < 2 || n > 64 || !namePattern.MatchString(request.SessionName) {
		return invalid("1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\w+=,.@-]* and have 2 to 64 characters", request.SessionName)
	}
	if len(request.Tags) > 50 {
		return invalid("got %d session tags, want at most 50", len(request.Tags))
	}
	for i, tag := range request.Tags {
		same := func(other iam.Tag) bool { return strings.EqualFold(other.Key, tag.Key) }
		switch {
		case tag.Key == "" || len(tag.Key) > 128 || len(tag.Value) > 256 || strings.HasPrefix(strings.ToLower(tag.Key), "aws:"):
			return invalid("session tag %d: got the key %q with a value of %d characters, want a key of 1 to 128 that does not begin with aws:, and a value of at most 256", i+1, tag.Key, len(tag.Value))
		case slices.IndexFunc(request.Tags, same) != i:
			return invalid("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
	}
	if request.Policy == "" {
		return nil
	}
	if len(request.Policy) > 2048 {
		return aws.Refuse(http.StatusBadRequest, "PackedPolicyTooLarge", "the session policy has %d characters, want at most 2048", len(request.Policy))
	}
	if _, err := iam.Parse(iam.Session, "session policy", []byte(request.Policy)); err != nil {
		return aws.Refuse(http.StatusBadRequest, "MalformedPolicyDocument", "%s", err)
	}
	if err := aws.CheckKeys(iam.Session, "the session policy", []byte(request.Policy)); err != nil {
		return aws.Refuse(http.StatusBadRequest, "MalformedPolicyDocument", "%s", err)
	}
	return nil
}

// admit lets the trust policy decide.
func (s *Service) admit(ctx context.Context, request *Request) (*role, error) {
	caller, action := aws.Caller{}, "sts:AssumeRole"
	switch {
	case request.WebIdentity != nil:
		caller.Principal, action = *request.WebIdentity, "sts:AssumeRoleWithWebIdentity"
	case request.Caller != nil:
		caller = *request.Caller
	}
	keys := iam.Context{{Name: "sts:RoleSessionName", Value: request.SessionName}}
	if request.ExternalID != "" {
		keys = append(keys, iam.Key{Name: "sts:ExternalId", Value: request.ExternalID})
	}
	actions := []string{action}
	if len(request.Tags) > 0 {
		actions = append(actions, "sts:TagSession")
		names := make([]string, len(request.Tags))
		for i, tag := range request.Tags {
			names[i] = tag.Key
			keys = append(keys, iam.Key{Name: "aws:RequestTag/" + tag.Key, Value: tag.Value})
		}
		keys = append(keys, iam.Key{Name: "aws:TagKeys", Values: names})
	}
	return s.trusted(ctx, caller, request.RoleARN, keys, actions...)
}

// trusted returns the role, if the caller may take all actions on it.
func (s *Service) trusted(ctx context.Context, caller aws.Caller, arn string, keys iam.Context, actions ...string) (*role, error) {
	r := s.find(nameOf(arn))
	var trust []*iam.Policy
	if r == nil || r.arn(s.account) != arn {
		r = nil
	} else {
		trust = []*iam.Policy{r.Trust.compiled}
	}
	for _, action := range actions {
		if r == nil { // The answer is that of a role which trusts nobody.
			return nil, aws.Refuse(http.StatusForbidden, "AccessDenied", "User: %s is not authorized to perform: %s on resource: %s", caller.ARN(), action, arn)
		}
		decision, _ := aws.Authorize(ctx, caller, aws.Request{Action: action, Resource: arn, Context: keys, Policies: trust})
		if decision == iam.Deny {
			return nil, aws.Refuse(http.StatusForbidden, "AccessDenied", "User: %s is not authorized to perform: %s on resource: %s", caller.ARN(), action, arn)
		}
	}
	return r, nil
}

// find returns the role of a name, nil if there is none.
func (s *Service) find(name string) *role {
	if r := s.tables.Load().roles[name]; r != nil {
		return r
	}
	return s.bootstrap.role(name)
}

func checkDuration(r *role, request *Request) error {
	if request.Duration == 0 {
		request.Duration = time.Hour
	}
	chained := request.Caller != nil && strings.HasPrefix(request.Caller.AccessKeyID, "ASIA")
	switch {
	case request.Duration < minSession:
		return invalid("got DurationSeconds %d, want at least %d", request.Duration/time.Second, minSession/time.Second)
	case request.Duration > r.MaxSession:
		return invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	case chained && request.Duration > chainLimit:
		return invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	return nil
}

func invalid(format string, args ...any) error {
	return aws.Refuse(http.StatusBadRequest, "ValidationError", format, args...)
}

// As is the caller that a service of the sandbox is while it acts with a role, if the role's trust policy allows it. It
// fails with an *aws.Error, AccessDenied. The caller is good for the request at hand: nothing of it is kept.
func (s *Service) As(ctx context.Context, roleARN, sessionName string, service iam.Service) (aws.Caller, error) {
	r, err := s.trusted(ctx, aws.Caller{Principal: service}, roleARN, nil, "sts:AssumeRole")
	if err != nil {
		return aws.Caller{}, err
	}
	acting := session{Name: sessionName}
	return aws.Caller{Account: s.account, Principal: acting.principal(s, r), Identity: s.identity(r)}, nil
}

// principal is the holder of the session.
func (x *session) principal(s *Service, r *role) iam.RoleSession {
	tags := slices.Clone(x.Tags)
	for _, tag := range r.Tags { // "the session tag takes precedence"
		if !slices.ContainsFunc(tags, func(own iam.Tag) bool { return strings.EqualFold(own.Key, tag.Key) }) {
			tags = append(tags, tag)
		}
	}
	return iam.RoleSession{Role: r.arn(s.account), Name: x.Name, UserID: r.ID + ":" + x.Name, Tags: tags, Identity: x.Identity}
}

// identity are the policies that hang on the role.
func (s *Service) identity(r *role) []*iam.Policy {
	if r.bootstrap {
		return s.bootstrap.everything
	}
	return s.tables.Load().identity[r.Name]
}

// session returns what the access key of a session stands for now.
func (s *Service) session(accessKeyID string) (aws.Credentials, bool) {
	x := session{}
	err := s.store.View(func(tx store.Reader) error {
		found, err := store.GetJSON(tx, sessionSpace, accessKeyID, &x)
		if err == nil && !found {
			err = errUnknown
		}
		return err
	})
	if err != nil {
		return aws.Credentials{}, false
	}
	r := s.find(x.Role)
	if r == nil || r.ID != x.RoleID || !s.now().Before(x.Expires.Add(memory)) {
		return aws.Credentials{}, false
	}
	known := aws.Credentials{
		Secret: x.Secret, SessionToken: x.Token, Expiration: x.Expires, Account: s.account,
		Principal: x.principal(s, r), Identity: s.identity(r),
	}
	limits, err := x.limits()
	if err != nil {
		return aws.Credentials{}, false
	}
	known.Session = limits
	return known, true
}

var errUnknown = errors.New("no such session")

// keepSession stores the session, and forgets those that expired long ago.
func keepSession(tx store.Writer, now time.Time, id string, x *session) error {
	if err := sweep(tx, now); err != nil {
		return err
	}
	note := binary.BigEndian.AppendUint64(nil, uint64(x.Expires.Add(memory).UnixMilli()))
	return errors.Join(store.PutJSON(tx, sessionSpace, id, x), tx.Put(expirySpace, append(note, id...), nil))
}

func sweep(tx store.Writer, now time.Time) error {
	end := binary.BigEndian.AppendUint64(nil, uint64(now.UnixMilli()+1))
	seen := 0
	for note := range tx.Range(expirySpace, store.Range{To: end}) {
		if seen++; seen > sweepLimit {
			return nil
		}
		id := slices.Clone(note[8:])
		if err := errors.Join(tx.Delete(sessionSpace, id), tx.Delete(expirySpace, slices.Clone(note))); err != nil {
			return err
		}
	}
	return nil
}
