package proof

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/vektah/gqlparser/v2/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

// A request is what a call asked of a table, or of a function.
type request struct {
	appsyncjs.Operation
	of interceptor

	function access.Principal // empty for a table's
	payload  json.RawMessage
}

// A fault is what a table or a function answers in the place of what it would: what it may always answer, and what
// it does when somebody else writes in the same moment.
type fault struct {
	at   int // which request of the call, from 0
	what string
	err  error // nil for no row
	// reads tells that row is there when AppSync reads the row whose condition failed; nil is none.
	reads bool
	row   appsyncjs.Item
	// seen is what comes of a function.
	seen appsyncjs.Seen
}

// otherAnswers lets the tables answer each request of the call otherwise, with all arguments there are
// and with none that may be left out.
func (c trialCall) otherAnswers(definitions ast.ArgumentDefinitionList) error {
	full, bare := c.full(definitions)
	for i, args := range []arguments{full, bare} {
		if i > 0 && fmt.Sprint(full) == fmt.Sprint(bare) {
			break
		}
		usual := c
		usual.args, usual.odd = args, []string{", with all arguments", ", with what it needs"}[i]
		if err := usual.never(); err != nil {
			return err
		}
		asked := c.asked
		for at, request := range asked {
			faults := request.faults()
			if i > 0 {
				faults = faults[:1] // what is left out changes nothing about rows
			}
			for _, f := range faults {
				f.at = at
				odd := usual
				odd.odd += fmt.Sprintf(", when request %d meets %s", at+1, f.what)
				c.fault = &f
				err := odd.never()
				c.fault = nil
				if err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// faults are what may go wrong with a request.
func (r request) faults() []fault {
	if r.function != "" {
		all := []fault{
			{what: "an error of the function", seen: appsyncjs.Seen{Error: &appsyncjs.Failure{Type: "Lambda:Unhandled", Message: otherWords}}},
			{what: "a refusal by the function", seen: appsyncjs.Seen{Result: arguments{"error": "it is no picture"}}},
		}
		if asked, err := readOrder(r.function, r.payload); err == nil && asked.Copy != nil {
			all = append(all, fault{what: "files that are gone", seen: appsyncjs.Seen{Result: arguments{"folder": asked.folder(), "gone": true}}})
		}
		return all
	}
	plain := func(code string) fault { return fault{what: code, err: &appsyncjs.Fault{Code: code}} }
	all := []fault{plain("ProvisionedThroughputExceededException"), plain("TransactionConflictException")}
	switch {
	case r.Name == "GetItem":
		all = append(all, fault{what: "no row"})
	case r.Name == "TransactWriteItems":
		all = append(all, r.canceled(0, "ThrottlingError", nil), r.canceled(0, "TransactionConflict", nil), r.everyConditionFails())
		for i, item := range r.Items {
			if item.Condition == nil {
				continue
			}
			all = append(all, r.canceled(i, "ConditionalCheckFailed", nil))
			if row := r.row(item.Key); row != nil {
				all = append(all, r.canceled(i, "ConditionalCheckFailed", row))
			}
		}
	case r.Condition != nil:
		failed := plain("ConditionalCheckFailedException")
		failed.what, failed.reads = "a condition that fails, as there is no row", true
		all = append(all, failed)
		failed.what, failed.row = "a condition that fails, as there is another row", r.row(r.Key)
		if failed.row == nil {
			failed.row = r.Key
		}
		all = append(all, failed)
	}
	return all
}

// row is what the table has with a key.
func (r request) row(key appsyncjs.Item) appsyncjs.Item {
	row, err := r.of.source().Item(context.Background(), key, true)
	if err != nil {
		return nil
	}
	return row
}

// canceled is the answer to a transaction of which one item could not be done.
func (r request) canceled(at int, code string, row appsyncjs.Item) fault {
	reasons := make([]appsyncjs.Reason, len(r.Items))
	for i := range reasons {
		reasons[i].Code = "None"
	}
	reasons[at] = appsyncjs.Reason{Code: code, Item: row}
	return fault{
		what: fmt.Sprintf("%s at item %d", code, at+1),
		err:  &appsyncjs.Fault{Code: "TransactionCanceledException", Reasons: reasons},
	}
}

// everyConditionFails is the answer to a transaction of which no condition holds.
func (r request) everyConditionFails() fault {
	reasons := make([]appsyncjs.Reason, len(r.Items))
	for i, item := range r.Items {
		reasons[i].Code = "None"
		if item.Condition != nil {
			reasons[i] = appsyncjs.Reason{Code: "ConditionalCheckFailed", Item: r.row(item.Key)}
		}
	}
	return fault{what: "conditions that all fail", err: &appsyncjs.Fault{Code: "TransactionCanceledException", Reasons: reasons}}
}

// faultType is the type of the error that AppSync makes of a fault.
func faultType(f *fault) string {
	var known *appsyncjs.Fault
	if errors.As(f.err, &known) {
		return "DynamoDB:" + known.Code
	}
	if f.seen.Error != nil {
		return f.seen.Error.Type
	}
	return ""
}

// writes tells whether a request may change something.
func (r request) writes() bool { return r.Name != "GetItem" && r.Name != "Query" || r.function != "" }
