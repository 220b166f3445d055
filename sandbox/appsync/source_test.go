package appsync_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// statements changes the policy of a data source's role.
func (r *rig) statements(resource string, change func([]any) []any) {
	r.t.Helper()
	if err := r.Update("API", resource, func(p map[string]any) {
		text, err := json.Marshal(p["PolicyDocument"])
		if err != nil {
			r.t.Fatal(err)
		}
		var document map[string]any
		if err := json.Unmarshal(text, &document); err != nil {
			r.t.Fatal(err)
		}
		document["Statement"] = change(document["Statement"].([]any))
		p["PolicyDocument"] = document
	}); err != nil {
		r.t.Fatal(err)
	}
}

// without leaves an action out of a statement.
func without(action string) func([]any) []any {
	return func(statements []any) []any {
		var kept []any
		for _, s := range statements {
			statement := s.(map[string]any)
			actions, ok := statement["Action"].([]any)
			if !ok {
				actions = []any{statement["Action"]}
			}
			var left []any
			for _, a := range actions {
				if a != action {
					left = append(left, a)
				}
			}
			if left != nil {
				statement["Action"] = left
				kept = append(kept, statement)
			}
		}
		return kept
	}
}

func TestMisuse_M81_dataSourcesHaveTheirRolesRightsAlone(t *testing.T) {
	tests := []struct {
		action, query string
		resource      string
	}{
		{"dynamodb:GetItem", `{getProduct(id:"00000000-0000-4000-8000-000000000001"){id}}`, "ProductsAccess"},
		{"dynamodb:Query", `{listProducts{items{id}}}`, "ProductsAccess"},
		{"dynamodb:PutItem", `mutation{createProduct(input:{name:"x",price:1,currency:"EUR"}){id}}`, "ProductsAccess"},
		{"dynamodb:Query", `{listPhotos{items{id}}}`, "PhotosAccess"},
	}
	for _, tt := range tests {
		t.Run(tt.action+" "+tt.resource, func(t *testing.T) {
			r := newRig(t, "prod")
			boss := r.person("boss", "Admins")
			r.must(boss.as(), tt.query, nil)
			r.statements(tt.resource, without(tt.action))
			a := r.ask(boss.as(), tt.query, nil)
			if len(a.Errors) != 1 || a.Errors[0].ErrorType != "DynamoDB:AccessDeniedException" || strings.Contains(a.Text, `"id":"`) {
				t.Fatalf("got %s, want AccessDeniedException", a.Text)
			}
			if !r.entry.Decided || bool(r.entry.Decision) || !strings.Contains(r.entry.Reasons.String(), tt.action) {
				t.Errorf("the log has %v", r.entry.Reasons)
			}
		})
	}
}

func TestMisuse_M81_aRoleIsOfNoUseForAnotherTable(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	r.must(ann.as(), `{listPhotos{items{id}}}`, nil)
	products, _ := r.Resource("API", "ProductsSource")
	if err := r.Update("API", "PhotosSource", func(p map[string]any) { p["ServiceRoleArn"] = products.Properties["ServiceRoleArn"] }); err != nil {
		t.Fatal(err)
	}
	r.refused(ann.as(), `{getProfile(owner:"x"){name}}`, nil, "DynamoDB:AccessDeniedException")
}

// A failed condition makes AppSync read the row with the role of the data source: without that right the caller learns
// nothing of the row, and of nobody's rights, but that.
func TestDataSource_readsTheRowAfterAFailedConditionWithItsRole(t *testing.T) {
	r := newRig(t, "prod")
	ann, bob := r.person("ann"), r.person("bob")
	id := r.photoOf(bob, 1)
	const update = `mutation($id:ID!){updatePhoto(id:$id,version:1,caption:"mine"){id caption}}`
	r.refused(ann.as(), update, vars{"id": id}, "Unauthorized")
	r.statements("PhotosAccess", without("dynamodb:GetItem"))
	a := r.ask(ann.as(), update, vars{"id": id})
	if len(a.Errors) != 1 || a.Errors[0].ErrorType == "Unauthorized" || a.Data["updatePhoto"] != nil {
		t.Errorf("got %s, want another error", a.Text)
	}
	if !r.entry.Decided || bool(r.entry.Decision) || !strings.Contains(r.entry.Reasons.String(), "dynamodb:GetItem") {
		t.Errorf("the log has %v, want the read that was denied", r.entry.Reasons)
	}
}

