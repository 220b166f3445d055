package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/lambda/process"
	"lightbox.example/lightbox/sandbox/roles"
)

// environment is an execution environment of a function.
type environment struct {
	*process.Instance
	service *Service
	stream  string // of its log
	folder  string // of its own, for files
	ends    time.Time
	timer   *time.Timer // while it is idle
}

// reserved are the names of variables that Lambda sets: functions can't have them for others.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
var reserved = []string{
	"AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
	"AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME",
	"AWS_LAMBDA_LOG_STREAM_NAME", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN",
	"AWS_XRAY_CONTEXT_MISSING", "AWS_XRAY_DAEMON_ADDRESS", "LAMBDA_RUNTIME_DIR", "LAMBDA_TASK_ROOT", "_HANDLER", "_X_AMZN_TRACE_ID",
}

// ours are the names of what a function needs here, and not on AWS.
var ours = []string{"AWS_CA_BUNDLE", "AWS_ENDPOINT_URL", "TMPDIR"}

// session is the name of the sessions of its role, of two characters at least.
func (f *live) session() string { return f.Name + strings.Repeat("-", max(0, 2-len(f.Name))) }

// sessionLength is how long the keys of an environment are good.
const sessionLength = time.Hour

// start starts an environment for a function.
func (s *Service) start(ctx context.Context, f *live) (e *environment, err error) {
	sub, _ := aws.WithEntry(aws.ByService(context.WithoutCancel(ctx))) // the call's own has one writer
	keys, err := s.Roles.Assume(sub, roles.Request{
		RoleARN: f.Settings.Role, SessionName: f.session(), Duration: sessionLength, Caller: &aws.Caller{Principal: iam.Service{Name: principal}},
	})
	var refusal *aws.Error
	switch {
	case errors.As(err, &refusal) && refusal.Status == http.StatusForbidden:
		return nil, cannotAssume()
	case err != nil:
		return nil, err
	}
	e = &environment{service: s, stream: s.streamName(), ends: keys.Expiration}
	if err := os.MkdirAll(s.temporaryFolder(), 0o700); err != nil {
		return nil, err
	}
	if e.folder, err = os.MkdirTemp(s.temporaryFolder(), "run-"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock() // so that Close knows all
	if s.closed {
		return nil, errors.Join(closing(), os.RemoveAll(e.folder))
	}
	e.Instance, err = process.Start(process.Config{
		Folder: s.folder(f.Digest), Env: f.variables(s, e, keys), ARN: f.arn,
		Memory: f.Settings.memory(), Timeout: time.Duration(f.Settings.timeout()) * time.Second,
	})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(e.folder))
	}
	s.started[e] = true
	return e, nil
}

func closing() error {
	return aws.Refuse(http.StatusInternalServerError, "ServiceException", "the sandbox is about to end")
}

// streamName is that of a new stream: the day, the version, and what is random.
func (s *Service) streamName() string {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return s.Now().UTC().Format("2006/01/02/") + "[" + latest + "]" + hex.EncodeToString(b)
}

// variables are all that a program finds in its environment.
func (f *live) variables(s *Service, e *environment, keys roles.Session) []string {
	p := &f.Settings
	values := map[string]string{
		"AWS_ACCESS_KEY_ID": keys.AccessKeyID, "AWS_SECRET_ACCESS_KEY": keys.SecretAccessKey, "AWS_SESSION_TOKEN": keys.SessionToken,
		"AWS_REGION": s.Region, "AWS_DEFAULT_REGION": s.Region,
		"AWS_LAMBDA_FUNCTION_NAME": f.Name, "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(p.memory()),
		"AWS_LAMBDA_FUNCTION_VERSION": latest, "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
		"AWS_LAMBDA_LOG_GROUP_NAME": p.logGroup(f.Name), "AWS_LAMBDA_LOG_STREAM_NAME": e.stream,
		"_HANDLER": p.Handler, "LAMBDA_TASK_ROOT": s.folder(f.Digest), "LAMBDA_RUNTIME_DIR": "/var/runtime",
		"LANG": "en_US.UTF-8", "PATH": "/usr/local/bin:/usr/bin/:/bin:/opt/bin", "TZ": ":UTC",
		"AWS_ENDPOINT_URL": s.Endpoint, "AWS_CA_BUNDLE": s.CAFile, "TMPDIR": e.folder,
	}
	if p.traced() {
		values["AWS_XRAY_CONTEXT_MISSING"], values["AWS_XRAY_DAEMON_ADDRESS"] = "LOG_ERROR", "127.0.0.1:2000"
	}
	for name, value := range p.variables() { // those that are not reserved may be others
		values[name] = value
	}
	var list []string
	for name, value := range values {
		list = append(list, name+"="+value)
	}
	return list
}

// traceID is a new one.
// https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader
func (f *live) traceID(now time.Time) string {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails
	sampled := 0
	if f.Settings.traced() {
		sampled = 1
	}
	return fmt.Sprintf("Root=1-%08x-%x;Parent=%x;Sampled=%d", now.Unix(), b[:12], b[12:], sampled)
}

// good reports whether an idle environment can take another invocation: it is there, and its keys outlast it.
func (e *environment) good(now time.Time) bool {
	select {
	case <-e.Exited():
		return false
	default:
		return now.Add(e.Timeout + time.Minute).Before(e.ends)
	}
}

// close ends the environment.
func (e *environment) close() {
	e.Instance.Close()
	e.service.mu.Lock()
	delete(e.service.started, e)
	e.service.mu.Unlock()
	if err := os.RemoveAll(e.folder); err != nil {
		e.service.Fault("Invoke", err)
	}
}
