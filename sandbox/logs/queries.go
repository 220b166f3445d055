package logs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const (
	queryType  = "AWS::Logs::QueryDefinition"
	querySpace = "logs/queries" // id → definition
)

// definition is a query that is kept.
type definition struct {
	ID, Owner, Name, Text string
	Groups                []string
	Modified              time.Time
}

// queryProperties are the properties of AWS::Logs::QueryDefinition that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-querydefinition.html
type queryProperties struct {
	LogGroupNames                    []string
	Name, QueryLanguage, QueryString string
}

const (
	longestQueryName = 255
	longestQuery     = 10_000
	mostQueryGroups  = 50
)

func (p *queryProperties) read(properties map[string]any) error {
	if err := aws.Decode(queryType, properties, p); err != nil {
		return err
	}
	var faults []error
	fault := func(path, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s.%s: %s", queryType, path, fmt.Sprintf(format, args...)))
	}
	if p.Name == "" || len(p.Name) > longestQueryName {
		fault("Name", "got %d characters, want 1 to %d", len(p.Name), longestQueryName)
	}
	if p.QueryString == "" || len(p.QueryString) > longestQuery {
		fault("QueryString", "got %d characters, want 1 to %d", len(p.QueryString), longestQuery)
	}
	if p.QueryLanguage != "" && p.QueryLanguage != "CWLI" {
		fault("QueryLanguage", "got %q, want CWLI: no other is supported by the sandbox", p.QueryLanguage)
	}
	if len(p.LogGroupNames) > mostQueryGroups {
		fault("LogGroupNames", "got %d, want at most %d", len(p.LogGroupNames), mostQueryGroups)
	}
	for i, name := range p.LogGroupNames {
		if !groupName().MatchString(name) {
			fault(fmt.Sprintf("LogGroupNames[%d]", i), "got %q, want the name of a log group", name)
		}
	}
	return errors.Join(faults...)
}

func queryState(id string) aws.State {
	return aws.State{PhysicalID: id, Attributes: map[string]any{"QueryDefinitionId": id}}
}

func (s *Service) createQuery(_ context.Context, r aws.Resource) (aws.State, error) {
	var p queryProperties
	if err := p.read(r.Properties); err != nil {
		return aws.State{}, err
	}
	d := definition{ID: aws.NewUUID(), Owner: r.Owner()}
	err := s.Store.Update(func(tx store.Writer) error {
		all, err := definitions(tx)
		if err != nil {
			return err
		}
		for _, there := range all {
			if there.Owner == d.Owner { // it was made before a kill
				d.ID = there.ID
			}
		}
		return s.putQuery(tx, d, p)
	})
	return queryState(d.ID), err
}

// putQuery keeps a definition as properties say. Two may have one name, which people see.
func (s *Service) putQuery(tx store.Writer, d definition, p queryProperties) error {
	d.Name, d.Text, d.Groups, d.Modified = p.Name, p.QueryString, p.LogGroupNames, s.Now().UTC()
	return store.PutJSON(tx, querySpace, d.ID, d)
}

func (s *Service) updateQuery(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var p queryProperties
	if err := p.read(r.Properties); err != nil {
		return aws.State{}, err
	}
	err := s.Store.Update(func(tx store.Writer) error {
		var d definition
		found, err := store.GetJSON(tx, querySpace, r.PhysicalID, &d)
		switch {
		case err != nil:
			return err
		case !found:
			return refuse("ResourceNotFoundException", "The specified query definition does not exist.")
		}
		return s.putQuery(tx, d, p)
	})
	return queryState(r.PhysicalID), err
}

func (s *Service) deleteQuery(_ context.Context, r aws.Resource) error {
	return s.Store.Update(func(tx store.Writer) error { return tx.Delete(querySpace, []byte(r.PhysicalID)) })
}

// definitions are all, by their names.
func definitions(tx store.Reader) (all []definition, err error) {
	for id := range tx.Range(querySpace, store.Range{}) {
		var d definition
		if _, err := store.GetJSON(tx, querySpace, string(id), &d); err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	slices.SortFunc(all, func(a, b definition) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.ID, b.ID)) })
	return all, nil
}

type definitionsInput struct {
	MaxResults                int    `aws:"maxResults" min:"1" max:"1000"`
	NextToken                 string `aws:"nextToken" min:"1"`
	QueryDefinitionNamePrefix string `aws:"queryDefinitionNamePrefix" min:"1" max:"255"`
}

func anyQuery(*Service, definitionsInput) string { return "*" }

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeQueryDefinitions.html
func (s *Service) describeQueries(_ context.Context, in definitionsInput) (any, error) {
	var all []definition
	err := s.Store.View(func(tx store.Reader) (err error) {
		all, err = definitions(tx)
		return err
	})
	if err != nil {
		return nil, err
	}
	after := ""
	if in.NextToken != "" {
		if after, err = s.after(in.NextToken, "queries"); err != nil {
			return nil, err
		}
	}
	list, answer := []map[string]any{}, map[string]any{}
	for _, d := range all {
		if !strings.HasPrefix(d.Name, in.QueryDefinitionNamePrefix) || d.Name+d.ID <= after {
			continue
		}
		if len(list) == cmp.Or(in.MaxResults, 1000) {
			last := list[len(list)-1]
			answer["nextToken"] = s.seal(fmt.Sprint(last["name"], last["queryDefinitionId"]), "queries")
			break
		}
		list = append(list, map[string]any{
			"queryDefinitionId": d.ID, "name": d.Name, "queryString": d.Text, "queryLanguage": "CWLI", "lastModified": d.Modified.UnixMilli(),
			"logGroupNames": append([]string{}, d.Groups...),
		})
	}
	answer["queryDefinitions"] = list
	return answer, nil
}
