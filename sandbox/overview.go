package sandbox

import (
	"maps"
	"strings"
)

// An Overview is what is in a sandbox, as its first page and /_lightbox/ in JSON show it.
type Overview struct {
	HTTP     string  `json:"http"` // addresses
	HTTPS    string  `json:"https"`
	Web      string  `json:"web,omitempty"`
	CAFile   string  `json:"caFile"`
	InMemory bool    `json:"inMemory,omitempty"` // whether it keeps nothing: then it has no folder of its own
	Process  int     `json:"process"`            // its id
	Region   string  `json:"region"`
	Account  string  `json:"account"`
	Stacks   []Stack `json:"stacks"`
}

// A Stack is one that is deployed.
type Stack struct {
	Name    string            `json:"name"`
	Status  string            `json:"status"` // as in CREATE_COMPLETE
	Reason  string            `json:"reason,omitempty"`
	Outputs map[string]string `json:"outputs"`
}

// Own are the outputs without those that are there for other stacks.
func (s Stack) Own() map[string]string {
	own := maps.Clone(s.Outputs)
	maps.DeleteFunc(own, func(key, _ string) bool { return strings.HasPrefix(key, "PublishOutput") })
	return own
}

// Output returns an output of a stack, "" if there is none.
func (o Overview) Output(stack, key string) string {
	for _, s := range o.Stacks {
		if s.Name == stack {
			return s.Outputs[key]
		}
	}
	return ""
}
