package appsync

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// keyProperties are the properties of AWS::AppSync::ApiKey. A key is its own id, as on AWS: who knows it has it.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-apikey.html
type keyProperties struct {
	APIID       string `cfn:"ApiId"`
	Description string
	Expires     int // seconds since 1970
}

// What AppSync says of the time of a key: rounded down to the hour, a day to a year from when it is set, a week if nothing is
// said. One that has expired is there for 60 days more.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_CreateApiKey.html,
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_ApiKey.html
const (
	keyLeast   = 24 * time.Hour
	keyMost    = 365 * 24 * time.Hour
	keyDefault = 7 * 24 * time.Hour
	keyKept    = 60 * 24 * time.Hour
	// maxKeys is how many an API has. https://docs.aws.amazon.com/general/latest/gr/appsync.html
	maxKeys = 50
)

var errKeyTime = errors.New("API key must be valid for a minimum of 1 days and a maximum of 365 days")

// keyTime is when a key expires that is set now; asked is 0 where nothing is said.
func (s *Service) keyTime(asked int) (int, error) {
	now := s.now()
	if asked == 0 {
		asked = int(now.Add(keyDefault).Unix())
	}
	at := time.Unix(int64(asked), 0)
	if at.Before(now.Add(keyLeast)) || at.After(now.Add(keyMost)) {
		return 0, errKeyTime
	}
	return int(at.Truncate(time.Hour).Unix()), nil
}

// at is when a key expires.
func (p keyProperties) at() time.Time { return time.Unix(int64(p.Expires), 0) }

// expired tells whether a key is good no more.
func (p keyProperties) expired(now time.Time) bool { return !now.Before(p.at()) }

// gone tells whether a key that expired is there no more.
func (p keyProperties) gone(now time.Time) bool {
	return !now.Before(p.at().Add(keyKept))
}

// readKeyProperties reads the properties of a key and checks them. Whether the time is too near depends on when it is set.
func (s *Service) readKeyProperties(r aws.Resource) (p keyProperties, err error) {
	if err := aws.Decode(typeKey, r.Properties, &p); err != nil {
		return p, err
	}
	if p.Expires < 0 || p.Expires != 0 && p.at().After(s.now().Add(keyMost)) {
		return p, fmt.Errorf("%s.Expires: %w", typeKey, errKeyTime)
	}
	return p, nil
}

// checkKey refuses a time that is too near where a key is made: it only comes nearer until then.
func (s *Service) checkKey(r aws.Resource) error {
	p, err := s.readKeyProperties(r)
	if err != nil {
		return err
	}
	if r.PhysicalID != "" {
		return nil // what an update says again may have passed
	}
	if _, err := s.keyTime(p.Expires); err != nil {
		return fmt.Errorf("%s.Expires: %w", typeKey, err)
	}
	return nil
}

func (s *Service) createKey(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := s.readKeyProperties(r)
	if err != nil {
		return aws.State{}, err
	}
	if p.Expires, err = s.keyTime(p.Expires); err != nil {
		return aws.State{}, fmt.Errorf("%s.Expires: %w", typeKey, err)
	}
	return s.putKey(r, "da2-"+madeID(r), p)
}

// updateKey leaves the time where it was, if the template says the same of it as before.
func (s *Service) updateKey(_ context.Context, old map[string]any, r aws.Resource) (aws.State, error) {
	p, err := s.readKeyProperties(r)
	if err != nil {
		return aws.State{}, err
	}
	_, path := partOf(r.PhysicalID)
	if len(path) != 2 {
		return aws.State{}, fmt.Errorf("%s: got %q, want the ARN of a key", typeKey, r.PhysicalID)
	}
	var before keyProperties
	if err := aws.Decode(typeKey, old, &before); err != nil {
		return aws.State{}, err
	}
	if p.Expires == before.Expires {
		if a := s.api(p.APIID); a != nil {
			p.Expires = a.keys[path[1]].Expires
		}
	} else if p.Expires, err = s.keyTime(p.Expires); err != nil {
		return aws.State{}, fmt.Errorf("%s.Expires: %w", typeKey, err)
	}
	return s.putKey(r, path[1], p)
}

func (s *Service) putKey(r aws.Resource, id string, p keyProperties) (aws.State, error) {
	if a := s.api(p.APIID); a != nil && len(a.keys) >= maxKeys && a.keys[id] == (keyProperties{}) {
		return aws.State{}, fmt.Errorf("%s: got one more API key, want at most %d of an API", typeKey, maxKeys)
	}
	err := save(s, r, spaceKeys, p.APIID, id, "API key", p)
	return s.keyState(p.APIID+"/"+id, p), err
}

