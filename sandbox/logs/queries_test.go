package logs

import (
	"context"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

func TestQueryDefinition_isKeptUpdatedAndDeleted(t *testing.T) {
	s := New(Config{Store: store.NewMemory()})
	kind, ctx := s.ResourceTypes()[queryType], context.Background()
	names := func(prefix string) (all []string) {
		answer, err := s.describeQueries(ctx, definitionsInput{QueryDefinitionNamePrefix: prefix})
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range answer.(map[string]any)["queryDefinitions"].([]map[string]any) {
			all = append(all, d["name"].(string)+": "+d["queryString"].(string))
		}
		return all
	}
	r := aws.Resource{Stack: "S", LogicalID: "Q", Suffix: "a", Properties: map[string]any{"Name": "shop/errors", "QueryString": "fields @message", "LogGroupNames": []any{"g"}}}
	state, err := kind.Create(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := kind.Create(ctx, r); err != nil || again.PhysicalID != state.PhysicalID {
		t.Errorf("again, as after a kill: got %+v and %v, want the same", again, err)
	}
	other := r
	other.LogicalID = "Other" // a name is a label
	if second, err := kind.Create(ctx, other); err != nil || second.PhysicalID == state.PhysicalID {
		t.Errorf("another of the name: got %+v and %v", second, err)
	}
	r.PhysicalID, r.Properties = state.PhysicalID, map[string]any{"Name": "shop/all", "QueryString": "fields @timestamp"}
	if _, err := kind.Update(ctx, nil, r); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(names("shop/"), "; "); got != "shop/all: fields @timestamp; shop/errors: fields @message" {
		t.Errorf("got %s", got)
	}
	if err := kind.Delete(ctx, r); err != nil || len(names("shop/all")) > 0 {
		t.Errorf("deleted: got %v and %v", err, names("shop/all"))
	}
	for want, properties := range map[string]map[string]any{
		"Name: got 0 characters":                     {"QueryString": "x"},
		"QueryString: got 0 characters":              {"Name": "x"},
		`QueryLanguage: got "SQL"`:                   {"Name": "x", "QueryString": "x", "QueryLanguage": "SQL"},
		`LogGroupNames[0]: got "a b"`:                {"Name": "x", "QueryString": "x", "LogGroupNames": []any{"a b"}},
		"Parameters is not supported by the sandbox": {"Name": "x", "QueryString": "x", "Parameters": []any{}},
	} {
		if _, err := kind.Create(ctx, aws.Resource{Properties: properties}); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
