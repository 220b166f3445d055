package cloudformation

import "time"

// The shapes of answers, as the API reference has them. Elements of lists are called member.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_Types.html

// stamp is a time as answers have it; "" is none.
func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}

type stacksAnswer struct {
	Stacks    []stackAnswer `xml:"Stacks>member"`
	NextToken string        `xml:",omitempty"`
}

type stackAnswer struct {
	StackID                     string `xml:"StackId"`
	StackName                   string
	ChangeSetID                 string            `xml:"ChangeSetId,omitempty"`
	Description                 string            `xml:",omitempty"`
	Parameters                  []parameterAnswer `xml:"Parameters>member"`
	CreationTime                string
	LastUpdatedTime             string `xml:",omitempty"`
	DeletionTime                string `xml:",omitempty"`
	StackStatus                 string
	StackStatusReason           string `xml:",omitempty"`
	DisableRollback             bool
	NotificationARNs            []string       `xml:"NotificationARNs>member"`
	Capabilities                []string       `xml:"Capabilities>member"`
	Outputs                     []outputAnswer `xml:"Outputs>member"`
	RoleARN                     string         `xml:",omitempty"`
	Tags                        []Tag          `xml:"Tags>member"`
	EnableTerminationProtection bool
	DriftInformation            driftAnswer
}

// driftAnswer says that nobody looked for drift.
type driftAnswer struct{ StackDriftStatus string }

type parameterAnswer struct {
	ParameterKey   string
	ParameterValue string
	ResolvedValue  string `xml:",omitempty"`
}

type outputAnswer struct {
	OutputKey   string
	OutputValue string
	Description string `xml:",omitempty"`
	ExportName  string `xml:",omitempty"`
}

type stackSummariesAnswer struct {
	StackSummaries []stackSummary `xml:"StackSummaries>member"`
	NextToken      string         `xml:",omitempty"`
}

type stackSummary struct {
	StackID             string `xml:"StackId"`
	StackName           string
	TemplateDescription string `xml:",omitempty"`
	CreationTime        string
	LastUpdatedTime     string `xml:",omitempty"`
	DeletionTime        string `xml:",omitempty"`
	StackStatus         string
	StackStatusReason   string `xml:",omitempty"`
	DriftInformation    driftAnswer
}

type resourcesAnswer struct {
	StackResources []resourceAnswer `xml:"StackResources>member"`
}

type resourceAnswer struct {
	StackName            string
	StackID              string `xml:"StackId"`
	LogicalResourceID    string `xml:"LogicalResourceId"`
	PhysicalResourceID   string `xml:"PhysicalResourceId,omitempty"`
	ResourceType         string
	Timestamp            string
	ResourceStatus       string
	ResourceStatusReason string `xml:",omitempty"`
	DriftInformation     resourceDrift
}

type resourceDrift struct{ StackResourceDriftStatus string }

type resourceSummariesAnswer struct {
	StackResourceSummaries []resourceSummary `xml:"StackResourceSummaries>member"`
	NextToken              string            `xml:",omitempty"`
}

type resourceSummary struct {
	LogicalResourceID    string `xml:"LogicalResourceId"`
	PhysicalResourceID   string `xml:"PhysicalResourceId,omitempty"`
	ResourceType         string
	LastUpdatedTimestamp string
	ResourceStatus       string
	ResourceStatusReason string `xml:",omitempty"`
	DriftInformation     resourceDrift
}

type eventsAnswer struct {
	StackEvents []eventAnswer `xml:"StackEvents>member"`
	NextToken   string        `xml:",omitempty"`
}

type eventAnswer struct {
	StackID              string `xml:"StackId"`
	EventID              string `xml:"EventId"`
	StackName            string
	OperationID          string `xml:"OperationId,omitempty"`
	LogicalResourceID    string `xml:"LogicalResourceId"`
	PhysicalResourceID   string `xml:"PhysicalResourceId"`
	ResourceType         string
	Timestamp            string
	ResourceStatus       string
	ResourceStatusReason string `xml:",omitempty"`
	ClientRequestToken   string `xml:",omitempty"`
}

type operationEventsAnswer struct {
	OperationEvents []operationEvent `xml:"OperationEvents>member"`
	NextToken       string           `xml:",omitempty"`
}

