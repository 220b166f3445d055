package schema

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestTable_saysWhenAndWhereItIsFrom(t *testing.T) {
	table := Current()
	if day, err := time.Parse(time.DateOnly, table.Date); err != nil || day.Year() < 2026 {
		t.Errorf("got the date %q (%v), want that of the schemas", table.Date, err)
	}
	if !strings.HasPrefix(table.Source, "cfn-lint 1.") {
		t.Errorf("got the source %q, want a version of cfn-lint", table.Source)
	}
}

// Controls, by AWS's pages of the types: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/.
func TestTable_saysWhatAWSsPagesSay(t *testing.T) {
	table := Current()
	has := func(kind, what string, list []string, path string, want bool) {
		t.Helper()
		if slices.Contains(list, path) != want {
			t.Errorf("%s: got %s %q among %v: %v, want %v", kind, what, path, list, !want, want)
		}
	}
	bucket, pool, role := table.Types["AWS::S3::Bucket"], table.Types["AWS::Cognito::UserPool"], table.Types["AWS::IAM::Role"]
	has("bucket", "create-only", bucket.CreateOnly, "BucketName", true)
	has("bucket", "create-only", bucket.CreateOnly, "VersioningConfiguration", false)
	has("bucket", "read-only", bucket.ReadOnly, "Arn", true)
	has("bucket", "statuses", bucket.Properties["VersioningConfiguration.Status"].Enum, "Suspended", true)
	has("bucket", "what a rule must have", bucket.Properties["LifecycleConfiguration.Rules.*"].Required, "Status", true)
	has("global table", "create-only", table.Types["AWS::DynamoDB::GlobalTable"].CreateOnly, "TableName", true)
	has("global table", "conditional", table.Types["AWS::DynamoDB::GlobalTable"].ConditionalCreateOnly, "KeySchema", true)
	has("group", "create-only", table.Types["AWS::Cognito::UserPoolGroup"].CreateOnly, "GroupName", true)
	has("client", "create-only", table.Types["AWS::Cognito::UserPoolClient"].CreateOnly, "GenerateSecret", true)
	has("pool", "MFA", pool.Properties["MfaConfiguration"].Enum, "OPTIONAL", true)
	has("pool", "required", table.Types["AWS::Cognito::UserPoolGroup"].Required, "UserPoolId", true)
	has("function", "write-only", table.Types["AWS::Lambda::Function"].WriteOnly, "Code.ZipFile", true)
	if got, want := table.Types["AWS::Cognito::UserPoolGroup"].PrimaryIdentifier, []string{"UserPoolId", "GroupName"}; !slices.Equal(got, want) {
		t.Errorf("a group is imported by %v, want %v", got, want)
	}
	if bucket.TagProperty != "Tags" || pool.TagProperty != "UserPoolTags" || table.Types["AWS::S3::BucketPolicy"].TagProperty != "" {
		t.Errorf("got tags %q, %q and of a policy %q", bucket.TagProperty, pool.TagProperty, table.Types["AWS::S3::BucketPolicy"].TagProperty)
	}
	if got := role.Read; got == nil || !slices.Contains(got.Permissions, "iam:GetRole") || table.Types["AWS::IAM::Policy"].Read != nil {
		t.Errorf("a role is read by %+v, want iam:GetRole among it, and no handler that reads AWS::IAM::Policy", got)
	}
	if got := table.Types["AWS::Cognito::UserPoolGroup"].List; got == nil || !slices.Equal(got.Required, []string{"UserPoolId"}) {
		t.Errorf("groups are listed by %+v, want UserPoolId required", got)
	}
	if age := role.Properties["MaxSessionDuration"]; age.Min != "3600" || age.Max != "43200" || !slices.Equal(age.Type, []string{"integer"}) {
		t.Errorf("a role's MaxSessionDuration: got %+v, want an integer from 3600 to 43200", age)
	}
	if name := table.Types["AWS::AppSync::DataSource"].Properties["Name"]; name.Pattern != "^[_A-Za-z][_0-9A-Za-z]*$" {
		t.Errorf("a data source's Name: got %+v, want its pattern", name)
	}
}

