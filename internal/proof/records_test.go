package proof

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// leaves changes every text, number and truth value inside a value, one after another, and puts it back after a look.
func leaves(path string, v reflect.Value, look func(path string)) {
	changed := func(of reflect.Value) {
		was := reflect.ValueOf(of.Interface())
		switch of.Kind() {
		case reflect.String:
			of.SetString("1" + of.String()) // a json.Number as well
		case reflect.Bool:
			of.SetBool(!of.Bool())
		case reflect.Float64:
			of.SetFloat(of.Float() + 1)
		case reflect.Uint8, reflect.Uint32:
			of.SetUint(of.Uint() + 1)
		default:
			of.SetInt(of.Int() + 1)
		}
		look(path)
		of.Set(was)
	}
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[system.Role]() {
			return // which is left out
		}
		for i := range v.NumField() {
			leaves(path+"."+v.Type().Field(i).Name, v.Field(i), look)
		}
	case reflect.Slice:
		for i := range v.Len() {
			leaves(fmt.Sprintf("%s.%d", path, i), v.Index(i), look)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			was, inner := v.MapIndex(key), reflect.New(v.Type().Elem()).Elem()
			inner.Set(was)
			leaves(fmt.Sprint(path, ".", key), inner, func(path string) {
				v.SetMapIndex(key, inner)
				look(path)
			})
			v.SetMapIndex(key, reflect.Value{})
			look(path + " without " + key.String())
			v.SetMapIndex(key, was)
		}
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		inner := reflect.New(v.Elem().Type()).Elem()
		inner.Set(v.Elem())
		was := v.Elem()
		leaves(path, inner, func(path string) {
			v.Set(inner)
			look(path)
		})
		v.Set(was)
	default:
		changed(v)
	}
}

// Whatever the trials are given is in what their results are kept by: a change of any of it is another digest, and no two
// changes are one. Compare records, which give trials nothing else.
func TestRecords_areByAllThatTrialsAreGiven(t *testing.T) {
	shipped := prooftest.Shipped(t, "prod").API
	given := struct {
		API   system.API
		Field access.Field
	}{Field: access.Fields()[slices.IndexFunc(access.Fields(), func(f access.Field) bool { return f.Name == "createPhoto" })]}
	given.API = staged(shipped, resolversOf(shipped, "Mutation.createPhoto")...)
	given.API.Schema = shipped.Schema
	given.API.Properties["EnvironmentVariables"] = map[string]any{"NAME": "value"}
	digests := map[digest]string{}
	look := func(path string) {
		of, err := digestOf(given)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := digests[of]; twice {
			t.Errorf("%s: got the digest of %s, want one of its own", path, other)
		}
		digests[of] = path
	}
	look("as it ships")
	leaves("given", reflect.ValueOf(&given).Elem(), look)
	for _, want := range []string{
		"given.API.Schema", "given.API.SchemaAt.Path", "given.API.At.LogicalID", "given.API.Properties.EnvironmentVariables.NAME",
		"given.API.Resolvers.0.Code", "given.API.Resolvers.0.Steps.0.Code", "given.API.Resolvers.0.Steps.0.Source", "given.API.Resolvers.0.At.Path",
		"given.API.Tables.Photos.Name", "given.API.Tables.Photos.Properties.KeySchema.0.AttributeName", "given.Field.Changes.0", "given.Field.May." + string(access.New),
	} {
		if !slices.ContainsFunc(slices.Collect(maps.Values(digests)), func(path string) bool { return path == want }) {
			t.Errorf("%s: got no look at it, want one", want)
		}
	}
	if role := shipped.Tables["Photos"].Role.ARN; role == "" || given.API.Tables["Photos"].Role.ARN != "" {
		t.Errorf("the role of a table: got %q as it ships and %q staged, want it left out", role, given.API.Tables["Photos"].Role.ARN)
	}
}

