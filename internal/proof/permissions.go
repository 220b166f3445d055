package proof

import (
	"slices"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// permission is who may invoke a function besides its data source: a service, for one resource. Why says what for, as in
// "pictures is called for what is created in uploads/{user}/".
type permission struct {
	function             system.Function
	service, source, why string
	account              any // whose the resource has to be; nil where its ARN says so
}

// CheckCalls makes sure that our functions are called for what is declared, and by nobody else: by the user pool, for changes of
// tables, and by EventBridge. The functions are those declared, as access.Functions are.
func CheckCalls(s *system.System, declared []access.Function, rules []access.Rule) []Violation {
	triggers, ofThePool := checkTriggers(s, declared)
	events, ofRules := checkEvents(s, declared, rules)
	return slices.Concat(triggers, checkStreams(s, declared), events, checkPermissions(s, slices.Concat(ofThePool, ofRules)))
}

// checkPermissions makes sure that the permissions of functions are those that are wanted, each once, and no other. A service calls for
// resources of any account, so a permission names the resource.
// https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html
func checkPermissions(s *system.System, wanted []permission) []Violation {
	found := findings{rule: "permissions"}
	given := make([]bool, len(wanted))
	for _, resource := range ofType(s, "AWS::Lambda::Permission") {
		p := resource.Properties
		at := slices.IndexFunc(wanted, func(w permission) bool {
			return same(p["FunctionName"], w.function.ARN) && same(p["Principal"], w.service) && same(p["SourceArn"], w.source) &&
				same(p["SourceAccount"], w.account)
		})
		switch {
		case at < 0:
			found.opens(resource.At, "%v may use %v on %v for %v: nothing that is declared needs that", show(p["Principal"]), show(p["Action"]), show(p["FunctionName"]), show(p["SourceArn"]))
		case given[at]:
			found.opens(resource.At, "the permission is there twice: want one, because %s", wanted[at].why)
		case p["Action"] != "lambda:InvokeFunction":
			found.opens(resource.At, "Action: got %v, want lambda:InvokeFunction alone, because %s", show(p["Action"]), wanted[at].why)
		}
		if at >= 0 {
			given[at] = true
		}
	}
	for i, w := range wanted {
		if !given[i] {
			found.closes(w.function.At, "%s may not invoke the function for %s: it needs that, because %s", w.service, w.source, w.why)
		}
	}
	return found.all
}
