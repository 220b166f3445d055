package identity

import (
	"context"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/tokens"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

// Pool is an identity pool as a page shows it.
type Pool struct {
	ID, Name  string
	UserPools []string // the ids of those whose tokens it takes
	Guests    bool     // whether it takes who has none
}

// Pools are all identity pools, by id.
func (s *Service) Pools() (list []Pool, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(poolSpace, store.Range{}) {
			var p pool
			if _, err := store.GetJSON(tx, poolSpace, key, &p); err != nil {
				return err
			}
			shown := Pool{ID: p.ID, Name: p.Settings.IdentityPoolName, Guests: p.Settings.AllowUnauthenticatedIdentities}
			for _, from := range p.Settings.CognitoIdentityProviders {
				shown.UserPools = append(shown.UserPools, from.userPool())
			}
			list = append(list, shown)
		}
		return nil
	})
	return list, err
}

// A Person is somebody of whom it is asked what they may. The zero value is a guest.
type Person struct {
	UserPool string // the id of the pool that they signed in at; "" of a guest
	Identity string // their id in the identity pool; one that nobody has if empty
	Sub      string // in the user pool
	Role     string // the ARN of their group's; "" if it has none
}

// nobody is an identity and a sub that no person has.
const nobody = "00000000-0000-4000-8000-000000000000"

// Acting is the caller that a person would be with credentials of an identity pool, and nothing is kept of it. It fails as
// GetCredentialsForIdentity does.
func (s *Service) Acting(ctx context.Context, poolID string, who Person) (aws.Caller, error) {
	p, err := s.findPool(poolID)
	if err != nil {
		return aws.Caller{}, err
	}
	if who.Identity == "" {
		who.Identity = s.Region + ":" + nobody
	}
	i := &identity{ID: who.Identity, Pool: p.ID}
	var request roles.Request
	if who.UserPool == "" {
		request, err = guestRequest(p, i, "")
	} else {
		request, err = p.signedIn(i, who)
	}
	if err != nil {
		return aws.Caller{}, err
	}
	request.SessionName = sessionName
	return s.Roles.Acting(aws.ByService(ctx), request)
}

// signedIn asks for the session of somebody whose token says no more than who they are.
func (p *pool) signedIn(i *identity, who Person) (roles.Request, error) {
	if who.Sub == "" {
		who.Sub = nobody
	}
	for _, from := range p.Settings.CognitoIdentityProviders {
		if from.userPool() != who.UserPool {
			continue
		}
		token := tokens.Token{Sub: who.Sub, PreferredRole: who.Role, Claims: map[string]any{"sub": who.Sub, "aud": from.ClientID}}
		role, err := p.roleFor(from, token, "")
		return roles.Request{
			RoleARN: role, Tags: p.tagsFor(from.ProviderName, token),
			WebIdentity: claims(p, i, authenticated, from.ProviderName, from.ProviderName+":CognitoSignIn:"+who.Sub),
		}, err
	}
	return roles.Request{}, notAuthorized("Token is not from a supported provider of this identity pool.")
}

// Of is the identity of a user in an identity pool, "" if they have none yet.
func (s *Service) Of(poolID, userPool, sub string) (id string, err error) {
	p, err := s.findPool(poolID)
	if err != nil {
		return "", err
	}
	err = s.Store.View(func(tx store.Reader) error {
		for _, from := range p.Settings.CognitoIdentityProviders {
			if value, found := tx.Get(loginSpace, []byte(login{from.ProviderName, sub}.key(p.ID))); found && from.userPool() == userPool {
				id = string(value)
			}
		}
		return nil
	})
	return id, err
}

// Whose is the sub of the user that an identity of a pool is of; it is false if there is no such identity, and "" of a guest's.
func (s *Service) Whose(poolID, id string) (sub string, ok bool) {
	if !strings.HasPrefix(id, s.Region+":") {
		return "", false
	}
	i, err := s.findIdentity(id)
	return i.Sub, err == nil && i.Pool == poolID
}
