package identity

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	poolType       = "AWS::Cognito::IdentityPool"
	attachmentType = "AWS::Cognito::IdentityPoolRoleAttachment"
	tagType        = "AWS::Cognito::IdentityPoolPrincipalTag"
)

// The spaces of the store.
const (
	poolSpace     = "identity/pools"      // id → pool
	identitySpace = "identity/identities" // id → identity
	loginSpace    = "identity/logins"     // pool, provider, sub → the identity's id
	memberSpace   = "identity/members"    // pool, identity id → nothing
)

// pool is an identity pool with its roles and tags.
type pool struct {
	ID         string
	Created    time.Time
	Settings   poolProperties
	Attachment *attachment              `json:",omitempty"`
	Tags       map[string]principalTags `json:",omitempty"` // by provider
}

// attachment says which roles a pool gives.
type attachment struct {
	Owner    string // the resource
	Settings attachmentProperties
}

// principalTags are the tags that the sessions of a provider's users carry: claims by tag.
type principalTags struct {
	Owner       string
	Tags        map[string]string
	UseDefaults bool
}

// poolProperties are the properties of AWS::Cognito::IdentityPool that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-identitypool.html
type poolProperties struct {
	AllowClassicFlow               bool
	AllowUnauthenticatedIdentities bool
	CognitoIdentityProviders       []provider
	IdentityPoolName               string
	IdentityPoolTags               []struct{ Key, Value string }
}

// provider is a client of a user pool.
type provider struct {
	ClientID             string `cfn:"ClientId"`
	ProviderName         string // as in cognito-idp.us-east-1.amazonaws.com/us-east-1_EXAMPLE
	ServerSideTokenCheck bool
}

// attachmentProperties are the properties of AWS::Cognito::IdentityPoolRoleAttachment that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-identitypoolroleattachment.html
type attachmentProperties struct {
	IdentityPoolID string `cfn:"IdentityPoolId"`
	Roles          poolRoles
	RoleMappings   map[string]mapping
}

// poolRoles are the ARNs of the roles of guests and of users without a mapping.
type poolRoles struct {
	Authenticated   string `cfn:"authenticated"`
	Unauthenticated string `cfn:"unauthenticated"`
}

// mapping says how the users of a provider get their role.
type mapping struct {
	AmbiguousRoleResolution string // AuthenticatedRole or Deny
	IdentityProvider        string // a provider's name, a colon and the client's id; the mapping's key if empty
	Type                    string // Token
}

// tagProperties are the properties of AWS::Cognito::IdentityPoolPrincipalTag.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cognito-identitypoolprincipaltag.html
type tagProperties struct {
	IdentityPoolID       string `cfn:"IdentityPoolId"`
	IdentityProviderName string
	PrincipalTags        map[string]string
	UseDefaults          bool
}

// ResourceTypes are the types of resources that CloudFormation makes with this service. Which properties replace a resource
// is as in CloudFormation's registry.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		poolType: {
			Attributes: []string{"Id", "Name"},
			Properties: (*poolProperties)(nil),
			Check:      func(r aws.Resource) error { return new(poolProperties).read(s, r) },
			Create:     s.createPool,
			Update:     s.updatePool,
			Delete:     s.deletePool,
			Find:       s.findPoolResource,
			Read:       s.readPool,
			List:       s.listPoolIDs,
			ARN:        s.readARN,
		},
		attachmentType: {
			Replaces:   []string{"IdentityPoolId"},
			Attributes: []string{"Id"},
			Properties: (*attachmentProperties)(nil),
			Check:      func(r aws.Resource) error { return new(attachmentProperties).read(r) },
			Create:     s.putAttachment,
			Update: func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
				return s.putAttachment(ctx, r)
			},
			Delete: s.deleteAttachment,
			Find:   s.findAttachment,
			Own:    s.ownAttachment,
			Read:   s.readAttachment,
			List:   s.listAttachments,
			ARN:    s.readARN,
		},
		tagType: {
			Replaces:   []string{"IdentityPoolId", "IdentityProviderName"},
			Properties: (*tagProperties)(nil),
			Check:      func(r aws.Resource) error { return new(tagProperties).read(r) },
			Create:     s.putTags,
			Update: func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
				return s.putTags(ctx, r)
			},
			Delete: s.deleteTags,
			Find:   s.findTags,
			Own:    s.ownTags,
			Read:   s.readTags,
			List:   s.listTags,
			ARN:    s.readARN,
		},
	}
}

var poolName = regexp.MustCompile(`^[\w\s+=,.@-]{1,128}$`)

