package logs

import (
	"context"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

func (s *Service) readQuery(_ context.Context, of aws.Identifier) (properties map[string]any, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		var d definition
		found, err := store.GetJSON(tx, querySpace, of["QueryDefinitionId"], &d)
		if err == nil && !found {
			return aws.ErrNoResource
		}
		properties = aws.Encode(queryProperties{LogGroupNames: d.Groups, Name: d.Name, QueryLanguage: "CWLI", QueryString: d.Text})
		properties["QueryDefinitionId"] = d.ID
		return err
	})
	return properties, err
}

func (s *Service) listQueries(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		all, err := definitions(tx)
		for _, d := range all {
			list = append(list, aws.Identifier{"QueryDefinitionId": d.ID})
		}
		return err
	})
	return list, err
}

// queryARN is what policies are asked about: no ARN, as of all that describes queries.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
func queryARN(aws.Identifier) string { return "*" }
