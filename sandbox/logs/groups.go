package logs

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const groupType = "AWS::Logs::LogGroup"

// The spaces of the store.
const (
	groupSpace   = "logs/groups"   // name → group
	streamSpace  = "logs/streams"  // group, stream → stream
	eventSpace   = "logs/events"   // group, time in milliseconds, number → event
	arrivalSpace = "logs/arrivals" // number → the key in eventSpace
)

// group is a log group.
type group struct {
	Name, Owner string
	Created     time.Time
	Retention   int // days; 0 is for ever
	Tags        map[string]string
	Lines       int
	Bytes       int
}

// stream is a sequence of lines of a group.
type stream struct {
	Name          string
	Created       time.Time
	First, Last   int64 // milliseconds; 0 without lines
	LastIngestion int64
}

// groupProperties are the properties of AWS::Logs::LogGroup that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-logs-loggroup.html
type groupProperties struct {
	LogGroupClass   string
	LogGroupName    string
	RetentionInDays int
	Tags            []struct{ Key, Value string }
}

// ResourceTypes are the types that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		groupType: {
			Replaces:   []string{"LogGroupName"},
			Attributes: []string{"Arn"},
			Properties: (*groupProperties)(nil),
			Check:      func(r aws.Resource) error { return new(groupProperties).read(r) },
			Create:     s.createGroup,
			Update:     s.updateGroup,
			Delete:     s.deleteGroup,
			Find:       s.findGroup,
			Read:       s.readGroup,
			List:       s.listGroups,
			ARN:        s.readARN,
		},
		retentionType: {
			Attributes: []string{"LogGroupName"},
			Properties: (*retentionProperties)(nil),
			Check:      aws.Checked(s.readRetention),
			Create:     s.putRetention,
			Update: func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
				return s.putRetention(ctx, r)
			},
			Delete: s.deleteRetention,
			Unread: "a custom resource is what its own function says",
		},
		queryType: {
			Attributes: []string{"QueryDefinitionId"},
			Properties: (*queryProperties)(nil),
			Check:      func(r aws.Resource) error { return new(queryProperties).read(r.Properties) },
			Create:     s.createQuery,
			Update:     s.updateQuery,
			Delete:     s.deleteQuery,
			Read:       s.readQuery,
			List:       s.listQueries,
			ARN:        queryARN,
		},
	}
}

// retentions are the days that a group can keep its lines.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
var retentions = []int{0, 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653}

var groupName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[.\-_/#A-Za-z0-9]{1,512}$`) })

// read reads the properties and checks them.
func (p *groupProperties) read(r aws.Resource) error {
	if err := aws.Decode(groupType, r.Properties, p); err != nil {
		return err
	}
	if p.LogGroupName == "" {
		p.LogGroupName = r.Stack + "-" + r.LogicalID + "-" + r.Suffix
	}
	var faults []error
	if !groupName().MatchString(p.LogGroupName) {
		faults = append(faults, fmt.Errorf("%s.LogGroupName: got %q, want 1 to 512 letters, digits and ._-/#", groupType, p.LogGroupName))
	}
	if !slices.Contains(retentions, p.RetentionInDays) {
		faults = append(faults, fmt.Errorf("%s.RetentionInDays: got %d, want one of %v", groupType, p.RetentionInDays, retentions[1:]))
	}
	if p.LogGroupClass != "" && p.LogGroupClass != "STANDARD" {
		faults = append(faults, fmt.Errorf("%s.LogGroupClass: got %q, want STANDARD: no other is supported by the sandbox", groupType, p.LogGroupClass))
	}
	return errors.Join(faults...)
}

func (p *groupProperties) tags() map[string]string {
	tags := map[string]string{}
	for _, tag := range p.Tags {
		tags[tag.Key] = tag.Value
	}
	return tags
}

func (s *Service) createGroup(_ context.Context, r aws.Resource) (aws.State, error) {
	var p groupProperties
	if err := p.read(r); err != nil {
		return aws.State{}, err
	}
	owner := r.Owner()
	err := s.Store.Update(func(tx store.Writer) error {
		g := group{Name: p.LogGroupName, Owner: owner, Created: s.Now()}
		if _, err := store.GetJSON(tx, groupSpace, g.Name, &g); err != nil {
			return err
		}
		if g.Owner != owner {
			return aws.Refuse(http.StatusBadRequest, "ResourceAlreadyExistsException", "The log group %s exists already", g.Name)
		}
		g.Retention, g.Tags = p.RetentionInDays, p.tags()
		return store.PutJSON(tx, groupSpace, g.Name, g)
	})
	return s.state(p.LogGroupName), err
}

func (s *Service) findGroup(_ context.Context, by aws.Identifier) (aws.State, error) {
	name := by["LogGroupName"]
	var g group
	var found bool
	err := s.Store.View(func(tx store.Reader) (err error) {
		found, err = store.GetJSON(tx, groupSpace, name, &g)
		return err
	})
	if err == nil && !found {
		err = aws.NotFound(groupType, name)
	}
	return s.state(name), err
}

func (s *Service) state(name string) aws.State {
	return aws.State{PhysicalID: name, Attributes: map[string]any{"Arn": s.groupARN(name) + ":*"}}
}

func (s *Service) updateGroup(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var p groupProperties
	if err := p.read(r); err != nil {
		return aws.State{}, err
	}
	err := s.Store.Update(func(tx store.Writer) error {
		var g group
		found, err := store.GetJSON(tx, groupSpace, r.PhysicalID, &g)
		switch {
		case err != nil:
			return err
		case !found:
			return noGroup()
		}
		g.Retention, g.Tags = p.RetentionInDays, p.tags()
		return store.PutJSON(tx, groupSpace, g.Name, g)
	})
	return s.state(r.PhysicalID), err
}

// deleteGroup deletes a group with its lines.
func (s *Service) deleteGroup(_ context.Context, r aws.Resource) error {
	return s.Store.Update(func(tx store.Writer) error {
		within := store.Prefix([]byte(r.PhysicalID + "\x00"))
		for key := range tx.Range(streamSpace, within) {
			if err := tx.Delete(streamSpace, key); err != nil {
				return err
			}
		}
		for key := range tx.Range(eventSpace, within) {
			if err := drop(tx, key); err != nil {
				return err
			}
		}
		return tx.Delete(groupSpace, []byte(r.PhysicalID))
	})
}

// oldest is the time, in milliseconds, from which on the group's lines are kept at now.
func (g *group) oldest(now time.Time) int64 {
	if g.Retention == 0 {
		return 0
	}
	return now.AddDate(0, 0, -g.Retention).UnixMilli()
}
