package main

import (
	"encoding/json"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

var (
	needs = regexp.MustCompile(`(?s)\bneed\s+([a-z-]+:[A-Z].*)$`)
	right = regexp.MustCompile(`(?:([a-z0-9-]+):)?\b(Query|Scan|[A-Z][a-z]+(?:[A-Z][A-Za-z]*)+)\b`)
)

// saidRights are the actions of AWS that the help of a command says that it needs.
func saidRights(t *testing.T, args ...string) []string {
	t.Helper()
	cmd, _, err := newRoot(args, io.Discard).Find(args)
	if err != nil {
		t.Fatal(err)
	}
	said := needs.FindStringSubmatch(cmd.Long)
	if said == nil {
		t.Fatalf("%v: got a help that says no rights", args)
	}
	var actions []string
	service := ""
	for _, found := range right.FindAllStringSubmatch(said[1], -1) {
		if found[1] != "" {
			service = found[1]
		}
		actions = append(actions, service+":"+found[2])
	}
	return actions
}

// A command gets along with the rights that its help says, and with none it gets nowhere.
func TestHelp_saysTheRightsThatAreEnough(t *testing.T) {
	denied := regexp.MustCompile(`AccessDenied|not authorized`)
	try := func(t *testing.T, s *sandbox.Sandbox, args ...string) {
		t.Helper()
		for _, one := range []struct {
			actions []string
			enough  bool
		}{{[]string{"sts:GetCallerIdentity"}, false}, {saidRights(t, args...), true}} {
			policy, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": map[string]any{"Effect": "Allow", "Action": one.actions, "Resource": "*"}})
			if err != nil {
				t.Fatal(err)
			}
			root := aws.Credentials{AccessKeyID: sandbox.AccessKeyID, SecretAccessKey: sandbox.SecretAccessKey}
			session := deploytest.AssumeRole(t, "http://"+s.HTTP(), root, deploytest.Deployer, string(policy))
			t.Setenv("AWS_ACCESS_KEY_ID", session.AccessKeyID)
			t.Setenv("AWS_SECRET_ACCESS_KEY", session.SecretAccessKey)
			t.Setenv("AWS_SESSION_TOKEN", session.SessionToken)
			if exit, out, faults := code(args...); denied.MatchString(faults) == one.enough || one.enough && exit == 1 {
				t.Errorf("%v with %v: got %d, %q and %q", args, one.actions, exit, out, faults)
			}
		}
	}
	t.Run("status", func(t *testing.T) {
		s := startedSandbox(t, sandbox.Config{}, deploytest.Assembly(t, "../..", "prod-operations"))
		file := watched(t)
		try(t, s, "status", "--env", "prod", "--config", file)
		try(t, s, "status", "--env", "prod", "--config", file, "--error", "1a2b3c4d")
	})
	t.Run("photos, tables and files", func(t *testing.T) {
		c, s := newCommunity(t)
		maria, folder := c.joins("maria", "maria@example.com"), strings.Repeat("a", 32)
		c.photo(maria, folder)
		photo := maria + ".01234567-89ab-4cde-8f01-23456789abcd"
		for _, args := range [][]string{
			{"restore", "file", "public/photos/" + folder + "/40.webp"},
			{"restore", "kept", "--out", t.TempDir()},
			{"restore", "table", "photos", "--mapping", filepath.Join(t.TempDir(), "restored.json")},
			{"photo", "hide", photo},
			{"photo", "show", photo},
		} {
			try(t, s, append(args, "--config", "../../cdk.json")...)
		}
	})
}
