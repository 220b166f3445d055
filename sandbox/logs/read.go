package logs

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/sandbox/store"
)

// What an answer holds at most.
const (
	maxEvents = 10_000
	maxBytes  = 1 << 20 // of messages
	maxPage   = 50      // groups or streams
)

type groupsInput struct {
	Limit   int    `aws:"limit" min:"1" max:"50"`
	Pattern string `aws:"logGroupNamePattern" shape:"LogGroupNamePattern"`
	Prefix  string `aws:"logGroupNamePrefix" shape:"LogGroupName"`
	Next    string `aws:"nextToken" min:"1"`
}

func (s *Service) allGroups(groupsInput) string { return s.streamARN("", "") }

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html
func (s *Service) describeGroups(_ context.Context, in groupsInput) (any, error) {
	limit := cmp.Or(in.Limit, maxPage)
	if in.Pattern != "" && in.Prefix != "" {
		return nil, invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
	}
	within := store.Prefix([]byte(in.Prefix))
	if in.Next != "" {
		last, err := s.after(in.Next, "groups")
		if err != nil {
			return nil, err
		}
		within.From = store.After([]byte(last))
	}
	list, next := []map[string]any{}, ""
	err := s.Store.View(func(tx store.Reader) error {
		for _, value := range tx.Range(groupSpace, within) {
			var g group
			if err := json.Unmarshal(value, &g); err != nil {
				return err
			}
			if !strings.Contains(strings.ToLower(g.Name), strings.ToLower(in.Pattern)) {
				continue
			}
			if len(list) == limit {
				next = s.seal(fmt.Sprint(list[limit-1]["logGroupName"]), "groups")
				return nil
			}
			list = append(list, s.described(&g))
		}
		return nil
	})
	return page(map[string]any{"logGroups": list}, next), err
}

// described is a group as CloudWatch describes it.
func (s *Service) described(g *group) map[string]any {
	d := map[string]any{
		"logGroupName": g.Name, "creationTime": g.Created.UnixMilli(), "metricFilterCount": 0, "storedBytes": g.Bytes,
		"arn": s.groupARN(g.Name) + ":*", "logGroupArn": s.groupARN(g.Name), "logGroupClass": "STANDARD",
	}
	if g.Retention > 0 {
		d["retentionInDays"] = g.Retention
	}
	return d
}

// page adds the token of the next page, if there is one.
func page(output map[string]any, next string) map[string]any {
	if next != "" {
		output["nextToken"] = next
	}
	return output
}

type streamsInput struct {
	Descending bool   `aws:"descending"`
	Limit      int    `aws:"limit" min:"1" max:"50"`
	Identifier string `aws:"logGroupIdentifier" shape:"LogGroupIdentifier"`
	Name       string `aws:"logGroupName" shape:"LogGroupName"`
	Prefix     string `aws:"logStreamNamePrefix" shape:"LogStreamName"`
	Next       string `aws:"nextToken" min:"1"`
	OrderBy    string `aws:"orderBy" enum:"LogStreamName,LastEventTime"`
}

type tagsInput struct {
	ARN string `aws:"resourceArn" required:"true" shape:"AmazonResourceName"`
}

