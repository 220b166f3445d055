package appsync

import (
	"context"
	"crypto/sha256"
	"fmt"
	"math/big"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// The types of resources.
const (
	typeAPI      = "AWS::AppSync::GraphQLApi"
	typeSchema   = "AWS::AppSync::GraphQLSchema"
	typeSource   = "AWS::AppSync::DataSource"
	typeFunction = "AWS::AppSync::FunctionConfiguration"
	typeResolver = "AWS::AppSync::Resolver"
	typeKey      = "AWS::AppSync::ApiKey"
)

// ResourceTypes are the types of resources that CloudFormation makes with this service. What an update changes is live when
// it returns, except that a request in flight ends with what it began with.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		typeKey: {
			Replaces:   []string{"ApiId"},
			Attributes: []string{"ApiKey", "ApiKeyId", "Arn"},
			Properties: (*keyProperties)(nil),
			Check:      s.checkKey,
			Create:     s.createKey,
			Update:     s.updateKey,
			Delete:     s.deleteKey,
			Read:       s.readKey,
			List:       s.listKeys,
			ARN:        s.partARN,
		},
		typeAPI: {
			Attributes: []string{"ApiId", "Arn", "GraphQLDns", "GraphQLUrl", "RealtimeDns", "RealtimeUrl"},
			Properties: (*apiProperties)(nil),
			Check:      aws.Checked(s.readAPIProperties),
			Create:     s.createAPI,
			Update:     updated(s.createAPI),
			Delete:     s.deleteAPI,
			Read:       s.readAPI,
			List:       s.listAPIs,
			ARN:        s.partARN,
		},
		typeSchema: {
			Replaces:   []string{"ApiId"},
			Attributes: []string{"Id"},
			Properties: (*schemaProperties)(nil),
			Check:      s.checkSchemaProperties,
			Files:      located("DefinitionS3Location"),
			Create:     s.putSchema,
			Update:     updated(s.putSchema),
			Delete:     s.deleteSchema,
			Unread:     "GetIntrospectionSchema of AppSync's own reads it",
		},
		typeSource: {
			Replaces:   []string{"ApiId", "Name"},
			Attributes: []string{"DataSourceArn", "Name"},
			Properties: (*sourceProperties)(nil),
			Check:      aws.Checked(s.readSourceProperties),
			Create:     s.putSource,
			Update:     updated(s.putSource),
			Delete:     s.deleteSource,
			Read:       s.readSource,
			List:       s.listSources,
			ARN:        s.partARN,
		},
		typeFunction: {
			Replaces:   []string{"ApiId"},
			Attributes: []string{"DataSourceName", "FunctionArn", "FunctionId", "Name"},
			Properties: (*functionProperties)(nil),
			Check:      aws.Checked(asking(s.readFunctionProperties)),
			Files:      located("CodeS3Location"),
			Create:     s.putFunction,
			Update:     updated(s.putFunction),
			Delete:     s.deleteFunction,
			Read:       s.readFunction,
			List:       s.listFunctions,
			ARN:        s.partARN,
		},
		typeResolver: {
			Replaces:   []string{"ApiId", "FieldName", "TypeName"},
			Attributes: []string{"FieldName", "ResolverArn", "TypeName"},
			Properties: (*resolverProperties)(nil),
			Check:      aws.Checked(asking(s.readResolverProperties)),
			Files:      located("CodeS3Location"),
			Create:     s.putResolver,
			Update:     updated(s.putResolver),
			Delete:     s.deleteResolver,
			Read:       s.readResolver,
			List:       s.listResolvers,
			ARN:        s.partARN,
		},
	}
}

// asking reads properties before anything is made.
func asking[T any](read func(ctx context.Context, asking bool, r aws.Resource) (T, error)) func(aws.Resource) (T, error) {
	return func(r aws.Resource) (T, error) { return read(context.Background(), true, r) }
}

// updated is an update that does what a creation does: it puts the new settings in the place of the old ones.
func updated(create func(context.Context, aws.Resource) (aws.State, error)) func(context.Context, map[string]any, aws.Resource) (aws.State, error) {
	return func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) { return create(ctx, r) }
}

// owner says which resource of which stack a record is.
func owner(r aws.Resource) string { return r.Stack + "/" + r.LogicalID }

// madeID is an id of 26 letters and digits: the same for the same resource, so that a Create that is called again finds what
// it made.
func madeID(r aws.Resource) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{r.Account, r.Stack, r.LogicalID, r.Suffix}, "\x00")))
	id := new(big.Int).SetBytes(sum[:]).Text(36)
	return ("a" + id)[:26]
}

// change runs a transaction that changes an API, and makes it live. Transactions wait for the disk together; whoever loads
// the API then loads what all of them wrote.
func (s *Service) change(id string, write func(tx store.Writer) error) error {
	if err := s.store.Update(write); err != nil {
		return err
	}
	s.changes.Lock()
	defer s.changes.Unlock()
	return s.reload(id)
}

// save puts the settings of a part of an API; what is called what, as in "data source Photos", is for the message.
func save[T any](s *Service, r aws.Resource, space, id, name, what string, settings T) error {
	return s.change(id, func(tx store.Writer) error {
		if _, found := tx.Get(spaceAPIs, []byte(id)); !found {
			return fmt.Errorf("ApiId: there is no GraphQL API %q", id)
		}
		key := id
		if name != "" {
			key = id + "/" + name
		}
		before, found, err := get[T](tx, space, key)
		if err != nil {
			return err
		}
		if found && before.Owner != owner(r) {
			return fmt.Errorf("the API %s has a %s already, which is %s", id, what, before.Owner)
		}
		return put(tx, space, key, owner(r), settings)
	})
}

// remove deletes the part of an API that is the resource's; it is no error if there is none.
func remove[T any](s *Service, r aws.Resource, space, id, name string) error {
	key := id
	if name != "" {
		key = id + "/" + name
	}
	return s.change(id, func(tx store.Writer) error {
		before, found, err := get[T](tx, space, key)
		if err != nil || !found || before.Owner != owner(r) {
			return err
		}
		return tx.Delete(space, []byte(key))
	})
}

// partOf takes the API's id and a part's name out of a physical id, as in arn:aws:appsync:R:A:apis/ID/datasources/NAME.
func partOf(physicalID string) (id string, name []string) {
	_, path, _ := strings.Cut(physicalID, ":apis/")
	steps := strings.Split(path, "/")
	return steps[0], steps[1:]
}
