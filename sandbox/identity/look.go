package identity

import (
	"context"
	"fmt"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// The inputs of the operations that look at pools.
type (
	poolInput struct {
		IdentityPoolID string `aws:"IdentityPoolId" required:"true" shape:"IdentityId"`
	}
	identityInput struct {
		IdentityID string `aws:"IdentityId" required:"true" shape:"IdentityId"`
	}
	providerInput struct {
		IdentityPoolID       string `aws:"IdentityPoolId" required:"true" shape:"IdentityId"`
		IdentityProviderName string `required:"true" shape:"IdentityProviderName"`
	}
	listInput struct {
		HideDisabled   bool   // there are no disabled identities
		IdentityPoolID string `aws:"IdentityPoolId" required:"true" shape:"IdentityId"`
		MaxResults     int    `required:"true" min:"1" max:"60"`
		NextToken      string `shape:"PaginationKey"`
	}
	listPoolsInput struct {
		MaxResults int    `required:"true" min:"1" max:"60"`
		NextToken  string `shape:"PaginationKey"`
	}
)

// arn is the ARN of a pool, "*" without an id.
func (s *Service) arn(pool string) string {
	if pool == "" {
		return "*"
	}
	return "arn:aws:cognito-identity:" + s.Region + ":" + s.Account + ":identitypool/" + pool
}

func (s *Service) poolARN(in poolInput) string         { return s.arn(in.IdentityPoolID) }
func (s *Service) providerARN(in providerInput) string { return s.arn(in.IdentityPoolID) }
func (s *Service) listARN(in listInput) string         { return s.arn(in.IdentityPoolID) }
func (s *Service) allARN(listPoolsInput) string        { return "*" }

// identityARN is the ARN of the pool that the identity is in.
func (s *Service) identityARN(in identityInput) string {
	i, err := s.findIdentity(in.IdentityID)
	if err != nil {
		return "*"
	}
	return s.arn(i.Pool)
}

// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentityPool.html
func (s *Service) describePool(_ context.Context, in poolInput) (any, error) {
	p, err := s.findPool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	providers := []map[string]any{}
	for _, x := range p.Settings.CognitoIdentityProviders {
		providers = append(providers, map[string]any{
			"ClientId": x.ClientID, "ProviderName": x.ProviderName, "ServerSideTokenCheck": x.ServerSideTokenCheck,
		})
	}
	tags := map[string]string{}
	for _, tag := range p.Settings.IdentityPoolTags {
		tags[tag.Key] = tag.Value
	}
	return map[string]any{
		"AllowClassicFlow": p.Settings.AllowClassicFlow, "AllowUnauthenticatedIdentities": p.Settings.AllowUnauthenticatedIdentities,
		"CognitoIdentityProviders": providers, "IdentityPoolId": p.ID, "IdentityPoolName": p.Settings.IdentityPoolName,
		"IdentityPoolTags": tags,
	}, nil
}

// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetIdentityPoolRoles.html
func (s *Service) getRoles(_ context.Context, in poolInput) (any, error) {
	p, err := s.findPool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	given, mappings := map[string]string{}, map[string]any{}
	if role := p.roles().Authenticated; role != "" {
		given[authenticated] = role
	}
	if role := p.roles().Unauthenticated; role != "" {
		given[unauthenticated] = role
	}
	if p.Attachment != nil {
		for _, m := range p.Attachment.Settings.RoleMappings {
			mappings[m.IdentityProvider] = map[string]string{"Type": m.Type, "AmbiguousRoleResolution": m.AmbiguousRoleResolution}
		}
	}
	return map[string]any{"IdentityPoolId": p.ID, "Roles": given, "RoleMappings": mappings}, nil
}

// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_GetPrincipalTagAttributeMap.html
func (s *Service) getTags(_ context.Context, in providerInput) (any, error) {
	p, err := s.findPool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	tags, ok := p.Tags[in.IdentityProviderName]
	if !ok {
		return nil, notFound("PrincipalTagAttributeMap", in.IdentityProviderName)
	}
	return map[string]any{
		"IdentityPoolId": p.ID, "IdentityProviderName": in.IdentityProviderName, "PrincipalTags": tags.Tags, "UseDefaults": tags.UseDefaults,
	}, nil
}

// described is an identity as Cognito describes it.
func described(i *identity) map[string]any {
	d := map[string]any{"IdentityId": i.ID, "CreationDate": seconds(i.Created), "LastModifiedDate": seconds(i.Modified)}
	if i.Provider != "" {
		d["Logins"] = []string{i.Provider}
	}
	return d
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_DescribeIdentity.html
func (s *Service) describeIdentity(_ context.Context, in identityInput) (any, error) {
	i, err := s.findIdentity(in.IdentityID)
	if err != nil {
		return nil, err
	}
	return described(i), nil
}

// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentities.html
func (s *Service) listIdentities(_ context.Context, in listInput) (any, error) {
	p, err := s.findPool(in.IdentityPoolID)
	if err != nil {
		return nil, err
	}
	members := store.Prefix([]byte(p.ID + "\x00"))
	if in.NextToken != "" {
		last, err := s.after(in.NextToken, identitiesOf(p.ID)...)
		if err != nil {
			return nil, err
		}
		members.From = store.After([]byte(p.ID + "\x00" + last))
	}
	list, next := []map[string]any{}, ""
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(memberSpace, members) {
			if len(list) == in.MaxResults {
				next = s.pages.Seal(fmt.Sprint(list[len(list)-1]["IdentityId"]), identitiesOf(p.ID)...)
				return nil
			}
			_, id, _ := strings.Cut(string(key), "\x00")
			var i identity
			if _, err := store.GetJSON(tx, identitySpace, id, &i); err != nil {
				return err
			}
			list = append(list, described(&i))
		}
		return nil
	})
	return page(map[string]any{"IdentityPoolId": p.ID, "Identities": list}, next), err
}

// https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_ListIdentityPools.html
func (s *Service) listPools(_ context.Context, in listPoolsInput) (any, error) {
	pools := store.Range{}
	if in.NextToken != "" {
		last, err := s.after(in.NextToken, poolsList)
		if err != nil {
			return nil, err
		}
		pools.From = store.After([]byte(last))
	}
	list, next := []map[string]string{}, ""
	err := s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(poolSpace, pools) {
			if len(list) == in.MaxResults {
				next = s.pages.Seal(list[len(list)-1]["IdentityPoolId"], poolsList)
				return nil
			}
			var p pool
			if _, err := store.GetJSON(tx, poolSpace, key, &p); err != nil {
				return err
			}
			list = append(list, map[string]string{"IdentityPoolId": p.ID, "IdentityPoolName": p.Settings.IdentityPoolName})
		}
		return nil
	})
	return page(map[string]any{"IdentityPools": list}, next), err
}

// What tokens are of.
const poolsList = "Cognito identity pools"

func identitiesOf(pool string) []string { return []string{"Cognito identities", pool} }

// after is the last entry of the page that a token ends.
func (s *Service) after(token string, of ...string) (last string, err error) {
	last, ok := s.pages.Open(token, of...)
	if !ok {
		return "", refuse("InvalidParameterException", "Invalid NextToken.")
	}
	return last, nil
}

// page adds the token of the next page, if there is one.
func page(output map[string]any, next string) map[string]any {
	if next != "" {
		output["NextToken"] = next
	}
	return output
}