func TestDataSource_needsARoleThatTrustsAppSync(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	r.must(ann.as(), live, nil)
	if err := r.Update("API", "ProductsRole", func(p map[string]any) {
		p["AssumeRolePolicyDocument"] = map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
			"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": map[string]any{"Service": "lambda.amazonaws.com"},
		}}}
	}); err != nil {
		t.Fatal(err)
	}
	a := r.ask(ann.as(), live, nil)
	if len(a.Errors) != 1 || a.Errors[0].ErrorType != "DynamoDB:AccessDeniedException" || r.entry.Fault == nil || !strings.Contains(r.entry.Fault.Error(), "sts:AssumeRole") {
		t.Errorf("got %s, %v", a.Text, r.entry.Fault)
	}
	r.must(ann.as(), `{listPhotos{items{id}}}`, nil)
}

// Whoever refuses, the id that the answer's header says is in the log.
func TestLogs_haveTheIDOfEachRequestWithErrors(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	for name, refused := range map[string]struct {
		as     caller
		query  string
		status int
	}{
		"a resolver":  {ann.as(), `mutation{createPhoto(input:{imgKey:"x"}){id}}`, http.StatusOK},
		"a directive": {ann.as(), `{listDrafts{items{id}}}`, http.StatusOK},
		"the schema":  {ann.as(), `{nothing}`, http.StatusOK},
		"the door":    {bearer("nothing"), live, http.StatusUnauthorized},
	} {
		r.logs.take()
		r.ask(refused.as, refused.query, nil)
		summary := fmt.Sprintf(`{"logType":"RequestSummary","requestId":%q,"graphQLAPIId":%q,"statusCode":%d`, r.entry.RequestID, r.id, refused.status)
		if lines := r.logs.take(); len(lines) == 0 || !strings.Contains(lines[len(lines)-1], summary) {
			t.Errorf("%s: got %q, want the last to have %s", name, lines, summary)
		}
	}
}

// M82: what the log's role may not write is not written.
func TestLogs_getWhatFailedAsTheLogsRole(t *testing.T) {
	r := newRig(t, "prod")
	ann := r.person("ann")
	r.must(ann.as(), live, nil)
	if lines := r.logs.take(); lines != nil {
		t.Errorf("nothing failed: got %q", lines)
	}
	r.refused(ann.as(), `mutation{createPhoto(input:{imgKey:"secret-argument"}){id}}`, nil, "BadRequest")
	lines := r.logs.take()
	if len(lines) != 2 || !strings.HasPrefix(lines[0], "/aws/appsync/apis/"+r.id+" {") || !strings.Contains(lines[0], "BadRequest") ||
		!strings.Contains(lines[0], `"fieldName":"createPhoto"`) || strings.Contains(lines[0], "secret-argument") {
		t.Errorf("got %q, want what failed without its arguments", lines)
	}
	r.level("ALL", false)
	r.must(ann.as(), live, nil)
	r.refused(ann.as(), `mutation{createPhoto(input:{imgKey:"secret-argument"}){id}}`, nil, "BadRequest")
	if lines := r.logs.take(); len(lines) != 3 || !strings.Contains(lines[1], "secret-argument") {
		t.Errorf("with everything: got %q", lines)
	}
	r.statements("LogAccess", without("logs:PutLogEvents"))
	r.must(ann.as(), live, nil)
	if lines := r.logs.take(); len(lines) != 1 || !strings.Contains(lines[0], "is not authorized to perform: logs:PutLogEvents") || r.entry.Fault == nil {
		t.Errorf("without the right: got %q, %v", lines, r.entry.Fault)
	}
	r.level("NONE", false)
	r.must(ann.as(), live, nil)
	if lines := r.logs.take(); lines != nil {
		t.Errorf("with nothing: got %q", lines)
	}
}

func (r *rig) level(level string, quiet bool) {
	r.t.Helper()
	if err := r.Update("API", "GraphQL9562F4A3", func(p map[string]any) {
		settings := copied(p["LogConfig"])
		settings["FieldLogLevel"], settings["ExcludeVerboseContent"] = level, quiet
		p["LogConfig"] = settings
	}); err != nil {
		r.t.Fatal(err)
	}
}
