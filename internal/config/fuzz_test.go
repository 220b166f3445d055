package config

import (
	"encoding/json"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// FuzzLoad feeds any JSON object as the context. Nothing may panic, a refusal
// is made of single lines without settings, and what is accepted is safe to
// hand to the stacks.
func FuzzLoad(f *testing.F) {
	shipped, err := os.ReadFile("../../cdk.json")
	if err != nil {
		f.Fatal(err)
	}
	var file struct{ Context json.RawMessage }
	if err := json.Unmarshal(shipped, &file); err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(file.Context))
	for _, seed := range []string{
		`{"env": "a", "environments": {"a": {"region": "eu-west-1", "webOrigins": ["https://x.example", "*"], "openOrigins": true}}}`,
		`{"environments": {"dev": {"region": "us-gov-west-1", "webOrigins": ["https://[::1]:8443"], "tags": {"a": "b", "A": "c", "\u0000": ""}}}}`,
		`{"environments": {"dev": {"region": "eu-west-1", "webOrigins": ["http://localhost"], "openOrigins": true, "social":
			{"provider": "Google", "clientId": "x", "clientSecretName": "y", "domainPrefix": "z"}, "email": {"from": "a <a@b.c>", "sesIdentityArn": "arn:aws:ses:x:000000000000:identity/b.c"}}}}`,
		`{"environments": {"dev": {"logRetentionDays": 1e999, "cdn": null, "tables": {"maxReadRequestUnits": 1e15}}}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var values map[string]any
		if json.Unmarshal(data, &values) != nil {
			return
		}
		cfg, err := Load(func(key string) any { return values[key] })
		if err != nil {
			for _, line := range faultsOf(err) {
				if !strings.Contains(line, ": got ") || !strings.Contains(line, ", want ") || strings.ContainsFunc(line, func(r rune) bool { return r < ' ' }) {
					t.Errorf("fault %q does not say where, got and want on one line", line)
				}
			}
			return
		}
		for _, broken := range unmet(cfg) {
			t.Errorf("accepted %+v: %s", cfg, broken)
		}
	})
}

// unmet lists what stacks rely on and settings lack.
func unmet(cfg Config) []string {
	var broken []string
	rely := func(ok bool, what string) {
		if !ok {
			broken = append(broken, what)
		}
	}
	all := func(texts ...string) bool { return !slices.Contains(texts, "") }
	none := func(texts ...string) bool { return strings.Join(texts, "") == "" }
	rely(cfg.Env != "" && len(cfg.Env) <= 20 && !strings.ContainsAny(cfg.Env, " /_"), "the environment's name is no part of a stack's")
	rely(cfg.Region != "" && !strings.HasPrefix(cfg.Region, "cn-") && !strings.Contains(cfg.Region, "gov"), "another partition")
	rely(cfg.Account == "" || len(cfg.Account) == 12, "no account")
	rely(len(cfg.WebOrigins) > 0, "no origin")
	for i, origin := range cfg.WebOrigins {
		rely(cfg.OpenOrigins || strings.HasPrefix(origin, "https://") && !strings.Contains(origin, "*"), "an open origin")
		rely(origin != "null" && !strings.HasSuffix(origin, "/") && !strings.ContainsAny(origin, "@?# \""), "no origin that a browser sends")
		rely(origin == "*" || !strings.Contains(origin, "*"), "a wildcard")
		rely(slices.Index(cfg.WebOrigins, origin) == i, "an origin twice")
		rely(origin != "*" || cfg.Social == Social{}, "social sign-in returns to any site")
	}
	rely(!cfg.RemoveData || cfg.AllowDeletion, "removal of protected data")
	rely(slices.Contains([]MFA{MFAOff, MFAOptional, MFARequired}, cfg.MFA), "an unknown MFA")
	rely(slices.Contains(retentionDays, cfg.LogRetentionDays), "an unknown retention")
	rely(cfg.Tables.MaxReadRequestUnits >= 1 && cfg.Tables.MaxWriteRequestUnits >= 1, "no throughput")
	rely(cfg.Pictures.PerDay >= 1 && cfg.Pictures.PerUser >= 1 && cfg.Pictures.BytesPerUser >= 30_000_000, "no pictures")
	rely(strings.HasPrefix(cfg.CDN.PriceClass, "PriceClass_"), "an unknown price class")
	for _, arn := range []string{cfg.API.WebACLARN, cfg.Auth.WebACLARN} {
		rely(arn == "" || strings.HasPrefix(arn, "arn:aws:wafv2:"+cfg.Region+":"+cfg.Account), "a web ACL from elsewhere")
	}
	rely((cfg.CDN.Domain == "") == (cfg.CDN.CertificateARN == ""), "half a domain")
	rely((cfg.Email.From == "") == (cfg.Email.SESIdentityARN == ""), "half a sender")
	rely(!strings.ContainsAny(cfg.Email.From, "\r\n"), "a header in the sender")
	social := []string{string(cfg.Social.Provider), cfg.Social.ClientID, cfg.Social.ClientSecretName, cfg.Social.DomainPrefix}
	rely(all(social...) || none(social...), "half a social sign-in")
	rely(len(cfg.Tags) <= 50, "too many tags")
	for key := range cfg.Tags {
		rely(key != "" && !strings.HasPrefix(strings.ToLower(key), "aws:"), "a tag of AWS")
	}
	return broken
}

// FuzzLoad_origins asks the standard library's parser about every origin that
// is accepted: it must be https, a host and perhaps a port, and nothing else.
func FuzzLoad_origins(f *testing.F) {
	for _, seed := range []string{
		"https://shop.example.com", "https://[2001:db8::1]:8443", "https://a.b:1@c.d", "https://x\\@y", "https://x%2f", "https://1.2.3.4",
		"https://x:y", "https://x?", "https://*", "null", "https://x.example.", "https://x:65535", "https://١.example", "https:///x",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, origin string) {
		_, err := Load(func(key string) any {
			return map[string]any{"environments": map[string]any{"dev": map[string]any{"region": "eu-west-1", "webOrigins": []any{origin}}}}[key]
		})
		if err != nil {
			return
		}
		parsed, err := url.Parse(origin)
		if err != nil {
			t.Fatalf("accepted %q: %v", origin, err)
		}
		if bare := (url.URL{Scheme: "https", Host: parsed.Host}); parsed.Hostname() == "" || bare.String() != origin {
			t.Errorf("accepted %q, which is more than %q", origin, bare.String())
		}
	})
}
