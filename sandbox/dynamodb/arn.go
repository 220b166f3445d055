package dynamodb

import (
	"reflect"
	"strings"
)

// Wherever a request names a table that is there, it may do so by the table's ARN; the answer then names it so as well.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html#DDB-GetItem-request-TableName,
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ConsumedCapacity.html

// nameOf is the name of the table that a text of a request stands for: a name, or an ARN of this account and region.
func (e *Service) nameOf(operation, text string) (string, error) {
	if !strings.HasPrefix(text, "arn:") {
		return text, nil
	}
	name, ok := nameInARN(text)
	parts := strings.SplitN(text, ":", 6)
	switch {
	case !ok:
		return "", validation("Invalid TableArn: Invalid ResourceArn provided as input %s", text)
	case parts[4] != e.account:
		return "", &Error{Type: "AccessDeniedException", Message: "User is not authorized to perform: dynamodb:" + operation + " on resource: " + text +
			" because no resource-based policy allows the dynamodb:" + operation + " action"}
	case parts[3] != e.region:
		return "", validation("Invalid TableArn: got the region %s, want %s: %s", parts[3], e.region, text)
	}
	return name, nil
}

// resourceOf is the ARN of the table that a text of a request stands for.
func (e *Service) resourceOf(text string) string {
	if strings.HasPrefix(text, "arn:") {
		return text
	}
	return e.tableARN(text)
}

// An arnReader puts the names of tables in the place of their ARNs in a request, and back in its answer.
type arnReader struct {
	*Service
	operation string
	given     map[string]string // name → ARN
}

func (a *arnReader) name(text string) (string, error) {
	name, err := a.nameOf(a.operation, text)
	if name != text && err == nil {
		if a.given == nil {
			a.given = map[string]string{}
		}
		a.given[name] = text
	}
	return name, err
}

// read goes through a request: each TableName, and the keys of RequestItems.
func (a *arnReader) read(v reflect.Value) error {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return nil
		}
		return a.read(v.Elem())
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Struct {
			return nil
		}
		for i := range v.Len() {
			if err := a.read(v.Index(i)); err != nil {
				return err
			}
		}
	case reflect.Struct:
		for _, f := range fieldsOf(v) {
			if err := a.field(f); err != nil {
				return err
			}
		}
	}
	return nil
}

func (a *arnReader) field(f field) error {
	switch f.Name {
	case "TableName":
		name, err := a.name(f.value.String())
		f.value.SetString(name)
		return err
	case "RequestItems":
		return a.keys(f.value)
	case "TransactItems", "ConditionCheck", "Delete", "Get", "Put", "Update":
		return a.read(f.value)
	}
	return nil
}

func (a *arnReader) keys(v reflect.Value) error {
	for _, key := range v.MapKeys() {
		name, err := a.name(key.String())
		if err != nil {
			return err
		}
		if name == key.String() {
			continue
		}
		if v.MapIndex(reflect.ValueOf(name)).IsValid() {
			return validation("RequestItems: got the table %s by its name and by its ARN, want it once", name)
		}
		v.SetMapIndex(reflect.ValueOf(name), v.MapIndex(key))
		v.SetMapIndex(key, reflect.Value{})
	}
	return nil
}

type field struct {
	reflect.StructField
	value reflect.Value
}

// fieldsOf are the fields of a struct and of those that it embeds.
func fieldsOf(v reflect.Value) []field {
	var fields []field
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if f.Anonymous {
			fields = append(fields, fieldsOf(v.Field(i))...)
			continue
		}
		fields = append(fields, field{f, v.Field(i)})
	}
	return fields
}

// write goes through an answer.
func (a *arnReader) write(out reflect.Value) {
	if a.given == nil {
		return
	}
	for _, f := range fieldsOf(out.Elem()) {
		switch f.Name {
		case "Responses", "UnprocessedKeys", "UnprocessedItems":
			if f.value.Kind() != reflect.Map {
				continue // TransactGetItems answers a list
			}
			for name, arn := range a.given {
				if was := f.value.MapIndex(reflect.ValueOf(name)); was.IsValid() {
					f.value.SetMapIndex(reflect.ValueOf(arn), was)
					f.value.SetMapIndex(reflect.ValueOf(name), reflect.Value{})
				}
			}
		case "ConsumedCapacity":
			switch capacity := f.value.Interface().(type) {
			case *ConsumedCapacity:
				a.rename(capacity)
			case []ConsumedCapacity:
				for i := range capacity {
					a.rename(&capacity[i])
				}
			}
		}
	}
}

func (a *arnReader) rename(c *ConsumedCapacity) {
	if c == nil {
		return
	}
	if arn, ok := a.given[c.TableName]; ok {
		c.TableName = arn
	}
}
