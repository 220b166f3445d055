package logs

import (
	"context"
	"fmt"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const retentionType = "Custom::LogRetention"

// retentionProperties are those of the CDK's resource that says how long a log group keeps its lines that somebody else makes, as
// that of a function. The token names a Lambda function, which the sandbox does not run.
// https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_logs.LogRetention.html
type retentionProperties struct {
	ServiceToken, LogGroupName, LogGroupRegion string
	RetentionInDays                            int
	RemovalPolicy                              string
	SdkRetry                                   map[string]string
}

// readRetention reads the properties and checks them.
func (s *Service) readRetention(r aws.Resource) (p retentionProperties, err error) {
	if err := aws.Decode(retentionType, r.Properties, &p); err != nil {
		return p, err
	}
	switch {
	case !groupName().MatchString(p.LogGroupName):
		return p, fmt.Errorf("%s.LogGroupName: got %q, want 1 to 512 letters, digits and ._-/#", retentionType, p.LogGroupName)
	case p.LogGroupRegion != "" && p.LogGroupRegion != s.Region:
		return p, fmt.Errorf("%s.LogGroupRegion: got %q, want %s: the sandbox has no other", retentionType, p.LogGroupRegion, s.Region)
	case !slices.Contains(retentions, p.RetentionInDays):
		return p, fmt.Errorf("%s.RetentionInDays: got %d, want one of %v", retentionType, p.RetentionInDays, retentions[1:])
	}
	return p, nil
}

// putRetention does what the function does: it makes the group if it is not there, and takes it as it is if it is.
// https://github.com/aws/aws-cdk/blob/main/packages/@aws-cdk/custom-resource-handlers/lib/aws-logs/log-retention-handler/index.ts
func (s *Service) putRetention(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := s.readRetention(r)
	if err != nil {
		return aws.State{}, err
	}
	err = s.Store.Update(func(tx store.Writer) error {
		g := group{Name: p.LogGroupName, Created: s.Now()}
		if _, err := store.GetJSON(tx, groupSpace, g.Name, &g); err != nil {
			return err
		}
		g.Retention = p.RetentionInDays
		return store.PutJSON(tx, groupSpace, g.Name, g)
	})
	return aws.State{PhysicalID: p.LogGroupName, Attributes: map[string]any{"LogGroupName": p.LogGroupName}}, err
}

// deleteRetention leaves the group as it is, unless it is to go.
func (s *Service) deleteRetention(ctx context.Context, r aws.Resource) error {
	p, err := s.readRetention(r)
	if err != nil || p.RemovalPolicy != "destroy" {
		return err
	}
	return s.deleteGroup(ctx, r)
}
