package main

import (
	"flag"
	"os"
	"os/exec"
	"testing"
)

var chromium = flag.Bool("chromium", false, "use the site in Chromium: wants web/out and the packages of web")

// The production build, as the site serves it, in a browser: web/e2e/site says what has to hold there.
func TestSite_inChromium(t *testing.T) {
	if !*chromium {
		t.Skip("-chromium says so, as in `make e2e`")
	}
	p := newPages(t)
	p.build = "../../web/out"
	p.deploy("--outputs", t.TempDir()+"/none.json") // not what `make deploy` left there
	browse := exec.Command("npx", "playwright", "test", "--config", "site.config.ts")
	browse.Dir = "../../web"
	browse.Env = append(os.Environ(), "LIGHTBOX_SITE=https://"+p.host, "LIGHTBOX_HTTPS="+p.s.HTTPS(), "LIGHTBOX_HTTP="+p.s.HTTP())
	browse.Stdout, browse.Stderr = os.Stdout, os.Stderr
	if err := browse.Run(); err != nil {
		t.Error(err)
	}
}
