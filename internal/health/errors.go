package health

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"lightbox.example/lightbox/internal/config"
	"lightbox.example/lightbox/internal/deployed"
	"lightbox.example/lightbox/internal/errorid"
)

// A Line is what a log says of an error.
type Line struct {
	At      time.Time `json:"at"`
	Group   string    `json:"group"` // of logs
	Message string    `json:"message"`
}

// Errors finds what the logs of an environment say since a time of an error that somebody was shown, by its id, the earliest first. The
// logs are those of the API and of functions.
//
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
func Errors(ctx context.Context, cfg config.Config, stacks cloudformation.ListStackResourcesAPIClient, logs cloudwatchlogs.FilterLogEventsAPIClient, id string, since time.Time) ([]Line, error) {
	pattern, err := errorid.Filter(id)
	if err != nil {
		return nil, err
	}
	var groups []string
	for _, stack := range []string{"API", "Auth"} {
		some, err := groupsOf(ctx, stacks, cfg.StackName(stack))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", cfg.StackName(stack), err)
		}
		groups = append(groups, some...)
	}
	var found []Line
	var faults []error
	for _, group := range groups {
		pages := cloudwatchlogs.NewFilterLogEventsPaginator(logs, &cloudwatchlogs.FilterLogEventsInput{
			LogGroupName: &group, FilterPattern: &pattern, StartTime: aws.Int64(since.UnixMilli()),
		})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				faults = append(faults, fmt.Errorf("%s: %w", group, err))
				break
			}
			for _, event := range page.Events {
				found = append(found, Line{time.UnixMilli(aws.ToInt64(event.Timestamp)).UTC(), group, aws.ToString(event.Message)})
			}
		}
	}
	slices.SortStableFunc(found, func(a, b Line) int { return a.At.Compare(b.At) })
	return found, errors.Join(faults...)
}

// groupsOf are the log groups of a stack.
func groupsOf(ctx context.Context, client cloudformation.ListStackResourcesAPIClient, stack string) ([]string, error) {
	var groups []string
	all, err := deployed.All(ctx, client, stack)
	for _, r := range all {
		if r.Type == "AWS::Logs::LogGroup" {
			groups = append(groups, r.PhysicalID)
		}
	}
	return groups, err
}
