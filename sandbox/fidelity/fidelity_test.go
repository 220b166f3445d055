package fidelity_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/fidelity"
)

var (
	get   = fidelity.Operation{Service: "s3", Name: "GetObject"}
	put   = fidelity.Operation{Service: "s3", Name: "PutObject"}
	other = fidelity.Difference{What: "a thing is another", Page: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html"}
)

func TestTally_countsCasesForEachOperation(t *testing.T) {
	tally := fidelity.NewTally("mint", "v1")
	tally.Agreed(get, put)
	tally.Agreed(put)
	tally.Differs(put, other)
	tally.Differs(put, other)
	tally.Refused()
	want := fidelity.Record{Judge: "mint", Version: "v1", Cases: 5, Agreed: 2, Refused: 1, Scores: []fidelity.Score{
		{Service: "s3", Operation: "GetObject", Cases: 1, Agreed: 1},
		{Service: "s3", Operation: "PutObject", Cases: 4, Agreed: 2, Differences: []fidelity.Difference{other}},
	}}
	if diff := cmp.Diff(want, tally.Record()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestTally_isReadAsItIsSaved(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("LIGHTBOX_FIDELITY", folder)
	tally := fidelity.NewTally("mint", "v1")
	tally.Agreed(get)
	tally.Differs(put, other)
	tally.Save(t)
	got, err := fidelity.Read(folder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]fidelity.Record{tally.Record()}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A record that was written by hand, or by a judge who says too little, is none.
func TestRead_refusesWhatNoRunWrites(t *testing.T) {
	good := `{"judge": "mint", "version": "v1", "cases": 2, "agreed": 1, "scores": [{"service": "s3", "operation": "GetObject", "cases": 2, "agreed": 1,
		"differences": [{"what": "x", "page": "https://docs.aws.amazon.com/x"}]}]}`
	for name, test := range map[string]struct{ old, new, want string }{
		"control":               {"", "", ""},
		"an unknown judge":      {`"mint"`, `"friend"`, "got no judge of that name"},
		"no version":            {`"v1"`, `""`, "got no version"},
		"more agreed than all":  {`"cases": 2, "agreed": 1, "scores"`, `"cases": 2, "agreed": 3, "scores"`, "got 3 agreed"},
		"a page of another's":   {"docs.aws.amazon.com", "example.com", "want words and a page of AWS's"},
		"no words":              {`"what": "x"`, `"what": ""`, "want words and a page of AWS's"},
		"no reason":             {`[{"what": "x", "page": "https://docs.aws.amazon.com/x"}]`, `[]`, "and 0 differences that say why"},
		"a member of no record": {`"version"`, `"by": "hand", "version"`, `unknown field "by"`},
	} {
		folder := t.TempDir()
		if err := os.WriteFile(filepath.Join(folder, "mint.json"), []byte(strings.Replace(good, test.old, test.new, 1)), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := fidelity.Read(folder)
		if test.want == "" != (err == nil) || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: got %v, want %q", name, err, test.want)
		}
	}
}

func TestPage_hasARowForEachOperation(t *testing.T) {
	services := []fidelity.Service{{Key: "s3", Title: "Amazon S3", Operations: []string{"GetObject", "HeadObject", "PutObject"}}}
	tally := fidelity.NewTally("mint", "v1")
	tally.Agreed(get)
	tally.Differs(put, other)
	page, err := fidelity.Page(services, []fidelity.Record{tally.Record()})
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"| Amazon S3 | `GetObject` | MinIO's mint: 1, 1 |  |",
		"| Amazon S3 | `HeadObject` | no outside judge | |",
		"| Amazon S3 | `PutObject` | MinIO's mint: 1, 0 | MinIO's mint: [a thing is another](" + other.Page + ") |",
		"2 of 3 were compared by an outside judge.",
		"| dynalite | ", " | has not run | | | | |",
	} {
		if !strings.Contains(string(page), line) {
			t.Errorf("got no %q in\n%s", line, page)
		}
	}
	services[0].Operations = []string{"GetObject"}
	if _, err := fidelity.Page(services, []fidelity.Record{tally.Record()}); err == nil || !strings.Contains(err.Error(), "got a score of s3 PutObject, which the sandbox does not have") {
		t.Errorf("got %v, want a refusal of what is no operation", err)
	}
}

// An operation that no judge can compare says why, and the reason goes when a judge does.
func TestPage_saysWhyNoJudgeCompares(t *testing.T) {
	services := []fidelity.Service{{Key: "sns", Title: "Amazon SNS", Operations: []string{"Publish", "Unsubscribe"}}}
	page, err := fidelity.Page(services, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"| Amazon SNS | `Publish` | no outside judge | |", "| Amazon SNS | `Unsubscribe` | no outside judge: it is the link in a mail"} {
		if !strings.Contains(string(page), line) {
			t.Errorf("got no %q in\n%s", line, page)
		}
	}
	tally := fidelity.NewTally("boto3", "1")
	tally.Agreed(fidelity.Operation{Service: "sns", Name: "Unsubscribe"})
	if _, err := fidelity.Page(services, []fidelity.Record{tally.Record()}); err == nil || !strings.Contains(err.Error(), "want the entry gone") {
		t.Errorf("got %v, want a refusal of the reason", err)
	}
}
