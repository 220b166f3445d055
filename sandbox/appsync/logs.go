package appsync

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"lightbox.example/lightbox/sandbox/appsync/graphql"
	"lightbox.example/lightbox/sandbox/appsyncjs"
	"lightbox.example/lightbox/sandbox/aws"
)

// fieldLine is a line of an API's log about one field. AppSync's lines have more members; ExcludeVerboseContent leaves the
// same ones out here as there: arguments, variables and headers.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html
type fieldLine struct {
	LogType    string   `json:"logType"`
	RequestID  string   `json:"requestId"`
	APIID      string   `json:"graphQLAPIId"`
	ParentType string   `json:"parentType"`
	FieldName  string   `json:"fieldName"`
	Path       []any    `json:"path"`
	InError    bool     `json:"fieldInError"`
	Errors     []string `json:"errors,omitempty"`
	Message    string   `json:"message,omitempty"`
	Arguments  any      `json:"arguments,omitempty"`
}

// summaryLine is the line of an API's log about a request as a whole. AppSync writes one of each request; the sandbox of those that
// were answered with errors, so that the id of each error is in the log, whoever refused it.
//
// https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html, "Log type reference"
type summaryLine struct {
	LogType   string `json:"logType"`
	RequestID string `json:"requestId"`
	APIID     string `json:"graphQLAPIId"`
	Status    int    `json:"statusCode"`
	Latency   int64  `json:"latency"` // ns
}

// summarize notes of a request that it was answered with errors, whatever the settings say of fields.
func (s *Service) summarize(ctx context.Context, a *api, status int, began time.Time) {
	if s.logs == nil || a.settings.LogConfig == nil {
		return
	}
	text, err := json.Marshal(summaryLine{"RequestSummary", aws.EntryOf(ctx).RequestID, a.id, status, s.now().Sub(began).Nanoseconds()})
	if err == nil {
		s.deliver(ctx, a, []string{string(text)})
	}
}

// log notes what the API's settings want to be noted of a field: nothing, what failed, or everything.
func (r *request) log(f graphql.Field, answer appsyncjs.Answer, err error) {
	settings := r.api.settings.LogConfig
	if r.service.logs == nil || settings == nil || settings.FieldLogLevel == "NONE" {
		return
	}
	line := fieldLine{
		LogType: "Resolver", RequestID: aws.EntryOf(r.ctx).RequestID, APIID: r.api.id,
		ParentType: f.Parent.Name, FieldName: f.Name, Path: f.Path,
	}
	if !settings.ExcludeVerboseContent {
		line.Arguments = f.Arguments
	}
	errorsOnly := settings.FieldLogLevel == "ERROR"
	var lines []fieldLine
	for _, said := range answer.Logs {
		if errorsOnly && said.Level != "error" {
			continue
		}
		console := line
		console.LogType, console.Message, console.Arguments = "Console", said.Message, nil
		lines = append(lines, console)
	}
	for _, e := range append(answer.Appended, given(answer.Err)...) {
		line.Errors = append(line.Errors, e.Error())
	}
	if err != nil {
		line.Errors = append(line.Errors, err.Error())
	}
	line.InError = line.Errors != nil
	if line.InError || !errorsOnly {
		lines = append(lines, line)
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, l := range lines {
		text, err := json.Marshal(l)
		if err == nil {
			r.lines = append(r.lines, string(text))
		}
	}
}

func given(e *appsyncjs.Error) []appsyncjs.Error {
	if e == nil {
		return nil
	}
	return []appsyncjs.Error{*e}
}

// deliver puts lines about a request into the API's log group, as the log's role: if that may not, they are lost, as with
// AppSync, and the log of the calls says so.
func (s *Service) deliver(ctx context.Context, a *api, lines []string) {
	if len(lines) == 0 {
		return
	}
	who, err := s.as(ctx, a.settings.LogConfig.CloudWatchLogsRoleArn)
	if err == nil {
		sub, _ := aws.WithEntry(aws.ByService(ctx))
		err = s.logs.Write(sub, who, "/aws/appsync/apis/"+a.id, a.id, s.now(), lines)
	}
	if err != nil {
		entry := aws.EntryOf(ctx)
		entry.Fault = errors.Join(entry.Fault, err)
	}
}
