package cognito

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// amplify runs tools/node/cognito.mjs, which is Amplify's own client, against the world, and returns what it says. Where
// the packages of tools/node are not installed the test is skipped, but not where CI is set.
func (w *world) amplify(accounts []account, arguments ...string) string {
	w.t.Helper()
	folder := filepath.Join("..", "..", "tools", "node")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "aws-amplify", "package.json")); err != nil {
		const missing = "NOT TRIED WITH AMPLIFY'S CLIENT: %v; run npm ci in tools/node"
		if os.Getenv("CI") != "" {
			w.t.Fatalf(missing, err)
		}
		w.t.Skipf(missing, err)
	}
	w.service.now = time.Now // as the client's
	server := httptest.NewServer(w.neighbours(accounts))
	defer server.Close()
	node := exec.Command("node", append([]string{"cognito.mjs", server.URL}, arguments...)...)
	node.Dir = folder
	output, err := node.CombinedOutput()
	if err != nil {
		w.t.Fatalf("%v\n%s", err, output)
	}
	return string(output)
}

// An account is a user with their password, and another one.
type account struct {
	Username string `json:"username"`
	Right    string `json:"right"`
	Wrong    string `json:"wrong"`
}

// neighbours are the service and, beside it, what else is there for people who use it: their mail and an administrator.
func (w *world) neighbours(accounts []account) http.Handler {
	properties := shipped(w.t, "Auth", "AWS::Cognito::UserPool")
	requireMFA(properties, nil)
	strict := w.create("AWS::Cognito::UserPool", "StrictPool", properties)
	properties = shipped(w.t, "Auth", "AWS::Cognito::UserPoolClient")
	properties["UserPoolId"] = strict
	strictClient := w.create("AWS::Cognito::UserPoolClient", "StrictClient", properties)

	answer := func(out http.ResponseWriter, value any) { _ = json.NewEncoder(out).Encode(value) }
	mux := http.NewServeMux()
	mux.Handle("/", w.service)
	mux.HandleFunc("GET /pools", func(out http.ResponseWriter, _ *http.Request) {
		answer(out, map[string]any{
			"shipped": map[string]string{"pool": w.pool, "client": w.client},
			"strict":  map[string]string{"pool": strict, "client": strictClient},
		})
	})
	mux.HandleFunc("GET /accounts", func(out http.ResponseWriter, _ *http.Request) { answer(out, accounts) })
	mux.HandleFunc("GET /mail", func(out http.ResponseWriter, r *http.Request) {
		code := ""
		for _, message := range w.inbox.Messages() {
			if message.To == r.FormValue("to") {
				code = message.Code
			}
		}
		answer(out, code)
	})
	mux.HandleFunc("POST /admin/{operation}", func(out http.ResponseWriter, r *http.Request) {
		var input in
		_ = json.NewDecoder(r.Body).Decode(&input) // what it can't read the operation refuses
		body, _ := json.Marshal(w.admin(input))
		if output, refusal := w.service.Handle(r.Context(), r.PathValue("operation"), body); refusal == nil {
			_, _ = out.Write(output)
		} else {
			http.Error(out, refusal.Error(), http.StatusBadRequest)
		}
	})
	return mux
}

func TestAmplify_signsPeopleUpAndIn(t *testing.T) {
	t.Parallel()
	t.Log(newWorld(t).amplify(nil))
}

// TestAmplify_acceptsTheRightPasswordAndNoOther signs in by Amplify's arithmetic, five times or a tenth as often as
// LIGHTBOX_SRP_SIGNINS says, but not less than a hundred times then.
func TestAmplify_acceptsTheRightPasswordAndNoOther(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	signIns := 5
	if wanted, _ := strconv.Atoi(os.Getenv("LIGHTBOX_SRP_SIGNINS")); wanted > 0 {
		signIns = max(100, wanted/10)
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	accounts := make([]account, signIns)
	for i := range accounts {
		right := "Aa1!" + randomText(random, 8+random.IntN(30))
		accounts[i] = account{fmt.Sprintf("u%d-%s", i, randomText(random, random.IntN(20))), right, right + "x"}
		address := fmt.Sprintf("u%d@example.com", i)
		w.do("AdminCreateUser", w.admin(in{"Username": accounts[i].Username, "MessageAction": "SUPPRESS", "UserAttributes": append(email(address), in{"Name": "email_verified", "Value": "true"})}))
		w.do("AdminSetUserPassword", w.admin(in{"Username": accounts[i].Username, "Password": right, "Permanent": true}))
	}
	t.Log(w.amplify(accounts, "sign-ins"))
}
