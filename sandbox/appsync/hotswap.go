package appsync

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/paging"
	"lightbox.example/lightbox/sandbox/store"
)

// The inputs of what changes a part of an API past CloudFormation. All of the part's settings are given: what is left out is
// none.
type (
	runtimeInput struct {
		Name           string `aws:"name"`
		RuntimeVersion string `aws:"runtimeVersion"`
	}
	resolverInput struct {
		APIID          string `aws:"apiId" required:"true"`
		TypeName       string `aws:"typeName" required:"true" shape:"ResourceName"`
		FieldName      string `aws:"fieldName" required:"true" shape:"ResourceName"`
		Kind           string `aws:"kind" enum:"UNIT,PIPELINE"`
		DataSourceName string `aws:"dataSourceName" shape:"ResourceName"`
		PipelineConfig *struct {
			Functions []string `aws:"functions"`
		} `aws:"pipelineConfig"`
		Runtime *runtimeInput `aws:"runtime"`
		Code    string        `aws:"code" min:"1" max:"32768"`
	}
	functionInput struct {
		APIID           string        `aws:"apiId" required:"true"`
		FunctionID      string        `aws:"functionId" required:"true" shape:"ResourceName"`
		Name            string        `aws:"name" required:"true" shape:"ResourceName"`
		Description     string        `aws:"description"`
		DataSourceName  string        `aws:"dataSourceName" required:"true" shape:"ResourceName"`
		FunctionVersion string        `aws:"functionVersion"`
		Runtime         *runtimeInput `aws:"runtime"`
		Code            string        `aws:"code" min:"1" max:"32768"`
	}
	functionsInput struct {
		APIID      string `aws:"apiId" required:"true"`
		MaxResults string `aws:"maxResults"` // of the query: 0 to 25
		NextToken  string `aws:"nextToken" min:"1" max:"65536"`
	}
	schemaInput struct {
		APIID      string `aws:"apiId" required:"true"`
		Definition string `aws:"definition" required:"true"` // base64
	}
	apiInput struct {
		APIID string `aws:"apiId" required:"true"`
	}
)

func (r *runtimeInput) runtime() *runtime {
	if r == nil {
		return nil
	}
	return &runtime{r.Name, r.RuntimeVersion}
}

func notFound(what string) error {
	return aws.Refuse(http.StatusNotFound, "NotFoundException", "%s", what)
}

// refused is a fault of settings as AppSync's own API answers it.
func refused(err error) error {
	if err == nil {
		return nil
	}
	return aws.Refuse(http.StatusBadRequest, "BadRequestException", "%s", err)
}

// replace puts settings in the place of those of a part of an API that is there; whose it is stays.
func replace[T any](s *Service, space, id, name string, settings T, missing string) error {
	return s.change(id, func(tx store.Writer) error {
		key := id
		if name != "" {
			key += "/" + name
		}
		before, found, err := get[T](tx, space, key)
		if err != nil {
			return err
		}
		if !found {
			return notFound(missing)
		}
		return put(tx, space, key, before.Owner, settings)
	})
}

// changeResolver answers UpdateResolver. CloudFormation does not learn of it: the next deployment that changes the resolver
// puts its own settings there.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_UpdateResolver.html
func (s *Service) changeResolver(_ context.Context, in resolverInput) (any, error) {
	p := resolverProperties{
		APIID: in.APIID, TypeName: in.TypeName, FieldName: in.FieldName, Kind: in.Kind, DataSourceName: in.DataSourceName,
		Runtime: in.Runtime.runtime(), Code: in.Code,
	}
	if in.PipelineConfig != nil {
		p.PipelineConfig = &pipelineConfig{in.PipelineConfig.Functions}
	}
	if s.api(p.APIID) == nil {
		return nil, notFound("GraphQL API " + p.APIID + " not found.")
	}
	if err := errors.Join(s.checkForm(&p), s.checkResolver(&p)); err != nil {
		return nil, refused(err)
	}
	field := p.TypeName + "." + p.FieldName
	if err := replace(s, spaceResolvers, p.APIID, field, p, "No resolver found."); err != nil {
		return nil, err
	}
	shown := map[string]any{
		"typeName": p.TypeName, "fieldName": p.FieldName, "kind": p.Kind, "runtime": shownRuntime(p.Runtime), "code": p.Code,
		"resolverArn": s.resolverState("", p).PhysicalID,
	}
	if p.PipelineConfig != nil {
		shown["pipelineConfig"] = map[string]any{"functions": p.PipelineConfig.Functions}
	} else {
		shown["dataSourceName"] = p.DataSourceName
	}
	return map[string]any{"resolver": shown}, nil
}

