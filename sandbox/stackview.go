package sandbox

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/cloudformation"
)

// A stackLine is a stack in the list of them.
type stackLine struct {
	Name        string    `json:"name"`
	Region      string    `json:"region"`
	Status      string    `json:"status"` // as in CREATE_COMPLETE
	Reason      string    `json:"reason,omitempty"`
	Description string    `json:"description,omitempty"`
	Created     time.Time `json:"created"`
	Updated     time.Time `json:"updated,omitzero"`
	Resources   int       `json:"resources"`
	Outputs     int       `json:"outputs"`
}

// A stackDetail is a stack with all that belongs to it.
type stackDetail struct {
	stackLine
	ID        string           `json:"id"`
	Protected bool             `json:"terminationProtection"`
	Outputs   []stackOutput    `json:"outputs"`
	Resources []stackResource  `json:"resources"`
	Events    []stackHappening `json:"events"` // the latest 100, the latest first
}

type stackOutput struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Export string `json:"export,omitempty"`
}

type stackResource struct {
	LogicalID  string         `json:"logicalId"`
	PhysicalID string         `json:"physicalId"`
	Type       string         `json:"type"`
	Status     string         `json:"status"`
	Reason     string         `json:"reason,omitempty"`
	Properties map[string]any `json:"properties,omitempty"` // as CloudFormation gave them, intrinsics resolved
}

type stackHappening struct {
	Time      time.Time `json:"time"`
	LogicalID string    `json:"logicalId"`
	Type      string    `json:"type"`
	Status    string    `json:"status"`
	Reason    string    `json:"reason,omitempty"`
}

// deployedStacks are all stacks or, with ?stack=, that one with its resources, outputs and events.
func (s *Sandbox) deployedStacks(r *http.Request) (any, error) {
	wanted := r.URL.Query().Get("stack")
	lines := []stackLine{}
	for _, st := range s.stacks() {
		region := strings.Split(st.ID, ":")[3] // it is an ARN
		line := stackLine{
			Name: st.Name, Region: region, Status: st.Status, Reason: st.Reason, Description: st.Description,
			Created: st.Created.UTC(), Resources: len(st.Resources), Outputs: len(st.Outputs),
		}
		if !st.Updated.IsZero() {
			line.Updated = st.Updated.UTC()
		}
		if st.Name == wanted {
			return detailOf(s.stacksOf(region), line, st)
		}
		lines = append(lines, line)
	}
	if wanted != "" {
		return nil, fmt.Errorf("stack: got %q, want one that is deployed: %w", clipped(wanted), ErrNone)
	}
	return lines, nil
}

func detailOf(service *cloudformation.Service, line stackLine, st cloudformation.Stack) (stackDetail, error) {
	d := stackDetail{stackLine: line, ID: st.ID, Protected: st.TerminationProtection, Outputs: []stackOutput{}, Resources: []stackResource{}, Events: []stackHappening{}}
	for _, o := range st.Outputs {
		d.Outputs = append(d.Outputs, stackOutput{o.Key, o.Value, o.Export})
	}
	for _, r := range st.Resources {
		d.Resources = append(d.Resources, stackResource{r.LogicalID, r.PhysicalID, r.Type, r.Status, r.Reason, r.Properties})
	}
	events, err := service.Events(st.Name)
	for _, e := range events {
		d.Events = append(d.Events, stackHappening{e.Time.UTC(), e.LogicalID, e.Type, e.Status, e.Reason})
	}
	if err != nil {
		return d, fmt.Errorf("the events of %s: %w", st.Name, err)
	}
	return d, nil
}
