package cloudformation

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/assembly"
)

func (c *request) describeStackEvents(in stackPageRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	events, next, err := c.eventPage(in.NextToken)
	out := eventsAnswer{NextToken: next}
	for _, e := range events {
		out.StackEvents = append(out.StackEvents, eventAnswer{
			StackID: e.StackID, EventID: e.ID, StackName: e.Stack, OperationID: e.OperationID, LogicalResourceID: e.LogicalID,
			PhysicalResourceID: e.PhysicalID, ResourceType: e.Type, Timestamp: stamp(e.Time), ResourceStatus: e.Status,
			ResourceStatusReason: e.Reason, ClientRequestToken: e.Token,
		})
	}
	return out, err
}

// eventPage are the events that a NextToken stands for, the latest first, and the token of the next. s.mu is held.
func (c *request) eventPage(token string) (events []Event, next string, err error) {
	before := uint64(0)
	if token != "" {
		at, ok := c.pages.Open(token, "CloudFormation", "events", c.stack.ID)
		if !ok {
			return nil, "", refuse("Invalid NextToken")
		}
		if before, err = strconv.ParseUint(at, 10, 64); err != nil {
			return nil, "", err
		}
	}
	events, last, err := c.eventsBefore(c.stack, before)
	if last != 0 {
		next = c.pages.Seal(strconv.FormatUint(last, 10), "CloudFormation", "events", c.stack.ID)
	}
	return events, next, err
}

type describeEventsRequest struct {
	stackRequest
	ChangeSetName string
	Filters       struct{ FailedEvents bool }
	NextToken     string
}

// describeEvents answers for a change set with what its validation found, and for a stack with its latest events.
func (c *request) describeEvents(in describeEventsRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := operationEventsAnswer{}
	if in.ChangeSetName != "" {
		set, err := c.changeSet(in.ChangeSetName)
		if err != nil {
			return nil, err
		}
		for i, fault := range set.Invalid {
			out.OperationEvents = append(out.OperationEvents, operationEvent{
				EventID: set.ID + "/" + strconv.Itoa(i), StackID: set.StackID, OperationType: "CREATE_CHANGESET", EventType: "VALIDATION_ERROR",
				LogicalResourceID: fault.LogicalID, ResourceType: fault.Type, Timestamp: stamp(set.Created), ValidationFailureMode: "FAIL",
				ValidationName: "PROPERTY_VALIDATION", ValidationStatus: "FAILED", ValidationStatusReason: fault.Message, ValidationPath: fault.Path,
			})
		}
		return out, nil
	}
	if c.stack == nil {
		return nil, c.noStack(absentName)
	}
	events, next, err := c.eventPage(in.NextToken)
	out.NextToken = next
	for _, e := range events {
		out.OperationEvents = append(out.OperationEvents, operationEvent{
			EventID: e.ID, StackID: e.StackID, OperationID: e.OperationID, EventType: "STACK_EVENT", LogicalResourceID: e.LogicalID,
			PhysicalResourceID: e.PhysicalID, ResourceType: e.Type, Timestamp: stamp(e.Time), ResourceStatus: e.Status,
			ResourceStatusReason: e.Reason, ClientRequestToken: e.Token,
		})
	}
	return out, err
}

type hookResultsRequest struct {
	TargetType        string
	TargetID          string `aws:"TargetId"`
	TypeARN           string `aws:"TypeArn"`
	Status, NextToken string
}

func (hookResultsRequest) subject() (stack, changeSet string) { return "", "" }

// listHookResults answers that there are no hooks.
func (c *request) listHookResults(in hookResultsRequest) (any, error) {
	return struct {
		TargetType  string `xml:",omitempty"`
		TargetID    string `xml:"TargetId,omitempty"`
		HookResults string // an empty list
	}{TargetType: in.TargetType, TargetID: in.TargetID}, nil
}

type driftsRequest struct {
	oneStackRequest
	StackResourceDriftStatusFilters []string
	MaxResults                      int
	NextToken                       string
}

// describeStackResourceDrifts answers that nobody looked for drift.
func (c *request) describeStackResourceDrifts(driftsRequest) (any, error) {
	return struct {
		StackResourceDrifts string
	}{}, nil
}

type resourcesRequest struct {
	oneStackRequest
	LogicalResourceID  string `aws:"LogicalResourceId"`
	PhysicalResourceID string `aws:"PhysicalResourceId"`
}

