package verify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol"
	"github.com/aws/aws-sdk-go-v2/service/cloudcontrol/types"

	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/assembly"
	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// errGone is that there is no resource where CloudFormation made one.
var errGone = errors.New("got nothing, want the resource that the stack made: it is gone")

// errNeeds is that a resource was not read because of another, which says why.
var errNeeds = errors.New("needs what could not be read")

// lacking is that a resource has no more what others ask it for, as the ARN of a stream that was switched off.
type lacking struct {
	of        *part
	attribute string
}

func (l *lacking) Error() string { return fmt.Sprintf("%s: %s", l.of.place(), l.text()) }

func (l *lacking) text() string {
	return fmt.Sprintf("%s: got no %s, want the one that other resources name; nothing else was proven", l.of.resource.Type, l.attribute)
}

// A part is a resource of a stack.
type part struct {
	account  *account
	standing *standing
	resolver *assembly.Resolver
	resource *assembly.Resource
	physical string

	declared func() (map[string]any, error) // its properties as the template has them, resolved
	live     func() (map[string]any, error) // its properties as they are, with its attributes; errGone without it
}

// An account is what is read back of an environment.
type account struct {
	frame *frame
	parts map[string]*part // by the stack's name and the logical id
	order []*part
}

// open finds the parts of a frame. Nothing is read yet. A type that is in no row is an error, as is a template that can't be
// resolved.
func open(ctx context.Context, f *frame) (*account, error) {
	a := &account{frame: f, parts: map[string]*part{}}
	var faults []error
	for _, stack := range f.assembly.Stacks {
		one := f.stacks[stack.Name]
		resolver, err := assembly.NewResolver(stack.Template, one.environment(f, lives{a, stack.Name}))
		if err != nil {
			faults = append(faults, err)
			continue
		}
		for _, resource := range resolver.Resources() {
			row, known := table()[resource.Type]
			if !known && !outside(resource) {
				faults = append(faults, fmt.Errorf("%s: got the type %s, want one that verify knows how to read: its table has no row for it", placeOf(stack, resource), resource.Type))
				continue
			}
			a.add(ctx, &part{account: a, standing: one, resolver: resolver, resource: resource, physical: one.physical[resource.LogicalID]}, row)
		}
	}
	return a, errors.Join(faults...)
}

// outside tells a team's own resources: nothing is said of them but what the template says.
func outside(resource *assembly.Resource) bool {
	_, is := resource.Metadata[system.OutsideKey]
	return is
}

func (a *account) add(ctx context.Context, p *part, r row) {
	p.declared = sync.OnceValues(func() (map[string]any, error) { return p.resolver.Properties(p.resource.LogicalID) })
	p.live = sync.OnceValues(func() (map[string]any, error) {
		if r.read == nil || outside(p.resource) {
			return p.declared()
		}
		return r.read(ctx, p)
	})
	a.parts[p.standing.stack.Name+"/"+p.resource.LogicalID] = p
	a.order = append(a.order, p)
}

// place is the path of the construct.
func (p *part) place() string { return placeOf(p.standing.stack, p.resource) }

func placeOf(stack *assembly.Stack, resource *assembly.Resource) string {
	if resource.Construct == "" {
		return stack.ID + "/" + resource.LogicalID
	}
	return strings.TrimSuffix(resource.Construct, "/Resource")
}

// lives are the resources of a stack, as functions of its template ask for them.
type lives struct {
	*account
	stack string
}

func (l lives) Ref(resource *assembly.Resource) (string, error) {
	p := l.parts[l.stack+"/"+resource.LogicalID]
	if p == nil || p.physical == "" {
		return "", errGone
	}
	return p.physical, nil
}

func (l lives) GetAtt(resource *assembly.Resource, attribute string) (any, error) {
	p := l.parts[l.stack+"/"+resource.LogicalID]
	if p == nil {
		return nil, errGone
	}
	properties, err := p.live()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", errNeeds, p.place())
	}
	switch value := system.Lookup(properties, attribute).(type) {
	case nil:
		if attribute == "Id" {
			return p.physical, nil
		}
		return nil, &lacking{p, attribute}
	case []any:
		texts := []string{}
		for _, item := range value {
			texts = append(texts, fmt.Sprint(item))
		}
		return texts, nil
	default:
		return fmt.Sprint(value), nil
	}
}

// byHandler reads a resource by AWS's handler of its type.
func byHandler(ctx context.Context, p *part) (map[string]any, error) {
	identifier, err := p.identifier()
	if err != nil {
		return nil, err
	}
	return p.standing.get(ctx, p.resource.Type, identifier)
}

// identifier is the resource's primary one: of its properties those that the template gives, and for another, which AWS made
// up, the physical id.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/userguide/resource-identifier.html
func (p *part) identifier() (string, error) {
	properties, err := p.declared()
	if err != nil {
		return "", err
	}
	var parts []string
	for _, name := range schema.Current().Types[p.resource.Type].PrimaryIdentifier {
		value, given := properties[name].(string)
		switch {
		case !given && p.resource.Type == "AWS::Events::Rule": // whose physical id is its name
			value = fmt.Sprintf("arn:%s:events:%s:%s:rule/%s", p.standing.partition(), p.standing.config.Region, p.standing.stack.Account, p.physical)
		case !given:
			value = p.physical
		case name == "FunctionName":
			value = functionName(value)
		}
		parts = append(parts, value)
	}
	return strings.Join(parts, "|"), nil
}

// functionName is the name of a function that may be given by its ARN.
func functionName(text string) string {
	if _, name, isARN := strings.Cut(text, ":function:"); isARN {
		return name
	}
	return text
}

// get is GetResource: the properties, numbers as they are written.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_GetResource.html
func (s *standing) get(ctx context.Context, kind, identifier string) (map[string]any, error) {
	answer, err := s.client().GetResource(ctx, &cloudcontrol.GetResourceInput{TypeName: &kind, Identifier: &identifier})
	if _, gone := errors.AsType[*types.ResourceNotFoundException](err); gone {
		return nil, errGone
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", kind, identifier, err)
	}
	return decode(aws.ToString(answer.ResourceDescription.Properties))
}

// list is ListResources: the identifiers of all resources of a type, of those that belong to a model.
// https://docs.aws.amazon.com/cloudcontrolapi/latest/APIReference/API_ListResources.html
func (s *standing) list(ctx context.Context, kind string, model map[string]any) ([]string, error) {
	input := &cloudcontrol.ListResourcesInput{TypeName: &kind}
	if model != nil {
		text, err := json.Marshal(model)
		if err != nil {
			return nil, err
		}
		input.ResourceModel = aws.String(string(text))
	}
	var all []string
	pages := cloudcontrol.NewListResourcesPaginator(s.client(), input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if _, none := errors.AsType[*types.ResourceNotFoundException](err); none {
			return all, nil // as of the resource policy of a function that has none
		}
		if _, unknown := errors.AsType[*types.TypeNotFoundException](err); unknown {
			return all, nil // where there is no such type there are no resources of it
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", kind, err)
		}
		for _, one := range page.ResourceDescriptions {
			all = append(all, aws.ToString(one.Identifier))
		}
	}
	return all, nil
}

// client asks again where AWS has had too many questions, for a minute or so.
func (s *standing) client() *cloudcontrol.Client {
	return cloudcontrol.NewFromConfig(s.config, func(o *cloudcontrol.Options) { o.RetryMaxAttempts = 8 })
}

func decode(text string) (map[string]any, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var all map[string]any
	return all, decoder.Decode(&all)
}