// changeFunction answers UpdateFunction.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_UpdateFunction.html
func (s *Service) changeFunction(_ context.Context, in functionInput) (any, error) {
	p := functionProperties{
		APIID: in.APIID, Name: in.Name, Description: in.Description, DataSourceName: in.DataSourceName, FunctionVersion: in.FunctionVersion, Runtime: in.Runtime.runtime(), Code: in.Code,
	}
	if s.api(p.APIID) == nil {
		return nil, notFound("GraphQL API " + p.APIID + " not found.")
	}
	if err := errors.Join(s.checkFunction(&p), s.checkSource(typeFunction, p.APIID, p.DataSourceName)); err != nil {
		return nil, refused(err)
	}
	if err := replace(s, spaceFunctions, p.APIID, in.FunctionID, p, "No function found for ID "+in.FunctionID+"."); err != nil {
		return nil, err
	}
	return map[string]any{"functionConfiguration": s.shownFunction(in.FunctionID, p)}, nil
}

func shownRuntime(r *runtime) map[string]string {
	return map[string]string{"name": r.Name, "runtimeVersion": r.RuntimeVersion}
}

func (s *Service) shownFunction(id string, p functionProperties) map[string]any {
	shown := map[string]any{
		"functionId": id, "functionArn": s.functionState(p.APIID+"/"+id, p).PhysicalID, "name": p.Name, "dataSourceName": p.DataSourceName,
		"runtime": shownRuntime(p.Runtime), "code": p.Code,
	}
	if p.Description != "" {
		shown["description"] = p.Description
	}
	if p.FunctionVersion != "" {
		shown["functionVersion"] = p.FunctionVersion
	}
	return shown
}

// functionsPage is how many functions a page has.
const functionsPage = 25

// pageOf reads maxResults.
func pageOf(text string) (int, error) {
	if text == "" || text == "0" {
		return functionsPage, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > functionsPage {
		return 0, refused(fmt.Errorf("maxResults: got %s, want 0 to %d", text, functionsPage))
	}
	return n, nil
}

// functionsOf answers ListFunctions, by the functions' ids.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_ListFunctions.html
func (s *Service) functionsOf(_ context.Context, in functionsInput) (any, error) {
	if s.api(in.APIID) == nil {
		return nil, notFound("GraphQL API " + in.APIID + " not found.")
	}
	var found map[string]functionProperties
	err := s.store.View(func(tx store.Reader) (err error) {
		found, err = all[functionProperties](tx, spaceFunctions, in.APIID)
		return err
	})
	if err != nil {
		return nil, err
	}
	most, err := pageOf(in.MaxResults)
	if err != nil {
		return nil, err
	}
	ids, next, ok := paging.Cut(s.pages, in.NextToken, most, slices.Sorted(maps.Keys(found)), "AppSync ListFunctions", in.APIID)
	if !ok {
		return nil, aws.Refuse(http.StatusBadRequest, "BadRequestException", "Invalid nextToken")
	}
	list := []map[string]any{}
	for _, id := range ids {
		list = append(list, s.shownFunction(id, found[id]))
	}
	answer := map[string]any{"functions": list}
	if next != "" {
		answer["nextToken"] = next
	}
	return answer, nil
}

// changeSchema answers StartSchemaCreation. What is wrong with the schema GetSchemaCreationStatus says, as on AWS.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_StartSchemaCreation.html
func (s *Service) changeSchema(_ context.Context, in schemaInput) (any, error) {
	a := s.api(in.APIID)
	if a == nil {
		return nil, notFound("GraphQL API " + in.APIID + " not found.")
	}
	text, err := base64.StdEncoding.DecodeString(in.Definition)
	if err != nil {
		return nil, refused(errors.New("definition: want base64"))
	}
	p := schemaProperties{APIID: in.APIID, Definition: string(text)}
	fault := p.check(a.settings.accepts)
	if fault == nil {
		if err := replace(s, spaceSchemas, in.APIID, "", p, "No schema found for API "+in.APIID); err != nil {
			return nil, err
		}
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.schemaFaults[in.APIID] = fault
	return map[string]string{"status": "PROCESSING"}, nil
}

// schemaCreation answers GetSchemaCreationStatus.
// https://docs.aws.amazon.com/appsync/latest/APIReference/API_GetSchemaCreationStatus.html
func (s *Service) schemaCreation(_ context.Context, in apiInput) (any, error) {
	a := s.api(in.APIID)
	s.mutex.RLock()
	fault := s.schemaFaults[in.APIID]
	s.mutex.RUnlock()
	switch {
	case a == nil:
		return nil, notFound("GraphQL API " + in.APIID + " not found.")
	case fault != nil:
		return map[string]string{"status": "FAILED", "details": fault.Error()}, nil
	case a.sdl == "":
		return map[string]string{"status": "NOT_APPLICABLE"}, nil
	}
	return map[string]string{"status": "SUCCESS"}, nil
}
