package directory

import (
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/store"
)

// A Pool is a user pool.
type Pool struct {
	ID                string
	Created, Modified time.Time
	Secret            []byte // what is made up about users who are not there is derived from it
	Settings          properties.Pool
}

// A Client is an app client.
type Client struct {
	ID, Pool, Name    string
	Secret            string `json:",omitempty"` // "" for none
	Created, Modified time.Time
	Settings          properties.Client
}

// A Group is a group of a pool's users.
type Group struct {
	Name, Pool        string
	Description, Role string
	Precedence        *int // nil is after all numbers
	Created, Modified time.Time
	Owner             string `json:",omitempty"` // the resource; "" of one that was kept before this was
}

// Rank is the group's precedence as a number: none is the last.
func (g *Group) Rank() int {
	if g.Precedence == nil {
		return math.MaxInt
	}
	return *g.Precedence
}

// Fold brings names and addresses into the form in which the pool compares them.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-case-sensitivity.html
func (p *Pool) Fold(name string) string {
	if p.Settings.UsernameConfiguration != nil && !p.Settings.UsernameConfiguration.CaseSensitive {
		return strings.ToLower(name)
	}
	return name
}

// MadeUp derives n bytes about a user who is not there: the same for the same name, and like those of another for everyone
// who does not know the pool's secret.
func (p *Pool) MadeUp(purpose, folded string, n int) []byte {
	var out []byte
	for i := byte(0); len(out) < n; i++ {
		mac := hmac.New(sha256.New, p.Secret)
		mac.Write([]byte(purpose + "\x00" + folded + "\x00"))
		mac.Write([]byte{i})
		out = mac.Sum(out)
	}
	return out[:n]
}

// Pool finds a pool that must be there.
func (t Tx) Pool(id string) (*Pool, error) {
	p := &Pool{}
	found, err := t.GetJSON(poolSpace, Key(id), p)
	if err == nil && !found {
		err = refuse.With("ResourceNotFoundException", "User pool %s does not exist.", id)
	}
	return p, err
}

// Pools goes through the pools behind the id after, in the order of their ids.
func (t Tx) Pools(after string, each func(*Pool) (more bool)) error {
	return scan(t, poolSpace, store.Range{From: store.After([]byte(after))}, func(_ string, p *Pool) bool { return each(p) })
}

// scan goes through the values of a range of keys.
func scan[V any](t Tx, space string, r store.Range, each func(key string, v *V) (more bool)) error {
	for k := range t.Range(space, r) {
		v := new(V)
		if _, err := t.GetJSON(space, k, v); err != nil {
			return err
		}
		if !each(string(k), v) {
			return nil
		}
	}
	return nil
}

// PutPool keeps a new or a changed pool.
func (t Tx) PutPool(p *Pool, now time.Time) error {
	p.Modified = now
	return t.PutJSON(poolSpace, Key(p.ID), p)
}

// DeletePool deletes a pool with all that belongs to it.
func (t Tx) DeletePool(p *Pool) error {
	for _, space := range []string{groupSpace, userSpace, aliasSpace, SignInSpace, CodeSpace, AttemptSpace} {
		if err := t.DeleteAll(space, p.ID); err != nil {
			return err
		}
	}
	errs := []error{t.Delete(KeySpace, Key(p.ID)), t.Delete(poolSpace, Key(p.ID))}
	err := t.Clients("", func(c *Client) bool {
		if c.Pool == p.ID {
			errs = append(errs, t.DeleteClient(c.ID))
		}
		return true
	})
	return errors.Join(append(errs, err)...)
}

// Client finds a client, which must be there, and its pool.
func (t Tx) Client(id string) (*Client, *Pool, error) {
	c := &Client{}
	found, err := t.GetJSON(clientSpace, Key(id), c)
	if err == nil && !found {
		err = clientUnknown(id)
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := t.Pool(c.Pool)
	return c, p, err
}

// ClientOf finds a client that must be the pool's.
func (t Tx) ClientOf(poolID, id string) (*Client, error) {
	c, _, err := t.Client(id)
	if err == nil && c.Pool != poolID {
		err = clientUnknown(id)
	}
	return c, err
}

func clientUnknown(id string) error {
	return refuse.With("ResourceNotFoundException", "User pool client %s does not exist.", id)
}

// Clients goes through the clients of all pools behind the id after, in the order of their ids.
func (t Tx) Clients(after string, each func(*Client) (more bool)) error {
	return scan(t, clientSpace, store.Range{From: store.After([]byte(after))}, func(_ string, c *Client) bool { return each(c) })
}

// PutClient keeps a new client, or what is new of one that is there.
func (t Tx) PutClient(c Client, now time.Time) error {
	c.Created, c.Modified = now, now
	var old Client
	if found, err := t.GetJSON(clientSpace, Key(c.ID), &old); err != nil {
		return err
	} else if found {
		c.Created = old.Created
	}
	return t.PutJSON(clientSpace, Key(c.ID), c)
}

// DeleteClient deletes a client, if it is there.
func (t Tx) DeleteClient(id string) error { return t.Delete(clientSpace, Key(id)) }

// Group finds a group that must be there.
func (t Tx) Group(p *Pool, name string) (*Group, error) {
	g := &Group{}
	found, err := t.GetJSON(groupSpace, Key(p.ID, name), g)
	if err == nil && !found {
		err = refuse.With("ResourceNotFoundException", "Group not found.")
	}
	return g, err
}

// Groups are the groups of a pool, in the order of their names.
func (t Tx) Groups(p *Pool) (groups []*Group, err error) {
	err = scan(t, groupSpace, prefix(p.ID), func(_ string, g *Group) bool {
		groups = append(groups, g)
		return true
	})
	return groups, err
}

// GroupsOf are the groups of u, the one that takes precedence first.
func (t Tx) GroupsOf(p *Pool, u *User) ([]*Group, error) {
	var groups []*Group
	for _, name := range u.Groups {
		g, err := t.Group(p, name)
		if err != nil {
			return nil, err
		}
		groups = append(groups, g)
	}
	slices.SortFunc(groups, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(a.Rank(), b.Rank()), strings.Compare(a.Name, b.Name))
	})
	return groups, nil
}

// PutGroup keeps a new group, or what is new of one that is there.
func (t Tx) PutGroup(g Group, now time.Time) error {
	g.Created, g.Modified = now, now
	var old Group
	if found, err := t.GetJSON(groupSpace, Key(g.Pool, g.Name), &old); err != nil {
		return err
	} else if found {
		g.Created = old.Created
	}
	return t.PutJSON(groupSpace, Key(g.Pool, g.Name), g)
}

// DeleteGroup deletes a group, if it is there, and takes it from its users.
func (t Tx) DeleteGroup(p *Pool, name string, now time.Time) error {
	var members []*User
	err := t.Users(p, "", func(_ string, u *User) bool {
		if u.Leave(name) {
			members = append(members, u)
		}
		return true
	})
	for _, u := range members {
		err = errors.Join(err, t.PutUser(p, u, now))
	}
	return errors.Join(err, t.Delete(groupSpace, Key(p.ID, name)))
}
