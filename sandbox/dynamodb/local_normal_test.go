package dynamodb_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/dynamodb/item"
)

// compareLocal shows how an answer differs from DynamoDB Local's, but for what localDifferences explains, or nothing.
func compareLocal(o operation, got, want reply) string {
	if got.failed && want.failed && (otherFaultFirst(got, want) || refusedAtOnce(got, want)) {
		return ""
	}
	if _, ok := want.body["LastEvaluatedKey"]; !ok && o.name == "Query" {
		delete(got.body, "LastEvaluatedKey") // a known difference
	}
	e, l := localForm(o, got), localForm(o, want)
	if r, ok := o.body["ReturnValues"].(string); ok && strings.HasPrefix(r, "UPDATED_") && !got.failed && !want.failed && within(e, l) {
		return ""
	}
	return cmp.Diff(l, e)
}

// localForm is an answer of either in one form.
func localForm(o operation, r reply) any {
	if r.failed {
		text, _ := strings.CutSuffix(localText(r.String()), ": ")
		failure := object{"error": text}
		for _, name := range []string{"Item", "CancellationReasons"} {
			if more, ok := r.body[name]; ok {
				failure[name] = sorted(plain(more))
			}
		}
		reasons, _ := failure["CancellationReasons"].([]any)
		for _, reason := range reasons {
			if text, ok := reason.(object)["Message"].(string); ok {
				reason.(object)["Message"] = localText(text)
			}
		}
		return failure
	}
	body := plain(r.body).(object)
	if asked, ok := o.body["ReturnConsumedCapacity"]; !ok || asked == "NONE" {
		delete(body, "ConsumedCapacity")
	}
	sorted(body)
	tree := normal(o.name, body)
	if items, ok := body["Items"].([]any); ok && (o.name == "Scan" || o.body["IndexName"] != nil) {
		slices.SortFunc(items, byText)
	}
	return tree
}

// A rewording is a message of DynamoDB Local's, and DynamoDB's own that the engine has.
type rewording struct {
	local *regexp.Regexp
	own   string
}

func reworded(local, own string) rewording { return rewording{regexp.MustCompile(local), own} }

// localWords are for faults that both find in different words, or of which a request may have several.
var localWords = []rewording{
	reworded(`keys: \{.*\}$`, "keys: {…}"),
	reworded(`Cannot do operations on a non-existent table`, "Requested resource not found"),
	reworded(`Invalid \w+Expression: (An expression attribute name used in the document path is not defined; attribute name: ).*`, "$1…"),
	reworded(`(Two document paths overlap with each other; .*; path one: ).*`, "$1…"),
	reworded(`(The BETWEEN operator requires .*; lower bound operand: ).*`, "$1…"),
	reworded(`A value provided cannot be converted into a number`, "The parameter cannot be converted to a numeric value"),
	reworded(`(The parameter cannot be converted to a numeric value): .*`, "$1"),
	reworded(`DynamoDB only supports precision up to 38 digits`, imprecise),
	reworded(`Attempting to store more than 38 significant digits in a Number`, imprecise),
	reworded(`Number overflow. Attempting to store a number with magnitude larger than supported range`, imprecise),
	reworded(`Input collection .*contains duplicates.*`, "Input collection contains duplicates"),
	reworded(`Consistent read cannot be true when querying a GSI`, "Consistent reads are not supported on global secondary indexes"),
	reworded(`The conditional request failed\.`, "The conditional request failed"),
	reworded(`Invalid attribute value type`, "The provided key element does not match the schema"),
	reworded(`One or more parameter values were invalid: Type mismatch for key$`, "The provided key element does not match the schema"),
	reworded(`The query can return at most one row and cannot be restarted`, badStart),
	reworded(`The provided starting key is outside query boundaries based on provided conditions`, badStart),
	reworded(`The provided starting key does not match the range key predicate`, badStart),
	reworded(`The provided expression refers to an attribute that does not exist in the item`, unfit),
	reworded(`The document path provided in the update expression is invalid for update`, unfit),
	reworded(`An operand in the update expression has an incorrect data type`, unfit),
	reworded(`(IdempotentParameterMismatchException): .*`, "$1"),
}

