package budgets

import (
	"context"
	"strings"
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

type object = map[string]any

func made(change func(budget, notification object)) (aws.State, error) {
	budget := object{"BudgetName": "b", "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": object{"Amount": 50.0, "Unit": "USD"}}
	notified := object{
		"Notification": object{"ComparisonOperator": "GREATER_THAN", "NotificationType": "ACTUAL", "Threshold": 100.0, "ThresholdType": "PERCENTAGE"},
		"Subscribers":  []any{object{"SubscriptionType": "SNS", "Address": "arn:aws:sns:us-east-1:000000000000:t"}, object{"SubscriptionType": "EMAIL", "Address": "a@example.com"}},
	}
	change(budget, notified)
	r := aws.Resource{Stack: "S", LogicalID: "Budget", Suffix: "abcdefghijkl", Properties: object{"Budget": budget, "NotificationsWithSubscribers": []any{notified}}}
	return (&Service{Store: store.NewMemory()}).ResourceTypes()[budgetType].Create(context.Background(), r)
}

func TestBudget_isCheckedAndKept(t *testing.T) {
	if state, err := made(func(object, object) {}); err != nil || state.PhysicalID != "b" {
		t.Errorf("got %+v and %v", state, err)
	}
	if state, err := made(func(budget, _ object) { delete(budget, "BudgetName") }); err != nil || state.PhysicalID != "S-Budget-abcdefghijkl" {
		t.Errorf("without a name: got %+v and %v, want one made", state, err)
	}
	r := aws.Resource{PhysicalID: "b", Properties: object{"Budget": object{"BudgetType": "COST", "TimeUnit": "DAILY", "BudgetLimit": object{"Amount": "5", "Unit": "USD"}}}}
	kind := (&Service{Store: store.NewMemory()}).ResourceTypes()[budgetType]
	if state, err := kind.Update(context.Background(), nil, r); err != nil || state.PhysicalID != "b" {
		t.Errorf("an update: got %+v and %v", state, err)
	}
	if err := kind.Delete(context.Background(), r); err != nil {
		t.Error(err)
	}
	for want, change := range map[string]func(budget, notified object){
		`Budget.BudgetType: got "USAGE"`:                          func(b, _ object) { b["BudgetType"] = "USAGE" },
		`Budget.TimeUnit: got "HOURLY"`:                           func(b, _ object) { b["TimeUnit"] = "HOURLY" },
		"Budget.BudgetLimit: got none":                            func(b, _ object) { delete(b, "BudgetLimit") },
		"Budget.BudgetLimit.Amount: got 0":                        func(b, _ object) { b["BudgetLimit"] = object{"Amount": 0.0, "Unit": "USD"} },
		"CostFilters is not supported by the sandbox":             func(b, _ object) { b["CostFilters"] = object{} },
		"Subscribers: got 0 topics and 0 addresses":               func(_, n object) { n["Subscribers"] = []any{} },
		`Subscribers[0].Address: got "nobody"`:                    func(_, n object) { n["Subscribers"] = []any{object{"SubscriptionType": "EMAIL", "Address": "nobody"}} },
		`Notification.NotificationType: got "SOON"`:               func(_, n object) { n["Notification"].(object)["NotificationType"] = "SOON" },
		"Notification.Threshold: got none":                        func(_, n object) { delete(n["Notification"].(object), "Threshold") },
		`Subscribers[0].SubscriptionType: got "SMS", want SNS or`: func(_, n object) { n["Subscribers"] = []any{object{"SubscriptionType": "SMS", "Address": "1"}} },
	} {
		if _, err := made(change); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}
