package cloudformation

import (
	"context"
	"encoding/json"
	"fmt"

	"lightbox.example/lightbox/sandbox/aws"
)

// ByHand changes resources past CloudFormation, as somebody does in the console: the service has the change and the stack does
// not know of it. It is for tests of what finds such changes.
type ByHand struct{ *Service }

// ByHand is the way past the stacks.
func (s *Service) ByHand() ByHand { return ByHand{s} }

// Change has the service bring a resource of a stack from what the stack has of it to what change makes of those properties: a
// change that leaves them alone takes an earlier one back. The stack has no operation under way.
func (h ByHand) Change(ctx context.Context, stack, logicalID string, change func(properties map[string]any)) error {
	old, kind, err := h.declared(stack, logicalID)
	if err != nil {
		return err
	}
	next := old
	if next.Properties, err = cloned(old.Properties); err != nil {
		return err
	}
	change(next.Properties)
	if kind.Update == nil {
		return fmt.Errorf("an update of %s %s is not supported by the sandbox", stack, logicalID)
	}
	return guarded(func() error {
		_, err := kind.Update(ctx, old.Properties, next)
		return err
	})
}

// Make has the service make a resource of a type that no template has.
func (h ByHand) Make(ctx context.Context, typeName, name string, properties map[string]any) (state aws.State, err error) {
	kind, ok := h.Types[typeName]
	if !ok {
		return state, fmt.Errorf("the sandbox has no %s", typeName)
	}
	err = guarded(func() (err error) {
		state, err = kind.Create(ctx, aws.Resource{
			Partition: partition, Region: h.Region, Account: h.Account, Stack: "by-hand", LogicalID: name,
			Suffix: suffixOf("by-hand", name, ""), Properties: properties,
		})
		return err
	})
	return state, err
}

// Unmake has the service delete what Make made, of which state is what it said.
func (h ByHand) Unmake(ctx context.Context, typeName, name string, state aws.State, properties map[string]any) error {
	return guarded(func() error {
		return h.Types[typeName].Delete(ctx, aws.Resource{
			Partition: partition, Region: h.Region, Account: h.Account, Stack: "by-hand", LogicalID: name, PhysicalID: state.PhysicalID,
			Suffix: suffixOf("by-hand", name, ""), Properties: properties,
		})
	})
}

// Remove has the service delete a resource of a stack.
func (h ByHand) Remove(ctx context.Context, stack, logicalID string) error {
	old, kind, err := h.declared(stack, logicalID)
	if err != nil {
		return err
	}
	return guarded(func() error { return kind.Delete(ctx, old) })
}

// declared is a resource as its service was told of it, with its type.
func (h ByHand) declared(stack, logicalID string) (aws.Resource, aws.ResourceType, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	st := h.active[stack]
	if st == nil || st.resources[logicalID] == nil {
		return aws.Resource{}, aws.ResourceType{}, fmt.Errorf("%s has no resource %s", stack, logicalID)
	}
	r := st.resources[logicalID]
	return h.told(st, logicalID, r.version), h.Types[r.Type], nil
}

func cloned(properties map[string]any) (clone map[string]any, err error) {
	text, err := json.Marshal(properties)
	if err != nil {
		return nil, err
	}
	return clone, json.Unmarshal(text, &clone)
}
