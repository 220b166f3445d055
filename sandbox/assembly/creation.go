package assembly

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// creation is a resource that was made up: all that the patterns of SymbolicTypes can draw on.
type creation struct {
	env        Environment
	resource   *Resource
	properties map[string]any
	opaque     bool // of no type that is known
	anew       bool // another than there was under its logical id
	id         string
}

// notInIDs are what would make a pattern, or a variable, of an id that comes to stand in a policy.
const notInIDs = "*?${}"

// create makes a resource up. One that is opaque may be of any type; one that is made anew has other ids.
func create(env Environment, res *Resource, properties map[string]any, opaque, anew bool) (*creation, error) {
	c := &creation{env: env, resource: res, properties: properties, opaque: opaque, anew: anew}
	kind, ok := symbolicTypes[res.Type]
	if opaque && (!ok || strings.HasSuffix(kind.ID, "|name}") || strings.HasSuffix(kind.ID, "|lowername}")) {
		// A name that is stated could be the beginning of another's.
		kind.ID, ok = "{name}", true
	}
	if !ok {
		return nil, c.fault("Type", fmt.Errorf("the type %s has no symbolic form", clip(res.Type)))
	}
	id, err := c.expand(kind.ID)
	if err == nil && strings.ContainsAny(id, notInIDs) {
		err = fmt.Errorf("got the physical id %q, want one without any of %s", clip(id), notInIDs)
	}
	if err != nil {
		return nil, c.fault("Properties", err)
	}
	c.id = id
	return c, nil
}

func (c *creation) attribute(name string) (string, error) {
	pattern, ok := symbolicTypes[c.resource.Type].Attributes[name]
	if !ok && c.opaque {
		return c.made(name)
	}
	if !ok {
		return "", fmt.Errorf("the attribute %s of %s has no symbolic form", clip(name), c.resource.Type)
	}
	return c.expand(pattern)
}

// made is an attribute of which nothing is known but its name: an ARN where the name says so.
func (c *creation) made(name string) (string, error) {
	if !strings.HasSuffix(name, "Arn") && !strings.HasSuffix(name, "ARN") {
		return c.expand("{id}-" + strings.ToLower(strings.ReplaceAll(name, ".", "-")))
	}
	arn, known := symbolicTypes[c.resource.Type].Attributes["Arn"]
	if !known {
		arn = "arn:{partition}:" + strings.ToLower(strings.Split(c.resource.Type+"::", "::")[1]) + ":{region}:{account}:{id}"
	}
	return c.expand(arn + strings.TrimSuffix("/"+name, "/Arn"))
}

func (c *creation) fault(path string, err error) error {
	return &Fault{Stack: c.env.StackName, Kind: KindResource, LogicalID: c.resource.LogicalID, Construct: c.resource.Construct, Path: path, Err: err}
}

// expand replaces the placeholders of a pattern; see SymbolicType.
func (c *creation) expand(pattern string) (string, error) {
	var b strings.Builder
	for pattern != "" {
		before, after, found := strings.Cut(pattern, "{")
		b.WriteString(before)
		if !found {
			break
		}
		name, rest, _ := strings.Cut(after, "}")
		text, err := c.placeholder(name)
		if err != nil {
			return "", err
		}
		b.WriteString(text)
		pattern = rest
	}
	return b.String(), nil
}

func (c *creation) placeholder(name string) (string, error) {
	own := seed(c.env.StackName + "/" + c.resource.LogicalID + "/" + c.resource.Type)
	if c.anew {
		own += "/anew"
	}
	switch name {
	case "partition":
		return c.env.Partition, nil
	case "region":
		return c.env.Region, nil
	case "account":
		return c.env.AccountID, nil
	case "suffix":
		return c.env.URLSuffix, nil
	case "id":
		return c.id, nil
	case "uuid":
		return own.uuid(), nil
	case "name":
		return c.name(24) + "-" + own.text(lettersAndDigits, 12), nil
	case "lowername":
		return strings.ToLower(c.name(24)) + "-" + own.text(lowerAndDigits, 13), nil
	case "id9":
		return own.text(lettersAndDigits, 9), nil
	case "upper13":
		return "E" + own.text(upperAndDigits, 12), nil
	case "host13":
		return "d" + (own+"/host").text(lowerAndDigits, 12), nil
	case "id26":
		return own.text(lowerAndDigits, 26), nil
	case "host26":
		return (own + "/host").text(lowerAndDigits, 26), nil
	}
	property, otherwise, optional := strings.Cut(name, "|")
	v, ok := c.properties[property]
	if !ok && optional {
		if otherwise == "/" {
			return otherwise, nil
		}
		return c.placeholder(otherwise)
	}
	if !ok {
		return "", fmt.Errorf("%s: got none, want a text: it is part of an id", property)
	}
	text, isText := v.(string)
	if !isText || text == "" || strings.ContainsAny(text, notInIDs) {
		return "", fmt.Errorf("%s: got %s, want a text that can be part of an id", property, describe(v))
	}
	return text, nil
}

// name is the stack's name and the logical id, each cut to that many characters, which is what AWS makes names of.
func (c *creation) name(most int) string {
	cut := func(s string) string { return strings.Trim(s[:min(most, len(s))], "-") }
	return cut(c.env.StackName) + "-" + cut(c.resource.LogicalID)
}

// seed is a text that others are derived from.
type seed string

const (
	lowerAndDigits   = "abcdefghijklmnopqrstuvwxyz0123456789"
	upperAndDigits   = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	lettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

// text returns n characters, at most 32, of the alphabet.
func (s seed) text(alphabet string, n int) string {
	sum := sha256.Sum256([]byte(s))
	out := make([]byte, n)
	for i := range out {
		out[i] = alphabet[int(sum[i])%len(alphabet)]
	}
	return string(out)
}

func (s seed) uuid() string {
	sum := sha256.Sum256([]byte(s))
	sum[6], sum[8] = sum[6]&0x0f|0x40, sum[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}
