package ingest_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/ingest"
)

// row is a product as its table has it: in a state, with a set in a folder.
func row(id, state, folder string) string {
	return fmt.Sprintf(`{"id": {"S": %q}, "state": {"S": %q}, "folder": {"S": %q}, "version": {"N": "3"}, "name": {"S": "Vase"},
		"renditions": {"L": [{"M": {"width": {"N": "160"}, "format": {"S": "webp"}}}, {"M": {"width": {"N": "200"}, "format": {"S": "jpeg"}}}]}}`, id, state, folder)
}

// changed is a change of a stream; "" stands for no row.
func changed(number int, before, after string) string {
	images, name := "", "MODIFY"
	if before != "" {
		images += `"OldImage": ` + before + ", "
	} else {
		name = "INSERT"
	}
	if after != "" {
		images += `"NewImage": ` + after + ", "
	} else {
		name = "REMOVE"
	}
	return fmt.Sprintf(`{"eventID": "1", "eventName": %q, "eventVersion": "1.1", "eventSource": "aws:dynamodb", "awsRegion": "us-east-1",
		"eventSourceARN": "arn:aws:dynamodb:us-east-1:000000000000:table/Products/stream/1", "dynamodb": {"ApproximateCreationDateTime": 1678831218,
		"Keys": {"id": {"S": "x"}}, %s"SequenceNumber": "%d", "SizeBytes": 26, "StreamViewType": "NEW_AND_OLD_IMAGES"}}`, name, images, number)
}

func streamed(records ...string) string { return `{"Records": [` + strings.Join(records, ", ") + `]}` }

const mainKey = "public/products/" + product + "/main.jpg"

// What a live product's JPEG is follows its row, in the order of the changes: the last one holds.
func TestFollow_givesALiveProductItsJPEGAndTakesIt(t *testing.T) {
	b := newRig(t).newBucket()
	for _, folder := range []string{folderA, folderB} {
		b.draft("public/products/" + folder + "/")
	}
	draft, first, second := row(product, "DRAFT", folderA), row(product, "LIVE", folderA), row(product, "LIVE", folderB)
	for _, step := range []struct{ name, event, want string }{
		{"published", streamed(changed(1, draft, first)), "public/products/" + folderA + "/200.jpg"},
		{"another picture", streamed(changed(2, first, second)), "public/products/" + folderB + "/200.jpg"},
		{"published and withdrawn and published", streamed(changed(3, draft, first), changed(4, first, draft), changed(5, draft, second)), "public/products/" + folderB + "/200.jpg"},
		{"withdrawn", streamed(changed(6, draft, second), changed(7, second, draft)), ""},
		{"live at once", streamed(changed(8, "", first)), "public/products/" + folderA + "/200.jpg"},
		{"removed", streamed(changed(9, first, "")), ""},
		{"removed once more", streamed(changed(9, first, "")), ""},
	} {
		want(t, step.name, b.must(b.pictures(), step.event), `{}`)
		if step.want == "" {
			want(t, step.name, len(b.keysBelow(mainKey)), 0)
			continue
		}
		content, output := b.get(mainKey)
		want(t, step.name, string(content), step.want)
		want(t, step.name+": its cache", *output.CacheControl, "public, max-age=30")
	}
}

// What is not about the JPEG asks nothing of S3; a set that is gone is one of a row that has changed since.
func TestFollow_leavesAloneWhatIsNoMatter(t *testing.T) {
	b := newRig(t).newBucket()
	live, draft := row(product, "LIVE", folderA), row(product, "DRAFT", folderA)
	w := &wire{}
	want(t, "a name, and a draft", b.must(b.pictures(w.options), streamed(changed(1, live, live), changed(2, draft, draft), changed(3, "", draft), changed(4, draft, ""))), `{}`)
	want(t, "the calls", len(w.calls), 0)
	want(t, "a set that is gone", b.must(b.pictures(), streamed(changed(1, draft, live))), `{}`)
	want(t, "what is there", len(b.keysBelow("public/")), 0)
}

// The first change that fails comes again, with those behind it: those before are done. A row that nobody can read fails alone.
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
func TestFollow_reportsWhereItFailed(t *testing.T) {
	b := newRig(t).newBucket()
	b.draft("public/products/" + folderA + "/")
	draft, live := row(product, "DRAFT", folderA), row(product, "LIVE", folderA)
	for name, broken := range map[string]string{
		"no folder":         strings.Replace(live, `"folder"`, `"folders"`, 1),
		"a folder of none":  row(product, "LIVE", "../x"),
		"an id of none":     row("../"+product, "LIVE", folderA),
		"no state":          strings.Replace(live, `"state"`, `"states"`, 1),
		"a state of number": strings.Replace(live, `"state": {"S": "LIVE"}`, `"state": {"N": "1"}`, 1),
		"no JPEG":           strings.Replace(live, `"jpeg"`, `"webp"`, 1),
		"no renditions":     strings.Replace(live, `"renditions"`, `"others"`, 1),
		"a width of text":   strings.Replace(live, `{"N": "200"}`, `{"S": "200"}`, 1),
	} {
		event := streamed(changed(1, draft, live), changed(2, draft, broken), changed(3, live, draft))
		want(t, name, b.must(b.pictures(), event), `{"batchItemFailures":[{"itemIdentifier":"2"}]}`)
		want(t, name+": what was done", b.keysBelow(mainKey), []string{mainKey})
	}
	refused := &wire{once: true, answer: func(r *http.Request) *http.Response {
		return &http.Response{StatusCode: http.StatusForbidden, Body: http.NoBody, Header: http.Header{}, Request: r}
	}}
	want(t, "S3 refuses a removal", b.must(b.pictures(refused.options), streamed(changed(7, live, ""))), `{"batchItemFailures":[{"itemIdentifier":"7"}]}`)
}

func TestFollow_isReadStrictly(t *testing.T) {
	b := newRig(t).newBucket()
	live := row(product, "LIVE", folderA)
	for event, names := range map[string]string{
		strings.Replace(streamed(changed(1, "", live)), "aws:dynamodb", "aws:s3", 1):          `stream: Records[0]: eventSource: got "aws:s3", want aws:dynamodb`,
		strings.Replace(streamed(changed(1, "", live)), "NEW_AND_OLD_IMAGES", "KEYS_ONLY", 1): `StreamViewType: got "KEYS_ONLY", want NEW_AND_OLD_IMAGES`,
		strings.Replace(streamed(changed(1, "", live)), `"SequenceNumber": "1", `, "", 1):     "SequenceNumber: got none",
		streamed(changed(1, "", "")): "got neither image",
		`{"Records": {}}`:            "stream: json",
	} {
		answer, err := b.pictures().Handle(ctx, json.RawMessage(event))
		if err == nil || !strings.Contains(err.Error(), names) || answer != (ingest.Answer{}) {
			t.Errorf("%.200s: got %+v, %v, want an error with %s", event, answer, err, names)
		}
	}
}
