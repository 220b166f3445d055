// Package budgets is as much of AWS Budgets as a stack needs that has one: the budget, whose properties are checked and kept.
//
// # What is not imitated
//
// Bills. Nothing that the sandbox does costs anything, so that no budget is ever exceeded and nobody hears of one; nobody tries whether a
// topic lets budgets send, either. AWS Budgets' own API is refused, and so are budgets of usage, of savings plans and reservations,
// planned limits, filters and actions.
//
// https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
package budgets

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"sync"

	"lightbox.example/lightbox/sandbox/aws"
)

const budgetType = "AWS::Budgets::Budget"

// properties are the properties of AWS::Budgets::Budget that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-budgets-budget.html
type properties struct {
	Budget struct {
		BudgetLimit *struct {
			Amount *float64
			Unit   string
		}
		BudgetName, BudgetType, TimeUnit string
	}
	NotificationsWithSubscribers []notified
	ResourceTags                 []struct{ Key, Value string }
}

// notified is when somebody hears of a budget, and who.
type notified struct {
	Notification struct {
		ComparisonOperator, NotificationType, ThresholdType string
		Threshold                                           *float64
	}
	Subscribers []struct{ Address, SubscriptionType string }
}

// ResourceTypes is the type that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		budgetType: {
			Replaces: []string{"Budget.BudgetName", "NotificationsWithSubscribers"}, Properties: (*properties)(nil),
			Check:  aws.Checked(read),
			Create: s.create,
			Update: func(ctx context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
				state, err := s.create(ctx, r)
				return aws.State{PhysicalID: r.PhysicalID, Attributes: state.Attributes}, err
			},
			Delete: s.delete, Read: s.read, List: s.list, ARN: s.arn,
		},
	}
}

const (
	longestName       = 100
	mostNotifications = 10
	mostMails         = 10
)

var (
	budgetName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[^:\\]{1,100}$`) })
	topic      = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^arn:[a-z-]+:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}$`)
	})
)

// create checks a budget and keeps it.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CreateBudget.html
func (s *Service) create(_ context.Context, r aws.Resource) (aws.State, error) {
	p, err := read(r)
	if err != nil {
		return aws.State{}, err
	}
	return aws.State{PhysicalID: p.Budget.BudgetName}, s.keep(p)
}

// read reads the properties of a budget and checks them.
func read(r aws.Resource) (properties, error) {
	var p properties
	if err := aws.Decode(budgetType, r.Properties, &p); err != nil {
		return p, err
	}
	if p.Budget.BudgetName == "" {
		p.Budget.BudgetName = cmp.Or(r.PhysicalID, r.MadeName(longestName))
	}
	return p, p.check()
}

func (p *properties) check() error {
	var faults []error
	fault := func(path string, got any, want string) {
		faults = append(faults, fmt.Errorf("%s.%s: got %v, want %s", budgetType, path, got, want))
	}
	one := func(path, got string, of ...string) {
		if !slices.Contains(of, got) {
			fault(path, fmt.Sprintf("%q", got), "one of "+strings.Join(of, ", ")+": no other is supported by the sandbox")
		}
	}
	if !budgetName().MatchString(p.Budget.BudgetName) {
		fault("Budget.BudgetName", fmt.Sprintf("%q", p.Budget.BudgetName), "at most 100 characters, without : and \\")
	}
	one("Budget.BudgetType", p.Budget.BudgetType, "COST")
	one("Budget.TimeUnit", p.Budget.TimeUnit, "DAILY", "MONTHLY", "QUARTERLY", "ANNUALLY")
	switch limit := p.Budget.BudgetLimit; {
	case limit == nil || limit.Amount == nil:
		fault("Budget.BudgetLimit", "none", "an amount")
	default:
		if *limit.Amount <= 0 {
			fault("Budget.BudgetLimit.Amount", *limit.Amount, "more than 0")
		}
		one("Budget.BudgetLimit.Unit", limit.Unit, "USD")
	}
	if n := len(p.NotificationsWithSubscribers); n > mostNotifications {
		fault("NotificationsWithSubscribers", n, fmt.Sprintf("at most %d", mostNotifications))
	}
	for i, n := range p.NotificationsWithSubscribers {
		path := fmt.Sprintf("NotificationsWithSubscribers[%d]", i)
		of := n.Notification
		one(path+".Notification.ComparisonOperator", of.ComparisonOperator, "GREATER_THAN", "LESS_THAN", "EQUAL_TO")
		one(path+".Notification.NotificationType", of.NotificationType, "ACTUAL", "FORECASTED")
		one(path+".Notification.ThresholdType", of.ThresholdType, "", "PERCENTAGE", "ABSOLUTE_VALUE")
		if of.Threshold == nil || *of.Threshold <= 0 {
			fault(path+".Notification.Threshold", "none, or less than 0", "more than 0")
		}
		n.checkSubscribers(path+".Subscribers", fault)
	}
	return errors.Join(faults...)
}

// checkSubscribers wants one topic at most, and ten addresses.
func (n *notified) checkSubscribers(path string, fault func(path string, got any, want string)) {
	topics, mails := 0, 0
	for i, one := range n.Subscribers {
		address := fmt.Sprintf("%s[%d].Address", path, i)
		switch one.SubscriptionType {
		case "SNS":
			topics++
			if !topic().MatchString(one.Address) {
				fault(address, fmt.Sprintf("%q", one.Address), "the ARN of a topic")
			}
		case "EMAIL":
			mails++
			if parsed, err := mail.ParseAddress(one.Address); err != nil || parsed.Address != one.Address {
				fault(address, fmt.Sprintf("%q", one.Address), "an e-mail address")
			}
		default:
			fault(fmt.Sprintf("%s[%d].SubscriptionType", path, i), fmt.Sprintf("%q", one.SubscriptionType), "SNS or EMAIL")
		}
	}
	if len(n.Subscribers) == 0 || topics > 1 || mails > mostMails {
		fault(path, fmt.Sprintf("%d topics and %d addresses", topics, mails), fmt.Sprintf("one of them at least, one topic and %d addresses at most", mostMails))
	}
}
