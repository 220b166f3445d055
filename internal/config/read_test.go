package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// write puts a text into a file of its own, named cdk.json.
func write(t *testing.T, text string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "cdk.json")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

const twoEnvironments = `{
  "app": "go run .",
  "context": {
    "env": "prod",
    "environments": {
      "dev": {"region": "eu-west-1", "webOrigins": ["https://dev.example.com"]},
      "prod": {"region": "us-east-1", "webOrigins": ["https://www.example.com"]}
    }
  }
}`

func TestRead_choosesTheEnvironment(t *testing.T) {
	for _, test := range []struct{ name, text, env, want string }{
		{"the one that is asked for", twoEnvironments, "dev", "dev"},
		{"else that of the context", twoEnvironments, "", "prod"},
		{"else dev", strings.Replace(twoEnvironments, `"env": "prod",`, "", 1), "", "dev"},
	} {
		t.Run(test.name, func(t *testing.T) {
			cfg, err := Read(write(t, test.text), test.env)
			if err != nil {
				t.Fatal(err)
			}
			if cfg.Env != test.want || cfg.WebOrigins == nil {
				t.Errorf("got %+v, want the settings of %s", cfg, test.want)
			}
		})
	}
}

func TestRead_readsWhatLoadReads(t *testing.T) {
	read, err := Read(write(t, twoEnvironments), "prod")
	if err != nil {
		t.Fatal(err)
	}
	loaded, err := Load(contextOf(t, `{"env": "prod", "environments": {"prod": {"region": "us-east-1", "webOrigins": ["https://www.example.com"]}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(loaded, read); diff != "" {
		t.Errorf("settings (-loaded +read):\n%s", diff)
	}
}

func TestRead_namesTheFileInEveryFault(t *testing.T) {
	for _, test := range []struct {
		name, text, env string
		want            []string // without the file's name
	}{
		{"two faults", `{"context": {"environments": {"dev": {"regoin": "x", "webOrigins": ["https://x.example"]}}}}`, "", []string{
			`: environments.dev.region: got nothing, want a region, as in "eu-west-1"`,
			`: environments.dev: got the unknown key "regoin", want a known key; did you mean "region"?`,
		}},
		{"an unknown environment", twoEnvironments, "prod2", []string{`: env: got "prod2", want one of "dev", "prod"; did you mean "prod"?`}},
		{"no context", `{}`, "", []string{`: env: got "dev", want an environment of that name under environments, which has none`}},
		{"a context of another type", `{"context": []}`, "", []string{`: context: got an array, want an object`}},
		{"another document", `[]`, "", []string{`: got an array, want an object`}},
		{"null", `null`, "", []string{`: got null, want an object`}},
		{"an empty file", ``, "", []string{`: got an empty file, want an object`}},
		{"blanks alone", " \n\t\r\n", "", []string{`: got an empty file, want an object`}},
		{"a comma too many", "{\n  \"context\": {\n    \"env\": \"dev\",\n  }\n}", "", []string{`:4:3: invalid character '}' looking for beginning of object key string`}},
		{"a fault in the first byte", `?`, "", []string{`:1:1: invalid character '?' looking for beginning of value`}},
		{"a truncated file", "{\n  \"context\": {", "", []string{`:2:14: unexpected end of JSON input`}},
		{"a comma too many in a list", `{"a": [1, 2,]}`, "", []string{`:1:13: invalid character ']' looking for beginning of value`}},
		{"a comment", "{\n  // why\n}", "", []string{`:2:3: invalid character '/' looking for beginning of object key string`}},
		{"UTF-16", "\xff\xfe{\x00}\x00", "", []string{`: got a text with zero bytes or the mark of UTF-16, want UTF-8`}},
		{"UTF-16 the other way around", "\xfe\xff\x00{\x00}", "", []string{`: got a text with zero bytes or the mark of UTF-16, want UTF-8`}},
		{"UTF-16 without a mark", "{\x00}\x00", "", []string{`: got a text with zero bytes or the mark of UTF-16, want UTF-8`}},
		{"Latin-1", "{\n \"tags\": \"Z\xfcrich\"}", "", []string{`:2:12: got a byte that is not UTF-8, want UTF-8`}},
		{"two marks", "\xef\xbb\xbf\xef\xbb\xbf{}", "", []string{`:1:1: invalid character 'ï' looking for beginning of value`}},
		{"a key twice", "{\n  \"app\": \"a\",\n  \"app\": \"b\"\n}", "", []string{`:3:3: got the key app for the second time, first in line 2, want it once`}},
		{"keys twice, deep and escaped", "{\"context\": {\n \"x y\": [0, {\"a\": 1, \"\\u0061\": 2, \"a\": 3}],\n \"environments\": {\"dev\": {}, \"dev\": {}}}}", "", []string{
			`:2:22: got the key context["x y"][1].a for the second time, first in line 2, want it once`,
			`:2:35: got the key context["x y"][1].a for the second time, first in line 2, want it once`,
			`:3:30: got the key context.environments.dev for the second time, first in line 3, want it once`,
		}},
		{"keys with quotes twice", `{"a\\\"b": 1, "a\\\"b": 2}`, "", []string{`:1:15: got the key ["a\\\"b"] for the second time, first in line 1, want it once`}},
		{"a second document", "{}\n{}", "", []string{`:2:1: invalid character '{' after top-level value`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			file := write(t, test.text)
			cfg, err := Read(file, test.env)
			var want []string
			for _, line := range test.want {
				want = append(want, file+line)
			}
			if diff := cmp.Diff(want, faultsOf(err)); diff != "" {
				t.Errorf("faults (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(Config{}, cfg); diff != "" {
				t.Errorf("settings (-want +got):\n%s", diff)
			}
		})
	}
}

// As the CDK CLI does.
func TestRead_skipsAByteOrderMark(t *testing.T) {
	plain, err := Read(write(t, twoEnvironments), "dev")
	if err != nil {
		t.Fatal(err)
	}
	marked, err := Read(write(t, "\xef\xbb\xbf"+twoEnvironments), "dev")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(plain, marked); diff != "" {
		t.Errorf("settings (-plain +marked):\n%s", diff)
	}
}

func TestRead_namesAFileThatIsMissing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "cdk.json")
	_, err := Read(file, "")
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), file) {
		t.Errorf("got %v, want a fault that names %s", err, file)
	}
}

// The file that ships is what a team begins with; prod must lose nothing and
// be open to nobody.
func TestRead_acceptsTheSettingsThatShip(t *testing.T) {
	const shipped = "../../cdk.json"
	dev, err := Read(shipped, "dev")
	if err != nil {
		t.Fatal(err)
	}
	// Where tools for front ends serve: the sandbox lets these pages call it.
	local := []string{"http://localhost:3000", "http://localhost:4200", "http://localhost:5173", "http://localhost:8080", "http://localhost:8081"}
	if diff := cmp.Diff(local, dev.WebOrigins); diff != "" {
		t.Errorf("origins of dev (-want +got):\n%s", diff)
	}
	prod, err := Read(shipped, "prod")
	if err != nil {
		t.Fatal(err)
	}
	if prod.RemoveData || prod.AllowDeletion || prod.OpenOrigins || prod.Introspection {
		t.Errorf("prod: got %+v, want nothing removed, deletable or open", prod)
	}
}
