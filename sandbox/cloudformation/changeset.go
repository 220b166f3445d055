package cloudformation

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// changeSet is a deployment that was worked out and waits to be executed.
type changeSet struct {
	ID, Name, StackID, StackName string
	Kind                         string // CREATE, UPDATE or IMPORT
	Description                  string
	Token                        string // the client's
	Created                      time.Time
	Target                       deployment
	Status, Reason               string // CREATE_COMPLETE or FAILED
	Execution                    string // AVAILABLE, UNAVAILABLE or EXECUTE_COMPLETE
	Changes                      []change
	Invalid                      []invalid
	Imports                      map[string]identifier `json:",omitempty"` // by logical id
}

// The reasons of change sets that fail, by which clients tell them apart.
const (
	noChanges = "The submitted information didn't contain changes. Submit different information to create a change set."
	notValid  = "The following hook(s)/validation failed: [AWS::EarlyValidation::PropertyValidation]. " +
		"To troubleshoot Early Validation errors, use the DescribeEvents API for detailed failure information."
)

// refuse is a validation error.
func refuse(format string, args ...any) *aws.Error {
	return aws.Refuse(400, validationError, format, args...)
}

var (
	stackName     = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)
	changeSetName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]{0,127}$`)
)

// templateSource is where a request has its template.
type templateSource struct{ TemplateBody, TemplateURL string }

type createChangeSetRequest struct {
	changeSetRequest
	templateSource
	UsePreviousTemplate     bool
	ChangeSetType           string
	ClientToken             string
	Description             string
	Parameters              []givenParameter
	Capabilities            []string
	Tags                    []Tag
	NotificationARNs        []string
	RoleARN                 string
	IncludeNestedStacks     bool
	ImportExistingResources bool `only:"false"`
	ResourcesToImport       []resourceToImport
	DeploymentConfig        deploymentConfig
	OnStackFailure          string `only:"ROLLBACK"`
}

type givenParameter struct {
	ParameterKey, ParameterValue string
	UsePreviousValue             bool
}

type deploymentConfig struct {
	Mode            string `only:"STANDARD"`
	DisableRollback bool   `only:"false"`
}

func (c *request) createChangeSet(in createChangeSetRequest) (any, error) {
	in.ChangeSetType = cmp.Or(in.ChangeSetType, "UPDATE")
	if err := c.checkChangeSetRequest(in.ChangeSetName, in.ChangeSetType); err != nil {
		return nil, err
	}
	var body []byte
	var err error
	if !in.UsePreviousTemplate || in.templateSource != (templateSource{}) {
		body, err = c.templateBody(in.templateSource)
	}
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	defer c.forget()
	c.stack = c.findStack() // another request may have made it meanwhile
	if body == nil {
		if c.stack == nil || c.templates[c.stack.Template] == nil {
			return nil, c.noStack(absentName)
		}
		body = c.templates[c.stack.Template].body
	}
	set, err := c.newChangeSet(in, body)
	if err != nil {
		return nil, err
	}
	return struct{ Id, StackId string }{set.ID, set.StackID}, nil //nolint:staticcheck // names of elements
}

func (c *request) checkChangeSetRequest(name, kind string) error {
	switch {
	case !changeSetName.MatchString(name):
		return refuse("1 validation error detected: Value '%s' at 'changeSetName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", clip(name))
	case c.stack == nil && !stackName.MatchString(c.name):
		return badStackName(c.name)
	case kind != "CREATE" && kind != "UPDATE" && kind != importChangeSet:
		return refuse("ChangeSetType: got %s, want CREATE, UPDATE or IMPORT", clip(kind))
	}
	return nil
}

func badStackName(name string) error {
	return refuse("1 validation error detected: Value '%s' at 'stackName' failed to satisfy constraint: "+
		"Member must satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*|arn:[-a-zA-Z0-9:/._+]*", clip(name))
}

// templateBody is the template's text, from where the request says.
func (c *request) templateBody(in templateSource) ([]byte, error) {
	body, url := in.TemplateBody, in.TemplateURL
	switch {
	case (body == "") == (url == ""):
		return nil, refuse("Either Template URL or Template Body must be specified.")
	case body != "":
		return readTemplate([]byte(body))
	case c.Templates == nil:
		return nil, refuse("TemplateURL is not supported here")
	}
	text, err := c.Templates(c.ctx, aws.CallerOf(c.ctx), url)
	if err != nil {
		return nil, refuse("S3 error: %s", oneLine(err))
	}
	return readTemplate(text)
}

// readTemplate is a text as it is kept: as JSON.
func readTemplate(text []byte) ([]byte, error) {
	body, err := asJSON(text)
	if err != nil {
		return nil, refuse("Template format error: %s", oneLine(err))
	}
	return body, nil
}

// newChangeSet works out what the template would change, and keeps it with the stack, which it makes if it is a new one. s.mu
// is held.
func (c *request) newChangeSet(in createChangeSetRequest, body []byte) (*changeSet, error) {
	name, kind := in.ChangeSetName, in.ChangeSetType
	st := c.stack
	if err := c.canChange(st, name, kind); err != nil {
		return nil, err
	}
	if have := c.findChangeSet(st, name); have != nil && have.Execution != executionComplete {
		if in.ClientToken != "" && have.Token == in.ClientToken {
			return have, nil
		}
		return nil, aws.Refuse(400, alreadyExists, "ChangeSet %s cannot be created due to a mismatch with existing attribute Template", name)
	}
	if st == nil {
		id, err := c.newID()
		if err != nil {
			return nil, err
		}
		st = newStack()
		st.ID, st.Name, st.Created = c.stackARN(c.name, id), c.name, c.now()
		c.setStatus(st, reviewInProgress, userInitiated)
	}
	target, err := c.target(st, in, body)
	if err != nil {
		return nil, err
	}
	var set *changeSet
	if kind == importChangeSet {
		set, err = c.workOutImport(st, in, target)
	} else {
		set, err = c.workOut(st, name, kind, target)
	}
	if err != nil {
		return nil, err
	}
	set.Description, set.Token = in.Description, in.ClientToken
	return set, c.keepChangeSet(st, set)
}

// canChange refuses what the stack's status does not allow.
func (c *request) canChange(st *stack, name, kind string) error {
	review := st != nil && st.Status == reviewInProgress
	switch {
	case kind == "CREATE" && st != nil && !review:
		return refuse("Stack [%s] already exists and cannot be created again with the changeSet [%s].", st.Name, name)
	case kind == "CREATE", kind == importChangeSet && (st == nil || review):
		return nil
	case st == nil || review:
		return c.noStack(absentName)
	}
	return atRest(st)
}

// atRest refuses the update of a stack to which something happens.
func atRest(st *stack) error {
	if !slices.Contains(updatable, st.Status) {
		return refuse("Stack:%s is in %s state and can not be updated.", st.ID, st.Status)
	}
	return nil
}

// updatable are the statuses in which a stack can be updated.
var updatable = []string{createComplete, createFailed, updateComplete, updateFailed, updateRollbackComplete, importComplete, importRollbackComplete}

// workOut makes the change set that brings the target. s.mu is held.
func (s *Service) workOut(st *stack, name, kind string, target deployment) (*changeSet, error) {
	plan, err := s.plan(st, target, &outlook{looking: true, importing: kind == importChangeSet})
	if err != nil {
		return nil, err
	}
	id, err := s.newID()
	if err != nil {
		return nil, err
	}
	created := s.now()
	if !created.After(st.LastEvent) {
		created = st.LastEvent.Add(time.Millisecond) // clients look for events since then
	}
	set := &changeSet{
		ID: s.changeSetARN(name, id), Name: name, StackID: st.ID, StackName: st.Name, Kind: kind, Created: created, Target: target,
		Status: createComplete, Execution: executionAvailable, Changes: plan.changes, Invalid: plan.faults,
	}
	switch {
	case len(plan.faults) > 0:
		set.Status, set.Execution, set.Reason = statusFailed, executionUnavailable, notValid
	case plan.empty():
		set.Status, set.Execution, set.Reason = statusFailed, executionUnavailable, noChanges
	}
	return set, nil
}

// keepChangeSet puts the change set, and the stack if it is new, in the store. s.mu is held.
func (s *Service) keepChangeSet(st *stack, set *changeSet) error {
	old := s.findChangeSet(st, set.Name)
	err := s.Store.Update(func(tx store.Writer) error {
		if err := s.keepTemplates(tx, set.Target.Template); err != nil {
			return err
		}
		if old != nil {
			if err := tx.Delete(spaceChangeSets, keyOf(old.ID)); err != nil {
				return err
			}
		}
		if err := store.PutJSON(tx, spaceChangeSets, keyOf(set.ID), set); err != nil {
			return err
		}
		return st.write(tx)
	})
	if err != nil {
		return err
	}
	st.written()
	s.templatesKept(set.Target.Template)
	if old != nil {
		delete(s.changeSets, old.ID)
	}
	s.stacks[st.ID], s.active[st.Name], s.changeSets[set.ID] = st, st, set
	return nil
}

// findChangeSet returns the change set with the id, or the one of the stack with the name; nil without one. s.mu is held.
func (s *Service) findChangeSet(st *stack, name string) *changeSet {
	if set := s.changeSets[name]; set != nil {
		return set
	}
	if st == nil {
		return nil
	}
	for _, set := range s.changeSets {
		if set.Name == name && set.StackID == st.ID {
			return set
		}
	}
	return nil
}

// target is what the request says that the stack should be. s.mu is held.
func (c *request) target(st *stack, in createChangeSetRequest, body []byte) (deployment, error) {
	if !utf8.Valid(body) || strings.ContainsAny(string(body), "\ufffe\uffff") {
		return deployment{}, refuse("Template format error: unsupported characters")
	}
	d := deployment{
		Template: c.take(body), Capabilities: in.Capabilities, RoleARN: in.RoleARN,
		NotificationARNs: in.NotificationARNs, Parameters: map[string]string{},
	}
	template, err := c.template(st.Name, d.Template)
	if err != nil {
		return d, refuse("Template format error: %s", oneLine(err))
	}
	if missing := missingCapabilities(template, d.Capabilities); missing != "" {
		return d, aws.Refuse(400, insufficientCapabilities, "Requires capabilities : [%s]", missing)
	}
	if err := checkTags(in.Tags); err != nil {
		return d, err
	}
	if d.Tags = in.Tags; d.Tags == nil {
		d.Tags = st.Tags
	}
	return d, st.parameters(template, in.Parameters, d.Parameters)
}

// missingCapabilities is the capability that the template needs and nobody acknowledged.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateChangeSet.html
func missingCapabilities(template *assembly.Template, have []string) string {
	needed := ""
	for _, res := range template.Resources.All() {
		if !strings.HasPrefix(res.Type, "AWS::IAM::") {
			continue
		}
		if needed == "" {
			needed = "CAPABILITY_IAM"
		}
		for _, name := range []string{"RoleName", "ManagedPolicyName", "UserName", "GroupName", "InstanceProfileName"} {
			if _, named := res.Properties[name]; named {
				needed = "CAPABILITY_NAMED_IAM"
			}
		}
	}
	if needed == "" || slices.Contains(have, "CAPABILITY_NAMED_IAM") || slices.Contains(have, needed) {
		return ""
	}
	return needed
}