// read reads a pool's properties and checks them.
func (p *poolProperties) read(s *Service, r aws.Resource) error {
	if err := aws.Decode(poolType, r.Properties, p); err != nil {
		return err
	}
	if p.IdentityPoolName == "" {
		p.IdentityPoolName = r.LogicalID + "_" + r.Suffix
	}
	var faults []error
	if p.AllowClassicFlow {
		faults = append(faults, fmt.Errorf("%s.AllowClassicFlow: got true, want false: the classic flow is not supported by the sandbox", poolType))
	}
	if !poolName.MatchString(p.IdentityPoolName) {
		faults = append(faults, fmt.Errorf("%s.IdentityPoolName: got %q, want 1 to 128 letters, digits, spaces and +=,.@-", poolType, p.IdentityPoolName))
	}
	for i, each := range p.CognitoIdentityProviders {
		at := fmt.Sprintf("%s.CognitoIdentityProviders[%d]", poolType, i)
		if each.ClientID == "" {
			faults = append(faults, fmt.Errorf("%s.ClientId is missing", at))
		}
		if prefix := s.providerPrefix(); !strings.HasPrefix(each.ProviderName, prefix) || each.userPool() == "" {
			faults = append(faults, fmt.Errorf("%s.ProviderName: got %q, want %s and the id of a user pool: no other is supported by the sandbox", at, each.ProviderName, prefix))
		}
		same := func(x provider) bool { return x.ClientID == each.ClientID && x.ProviderName == each.ProviderName }
		if slices.IndexFunc(p.CognitoIdentityProviders, same) != i {
			faults = append(faults, fmt.Errorf("%s: got the client %s of %s twice", at, each.ClientID, each.ProviderName))
		}
	}
	return errors.Join(faults...)
}

// providerPrefix is what the names of user pools begin with as providers.
func (s *Service) providerPrefix() string { return "cognito-idp." + s.Region + ".amazonaws.com/" }

func (p provider) userPool() string {
	return p.ProviderName[strings.LastIndexByte(p.ProviderName, '/')+1:]
}

// madeID is the id of the pool that a resource declares: the same for the same resource, so that a Create that is called
// again finds what it made.
func (s *Service) madeID(r aws.Resource) string {
	sum := sha256.Sum256([]byte(r.Account + "\x00" + r.Owner()))
	return s.Region + ":" + aws.UUID(sum[:16])
}

func (s *Service) createPool(_ context.Context, r aws.Resource) (aws.State, error) {
	var settings poolProperties
	if err := settings.read(s, r); err != nil {
		return aws.State{}, err
	}
	id := s.madeID(r)
	err := s.Store.Update(func(tx store.Writer) error {
		p := pool{ID: id, Created: s.Now()}
		if _, err := store.GetJSON(tx, poolSpace, id, &p); err != nil {
			return err
		}
		p.Settings = settings
		return store.PutJSON(tx, poolSpace, id, p)
	})
	return poolState(id, settings), err
}

func poolState(id string, settings poolProperties) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{"Id": id, "Name": settings.IdentityPoolName}}
}

func (s *Service) updatePool(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var settings poolProperties
	if err := settings.read(s, r); err != nil {
		return aws.State{}, err
	}
	err := s.changePool(r.PhysicalID, func(p *pool) error {
		p.Settings = settings
		return nil
	})
	return poolState(r.PhysicalID, settings), err
}

// changePool changes a pool that is there.
func (s *Service) changePool(id string, change func(*pool) error) error {
	return s.Store.Update(func(tx store.Writer) error {
		var p pool
		found, err := store.GetJSON(tx, poolSpace, id, &p)
		switch {
		case err != nil:
			return err
		case !found:
			return notFound("IdentityPool", id)
		}
		if err := change(&p); err != nil {
			return err
		}
		return store.PutJSON(tx, poolSpace, id, p)
	})
}

// deletePool deletes a pool with its identities.
func (s *Service) deletePool(_ context.Context, r aws.Resource) error {
	return s.Store.Update(func(tx store.Writer) error {
		members := store.Prefix([]byte(r.PhysicalID + "\x00"))
		for key := range tx.Range(memberSpace, members) {
			_, id, _ := strings.Cut(string(key), "\x00")
			if err := errors.Join(tx.Delete(identitySpace, []byte(id)), tx.Delete(memberSpace, key)); err != nil {
				return err
			}
		}
		for key := range tx.Range(loginSpace, members) {
			if err := tx.Delete(loginSpace, key); err != nil {
				return err
			}
		}
		return tx.Delete(poolSpace, []byte(r.PhysicalID))
	})
}

// read reads an attachment's properties and checks them.
func (a *attachmentProperties) read(r aws.Resource) error {
	if err := aws.Decode(attachmentType, r.Properties, a); err != nil {
		return err
	}
	var faults []error
	for _, key := range slices.Sorted(maps.Keys(a.RoleMappings)) {
		m, at := a.RoleMappings[key], fmt.Sprintf("%s.RoleMappings.%s", attachmentType, key)
		if m.Type != "Token" {
			faults = append(faults, fmt.Errorf("%s.Type: got %q, want Token: no other is supported by the sandbox", at, m.Type))
		}
		if m.AmbiguousRoleResolution != "AuthenticatedRole" && m.AmbiguousRoleResolution != "Deny" {
			faults = append(faults, fmt.Errorf("%s.AmbiguousRoleResolution: got %q, want AuthenticatedRole or Deny", at, m.AmbiguousRoleResolution))
		}
		if m.IdentityProvider == "" {
			m.IdentityProvider = key
			a.RoleMappings[key] = m
		}
	}
	return errors.Join(faults...)
}

