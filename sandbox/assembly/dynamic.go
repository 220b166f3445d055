package assembly

import (
	"fmt"
	"regexp"
	"strings"
)

// DynamicReference is a text of a template that stands for a value of another service, as in
// {{resolve:secretsmanager:name:SecretString:::}}. It is replaced last, in what the functions have made.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html
type DynamicReference struct {
	Service string // secretsmanager, ssm or ssm-secure
	Name    string // the secret's name or ARN, or the parameter's name
	// JSONKey is the key of the secret whose value is meant; "" is all of its text.
	JSONKey string
	// VersionStage and VersionID say which version of a secret is meant; both "" is AWSCURRENT.
	VersionStage, VersionID string
	// Version is the number of a parameter's version; "" is the latest.
	Version string
}

const dynamicPrefix = "{{resolve:"

// dynamicText replaces the dynamic references of a text.
func (w *walk) dynamicText(at path, text string) string {
	if !strings.Contains(text, dynamicPrefix) {
		return text
	}
	w.path = at
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, dynamicPrefix)
		b.WriteString(before)
		if !found {
			return b.String()
		}
		body, rest, closed := strings.Cut(after, "}}")
		if !closed {
			w.fail("got the dynamic reference %q, want }} at its end", clip(dynamicPrefix+body))
			return ""
		}
		value, ok := w.dynamicValue(body)
		if !ok {
			return ""
		}
		b.WriteString(value)
		text = rest
	}
}

func (w *walk) dynamicValue(body string) (string, bool) {
	shown := clip(dynamicPrefix + body + "}}")
	ref, err := parseDynamic(body)
	switch {
	case err != nil:
		w.fail("got the dynamic reference %q: %w", shown, err)
		return "", false
	case w.in == InOutputs && ref.Service != "ssm":
		w.fail("got the dynamic reference %q in an output, which would show the secret", shown)
		return "", false
	case w.env.Secrets == nil:
		w.fail("got the dynamic reference %q, which nobody is there to resolve", shown)
		return "", false
	}
	value, err := w.env.Secrets.Dynamic(ref)
	switch {
	case err != nil:
		w.fail("the dynamic reference %q: %w", shown, err)
		return "", false
	case value == "":
		w.fail("the dynamic reference %q: got nothing, want a text", shown)
		return "", false
	}
	return value, w.spend(len(value))
}

// dynamic replaces the dynamic references in all texts of a resolved value, in place.
func (w *walk) dynamic(properties map[string]any) {
	var visit func(at path, v any) any
	visit = func(at path, v any) any {
		switch v := v.(type) {
		case string:
			v = w.dynamicText(at, v)
			return v
		case []any:
			for i := range v {
				v[i] = visit(append(at, indexStep(i)), v[i])
			}
		case map[string]any:
			for _, key := range sortedKeys(v) {
				v[key] = visit(append(at, keyStep(key)), v[key])
			}
		}
		return v
	}
	visit(path{keyStep("Properties")}, properties)
}

var parameterName = regexp.MustCompile(`^[A-Za-z0-9_./-]+$`)

// parseDynamic reads what stands between {{resolve: and }}.
func parseDynamic(body string) (DynamicReference, error) {
	service, rest, _ := strings.Cut(body, ":")
	fields := strings.Split(rest, ":")
	ref := DynamicReference{Service: service}
	switch service {
	case "ssm", "ssm-secure":
		if len(fields) == 2 && strings.Trim(fields[1], "0123456789") == "" {
			ref.Version, fields = fields[1], fields[:1]
		}
		if ref.Name = fields[0]; len(fields) != 1 || !parameterName.MatchString(ref.Name) {
			return ref, fmt.Errorf("want %s:parameter-name, or %s:parameter-name:version", service, service)
		}
		return ref, nil
	case "secretsmanager":
		name := 1
		if fields[0] == "arn" {
			name = min(7, len(fields))
		}
		ref.Name, fields = strings.Join(fields[:name], ":"), fields[name:]
		for i, into := range []*string{new(string), &ref.JSONKey, &ref.VersionStage, &ref.VersionID} {
			if i < len(fields) {
				*into = fields[i]
			}
		}
		kind := ""
		if len(fields) > 0 {
			kind = fields[0]
		}
		if ref.Name == "" || len(fields) > 4 || kind != "SecretString" && kind != "" || ref.VersionStage != "" && ref.VersionID != "" {
			return ref, fmt.Errorf("want secretsmanager:name:SecretString:json-key:version-stage:version-id with at most one of the versions")
		}
		return ref, nil
	}
	return ref, fmt.Errorf("got the service %q, want secretsmanager, ssm or ssm-secure", clip(service))
}
