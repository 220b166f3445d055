package logs_test

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lightbox/sandbox/aws"
	"lightbox/sandbox/deploytest"
	"lightbox/sandbox/logs"
	"lightbox/sandbox/store"
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

func TestResourceTypes_takeTheLogGroupsOfOurTemplates(t *testing.T) {
	for _, env := range []string{"dev", "prod"} {
		r := open(t, store.NewMemory(), env)
		r.deploy()
		resource, state := r.Resource("API", "Log9")
		if want := "arn:aws:logs:us-east-1:000000000000:log-group:" + r.group + ":*"; state.Attributes["Arn"] != want || !strings.HasPrefix(r.group, "/aws/appsync/apis/") {
			t.Errorf("got %v, want %s", state, want)
		}
		kind := r.logs.ResourceTypes()["AWS::Logs::LogGroup"]
		r.write("a", "kept")
		if again, err := kind.Create(t.Context(), resource); err != nil || again.PhysicalID != r.group {
			t.Errorf("again: got %v, %v", again, err)
		}
		if got, _ := r.messages("FilterLogEvents", object{}); !cmp.Equal(got, []string{"kept"}) {
			t.Errorf("got %v, want the line to be there still", got)
		}
		resource.LogicalID = "Other"
		if _, err := kind.Create(t.Context(), resource); codeOf(err) != "ResourceAlreadyExistsException" {
			t.Errorf("another resource with its name: got %v", err)
		}
	}
}

func TestCreate_refusesWhatItDoesNotKnowByName(t *testing.T) {
	kind := logs.New(logs.Config{Store: store.NewMemory()}).ResourceTypes()["AWS::Logs::LogGroup"]
	for _, test := range []struct {
		properties object
		want       string
	}{
		{object{}, ""},
		{object{"LogGroupName": "a/b", "RetentionInDays": "3653", "LogGroupClass": "STANDARD", "Tags": []any{object{"Key": "k", "Value": "v"}}}, ""},
		{object{"RetentionInDays": "2"}, "AWS::Logs::LogGroup.RetentionInDays: got 2"},
		{object{"LogGroupName": "a b"}, "AWS::Logs::LogGroup.LogGroupName"},
		{object{"LogGroupClass": "INFREQUENT_ACCESS"}, "AWS::Logs::LogGroup.LogGroupClass"},
		{object{"KmsKeyId": "k"}, "AWS::Logs::LogGroup.KmsKeyId is not supported by the sandbox"},
	} {
		_, err := kind.Create(t.Context(), aws.Resource{Stack: "s", LogicalID: "Log", Suffix: "x", Properties: test.properties})
		if test.want == "" && err != nil || test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
			t.Errorf("%v: got %v, want %q", test.properties, err, test.want)
		}
	}
	if _, err := kind.Update(t.Context(), nil, aws.Resource{PhysicalID: "gone", Properties: object{}}); codeOf(err) != "ResourceNotFoundException" {
		t.Errorf("a group that is not there: got %v", err)
	}
	if err := kind.Delete(t.Context(), aws.Resource{PhysicalID: "gone"}); err != nil {
		t.Errorf("a group that is not there: got %v", err)
	}
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
		{object{"interleaved": true, "logGroupName": "", "logGroupIdentifier": "arn:aws:logs:us-east-1:000000000000:log-group:" + r.group + ":*"}, []string{"one ERROR", "two", "three ERROR timeout", "four"}},
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

