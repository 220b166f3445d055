package budgets

import (
	"cmp"
	"context"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// space is the space of the store: the budget's name → properties.
const space = "budgets/budgets"

// Service is AWS Budgets of an account. It is alone in the spaces of the store whose names begin with "budgets/".
type Service struct {
	Store   store.Store
	Account string // 12 digits
}

func (s *Service) keep(p properties) error {
	return s.Store.Update(func(tx store.Writer) error { return store.PutJSON(tx, space, p.Budget.BudgetName, p) })
}

func (s *Service) delete(_ context.Context, r aws.Resource) error {
	return s.Store.Update(func(tx store.Writer) error { return tx.Delete(space, []byte(r.PhysicalID)) })
}

// costTypes are what a budget of costs counts that does not say.
// https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_CostTypes.html
var costTypes = map[string]any{
	"IncludeCredit": true, "IncludeDiscount": true, "IncludeOtherSubscription": true, "IncludeRecurring": true, "IncludeRefund": true,
	"IncludeSubscription": true, "IncludeSupport": true, "IncludeTax": true, "IncludeUpfront": true, "UseAmortized": false, "UseBlended": false,
}

// read is a budget. Its id is its name.
func (s *Service) read(_ context.Context, of aws.Identifier) (all map[string]any, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		var p properties
		found, err := store.GetJSON(tx, space, of["Id"], &p)
		if err == nil && !found {
			return aws.ErrNoResource
		}
		all = aws.Encode(p)
		all["Id"] = p.Budget.BudgetName
		if budget, ok := all["Budget"].(map[string]any); ok {
			budget["CostTypes"] = costTypes
		}
		return err
	})
	return all, err
}

func (s *Service) list(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for name := range tx.Range(space, store.Range{}) {
			list = append(list, aws.Identifier{"Id": string(name)})
		}
		return nil
	})
	return list, err
}

func (s *Service) arn(of aws.Identifier) string {
	return "arn:aws:budgets::" + s.Account + ":budget/" + cmp.Or(of["Id"], "*")
}
