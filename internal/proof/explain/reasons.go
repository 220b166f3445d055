package explain

import (
	"fmt"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/iam/policy"
)

// reasonsFor words the reasons of a decision about a file.
func reasonsFor(s *system.System, who question.Caller, q question.Question, reasons iam.Reasons) []Reason {
	refs := reasons.Deciding()
	var all []Reason
	for i, ref := range refs {
		words := "A statement gives it"
		switch {
		case reasons.Cause == iam.ExplicitDeny:
			words = "A statement forbids it, which counts more than any that allows it"
		case i > 0:
			words = "A second policy has to agree, and does"
		}
		statement, found := question.FindStatement(s, who, ref)
		switch {
		case found:
			words += ": " + gives(s, who, statement)
		case len(who.Session) > 0:
			words = "Cognito's limits on what any guest may do let it pass"
		}
		all = append(all, Reason{words + ".", ref.String()})
	}
	switch reasons.Cause {
	case iam.NotAllowed:
		return lackingReasons(s, who, q, reasons)
	case iam.OutsideSession:
		all = append(all, Reason{Words: "But Cognito limits what any guest may do, whatever the role allows, and this is beyond the limit.", Source: iam.GuestCeiling()[0].Name()})
	case iam.ByIdentity, iam.ByResource, iam.ExplicitDeny:
	default:
		all = append(all, Reason{Words: sentence(reasons.Cause.String())})
	}
	return all
}

// closest is how many statements that nearly allow something are worth reading.
const closest = 6

// lackingReasons are why no statement allows something: the ones that nearly do.
func lackingReasons(s *system.System, who question.Caller, q question.Question, reasons iam.Reasons) []Reason {
	near := reasons.Close()
	if len(near) == 0 {
		return []Reason{{Words: fmt.Sprintf("No statement gives %s %s anywhere: what nobody allows is denied.", who.Name, q.Action)}}
	}
	all := []Reason{{Words: "No statement allows it, and what nobody allows is denied. The closest:"}}
	// First those whose places have most in common with what is asked for.
	slices.SortStableFunc(near, func(a, b iam.Verdict) int { return commonPrefix(s, who, q, b.Ref) - commonPrefix(s, who, q, a.Ref) })
	for i, verdict := range near {
		if i == closest {
			all = append(all, Reason{Words: fmt.Sprintf("- and %d more", len(near)-closest)})
			break
		}
		all = append(all, Reason{Words: "- " + misses(s, who, q, verdict), Source: verdict.Ref.String()})
	}
	return all
}

// misses says what is missing for a statement to allow something.
func misses(s *system.System, who question.Caller, q question.Question, verdict iam.Verdict) string {
	statement, found := question.FindStatement(s, who, verdict.Ref)
	if found && verdict.Failed == iam.ResourceElement && !statement.NotResource {
		return fmt.Sprintf("its Resource is %s, and that is not %s", placesOf(s, who, statement), about(s, q))
	}
	if prefixes := below(statement); verdict.Failed == iam.ConditionElement && len(prefixes) > 0 {
		got := "without a prefix"
		if q.Prefix != nil {
			got = fmt.Sprintf("below %q", question.Named(*q.Prefix))
		}
		return fmt.Sprintf("its Condition on s3:prefix is for listings below %s, not %s", readableAll(s, who, prefixes), got)
	}
	return fmt.Sprintf("its %s does not fit: %s", verdict.Failed, readable(s, who, verdict.Why))
}

// commonPrefix is how much of what is asked for a statement's places or prefixes begin with.
func commonPrefix(s *system.System, who question.Caller, q question.Question, ref iam.Ref) int {
	statement, _ := question.FindStatement(s, who, ref)
	text := q.Resource
	patterns := statement.Resources
	if prefixes := below(statement); q.Prefix != nil && len(prefixes) > 0 {
		text, patterns = *q.Prefix, prefixes
	}
	most := 0
	for _, pattern := range patterns {
		for variable, value := range who.Variables() {
			pattern = strings.ReplaceAll(pattern, "${"+variable+"}", value)
		}
		n := 0
		for n < len(pattern) && n < len(text) && pattern[n] == text[n] {
			n++
		}
		most = max(most, n)
	}
	return most
}

// below are the prefixes that a statement is limited to, nil if it is limited otherwise.
func below(statement policy.Statement) []string {
	if len(statement.Conditions) != 1 || !slices.Contains([]string{"StringLike", "StringEquals"}, statement.Conditions[0].Operator) {
		return nil
	}
	return question.ConditionValues(statement, "s3:prefix")
}

// about is what a question is about, without the action.
func about(s *system.System, q question.Question) string {
	if key, object := strings.CutPrefix(q.Resource, s.Bucket.ARN+"/"); object {
		return question.Named(key)
	}
	if _, field, found := strings.Cut(q.Resource, s.API.ARN+"/types/"); found {
		return strings.Replace(field, "/fields/", ".", 1)
	}
	return "the bucket itself"
}

// gives says what a statement is about.
func gives(s *system.System, who question.Caller, statement policy.Statement) string {
	words := strings.Join(statement.Actions, ", ")
	if statement.NotAction {
		words = "all but " + words
	}
	if statement.NotResource {
		words += " everywhere but"
	}
	words += " on " + placesOf(s, who, statement)
	for i, condition := range statement.Conditions {
		words += fmt.Sprintf("%s %s %s [%s]", [2]string{", if", " and"}[min(i, 1)], condition.Operator, condition.Key, readableAll(s, who, condition.Values))
	}
	return words
}

func placesOf(s *system.System, who question.Caller, statement policy.Statement) string {
	return readableAll(s, who, statement.Resources)
}

func readableAll(s *system.System, who question.Caller, patterns []string) string {
	var all []string
	for _, pattern := range patterns {
		all = append(all, readable(s, who, pattern))
	}
	return strings.Join(all, ", ")
}

// readable makes a text of policies readable: keys in place of ARNs, {me} in place of what stands
// for the caller. A variable that they have no value for stays.
func readable(s *system.System, who question.Caller, text string) string {
	for variable, value := range who.Variables() {
		text = strings.ReplaceAll(text, "${"+variable+"}", value)
	}
	if _, field, found := strings.Cut(text, s.API.ARN+"/types/"); found {
		return strings.Replace(field, "/fields/", ".", 1)
	}
	text = strings.ReplaceAll(text, s.Bucket.ARN+"/", "")
	if text == s.Bucket.ARN {
		return "the bucket"
	}
	return question.Named(strings.ReplaceAll(text, s.Bucket.ARN, "the bucket"))
}

// sentence begins with a capital and ends with a stop.
func sentence(text string) string { return strings.ToUpper(text[:1]) + text[1:] + "." }
