package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront"

	"lightbox.example/lightbox/internal/cdn"
	"lightbox.example/lightbox/internal/site"
)

// to is where the pages go to, for a deployment that a test holds up.
func (p *pages) to() *site.Site {
	p.t.Helper()
	cfg, err := config.LoadDefaultConfig(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	overview, err := fetchOverview(p.s.HTTP())
	if err != nil {
		p.t.Fatal(err)
	}
	of := cdn.CDN{Client: cloudfront.NewFromConfig(cfg), Distribution: overview.Output("Lightbox-prod-Site", "SiteDistributionId")}
	return &site.Site{Files: p.files, Bucket: p.bucket, CDN: of, Now: time.Now}
}

// planned is the plan for a folder, with the settings that are served.
func (p *pages) planned(to *site.Site, folder string) site.Plan {
	p.t.Helper()
	build, _, err := site.ReadBuild(folder, []byte(p.get("/"+site.Outputs).body))
	if err != nil {
		p.t.Fatal(err)
	}
	plan, err := to.Plan(p.t.Context(), build)
	if err != nil {
		p.t.Fatal(err)
	}
	return plan
}

func TestSiteDeploy_marksWhateverAFileIsCalled(t *testing.T) {
	p := newPages(t)
	names := []string{"plain.js", "a+b.js", "c d.js", "ü%25.js", "q?v#x.js", "[id]/(x)/page@y&z=1;$,.js", "a?versionId=1.js", "back\\slash.js"}
	for _, name := range names {
		p.file("_next/static/"+name, "x")
	}
	p.deploy()
	for _, name := range names {
		if err := os.Remove(filepath.Join(p.build, "_next/static", name)); err != nil {
			t.Fatal(err)
		}
	}
	p.deploy()
	keys := p.keys()
	for _, name := range names {
		if !strings.Contains(keys, "_next/static/"+name+" (unused)") {
			t.Errorf("%s: got no mark in %s", name, keys)
		}
	}
	if strings.Contains(keys, "a1b2.js (unused)") {
		t.Errorf("got what is used marked in %s", keys)
	}
}

// An older build without a page waits for the distribution, while the newer one with it is deployed whole, and has the page unchanged.
func TestSiteDeploy_removesNothingWhereAnotherCame(t *testing.T) {
	p := newPages(t)
	p.file("new/index.html", "<head>new")
	p.deploy()
	to, old := p.to(), t.TempDir()
	for _, name := range []string{"index.html", "404.html"} {
		if err := os.WriteFile(filepath.Join(old, name), []byte("<head>old"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	plan, stale := p.planned(to, old), p.planned(to, old)
	puts := 0
	err := to.Do(t.Context(), plan, func() {
		if puts++; puts == plan.Puts() {
			p.deploy()
		}
	})
	if !errors.Is(err, site.ErrOther) {
		t.Errorf("got %v, want that another came", err)
	}
	p.status("/", 200, "store")
	p.status("/new/", 200, "new")
	// A plan from before it changes nothing.
	if err := to.Do(t.Context(), stale, func() { t.Error("got a step of a stale plan") }); !errors.Is(err, site.ErrOther) {
		t.Errorf("a stale plan: got %v, want that another came", err)
	}
	p.status("/deployment", 404, "missing") // the note is nobody's business
	// Alone it does what it planned.
	if err := to.Do(t.Context(), p.planned(to, old), func() {}); err != nil {
		t.Fatal(err)
	}
	p.status("/", 200, "old")
	p.status("/new/", 404, "old")
}

func TestSiteDeploy_forgetsWhatOneThatDidNotEndReplaced(t *testing.T) {
	p := newPages(t)
	const path = "_next/static/same.js"
	p.file(path, "old")
	p.deploy()
	p.status("/"+path, 200, "old")
	p.file(path, "new")
	ctx, end := context.WithCancel(t.Context())
	to := p.to()
	plan, puts := p.planned(to, p.build), 0
	err := to.Do(ctx, plan, func() {
		if puts++; puts == plan.Puts() {
			end()
		}
	})
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want it to have been ended", err)
	}
	p.status("/"+path, 200, "old") // an edge has it still
	if got := p.deploy("--dry-run"); !strings.Contains(got, "the deployment before did not end") {
		t.Errorf("got %s", got)
	}
	p.deploy()
	p.status("/"+path, 200, "new")
	if got := p.deploy("--dry-run"); strings.Contains(got, "did not end") {
		t.Errorf("after one that ended: got %s", got)
	}
}

func TestSiteDeploy_saysWhatItLeavesOutAndRefusesNoFolder(t *testing.T) {
	p := newPages(t)
	p.file(".env", "SECRET=1")
	p.file("CNAME", "www.example.org")
	if got := p.deploy("--dry-run"); !strings.HasPrefix(got, "left out .env\nleft out CNAME\nput ") {
		t.Errorf("got %s", got)
	}
	if _, stdout, stderr := code("site", "deploy", p.build, "--env", "prod", "--config", p.settings); !strings.HasPrefix(stdout, "left out .env\nleft out CNAME\n") {
		t.Errorf("got %s and %s", stdout, stderr)
	}
	if keys := p.keys(); strings.Contains(keys, ".env") || strings.Contains(keys, "CNAME") || !strings.Contains(keys, "icon.svg") {
		t.Errorf("got %s", keys)
	}
	p.status("/.env", 404, "missing")
	for _, folder := range []string{"", filepath.Join(p.build, "index.html"), filepath.Join(p.build, "none")} {
		if exit, _, stderr := code("site", "deploy", folder, "--env", "prod", "--config", p.settings); exit != 1 || !strings.Contains(stderr, "want the folder of a static export") {
			t.Errorf("%q: got %d and %s", folder, exit, stderr)
		}
	}
}
