package appsync

import (
	"maps"
	"slices"
	"time"
)

// GraphQLAPI is one as a page shows it.
type GraphQLAPI struct {
	ID, Name string
	Host     string // that answers for it
	SDL      string // the schema's text as it was given; "" without one
	UserPool string // the id of the user pool whose tokens it takes; "" if it takes none
	IAM      bool   // whether it takes signatures
	Key      string // an API key that it takes, the one that is good for the longest; "" for none
}

// APIs are all APIs, by id.
func (s *Service) APIs() []GraphQLAPI {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	var list []GraphQLAPI
	for _, id := range slices.Sorted(maps.Keys(s.apis)) {
		a := s.apis[id]
		shown := GraphQLAPI{ID: id, Name: a.settings.Name, Host: s.host(id), SDL: a.sdl, IAM: a.settings.accepts(byIAM)}
		if pool := a.settings.pool(); pool != nil {
			shown.UserPool = pool.UserPoolID
		}
		if a.settings.accepts(byKey) {
			shown.Key = longest(a.keys, s.now())
		}
		list = append(list, shown)
	}
	return list
}

// longest is the key that expires last, of those that are good.
func longest(keys map[string]keyProperties, now time.Time) (key string) {
	for _, id := range slices.Sorted(maps.Keys(keys)) {
		if !keys[id].expired(now) && (key == "" || keys[id].Expires > keys[key].Expires) {
			key = id
		}
	}
	return key
}
