package cloudformation

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// asJSON is a template's text as JSON: itself, or what stands in YAML, as `cdk import` sends it. Functions in YAML's short form,
// as in !Ref, are refused by name. Dates are texts, as CloudFormation takes them.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
func asJSON(text []byte) ([]byte, error) {
	if trimmed := bytes.TrimSpace(text); len(trimmed) == 0 || trimmed[0] == '{' {
		return text, nil
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, fmt.Errorf("got what is neither JSON nor YAML: %w", err)
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("got no object, want a template")
	}
	var b bytes.Buffer
	err := writeJSON(&b, document.Content[0])
	return b.Bytes(), err
}

// writeJSON writes a node in the order in which it stands.
func writeJSON(b *bytes.Buffer, n *yaml.Node) error {
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return fmt.Errorf("line %d: got %s, want the function's full form: the short one is not supported by the sandbox", n.Line, n.Tag)
	}
	switch n.Kind {
	case yaml.MappingNode:
		b.WriteByte('{')
		for i := 0; i < len(n.Content); i += 2 {
			if i > 0 {
				b.WriteByte(',')
			}
			writeText(b, n.Content[i].Value)
			b.WriteByte(':')
			if err := writeJSON(b, n.Content[i+1]); err != nil {
				return err
			}
		}
		b.WriteByte('}')
	case yaml.SequenceNode:
		b.WriteByte('[')
		for i, each := range n.Content {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := writeJSON(b, each); err != nil {
				return err
			}
		}
		b.WriteByte(']')
	case yaml.ScalarNode:
		return writeScalar(b, n)
	default:
		return fmt.Errorf("line %d: aliases are not supported by the sandbox", n.Line)
	}
	return nil
}

func writeScalar(b *bytes.Buffer, n *yaml.Node) error {
	switch n.Tag {
	case "!!null":
		b.WriteString("null")
	case "!!bool":
		value, err := strconv.ParseBool(strings.ToLower(n.Value))
		b.WriteString(strconv.FormatBool(value))
		return err
	case "!!int", "!!float":
		if !json.Valid([]byte(n.Value)) {
			return fmt.Errorf("line %d: got the number %s, want it as JSON has it", n.Line, n.Value)
		}
		b.WriteString(n.Value)
	default:
		writeText(b, n.Value)
	}
	return nil
}

func writeText(b *bytes.Buffer, text string) {
	encoded, _ := json.Marshal(text) // a text
	b.Write(encoded)
}