func (s *Service) putAttachment(_ context.Context, r aws.Resource) (aws.State, error) {
	var settings attachmentProperties
	if err := settings.read(r); err != nil {
		return aws.State{}, err
	}
	owner := r.Owner()
	err := s.changePool(settings.IdentityPoolID, func(p *pool) error {
		if p.Attachment != nil && p.Attachment.Owner != owner {
			return fmt.Errorf("%s.IdentityPoolId: the pool %s has roles already, from %s", attachmentType, p.ID, p.Attachment.Owner)
		}
		for key, m := range settings.RoleMappings {
			known := func(x provider) bool { return x.ProviderName+":"+x.ClientID == m.IdentityProvider }
			if !slices.ContainsFunc(p.Settings.CognitoIdentityProviders, known) {
				return fmt.Errorf("%s.RoleMappings.%s.IdentityProvider: got %q, which the pool %s does not have", attachmentType, key, m.IdentityProvider, p.ID)
			}
		}
		p.Attachment = &attachment{Owner: owner, Settings: settings}
		return nil
	})
	return attachmentState(settings.IdentityPoolID), err
}

func attachmentState(pool string) aws.State {
	return aws.State{PhysicalID: pool, Attributes: map[string]any{"Id": pool}}
}

func (s *Service) deleteAttachment(_ context.Context, r aws.Resource) error {
	return ifThere(s.changePool(r.PhysicalID, func(p *pool) error {
		if p.Attachment != nil && p.Attachment.Owner == r.Owner() {
			p.Attachment = nil
		}
		return nil
	}))
}

// ifThere is err, unless it says that the pool is not there.
func ifThere(err error) error {
	var refusal *aws.Error
	if errors.As(err, &refusal) && refusal.Code == "ResourceNotFoundException" {
		return nil
	}
	return err
}

// read reads the properties of a pool's tags and checks them.
func (p *tagProperties) read(r aws.Resource) error {
	if err := aws.Decode(tagType, r.Properties, p); err != nil {
		return err
	}
	var faults []error
	if len(p.PrincipalTags) > 50 {
		faults = append(faults, fmt.Errorf("%s.PrincipalTags: got %d, want at most 50", tagType, len(p.PrincipalTags)))
	}
	for _, tag := range slices.Sorted(maps.Keys(p.PrincipalTags)) {
		claim := p.PrincipalTags[tag]
		if tag == "" || len(tag) > 128 || claim == "" || strings.HasPrefix(strings.ToLower(tag), "aws:") {
			faults = append(faults, fmt.Errorf("%s.PrincipalTags: got the claim %q for the tag %q, want a claim's name, and a tag of at most 128 characters that aws: does not begin", tagType, claim, tag))
		}
	}
	return errors.Join(faults...)
}

func (s *Service) putTags(_ context.Context, r aws.Resource) (aws.State, error) {
	var settings tagProperties
	if err := settings.read(r); err != nil {
		return aws.State{}, err
	}
	owner, name := r.Owner(), settings.IdentityProviderName
	err := s.changePool(settings.IdentityPoolID, func(p *pool) error {
		if now, ok := p.Tags[name]; ok && now.Owner != owner {
			return fmt.Errorf("%s.IdentityProviderName: %s of the pool %s has tags already, from %s", tagType, name, p.ID, now.Owner)
		}
		if !slices.ContainsFunc(p.Settings.CognitoIdentityProviders, func(x provider) bool { return x.ProviderName == name }) {
			return fmt.Errorf("%s.IdentityProviderName: got %q, which the pool %s does not have", tagType, name, p.ID)
		}
		if p.Tags == nil {
			p.Tags = map[string]principalTags{}
		}
		p.Tags[name] = principalTags{Owner: owner, Tags: settings.PrincipalTags, UseDefaults: settings.UseDefaults}
		return nil
	})
	return tagState(settings.IdentityPoolID, name), err
}

func tagState(pool, provider string) aws.State { return aws.State{PhysicalID: pool + "|" + provider} }

func (s *Service) deleteTags(_ context.Context, r aws.Resource) error {
	id, name, _ := strings.Cut(r.PhysicalID, "|")
	return ifThere(s.changePool(id, func(p *pool) error {
		if p.Tags[name].Owner == r.Owner() {
			delete(p.Tags, name)
		}
		return nil
	}))
}
