package appsync

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// resolverProperties are the properties of AWS::AppSync::Resolver that the sandbox knows.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-resolver.html
type resolverProperties struct {
	APIID          string `cfn:"ApiId"`
	TypeName       string
	FieldName      string
	Kind           string
	DataSourceName string
	PipelineConfig *pipelineConfig
	Runtime        *runtime
	Code           string
	CodeS3Location string `json:",omitempty"`
}

type pipelineConfig struct{ Functions []string }

type runtime struct{ Name, RuntimeVersion string }

// functionProperties are the properties of AWS::AppSync::FunctionConfiguration that the sandbox knows.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-appsync-functionconfiguration.html
type functionProperties struct {
	APIID           string `cfn:"ApiId"`
	Name            string
	Description     string `json:",omitempty"`
	DataSourceName  string
	FunctionVersion string
	Runtime         *runtime
	Code            string
	CodeS3Location  string `json:",omitempty"`
}

const (
	kindUnit     = "UNIT"
	kindPipeline = "PIPELINE"
)

// checkedCodes are the codes that were compiled to see whether they can be: they are likely to be needed next.
type checkedCodes struct {
	mutex sync.Mutex
	codes map[string]*code // by their texts
}

// mostChecked is more than an app has.
const mostChecked = 500

func (c *checkedCodes) of(text string) *code {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.codes[text]
}

func (c *checkedCodes) add(text string, compiled *code) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.codes == nil || len(c.codes) >= mostChecked {
		c.codes = map[string]*code{}
	}
	c.codes[text] = compiled
}

// checkCode refuses another runtime than APPSYNC_JS 1.0.0, and code that it does not take. Location is where the code is that is
// not there yet.
func (s *Service) checkCode(of string, r *runtime, text, location string) error {
	if r == nil || *r != (runtime{"APPSYNC_JS", "1.0.0"}) {
		return fmt.Errorf("%s.Runtime: want APPSYNC_JS 1.0.0: no other is supported by the sandbox", of)
	}
	if len(text) > appsyncjs.CodeLimit {
		return fmt.Errorf("%s.Code: got %d bytes, want at most %d", of, len(text), appsyncjs.CodeLimit)
	}
	if location != "" || s.checked.of(text) != nil {
		return nil
	}
	compiled := newCode(text)
	if _, err := compiled.compile(); err != nil {
		return fmt.Errorf("%s.Code: %w", of, err)
	}
	s.checked.add(text, compiled)
	return nil
}

// readFunctionProperties reads the properties of a function and checks them.
func (s *Service) readFunctionProperties(ctx context.Context, asking bool, r aws.Resource) (p functionProperties, err error) {
	if err := aws.Decode(typeFunction, r.Properties, &p); err != nil {
		return p, err
	}
	if err := s.fetched(ctx, asking, typeFunction, "Code", &p.Code, &p.CodeS3Location, appsyncjs.CodeLimit); err != nil {
		return p, err
	}
	return p, s.checkFunction(&p)
}

func (s *Service) putFunction(ctx context.Context, r aws.Resource) (aws.State, error) {
	settings, err := s.readFunctionProperties(ctx, false, r)
	if err := errors.Join(err, s.checkSource(typeFunction, settings.APIID, settings.DataSourceName)); err != nil {
		return aws.State{}, err
	}
	id := madeID(r)
	if _, path := partOf(r.PhysicalID); len(path) == 2 {
		id = path[1]
	}
	err = save(s, r, spaceFunctions, settings.APIID, id, "function "+id, settings)
	return s.functionState(settings.APIID+"/"+id, settings), err
}

// checkFunction joins what is wrong with the settings of a function, whatever its API has.
func (s *Service) checkFunction(p *functionProperties) error {
	faults := []error{s.checkCode(typeFunction, p.Runtime, p.Code, p.CodeS3Location)}
	if !name.MatchString(p.Name) {
		faults = append(faults, fmt.Errorf("%s.Name: got %q, want letters, digits and _", typeFunction, p.Name))
	}
	if v := p.FunctionVersion; v != "" && v != "2018-05-29" {
		faults = append(faults, fmt.Errorf("%s.FunctionVersion: got %q, want 2018-05-29", typeFunction, v))
	}
	return errors.Join(faults...)
}

// functionState is a function's, by its key in the store.
func (s *Service) functionState(key string, settings functionProperties) aws.State {
	_, id, _ := strings.Cut(key, "/")
	arn := s.arn(settings.APIID) + "/functions/" + id
	return aws.State{PhysicalID: arn, Attributes: map[string]any{
		"DataSourceName": settings.DataSourceName, "FunctionArn": arn, "FunctionId": id, "Name": settings.Name,
	}}
}