func TestTable_hasTheRegionsWithWhatTheyLack(t *testing.T) {
	regions := Current().Regions
	for _, region := range []string{"ap-east-2", "mx-central-1"} {
		if got := regions[region]; !slices.Contains(got, "AWS::AppSync::GraphQLApi") || slices.Contains(got, "AWS::S3::Bucket") {
			t.Errorf("%s: lacks %v, want AppSync and not S3 among it", region, got)
		}
	}
	for _, region := range []string{"eu-central-1", "us-east-1"} {
		if got, ok := regions[region]; !ok || len(got) > 0 {
			t.Errorf("%s: lacks %v (known: %v), want nothing", region, got, ok)
		}
	}
	if _, ok := regions["sam"]; ok || len(regions) < 30 {
		t.Errorf("got %d regions (sam among them: %v), want those of AWS", len(regions), ok)
	}
}

// Each path that a type lists is one of its properties, and what is above a property is one too.
func TestTable_listsOnlyPathsThatThereAre(t *testing.T) {
	for name, kind := range Current().Types {
		for _, path := range slices.Concat(kind.CreateOnly, kind.ConditionalCreateOnly, kind.ReadOnly, kind.WriteOnly, kind.PrimaryIdentifier,
			kind.Required, Immutable(name)) {
			if _, ok := kind.Properties[path]; !ok {
				t.Errorf("%s.%s: is listed, want it among the properties", name, path)
			}
		}
		for path := range kind.Properties {
			if dot := strings.LastIndex(path, "."); dot > 0 && kind.Properties[path[:dot]].Type == nil {
				t.Errorf("%s.%s: got no %s", name, path, path[:dot])
			}
		}
	}
}

// What is by hand is of the types in the table, and each row has its page.
func TestHandMade_isOfTheTypesInUse(t *testing.T) {
	types := slices.Sorted(maps.Keys(Current().Types))
	if got := slices.Sorted(maps.Keys(names)); !slices.Equal(got, types) {
		t.Errorf("names: got %v, want %v: how far do the names of each reach?", got, types)
	}
	pages := map[string]string{}
	for kind, row := range names {
		pages[kind+"'s names"] = row.page
	}
	for kind, row := range unsaid {
		pages[kind+" can't be changed"] = row.page
		if !slices.Contains(types, kind) {
			t.Errorf("unsaid: %s is not in the table", kind)
		}
		for _, path := range slices.Concat(row.replaced, row.refused) {
			if by := Current().Types[kind]; slices.Contains(slices.Concat(by.CreateOnly, by.ConditionalCreateOnly), path) {
				t.Errorf("unsaid: the schema of %s says %s by now, want the row gone", kind, path)
			}
		}
	}
	for kind, row := range once {
		pages[kind+" is there once"] = row.page
		for _, path := range row.paths {
			if _, ok := Current().Types[kind].Properties[path]; !ok {
				t.Errorf("once: %s.%s is not in the table", kind, path)
			}
		}
	}
	for kind, row := range inPlace {
		pages[kind+" is changed in place"] = row.page
		for _, top := range row.paths {
			if !slices.ContainsFunc(Current().Types[kind].ConditionalCreateOnly, func(path string) bool { return strings.HasPrefix(path, top+".") }) {
				t.Errorf("inPlace: the schema of %s says nothing of %s, want the row gone", kind, top)
			}
		}
	}
	for row, page := range pages {
		if !strings.HasPrefix(page, "https://docs.aws.amazon.com/") {
			t.Errorf("%s: got the page %q, want AWS's", row, page)
		}
	}
}

// Names closes over the schemas: somebody has looked up each property that may be a name.
func TestNames_areAllThatMayBeNames(t *testing.T) {
	for kind, of := range Current().Types {
		known, _ := Names(kind)
		var got []string
		for path := range of.Properties {
			top, _, _ := strings.Cut(path, ".")
			if IsNameLike(path) && strings.Count(path, ".") < 2 && !slices.Contains(of.ReadOnly, top) && !slices.Contains(of.ReadOnly, path) {
				got = append(got, path)
			}
		}
		slices.Sort(got)
		if want := slices.Sorted(maps.Keys(known)); !slices.Equal(got, want) {
			t.Errorf("%s: got the names %v in the schema, and know %v", kind, got, want)
		}
	}
	if _, ok := Names("AWS::CloudFront::CachePolicy"); ok {
		t.Error("a type that is not in use: got its names known")
	}
	if !IsNameLike("CachePolicyConfig.Name") || IsNameLike("DistributionConfig.Comment") {
		t.Error("want the end of a path to tell a name")
	}
}

