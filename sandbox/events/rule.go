package events

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/events/pattern"
	"lightbox.example/lightbox/sandbox/events/schedule"
	"lightbox.example/lightbox/sandbox/store"
)

const ruleType = "AWS::Events::Rule"

// The spaces of the store.
const (
	spaceRules      = "events/rules"      // name → rule
	spaceDeliveries = "events/deliveries" // when it happened, id of the event, rule, target → delivery
)

// rule is a rule as it is stored.
type rule struct {
	Name, Owner string
	Settings    ruleProperties
	Since       time.Time // when it got its schedule
}

// live is a rule as it is carried out: it has a pattern or a schedule.
type live struct {
	rule
	pattern  *pattern.Pattern
	schedule *schedule.Schedule
}

// ruleProperties are the properties of AWS::Events::Rule that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
type ruleProperties struct {
	Description        string
	EventPattern       any
	Name               string
	ScheduleExpression string
	State              string
	Targets            []target
}

// target is a function that a rule calls.
type target struct {
	ARN         string `cfn:"Arn"`
	ID          string `cfn:"Id"`
	RetryPolicy retryPolicy
}

// retryPolicy is how long, and how often, a delivery is tried again that Lambda did not take.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
type retryPolicy struct{ MaximumEventAgeInSeconds, MaximumRetryAttempts *int }

func (p retryPolicy) age() time.Duration {
	return time.Duration(aws.Or(p.MaximumEventAgeInSeconds, 24*60*60)) * time.Second
}

func (p retryPolicy) attempts() int { return aws.Or(p.MaximumRetryAttempts, 185) }

// What a rule and its targets may be.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html,
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html,
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
const (
	maxTargets     = 5
	maxPattern     = 4096
	maxDescription = 512
)

