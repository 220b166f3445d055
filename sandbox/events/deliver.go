package events

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/lambda"
	"lightbox.example/lightbox/sandbox/store"
)

// principal is who invokes functions, by the permission that each gives for a rule.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
const principal = "events.amazonaws.com"

// deliveries carries out the deliveries that are due, and returns when the next one is; zero for never.
func (s *Service) deliveries() (first time.Time) {
	all, err := s.kept()
	if err != nil {
		s.Fault("Deliver", err)
		return s.Now().Add(look)
	}
	for _, d := range all {
		if s.stopped.Err() != nil {
			return first
		}
		if d.Due.After(s.Now()) || !s.attempt(&d) {
			if first.IsZero() || d.Due.Before(first) {
				first = d.Due
			}
		}
	}
	return first
}

func (s *Service) kept() (all []delivery, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for key, text := range tx.Range(spaceDeliveries, store.Range{}) {
			d := delivery{key: slices.Clone(key)}
			if err := json.Unmarshal(text, &d); err != nil {
				return fmt.Errorf("delivery %q: %w", key, err)
			}
			all = append(all, d)
		}
		return nil
	})
	return all, err
}

// attempt delivers an event once, and reports whether that was the last time. What a function does not permit, and what is not there,
// is not tried again.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
func (s *Service) attempt(d *delivery) (done bool) {
	done = true
	if err := s.invoke(d); err != nil {
		var refusal *aws.Error
		now := s.Now().UTC()
		d.Failed++
		d.Due = now.Add(wait(d.Failed))
		switch {
		case s.stopped.Err() != nil:
			return true // it is kept
		case errors.As(err, &refusal) && refusal.Status/100 == 4 && refusal.Status != http.StatusTooManyRequests:
			s.gaveUp(d, err)
		case d.Failed > d.Retries.attempts():
			s.gaveUp(d, fmt.Errorf("%d attempts failed, the last one: %w", d.Failed, err))
		case d.Due.Sub(d.Accepted) > d.Retries.age():
			s.gaveUp(d, fmt.Errorf("it is older than %s: %w", d.Retries.age(), err))
		default:
			done = false
		}
	}
	err := s.Store.Update(func(tx store.Writer) error {
		if done {
			return tx.Delete(spaceDeliveries, d.key)
		}
		return store.PutJSON(tx, spaceDeliveries, d.key, d)
	})
	if err != nil {
		s.Fault("Deliver", err)
	}
	return done
}

// wait is how long the attempt after the n-th that failed waits.
func wait(n int) time.Duration { return min(time.Second<<min(n-1, 9), 5*time.Minute) }

func (s *Service) gaveUp(d *delivery, err error) {
	s.Fault("Deliver", fmt.Errorf("the rule %s, target %s, event %s: it is not delivered: %w", d.Rule, d.Target, d.Event, err))
}

// invoke hands an event to Lambda, which keeps it from then on. What a rule no longer says is not carried out.
func (s *Service) invoke(d *delivery) error {
	r := s.find(d.Rule)
	if r == nil || !slices.ContainsFunc(r.Settings.Targets, func(t target) bool { return t.ID == d.Target && t.ARN == d.ARN }) {
		return nil
	}
	ctx, _ := aws.WithEntry(aws.ByService(context.Background()))
	caller := aws.Caller{Principal: iam.Service{Name: principal, SourceARN: s.arn(d.Rule), SourceAccount: s.Account}}
	_, err := s.functions.InvokeFor(ctx, lambda.Invocation{Function: d.ARN, Type: lambda.Event, Payload: d.Payload, By: s.arn(d.Rule)}, func(needs []aws.Request) error { return aws.Permit(ctx, caller, needs) })
	return err
}
