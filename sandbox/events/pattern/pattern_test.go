package pattern_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/events/pattern"
)

// event is the page's for S3, with more in it.
const event = `{"version": "0", "source": "aws.s3", "detail-type": "Object Created", "resources": ["arn:aws:s3:::b", "arn:aws:s3:::c"], "none": [],
	"detail": {"bucket": {"name": "b"}, "object": {"key": "uploads/Ann/a.png", "size": 300}, "source-ip-address": "10.0.0.7", "gone": null, "hot": true,
	"tags": [{"k": "a", "v": 1}, {"k": "b", "v": 2}], "path": "a*b\\c"}}`

func TestMatches_whatThePageSays(t *testing.T) {
	var of map[string]any
	decoder := json.NewDecoder(strings.NewReader(event))
	decoder.UseNumber()
	if err := decoder.Decode(&of); err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]bool{
		`{"source": ["aws.s3"]}`:                                                            true,
		`{"source": ["aws.ec2", "aws.s3"]}`:                                                 true,
		`{"source": ["AWS.S3"]}`:                                                            false,
		`{"source": ["aws.s"]}`:                                                             false,
		`{"source": ["aws.s3"], "detail-type": ["Object Deleted"]}`:                         false,
		`{"source": ["aws.s3"], "detail-type": ["Object Created"]}`:                         true,
		`{"resources": ["arn:aws:s3:::c"]}`:                                                 true,
		`{"resources": ["arn:aws:s3:::d"]}`:                                                 false,
		`{"account": ["1"]}`:                                                                false,
		`{"detail": {"object": {"size": [300]}}}`:                                           true,
		`{"detail": {"object": {"size": ["300"]}}}`:                                         false,
		`{"detail": {"gone": [null]}}`:                                                      true,
		`{"detail": {"missing": [null]}}`:                                                   false,
		`{"detail": {"hot": [true]}}`:                                                       true,
		`{"detail": {"hot": ["true"]}}`:                                                     false,
		`{"detail": {"object": {"key": [{"prefix": "uploads/"}]}}}`:                         true,
		`{"detail": {"object": {"key": [{"prefix": "uploads/ann"}]}}}`:                      false,
		`{"detail": {"object": {"size": [{"prefix": "3"}]}}}`:                               false,
		`{"detail": {"missing": [{"prefix": "u"}]}}`:                                        false,
		`{"detail": {"object": {"key": [{"suffix": ".png"}]}}}`:                             true,
		`{"detail": {"object": {"key": [{"suffix": ".jpg"}]}}}`:                             false,
		`{"detail-type": [{"equals-ignore-case": "object created"}]}`:                       true,
		`{"detail-type": [{"equals-ignore-case": "object create"}]}`:                        false,
		`{"source": [{"anything-but": "aws.s3"}]}`:                                          false,
		`{"source": [{"anything-but": ["aws.ec2", "x"]}]}`:                                  true,
		`{"source": [{"anything-but": {"prefix": "aws."}}]}`:                                false,
		`{"source": [{"anything-but": {"suffix": ["x", "3"]}}]}`:                            false,
		`{"source": [{"anything-but": {"equals-ignore-case": "AWS.S3"}}]}`:                  false,
		`{"source": [{"anything-but": {"wildcard": "*.x"}}]}`:                               true,
		`{"account": [{"anything-but": "1"}]}`:                                              false,
		`{"detail": {"object": {"size": [{"anything-but": 300}]}}}`:                         false,
		`{"detail": {"object": {"size": [{"anything-but": [1, 2]}]}}}`:                      true,
		`{"detail": {"object": {"size": [{"numeric": ["=", 300.0]}]}}}`:                     true,
		`{"detail": {"object": {"size": [{"numeric": [">", 300]}]}}}`:                       false,
		`{"detail": {"object": {"size": [{"numeric": [">=", 300]}]}}}`:                      true,
		`{"detail": {"object": {"size": [{"numeric": [">", 0, "<=", 300]}]}}}`:              true,
		`{"detail": {"object": {"size": [{"numeric": [">", 0, "<", 300]}]}}}`:               false,
		`{"source": [{"numeric": ["=", 0]}]}`:                                               false,
		`{"detail": {"gone": [{"exists": true}]}}`:                                          true,
		`{"detail": {"gone": [{"exists": false}]}}`:                                         false,
		`{"detail": {"missing": [{"exists": false}]}}`:                                      true,
		`{"missing": {"missing": [{"exists": false}]}}`:                                     true,
		`{"none": [{"exists": false}]}`:                                                     true,
		`{"detail": {"object": [{"exists": true}]}}`:                                        false, // no leaf
		`{"detail": {"source-ip-address": [{"cidr": "10.0.0.0/24"}]}}`:                      true,
		`{"detail": {"source-ip-address": [{"cidr": "10.0.1.0/24"}]}}`:                      false,
		`{"source": [{"cidr": "10.0.1.0/24"}]}`:                                             false,
		`{"detail": {"object": {"key": [{"wildcard": "uploads/*/*.png"}]}}}`:                true,
		`{"detail": {"object": {"key": [{"wildcard": "uploads/*.jpg"}]}}}`:                  false,
		`{"detail": {"object": {"key": [{"wildcard": "*"}]}}}`:                              true,
		`{"detail": {"object": {"key": [{"wildcard": "uploads"}]}}}`:                        false,
		`{"detail": {"object": {"key": [{"wildcard": "uploads/Ann/a.png*png"}]}}}`:          false,
		`{"detail": {"path": [{"wildcard": "a\\**\\\\c"}]}}`:                                true,
		`{"detail": {"path": [{"wildcard": "a\\*c"}]}}`:                                     false,
		`{"detail": {"object": {"key": [{"prefix": {"equals-ignore-case": "UPLOADS/"}}]}}}`: true,
		`{"detail": {"object": {"key": [{"suffix": {"equals-ignore-case": ".JPG"}}]}}}`:     false,
		`{"$or": [{"source": ["x"]}, {"detail-type": ["Object Created"]}]}`:                 true,
		`{"$or": [{"source": ["x"]}, {"detail-type": ["y"]}]}`:                              false,
		`{"source": ["x"], "$or": [{"version": ["0"]}, {"version": ["1"]}]}`:                false,
		`{"detail": {"tags": {"k": ["b"], "v": [2]}}}`:                                      true,
		`{"detail": {"tags": {"k": ["a"], "v": [2]}}}`:                                      false, // of one object
	} {
		p, err := parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := p.Matches(of); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}

