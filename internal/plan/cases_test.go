package plan

import (
	"bytes"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
)

// A scenario is a change of what is deployed.
type scenario struct {
	old, next func(t testing.TB) string // folders of assemblies
	untried   string                    // why the sandbox cannot try it
}

// to is prod as it ships, and then with changes.
func to(changes ...change) scenario {
	return scenario{
		old:  func(t testing.TB) string { return prod(t) },
		next: func(t testing.TB) string { return prod(t, changes...) },
	}
}

// everywhere replaces a text in all templates and in the manifest.
func everywhere(folder func(t testing.TB) string, pairs ...string) func(t testing.TB) string {
	return func(t testing.TB) string {
		t.Helper()
		dir, replacer := folder(t), strings.NewReplacer(pairs...)
		files, err := filepath.Glob(filepath.Join(dir, "*.json"))
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, []byte(replacer.Replace(string(text))), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		return dir
	}
}

// shipped is an environment as it ships.
func shipped(env string) func(t testing.TB) string {
	return func(t testing.TB) string { return deploytest.Assembly(t, "../..", env) }
}

// loose is prod with the settings of dev: what is in it goes with its stacks.
var loose = everywhere(shipped("dev"), "Lightbox-dev-", "Lightbox-prod-", "lightbox-dev-", "lightbox-prod-")

const (
	pool, client, admins = "UserPool6BA7E5F2", "WebClient697086FD", "Admins8B360DEA"
	photos, api          = "PhotosB9552D0D", "GraphQL9562F4A3"
	files, distribution  = "Files8E6940B8", "Distribution830FAC52"
)

func indexes(edit func(list []any) []any, reads func(list []any) []any) change {
	return edited("API", photos, func(r map[string]any) {
		properties := r["Properties"].(map[string]any)
		properties["GlobalSecondaryIndexes"] = edit(properties["GlobalSecondaryIndexes"].([]any))
		replica := properties["Replicas"].([]any)[0].(map[string]any)
		replica["GlobalSecondaryIndexes"] = reads(replica["GlobalSecondaryIndexes"].([]any))
	})
}

func same(list []any) []any { return list }

// withoutAttribute takes an attribute out of the definitions of the keys.
func withoutAttribute(name string) change {
	return edited("API", photos, func(r map[string]any) {
		properties := r["Properties"].(map[string]any)
		properties["AttributeDefinitions"] = slices.DeleteFunc(properties["AttributeDefinitions"].([]any), func(a any) bool {
			return a.(map[string]any)["AttributeName"] == name
		})
	})
}

func index(name, hash string) map[string]any {
	return map[string]any{
		"IndexName": name, "KeySchema": []any{map[string]any{"AttributeName": hash, "KeyType": "HASH"}},
		"Projection": map[string]any{"ProjectionType": "ALL"},
	}
}

// scenarios are those of the golden files, by their names.
var scenarios = map[string]scenario{
	"nothing changes":             to(),
	"user pool renamed":           to(renamed("Auth/UserPool", pool)),
	"client renamed":              to(renamed("Auth/WebClient", client)),
	"group renamed":               to(renamed("Identity/Admins", admins)),
	"identity pool renamed":       to(renamed("Identity/IdentityPool", "IdentityPoolEC8A1A0D")),
	"bucket renamed":              to(renamed("FileStorage/Files", files)),
	"distribution renamed":        to(renamed("CDN/Distribution", distribution)),
	"origin access renamed":       to(renamed("CDN/OriginAccess", "OriginAccess8057296B")),
	"table renamed":               to(renamed("API/Photos", photos)),
	"API renamed":                 to(renamed("API/GraphQL", api)),
	"stream renamed":              to(renamed("API/RemoverPhotosStream", "RemoverPhotosStream")),
	"name of the group changed":   to(set("Identity", admins, "GroupName", "Owners")),
	"aliases changed":             to(set("Auth", pool, "AliasAttributes", []any{"email", "preferred_username"})),
	"case of user names changed":  to(set("Auth", pool, "UsernameConfiguration", map[string]any{"CaseSensitive": true})),
	"attribute required":          to(set("Auth", pool, "Schema", []any{map[string]any{"Name": "email", "AttributeDataType": "String", "Required": true, "Mutable": true}})),
	"attribute added":             to(set("Auth", pool, "Schema", []any{map[string]any{"Name": "shop", "AttributeDataType": "String", "Mutable": true}})),
	"secret of the client":        to(set("Auth", client, "GenerateSecret", true)),
	"bucket named":                to(set("FileStorage", files, "BucketName", "pictures-of-the-shop")),
	"key of a table changed":      to(set("API", photos, "KeySchema", []any{map[string]any{"AttributeName": "row", "KeyType": "HASH"}, map[string]any{"AttributeName": "photoId", "KeyType": "RANGE"}})),
	"index added":                 to(indexes(func(l []any) []any { return append(l, index("byDay", "createdAt")) }, same)),
	"index removed":               to(indexes(func(l []any) []any { return l[1:] }, func(l []any) []any { return l[1:] }), withoutAttribute("owner")),
	"two indexes":                 to(indexes(func(l []any) []any { return append(l[1:], index("byDay", "createdAt"), index("byRow", "row")) }, func(l []any) []any { return l[1:] })),
	"key of an index changed":     to(indexes(func(l []any) []any { return append(l[1:], index("byAuthor", "row")) }, same)),
	"stream shows less":           to(set("API", photos, "StreamSpecification", map[string]any{"StreamViewType": "KEYS_ONLY"})),
	"backups off":                 to(edited("API", photos, func(r map[string]any) { delete(replicaOf(r), "PointInTimeRecoverySpecification") })),
	"table taken out":             withoutTable(shipped("prod")),
	"table taken out and deleted": withoutTable(shipped("dev")),
	"CDN becomes another stack": {
		old: shipped("prod"), next: everywhere(shipped("prod"), "Lightbox-prod-CDN", "Lightbox-prod-Images", `"CDN":`, `"Images":`, `["CDN"`, `["Images"`, `"CDN",`, `"Images",`),
	},
	"Auth becomes another stack": {
		old: shipped("prod"), next: everywhere(shipped("prod"), "Lightbox-prod-Auth", "Lightbox-prod-People", `"Auth":`, `"People":`, `"Auth"]`, `"People"]`, `"Auth",`, `"People",`),
	},
	"another region": {
		old: shipped("prod"), next: everywhere(shipped("prod"), "us-east-1", "eu-west-1"), untried: "the sandbox has one region",
	},
	"another region and names of before": {
		old:     everywhere(shipped("prod"), "lightbox-prod-us-east-1", "lightbox-prod"),
		next:    everywhere(shipped("prod"), "lightbox-prod-us-east-1", "lightbox-prod", "us-east-1", "eu-west-1"),
		untried: "the sandbox has one region",
	},
	"a region without AppSync": {
		old: shipped("prod"), next: everywhere(shipped("prod"), "us-east-1", "mx-central-1"), untried: "the sandbox has one region",
	},
	"environment taken out":   {old: shipped("dev"), next: shipped("prod")},
	"settings of dev to prod": {old: loose, next: shipped("prod")},
	"settings of prod to dev": {old: shipped("prod"), next: loose},
	"CDK upgraded": {
		old:  shipped("dev"), // which has a function of the CDK's own
		next: func(t testing.TB) string { return deploytest.Assembly(t, "../..", "dev", upgraded) },
	},
}

