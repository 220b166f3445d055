package logs_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/logs"
)

func codeOf(err error) string {
	var refusal *aws.Error
	if errors.As(err, &refusal) {
		return refusal.Code
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestWrite_needsTheRolesPolicy(t *testing.T) {
	r := newRig(t)
	write := func(caller aws.Caller, group, stream string) string {
		return codeOf(r.logs.Write(context.Background(), caller, group, stream, r.clock.Now(), []string{"x"}))
	}
	for _, test := range []struct {
		name          string
		caller        aws.Caller
		group, stream string
		want          string
	}{
		{"control", r.writer, r.group, "a", ""},
		{"a data source's role", r.as("PhotosRole"), r.group, "a", "AccessDeniedException"},
		{"nobody", aws.Caller{}, r.group, "a", "AccessDeniedException"},
		{"another group", r.writer, "/aws/appsync/apis/other", "a", "AccessDeniedException"},
		{"a group that is not there", r.developerCaller(), "/aws/appsync/apis/other", "a", "ResourceNotFoundException"},
		{"no stream", r.writer, r.group, "", "InvalidParameterException"},
		{"a stream with a colon", r.writer, r.group, "a:b", "InvalidParameterException"},
		{"a stream with a zero byte", r.writer, r.group, "a\x00b", "InvalidParameterException"},
	} {
		if got := write(test.caller, test.group, test.stream); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	err := r.Update("API", "LogAccess", func(p object) {
		p["PolicyDocument"] = object{"Version": "2012-10-17", "Statement": []any{object{
			"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*",
		}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	caller := r.as("LogRole")
	if got := write(caller, r.group, "new"); got != "AccessDeniedException" {
		t.Errorf("a new stream without logs:CreateLogStream: got %q, want AccessDeniedException", got)
	}
	if got := write(caller, r.group, "a"); got != "" {
		t.Errorf("a stream that is there: got %q", got)
	}
}

func (r *rig) developerCaller() aws.Caller {
	c, _ := r.roles.Credentials(root.ID)
	return aws.Caller{AccessKeyID: root.ID, Account: c.Account, Principal: c.Principal, Identity: c.Identity}
}

func TestFilterLogEvents_findsLinesOfAllStreamsInOrder(t *testing.T) {
	r := newRig(t)
	begin := r.clock.Now()
	r.write("a", "one ERROR", "two")
	r.write("b", "three ERROR timeout")
	r.write("a", "four")
	at := func(second int) int64 { return begin.Add(time.Duration(second) * time.Second).UnixMilli() }
	for _, test := range []struct {
		in   object
		want []string
	}{
		{object{}, []string{"one ERROR", "two", "three ERROR timeout", "four"}},
		{object{"interleaved": true, "logGroupIdentifier": "arn:aws:logs:us-east-1:000000000000:log-group:" + r.group + ":*"}, []string{"one ERROR", "two", "three ERROR timeout", "four"}},
		{object{"logStreamNames": []string{"a"}}, []string{"one ERROR", "two", "four"}},
		{object{"logStreamNamePrefix": "b"}, []string{"three ERROR timeout"}},
		{object{"logStreamNamePrefix": "c"}, []string{}},
		{object{"filterPattern": "ERROR"}, []string{"one ERROR", "three ERROR timeout"}},
		{object{"filterPattern": "ERROR -timeout"}, []string{"one ERROR"}},
		{object{"startTime": at(1)}, []string{"three ERROR timeout", "four"}},
		{object{"startTime": at(0), "endTime": at(1)}, []string{"one ERROR", "two"}},
	} {
		if got, _ := r.messages("FilterLogEvents", test.in); !cmp.Equal(got, test.want) {
			t.Errorf("%v: got %v, want %v", test.in, got, test.want)
		}
	}
	_, output := r.messages("FilterLogEvents", object{"limit": 1})
	first := output["events"].([]any)[0].(object)
	if first["logStreamName"] != "a" || int64(first["timestamp"].(float64)) != at(0) || first["eventId"] == "" {
		t.Errorf("got %v", first)
	}
	var all []string
	in := object{"limit": 3}
	for range 3 {
		got, output := r.messages("FilterLogEvents", in)
		all = append(all, got...)
		next, more := output["nextToken"]
		if !more {
			break
		}
		in["nextToken"] = next
	}
	if want := []string{"one ERROR", "two", "three ERROR timeout", "four"}; !cmp.Equal(all, want) {
		t.Errorf("by pages: got %v, want %v", all, want)
	}
}

func TestGetLogEvents_readsAStreamInBothDirections(t *testing.T) {
	r := newRig(t)
	for i := range 10 {
		r.write("a", numbers(i, 1)...)
		r.write("b", "other")
	}
	get := func(in object) ([]string, object) {
		in["logStreamName"] = "a"
		return r.messages("GetLogEvents", in)
	}
	want := func(in object, want ...string) object {
		t.Helper()
		got, output := get(in)
		if !cmp.Equal(got, append([]string{}, want...)) {
			t.Errorf("%v: got %v, want %v", in, got, want)
		}
		return output
	}
	want(object{}, numbers(0, 10)...)
	page := want(object{"limit": 3}, "7", "8", "9")
	want(object{"limit": 3, "startFromHead": true}, "0", "1", "2")
	before := want(object{"limit": 3, "nextToken": page["nextBackwardToken"]}, "4", "5", "6")
	want(object{"limit": 3, "nextToken": before["nextForwardToken"]}, "7", "8", "9")
	end := want(object{"nextToken": page["nextForwardToken"]})
	if end["nextForwardToken"] != page["nextForwardToken"] {
		t.Errorf("at the end: got the token %v, want %v again", end["nextForwardToken"], page["nextForwardToken"])
	}
	r.write("a", "10")
	want(object{"nextToken": end["nextForwardToken"]}, "10")
	begin := want(object{"startFromHead": true, "limit": 1}, "0")
	want(object{"nextToken": begin["nextBackwardToken"]})
}

func TestDescribe_listsGroupsAndStreams(t *testing.T) {
	r := newRig(t)
	for _, name := range []string{"b", "a", "c"} {
		r.write(name, "x")
	}
	r.write("a", "y")
	output, code := r.call("DescribeLogGroups", object{"logGroupNamePrefix": "/aws/appsync/"})
	groups := output["logGroups"].([]any)
	if code != "" || len(groups) != 1 || groups[0].(object)["logGroupName"] != r.group || groups[0].(object)["retentionInDays"] != 30.0 {
		t.Errorf("got %q %v", code, output)
	}
	if output, _ = r.call("DescribeLogGroups", object{"logGroupNamePattern": "APPSYNC"}); len(output["logGroups"].([]any)) != 1 {
		t.Errorf("by a part of the name: got %v", output)
	}
	if output, _ = r.call("DescribeLogGroups", object{"logGroupNamePrefix": "x"}); len(output["logGroups"].([]any)) != 0 {
		t.Errorf("another prefix: got %v", output)
	}
	streams := func(in object) (names []string) {
		t.Helper()
		for range 5 {
			output, code := r.call("DescribeLogStreams", in)
			if code != "" {
				t.Fatalf("%v: got %s %v", in, code, output)
			}
			for _, x := range output["logStreams"].([]any) {
				names = append(names, x.(object)["logStreamName"].(string))
			}
			if in["nextToken"] = output["nextToken"]; output["nextToken"] == nil {
				break
			}
		}
		return names
	}
	for _, test := range []struct {
		in   object
		want []string
	}{
		{object{}, []string{"a", "b", "c"}},
		{object{"descending": true}, []string{"c", "b", "a"}},
		{object{"orderBy": "LastEventTime"}, []string{"b", "c", "a"}},
		{object{"orderBy": "LastEventTime", "descending": true, "limit": 1}, []string{"a", "c", "b"}},
		{object{"logStreamNamePrefix": "b"}, []string{"b"}},
	} {
		if got := streams(test.in); !cmp.Equal(got, test.want) {
			t.Errorf("%v: got %v, want %v", test.in, got, test.want)
		}
	}
}

func TestWrite_keepsAsMuchAsTheGroupMayHave(t *testing.T) {
	r := newRig(t)
	r.write("a", numbers(0, logs.Limit)...)
	r.write("b", numbers(logs.Limit, 5)...)
	got, _ := r.messages("FilterLogEvents", object{})
	if len(got) != logs.Limit || got[0] != "5" {
		t.Errorf("got %d lines from %s on, want %d from 5 on", len(got), got[0], logs.Limit)
	}
	r.clock.Pass(29 * 24 * time.Hour)
	if got, _ := r.messages("FilterLogEvents", object{"limit": 1}); len(got) != 1 {
		t.Error("want lines to be there for 30 days")
	}
	r.clock.Pass(24 * time.Hour)
	if got, _ := r.messages("FilterLogEvents", object{"limit": 1}); len(got) != 0 {
		t.Error("want lines to be gone after 30 days")
	}
	r.write("a", "new")
	output, _ := r.call("DescribeLogGroups", object{})
	if got := output["logGroups"].([]any)[0].(object)["storedBytes"]; got != 3.0 {
		t.Errorf("got %v bytes in the store, want those of the new line alone", got)
	}
}

func TestWrite_cutsLongMessagesBetweenCharacters(t *testing.T) {
	r := newRig(t)
	r.write("a", strings.Repeat("é", 200<<10), "\xff")
	got, _ := r.messages("FilterLogEvents", object{})
	if len(got[0]) != 256<<10 || strings.Trim(got[0], "é") != "" || got[1] != "\uFFFD" {
		t.Errorf("got %d bytes and %q", len(got[0]), got[1])
	}
}

func TestFilterLogEvents_answersAtMostAMegabyte(t *testing.T) {
	r := newRig(t)
	long := strings.Repeat("x", 200<<10)
	r.write("a", long, long, long, long, long, long, long)
	in := object{}
	total := 0
	for pages := 1; ; pages++ {
		got, output := r.messages("FilterLogEvents", in)
		total += len(got)
		if len(got) > 5 || pages > 2 {
			t.Errorf("page %d: got %d lines, want at most 5", pages, len(got))
		}
		if in["nextToken"] = output["nextToken"]; output["nextToken"] == nil {
			break
		}
	}
	if total != 7 {
		t.Errorf("got %d lines, want 7", total)
	}
}

func TestLines_areThoseOfAllGroupsAsTheyWereWritten(t *testing.T) {
	r := newRig(t)
	r.write("a", "one", "two")
	r.write("b", "three")
	texts := func(after string, limit int) (texts []string, last string) {
		t.Helper()
		lines, err := r.logs.Lines(after, limit)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			texts, last = append(texts, line.Message), line.ID
			if line.Group != r.group || line.Stream == "" || line.Time.IsZero() {
				t.Errorf("got %+v", line)
			}
		}
		return texts, last
	}
	got, last := texts("", 2)
	if !cmp.Equal(got, []string{"two", "three"}) {
		t.Errorf("got %v, want the latest two", got)
	}
	if got, _ := texts(last, 2); got != nil {
		t.Errorf("got %v behind the last one", got)
	}
	r.write("a", "four", "five", "six")
	if got, _ := texts(last, 2); !cmp.Equal(got, []string{"four", "five"}) {
		t.Errorf("got %v, want the next two", got)
	}
	if got, _ := texts("999999", 2); !cmp.Equal(got, []string{"five", "six"}) {
		t.Errorf("got %v behind a line of another state, want the latest two", got)
	}
	if _, err := r.logs.Lines("x", 1); err == nil {
		t.Error("a line that has no number: got no error")
	}
	if err := r.Delete("API", "Log9"); err != nil {
		t.Fatal(err)
	}
	if got, _ := texts("", 9); got != nil {
		t.Errorf("without the group: got %v", got)
	}
}
