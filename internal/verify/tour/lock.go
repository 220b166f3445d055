package tour

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"lightbox.example/lightbox/internal/person"
)

// lockPrefix is what the name of the user begins with that stands for the run that is at work. What follows is made of the id of a stack,
// which people do not see: nobody can sign up by that name first, to keep runs out.
const lockPrefix = Prefix + "lock-"

// lockNote is the attribute of that user that has who is at work, as JSON.
const lockNote = "website"

// abandoned is how long a run that is alive lets pass between two renewals, at most: each of its parts takes less.
const abandoned = 15 * time.Minute

// errTaken is that a run is no longer the one.
var errTaken = errors.New("got the lock taken over by another run, or by --clean, want one at a time: what was refused since is no answer")

// A held is what the lock says.
type held struct {
	Run     string    `json:"run"`
	By      string    `json:"by"` // a computer's name
	Since   time.Time `json:"since"`
	Renewed time.Time `json:"renewed"`
}

// A lock is a user of the pool that one run at a time can make.
type lock struct {
	*place
	held
	sub string // of the user: another's of the same name is another lock
}

// lockName is the same for all runs on a deployment.
func lockName(stackID string) string {
	return lockPrefix + fmt.Sprintf("%x", sha256.Sum256([]byte(stackID)))[:16]
}

// lock makes the user, which Cognito lets one do. One that no run renews any more goes first, and any if takeOver. It is removed by its
// sub, so that of two who find it abandoned one gets it.
func (p *place) lock(ctx context.Context, run string, takeOver bool) (*lock, error) {
	by, _ := os.Hostname() // it is for people alone
	l := &lock{place: p, held: held{Run: run, By: by, Since: time.Now().UTC()}}
	for range 3 {
		err := l.create(ctx)
		if _, exists := errors.AsType[*types.UsernameExistsException](err); !exists {
			return l, err
		}
		got, err := p.stores.Users.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &p.stores.UserPool, Username: &p.locked})
		if isGone(err) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if attribute(got.UserAttributes, runNote) != ofRun {
			return nil, fmt.Errorf("%s: got a user whom no run made, want that name for the lock: remove them", p.locked)
		}
		var other held
		_ = json.Unmarshal([]byte(attribute(got.UserAttributes, lockNote)), &other) // what is none is of nobody at work
		if !takeOver && time.Since(other.Renewed) < abandoned {
			return nil, fmt.Errorf("got the run %s at work, on %s since %s, last heard of at %s; want one at a time: wait until it ends, or `lightbox verify --clean`, "+
				"which stops it and removes what it made. If it was killed, the next run takes over %v after it was last heard of",
				other.Run, other.By, other.Since.Format(time.RFC3339), other.Renewed.Format(time.RFC3339), abandoned)
		}
		p.Tell("taking over from the run %s, on %s since %s", other.Run, other.By, other.Since.Format(time.RFC3339))
		if err := p.removeUser(ctx, attribute(got.UserAttributes, "sub")); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s: got others faster each time, want one run at a time", p.locked)
}

func (l *lock) create(ctx context.Context) error {
	made, err := l.stores.Users.AdminCreateUser(ctx, &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId: &l.stores.UserPool, Username: &l.locked, MessageAction: types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{{Name: aws.String(runNote), Value: aws.String(ofRun)}, l.says()},
	})
	if err == nil {
		l.sub = attribute(made.User.Attributes, "sub")
	}
	return err
}

// says is the note, as of now.
func (l *lock) says() types.AttributeType {
	l.Renewed = time.Now().UTC()
	text, err := json.Marshal(l.held)
	if err != nil {
		panic(err) // texts and times
	}
	return types.AttributeType{Name: aws.String(lockNote), Value: aws.String(string(text))}
}

// renew says that the run is alive. The error is errTaken if it is no longer the one.
func (l *lock) renew(ctx context.Context) error {
	_, err := l.stores.Users.AdminUpdateUserAttributes(ctx, &cognitoidentityprovider.AdminUpdateUserAttributesInput{
		UserPoolId: &l.stores.UserPool, Username: &l.sub, UserAttributes: []types.AttributeType{l.says()},
	})
	if isGone(err) {
		return errTaken
	}
	return err
}

// release lets the next run begin, also when the context is done.
func (l *lock) release(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
	defer cancel()
	return l.removeUser(ctx, l.sub)
}

// removeUser removes a user by name or sub. It is no error if they are gone.
func (p *place) removeUser(ctx context.Context, name string) error {
	_, err := p.stores.Users.AdminDeleteUser(ctx, &cognitoidentityprovider.AdminDeleteUserInput{UserPoolId: &p.stores.UserPool, Username: &name})
	if isGone(err) {
		return nil
	}
	return err
}

// cleanRemembered removes what there is of users of this run who were removed while it was walking.
func (w *walk) cleanRemembered(ctx context.Context) error {
	var faults []error
	for _, c := range w.signedIn() {
		if c == nil || c.sub == "" || c.identity == "" {
			continue // clean finds out
		}
		who := person.Person{Username: c.user, Sub: c.sub}
		for _, identity := range []string{c.identity, w.guest.identity} {
			if identity != "" {
				who.Identities = append(who.Identities, identity)
			}
		}
		if err := errors.Join(w.abort(ctx, w.folders(who)), w.withdraw(ctx, who, c.folders)); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", c.user, err))
		}
		if _, err := w.stores.Unmake(ctx, who, nil); err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", c.user, err))
		}
	}
	return errors.Join(faults...)
}

func isGone(err error) bool {
	_, is := errors.AsType[*types.UserNotFoundException](err)
	return is
}
