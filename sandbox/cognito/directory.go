package cognito

import (
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/store"
)

// A pool is a user pool.
type pool struct {
	ID                string
	Created, Modified time.Time
	Secret            []byte // what is made up about users who are not there is derived from it
	Settings          properties.Pool
}

// A client is an app client.
type client struct {
	ID, Pool, Name    string
	Created, Modified time.Time
	Settings          properties.Client
}

// A group is a group of a pool's users.
type group struct {
	Name, Pool        string
	Description, Role string
	Precedence        *int // nil is after all numbers
	Created, Modified time.Time
}

// The states of a user.
const (
	unconfirmed         = "UNCONFIRMED"
	confirmed           = "CONFIRMED"
	forceChangePassword = "FORCE_CHANGE_PASSWORD"
	resetPassword       = "RESET_REQUIRED"
)

// A user is a person in a pool.
type user struct {
	Name, Pool, Sub   string
	Status            string
	Enabled           bool
	Created, Modified time.Time
	Attributes        map[string]string // sub is not among them
	Groups            []string
	Salt, Verifier    []byte    // of SRP; empty as long as there is no password
	PasswordSet       time.Time // when the password, or the temporary one, was set
	TOTP              authenticator
}

// authenticator is a user's authenticator app.
type authenticator struct {
	Secret, Pending    []byte // Pending is not verified yet
	Enabled, Preferred bool
	Device             string
	LastStep           int64 // the last step whose code was used
}

func (t tx) pool(id string) (*pool, error) {
	p := &pool{}
	found, err := t.get(poolSpace, key(id), p)
	if err == nil && !found {
		err = refuse.With("ResourceNotFoundException", "User pool %s does not exist.", id)
	}
	return p, err
}

// client finds a client and its pool.
func (t tx) client(id string) (*client, *pool, error) {
	c := &client{}
	found, err := t.get(clientSpace, key(id), c)
	if err == nil && !found {
		err = refuse.ClientUnknown(id)
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := t.pool(c.Pool)
	return c, p, err
}

func (t tx) group(p *pool, name string) (*group, error) {
	g := &group{}
	found, err := t.get(groupSpace, key(p.ID, name), g)
	if err == nil && !found {
		err = refuse.With("ResourceNotFoundException", "Group not found.")
	}
	return g, err
}

// fold brings names and addresses into the form in which the pool compares them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html
func (p *pool) fold(name string) string {
	if p.Settings.UsernameConfiguration != nil && !p.Settings.UsernameConfiguration.CaseSensitive {
		return strings.ToLower(name)
	}
	return name
}

// find looks a user up by user name or by verified e-mail address; nil if there is none. The name that it returns is the
// folded user name, or what name folds to if there is nobody.
func (t tx) find(p *pool, name string) (*user, string, error) {
	folded := p.fold(name)
	if owner, ok := t.Get(aliasSpace, key(p.ID, folded)); ok {
		folded = string(owner)
	}
	u := &user{}
	found, err := t.get(userSpace, key(p.ID, folded), u)
	if err != nil || !found {
		return nil, folded, err
	}
	return u, folded, nil
}

// user finds a user who must be there.
func (t tx) user(p *pool, name string) (*user, error) {
	u, _, err := t.find(p, name)
	if err == nil && u == nil {
		err = refuse.UserUnknown()
	}
	return u, err
}

// poolAndUser finds a user who must be there, and their pool.
func (t tx) poolAndUser(poolID, name string) (*pool, *user, error) {
	p, err := t.pool(poolID)
	if err != nil {
		return nil, nil, err
	}
	u, err := t.user(p, name)
	return p, u, err
}

// putUser keeps a changed user.
func (t tx) putUser(p *pool, u *user, now time.Time) error {
	u.Modified = now
	return t.put(userSpace, key(p.ID, p.fold(u.Name)), u)
}

// deleteUser deletes a user with all that belongs to them. Refresh tokens without a sign-in are worth nothing.
func (t tx) deleteUser(p *pool, u *user) error {
	name := p.fold(u.Name)
	if err := t.releaseAlias(p, u); err != nil {
		return err
	}
	for _, space := range []string{signInSpace, codeSpace, attemptSpace} {
		if err := t.deleteAll(space, p.ID, name); err != nil {
			return err
		}
	}
	return t.w.Delete(userSpace, key(p.ID, name))
}

// users goes through the users of a pool from the key after, in the order of their folded names.
func (t tx) users(p *pool, after string, each func(folded string, u *user) (more bool)) error {
	r := prefix(p.ID)
	if after != "" {
		r.From = store.After(key(p.ID, after))
	}
	for k := range t.Range(userSpace, r) {
		u := &user{}
		if _, err := t.get(userSpace, k, u); err != nil {
			return err
		}
		if !each(strings.TrimPrefix(string(k), p.ID+"\x00"), u) {
			return nil
		}
	}
	return nil
}

// claimAlias makes the user's e-mail address, which must be verified, theirs to sign in with. If it is another user's, it
// is taken from them by force, or the claim fails.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
func (t tx) claimAlias(p *pool, u *user, force bool, now time.Time) error {
	address := p.fold(u.Attributes["email"])
	if address == "" || !p.Settings.HasAlias("email") {
		return nil
	}
	name := p.fold(u.Name)
	if owner, taken := t.Get(aliasSpace, key(p.ID, address)); taken && string(owner) != name {
		if !force {
			return refuse.With("AliasExistsException", "An account with the email already exists.")
		}
		other, err := t.user(p, string(owner))
		if err != nil {
			return err
		}
		other.Attributes["email_verified"] = "false"
		if err := t.putUser(p, other, now); err != nil {
			return err
		}
	}
	return t.w.Put(aliasSpace, key(p.ID, address), []byte(name))
}

// releaseAlias gives the user's e-mail address up.
func (t tx) releaseAlias(p *pool, u *user) error {
	k := key(p.ID, p.fold(u.Attributes["email"]))
	if owner, taken := t.Get(aliasSpace, k); taken && string(owner) == p.fold(u.Name) {
		return t.w.Delete(aliasSpace, k)
	}
	return nil
}
