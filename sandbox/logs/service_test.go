package logs_test

import (
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/store"
)

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
		{"FilterLogEvents", object{"startTime": "soon"}, "SerializationException"},
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

func TestListTagsForResource_refusesWhatIsNoGroup(t *testing.T) {
	r := newRig(t)
	for _, arn := range []string{"arn:aws:logs:us-east-1:000000000000:log-group:gone", "arn:aws:s3:::bucket", "x"} {
		if _, code := r.developer.Call("Logs_20140328.ListTagsForResource", object{"resourceArn": arn}); code != "ResourceNotFoundException" {
			t.Errorf("%s: got %q, want ResourceNotFoundException", arn, code)
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
		"ListTagsForResource": {"resourceArn": "arn:aws:logs:us-east-1:000000000000:log-group:" + r.group},
		"DescribeLogGroups":   {}, "DescribeLogStreams": {"logGroupName": r.group}, "FilterLogEvents": {"logGroupName": r.group},
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