func (c *request) describeStackResources(in resourcesRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := resourcesAnswer{}
	id, physical := in.LogicalResourceID, in.PhysicalResourceID
	for _, r := range c.stack.sorted() {
		if id != "" && id != r.LogicalID || physical != "" && physical != r.PhysicalID {
			continue
		}
		out.StackResources = append(out.StackResources, resourceAnswer{
			StackName: c.stack.Name, StackID: c.stack.ID, LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID,
			ResourceType: r.Type, Timestamp: stamp(r.Updated), ResourceStatus: r.Status, ResourceStatusReason: r.Reason,
			DriftInformation: resourceDrift{"NOT_CHECKED"},
		})
	}
	if id != "" && len(out.StackResources) == 0 {
		return nil, refuse("Resource %s does not exist for stack %s", clip(id), c.stack.Name)
	}
	return out, nil
}

func (c *request) listStackResources(in stackPageRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	resources, next, err := page(c, in.NextToken, c.stack.sorted(), "resources", c.stack.ID)
	out := resourceSummariesAnswer{NextToken: next}
	for _, r := range resources {
		out.StackResourceSummaries = append(out.StackResourceSummaries, resourceSummary{
			LogicalResourceID: r.LogicalID, PhysicalResourceID: r.PhysicalID, ResourceType: r.Type, LastUpdatedTimestamp: stamp(r.Updated),
			ResourceStatus: r.Status, ResourceStatusReason: r.Reason, DriftInformation: resourceDrift{"NOT_CHECKED"},
		})
	}
	return out, err
}

type templateRequest struct {
	oneStackRequest
	ChangeSetName string
	TemplateStage string
}

// getTemplate answers with the text that was given, as JSON. Without transforms the processed template is the same.
func (c *request) getTemplate(in templateRequest) (any, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	hash := c.stack.Template
	if in.ChangeSetName != "" {
		set, err := c.changeSet(in.ChangeSetName)
		if err != nil {
			return nil, err
		}
		hash = set.Target.Template
	}
	if stage := in.TemplateStage; stage != "" && stage != "Original" && stage != "Processed" {
		return nil, refuse("TemplateStage: got %s, want Original or Processed", clip(stage))
	}
	body := ""
	if kept := c.templates[hash]; kept != nil {
		body = string(kept.body)
	}
	return struct {
		TemplateBody    string
		StagesAvailable []string `xml:"StagesAvailable>member"`
	}{body, []string{"Original", "Processed"}}, nil
}

type templateSummary struct {
	Description   string             `xml:",omitempty"`
	Parameters    []parameterSummary `xml:"Parameters>member"`
	ResourceTypes []string           `xml:"ResourceTypes>member"`
	Capabilities  []string           `xml:"Capabilities>member"`
	Version       string
	Identifiers   []resourceIdentifier `xml:"ResourceIdentifierSummaries>member"`
}

type parameterSummary struct {
	ParameterKey  string
	ParameterType string
	DefaultValue  string `xml:",omitempty"`
	NoEcho        bool
	Description   string `xml:",omitempty"`
}

// resourceIdentifier says how resources of a type are imported. An identifier of several properties has commas between them.
type resourceIdentifier struct {
	ResourceType        string
	LogicalResourceIDs  []string `xml:"LogicalResourceIds>member"`
	ResourceIdentifiers []string `xml:"ResourceIdentifiers>member"`
}

type summaryRequest struct {
	stackRequest
	templateSource
}

// getTemplateSummary describes a stack's template or one in the request.
func (c *request) getTemplateSummary(in summaryRequest) (any, error) {
	template, err := c.summarized(in.templateSource)
	if err != nil {
		return nil, err
	}
	out := templateSummary{Description: template.Description, Version: "2010-09-09"}
	for name, p := range template.Parameters.All() {
		out.Parameters = append(out.Parameters, parameterSummary{name, p.Type, p.Default, p.NoEcho, p.Description})
	}
	ids := map[string][]string{}
	for id, res := range template.Resources.All() {
		ids[res.Type] = append(ids[res.Type], id)
	}
	for _, name := range slices.Sorted(maps.Keys(ids)) {
		out.ResourceTypes = append(out.ResourceTypes, name)
		if by := c.importable(name); by != nil {
			out.Identifiers = append(out.Identifiers, resourceIdentifier{name, ids[name], []string{strings.Join(by, ",")}})
		}
	}
	if needed := missingCapabilities(template, nil); needed != "" {
		out.Capabilities = []string{needed}
	}
	return out, nil
}

// summarized is the template that GetTemplateSummary is about.
func (c *request) summarized(in templateSource) (*assembly.Template, error) {
	if c.name != "" {
		if c.stack == nil {
			return nil, c.noStack(absentID)
		}
		c.mu.Lock()
		defer c.mu.Unlock()
		return c.template(c.stack.Name, c.stack.Template)
	}
	body, err := c.templateBody(in)
	if err != nil {
		return nil, err
	}
	template, err := assembly.ParseTemplate("Template", body)
	if err != nil {
		return nil, refuse("Template format error: %s", oneLine(err))
	}
	return template, nil
}
