package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lightbox.example/lightbox/sandbox/cloudformation/schema"
)

// replicas are those of a table on both sides, by their regions.
type replicas struct {
	was, is     members
	added, gone []string
}

func replicasOf(old, next part) replicas {
	r := replicas{was: named(old, "Replicas", "Region"), is: named(next, "Replicas", "Region")}
	for _, region := range r.is.names {
		if _, there := r.was.items[region]; !there {
			r.added = append(r.added, region)
		}
	}
	for _, region := range r.was.names {
		if _, there := r.is.items[region]; !there {
			r.gone = append(r.gone, region)
		}
	}
	return r
}

// finalOfTable are the changes of a table in place by which rows or backups are deleted. A replica is deleted with all that is
// in it.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ReplicationGroupUpdate.html
func finalOfTable(old, next part) []Finding {
	var found []Finding
	const life = "TimeToLiveSpecification.Enabled"
	if a, b := schema.At(old.Properties, life), schema.At(next.Properties, life); !schema.Same(a, true) && schema.Same(b, true) {
		found = append(found, losing(next, "rows", "Rows are deleted when their time is over, those that are there too.", Change{life, shown(a), shown(b)}))
	}
	r := replicasOf(old, next)
	for _, region := range r.gone {
		if region == next.stack.Region {
			continue // it can't be removed
		}
		f := losing(next, "replica/"+region, fmt.Sprintf("The replica in %s is deleted with its rows and backups.", region),
			Change{"Replicas", strings.Join(r.was.names, ", "), strings.Join(r.is.names, ", ")})
		f.Loses = []string{"Whoever reads the table in " + region + "."}
		found = append(found, f)
	}
	for _, region := range r.was.names {
		if is, there := r.is.items[region]; there {
			found = append(found, backups(next, region, r.was.items[region], is)...)
		}
	}
	return found
}

// backups says which of the backups of a replica are deleted.
func backups(next part, region string, was, is map[string]any) []Finding {
	what, where, property := "backups", "", "Replicas."
	if region != next.stack.Region {
		what, where, property = what+"/"+region, " in "+region, property+region+"."
	}
	var changes []Change
	for _, of := range []struct {
		path  string
		fewer func(was, is any) bool
	}{
		{"PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled", switchedOff},
		{"PointInTimeRecoverySpecification.RecoveryPeriodInDays", fewerDays},
	} {
		a, b := schema.At(was, of.path), schema.At(is, of.path)
		if of.fewer(a, b) {
			changes = append(changes, Change{property + of.path, shown(a), shown(b)})
		}
	}
	if len(changes) == 0 {
		return nil
	}
	return []Finding{losing(next, what, "Backups that the table has by now"+where+" are deleted.", changes...)}
}

func switchedOff(was, is any) bool { return schema.Same(was, true) && !schema.Same(is, true) }

// fewerDays reports whether backups are kept for a shorter time; without a number it is the longest.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoverySpecification.html
func fewerDays(was, is any) bool {
	const longest = "35"
	before, errBefore := strconv.Atoi(cmp.Or(shown(was), longest))
	now, errNow := strconv.Atoi(cmp.Or(shown(is), longest))
	return errBefore == nil && errNow == nil && now < before
}

// replicas refuses the replica of the stack's region taken away, and more than one replica added or removed in an update.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-dynamodb-globaltable.html
func (t *tables) replicas() {
	r := replicasOf(t.old, t.next)
	change := Change{"Replicas", strings.Join(r.was.names, ", "), strings.Join(r.is.names, ", ")}
	home := t.next.stack.Region
	atHome := slices.Contains(r.gone, home)
	if atHome {
		t.refuse(fmt.Sprintf("The replica in %s, the region of the stack, can't be removed: the table itself goes with it.", home), change,
			fmt.Sprintf("Leave the replica in %s. To have the table elsewhere, deploy the stack there: it is another table.", home))
	}
	if len(r.added)+len(r.gone) < 2 {
		return
	}
	var steps []string
	for _, region := range r.added {
		steps = append(steps, fmt.Sprintf("Deploy with the replica in %s added, and nothing else changed.", region))
	}
	for _, region := range r.gone {
		if region != home {
			steps = append(steps, fmt.Sprintf("Deploy with the replica in %s taken out, and nothing else changed.", region))
		}
	}
	if atHome {
		t.says, t.steps = append(t.says, "One replica can be added or removed in an update of a table."), append(t.steps, steps...)
		return
	}
	t.refuse("One replica can be added or removed in an update of a table.", change, steps...)
}
