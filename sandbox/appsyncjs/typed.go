package appsyncjs

import (
	"encoding/json"
	"fmt"
	"math"

	"github.com/dop251/goja"
)

// The conversions to DynamoDB's typed values. Numbers stay JavaScript numbers, {"N": 12345}, as in AppSync.
// https://docs.aws.amazon.com/appsync/latest/devguide/dynamodb-helpers-in-util-dynamodb-js.html
var typeFunctions = map[string]function{
	"util.dynamodb.toDynamoDB":       {"(value)", "Any value as a typed value: lists, never sets.", func(c *invocation, args goja.FunctionCall) goja.Value { return c.typed("the value", args.Argument(0)) }},
	"util.dynamodb.toString":         {"(string)", "{S}; null for null.", scalarType("toString", "S", kindString)},
	"util.dynamodb.toNumber":         {"(number)", "{N}; null for null.", scalarType("toNumber", "N", kindNumber)},
	"util.dynamodb.toBinary":         {"(base64)", "{B}; null for null.", scalarType("toBinary", "B", kindString)},
	"util.dynamodb.toBoolean":        {"(boolean)", "{BOOL}; null for null.", scalarType("toBoolean", "BOOL", kindBoolean)},
	"util.dynamodb.toNull":           {"()", "{NULL: null}.", func(c *invocation, _ goja.FunctionCall) goja.Value { return c.record("NULL", goja.Null()) }},
	"util.dynamodb.toStringSet":      {"(strings)", "{SS}; null for null.", setType("toStringSet", "SS", kindString)},
	"util.dynamodb.toNumberSet":      {"(numbers)", "{NS}; null for null.", setType("toNumberSet", "NS", kindNumber)},
	"util.dynamodb.toBinarySet":      {"(base64s)", "{BS}; null for null.", setType("toBinarySet", "BS", kindString)},
	"util.dynamodb.toList":           {"(array)", "{L} of typed values; null for null.", containerType("toList", kindArray)},
	"util.dynamodb.toMap":            {"(object)", "{M} of typed values; null for null.", containerType("toMap", kindObject)},
	"util.dynamodb.toMapValues":      {"(object)", "A copy of the object with typed values; null for null.", toMapValues},
	"util.dynamodb.toS3Object":       {"(key, bucket, region, version?)", "{S} of the JSON by which an object in S3 is referred to.", toS3Object},
	"util.dynamodb.fromS3ObjectJson": {"(string)", "The key, bucket, region and version in the string of toS3Object.", fromS3ObjectJSON},
}

// typed is v as a typed value. AWS does not document what becomes of undefined, functions and numbers that are not finite,
// so name, the path of v in a message, is refused with them.
func (c *invocation) typed(name string, v goja.Value) goja.Value {
	switch kind := kindOf(v); kind {
	case kindString:
		return c.record("S", v)
	case kindBoolean:
		return c.record("BOOL", v)
	case kindNull:
		return c.record("NULL", goja.Null())
	case kindNumber:
		c.finite(name, v)
		return c.record("N", v)
	case kindArray:
		members := c.elements(name, v)
		for i := range members {
			members[i] = c.typed(fmt.Sprintf("%s[%d]", name, i), members[i])
		}
		return c.record("L", c.list(members))
	case kindObject:
		return c.record("M", c.typedMembers(name, v.(*goja.Object)))
	default:
		c.refuse("%s is %s, which has no typed value: leave it out or write null", name, kind)
		return nil
	}
}

// typedMembers is a copy of object with typed values.
func (c *invocation) typedMembers(name string, object *goja.Object) *goja.Object {
	if _, ok := c.marks[object]; ok {
		c.refuse("%s is an operation: operations are for the attributes of update", name)
	}
	members := c.vm.NewObject()
	for _, key := range object.Keys() {
		c.set(members, key, c.typed(name+"."+key, object.Get(key)))
	}
	return members
}

// finite refuses NaN and the infinities.
func (c *invocation) finite(name string, v goja.Value) {
	if n := v.ToFloat(); math.IsNaN(n) || math.IsInf(n, 0) {
		c.refuse("%s is %v, which has no typed value", name, n)
	}
}

func scalarType(name, key, kind string) func(*invocation, goja.FunctionCall) goja.Value {
	full := "util.dynamodb." + name
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		v := args.Argument(0)
		if absent(v) {
			return goja.Null()
		}
		c.want(kind, argument(full, 0), v)
		if kind == kindNumber {
			c.finite(argument(full, 0), v)
		}
		return c.record(key, v)
	}
}

func setType(name, key, kind string) func(*invocation, goja.FunctionCall) goja.Value {
	full := "util.dynamodb." + name
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		v := args.Argument(0)
		if absent(v) {
			return goja.Null()
		}
		members := c.elements(argument(full, 0), v)
		for i, member := range members {
			at := fmt.Sprintf("element %d of %s", i, argument(full, 0))
			c.want(kind, at, member)
			if kind == kindNumber {
				c.finite(at, member)
			}
		}
		return c.record(key, c.list(members))
	}
}

func containerType(name, kind string) func(*invocation, goja.FunctionCall) goja.Value {
	full := "util.dynamodb." + name
	return func(c *invocation, args goja.FunctionCall) goja.Value {
		v := args.Argument(0)
		if absent(v) {
			return goja.Null()
		}
		c.want(kind, argument(full, 0), v)
		return c.typed("the value", v)
	}
}

func toMapValues(c *invocation, args goja.FunctionCall) goja.Value {
	if absent(args.Argument(0)) {
		return goja.Null()
	}
	return c.typedMembers("the value", c.object(argument("util.dynamodb.toMapValues", 0), args.Argument(0)))
}

// s3Object is the JSON inside the string of toS3Object.
type s3Object struct {
	S3 struct {
		Key     string `json:"key"`
		Bucket  string `json:"bucket"`
		Region  string `json:"region"`
		Version string `json:"version,omitempty"`
	} `json:"s3"`
}

func toS3Object(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.dynamodb.toS3Object"
	var object s3Object
	object.S3.Key, object.S3.Bucket, object.S3.Region = c.text(name, args, 0), c.text(name, args, 1), c.text(name, args, 2)
	if !absent(args.Argument(3)) {
		object.S3.Version = c.text(name, args, 3)
	}
	text, err := json.Marshal(object)
	if err != nil {
		c.refuse("%s: %v", name, err)
	}
	return c.record("S", c.vm.ToValue(string(text)))
}

func fromS3ObjectJSON(c *invocation, args goja.FunctionCall) goja.Value {
	const name = "util.dynamodb.fromS3ObjectJson"
	var object s3Object
	if err := json.Unmarshal([]byte(c.text(name, args, 0)), &object); err != nil {
		c.refuse("%s: %v", name, err)
	}
	result := c.vm.NewObject()
	c.set(result, "key", object.S3.Key)
	c.set(result, "bucket", object.S3.Bucket)
	c.set(result, "region", object.S3.Region)
	if object.S3.Version != "" {
		c.set(result, "version", object.S3.Version)
	}
	return result
}