func (s *Service) deleteFunction(_ context.Context, r aws.Resource) error {
	id, path := partOf(r.PhysicalID)
	if len(path) != 2 {
		return nil
	}
	return remove[functionProperties](s, r, spaceFunctions, id, path[1])
}

// readResolverProperties reads the properties of a resolver and checks them.
func (s *Service) readResolverProperties(ctx context.Context, asking bool, r aws.Resource) (p resolverProperties, err error) {
	if err := aws.Decode(typeResolver, r.Properties, &p); err != nil {
		return p, err
	}
	if err := s.fetched(ctx, asking, typeResolver, "Code", &p.Code, &p.CodeS3Location, appsyncjs.CodeLimit); err != nil {
		return p, err
	}
	return p, s.checkForm(&p)
}

// checkForm joins what is wrong with the settings of a resolver, whatever its API has.
func (s *Service) checkForm(p *resolverProperties) error {
	faults := []error{s.checkCode(typeResolver, p.Runtime, p.Code, p.CodeS3Location)}
	unit := (p.Kind == "" || p.Kind == kindUnit) && p.PipelineConfig == nil
	if pipeline := p.Kind == kindPipeline && p.PipelineConfig != nil && p.DataSourceName == ""; !unit && !pipeline {
		faults = append(faults, fmt.Errorf("%s.Kind: got %q, want %s with DataSourceName or %s with PipelineConfig", typeResolver, p.Kind, kindUnit, kindPipeline))
	}
	return errors.Join(faults...)
}

func (s *Service) putResolver(ctx context.Context, r aws.Resource) (aws.State, error) {
	settings, err := s.readResolverProperties(ctx, false, r)
	if err == nil {
		err = s.checkResolver(&settings)
	}
	if err != nil {
		return aws.State{}, err
	}
	field := settings.TypeName + "." + settings.FieldName
	err = save(s, r, spaceResolvers, settings.APIID, field, "resolver of "+field, settings)
	return s.resolverState("", settings), err
}

func (s *Service) resolverState(_ string, settings resolverProperties) aws.State {
	arn := s.arn(settings.APIID) + "/types/" + settings.TypeName + "/resolvers/" + settings.FieldName
	return aws.State{PhysicalID: arn, Attributes: map[string]any{
		"FieldName": settings.FieldName, "ResolverArn": arn, "TypeName": settings.TypeName,
	}}
}

func (s *Service) deleteResolver(_ context.Context, r aws.Resource) error {
	id, path := partOf(r.PhysicalID)
	if len(path) != 4 {
		return nil
	}
	return remove[resolverProperties](s, r, spaceResolvers, id, path[1]+"."+path[3])
}

// checkResolver wants the field, the data source and the functions to be there.
func (s *Service) checkResolver(p *resolverProperties) error {
	a := s.api(p.APIID)
	if a == nil {
		return fmt.Errorf("%s.ApiId: there is no GraphQL API %q", typeResolver, p.APIID)
	}
	var faults []error
	if a.schema == nil || a.schema.Types[p.TypeName] == nil || a.schema.Types[p.TypeName].Fields.ForName(p.FieldName) == nil {
		faults = append(faults, fmt.Errorf("%s.FieldName: no field named %s found on type %s", typeResolver, p.FieldName, p.TypeName))
	}
	if p.Kind == kindPipeline {
		return errors.Join(append(faults, s.checkFunctions(p))...)
	}
	return errors.Join(append(faults, s.checkSource(typeResolver, p.APIID, p.DataSourceName))...)
}

func (s *Service) checkFunctions(p *resolverProperties) error {
	return s.store.View(func(tx store.Reader) error {
		var faults []error
		for i, id := range p.PipelineConfig.Functions {
			if _, found := tx.Get(spaceFunctions, []byte(p.APIID+"/"+id)); !found {
				faults = append(faults, fmt.Errorf("%s.PipelineConfig.Functions[%d]: there is no function %q", typeResolver, i, id))
			}
		}
		return errors.Join(faults...)
	})
}

func (s *Service) checkSource(of, id, source string) error {
	return s.store.View(func(tx store.Reader) error {
		if _, found := tx.Get(spaceSources, []byte(id+"/"+source)); !found {
			return fmt.Errorf("%s.DataSourceName: there is no data source %q", of, source)
		}
		return nil
	})
}
