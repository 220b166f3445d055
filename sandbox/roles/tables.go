package roles

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/store"
)

// The spaces of the store.
const (
	roleSpace    = "roles/roles"    // name → role
	policySpace  = "roles/policies" // ARN → managed policy
	sessionSpace = "roles/sessions" // access key id → session
	expirySpace  = "roles/expiry"   // when a session can be forgotten, access key id → nothing
)

// owner is the resource of a template that something was made for.
type owner struct {
	Resource string // the stack and the logical id, as in Lightbox-dev-API/PhotosRole
	Suffix   string
}

// role is a role as it is stored. It does not change once it is in the tables.
type role struct {
	Name, Path, ID string
	Owner          owner
	Description    string
	MaxSession     time.Duration
	Trust          document
	Inline         []document
	Managed        []string // ARNs of managed policies
	Tags           []iam.Tag

	bootstrap bool // it is in no table
}

// document is a policy document and, compiled, what it says.
type document struct {
	Name  string // of the policy within its role
	Owner string // the resource that declares it, as in Owner.Resource
	Text  json.RawMessage

	compiled *iam.Policy
}

// managed is a managed policy of the account.
type managed struct {
	ARN, ID     string
	Owner       owner
	Description string `json:",omitempty"`
	Document    document
	Roles       []string // names of the roles that the policy's own resource attaches it to
}

func (r *role) arn(account string) string {
	return "arn:aws:iam::" + account + ":role" + r.Path + r.Name
}

// tables are the roles and policies at one moment. They never change.
type tables struct {
	roles    map[string]*role         // by name
	policies map[string]*managed      // by ARN
	identity map[string][]*iam.Policy // by the name of the role: all that hang on it
}

// compile reads the document. Messages name the policy by its resource.
func (d *document) compile(kind iam.Kind) error {
	name := d.Owner
	if d.Name != "" {
		name += "/" + d.Name
	}
	var err error
	d.compiled, err = iam.Parse(kind, name, d.Text)
	return err
}

// load reads the tables from the store.
func (s *Service) load() (*tables, error) {
	t := &tables{roles: map[string]*role{}, policies: map[string]*managed{}}
	err := s.store.View(func(tx store.Reader) error {
		for name, value := range tx.Range(roleSpace, store.Range{}) {
			r := &role{}
			if err := json.Unmarshal(value, r); err != nil {
				return fmt.Errorf("role %s: %w", name, err)
			}
			if err := r.compile(); err != nil {
				return err
			}
			t.roles[r.Name] = r
		}
		for arn, value := range tx.Range(policySpace, store.Range{}) {
			p := &managed{}
			if err := json.Unmarshal(value, p); err != nil {
				return fmt.Errorf("policy %s: %w", arn, err)
			}
			if err := p.Document.compile(iam.Identity); err != nil {
				return err
			}
			t.policies[p.ARN] = p
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.attach()
	return t, nil
}

// compile reads the role's documents.
func (r *role) compile() error {
	if err := r.Trust.compile(iam.Trust); err != nil {
		return err
	}
	for i := range r.Inline {
		if err := r.Inline[i].compile(iam.Identity); err != nil {
			return err
		}
	}
	return nil
}

// attach finds the policies of each role.
func (t *tables) attach() {
	t.identity = map[string][]*iam.Policy{}
	for name, r := range t.roles {
		for i := range r.Inline {
			t.identity[name] = append(t.identity[name], r.Inline[i].compiled)
		}
		for _, arn := range r.Managed {
			if p := awsManaged(arn); p != nil {
				t.identity[name] = append(t.identity[name], p)
			}
		}
	}
	for _, arn := range slices.Sorted(maps.Keys(t.policies)) {
		p := t.policies[arn]
		for name, r := range t.roles {
			if slices.Contains(p.Roles, name) || slices.Contains(r.Managed, arn) {
				t.identity[name] = append(t.identity[name], p.Document.compiled)
			}
		}
	}
}

// A change is a new state of the tables that is being made.
type change struct {
	*Service
	tables
	touched struct{ roles, policies map[string]bool }
}

// change makes the state that edit makes of the present one, on disk first. If edit fails nothing is changed.
func (s *Service) change(edit func(c *change) error) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	now := s.tables.Load()
	c := &change{Service: s, tables: tables{roles: maps.Clone(now.roles), policies: maps.Clone(now.policies)}}
	c.touched.roles, c.touched.policies = map[string]bool{}, map[string]bool{}
	if err := edit(c); err != nil {
		return err
	}
	err := s.store.Update(func(tx store.Writer) error {
		for name := range c.touched.roles {
			if err := write(tx, roleSpace, name, c.roles[name]); err != nil {
				return err
			}
		}
		for arn := range c.touched.policies {
			if err := write(tx, policySpace, arn, c.policies[arn]); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	c.attach()
	s.tables.Store(&c.tables)
	return nil
}

// write puts the value, or deletes the key if there is none.
func write[T any](tx store.Writer, space, key string, value *T) error {
	if value == nil {
		return tx.Delete(space, []byte(key))
	}
	return store.PutJSON(tx, space, key, value)
}

func (c *change) putRole(r *role) {
	c.roles[r.Name] = r
	c.touched.roles[r.Name] = true
}

func (c *change) dropRole(name string) {
	delete(c.roles, name)
	c.touched.roles[name] = true
}

func (c *change) putPolicy(p *managed) {
	c.policies[p.ARN] = p
	c.touched.policies[p.ARN] = true
}

func (c *change) dropPolicy(arn string) {
	delete(c.policies, arn)
	c.touched.policies[arn] = true
}

// role returns the role of the name, or says that there is none.
func (c *change) role(name string) (*role, error) {
	if r := c.roles[name]; r != nil {
		return r, nil
	}
	return nil, noSuchEntity("The role with name %s cannot be found.", name)
}