// made are the ids that each run makes anew.
var made = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`)

// What is kept is what trials come to that know of nothing before them, whatever of an API is changed.
func TestRecords_sayWhatTrialsWithoutThemSay(t *testing.T) {
	some := slices.DeleteFunc(access.Fields(), func(f access.Field) bool {
		return !slices.Contains([]string{"createPhoto", "listProducts", "deleteProduct", "onProductWithdrawn"}, f.Name)
	})
	trials := func(a system.API, r *records) string {
		found, calls, err := runTrials(a, some, r)
		if err != nil {
			t.Fatal(err)
		}
		return made.ReplaceAllString(fmt.Sprint(found, branchesOf(a, calls)), "ID")
	}
	worn := newRecords(appsyncjs.Compile) // by every case before
	shipped := prooftest.Shipped(t, "prod").API
	as := trials(shipped, worn)
	for _, test := range []struct {
		name   string
		change func(a *system.API)
	}{
		{"code that the scene is made by", func(a *system.API) { recode(a, "API/createPhoto/Resource", "uploadedBy: username", "uploadedBy: 7") }},
		{"code of a query", func(a *system.API) { recode(a, "API/Query.listProducts/Resource", `"LIVE"`, `"DRAFT"`) }},
		{"code of a mutation that is heard", func(a *system.API) {
			recode(a, "API/Mutation.deleteProduct/Resource", "return { id: ctx.args.id, wasLive", "return ctx.args.id ? { id: ctx.args.id, wasLive: false } : { id: ctx.args.id, wasLive")
		}},
		{"code of a subscription", func(a *system.API) {
			recode(a, "API/Subscription.onProductWithdrawn/Resource", "eq: true", "in: [true, false]")
		}},
		{"another name of a table", func(a *system.API) {
			table := a.Tables["Photos"]
			table.Name += "2"
			a.Tables["Photos"] = table
		}},
		{"the schema", func(a *system.API) { a.Schema = strings.Replace(a.Schema, "isLive: Boolean!", "isLive: Int!", 1) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			a := prooftest.Shipped(t, "prod").API
			test.change(&a)
			got, want := trials(a, worn), trials(a, newRecords(appsyncjs.Compile))
			if got != want {
				t.Errorf("got %s from what was kept, want %s", got, want)
			}
			if got == as {
				t.Errorf("got %s, want another answer than as it ships", got)
			}
		})
	}
	if again := trials(shipped, worn); again != as {
		t.Errorf("at last: got %s as it ships, want %s", again, as)
	}
}

// recode replaces a text in the code of a resolver or of a function, which has to have it.
func recode(a *system.API, path, from, to string) {
	found := false
	step := func(at system.At, code *string) {
		if at.Path == path {
			found = strings.Contains(*code, from)
			*code = strings.Replace(*code, from, to, 1)
		}
	}
	for i := range a.Resolvers {
		step(a.Resolvers[i].At, &a.Resolvers[i].Code)
		for j := range a.Resolvers[i].Steps {
			step(a.Resolvers[i].Steps[j].At, &a.Resolvers[i].Steps[j].Code)
		}
	}
	if !found {
		panic(path + ": got no " + from + " in its code")
	}
}

// A result is asked for once; what nobody asked for in a long time goes first.
func TestMemo_keepsWhatWasAskedForLast(t *testing.T) {
	m, done := memo[int]{most: 2}, []int(nil)
	ask := func(number int) {
		if got := m.of(digest{byte(number)}, func() int { done = append(done, number); return number }); got != number {
			t.Errorf("got %d, want %d", got, number)
		}
	}
	for _, number := range []int{1, 2, 1, 3, 1, 2} {
		ask(number)
	}
	if want := []int{1, 2, 3, 2}; !slices.Equal(done, want) || len(m.kept) != 2 {
		t.Errorf("got %v done and %d kept, want %v and 2", done, len(m.kept), want)
	}
}
