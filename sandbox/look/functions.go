package look

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"
)

// A FunctionPage is what GET /_lightbox/functions answers: the functions and the log groups. ?function= is one, with its latest invocations and the
// end of its log; ?group= is the end of another log, as of the resolvers of an API.
type FunctionPage struct {
	Functions   []Function   `json:"functions"`
	Groups      []string     `json:"groups"`
	Function    string       `json:"function,omitempty"`
	Invocations []Invocation `json:"invocations"`
	Group       string       `json:"group,omitempty"`
	Lines       []Line       `json:"lines"`
}

// Function is a function with its settings, in AWS's words.
type Function struct {
	Name          string          `json:"name"`
	LogGroup      string          `json:"logGroup"`
	Running       int             `json:"running"` // programs
	Invocations   int             `json:"invocations"`
	Failed        int             `json:"failed"` // of these, since the sandbox runs and as far as it remembers
	Configuration json.RawMessage `json:"configuration"`
}

// Invocation is one that is over.
type Invocation struct {
	Time       string  `json:"time"`
	By         string  `json:"by"` // an ARN, or the kind of who asked
	RequestID  string  `json:"requestId"`
	DurationMS float64 `json:"durationMs"`
	InitMS     float64 `json:"initMs"`          // 0 of a program that ran
	Error      string  `json:"error,omitempty"` // "" of one that went well
}

// Line is a line of a log.
type Line struct {
	ID      string `json:"id"`
	Time    string `json:"time"`
	Stream  string `json:"stream"`
	Message string `json:"message"`
}

const linesAPage = 200

func (l *Looker) functions(ctx context.Context, query url.Values) (any, error) {
	page := FunctionPage{Functions: []Function{}, Invocations: []Invocation{}, Lines: []Line{}}
	if err := l.allFunctions(ctx, &page); err != nil {
		return nil, err
	}
	var err error
	if page.Groups, err = l.logGroups(ctx); err != nil {
		return nil, err
	}
	var names []string
	for _, f := range page.Functions {
		names = append(names, f.Name)
	}
	if query.Get("function") != "" {
		if page.Function, err = chosen(query, "function", names); err != nil {
			return nil, err
		}
		page.Group = page.Functions[slices.Index(names, page.Function)].LogGroup
		for _, i := range l.Functions.Recent(page.Function) {
			page.Invocations = append(page.Invocations, Invocation{
				stamp(i.Ended), i.By, i.RequestID, float64(i.Duration.Microseconds()) / 1000, float64(i.Init.Microseconds()) / 1000, i.Error,
			})
		}
	}
	if query.Get("group") != "" {
		if page.Group, err = chosen(query, "group", page.Groups); err != nil {
			return nil, err
		}
	}
	return page, l.tail(&page)
}

func (l *Looker) tail(page *FunctionPage) error {
	if page.Group == "" {
		return nil
	}
	found, err := l.Logs.Tail(page.Group, linesAPage)
	for _, line := range found {
		page.Lines = append(page.Lines, Line{line.ID, stamp(line.Time), line.Stream, strings.TrimRight(line.Message, "\n")})
	}
	return err
}

// allFunctions reads the functions, page by page.
func (l *Looker) allFunctions(ctx context.Context, page *FunctionPage) error {
	running := map[string]int{}
	for _, f := range l.Functions.Functions() {
		running[f.Name] = f.Running
	}
	for marker := ""; ; {
		in := url.Values{}
		if marker != "" {
			in.Set("Marker", marker)
		}
		answer, err := l.Client.rest(ctx, "lambda", "GET", "/2015-03-31/functions", in)
		if err != nil {
			return err
		}
		var out struct {
			Functions  []json.RawMessage
			NextMarker string
		}
		if err := json.Unmarshal(answer.body.Bytes(), &out); err != nil {
			return err
		}
		for _, text := range out.Functions {
			var c struct {
				FunctionName  string
				LoggingConfig struct{ LogGroup string }
			}
			if err := json.Unmarshal(text, &c); err != nil {
				return err
			}
			f := Function{Name: c.FunctionName, LogGroup: c.LoggingConfig.LogGroup, Running: running[c.FunctionName], Configuration: text}
			for _, i := range l.Functions.Recent(f.Name) {
				f.Invocations++
				if i.Error != "" {
					f.Failed++
				}
			}
			page.Functions = append(page.Functions, f)
		}
		if marker = out.NextMarker; marker == "" {
			return nil
		}
	}
}

func (l *Looker) logGroups(ctx context.Context) ([]string, error) {
	names, next := []string{}, ""
	for {
		in := map[string]any{}
		if next != "" {
			in["nextToken"] = next
		}
		var out struct {
			LogGroups []struct {
				Name string `json:"logGroupName"`
			} `json:"logGroups"`
			Next string `json:"nextToken"`
		}
		if err := l.Client.look(ctx, "logs", "DescribeLogGroups", in, &out); err != nil {
			return nil, err
		}
		for _, g := range out.LogGroups {
			names = append(names, g.Name)
		}
		if next = out.Next; next == "" {
			return names, nil
		}
	}
}