// taggedARN is the group's. Nothing else is here that could have tags.
func (s *Service) taggedARN(in tagsInput) string {
	if name, ok := strings.CutPrefix(in.ARN, s.groupARN("")); ok && groupName().MatchString(name) {
		return in.ARN
	}
	return "*"
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_ListTagsForResource.html
func (s *Service) listTags(_ context.Context, in tagsInput) (any, error) {
	var g group
	name, known := strings.CutPrefix(in.ARN, s.groupARN(""))
	err := s.Store.View(func(tx store.Reader) error {
		found, err := store.GetJSON(tx, groupSpace, name, &g)
		if err == nil && (!found || !known) {
			err = refuse("ResourceNotFoundException", "The specified resource does not exist.")
		}
		return err
	})
	return map[string]any{"tags": g.Tags}, err
}

func (s *Service) streamsARN(in streamsInput) string {
	return s.streamARN(s.group(reference{in.Name, in.Identifier}), "")
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html
func (s *Service) describeStreams(_ context.Context, in streamsInput) (any, error) {
	limit := cmp.Or(in.Limit, maxPage)
	if in.OrderBy == "LastEventTime" && in.Prefix != "" {
		return nil, invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
	}
	name := s.group(reference{in.Name, in.Identifier})
	streams, err := s.streams(name, in.Prefix)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(streams, func(a, b stream) int {
		order := strings.Compare(a.Name, b.Name)
		if in.OrderBy == "LastEventTime" {
			order = cmp.Or(cmp.Compare(a.Last, b.Last), order)
		}
		if in.Descending {
			return -order
		}
		return order
	})
	if in.Next != "" {
		last, err := s.after(in.Next, "streams", name)
		if err != nil {
			return nil, err
		}
		streams = streams[slices.IndexFunc(streams, func(x stream) bool { return x.Name == last })+1:]
	}
	next := ""
	if len(streams) > limit {
		streams = streams[:limit]
		next = s.seal(streams[limit-1].Name, "streams", name)
	}
	list := []map[string]any{}
	for _, x := range streams {
		list = append(list, map[string]any{
			"logStreamName": x.Name, "creationTime": x.Created.UnixMilli(), "firstEventTimestamp": x.First, "lastEventTimestamp": x.Last,
			"lastIngestionTime": x.LastIngestion, "arn": s.streamARN(name, x.Name), "uploadSequenceToken": "0", "storedBytes": 0,
		})
	}
	return page(map[string]any{"logStreams": list}, next), nil
}

// streams are the streams of a group whose names begin with the prefix.
func (s *Service) streams(group, prefix string) ([]stream, error) {
	var streams []stream
	err := s.Store.View(func(tx store.Reader) error {
		if _, found := tx.Get(groupSpace, []byte(group)); group == "" || !found {
			return noGroup()
		}
		for _, value := range tx.Range(streamSpace, store.Prefix([]byte(group+"\x00"+prefix))) {
			var x stream
			if err := json.Unmarshal(value, &x); err != nil {
				return err
			}
			streams = append(streams, x)
		}
		return nil
	})
	return streams, err
}

// found is a line with its place.
type found struct {
	event
	key []byte
}

// search says which lines of a group are wanted.
type search struct {
	group      string
	start, end int64  // milliseconds, without end itself; 0 is open
	after      []byte // a place: only what comes after it, or before it if reverse; nil is open
	reverse    bool   // the latest first
	limit      int    // lines
	wants      func(e *event) bool
}

// find returns the lines, and whether there are more.
func (s *Service) find(q search) (lines []found, more bool, err error) {
	bytes := 0
	err = s.Store.View(func(tx store.Reader) error {
		var g group
		if there, err := store.GetJSON(tx, groupSpace, q.group, &g); err != nil || !there {
			return cmp.Or(err, noGroup())
		}
		within := store.Prefix([]byte(g.Name + "\x00"))
		within.Reverse = q.reverse
		within.From = eventKey(g.Name, max(q.start, g.oldest(s.Now())), 0)
		if q.end > 0 {
			within.To = eventKey(g.Name, q.end, 0)
		}
		switch {
		case q.after == nil:
		case q.reverse && (within.To == nil || string(q.after) < string(within.To)):
			within.To = q.after
		case !q.reverse && string(q.after) >= string(within.From):
			within.From = store.After(q.after)
		}
		for key, value := range tx.Range(eventSpace, within) {
			f := found{key: slices.Clone(key)}
			if err := json.Unmarshal(value, &f.event); err != nil {
				return fmt.Errorf("%s %q: %w", eventSpace, key, err)
			}
			if !q.wants(&f.event) {
				continue
			}
			if more = len(lines) == q.limit || bytes+len(f.Message) > maxBytes && len(lines) > 0; more {
				return nil
			}
			lines, bytes = append(lines, f), bytes+len(f.Message)
		}
		return nil
	})
	return lines, more, err
}

// place writes that of a line, without its group.
func place(key []byte) string { return hex.EncodeToString(key[len(key)-16:]) }

// key is that of the line of a group at a place.
func key(group, place string) ([]byte, error) {
	b, err := hex.DecodeString(place)
	return append([]byte(group+"\x00"), b...), err
}

// seal makes the token of the end of a page, and after finds that again. What the list is of says of.
func (s *Service) seal(last string, of ...string) string {
	return s.pages.Seal(last, append([]string{"CloudWatch Logs"}, of...)...)
}

func (s *Service) after(token string, of ...string) (last string, err error) {
	last, ok := s.pages.Open(token, append([]string{"CloudWatch Logs"}, of...)...)
	if !ok {
		return "", invalid("The specified nextToken is invalid.")
	}
	return last, nil
}

type filterInput struct {
	End         int      `aws:"endTime" min:"0"`
	Pattern     string   `aws:"filterPattern" max:"1024"`
	Interleaved bool     `aws:"interleaved"` // it is always so
	Limit       int      `aws:"limit" min:"1" max:"10000"`
	Identifier  string   `aws:"logGroupIdentifier" shape:"LogGroupIdentifier"`
	Name        string   `aws:"logGroupName" shape:"LogGroupName"`
	Prefix      string   `aws:"logStreamNamePrefix" shape:"LogStreamName"`
	Streams     []string `aws:"logStreamNames" min:"1" max:"100" each:"LogStreamName"`
	Next        string   `aws:"nextToken" min:"1"`
	Start       int      `aws:"startTime" min:"0"`
}

func (s *Service) filterARN(in filterInput) string {
	return s.streamARN(s.group(reference{in.Name, in.Identifier}), "")
}

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html
func (s *Service) filterEvents(_ context.Context, in filterInput) (any, error) {
	limit := cmp.Or(in.Limit, maxEvents)
	pattern, err := ParsePattern(in.Pattern)
	if err != nil {
		return nil, invalid("%s", err)
	}
	if in.Prefix != "" && in.Streams != nil {
		return nil, invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
	}
	q := search{group: s.group(reference{in.Name, in.Identifier}), start: int64(in.Start), end: int64(in.End), limit: limit}
	q.wants = func(e *event) bool {
		return strings.HasPrefix(e.Stream, in.Prefix) && (in.Streams == nil || slices.Contains(in.Streams, e.Stream)) && pattern.Matches(e.Message)
	}
	if in.Next != "" {
		last, err := s.after(in.Next, "lines", q.group)
		if err != nil {
			return nil, err
		}
		if q.after, err = key(q.group, last); err != nil {
			return nil, err
		}
	}
	lines, more, err := s.find(q)
	if err != nil {
		return nil, err
	}
	list, next := []map[string]any{}, ""
	for _, f := range lines {
		list = append(list, map[string]any{
			"logStreamName": f.Stream, "timestamp": timeOf(f.key), "message": f.Message, "ingestionTime": f.Ingested, "eventId": place(f.key),
		})
	}
	if more {
		next = s.seal(place(lines[len(lines)-1].key), "lines", q.group)
	}
	return page(map[string]any{"events": list, "searchedLogStreams": []any{}}, next), nil
}

type eventsInput struct {
	End        int    `aws:"endTime" min:"0"`
	Limit      int    `aws:"limit" min:"1" max:"10000"`
	Identifier string `aws:"logGroupIdentifier" shape:"LogGroupIdentifier"`
	Name       string `aws:"logGroupName" shape:"LogGroupName"`
	Stream     string `aws:"logStreamName" required:"true" shape:"LogStreamName"`
	Next       string `aws:"nextToken" min:"1"`
	FromHead   bool   `aws:"startFromHead"`
	Start      int    `aws:"startTime" min:"0"`
	Unmask     bool   `aws:"unmask"` // nothing is masked
}

func (s *Service) eventsARN(in eventsInput) string {
	return s.streamARN(s.group(reference{in.Name, in.Identifier}), in.Stream)
}

// getEvents reads a stream from its end, or its head, and on in both directions: a token begins with f/ for what comes after
// a line and b/ for what comes before it, and stays the same at the end.
// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
func (s *Service) getEvents(_ context.Context, in eventsInput) (any, error) {
	limit := cmp.Or(in.Limit, maxEvents)
	name := s.group(reference{in.Name, in.Identifier})
	streams, err := s.streams(name, in.Stream)
	if err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(streams, func(x stream) bool { return x.Name == in.Stream }) {
		return nil, refuse("ResourceNotFoundException", "The specified log stream does not exist.")
	}
	q := search{
		group: name, start: int64(in.Start), end: int64(in.End), limit: limit, reverse: !in.FromHead,
		wants: func(e *event) bool { return e.Stream == in.Stream },
	}
	at := strings.Repeat("0", 32)
	if in.Next != "" {
		direction, token, _ := strings.Cut(in.Next, "/")
		if direction != "f" && direction != "b" {
			return nil, invalid("The specified nextToken is invalid.")
		}
		if at, err = s.after(token, "events", name, in.Stream); err != nil {
			return nil, err
		}
		if q.after, err = key(name, at); err != nil {
			return nil, err
		}
		q.reverse = direction == "b"
	}
	lines, _, err := s.find(q)
	if err != nil {
		return nil, err
	}
	if q.reverse {
		slices.Reverse(lines)
	}
	first, last := at, at
	list := []map[string]any{}
	for i, f := range lines {
		if i == 0 {
			first = place(f.key)
		}
		last = place(f.key)
		list = append(list, map[string]any{"timestamp": timeOf(f.key), "message": f.Message, "ingestionTime": f.Ingested})
	}
	forward, backward := "f/"+s.seal(last, "events", name, in.Stream), "b/"+s.seal(first, "events", name, in.Stream)
	return map[string]any{"events": list, "nextForwardToken": forward, "nextBackwardToken": backward}, nil
}