func TestServeHTTP_refusesInTheServicesOwnWords(t *testing.T) {
	r := newRig(t)
	r.write("a", "x")
	for _, test := range []struct {
		operation string
		in        object
		want      string
	}{
		{"FilterLogEvents", object{"logGroupName": "gone"}, "ResourceNotFoundException"},
		{"FilterLogEvents", object{"filterPattern": "{ $.a = 1 }"}, "InvalidParameterException"},
		{"FilterLogEvents", object{"limit": 10001}, "InvalidParameterException"},
		{"FilterLogEvents", object{"nextToken": "x"}, "InvalidParameterException"},
		{"FilterLogEvents", object{"nextToken": "00"}, "InvalidParameterException"},
		{"FilterLogEvents", object{"logStreamNames": []string{"a"}, "logStreamNamePrefix": "a"}, "InvalidParameterException"},
		{"FilterLogEvents", object{"unmask": true}, "InvalidParameterException"},
		{"FilterLogEvents", object{"startTime": "soon"}, "InvalidParameterException"},
		{"GetLogEvents", object{"logStreamName": "gone"}, "ResourceNotFoundException"},
		{"GetLogEvents", object{"logStreamName": "a", "nextToken": "x/00"}, "InvalidParameterException"},
		{"GetLogEvents", object{"logStreamName": "a", "nextToken": "f/00"}, "InvalidParameterException"},
		{"GetLogEvents", object{"logStreamName": "a", "limit": -1}, "InvalidParameterException"},
		{"GetLogEvents", object{"logStreamName": "a", "logGroupName": "gone"}, "ResourceNotFoundException"},
		{"DescribeLogStreams", object{"logGroupName": "gone"}, "ResourceNotFoundException"},
		{"DescribeLogStreams", object{"orderBy": "x"}, "InvalidParameterException"},
		{"DescribeLogStreams", object{"limit": 51}, "InvalidParameterException"},
		{"DescribeLogStreams", object{"nextToken": "gone"}, "InvalidParameterException"},
		{"DescribeLogStreams", object{"orderBy": "LastEventTime", "logStreamNamePrefix": "a"}, "InvalidParameterException"},
		{"DescribeLogGroups", object{"logGroupNamePrefix": "a", "logGroupNamePattern": "b"}, "InvalidParameterException"},
		{"DescribeLogGroups", object{"limit": 51}, "InvalidParameterException"},
		{"PutLogEvents", object{}, "UnknownOperationException"},
	} {
		if output, code := r.call(test.operation, test.in); code != test.want || output["message"] == "" {
			t.Errorf("%s %v: got %q %v, want %q", test.operation, test.in, code, output, test.want)
		}
	}
}

func TestServeHTTP_M36_isForWhomIAMAllows(t *testing.T) {
	r := newRig(t)
	r.write("a", "x")
	_, role := r.Resource("Identity", "AdminRole")
	session := deploytest.Session(t, r.roles, role.Attributes["Arn"].(string), "identitypoolec8a1a0d", "authenticated")
	admin, nobody := r.developer, r.developer
	admin.Key, admin.Secret, admin.Token, nobody.Key = session.AccessKeyID, session.SecretAccessKey, session.SessionToken, ""
	for operation, in := range map[string]object{
		"DescribeLogGroups": {}, "DescribeLogStreams": {"logGroupName": r.group}, "FilterLogEvents": {"logGroupName": r.group},
		"GetLogEvents": {"logGroupName": r.group, "logStreamName": "a"},
	} {
		target := "Logs_20140328." + operation
		if _, code := r.developer.Call(target, in); code != "" {
			t.Errorf("control: %s: got %q", operation, code)
		}
		if _, code := admin.Call(target, in); code != "AccessDeniedException" {
			t.Errorf("%s by an admin of the app: got %q, want AccessDeniedException", operation, code)
		}
		if _, code := nobody.Call(target, in); code != "MissingAuthenticationTokenException" {
			t.Errorf("%s by nobody: got %q, want MissingAuthenticationTokenException", operation, code)
		}
	}
}

func TestService_keepsLinesOverARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "db")
	db, err := store.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	r := open(t, db, "dev")
	r.deploy()
	r.write("a", "one")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if db, err = store.Open(path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	next := open(t, db, "dev")
	next.group, next.writer, next.clock = r.group, r.writer, r.clock
	next.write("a", "two")
	if got, _ := next.messages("FilterLogEvents", object{}); !cmp.Equal(got, []string{"one", "two"}) {
		t.Errorf("got %v, want both lines", got)
	}
	lines, err := next.logs.Lines("", 9)
	if err != nil || len(lines) != 2 || lines[0].ID == lines[1].ID {
		t.Errorf("got %+v, %v, want both lines", lines, err)
	}
}
