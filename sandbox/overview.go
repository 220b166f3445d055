package sandbox

import (
	"maps"
	"os"
	"strings"
	"time"
)

// An Overview is what is in a sandbox, as its first page and /_lightbox/ in JSON show it.
type Overview struct {
	HTTP     string  `json:"http"` // addresses
	HTTPS    string  `json:"https"`
	Web      string  `json:"web,omitempty"`
	CAFile   string  `json:"caFile"`
	Data     string  `json:"data,omitempty"`     // its folder, absolute
	InMemory bool    `json:"inMemory,omitempty"` // whether it keeps nothing: then it has no folder of its own
	Process  int     `json:"process"`            // its id
	Now      string  `json:"now"`                // by its clock, as in 2026-12-24T08:00:00Z
	Region   string  `json:"region"`
	Account  string  `json:"account"`
	Stacks   []Stack `json:"stacks"`
}

// Overview is what is here.
func (s *Sandbox) Overview() Overview {
	o := Overview{
		Process: os.Getpid(), HTTP: s.HTTP(), HTTPS: s.HTTPS(), Web: s.Web(), CAFile: s.CAFile(), InMemory: s.config.Data == "",
		Now: s.Now().UTC().Format(time.RFC3339), Region: s.config.Region, Account: Account, Stacks: []Stack{},
	}
	if !o.InMemory {
		o.Data = s.folder
	}
	for _, st := range s.stacks() {
		stack := Stack{Name: st.Name, Status: st.Status, Reason: st.Reason, Outputs: map[string]string{}}
		for _, output := range st.Outputs {
			stack.Outputs[output.Key] = output.Value
		}
		o.Stacks = append(o.Stacks, stack)
	}
	return o
}

// Environment is what AWS's tools and the CDK CLI need to know to come to the sandbox, as NAME=value. S3 is asked by TLS, since
// policies of buckets may want it.
func (o Overview) Environment() []string {
	return []string{
		"AWS_ENDPOINT_URL=http://" + o.HTTP, "AWS_ENDPOINT_URL_S3=https://" + o.HTTPS, "AWS_CA_BUNDLE=" + o.CAFile,
		"AWS_ACCESS_KEY_ID=" + AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + SecretAccessKey,
		"AWS_REGION=" + o.Region, "AWS_DEFAULT_REGION=" + o.Region,
		"AWS_EC2_METADATA_DISABLED=true", "NODE_EXTRA_CA_CERTS=" + o.CAFile,
	}
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