func parse(text string) (*pattern.Pattern, error) {
	var tree any
	if err := json.Unmarshal([]byte(text), &tree); err != nil {
		return nil, err
	}
	return pattern.Parse(tree)
}

func TestParse_refusesByName(t *testing.T) {
	for text, want := range map[string][]string{
		`[]`:                                              {": got [], want an object of fields"},
		`{}`:                                              {"want an object of fields"},
		`{"source": "aws.s3"}`:                            {`.source: got "aws.s3", want a list of values`},
		`{"source": []}`:                                  {".source: got an empty list"},
		`{"detail": {}}`:                                  {".detail: got {}"},
		`{"source": [["a"]]}`:                             {".source[0]: got a list"},
		`{"source": [{"regex": "a"}]}`:                    {".source[0]: the operator regex is not supported by the sandbox"},
		`{"source": [{}]}`:                                {".source[0]: got {}, want one operator"},
		`{"a": [{"prefix":"a","suffix":"b"}]}`:            {"want one operator"},
		`{"a": [{"prefix": 5}]}`:                          {".a[0].prefix: got 5, want a text"},
		`{"a": [{"prefix": ""}]}`:                         {`.a[0].prefix: got ""`},
		`{"a": [{"suffix": {"prefix": "x"}}]}`:            {".a[0].suffix: got"},
		`{"a": [{"exists": "true"}]}`:                     {`.a[0].exists: got "true", want true or false`},
		`{"a": [{"numeric": [">"]}]}`:                     {".a[0].numeric: got"},
		`{"a": [{"numeric": ["!=", 5]}]}`:                 {".a[0].numeric: got"},
		`{"a": [{"numeric": ["<", 6000000000]}]}`:         {".a[0].numeric: got"},
		`{"a": [{"numeric": ["<", 5, ">", 1]}]}`:          {".a[0].numeric: got"},
		`{"a": [{"numeric": [">", 5, "<", 1]}]}`:          {".a[0].numeric: got"},
		`{"a": [{"anything-but": [true]}]}`:               {".a[0].anything-but: got [true]"},
		`{"a": [{"anything-but": []}]}`:                   {".a[0].anything-but: got []"},
		`{"a": [{"anything-but": {"numeric": ["=",1]}}]}`: {".a[0].anything-but: got"},
		`{"a": [{"wildcard": "a**"}]}`:                    {".a[0].wildcard: got"},
		`{"a": [{"wildcard": "a\\b"}]}`:                   {".a[0].wildcard: got"},
		`{"a": [{"cidr": "10.0.0.0"}]}`:                   {".a[0].cidr: got"},
		`{"$or": [{"a": ["x"]}]}`:                         {".$or: got 1 patterns, want two"},
		`{"$or": [{"a": ["x"]}, {"b": "y"}]}`:             {".$or[1].b: got"},
		`{"a": 1, "b": [{"x": 1}], "c": {"d": []}}`:       {".a: got 1", ".b[0]: the operator x", ".c.d: got an empty list"}, // all at once
	} {
		_, err := parse(text)
		for _, part := range want {
			if err == nil || !strings.Contains(err.Error(), part) {
				t.Errorf("%s: got %v, want %s", text, err, part)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(`{"a": [{"anything-but": {"wildcard": "x*"}}], "$or": [{"b": [1]}, {"c": {"d": [null, {"exists": false}]}}]}`, event)
	f.Fuzz(func(_ *testing.T, text, event string) {
		p, err := parse(text)
		var of map[string]any
		if err == nil && json.Unmarshal([]byte(event), &of) == nil {
			p.Matches(of)
		}
	})
}
