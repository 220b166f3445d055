package cloudformation

import (
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/assembly"
)

// The statuses of stacks. Those of resources and change sets are texts where they are used.
const (
	reviewInProgress         = "REVIEW_IN_PROGRESS"
	createInProgress         = "CREATE_IN_PROGRESS"
	createComplete           = "CREATE_COMPLETE"
	createFailed             = "CREATE_FAILED"
	rollbackInProgress       = "ROLLBACK_IN_PROGRESS"
	rollbackComplete         = "ROLLBACK_COMPLETE"
	rollbackFailed           = "ROLLBACK_FAILED"
	updateInProgress         = "UPDATE_IN_PROGRESS"
	updateCleanup            = "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"
	updateComplete           = "UPDATE_COMPLETE"
	updateFailed             = "UPDATE_FAILED"
	updateRollbackInProgress = "UPDATE_ROLLBACK_IN_PROGRESS"
	updateRollbackCleanup    = "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS"
	updateRollbackComplete   = "UPDATE_ROLLBACK_COMPLETE"
	updateRollbackFailed     = "UPDATE_ROLLBACK_FAILED"
	deleteInProgress         = "DELETE_IN_PROGRESS"
	deleteComplete           = "DELETE_COMPLETE"
	deleteFailed             = "DELETE_FAILED"
	stackType                = "AWS::CloudFormation::Stack"
	importInProgress         = "IMPORT_IN_PROGRESS"
	importComplete           = "IMPORT_COMPLETE"
	importRollbackInProgress = "IMPORT_ROLLBACK_IN_PROGRESS"
	importRollbackComplete   = "IMPORT_ROLLBACK_COMPLETE"
	userInitiated            = "User Initiated"
	validationError          = "ValidationError"
	insufficientCapabilities = "InsufficientCapabilitiesException"
	changeSetNotFound        = "ChangeSetNotFound"
	invalidChangeSetStatus   = "InvalidChangeSetStatus"
	alreadyExists            = "AlreadyExistsException"
	tokenAlreadyExists       = "TokenAlreadyExistsException"
	accessDenied             = "AccessDenied"
	statusFailed             = "FAILED"
	executionAvailable       = "AVAILABLE"
	executionUnavailable     = "UNAVAILABLE"
	executionComplete        = "EXECUTE_COMPLETE"
	placeholder              = "{{changeSet:KNOWN_AFTER_APPLY}}"
	policyRetain             = "Retain"
	policyRetainButOnCreate  = "RetainExceptOnCreate"
	policySnapshot           = "Snapshot"
)

// deployment is all that is told CloudFormation of what a stack should be.
type deployment struct {
	Template         string            // the hash of its text
	Parameters       map[string]string // as given
	Tags             []Tag
	Capabilities     []string
	RoleARN          string
	NotificationARNs []string
}

// Tag is a tag of a stack.
type Tag struct{ Key, Value string }

// parameter is what a stack has as a value of a parameter.
type parameter struct {
	Key, Given string
	Resolved   string // of a parameter that is kept in the parameter store; else ""
	NoEcho     bool
}

// stack is a stack. Its fields are in the store as one record, and its resources as one each.
type stack struct {
	ID, Name, Description     string
	Created, Updated, Deleted time.Time
	Status, Reason            string
	TerminationProtection     bool
	DisableRollback           bool
	deployment                // what is deployed
	Values                    []parameter
	Outputs                   []assembly.OutputValue
	Imports                   []string // names of the exports that are used
	Stable                    bool     // whether it was ever complete: there is something to roll back to
	Operation                 *operation
	LastEvent                 time.Time
	Events                    uint64 // how many there were
	Token, Asked              string // the client's token of the latest operation, and what it asked for
	resources                 map[string]*resource
	dirty                     map[string]bool // resources that are not in the store as they are
	pending                   []Event         // that are not in the store
	done                      chan struct{}   // closed when the operation has ended
	fault                     error           // why it ended with the stack still in progress
	flushed                   time.Time       // by the machine's clock
}

// operation is what is under way with a stack. It is made anew for each request that changes the stack.
type operation struct {
	ID              string
	Token           string // the client's
	Target          deployment
	ChangeSet       string // id
	DisableRollback bool
	// RetainExceptOnCreate deletes what the failed operation has created, whatever its DeletionPolicy.
	RetainExceptOnCreate bool
	// Imports are the identifiers of what an import takes over, by logical id.
	Imports map[string]identifier `json:",omitempty"`
	// Skip are the logical ids that a deletion retains and that a continued rollback leaves alone.
	Skip []string
	// Force lets a continued rollback leave alone what it can't bring back.
	Force bool
	// Before is the status that a deletion which can't be done returns to.
	Before string
	// Watched lets the operation begin only when the client, who has the answer by then, is watching.
	Watched bool
	// Cancelled asks a creation to stop, because the stack is to be deleted.
	Cancelled bool
}

// version is a resource as it was made.
type version struct {
	Type, PhysicalID, Suffix string
	Properties, Attributes   map[string]any
	Metadata                 map[string]any
	Dependencies             []string // logical ids
	DeletionPolicy           string
	UpdateReplacePolicy      string
}

// resource is a logical id of a stack and what became of it.
type resource struct {
	LogicalID string
	version
	Description    string
	Status, Reason string
	Updated        time.Time

	// New says that the operation under way created the resource, so that undoing it means to delete it.
	New bool
	// Before is what the operation under way found, nil where it changed nothing.
	Before *version
	// Attempted are the properties of an update that failed: the resource may have any of them.
	Attempted map[string]any
	// Removed says that the template is without the resource: the cleanup deletes it.
	Removed bool
	// Leftovers are physical resources that another took the place of, for the cleanup to delete.
	Leftovers []leftover
}

// leftover is a physical resource that the stack no longer uses.
type leftover struct {
	version
	Undone bool // by a rollback, rather than replaced by an update
}

// replaced reports whether the operation under way made another physical resource.
func (r *resource) replaced() bool {
	return r.Before != nil && (r.Before.Suffix != r.Suffix || r.Before.PhysicalID != r.PhysicalID)
}

// remove leaves the resource to the cleanup.
func (r *resource) remove(undone bool) {
	if r.PhysicalID != "" && !r.Removed {
		r.Leftovers = append(r.Leftovers, leftover{version: r.version, Undone: undone})
	}
	r.Removed = true
}

// sorted are the resources by their logical ids.
func (st *stack) sorted() []*resource {
	list := make([]*resource, 0, len(st.resources))
	for _, r := range st.resources {
		list = append(list, r)
	}
	slices.SortFunc(list, func(a, b *resource) int { return strings.Compare(a.LogicalID, b.LogicalID) })
	return list
}

func (st *stack) inProgress() bool { return stages[st.Status] != nil }
