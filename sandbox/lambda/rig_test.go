package lambda_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/dynamodb"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/logs"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/s3"
	"lightbox.example/lightbox/sandbox/store"
)

type properties = map[string]any

// rig is Lambda with its roles, its logs and a bucket, and a function called f.
type rig struct {
	t      testing.TB
	db     store.Store
	roles  *roles.Service
	logs   *logs.Service
	lambda *lambda.Service
	tables *dynamodb.Service
	files  *s3.Service
	clock  *deploytest.Clock
	zips   map[string][]byte
	dir    string

	mu     sync.Mutex
	faults []string
}

const (
	account = "000000000000"
	region  = "us-east-1"
	arn     = "arn:aws:lambda:us-east-1:000000000000:function:f"
	group   = "/aws/lambda/f"
)

var developer = roles.Key{ID: "AKIAROOT", Secret: "secret"}

// newRig makes the services, a role that may write to the log, the log and the function. Each change is made to its properties.
func newRig(t testing.TB, changes ...func(p properties)) *rig {
	t.Helper()
	r := &rig{t: t, db: store.NewMemory(), clock: deploytest.ClockAt(time.Now().UTC()), zips: map[string][]byte{"f.zip": bootstrap(t)}}
	r.dir = t.TempDir()
	r.open(r.dir)
	t.Cleanup(func() {
		if err := r.lambda.Close(); err != nil {
			t.Error(err)
		}
	})
	r.make("AWS::IAM::Role", "Role", properties{"RoleName": "f", "AssumeRolePolicyDocument": trust("lambda.amazonaws.com"), "Policies": []any{properties{
		"PolicyName": "log", "PolicyDocument": policy(statement("Allow", "arn:aws:logs:us-east-1:000000000000:log-group:"+group+":*", "logs:PutLogEvents", "logs:CreateLogStream")),
	}}})
	r.make("AWS::Logs::LogGroup", "Log", properties{"LogGroupName": group})
	r.make("AWS::Lambda::Function", "F", function(changes...))
	return r
}

// open makes the services over the store, with code in a folder.
func (r *rig) open(folder string) {
	r.t.Helper()
	var err error
	if r.roles, err = roles.New(roles.Config{Store: r.db, Now: r.clock.Now, Root: developer}); err != nil {
		r.t.Fatal(err)
	}
	r.logs = logs.New(logs.Config{Store: r.db, Keys: r.roles, Now: r.clock.Now})
	if r.tables, err = dynamodb.New(r.db, dynamodb.Config{Now: r.clock.Now, Keys: r.roles}); err != nil {
		r.t.Fatal(err)
	}
	if r.files, err = s3.New(s3.Config{Store: r.db, Dir: r.t.TempDir(), Keys: r.roles, Now: r.clock.Now}); err != nil {
		r.t.Fatal(err)
	}
	r.lambda, err = lambda.New(lambda.Config{
		Store: r.db, Dir: folder, Now: r.clock.Now, Keys: r.roles, Roles: r.roles, Logs: r.logs,
		Endpoint: "https://127.0.0.1:8443", CAFile: "/tls/ca.pem",
		Object: func(_ context.Context, bucket, key string, _ int64) (lambda.Stored, error) {
			if text, ok := r.zips[key]; ok && bucket == "code" {
				return inMemory{bytes.NewReader(text)}, nil
			}
			return nil, errors.New("got 404 from S3")
		},
		Streams: r.tables, PutObject: r.putObject,
		Fault: func(operation string, err error) {
			r.mu.Lock()
			defer r.mu.Unlock()
			r.faults = append(r.faults, operation+": "+err.Error())
		},
	})
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) faulted() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return strings.Join(r.faults, "\n")
}

// function are the properties of the function.
func function(changes ...func(p properties)) properties {
	p := properties{
		"FunctionName": "f", "Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": []any{lambda.Machine},
		"Code": properties{"S3Bucket": "code", "S3Key": "f.zip"}, "Role": "arn:aws:iam::000000000000:role/f",
		"MemorySize": 256.0, "Timeout": 60.0,
	}
	for _, change := range changes {
		change(p)
	}
	return p
}

func with(name string, value any) func(properties) {
	return func(p properties) { p[name] = value }
}

func variables(pairs ...string) func(properties) {
	v := properties{}
	for i := 0; i < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	return with("Environment", properties{"Variables": v})
}