// keyState is a key's, by its key in the store.
func (s *Service) keyState(key string, p keyProperties) aws.State {
	_, id, _ := strings.Cut(key, "/")
	arn := s.arn(p.APIID) + "/apikeys/" + id
	return aws.State{PhysicalID: arn, Attributes: map[string]any{"ApiKey": id, "ApiKeyId": id, "Arn": arn}}
}

func (s *Service) deleteKey(_ context.Context, r aws.Resource) error {
	id, path := partOf(r.PhysicalID)
	if len(path) != 2 {
		return nil
	}
	return remove[keyProperties](s, r, spaceKeys, id, path[1])
}

func (s *Service) readKey(_ context.Context, of aws.Identifier) (map[string]any, error) {
	return readPart(s, spaceKeys, of["ApiId"]+"/"+of["ApiKeyId"], s.keyState)
}

func (s *Service) listKeys(_ context.Context, within aws.Identifier) (list []aws.Identifier, err error) {
	err = s.store.View(func(tx store.Reader) error {
		keys, err := all[keyProperties](tx, spaceKeys, within["ApiId"])
		for _, id := range slices.Sorted(maps.Keys(keys)) {
			list = append(list, aws.Identifier{"ApiId": within["ApiId"], "ApiKeyId": id})
		}
		return err
	})
	return list, err
}

// keyHolder is the caller with an API key of the API's: nobody in particular. What is wrong with it is not said.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/security-authz.html#api-key-authorization
func (s *Service) keyHolder(a *api, r *http.Request, key string) (*caller, *Refusal) {
	p, there := a.keys[key]
	if !a.settings.accepts(byKey) || !there || p.expired(s.now()) {
		return nil, unauthorized("You are not authorized to make this call.")
	}
	aws.EntryOf(r.Context()).Caller = "an API key"
	return &caller{mode: byKey, expires: p.at()}, nil
}

type (
	keysInput struct {
		APIID      string `aws:"apiId" required:"true"`
		MaxResults string `aws:"maxResults"` // of the query: 0 to 25
		NextToken  string `aws:"nextToken" min:"1" max:"65536"`
	}
	keyInput struct {
		APIID       string  `aws:"apiId" required:"true"`
		ID          string  `aws:"id" required:"true"`
		Description *string `aws:"description"`
		Expires     *int    `aws:"expires"`
	}
)

func shownKey(id string, p keyProperties) map[string]any {
	shown := map[string]any{"id": id, "expires": p.Expires, "deletes": p.at().Add(keyKept).Unix()}
	if p.Description != "" {
		shown["description"] = p.Description
	}
	return shown
}

// keysOf answers ListApiKeys, by their ids. Those that expired long ago are there no more.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_ListApiKeys.html
func (s *Service) keysOf(_ context.Context, in keysInput) (any, error) {
	a := s.api(in.APIID)
	if a == nil {
		return nil, notFound("GraphQL API " + in.APIID + " not found.")
	}
	most, err := pageOf(in.MaxResults)
	if err != nil {
		return nil, err
	}
	there := slices.DeleteFunc(slices.Sorted(maps.Keys(a.keys)), func(id string) bool { return a.keys[id].gone(s.now()) })
	ids, next, ok := paging.Cut(s.pages, in.NextToken, most, there, "AppSync ListApiKeys", in.APIID)
	if !ok {
		return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "Invalid nextToken")
	}
	list := []map[string]any{}
	for _, id := range ids {
		list = append(list, shownKey(id, a.keys[id]))
	}
	answer := map[string]any{"apiKeys": list}
	if next != "" {
		answer["nextToken"] = next
	}
	return answer, nil
}

// changeKey answers UpdateApiKey: what is left out stays. It is what `cdk deploy --hotswap` does with a key.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_UpdateApiKey.html
func (s *Service) changeKey(_ context.Context, in keyInput) (any, error) {
	a := s.api(in.APIID)
	if a == nil {
		return nil, notFound("GraphQL API " + in.APIID + " not found.")
	}
	p, there := a.keys[in.ID]
	if !there || p.gone(s.now()) {
		return nil, notFound("API key not found")
	}
	if in.Description != nil {
		p.Description = *in.Description
	}
	if in.Expires != nil {
		var err error
		if p.Expires, err = s.keyTime(*in.Expires); err != nil {
			return nil, aws.Refuse(http.StatusBadRequest, "ApiKeyValidityOutOfBoundsException", "%s", err)
		}
	}
	if err := replace(s, spaceKeys, in.APIID, in.ID, p, "API key not found"); err != nil {
		return nil, err
	}
	return map[string]any{"apiKey": shownKey(in.ID, p)}, nil
}