func TestImmutable_hasWhatTheSchemasDoNotSay(t *testing.T) {
	for kind, want := range map[string]struct {
		path              string
		replaces, refuses bool
	}{
		"AWS::S3::Bucket":             {"BucketName", true, true},
		"AWS::DynamoDB::GlobalTable":  {"KeySchema", true, true},
		"AWS::AppSync::GraphQLSchema": {"ApiId", true, true},
		"AWS::Cognito::UserPool":      {"UsernameAttributes", false, true}, // an update fails
		"AWS::IAM::Policy":            {"PolicyName", false, false},
	} {
		if got := slices.Contains(Replaces(kind), want.path); got != want.replaces {
			t.Errorf("%s.%s: a change makes a new one: got %v, want %v", kind, want.path, got, want.replaces)
		}
		if got := slices.Contains(Immutable(kind), want.path); got != want.refuses {
			t.Errorf("%s.%s: can't be changed: got %v, want %v", kind, want.path, got, want.refuses)
		}
	}
	if got := Immutable("AWS::CloudFront::CachePolicy"); len(got) > 0 {
		t.Errorf("a type that is not in use: got %v", got)
	}
}

func TestIdentities_areWhatThereIsOnce(t *testing.T) {
	for kind, want := range map[string][]string{
		"AWS::Cognito::UserPoolGroup":              {"UserPoolId+GroupName in parent"}, // a primary identifier that a template sets
		"AWS::Cognito::UserPoolClient":             nil,                                // one that AWS makes
		"AWS::Lambda::EventSourceMapping":          {"EventSourceArn+FunctionName in parent"},
		"AWS::CloudFront::OriginAccessControl":     {"OriginAccessControlConfig.Name in account"},
		"AWS::Logs::LogGroup":                      {"LogGroupName in region"},
		"AWS::Cognito::UserPoolDomain":             {"Domain in global", "UserPoolId in parent"},
		"AWS::Cognito::UserPool":                   nil, // a label
		"AWS::CloudFront::CachePolicy":             nil, // not in use
		"AWS::Cognito::IdentityPoolRoleAttachment": {"IdentityPoolId in parent"},
	} {
		var got []string
		for _, identity := range Identities(kind) {
			got = append(got, strings.Join(identity.Paths, "+")+" in "+string(identity.Scope))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", kind, got, want)
		}
	}
}

func TestRenews_leavesOutWhatIsChangedInPlace(t *testing.T) {
	const api, pool = "AWS::AppSync::GraphQLApi", "UserPoolConfig.UserPoolId"
	if !slices.Contains(Replaces(api), pool) || slices.Contains(Renews(api), pool) || !slices.Contains(Renews(api), "ApiType") {
		t.Errorf("%s: Replaces %v, Renews %v, want %s in the former alone", api, Replaces(api), Renews(api), pool)
	}
	if !slices.Contains(Renews("AWS::DynamoDB::GlobalTable"), "KeySchema") {
		t.Error("want the key of a table among what makes a new one")
	}
	if got := Refuses("AWS::Cognito::UserPool"); !slices.Contains(got, "AliasAttributes") || len(Refuses("AWS::S3::Bucket")) > 0 {
		t.Errorf("a user pool refuses %v, want aliases among it, and nothing of a bucket", got)
	}
}

func TestSame_isWhatCloudFormationTakesForTheSame(t *testing.T) {
	for _, test := range []struct {
		a, b any
		want bool
	}{
		{1.0, "1", true}, {true, "true", true}, {nil, nil, true}, {nil, "", false}, {"a", []any{"a"}, false},
		{[]any{1.0, "b"}, []any{"1", "b"}, true}, {[]any{"a"}, []any{"a", "b"}, false},
		{map[string]any{"A": 1.0}, map[string]any{"A": "1"}, true}, {map[string]any{"A": 1.0}, map[string]any{"B": 1.0}, false},
	} {
		if got := Same(test.a, test.b); got != test.want {
			t.Errorf("%v and %v: got %v, want %v", test.a, test.b, got, test.want)
		}
	}
	value := map[string]any{"A": []any{map[string]any{"B": "x"}, map[string]any{}}}
	if got := At(value, "A.B"); !Same(got, []any{"x", nil}) || At(value, "C.D") != nil {
		t.Errorf("got %v and %v, want what each item has, and nothing", got, At(value, "C.D"))
	}
}
