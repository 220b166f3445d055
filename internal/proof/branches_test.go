package proof

import (
	"fmt"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
	"lightbox.example/lightbox/internal/proof/system"
	"lightbox.example/lightbox/sandbox/appsyncjs"
)

func TestZZBranches(t *testing.T) {
	api := prooftest.Shipped(t, "prod").API
	code := programs{}
	names := map[string]string{}
	branches := map[string]*appsyncjs.Branches{}
	add := func(at system.At, text string) {
		if code[text] != nil {
			return
		}
		r, b, err := appsyncjs.Measure(text)
		if err != nil {
			t.Fatal(err)
		}
		code[text], names[text], branches[text] = r, at.Path, b
	}
	for _, r := range api.Resolvers {
		add(r.At, r.Code)
		for _, s := range r.Steps {
			add(s.At, s.Code)
		}
	}
	v1, err := checkResolvers(api, code)
	v2, err2 := checkTrials(api, access.Fields(), code)
	fmt.Println(v1, err, err2)
	for _, v := range v2 {
		fmt.Println(v)
	}
	n, u := 0, 0
	merged := map[string]int{}
	for text, b := range branches {
		n += b.Count()
		lines := strings.Split(text, "\n")
		for _, x := range b.Untried() {
			u++
			module := ""
			for _, l := range lines[:x.Line] {
				if strings.HasPrefix(l, "// api:") {
					module = l[7:]
				}
			}
			k := fmt.Sprintf("%s: `%s` %s", module, x.Source, x.Way)
			merged[k]++
			fmt.Println("U", module, names[text], x.Line, x.Source, x.Way)
		}
	}
	fmt.Println("branches", n, "untried", u, "merged", len(merged))
	for k, c := range merged {
		fmt.Println("M", c, k)
	}
}
