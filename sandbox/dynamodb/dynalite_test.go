package dynamodb_test

import (
	"bufio"
	"cmp"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// serveUntilOrphaned starts dynalite on a free port and ends with its parent.
const serveUntilOrphaned = `
const server = require(process.argv[1])({createTableMs: 0, deleteTableMs: 0, updateTableMs: 0})
server.listen(0, '127.0.0.1', () => console.log(server.address().port))
process.stdin.on('end', () => process.exit()).resume()`

func dynaliteFolder() string {
	return cmp.Or(os.Getenv("LIGHTBOX_DYNALITE"), filepath.Join("..", "..", "tools", "node", "node_modules", "dynalite"))
}

// startDynalite runs another implementation of DynamoDB, by people who compared theirs with the original for years: the package in tools/node, or the one that LIGHTBOX_DYNALITE names. Without it the test is skipped,
// but not where CI is set.
func startDynalite(t testing.TB) *oracle {
	t.Helper()
	folder, err := filepath.Abs(dynaliteFolder())
	if err == nil {
		_, err = os.Stat(filepath.Join(folder, "package.json"))
	}
	if err != nil {
		const missing = "NOT COMPARED WITH DYNALITE: %v; run npm ci in tools/node, or name the package's folder in LIGHTBOX_DYNALITE"
		if os.Getenv("CI") != "" {
			t.Fatalf(missing, err)
		}
		t.Skipf(missing, err)
	}
	node := exec.Command("node", "-e", serveUntilOrphaned, folder)
	stdin, err := node.StdinPipe() // held open as long as this process lives
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := node.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	node.Stderr = os.Stderr
	if err := node.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		stdin.Close()
		_ = node.Wait()
	})
	port, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatalf("dynalite didn't start: %v", err)
	}
	return &oracle{t, "http://127.0.0.1:" + strings.TrimSpace(port)}
}
