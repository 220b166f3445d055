package cloudformation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
)

// boxes is a service whose resources are boxes. It lives through a restart of CloudFormation, as its own state would.
type boxes struct {
	mu    sync.Mutex
	made  map[string]map[string]any // properties by physical id
	calls []string                  // as in "create A"
	fail  map[string]error          // by call
	hold  map[string]chan struct{}  // calls that wait
	held  chan string               // tells of them
	each  func(call string)         // is told of each
	from  map[string]string         // the size that the last update came from, by logical id
}

func newBoxes() *boxes {
	return &boxes{made: map[string]map[string]any{}, fail: map[string]error{}, hold: map[string]chan struct{}{}, held: make(chan string, 10), from: map[string]string{}}
}

type boxProperties struct {
	Name     string
	Size     int
	Contents []string
	Lid      struct{ Color, Lock string }
}

func (b *boxes) types() map[string]aws.ResourceType {
	box := aws.ResourceType{
		Replaces: []string{"Name", "Lid.Lock"}, Attributes: []string{"Arn", "Parts"}, Properties: (*boxProperties)(nil),
		Create: b.create, Update: b.update, Delete: b.delete,
	}
	role := box
	role.Properties, role.Find = nil, b.find
	return map[string]aws.ResourceType{"Test::Boxes::Box": box, "AWS::IAM::Role": role}
}

// enter notes a call, waits if it is held, and fails if it is to fail.
func (b *boxes) enter(call string) error {
	b.mu.Lock()
	b.calls = append(b.calls, call)
	if b.each != nil {
		b.each(call)
	}
	hold, fault := b.hold[call], b.fail[call]
	b.mu.Unlock()
	if hold != nil {
		b.held <- call
		<-hold
	}
	return fault
}

func (b *boxes) create(_ context.Context, r aws.Resource) (aws.State, error) {
	if err := b.enter("create " + r.LogicalID); err != nil {
		return aws.State{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	id, _ := r.Properties["Name"].(string)
	if name, ok := r.Properties["RoleName"].(string); ok {
		id = name
	}
	if id == "" {
		id = strings.ToLower(r.Stack + "-" + r.LogicalID + "-" + r.Suffix)
	}
	b.made[id] = r.Properties
	return state(id), nil
}

func state(id string) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{"Arn": "arn:aws:boxes:::" + id, "Parts": []string{"lid", "base"}}}
}

// find finds boxes that are called roles.
func (b *boxes) find(_ context.Context, by aws.Identifier) (aws.State, error) {
	id := by["RoleName"]
	if err := b.enter("find " + id); err != nil {
		return aws.State{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made[id] == nil {
		return aws.State{}, aws.NotFound("AWS::IAM::Role", id)
	}
	return state(id), nil
}

func (b *boxes) update(_ context.Context, old map[string]any, r aws.Resource) (aws.State, error) {
	if err := b.enter("update " + r.LogicalID); err != nil {
		return aws.State{}, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.made[r.PhysicalID] == nil {
		return aws.State{}, aws.Refuse(404, "NoSuchBox", "there is no box %s", r.PhysicalID)
	}
	b.from[r.LogicalID] = fmt.Sprint(old["Size"])
	id := r.PhysicalID
	if fmt.Sprint(r.Properties["Size"]) == "99" { // does not fit: another box
		id += "-xl"
	}
	b.made[id] = r.Properties
	return state(id), nil
}

func (b *boxes) delete(_ context.Context, r aws.Resource) error {
	if err := b.enter("delete " + r.LogicalID); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.made, r.PhysicalID)
	return nil
}

// failing lets a call, as in "create A", fail.
func (b *boxes) failing(call string, fault error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fail[call] = fault
}

// holding lets a call wait until release.
func (b *boxes) holding(call string) (release func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	hold := make(chan struct{})
	b.hold[call] = hold
	return func() {
		b.mu.Lock()
		delete(b.hold, call)
		b.mu.Unlock()
		close(hold)
	}
}

// took returns the calls since it was last asked.
func (b *boxes) took() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	calls := b.calls
	b.calls = nil
	return calls
}

// ids are the physical ids of the boxes there are, sorted.
func (b *boxes) ids() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var ids []string
	for id := range b.made {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// of is the property of the box.
func (b *boxes) of(id, property string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return fmt.Sprint(b.made[id][property])
}

// object is a piece of a template.
type object map[string]any

// template writes a template with the resources, and with outputs.
func template(resources, outputs object) string {
	if outputs == nil {
		outputs = object{}
	}
	text, err := json.Marshal(object{"Resources": resources, "Outputs": outputs})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// box is a resource of a template.
func box(properties object, more ...object) object {
	entry := object{"Type": "Test::Boxes::Box", "Properties": properties}
	for _, m := range more {
		for key, value := range m {
			entry[key] = value
		}
	}
	return entry
}

func ref(id string) object          { return object{"Ref": id} }
func att(id, name string) object    { return object{"Fn::GetAtt": []string{id, name}} }
func output(value any) object       { return object{"Value": value} }
func export(v any, n string) object { return object{"Value": v, "Export": object{"Name": n}} }
