package dynamodb

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"strings"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// words are DynamoDB's for what is wrong with a request. It reports ten violations of constraints at most.
var words = &input.Dialect{
	Shapes: map[string]input.Shape{
		"AttributeName":   {Min: 1, Max: item.MaxName},
		"NonKeyAttribute": {Min: 1, Max: 255},
		"IndexName":       {Min: 3, Max: 255, Pattern: nameLetters},
		"TableName":       {Min: 1, Max: 255, Pattern: nameLetters, Part: nameInARN},
		"TableArn":        {Min: 1, Max: 1024, Pattern: nameLetters, Part: nameInARN},
	},
	Values:   values{},
	Most:     10,
	Mismatch: func(_ string, err error) error { return &Error{Type: "SerializationException", Message: err.Error()} },
	Invalid:  func(message string) error { return validation("%s", message) },
	Unknown: func(operation string, members []string) error {
		for i, path := range members {
			members[i] = operation + "." + path + " is not supported by the sandbox"
			if use := successors[path[strings.LastIndexByte(path, '.')+1:]]; use != "" {
				members[i] += ": use " + use
			}
		}
		return validation("%s", strings.Join(members, "; "))
	},
}

const nameLetters = "[a-zA-Z0-9_.-]+"

var wholeName = regexp.MustCompile(`\A` + nameLetters + `\z`)

// nameInARN is the name of the table in a text that may be its ARN. What is no ARN of a table is refused where it is read.
func nameInARN(text string) (string, bool) {
	if !strings.HasPrefix(text, "arn:") {
		return text, true
	}
	parts := strings.SplitN(text, ":", 6)
	if len(parts) != 6 || parts[1] != "aws" || parts[2] != "dynamodb" {
		return "", false
	}
	name, ok := strings.CutPrefix(parts[5], "table/")
	return name, ok && wholeName.MatchString(name)
}

// successors are the parameters that took the place of older ones.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/LegacyConditionalParameters.html
var successors = map[string]string{
	"AttributesToGet":     "ProjectionExpression",
	"AttributeUpdates":    "UpdateExpression",
	"ConditionalOperator": "AND or OR in an expression",
	"Expected":            "ConditionExpression",
	"KeyConditions":       "KeyConditionExpression",
	"QueryFilter":         "FilterExpression",
	"ScanFilter":          "FilterExpression",
}

// parse reads the JSON of a request. Of two members of one name the last counts, as with DynamoDB, which does not say what is
// wrong with a body that is no JSON.
func parse(body []byte) (tree any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, errors.New("")
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("")
	}
	return tree, nil
}

// values are DynamoDB's: it takes some texts for truths, cuts fractions off, and speaks of Java's types.
type values struct{}

func (values) Text(tree any) (string, error)   { return item.Text(tree) }
func (values) Truth(tree any) (bool, error)    { return item.Truth(tree) }
func (values) Integer(tree any) (int64, error) { return item.Integer(tree) }
func (values) List(tree any) ([]any, error)    { return item.Elements(tree) }

func (values) Object(tree any, into reflect.Type) (map[string]any, error) {
	switch v := tree.(type) {
	case map[string]any:
		return v, nil
	case []any:
		return nil, item.TypeError("Unrecognized collection type " + javaType(into))
	}
	return nil, item.TypeError("Unexpected field type")
}

// javaType is a struct's or a map's type as DynamoDB's messages have it.
func javaType(t reflect.Type) string {
	const own = "com.amazonaws.dynamodb.v20120810."
	switch {
	case t.Kind() != reflect.Map:
		return "class " + own + t.Name()
	case t.Elem().Kind() == reflect.String:
		return "java.util.Map<java.lang.String, java.lang.String>"
	}
	return "java.util.Map<java.lang.String, " + own + t.Elem().Name() + ">"
}
