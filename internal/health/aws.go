package health

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/smithy-go"
)

// CloudFormation is what is asked of it.
type CloudFormation interface {
	cloudformation.DescribeStacksAPIClient
	cloudformation.DescribeStackEventsAPIClient
}

// CloudWatch is what is asked of it.
type CloudWatch interface {
	cloudwatch.DescribeAlarmsAPIClient
}

// Stack is one of an environment's.
type Stack struct {
	ID     string      `json:"id"` // as in "Auth"
	Name   string      `json:"name"`
	Region string      `json:"region"`
	State  Deployment  `json:"state"`
	Status string      `json:"status,omitempty"` // CloudFormation's, as in UPDATE_COMPLETE
	Faults []StackFail `json:"faults,omitempty"` // of the last deployment, the first that went wrong first
	// Changed is when the last deployment that changed anything began.
	Changed time.Time `json:"changed,omitzero"`
	// Drift is what CloudFormation found the last time that it was told to look, and Looked when that was: NOT_CHECKED, IN_SYNC, DRIFTED,
	// UNKNOWN.
	Drift  string    `json:"drift,omitempty"`
	Looked time.Time `json:"looked,omitzero"`
	// LeftOver is that it is there, and none by the settings.
	LeftOver bool `json:"leftOver,omitempty"`
}

// Deployment is how the last one of a stack went.
type Deployment string

// What became of it.
const (
	Done    Deployment = "done"
	Running Deployment = "running"
	Failed  Deployment = "failed"
	Absent  Deployment = "absent"
	// Deleting is that its deletion runs.
	Deleting Deployment = "deleting"
)

// StackFail is a resource that a deployment could not change.
type StackFail struct {
	LogicalID string `json:"logicalId"`
	Type      string `json:"type"`
	Reason    string `json:"reason"`
}

// stateOf says how the last deployment of a stack went, by its status. A clean-up follows a deployment that succeeded.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html, "Stack status codes"
func stateOf(status cfn.StackStatus) Deployment {
	switch text := string(status); {
	case strings.Contains(text, "ROLLBACK") || strings.HasSuffix(text, "_FAILED"):
		return Failed
	case status == cfn.StackStatusDeleteComplete, status == cfn.StackStatusReviewInProgress:
		return Absent // the latter has a change set alone
	case status == cfn.StackStatusDeleteInProgress:
		return Deleting
	case strings.HasSuffix(text, "_CLEANUP_IN_PROGRESS"), strings.HasSuffix(text, "_COMPLETE"):
		return Done
	}
	return Running
}

// readStack reads a stack.
func readStack(ctx context.Context, client CloudFormation, name string, at placed) (Stack, error) {
	stack := Stack{ID: at.id, Name: name, Region: at.region, State: Absent}
	described, err := client.DescribeStacks(ctx, &cloudformation.DescribeStacksInput{StackName: &name})
	if noStack(err) {
		return stack, nil
	}
	if err != nil {
		return stack, err
	}
	found := described.Stacks[0]
	stack.State, stack.Status = stateOf(found.StackStatus), string(found.StackStatus)
	stack.Changed = aws.ToTime(cmp.Or(found.LastUpdatedTime, found.CreationTime)).UTC()
	if drift := found.DriftInformation; drift != nil {
		stack.Drift, stack.Looked = string(drift.StackDriftStatus), aws.ToTime(drift.LastCheckTimestamp)
	}
	if stack.State == Failed {
		stack.Faults, err = failures(ctx, client, aws.ToString(found.StackId))
	}
	return stack, err
}

// noStack tells CloudFormation's answer about a stack that is not there, a ValidationError with no other mark than its words.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStacks.html
func noStack(err error) bool {
	refused, is := errors.AsType[smithy.APIError](err)
	return is && refused.ErrorCode() == "ValidationError" && strings.Contains(refused.ErrorMessage(), "does not exist")
}

// failures are the resources that the last deployment of a stack could not change, the first that went wrong first, without those that
// were given up for it. Events come the latest first.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeStackEvents.html
func failures(ctx context.Context, client CloudFormation, id string) ([]StackFail, error) {
	var found []StackFail
	pages := cloudformation.NewDescribeStackEventsPaginator(client, &cloudformation.DescribeStackEventsInput{StackName: &id})
	for began := false; pages.HasMorePages() && !began; {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, event := range page.StackEvents {
			status, reason := string(event.ResourceStatus), aws.ToString(event.ResourceStatusReason)
			if aws.ToString(event.PhysicalResourceId) == id {
				if began = begins[status]; began {
					break
				}
				continue
			}
			if strings.HasSuffix(status, "_FAILED") && !strings.HasPrefix(reason, "Resource creation cancelled") && !strings.HasPrefix(reason, "Resource update cancelled") {
				found = append(found, StackFail{aws.ToString(event.LogicalResourceId), aws.ToString(event.ResourceType), reason})
			}
		}
	}
	slices.Reverse(found)
	return found, nil
}

// begins are the states of a stack that a deployment begins with.
var begins = map[string]bool{"CREATE_IN_PROGRESS": true, "UPDATE_IN_PROGRESS": true, "DELETE_IN_PROGRESS": true, "IMPORT_IN_PROGRESS": true}

// most is how many alarms CloudWatch is asked about at once.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DescribeAlarms.html
const most = 100

// describe reads alarms by their names. Those that are not there are left out.
func describe(ctx context.Context, client CloudWatch, names []string, into map[string]Alarm) error {
	for some := range slices.Chunk(names, most) {
		pages := cloudwatch.NewDescribeAlarmsPaginator(client, &cloudwatch.DescribeAlarmsInput{AlarmNames: some})
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return err
			}
			for _, a := range page.MetricAlarms {
				topics := slices.DeleteFunc(a.AlarmActions, func(arn string) bool { return !strings.Contains(arn, ":sns:") })
				into[aws.ToString(a.AlarmName)] = Alarm{
					State: State(a.StateValue), Since: aws.ToTime(cmp.Or(a.StateTransitionedTimestamp, a.StateUpdatedTimestamp)).UTC(),
					Reason: aws.ToString(a.StateReason), Silent: a.ActionsEnabled != nil && !*a.ActionsEnabled || len(topics) == 0,
					topics: topics,
				}
			}
		}
	}
	return nil
}
