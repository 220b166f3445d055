package sandbox

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cloudformation"
)

// An Event is something that happened to a stack or to one of its resources.
type Event = cloudformation.Event

// Deploy deploys all stacks of the assembly in a folder that a synth wrote, in their order, without the CLI: those of which
// nothing changed are left alone. The files that they need are put into their buckets first. progress gets each event, if it is not nil. The error says which resource failed and why;
// its stack has been rolled back.
func (s *Sandbox) Deploy(ctx context.Context, folder string, progress func(Event)) error {
	opened, err := assembly.Open(folder)
	if err != nil && opened != nil { // what else is wrong is told with it
		err = onceEach(err, s.takes(ctx, opened))
	}
	if err != nil {
		return err
	}
	return s.DeployOpened(ctx, opened, progress)
}

// DeployOpened is Deploy of an assembly that was read already, and maybe changed since.
func (s *Sandbox) DeployOpened(ctx context.Context, opened *assembly.Assembly, progress func(Event)) error {
	t, err := s.gate.enter(ctx)
	if err != nil {
		return err
	}
	defer t.leave()
	taken := sync.OnceValue(func() error { return s.takes(ctx, opened) })
	var published error
	var publishing sync.WaitGroup
	publishing.Go(func() { published = s.publish(ctx, opened, taken) })
	err = taken()
	publishing.Wait()
	if err := cmp.Or(err, published); err != nil {
		return err
	}
	return s.each(opened, func(stacks *cloudformation.Service, one *assembly.Assembly) error {
		return stacks.Bring(ctx, one, progress)
	})
}

// takes tells all of why an assembly can't be deployed, as far as that is known before anything is.
func (s *Sandbox) takes(ctx context.Context, opened *assembly.Assembly) error {
	return errors.Join(cloudformation.Takes(opened, s.stacksOf), s.publishable(ctx, opened))
}

// onceEach joins errors, of which each line is there once. Where a stack's name stands before what begins with it, it goes.
func onceEach(errs ...error) error {
	var lines []string
	for line := range strings.SplitSeq(errors.Join(errs...).Error(), "\n") {
		if name, rest, ok := strings.Cut(line, ": "); ok && strings.HasPrefix(rest, name+": ") {
			line = rest
		}
		if !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
	}
	return errors.New(strings.Join(lines, "\n"))
}

// templateLimit is more than CloudFormation's limit for a template in S3, 1 MB.
const templateLimit = 2 << 20

// template reads the template at a URL of S3's as the caller would.
func (s *Sandbox) template(ctx context.Context, caller aws.Caller, text string) ([]byte, error) {
	answer, err := s.filesAs(ctx, caller, http.MethodGet, text, nil)
	if err != nil {
		return nil, fmt.Errorf("TemplateURL: %w", err)
	}
	if answer.status != http.StatusOK || answer.body.Len() > templateLimit {
		return nil, fmt.Errorf("TemplateURL %s: got %d from S3, want a template of at most %d bytes", text, answer.status, templateLimit)
	}
	return answer.body.Bytes(), nil
}

// A document is an answer that is kept.
type document struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (d *document) Header() http.Header {
	if d.header == nil {
		d.header = http.Header{}
	}
	return d.header
}

func (d *document) WriteHeader(status int) {
	if d.status == 0 {
		d.status = status
	}
}

func (d *document) Write(b []byte) (int, error) {
	d.WriteHeader(http.StatusOK)
	return d.body.Write(b)
}

// Deployed are the templates that are deployed, as a synth would write them: an assembly for all stacks whose names have the
// same beginning, as in Lightbox-dev, which is its Dir.
func (s *Sandbox) Deployed() ([]*assembly.Assembly, error) {
	var all []*assembly.Assembly
	for _, st := range inOrder(s.stacks()) {
		cut := strings.LastIndexByte(st.Name, '-')
		if cut < 0 || st.Template == nil {
			continue
		}
		template, err := assembly.ParseTemplate(st.Name, st.Template)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(all, func(a *assembly.Assembly) bool { return a.Dir == st.Name[:cut] })
		if at < 0 {
			at, all = len(all), append(all, &assembly.Assembly{Dir: st.Name[:cut]})
		}
		all[at].Stacks = append(all[at].Stacks, &assembly.Stack{
			ID: st.Name[cut+1:], Name: st.Name, Region: regionOfARN(st.ID), Account: Account, Text: st.Template, Template: template,
			BootstrapParameter: "/cdk-bootstrap/hnb659fds/version", BootstrapVersion: 30,
		})
	}
	return all, nil
}

// inOrder puts each stack behind those whose outputs its template asks for, by their names.
func inOrder(stacks []cloudformation.Stack) []cloudformation.Stack {
	var ordered []cloudformation.Stack
	for len(stacks) > 0 {
		next := slices.IndexFunc(stacks, func(st cloudformation.Stack) bool {
			return !slices.ContainsFunc(stacks, func(other cloudformation.Stack) bool {
				return other.Name != st.Name && bytes.Contains(st.Template, []byte(`"`+other.Name+`"`))
			})
		})
		next = max(next, 0) // a circle is for the reader of the templates to find
		ordered = append(ordered, stacks[next])
		stacks = slices.Delete(stacks, next, next+1)
	}
	return ordered
}

// regionOfARN is the region in an ARN.
func regionOfARN(arn string) string { return strings.Split(arn, ":")[3] }
