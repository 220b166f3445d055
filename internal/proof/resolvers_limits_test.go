package proof

import (
	"fmt"
	"testing"

	"lightbox.example/lightbox/internal/proof/prooftest"
)

// Access is proven with any limits that the settings may have, from the lowest to the highest.
func TestLimits_areProvenWhateverTheyAre(t *testing.T) {
	const photos, bytes = 10_000, 20_000_000_000
	for _, limits := range [][3]int{{0, photos, bytes}, {1, 1, 30_000_000}, {5, 2, bytes}, {1<<31 - 1, 1<<31 - 1, 1<<53 - 1}} {
		t.Run(fmt.Sprint(limits), func(t *testing.T) {
			t.Parallel()
			result, err := Check(limited(t, limits, func(map[string]any) {}))
			if err != nil {
				t.Fatal(err)
			}
			for _, violation := range result.Violations {
				t.Error(violation)
			}
		})
	}
}

// A limit that is not the template's own is a violation that names it, also where the trials have roomier ones.
func TestLimits_areTheTemplatesOwn(t *testing.T) {
	const low, first = "const most = JSON.parse(ctx.env.PICTURES_PER_DAY);", "a user may have more than the limit PICTURES_PER_DAY of "
	for name, test := range map[string]struct {
		perDay         int
		path, from, to string
		want           string
	}{
		"control: as it ships": {5, "API/reserve/Resource", "", "", ""},
		"more than 5":          {5, "API/reserve/Resource", low, "const most = ctx.env.PICTURES_PER_DAY === '5' ? 6 : JSON.parse(ctx.env.PICTURES_PER_DAY);", first + "5"},
		"fewer than 5":         {5, "API/reserve/Resource", low, "const most = ctx.env.PICTURES_PER_DAY === '5' ? 4 : JSON.parse(ctx.env.PICTURES_PER_DAY);", "may not have what the limit PICTURES_PER_DAY of 5 allows"},
		"0 that lets through":  {0, "API/reserve/Resource", "if (most === 0) {", "if (false) {", first + "0"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := limited(t, [3]int{test.perDay, 3, 30_000_000}, prooftest.Code(test.path, test.from, test.to))
			violations, _, err := runCourse(prooftest.Read(t, dir).API, known)
			if err != nil {
				t.Fatal(err)
			}
			expect(t, violations, test.want)
		})
	}
}

// limited is prod's assembly with limits a day, of photos and of bytes, and a change of the API's template.
func limited(t *testing.T, limits [3]int, change func(template map[string]any)) string {
	t.Helper()
	return prooftest.Altered(t, "API", func(template map[string]any) {
		change(template)
		found := false
		for _, resource := range template["Resources"].(map[string]any) {
			if of := resource.(map[string]any); of["Type"] == "AWS::AppSync::GraphQLApi" {
				environment := of["Properties"].(map[string]any)["EnvironmentVariables"].(map[string]any)
				for i, name := range []string{"PICTURES_PER_DAY", "PHOTOS_PER_USER", "BYTES_PER_USER"} {
					_, found = environment[name]
					environment[name] = fmt.Sprint(limits[i])
				}
			}
		}
		if !found {
			t.Fatal("the API has no such limits in its environment")
		}
	})
}
