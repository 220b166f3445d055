package appsync

import (
	"encoding/json"
	"errors"

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

// deliver puts the lines of a request into the API's log group, as the log's role: if that may not, they are lost, as with
// AppSync, and the log of the calls says so.
func (s *Service) deliver(r *request) {
	if len(r.lines) == 0 {
		return
	}
	who, err := s.as(r.ctx, r.api.settings.LogConfig.CloudWatchLogsRoleArn)
	if err == nil {
		sub, _ := aws.WithEntry(aws.ByService(r.ctx))
		err = s.logs.Write(sub, who, "/aws/appsync/apis/"+r.api.id, r.api.id, s.now(), r.lines)
	}
	if err != nil {
		entry := aws.EntryOf(r.ctx)
		entry.Fault = errors.Join(entry.Fault, err)
	}
}
