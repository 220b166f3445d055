package sandbox_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/internal/plan"
	"lightbox.example/lightbox/sandbox"
	"lightbox.example/lightbox/sandbox/assembly"
)

// What somebody who deployed prod at the last tag has is there after prod of this commit is deployed over it, and people go on where they
// were: nothing has to be migrated, and what can be done now that could not be then is done by a command that can be repeated. testdata/upgrade is prod of then, deployed with the functions of today, whose environments and handlers are
// held to be the same. `lightbox plan` foretold it. The control: another construct id of a table takes its rows, which the plan names
// and the comparison notices.
func TestUpgrade_keepsWhatPeopleHave(t *testing.T) {
	before, now := deploytest.WorkingAssembly(t, "..", "upgrade"), deploytest.WorkingAssembly(t, "..", "prod")
	sameFunctions(t, before, now)
	p := withPeopleOf(t, start(t, sandbox.Config{}), before)
	live := p.live(t)
	had, was := p.possessions(t), p.resources(t)
	lived := had
	if err := p.s.Save(t.Context(), "lived"); err != nil {
		t.Fatal(err)
	}

	foretold := upgradePlan(t, before, now)
	if foretold.Code() != 0 {
		t.Errorf("got a plan with the exit code %d, want 0: nobody loses anything, and nothing is done beside the deployment", foretold.Code())
	}
	if err := p.s.Deploy(t.Context(), now, nil); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(had, p.possessions(t)); diff != "" {
		t.Errorf("what people have (-before +now):\n%s", diff)
	}
	if diff := cmp.Diff(counted(foretold), changedSince(was, p.resources(t))); diff != "" {
		t.Errorf("resources (-foretold +happened):\n%s", diff)
	}
	p.goesOn(t, live)
	p.hidesWhoWasBlocked(t, live)

	had = p.possessions(t)
	renamed := deploytest.WorkingAssembly(t, "..", "prod", renamedPhotos)
	loss := upgradePlan(t, now, renamed)
	if loss.Code() != 3 || !slices.ContainsFunc(loss.All(), func(f plan.Finding) bool { return f.Loss && f.ID == "replaces:API/PicturesPhotos" }) {
		t.Errorf("the control: got the exit code %d and %+v, want the loss of the table of photos", loss.Code(), loss.All())
	}
	if err := p.s.Deploy(t.Context(), renamed, nil); err != nil {
		t.Fatal(err)
	}
	after := p.possessions(t)
	if len(had.Rows["Photos"]) == 0 || len(after.Rows["Photos"]) != 0 || !slices.Equal(had.Rows["Products"], after.Rows["Products"]) {
		t.Errorf("the control: got %d photos' rows before and %d after, want some and none, and the products as they were", len(had.Rows["Photos"]), len(after.Rows["Photos"]))
	}
	if cmp.Equal(had, after) {
		t.Error("the control: got no difference, want the comparison to notice the table that was made anew")
	}

	// A state that was saved has all of it, whatever was deployed since.
	if err := p.s.Load(t.Context(), "lived"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lived, p.possessions(t)); diff != "" {
		t.Errorf("what people have, loaded (-before +now):\n%s", diff)
	}
	if got := p.resources(t); !reflect.DeepEqual(got, was) {
		t.Errorf("resources, loaded: got %v\nwant %v", got, was)
	}
	p.goesOn(t, live)
}

// renamedPhotos gives the table of photos another construct id.
func renamedPhotos(_ string, template []byte) []byte {
	return []byte(strings.NewReplacer(`"PhotosB9552D0D"`, `"PicturesPhotosB9552D0D"`, `"API/Photos/Resource"`, `"API/PicturesPhotos/Resource"`).Replace(string(template)))
}

