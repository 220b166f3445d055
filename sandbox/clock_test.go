package sandbox_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// machineClock are the places that ask the machine's clock, and why not Config.Now.
var machineClock = map[string]string{
	"timeouts.go":                    "how long a client takes",
	"server.go":                      "how long a request took",
	"cloudformation/keep.go":         "how often progress is written",
	"cloudformation/operation.go":    "how often progress is written",
	"appsync/realtime/connection.go": "how long a subscription took to begin",
	"appsync/realtime/hub.go":        "how long a client takes no message",
	"lambda/process/instance.go":     "how long a function took, and how long it may",
	"appsync/endpoint.go":            "how long a request took",
	"lambda/queue.go":                "how long an attempt waits at most, whatever the clock shows",

	"sandbox.go":                "what Config.Now is if nobody says",
	"cloudformation/service.go": "the same", "cognito/service.go": "the same", "dynamodb/service.go": "the same", "events/service.go": "the same", "identity/service.go": "the same",
	"logs/service.go": "the same", "roles/service.go": "the same", "ssm/ssm.go": "the same", "lambda/service.go": "the same", "sts/sts.go": "the same", "appsync/service.go": "the same",
	"cloudcontrol/service.go": "the same", "cloudwatch/service.go": "the same", "sns/service.go": "the same",
	"appsyncjs/run.go": "how long the code of a resolver may run",
	"look/ticket.go":   "how long somebody's pages take to open, which a clock that is moved does not change",
}

// All that a client sees of the time is of one clock.
func TestNow_isAskedForTheTimeEverywhere(t *testing.T) {
	asked := map[string]string{}
	err := filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(file, func(n ast.Node) bool {
			selector, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			of, ok := selector.X.(*ast.Ident)
			if ok && of.Name == "time" && (selector.Sel.Name == "Now" || selector.Sel.Name == "Since" || selector.Sel.Name == "Until") {
				asked[filepath.ToSlash(path)] = machineClock[filepath.ToSlash(path)]
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(machineClock, asked); diff != "" {
		t.Errorf("who asks the machine's clock (-want +got): take Config.Now, or say why not\n%s", diff)
	}
}