func replicaOf(resource map[string]any) map[string]any {
	return resource["Properties"].(map[string]any)["Replicas"].([]any)[0].(map[string]any)
}

// withoutTable is an environment whose API lacks a table that nothing refers to, and had it before.
func withoutTable(folder func(testing.TB) string) scenario {
	extra := func(t testing.TB) string {
		dir := folder(t)
		file := filepath.Join(dir, "API.template.json")
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = edited("API", photos, func(r map[string]any) {})("API", text)
		text = withCopy(text)
		if err := os.WriteFile(file, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	return scenario{old: extra, next: folder}
}

// withCopy adds the table Drafts, which is like the one of photos.
func withCopy(template []byte) []byte {
	all := decoded(template)
	resources := all["Resources"].(map[string]any)
	table := maps.Clone(resources[photos].(map[string]any))
	table["Metadata"] = map[string]any{"aws:cdk:path": "API/Drafts/Resource"}
	resources["Drafts01234567"] = table
	return encoded(all)
}

// upgraded is what an awscdk changes: hashes of assets, runtimes of its own functions, and metadata.
func upgraded(stack string, template []byte) []byte {
	all := decoded(template)
	for _, resource := range all["Resources"].(map[string]any) {
		r := resource.(map[string]any)
		r["Metadata"].(map[string]any)["aws:cdk:version"] = "next"
		properties, _ := r["Properties"].(map[string]any)
		if runtime, _ := properties["Runtime"].(string); strings.HasPrefix(runtime, "nodejs") {
			properties["Runtime"] = "nodejs26.x"
			properties["Code"].(map[string]any)["S3Key"] = strings.Repeat("0", 64) + ".zip"
		}
	}
	return encoded(all)
}

func TestPlans_areGolden(t *testing.T) {
	for _, name := range slices.Sorted(maps.Keys(scenarios)) {
		t.Run(name, func(t *testing.T) {
			s := scenarios[name]
			p := compare(t, s.old(t), s.next(t))
			golden(t, name, p)
			readable(t, p)
		})
	}
}

// readable looks for an id that stands twice in a stack, so that accepting one would accept another, and for a line that is
// wider than a terminal though it has no value.
func readable(t *testing.T, p *Plan) {
	t.Helper()
	for _, stack := range p.Stacks {
		seen := map[string]bool{}
		for _, f := range stack.Findings {
			if seen[f.ID] {
				t.Errorf("%s: got %s twice", stack.Name, f.ID)
			}
			seen[f.ID] = true
		}
	}
	var b strings.Builder
	if err := p.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		value := strings.HasPrefix(line, "      ") && strings.ContainsAny(line, `{[:"`)
		if width := len([]rune(strings.TrimRight(line, "\n"))); width > columns && !value {
			t.Errorf("got %d columns: %s", width, line)
		}
	}
}

// Each construct that has a resource, given another id: one line of what is foretold.
func TestPlans_ofEachConstructRenamedAreGolden(t *testing.T) {
	var b bytes.Buffer
	old := open(t, prod(t))
	for _, stack := range old.Stacks {
		for id, r := range stack.Template.Resources.All() {
			path := strings.TrimSuffix(r.Construct, "/Resource")
			p, err := Compare(old, open(t, prod(t, renamed(path, id))), Options{})
			if err != nil {
				t.Fatal(err)
			}
			writeLine(&b, path, p)
		}
	}
	compareFile(t, "each-construct-renamed.txt", b.String())
}

func writeLine(b *bytes.Buffer, name string, p *Plan) {
	var ids []string
	for _, f := range p.All() {
		if id, _, _ := strings.Cut(f.ID, "/"); !slices.Contains(ids, id) || f.Loss {
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		ids = []string{"fine"}
	}
	b.WriteString(name + "\n  " + strings.Join(ids, "\n  ") + "\n")
}