var (
	ruleName     = regexp.MustCompile(`^[.\-_A-Za-z0-9]{1,64}$`)
	functionName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

// ResourceTypes is the type that CloudFormation makes with this service.
func (s *Service) ResourceTypes() map[string]aws.ResourceType {
	return map[string]aws.ResourceType{
		ruleType: {
			Replaces:   []string{"Name"},
			Attributes: []string{"Arn"},
			Properties: (*ruleProperties)(nil),
			Check:      aws.Checked(s.read),
			Create:     s.createRule,
			Update:     s.updateRule,
			Delete:     s.deleteRule,
			Read:       s.readRule,
			List:       s.listRuleIDs,
			ARN:        ruleARN,
		},
	}
}

// check refuses what can't be, all at once.
func (s *Service) check(p *ruleProperties) error {
	var faults []error
	fault := func(property, format string, args ...any) {
		faults = append(faults, fmt.Errorf(ruleType+"."+property+": "+format, args...))
	}
	if !ruleName.MatchString(p.Name) {
		fault("Name", "got %q, want 1 to 64 letters, digits and .-_", p.Name)
	}
	if len(p.Description) > maxDescription {
		fault("Description", "got %d characters, want at most %d", len(p.Description), maxDescription)
	}
	if p.State != "ENABLED" && p.State != "DISABLED" {
		fault("State", "got %q, want ENABLED or DISABLED: no other is supported by the sandbox", p.State)
	}
	if (p.EventPattern == nil) == (p.ScheduleExpression == "") {
		fault("EventPattern", "got it and ScheduleExpression, or neither, want one of them: a rule with both is not supported by the sandbox")
	}
	if text, err := json.Marshal(p.EventPattern); err != nil || len(text) > maxPattern {
		fault("EventPattern", "got %d characters, want at most %d", len(text), maxPattern)
	}
	if _, err := s.compile(rule{Settings: *p}); err != nil {
		faults = append(faults, err)
	}
	return errors.Join(append(faults, s.checkTargets(p.Targets)...)...)
}

func (s *Service) checkTargets(targets []target) (faults []error) {
	fault := func(i int, property, format string, args ...any) {
		faults = append(faults, fmt.Errorf("%s.Targets[%d].%s: "+format, append([]any{ruleType, i, property}, args...)...))
	}
	if len(targets) > maxTargets {
		faults = append(faults, fmt.Errorf("%s.Targets: got %d, want at most %d", ruleType, len(targets), maxTargets))
	}
	ids := map[string]bool{}
	for i, t := range targets {
		name, ours := strings.CutPrefix(t.ARN, "arn:aws:lambda:"+s.Region+":"+s.Account+":function:")
		if !ours || !functionName.MatchString(name) {
			fault(i, "Arn", "got %q, want that of a function of this account and region: no other target is supported by the sandbox", t.ARN)
		}
		if !ruleName.MatchString(t.ID) || ids[t.ID] {
			fault(i, "Id", "got %q, want 1 to 64 letters, digits and .-_ that no other target has", t.ID)
		}
		ids[t.ID] = true
		if age := aws.Or(t.RetryPolicy.MaximumEventAgeInSeconds, 60); age < 60 || age > 86400 {
			fault(i, "RetryPolicy.MaximumEventAgeInSeconds", "got %d, want 60 to 86400", age)
		}
		if n := t.RetryPolicy.attempts(); n < 0 || n > 185 {
			fault(i, "RetryPolicy.MaximumRetryAttempts", "got %d, want 0 to 185", n)
		}
	}
	return faults
}

// compile reads a rule's pattern or schedule.
func (s *Service) compile(r rule) (*live, error) {
	l := &live{rule: r}
	if tree := r.Settings.EventPattern; tree != nil {
		read, err := pattern.Parse(tree)
		if err != nil {
			return nil, prefixed(ruleType+".EventPattern", err)
		}
		l.pattern = read
	}
	if text := r.Settings.ScheduleExpression; text != "" {
		read, err := schedule.Parse(text)
		if err != nil {
			return nil, prefixed(ruleType+".ScheduleExpression: ", err)
		}
		l.schedule = &read
	}
	return l, nil
}

// prefixed says of each line of an error what it is about.
func prefixed(property string, err error) error {
	return errors.New(property + strings.ReplaceAll(err.Error(), "\n", "\n"+property))
}

func (s *Service) enabled(r *live) bool { return r.Settings.State == "ENABLED" }

// read reads the properties of a rule, and checks them.
func (s *Service) read(r aws.Resource) (p ruleProperties, err error) {
	if err := aws.Decode(ruleType, r.Properties, &p); err != nil {
		return p, err
	}
	if p.Name == "" {
		p.Name = r.MadeName(64)
	}
	if r.PhysicalID != "" {
		p.Name = r.PhysicalID
	}
	if p.State == "" {
		p.State = "ENABLED"
	}
	return p, s.check(&p)
}

func (s *Service) createRule(_ context.Context, r aws.Resource) (aws.State, error) {
	r.PhysicalID = ""
	p, err := s.read(r)
	if err != nil {
		return aws.State{}, err
	}
	owner := r.Owner()
	return s.put(p, func(before *rule) (string, error) {
		if before != nil && before.Owner != owner {
			return "", aws.Refuse(http.StatusBadRequest, "ResourceAlreadyExistsException", "Rule %s already exists.", p.Name)
		}
		return owner, nil
	})
}

func (s *Service) updateRule(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	p, err := s.read(r)
	if err != nil {
		return aws.State{}, err
	}
	return s.put(p, func(before *rule) (string, error) {
		if before == nil {
			return "", noRule(p.Name)
		}
		return before.Owner, nil
	})
}

func noRule(name string) error {
	return aws.Refuse(http.StatusBadRequest, "ResourceNotFoundException", "Rule %s does not exist on EventBus default.", name)
}

// put stores a rule, if owner says so of what is there, and makes it live.
func (s *Service) put(p ruleProperties, owner func(before *rule) (string, error)) (aws.State, error) {
	next := rule{Name: p.Name, Settings: p, Since: s.Now().UTC()}
	err := s.change(p.Name, func(tx store.Writer) error {
		var is rule
		found, err := store.GetJSON(tx, spaceRules, p.Name, &is)
		if err != nil {
			return err
		}
		before := &is
		if !found {
			before = nil
		} else if is.Settings.ScheduleExpression == p.ScheduleExpression {
			next.Since = is.Since // a rate goes on
		}
		if next.Owner, err = owner(before); err != nil {
			return err
		}
		return store.PutJSON(tx, spaceRules, p.Name, next)
	}, &next)
	return aws.State{PhysicalID: p.Name, Attributes: map[string]any{"Arn": s.arn(p.Name)}}, err
}

func (s *Service) deleteRule(_ context.Context, r aws.Resource) error {
	return s.change(r.PhysicalID, func(tx store.Writer) error { return tx.Delete(spaceRules, []byte(r.PhysicalID)) }, nil)
}

// change changes a rule in the store, and then what is live: next, or nothing. No transaction waits for a lock that this holds.
func (s *Service) change(name string, write func(store.Writer) error, next *rule) error {
	s.changes.Lock()
	defer s.changes.Unlock()
	if err := s.Store.Update(write); err != nil {
		return err
	}
	rules := maps.Clone(*s.rules.Load())
	delete(rules, name)
	if next != nil {
		l, err := s.compile(*next)
		if err != nil {
			return err
		}
		rules[name] = l
	}
	s.rules.Store(&rules)
	s.Send()
	return nil
}

// load reads the rules from the store.
func (s *Service) load() error {
	rules := map[string]*live{}
	err := s.Store.View(func(tx store.Reader) error {
		for name, text := range tx.Range(spaceRules, store.Range{}) {
			var r rule
			decoder := json.NewDecoder(bytes.NewReader(text))
			decoder.UseNumber() // a pattern's are compared by how they are written
			if err := decoder.Decode(&r); err != nil {
				return fmt.Errorf("rule %s: %w", name, err)
			}
			l, err := s.compile(r)
			if err != nil {
				return fmt.Errorf("rule %s: %w", name, err)
			}
			rules[r.Name] = l
		}
		return nil
	})
	s.rules.Store(&rules)
	return err
}

// find returns the rule of a name, nil if there is none.
func (s *Service) find(name string) *live { return (*s.rules.Load())[name] }
