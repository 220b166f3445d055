package access

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

func TestStream_patternsTellWhatHappened(t *testing.T) {
	const (
		isLive    = `{"dynamodb":{"NewImage":{"state":{"S":[{"prefix":"LIVE"}]}}}}`
		wasLive   = `{"dynamodb":{"OldImage":{"state":{"S":[{"prefix":"LIVE"}]}}}}`
		cameLive  = `{"dynamodb":{"NewImage":{"state":{"S":[{"prefix":"LIVE"}]}},"OldImage":{"state":{"S":[{"exists":false}]}}}}`
		becomes   = `{"dynamodb":{"NewImage":{"state":{"S":[{"prefix":"LIVE"}]}},"OldImage":{"state":{"S":[{"exists":true}]}}}}`
		ceases    = `{"dynamodb":{"NewImage":{"state":{"S":[{"exists":true}]}},"OldImage":{"state":{"S":[{"prefix":"LIVE"}]}}}}`
		wentLive  = `{"dynamodb":{"NewImage":{"state":{"S":[{"exists":false}]}},"OldImage":{"state":{"S":[{"prefix":"LIVE"}]}}}}`
		isPhoto   = `{"dynamodb":{"NewImage":{"row":{"S":[{"prefix":"PHOTO"}]}}}}`
		isComment = `{"dynamodb":{"NewImage":{"row":{"S":[{"prefix":"COMMENT#"}]}}}}`
		isLeaving = `{"dynamodb":{"NewImage":{"leaving":{"S":[{"prefix":"2"}]}}}}`
		leaves    = `{"dynamodb":{"NewImage":{"leaving":{"S":[{"prefix":"2"}]}},"OldImage":{"row":{"S":[{"exists":true}]}}}}`
		wasThere  = `{"dynamodb":{"NewImage":{"row":{"S":[{"exists":true}]}},"OldImage":{"leaving":{"S":[{"prefix":"2"}]}}}}`
	)
	for name, test := range map[string]struct {
		stream Stream
		want   []string
	}{
		"all":                  {Stream{Products, []Row{Live}, AllChanges(), 10}, []string{isLive, wasLive}},
		"new ones":             {Stream{Products, []Row{Live}, []Change{Inserted}, 10}, []string{cameLive}},
		"changed":              {Stream{Products, []Row{Live}, []Change{Modified}, 10}, []string{becomes, ceases}},
		"gone":                 {Stream{Products, []Row{Live}, []Change{Removed}, 10}, []string{wentLive}},
		"not new":              {Stream{Products, []Row{Live}, []Change{Removed, Modified}, 10}, []string{becomes, wasLive}},
		"two":                  {Stream{Photos, []Row{Photo, Comment}, []Change{Inserted, Modified}, 10}, []string{isPhoto, strings.Replace(strings.Replace(ceases, "state", "row", 2), "LIVE", "PHOTO", 1), isComment, strings.Replace(strings.Replace(ceases, "state", "row", 2), "LIVE", "COMMENT#", 1)}},
		"who leaves":           {Stream{Photos, []Row{Leaving}, []Change{Inserted, Modified}, 10}, []string{isLeaving, wasThere}},
		"who had been, leaves": {Stream{Photos, []Row{Leaving}, []Change{Modified}, 10}, []string{leaves, wasThere}},
	} {
		got := test.stream.Patterns()
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(test.want, "\n"))
		}
		for _, pattern := range got {
			if !json.Valid([]byte(pattern)) {
				t.Errorf("%s: %s is no JSON", name, pattern)
			}
		}
	}
}

func TestValidateFunctions_takesWhatShips(t *testing.T) {
	if err := ValidateFunctions(Functions(), Rules()); err != nil {
		t.Error(err)
	}
	if !Streamed(Functions(), Products) || !Streamed(Functions(), Photos) || Streamed(Functions()[:1], Photos) {
		t.Error("want both tables heard of, and photos by the remover alone")
	}
}

func TestValidateFunctions_namesEachFaultOfStreams(t *testing.T) {
	hears := func(name Principal, streams ...Stream) Function {
		return Function{Name: name, Description: "d", Streams: streams}
	}
	good := Stream{Products, []Row{Live}, AllChanges(), 10}
	err := ValidateFunctions([]Function{
		hears("a", Stream{None, []Row{Live}, AllChanges(), 10}, Stream{Products, nil, nil, 0}, good),
		hears("b", Stream{Products, []Row{Photo, New}, []Change{"ANY", Inserted, Inserted}, 10}),
		hears("c", Stream{Photos, []Row{Photo, Comment, Like}, AllChanges(), 10}, good),
	}, Rules())
	if err == nil {
		t.Fatal("got no fault")
	}
	want := []string{
		`access function "a": stream 1, of "None": want one of the tables, [Products Photos]`,
		`access function "a": stream 2, of "Products": got no rows, want one kind or more: a mapping without a filter hears everything`,
		`access function "a": stream 2, of "Products": got no changes, want some of [INSERT MODIFY REMOVE]`,
		`access function "a": stream 2, of "Products": got batches of 0, want 1 to 1000`,
		`access function "a": stream 3, of "Products": stands twice; want one of each table, in which changes have an order`,
		`access function "b": stream 1, of "Products": got the row "photo", want a kind of row in that table`,
		`access function "b": stream 1, of "Products": got the row "new row", want a kind of row in that table`,
		`access function "b": stream 1, of "Products": got the change "ANY", want each of [INSERT MODIFY REMOVE] once`,
		`access function "b": stream 1, of "Products": got the change "INSERT", want each of [INSERT MODIFY REMOVE] once`,
		`access function "c": stream 1, of "Photos": got 6 filters from 3 kinds of rows, want at most 5`,
		`access functions: 4 hear of Products, want at most 2`,
	}
	if got := strings.Split(err.Error(), "\n"); !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