type operationEvent struct {
	EventID                string `xml:"EventId"`
	StackID                string `xml:"StackId"`
	OperationID            string `xml:"OperationId,omitempty"`
	OperationType          string `xml:",omitempty"`
	EventType              string
	LogicalResourceID      string `xml:"LogicalResourceId,omitempty"`
	PhysicalResourceID     string `xml:"PhysicalResourceId,omitempty"`
	ResourceType           string `xml:",omitempty"`
	Timestamp              string
	ResourceStatus         string `xml:",omitempty"`
	ResourceStatusReason   string `xml:",omitempty"`
	ClientRequestToken     string `xml:",omitempty"`
	ValidationFailureMode  string `xml:",omitempty"`
	ValidationName         string `xml:",omitempty"`
	ValidationStatus       string `xml:",omitempty"`
	ValidationStatusReason string `xml:",omitempty"`
	ValidationPath         string `xml:",omitempty"`
}

type changeSetAnswer struct {
	ChangeSetName    string
	ChangeSetID      string `xml:"ChangeSetId"`
	StackID          string `xml:"StackId"`
	StackName        string
	Description      string            `xml:",omitempty"`
	Parameters       []parameterAnswer `xml:"Parameters>member"`
	CreationTime     string
	ExecutionStatus  string
	Status           string
	StatusReason     string         `xml:",omitempty"`
	NotificationARNs []string       `xml:"NotificationARNs>member"`
	Capabilities     []string       `xml:"Capabilities>member"`
	Tags             []Tag          `xml:"Tags>member"`
	Changes          []changeAnswer `xml:"Changes>member"`
	NextToken        string         `xml:",omitempty"`
}

type changeSetsAnswer struct {
	Summaries []changeSetSummary `xml:"Summaries>member"`
	NextToken string             `xml:",omitempty"`
}

type changeSetSummary struct {
	ChangeSetName   string
	ChangeSetID     string `xml:"ChangeSetId"`
	StackID         string `xml:"StackId"`
	StackName       string
	Description     string `xml:",omitempty"`
	CreationTime    string
	ExecutionStatus string
	Status          string
	StatusReason    string `xml:",omitempty"`
}

type changeAnswer struct {
	Type           string
	ResourceChange resourceChange
}

type resourceChange struct {
	PolicyAction       string `xml:",omitempty"`
	Action             string
	LogicalResourceID  string `xml:"LogicalResourceId"`
	PhysicalResourceID string `xml:"PhysicalResourceId,omitempty"`
	ResourceType       string
	Replacement        string         `xml:",omitempty"`
	Scope              []string       `xml:"Scope>member"`
	Details            []changeDetail `xml:"Details>member"`
	BeforeContext      string         `xml:",omitempty"`
	AfterContext       string         `xml:",omitempty"`
}

type changeDetail struct {
	Target       changeTarget
	Evaluation   string
	ChangeSource string
}

type changeTarget struct {
	Attribute           string
	Name                string `xml:",omitempty"`
	RequiresRecreation  string `xml:",omitempty"`
	Path                string `xml:",omitempty"`
	BeforeValue         string `xml:",omitempty"`
	AfterValue          string `xml:",omitempty"`
	AttributeChangeType string `xml:",omitempty"`
}

// answer is the change as DescribeChangeSet has it, with the values before and after only where they are asked for.
func (c change) answer(values bool) changeAnswer {
	out := resourceChange{
		PolicyAction: c.PolicyAction, Action: c.Action, LogicalResourceID: c.LogicalID, PhysicalResourceID: c.PhysicalID,
		ResourceType: c.Type, Replacement: c.Replacement, Scope: c.Scope,
	}
	if values {
		out.BeforeContext, out.AfterContext = c.Before, c.After
	}
	for _, d := range c.Details {
		target := changeTarget{Attribute: d.Attribute, Name: d.Name}
		if d.Attribute == "Properties" {
			target.RequiresRecreation = d.Recreation
		}
		if values {
			target.BeforeValue, target.AfterValue, target.AttributeChangeType = d.Before, d.After, d.Kind
			target.Path = "/" + d.Attribute
			if d.Name != "" {
				target.Path += "/" + d.Name
			}
		}
		detail := changeDetail{Target: target, Evaluation: "Static", ChangeSource: "DirectModification"}
		if d.Dynamic {
			detail.Evaluation, detail.ChangeSource = "Dynamic", "ResourceAttribute"
		}
		out.Details = append(out.Details, detail)
	}
	return changeAnswer{"Resource", out}
}
