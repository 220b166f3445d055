package logs

import (
	"context"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// readGroup is a log group.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html
func (s *Service) readGroup(_ context.Context, of aws.Identifier) (properties map[string]any, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		var g group
		found, err := store.GetJSON(tx, groupSpace, of["LogGroupName"], &g)
		if err != nil {
			return err
		}
		if !found {
			return aws.ErrNoResource
		}
		p := groupProperties{LogGroupClass: "STANDARD", LogGroupName: g.Name, RetentionInDays: g.Retention}
		for _, key := range slices.Sorted(maps.Keys(g.Tags)) {
			p.Tags = append(p.Tags, struct{ Key, Value string }{key, g.Tags[key]})
		}
		properties = aws.Encode(p)
		properties["DeletionProtectionEnabled"] = false
		maps.Copy(properties, s.state(g.Name).Attributes)
		return nil
	})
	return properties, err
}

// listGroups are the groups, of which the names begin with that of the model if it has one.
func (s *Service) listGroups(_ context.Context, within aws.Identifier) (list []aws.Identifier, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for key := range tx.Range(groupSpace, store.Range{}) {
			if strings.HasPrefix(string(key), within["LogGroupName"]) {
				list = append(list, aws.Identifier{"LogGroupName": string(key)})
			}
		}
		return nil
	})
	return list, err
}

func (s *Service) readARN(of aws.Identifier) string {
	if of["LogGroupName"] == "" {
		return "*"
	}
	return s.groupARN(of["LogGroupName"])
}