func trust(service string) properties {
	return policy(properties{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": properties{"Service": service}})
}

func policy(statements ...any) properties {
	return properties{"Version": "2012-10-17", "Statement": statements}
}

func statement(effect, resource string, actions ...any) properties {
	return properties{"Effect": effect, "Action": actions, "Resource": resource}
}

// types are those of all services.
func (r *rig) types(name string) aws.ResourceType {
	for _, types := range []map[string]aws.ResourceType{r.roles.ResourceTypes(), r.logs.ResourceTypes(), r.lambda.ResourceTypes(), r.tables.ResourceTypes(), r.files.ResourceTypes()} {
		if kind, ok := types[name]; ok {
			return kind
		}
	}
	r.t.Fatalf("there is no type %s", name)
	return aws.ResourceType{}
}

func resource(logicalID string, p properties) aws.Resource {
	return aws.Resource{
		Partition: "aws", Region: region, Account: account, Stack: "Stack", LogicalID: logicalID, Suffix: "abcdefghijkl", Properties: p,
	}
}

func (r *rig) try(kind, logicalID string, p properties) (aws.State, error) {
	return r.types(kind).Create(context.Background(), resource(logicalID, p))
}

func (r *rig) make(kind, logicalID string, p properties) aws.State {
	r.t.Helper()
	state, err := r.try(kind, logicalID, p)
	if err != nil {
		r.t.Fatalf("%s: %v", logicalID, err)
	}
	return state
}

func (r *rig) update(kind, physicalID, logicalID string, p properties) error {
	of := resource(logicalID, p)
	of.PhysicalID = physicalID
	_, err := r.types(kind).Update(context.Background(), nil, of)
	return err
}

func (r *rig) drop(kind, physicalID string, p properties) {
	r.t.Helper()
	of := resource("F", p)
	of.PhysicalID = physicalID
	if err := r.types(kind).Delete(context.Background(), of); err != nil {
		r.t.Fatal(err)
	}
}

// bootstrap is a zip file whose program is the test's own.
func bootstrap(t testing.TB) []byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return zipped(t, map[string]string{"bootstrap": "#!/bin/sh\nexec '" + self + "' function\n"}, 0o755)
}

func zipped(t testing.TB, files map[string]string, mode os.FileMode) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		header := &zip.FileHeader{Name: name, Method: zip.Deflate}
		header.SetMode(mode)
		f, err := w.CreateHeader(header)
		if err == nil {
			_, err = f.Write([]byte(text))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func allow([]aws.Request) error { return nil }

// invoke invokes the function for somebody who may.
func (r *rig) invoke(o order) (lambda.Result, error) {
	payload, err := json.Marshal(o)
	if err != nil {
		return lambda.Result{}, err
	}
	return r.lambda.InvokeFor(context.Background(), lambda.Invocation{Function: "f", Payload: payload, Tail: true, By: "the test"}, allow)
}

// ask is an answer of the program.
func (r *rig) ask(o order) (answer told, err error) {
	result, err := r.invoke(o)
	if err == nil && result.FunctionError != "" {
		err = fmt.Errorf("%s: %.300s", result.FunctionError, result.Payload)
	}
	if err != nil {
		return told{}, err
	}
	return answer, json.Unmarshal(result.Payload, &answer)
}

// call wants one.
func (r *rig) call(o order) told {
	r.t.Helper()
	answer, err := r.ask(o)
	if err != nil {
		r.t.Fatalf("%s: %v", o.Do, err)
	}
	return answer
}

// failure is the error of a function.
type failure struct {
	Type    string            `json:"errorType"`
	Message string            `json:"errorMessage"`
	Stack   []json.RawMessage `json:"stackTrace"`
}

// fails wants an error of the function, and returns it with the log.
func (r *rig) fails(o order) (f failure, result lambda.Result) {
	r.t.Helper()
	result, err := r.invoke(o)
	if err != nil || result.FunctionError != "Unhandled" || result.Status != 200 {
		r.t.Fatalf("%+v: got %v, %+v with %.200s, want an error of the function", o, err, result, result.Payload)
	}
	if err := json.Unmarshal(result.Payload, &f); err != nil {
		r.t.Fatalf("got %q: %v", result.Payload, err)
	}
	return f, result
}

// lines are those of the function's log.
func (r *rig) lines() []string {
	r.t.Helper()
	all, err := r.logs.Lines("", 1000)
	if err != nil {
		r.t.Fatal(err)
	}
	var lines []string
	for _, line := range all {
		if line.Group == group {
			lines = append(lines, line.Message)
		}
	}
	return lines
}

// eventually waits until something holds, a minute at most.
func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("after a minute: want %s", what)
		}
	}
}

// gone reports whether a process has ended.
func gone(pid int) bool {
	stat, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(state, "Z")
}

// folders are those in a folder of the service's.
func (r *rig) folders(of string) (names []string) {
	entries, _ := os.ReadDir(r.dir + "/" + of)
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	return names
}

// service invokes the function as a service of AWS's does for a resource, without waiting.
func (r *rig) service(name, sourceARN, sourceAccount string) error {
	caller := aws.Caller{Principal: iam.Service{Name: name, SourceARN: sourceARN, SourceAccount: sourceAccount}}
	_, err := r.lambda.InvokeFor(context.Background(), lambda.Invocation{Function: "f", Type: lambda.DryRun}, func(needs []aws.Request) error {
		for _, need := range needs {
			if decision, message := aws.Authorize(context.Background(), caller, need); decision == iam.Deny {
				return aws.Refuse(403, "AccessDeniedException", "%s", message)
			}
		}
		return nil
	})
	return err
}

// inMemory is an object as the functions' service reads it.
type inMemory struct{ *bytes.Reader }

func (inMemory) Close() error { return nil }
