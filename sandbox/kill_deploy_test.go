package sandbox_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
)

// A deployment that is killed is carried on or rolled back by the next start, and the one after it goes through.
func TestKill_leavesNoStackHalfDeployed(t *testing.T) {
	first := deploytest.Assembly(t, "..", "dev")
	second := deploytest.Assembly(t, "..", "dev", replaced(`import { util }`, `/* second */ import { util }`), replaced(`"Description":"`, `"Description":"Second: `))
	// The last resolver of the API is none: its stack is rolled back.
	broken := deploytest.Assembly(t, "..", "dev", replaced(`import { util }`, `/* third */ import { util }`), replaced(`"FieldName":"getProfile"`, `"FieldName":"getNothing"`))
	folder, ended := t.TempDir(), map[string]int{}
	for kill := range *deployKills {
		target := second
		switch {
		case kill%4 == 0: // from nothing
			folder, target = t.TempDir(), first
		case kill%4 == 3:
			target = broken
		case kill%2 == 0:
			target = first
		}
		c := spawn(t, folder, target)
		for range rand.IntN(160) {
			if line := c.line(); line == "" || line == deployedLine {
				break
			}
		}
		time.Sleep(time.Duration(rand.IntN(5000)) * time.Microsecond)
		c.kill()

		c = spawn(t, folder, "")
		status, err := atRest(c.address)
		c.kill()
		if err != nil {
			t.Fatalf("kill %d: %v", kill+1, err)
		}
		for _, s := range status {
			ended[s]++
		}
		good := []string{first, second}[rand.IntN(2)]
		c = spawn(t, folder, good)
		if err := c.works(); err != nil {
			t.Fatalf("kill %d: after %v: %v", kill+1, status, err)
		}
		c.kill()
	}
	t.Logf("%d kills of deployments; the next start left the stacks %v; the next deployment went through each time", *deployKills, ended)
}

// replaced replaces a text in all templates, in which line ends and blanks between members do not count.
func replaced(old, with string) func(string, []byte) []byte {
	return func(_ string, template []byte) []byte {
		spaced := func(text string) []byte { return []byte(strings.Replace(text, `":"`, `": "`, 1)) }
		template = bytes.ReplaceAll(template, []byte(old), []byte(with))
		return bytes.ReplaceAll(template, spaced(old), spaced(with))
	}
}

// atRest waits until nothing is under way with any stack, and returns what became of each.
func atRest(address string) (status []string, err error) {
	stable := []string{"CREATE_COMPLETE", "UPDATE_COMPLETE", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		b, err := reach(address)
		if err != nil {
			return nil, err
		}
		status = nil
		for _, stack := range b.overview.Stacks {
			status = append(status, stack.Status)
		}
		if !slices.ContainsFunc(status, func(s string) bool { return !slices.Contains(stable, s) }) {
			return status, nil
		}
	}
	return status, fmt.Errorf("got the stacks in %v after a minute, want each in one of %v", status, stable)
}

// works waits until a child has deployed, and uses a little of each stack.
func (c *child) works() error {
	for line := ""; line != deployedLine; {
		if line = c.line(); line == "" {
			return c.ended()
		}
	}
	b, err := reach(c.address)
	if err != nil {
		return err
	}
	defer b.close()
	if len(b.overview.Stacks) != 5 {
		return fmt.Errorf("got %d stacks, want 5", len(b.overview.Stacks))
	}
	guest := person{}
	if _, guest.keys, err = b.credentials(b.people(nil), ""); err != nil {
		return err
	}
	if err := b.ask(guest, `{ listProducts { items { id } } }`, nil, nil); err != nil {
		return err
	}
	if err := ok(b.files(root, http.MethodPut, "public/products/x.png", []byte("png"))); err != nil {
		return err
	}
	request, err := http.NewRequest(http.MethodGet, "https://"+b.output("CDN", "DistributionDomainName")+"/products/x.png", http.NoBody)
	a, err := b.send(request, err)
	return wants(a, err, []byte("png"))
}
