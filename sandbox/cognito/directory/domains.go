package directory

import (
	"lightbox.example/lightbox/sandbox/cognito/properties"
	"lightbox.example/lightbox/sandbox/cognito/refuse"
	"lightbox.example/lightbox/sandbox/store"
)

const domainSpace = "cognito/domains" // prefix → domain

// A Domain is where the hosted pages of a pool would be.
type Domain struct {
	Settings properties.Domain
	Owner    string // the resource
}

// Domain finds the domain with a prefix, which must be there.
func (t Tx) Domain(prefix string) (*Domain, error) {
	d := new(Domain)
	found, err := t.GetJSON(domainSpace, Key(prefix), d)
	if err == nil && !found {
		err = refuse.With("ResourceNotFoundException", "Domain %s does not exist.", prefix)
	}
	return d, err
}

// Domains calls each for all domains, until it fails.
func (t Tx) Domains(each func(*Domain) error) error {
	var fault error
	err := scan(t, domainSpace, store.Range{}, func(_ string, d *Domain) bool {
		fault = each(d)
		return fault == nil
	})
	if err != nil {
		return err
	}
	return fault
}

// PutDomain keeps a domain.
func (t Tx) PutDomain(d *Domain) error { return t.PutJSON(domainSpace, Key(d.Settings.Domain), d) }

// DeleteDomain deletes a domain.
func (t Tx) DeleteDomain(prefix string) error { return t.Delete(domainSpace, Key(prefix)) }