// upgradePlan is what `lightbox plan` says of a deployment over another.
func upgradePlan(t *testing.T, old, next string) *plan.Plan {
	t.Helper()
	before, err := assembly.Open(old)
	if err != nil {
		t.Fatal(err)
	}
	after, err := assembly.Open(next)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Compare(before, after, plan.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// sameFunctions holds what a program of today is started with by an older template: its environment, but for names that the
// deployment makes, its handler and its limits.
func sameFunctions(t *testing.T, old, next string) {
	t.Helper()
	found := func(folder string) map[string]any {
		text, err := os.ReadFile(filepath.Join(folder, "API.template.json"))
		if err != nil {
			t.Fatal(err)
		}
		var template struct {
			Resources map[string]struct {
				Type       string
				Properties map[string]any
			}
		}
		if err := json.Unmarshal(text, &template); err != nil {
			t.Fatal(err)
		}
		functions := map[string]any{}
		for id, r := range template.Resources {
			if r.Type == "AWS::Lambda::Function" {
				functions[id] = r.Properties
			}
		}
		return functions
	}
	was, is := found(old), found(next)
	for id, properties := range was {
		if diff := cmp.Diff(properties, is[id]); diff != "" {
			t.Errorf("%s is another than at the tag, so that today's program is none for it (-then +today): deploy what was built then\n%s", id, diff)
		}
	}
	if len(was) == 0 {
		t.Error("got no function in the fixture, want those that make pictures and remove")
	}
}

// possessions are what people have, as an upgrade must leave it.
type possessions struct {
	Names      map[string]string   // outputs of the stacks: ids of pools and clients, addresses and hosts, the bucket
	Tables     map[string]string   // names, by what they are of
	Users      map[string]string   // by name: all that ListUsers says, with sub and status, and the groups
	Identities []string            // of the identity pool
	Rows       map[string][]string // by table
	Files      []string            // every version, with the hash of its bytes
}

func (p people) possessions(t *testing.T) possessions {
	t.Helper()
	had := possessions{Names: map[string]string{}, Tables: map[string]string{}, Users: map[string]string{}, Rows: map[string][]string{}}
	for _, stack := range p.s.Stacks.Stacks() {
		for _, output := range stack.Outputs {
			had.Names[stack.Name+" "+output.Key] = output.Value
		}
		for _, r := range stack.Resources {
			if r.Type == "AWS::DynamoDB::GlobalTable" && r.Status != "DELETE_COMPLETE" {
				of := map[bool]string{true: "Photos", false: "Products"}[strings.Contains(r.LogicalID, "Photos")]
				had.Tables[of], had.Rows[of] = r.PhysicalID, p.rowsOf(t, r.PhysicalID)
			}
		}
	}
	p.usersInto(t, had.Users)
	var pool struct{ Identities []map[string]any }
	p.asked(t, "cognito-identity", "ListIdentities", map[string]any{"IdentityPoolId": p.output("Identity", "IdentityPoolId"), "MaxResults": 60}, &pool)
	for _, identity := range pool.Identities {
		had.Identities = append(had.Identities, asJSON(t, identity))
	}
	slices.Sort(had.Identities)
	versions, err := p.s.Files.Versions(p.output("FileStorage", "BucketName"))
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range versions {
		line := fmt.Sprintf("%s %s latest %v", v.Key, v.VersionID, v.Latest)
		if !v.DeleteMarker {
			a, err := p.files(root, http.MethodGet, v.Key+"?versionId="+v.VersionID, nil)
			if err := ok(a, err); err != nil {
				t.Fatalf("%s: %v", line, err)
			}
			line += fmt.Sprintf(" %s %x", a.header.Get("Content-Type"), sha256.Sum256([]byte(a.body)))
		}
		had.Files = append(had.Files, line)
	}
	return had
}

// asked is an operation of the operator's that has to succeed.
func (p people) asked(t *testing.T, service, operation string, input, output any) {
	t.Helper()
	if err := p.call(root, service, operation, input, output); err != nil {
		t.Fatal(err)
	}
}

func (p people) rowsOf(t *testing.T, table string) (rows []string) {
	t.Helper()
	var page struct{ Items []map[string]any }
	p.asked(t, "dynamodb", "Scan", map[string]any{"TableName": table, "ConsistentRead": true}, &page)
	for _, row := range page.Items {
		rows = append(rows, asJSON(t, row))
	}
	slices.Sort(rows)
	return rows
}

func (p people) usersInto(t *testing.T, users map[string]string) {
	t.Helper()
	pool := p.output("Auth", "UserPoolId")
	var listed struct{ Users []map[string]any }
	p.asked(t, "cognito-idp", "ListUsers", map[string]any{"UserPoolId": pool}, &listed)
	for _, user := range listed.Users {
		name := user["Username"].(string)
		var member struct{ Groups []map[string]any }
		p.asked(t, "cognito-idp", "AdminListGroupsForUser", map[string]any{"UserPoolId": pool, "Username": name}, &member)
		users[name] = asJSON(t, user) + " " + asJSON(t, member.Groups)
	}
}

// asJSON is a value as JSON, whose keys are sorted.
func asJSON(t *testing.T, value any) string {
	t.Helper()
	line, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(line)
}

// counts of resources, by stack.
type counts struct{ Added, Changed, Replaced, Removed int }

func counted(p *plan.Plan) map[string]counts {
	all := map[string]counts{}
	for _, s := range p.Stacks {
		all[s.Name] = counts{s.Counts.Added, s.Counts.Changed, s.Counts.Replaced, s.Counts.Removed}
	}
	return all
}

// A resource as CloudFormation made it.
type resource struct{ physical, properties string }

// resources are those that are deployed, by stack and logical id.
func (p people) resources(t *testing.T) map[string]map[string]resource {
	t.Helper()
	all := map[string]map[string]resource{}
	for _, stack := range p.s.Stacks.Stacks() {
		all[stack.Name] = map[string]resource{}
		for _, r := range stack.Resources {
			if r.Status != "DELETE_COMPLETE" {
				all[stack.Name][r.LogicalID] = resource{r.PhysicalID, asJSON(t, r.Properties)}
			}
		}
	}
	return all
}

func changedSince(was, is map[string]map[string]resource) map[string]counts {
	all := map[string]counts{}
	for stack, now := range is {
		c := counts{}
		for id, r := range now {
			before, there := was[stack][id]
			switch {
			case !there:
				c.Added++
			case before.physical != r.physical:
				c.Replaced++
			case before.properties != r.properties:
				c.Changed++
			}
		}
		for id := range was[stack] {
			if _, there := now[id]; !there {
				c.Removed++
			}
		}
		all[stack] = c
	}
	return all
}
