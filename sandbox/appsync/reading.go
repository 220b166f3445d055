package appsync

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// What is answered though no template said it: what an API is, whom it answers, and how many items a batch has, which is 0 where there
// are none.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_GraphqlApi.html,
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_Resolver.html
var (
	apiDefaults    = map[string]any{"ApiType": "GRAPHQL", "IntrospectionConfig": "ENABLED", "QueryDepthLimit": 0.0, "ResolverCountLimit": 0.0, "Visibility": "GLOBAL"}
	resolverUnsaid = map[string]any{"Kind": kindUnit, "MaxBatchSize": 0.0}
	functionUnsaid = map[string]any{"MaxBatchSize": 0.0}
)

// unsaid are the properties over those that hold where a template says nothing.
func unsaid(defaults, properties map[string]any) map[string]any {
	all := maps.Clone(defaults)
	maps.Copy(all, properties)
	return all
}

func (s *Service) readAPI(_ context.Context, of aws.Identifier) (map[string]any, error) {
	id, path := s.partOf(of["Arn"])
	a := s.api(id)
	if a == nil || len(path) > 0 {
		return nil, aws.ErrNoResource
	}
	properties := unsaid(apiDefaults, aws.Encode(a.settings))
	maps.Copy(properties, s.apiState(id).Attributes)
	return properties, nil
}

// partOf is partOf of an ARN of the service's own; id is "" for any other.
func (s *Service) partOf(arn string) (id string, path []string) {
	id, path = partOf(arn)
	if rest, ours := strings.CutPrefix(arn, s.arn(id)); !ours || rest != "" && rest[0] != '/' {
		return "", nil
	}
	return id, path
}

func (s *Service) listAPIs(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	s.mutex.RLock()
	defer s.mutex.RUnlock()
	for _, id := range slices.Sorted(maps.Keys(s.apis)) {
		list = append(list, aws.Identifier{"Arn": s.arn(id)})
	}
	return list, nil
}

// readPart reads what belongs to an API: the record at key of the space, with the attributes that Fn::GetAtt has of it.
func readPart[T any](s *Service, space, key string, state func(id string, settings T) aws.State) (map[string]any, error) {
	var kept record[T]
	var found bool
	err := s.store.View(func(tx store.Reader) (err error) {
		kept, found, err = get[T](tx, space, key)
		return err
	})
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, aws.ErrNoResource
	}
	properties := aws.Encode(kept.Settings)
	maps.Copy(properties, state(key, kept.Settings).Attributes)
	return properties, nil
}

// listParts are the ARNs of what belongs to the API that a list is within.
func listParts[T any](s *Service, space, named string, within aws.Identifier, state func(key string, settings T) aws.State) (list []aws.Identifier, err error) {
	err = s.store.View(func(tx store.Reader) error {
		parts, err := all[T](tx, space, within["ApiId"])
		for _, name := range slices.Sorted(maps.Keys(parts)) {
			list = append(list, aws.Identifier{named: state(within["ApiId"]+"/"+name, parts[name]).PhysicalID})
		}
		return err
	})
	return list, err
}

func (s *Service) readSource(_ context.Context, of aws.Identifier) (map[string]any, error) {
	id, path := s.partOf(of["DataSourceArn"])
	if len(path) != 2 || path[0] != "datasources" {
		return nil, aws.ErrNoResource
	}
	properties, err := readPart(s, spaceSources, id+"/"+path[1], s.sourceState)
	if of, ok := properties["DynamoDBConfig"].(map[string]any); ok {
		of["UseCallerCredentials"] = false // https://docs.aws.amazon.com/appsync/latest/APIReference/API_DynamodbDataSourceConfig.html
	}
	return properties, err
}

func (s *Service) listSources(_ context.Context, within aws.Identifier) ([]aws.Identifier, error) {
	return listParts(s, spaceSources, "DataSourceArn", within, s.sourceState)
}

func (s *Service) readFunction(_ context.Context, of aws.Identifier) (map[string]any, error) {
	id, path := s.partOf(of["FunctionArn"])
	if len(path) != 2 || path[0] != "functions" {
		return nil, aws.ErrNoResource
	}
	properties, err := readPart(s, spaceFunctions, id+"/"+path[1], s.functionState)
	if err != nil {
		return nil, err
	}
	return unsaid(functionUnsaid, properties), nil
}

func (s *Service) listFunctions(_ context.Context, within aws.Identifier) ([]aws.Identifier, error) {
	return listParts(s, spaceFunctions, "FunctionArn", within, s.functionState)
}

func (s *Service) readResolver(_ context.Context, of aws.Identifier) (map[string]any, error) {
	id, path := s.partOf(of["ResolverArn"])
	if len(path) != 4 || path[0] != "types" || path[2] != "resolvers" {
		return nil, aws.ErrNoResource
	}
	properties, err := readPart(s, spaceResolvers, id+"/"+path[1]+"."+path[3], s.resolverState)
	if err != nil {
		return nil, err
	}
	return unsaid(resolverUnsaid, properties), nil
}

func (s *Service) listResolvers(_ context.Context, within aws.Identifier) ([]aws.Identifier, error) {
	all, err := listParts(s, spaceResolvers, "ResolverArn", within, s.resolverState)
	return slices.DeleteFunc(all, func(of aws.Identifier) bool {
		return !strings.Contains(of["ResolverArn"], "/types/"+within["TypeName"]+"/")
	}), err
}

// partARN is what policies are asked about: the part itself, or the API of a list of them.
func (s *Service) partARN(of aws.Identifier) string {
	if id := of["ApiId"]; id != "" {
		return s.arn(id) + "/*"
	}
	return cmp.Or(of["Arn"], of["DataSourceArn"], of["FunctionArn"], of["ResolverArn"], "*")
}
