package directory

import (
	"maps"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/store"
)

// The states of a user.
const (
	Unconfirmed         = "UNCONFIRMED"
	Confirmed           = "CONFIRMED"
	ForceChangePassword = "FORCE_CHANGE_PASSWORD"
	ResetRequired       = "RESET_REQUIRED"
)

// A User is a person in a pool.
type User struct {
	Name, Pool, Sub   string
	Status            string
	Enabled           bool
	Created, Modified time.Time
	Attributes        map[string]string // sub is not among them
	Groups            []string
	Salt, Verifier    []byte    // of SRP; empty as long as there is no password
	PasswordSet       time.Time // when the password, or the temporary one, was set
	TOTP              Authenticator
}

// An Authenticator is a user's authenticator app.
type Authenticator struct {
	Secret, Pending    []byte // Pending is not verified yet
	Enabled, Preferred bool
	Device             string
	LastStep           int64 // the last step whose code was used
}

// Set sets an attribute; one without a value goes.
func (u *User) Set(name, value string) {
	if u.Attributes == nil {
		u.Attributes = map[string]string{}
	}
	if value == "" {
		delete(u.Attributes, name)
		return
	}
	u.Attributes[name] = value
}

// List is the user's attributes, sub first and the others by name, as far as visible lets them be seen.
func (u *User) List(visible func(name string) bool) []properties.Attribute {
	list := []properties.Attribute{{Name: "sub", Value: u.Sub}}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		if visible(name) {
			list = append(list, properties.Attribute{Name: name, Value: u.Attributes[name]})
		}
	}
	return list
}

// Leave takes u out of a group, and reports whether they were in it.
func (u *User) Leave(group string) bool {
	n := len(u.Groups)
	u.Groups = slices.DeleteFunc(u.Groups, func(name string) bool { return name == group })
	return len(u.Groups) < n
}

// Named finds a user by their folded user name; nil if there is none.
func (t Tx) Named(p *Pool, folded string) (*User, error) {
	u := &User{}
	if found, err := t.GetJSON(userSpace, Key(p.ID, folded), u); err != nil || !found {
		return nil, err
	}
	return u, nil
}

// Same finds the user of a folded name if they are still the one with that sub, and not another who came after them; nil if
// not.
func (t Tx) Same(p *Pool, folded, sub string) (*User, error) {
	u, err := t.Named(p, folded)
	if err != nil || u == nil || u.Sub != sub {
		return nil, err
	}
	return u, nil
}

// Find looks a user up by user name or by verified e-mail address; nil if there is none. The name that it returns is the
// folded user name, or what name folds to if there is nobody.
func (t Tx) Find(p *Pool, name string) (*User, string, error) {
	folded := p.Fold(name)
	if owner, ok := t.Get(aliasSpace, Key(p.ID, folded)); ok {
		folded = string(owner)
	}
	u, err := t.Named(p, folded)
	return u, folded, err
}

// User finds a user who must be there, by user name or by verified e-mail address.
func (t Tx) User(p *Pool, name string) (*User, error) {
	u, _, err := t.Find(p, name)
	if err == nil && u == nil {
		err = refuse.UserUnknown()
	}
	return u, err
}

// WithSub finds a user by their sub; nil if there is none.
func (t Tx) WithSub(p *Pool, sub string) (found *User, err error) {
	err = t.Users(p, "", func(_ string, u *User) bool {
		if u.Sub == sub {
			found = u
		}
		return found == nil
	})
	return found, err
}

// Users goes through the users of a pool from the key after, in the order of their folded names.
func (t Tx) Users(p *Pool, after string, each func(folded string, u *User) (more bool)) error {
	r := prefix(p.ID)
	if after != "" {
		r.From = store.After(Key(p.ID, after))
	}
	return scan(t, userSpace, r, func(k string, u *User) bool { return each(strings.TrimPrefix(k, p.ID+"\x00"), u) })
}

// CountUsers is how many users a pool has.
func (t Tx) CountUsers(p *Pool) int { return t.Count(userSpace, p.ID) }

// PutUser keeps a new or a changed user.
func (t Tx) PutUser(p *Pool, u *User, now time.Time) error {
	u.Modified = now
	return t.PutJSON(userSpace, Key(p.ID, p.Fold(u.Name)), u)
}

// DeleteUser deletes a user with all that belongs to them. Refresh tokens without a sign-in are worth nothing.
func (t Tx) DeleteUser(p *Pool, u *User) error {
	name := p.Fold(u.Name)
	if err := t.ReleaseAlias(p, u); err != nil {
		return err
	}
	for _, space := range []string{SignInSpace, CodeSpace, AttemptSpace} {
		if err := t.DeleteAll(space, p.ID, name); err != nil {
			return err
		}
	}
	return t.Delete(userSpace, Key(p.ID, name))
}

// ClaimAlias makes the user's e-mail address, which must be verified, theirs to sign in with. If it is another user's, it
// is taken from them by force, or the claim fails.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html#user-pool-settings-aliases
func (t Tx) ClaimAlias(p *Pool, u *User, force bool, now time.Time) error {
	address := p.Fold(u.Attributes["email"])
	if address == "" || !p.Settings.HasAlias("email") && !p.Settings.NamedBy("email") {
		return nil
	}
	name := p.Fold(u.Name)
	if owner, taken := t.Get(aliasSpace, Key(p.ID, address)); taken && string(owner) != name {
		if !force {
			return refuse.With("AliasExistsException", "An account with the email already exists.")
		}
		other, err := t.User(p, string(owner))
		if err != nil {
			return err
		}
		other.Attributes["email_verified"] = "false"
		if err := t.PutUser(p, other, now); err != nil {
			return err
		}
	}
	return t.Put(aliasSpace, Key(p.ID, address), []byte(name))
}

// ReleaseAlias gives the user's e-mail address up.
func (t Tx) ReleaseAlias(p *Pool, u *User) error {
	k := Key(p.ID, p.Fold(u.Attributes["email"]))
	if owner, taken := t.Get(aliasSpace, k); taken && string(owner) == p.Fold(u.Name) {
		return t.Delete(aliasSpace, k)
	}
	return nil
}