const (
	imprecise = "a number with too many digits"
	badStart  = "a key to begin at that is not in the query"
	unfit     = "an update that does not fit the item"
)

func localText(text string) string {
	for _, w := range localWords {
		text = w.local.ReplaceAllString(text, w.own)
	}
	return text
}

// localFaults are what a request can have wrong, by how messages about it begin.
var localFaults = [][]string{
	{"Invalid UpdateExpression: The expression has redundant"}, {"Invalid ConditionExpression: The expression has redundant"},
	{"Invalid KeyConditionExpression: The expression has redundant"}, {"Invalid FilterExpression: The expression has redundant"},
	{"Invalid UpdateExpression"}, {"Invalid ConditionExpression"}, {"Invalid KeyConditionExpression"}, {"Invalid FilterExpression"},
	{"Invalid ProjectionExpression"}, {"Value provided in ExpressionAttribute"}, {"Supplied AttributeValue"}, {"Requested resource not found"},
	{"The provided key element"}, {"One or more parameter values were invalid: "}, {"Transaction request cannot"}, {"IdempotentParameter"}, {"Provided list of item keys"}, {unfit}, {imprecise, "The parameter cannot", "Number underflow", "Input collection"},
}

// otherFaultFirst reports whether a request has several faults, and DynamoDB Local came upon another one first.
func otherFaultFirst(got, want reply) bool {
	e, l := localFault(got.String()), localFault(want.String())
	return e >= 0 && l >= 0 && e != l
}

func localFault(message string) int {
	text := localText(message)
	if _, after, ok := strings.Cut(text, "Exception: "); ok {
		text = after
	}
	return slices.IndexFunc(localFaults, func(starts []string) bool { return anyPrefix(text, starts...) })
}

// refusedAtOnce reports whether DynamoDB Local refuses a transaction with the reason for which the engine cancels it, as
// DynamoDB does; or looks at its conditions before it sees that two of its actions are about one item.
//
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
func refusedAtOnce(got, want reply) bool {
	if strings.HasPrefix(got.message, "Transaction request cannot include multiple operations on one item") {
		return want.kind == "TransactionCanceledException" || localText(want.message) == unfit
	}
	own, _ := got.body["CancellationReasons"].([]any)
	others, _ := want.body["CancellationReasons"].([]any)
	for i, r := range own {
		reason := r.(object)
		message, _ := reason["Message"].(string)
		if reason["Code"] != "ValidationError" {
			continue
		}
		if other := want.message; len(others) == len(own) {
			other, _ = others[i].(object)["Message"].(string)
			return localText(message) == localText(other)
		} else if localFault(message) >= 0 && localFault(other) >= 0 {
			return true
		}
	}
	return false
}

// within reports whether updated attributes are those of DynamoDB Local, which returns the whole of an attribute that was
// changed within. Elements of lists have no names to tell them by.
func within(e, l any) bool {
	own, ok := e.(object)
	whole, both := l.(object)
	if !ok || !both {
		_, list := e.([]any)
		return list || cmp.Equal(e, l)
	}
	for name, member := range own {
		if other, ok := whole[name]; !ok || !within(member, other) {
			return false
		}
	}
	return true
}

// plain writes numbers in one way: those that are attributes as DynamoDB does, others without a fraction of nothing.
func plain(tree any) any {
	switch v := tree.(type) {
	case object:
		for name, member := range v {
			text, isText := member.(string)
			list, isList := member.([]any)
			switch {
			case len(v) == 1 && name == "N" && isText:
				v[name] = item.Number(text).Text
			case len(v) == 1 && name == "NS" && isList:
				for i, e := range list {
					list[i] = item.Number(e.(string)).Text
				}
			default:
				v[name] = plain(member)
			}
		}
	case []any:
		for i := range v {
			v[i] = plain(v[i])
		}
	case json.Number:
		return json.Number(item.Number(v.String()).Text)
	}
	return tree
}
