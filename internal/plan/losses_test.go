package plan

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// with adds a resource to a stack.
func with(stack, logicalID string, resource map[string]any) change {
	return func(of string, template []byte) []byte {
		if of != stack {
			return template
		}
		all := decoded(template)
		all["Resources"].(map[string]any)[logicalID] = resource
		return encoded(all)
	}
}

// typed is a resource of a type with one property, and the policy for both ends.
func typed(kind, policy string, number int) map[string]any {
	return map[string]any{"Type": kind, "DeletionPolicy": policy, "UpdateReplacePolicy": policy, "Properties": map[string]any{"Number": number}}
}

// losses are the ids of what a plan loses.
func losses(p *Plan) []string {
	found := []string{}
	for _, f := range p.All() {
		if f.Loss {
			found = append(found, f.ID)
		}
	}
	return found
}

func sentences(p *Plan) string {
	var b strings.Builder
	_ = p.WriteText(&b) // to memory
	return strings.Join(strings.Fields(b.String()), " ")
}

// A type that is not known to hold nothing may hold something: nobody here says that nothing is lost.
func TestPlan_losesWhatATypeThatItDoesNotKnowMayHold(t *testing.T) {
	const table, alarm = "AWS::Timestream::Table", "AWS::CloudWatch::Alarm"
	for name, test := range map[string]struct {
		old, next change
		want      []string
	}{
		"deleted":              {with("CDN", "Extra", typed(table, "Delete", 1)), nil, []string{"cannot-be-taken-back:CDN/Extra/deletion"}},
		"perhaps made anew":    {with("CDN", "Extra", typed(table, "Retain", 1)), with("CDN", "Extra", typed(table, "Retain", 2)), []string{"cannot-be-taken-back:CDN/Extra/change"}},
		"under another id":     {with("CDN", "Extra", typed(table, "Delete", 1)), with("CDN", "Other", typed(table, "Delete", 1)), []string{"replaces:CDN/Other"}},
		"loses its Retain":     {with("CDN", "Extra", typed(table, "Retain", 1)), with("CDN", "Extra", typed(table, "Delete", 1)), []string{"cannot-be-taken-back:CDN/policies"}},
		"control: unchanged":   {with("CDN", "Extra", typed(table, "Delete", 1)), with("CDN", "Extra", typed(table, "Delete", 1)), []string{}},
		"control: nothing":     {with("CDN", "Extra", typed(alarm, "Delete", 1)), nil, []string{}},
		"control: nothing new": {with("CDN", "Extra", typed(alarm, "Delete", 1)), with("CDN", "Extra", typed(alarm, "Delete", 2)), []string{}},
		"control: kept":        {with("CDN", "Extra", typed(table, "Retain", 1)), nil, []string{}},
	} {
		if test.next == nil {
			test.next = func(_ string, template []byte) []byte { return template }
		}
		p := compare(t, prod(t, test.old), prod(t, test.next))
		if diff := cmp.Diff(test.want, losses(p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if said := strings.Contains(sentences(p), "Nothing is lost"); said && len(test.want) > 0 {
			t.Errorf("%s: got the word that nothing is lost", name)
		}
	}
}

// in gives the table of photos replicas in regions besides its own, or instead of it.
func in(regions ...string) change {
	return edited("API", photos, func(r map[string]any) {
		properties := r["Properties"].(map[string]any)
		var all []any
		for _, region := range regions {
			replica := map[string]any{}
			for key, value := range replicaOf(r) {
				replica[key] = value
			}
			replica["Region"] = region
			all = append(all, replica)
		}
		properties["Replicas"] = all
	})
}

func TestReplicas_areLostOrRefused(t *testing.T) {
	const home, far, farther = "us-east-1", "eu-west-1", "eu-central-1"
	for name, test := range map[string]struct {
		old, next change
		losses    []string
		cannot    string
	}{
		"one taken out":      {in(home, far), in(home), []string{"cannot-be-taken-back:API/Photos/replica/eu-west-1"}, ""},
		"two added":          {in(home), in(home, far, farther), []string{}, "One replica can be added or removed"},
		"one for another":    {in(home, far), in(home, farther), []string{"cannot-be-taken-back:API/Photos/replica/eu-west-1"}, "One replica can be added or removed"},
		"that of the stack":  {in(home, far), in(far), []string{}, "the region of the stack, can't be removed"},
		"moved":              {in(home), in(far), []string{}, "the region of the stack, can't be removed"},
		"control: one added": {in(home), in(home, far), []string{}, ""},
		"control: reordered": {in(home, far), in(far, home), []string{}, ""},
	} {
		p := compare(t, prod(t, test.old), prod(t, test.next))
		if diff := cmp.Diff(test.losses, losses(p)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		refused := slices.ContainsFunc(p.All(), func(f Finding) bool { return f.Verdict == Cannot })
		if refused != (test.cannot != "") || !strings.Contains(sentences(p), test.cannot) {
			t.Errorf("%s: got cannot: %v, want %q in\n%s", name, refused, test.cannot, sentences(p))
		}
	}
}

// Of several losses of one resource, each is accepted by itself.
func TestFinal_namesEachLossOfAResource(t *testing.T) {
	both := edited("API", photos, func(r map[string]any) {
		delete(replicaOf(r), "PointInTimeRecoverySpecification")
		r["Properties"].(map[string]any)["TimeToLiveSpecification"] = map[string]any{"AttributeName": "ends", "Enabled": true}
	})
	p := compare(t, prod(t), prod(t, both))
	want := []string{"cannot-be-taken-back:API/Photos/rows", "cannot-be-taken-back:API/Photos/backups"}
	if diff := cmp.Diff(want, losses(p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, f := range p.All() {
		for _, change := range f.Because {
			if strings.Contains(change.Was+change.Is, "null") {
				t.Errorf("%s: got %q and %q, want the values of the one replica", f.ID, change.Was, change.Is)
			}
		}
	}
}

func TestLifted_saysWhatTheDeploymentItselfDeletes(t *testing.T) {
	loosened := func(also func(map[string]any)) change {
		return edited("FileStorage", files, func(r map[string]any) {
			r["UpdateReplacePolicy"] = "Delete"
			also(r["Properties"].(map[string]any))
		})
	}
	const harmless, deletes = "nothing is deleted by this deployment itself", "deletes at once: FileStorage/Files"
	p := sentences(compare(t, prod(t), prod(t, loosened(func(properties map[string]any) { properties["BucketName"] = "other" }))))
	if strings.Contains(p, harmless) || !strings.Contains(p, deletes) {
		t.Errorf("made anew as well: got %s", p)
	}
	p = sentences(compare(t, prod(t), prod(t, loosened(func(map[string]any) {}))))
	if !strings.Contains(p, harmless) || strings.Contains(p, deletes) {
		t.Errorf("the control, the policy alone: got %s", p)
	}
}

// A Schema that is gone takes its attributes out, which Cognito refuses as it does with fewer.
func TestCannot_takesNoAttributeFromAPool(t *testing.T) {
	nick := []any{map[string]any{"Name": "nick", "AttributeDataType": "String", "Mutable": true}}
	old := prod(t, set("Auth", pool, "Schema", nick))
	if p := compare(t, old, prod(t)); p.Stacks[0].Verdict != Cannot {
		t.Errorf("without a Schema: got %s, want cannot", p.Stacks[0].Verdict)
	}
	same := prod(t, set("Auth", pool, "Schema", nick), set("Auth", pool, "MfaConfiguration", "OFF"))
	if p := compare(t, old, same); p.Stacks[0].Verdict == Cannot {
		t.Errorf("the control, another property: got %+v", p.Stacks[0].Findings)
	}
}

// Backups are compared of each replica, and not by their order.
func TestFinal_comparesTheBackupsOfEachReplica(t *testing.T) {
	const home, far = "us-east-1", "eu-west-1"
	less := func(r map[string]any) {
		replicas := r["Properties"].(map[string]any)["Replicas"].([]any)
		delete(replicas[1].(map[string]any), "PointInTimeRecoverySpecification")
	}
	p := compare(t, prod(t, in(home, far)), prod(t, in(home, far), edited("API", photos, less)))
	if diff := cmp.Diff([]string{"cannot-be-taken-back:API/Photos/backups/eu-west-1"}, losses(p)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	p = compare(t, prod(t, in(home), edited("API", photos, func(map[string]any) {})), prod(t, in(home, far), edited("API", photos, less)))
	if got := losses(p); len(got) > 0 {
		t.Errorf("the control, a new replica that has none: got %v", got)
	}
}

func TestOutputs_namesThoseThatAreGone(t *testing.T) {
	without := func(key string) change {
		return func(stack string, template []byte) []byte {
			if stack != "Auth" {
				return template
			}
			all := decoded(template)
			delete(all["Outputs"].(map[string]any), key)
			return encoded(all)
		}
	}
	p := compare(t, prod(t), prod(t, without("UserPoolId")))
	if p.Code() != CodeRead || !strings.Contains(sentences(p), "in no output any more: UserPoolId.") {
		t.Errorf("got exit code %d, want the output named:\n%s", p.Code(), sentences(p))
	}
	if p := compare(t, prod(t), prod(t, without("NoSuchOutput"))); p.Code() != CodeFine {
		t.Errorf("the control, all there: got\n%s", sentences(p))
	}
}

// Names are an account's: what has one in another account is in nobody's way, and stays there.
func TestCompare_knowsAccounts(t *testing.T) {
	from := func(account string) func(testing.TB) string {
		return everywhere(shipped("prod"), "aws://unknown-account/", "aws://"+account+"/")
	}
	const one, other = "111111111111", "222222222222"
	p := compare(t, from(one)(t), from(other)(t))
	refused := slices.ContainsFunc(p.All(), func(f Finding) bool { return f.Verdict == Cannot })
	if refused || !strings.Contains(sentences(p), "stays in account "+one) {
		t.Errorf("another account: got\n%s", sentences(p))
	}
	if p := compare(t, from(one)(t), from(one)(t)); p.Code() != CodeFine || p.Assumes != "" {
		t.Errorf("the control, the same: got\n%s", sentences(p))
	}
	if p := compare(t, shipped("prod")(t), from(one)(t)); p.Code() != CodeRead || !strings.Contains(sentences(p), "OLD does not say its account") {
		t.Errorf("one that is not said: got\n%s", sentences(p))
	}
	if p := compare(t, from(one)(t), shipped("prod")(t)); p.Assumes != "" {
		t.Errorf("one that the new side leaves to the credentials: got %s", p.Assumes)
	}
}

func TestCode_is0WhenAllThatIsLostIsAccepted(t *testing.T) {
	s := scenarios["settings of prod to dev"]
	p := compare(t, s.old(t), s.next(t))
	all := losses(p)
	if err := p.Accept(all[:1]); err != nil || p.Code() != CodeLoss || !strings.Contains(sentences(p), "of which 1 accepted") {
		t.Errorf("one of them: got %d (%v):\n%s", p.Code(), err, sentences(p))
	}
	s = scenarios["backups off"]
	p = compare(t, s.old(t), s.next(t))
	if err := p.Accept(losses(p)); err != nil || p.Code() != CodeFine || !strings.Contains(sentences(p), "What is lost is accepted.") {
		t.Errorf("all: got %d (%v):\n%s", p.Code(), err, sentences(p))
	}
	if err := p.Accept(nil); err != nil || p.Code() != CodeLoss {
		t.Errorf("the control, none: got %d (%v), want 3", p.Code(), err)
	}
}
