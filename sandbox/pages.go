package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"lightbox.example/lightbox/sandbox/cognito"
)

// pagesPath is where the sandbox's own pages are.
const pagesPath = "/_lightbox/"

// Mail is a message that Cognito or SNS would send, as the inbox shows it.
type Mail = cognito.Message

// What is below pagesPath beside the pages: the bridge, and the scripts that lead a page in any browser there.
const (
	bridgeName = "bridge"
	scriptName = "browser.js"
	workerName = "worker.js"
)

// A letter is a message of the inbox.
type letter struct {
	Time     string `json:"time"` // ISO 8601, UTC
	To       string `json:"to"`
	Username string `json:"username"`
	Purpose  string `json:"purpose"` // the operation that asked for it, as in SignUp
	Subject  string `json:"subject"`
	Code     string `json:"code"`
	Link     string `json:"link,omitempty"` // what is to be followed, as of a subscription
	Pool     string `json:"pool"`           // or the topic
}

// letters are those of the inbox, the newest first.
func (s *Sandbox) letters() []letter {
	letters := []letter{}
	for _, m := range s.Inbox.Messages() {
		letters = append([]letter{{
			Time: m.Time.UTC().Format("2006-01-02T15:04:05Z"), To: m.To, Username: m.Username, Purpose: m.Purpose,
			Subject: m.Subject, Code: m.Code, Link: m.Link, Pool: m.PoolName,
		}}, letters...)
	}
	return letters
}

// numbered reads a number of a query, 0 where it has none. The error says what wants one.
func numbered(query url.Values, name, of string) (uint64, error) {
	text := query.Get(name)
	if text == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil {
		return 0, misasked{fmt.Errorf("%s: got %q, want the number of %s", name, clipped(text), of)}
	}
	return n, nil
}

// A LogLine is a line of CloudWatch Logs, as the page and `lightbox sandbox logs` show it.
type LogLine struct {
	ID      string `json:"id"`
	Time    string `json:"time"` // ISO 8601, UTC
	Group   string `json:"group"`
	Message string `json:"message"`
}

// recentLogs are the latest log lines behind the one that ?after= names.
func (s *Sandbox) recentLogs(r *http.Request) (any, error) {
	query := r.URL.Query()
	if _, err := numbered(query, "after", "a line"); err != nil {
		return nil, err
	}
	found, err := s.Logs.Lines(query.Get("after"), callsLimit)
	lines := []LogLine{}
	for _, line := range found {
		lines = append(lines, LogLine{ID: line.ID, Time: line.Time.UTC().Format("2006-01-02T15:04:05.000Z"), Group: line.Group, Message: line.Message})
	}
	return lines, err
}
