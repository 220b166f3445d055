package outputs_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/outputs"
)

// Whatever outputs.json holds, there is either a valid result or faults that name the file, and
// a result says the same when it is merged into itself.
func FuzzAmplify_readsOutputs(f *testing.F) {
	for _, env := range []string{"dev", "prod", "social"} {
		f.Add(deployment(f, env).Data)
	}
	f.Add([]byte(`{"Lightbox-dev-Auth": {"UserPoolId": null}}`))
	f.Add([]byte(`{"a": [1, {"b": 1e999}]`))
	cfg := settings(f, "dev")
	f.Fuzz(func(t *testing.T, data []byte) {
		from := outputs.File{Name: "outputs.json", Data: data}
		got, err := outputs.Amplify(cfg, from, outputs.File{})
		if err != nil {
			faulty(t, err, "outputs.json")
			return
		}
		again, err := outputs.Amplify(cfg, from, outputs.File{Name: "web.json", Data: got.JSON})
		if err != nil {
			t.Fatalf("not merged into its own result: %v", err)
		}
		if !bytes.Equal(got.JSON, again.JSON) {
			t.Fatal(cmp.Diff(string(got.JSON), string(again.JSON)))
		}
	})
}

// Whatever the existing file holds, there is either a valid result that keeps others' keys as
// they are and says the same a second time, or faults.
func FuzzAmplify_mergesIntoAFile(f *testing.F) {
	dev := written(f, "dev")
	f.Add(dev.Data, true)
	f.Add(dev.Data, false)
	f.Add(with(f, dev, `"custom": {`, `"custom": {"a/b": [1, "<é\u2028\ud800>", {"x": 1.50}],`).Data, false)
	f.Add(with(f, dev, `"version"`, `"$schema": "x", "analytics": {}, "version"`).Data, true)
	f.Add([]byte(`{"version": "1.4", "custom": {"theme": null}}`), true)
	f.Add(written(f, "prod").Data, false)
	cfg := settings(f, "dev")
	whole := deployment(f, "dev")
	part := only(f, whole, "Lightbox-dev-CDN")
	f.Fuzz(func(t *testing.T, data []byte, all bool) {
		from := part
		if all {
			from = whole
		}
		if data == nil {
			data = []byte{}
		}
		got, err := outputs.Amplify(cfg, from, outputs.File{Name: "web.json", Data: data})
		if err != nil {
			faulty(t, err, "web.json")
			return
		}
		again, err := outputs.Amplify(cfg, from, outputs.File{Name: "web.json", Data: got.JSON})
		if err != nil {
			t.Fatalf("not merged into its own result: %v", err)
		}
		if !bytes.Equal(got.JSON, again.JSON) {
			t.Fatal(cmp.Diff(string(got.JSON), string(again.JSON)))
		}
		if diff := cmp.Diff(foreign(t, data), foreign(t, got.JSON)); diff != "" {
			t.Fatalf("others' keys (-before +after):\n%s", diff)
		}
	})
}

// foreign is the text, without spaces between tokens, of each key that is not Lightbox's.
func foreign(t *testing.T, document []byte) map[string]string {
	t.Helper()
	texts := map[string]string{}
	root, custom := map[string]json.RawMessage{}, map[string]json.RawMessage{}
	if err := json.Unmarshal(document, &root); err != nil {
		t.Fatal(err)
	}
	if root["custom"] != nil {
		if err := json.Unmarshal(root["custom"], &custom); err != nil {
			t.Fatal(err)
		}
	}
	for _, ours := range []string{"version", "auth", "data", "storage", "custom"} {
		delete(root, ours)
	}
	delete(custom, "cdn")
	delete(custom, "lightbox")
	for prefix, keys := range map[string]map[string]json.RawMessage{"": root, "custom.": custom} {
		for key, value := range keys {
			var text bytes.Buffer
			if err := json.Compact(&text, value); err != nil {
				t.Fatal(err)
			}
			texts[prefix+key] = text.String()
		}
	}
	return texts
}

// faulty wants every fault in one line that begins with the name of its file.
func faulty(t *testing.T, err error, name string) {
	t.Helper()
	for _, line := range strings.Split(err.Error(), "\n") {
		if !strings.HasPrefix(line, name+":") {
			t.Fatalf("got the fault %q, want it to begin with %s", line, name)
		}
	}
}
