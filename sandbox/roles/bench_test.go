package roles_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
	"lightbox.example/lightbox/sandbox/store"
)

// deployed is the dev environment on a store in a file.
func deployed(b *testing.B) (*roles.Service, *deploytest.Deployment) {
	b.Helper()
	db, err := store.Open(filepath.Join(b.TempDir(), "db"))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = db.Close() })
	s, err := roles.New(roles.Config{Store: db})
	if err != nil {
		b.Fatal(err)
	}
	d := deploytest.New(b, "../..", "dev", s.ResourceTypes())
	d.Deploy("Auth", "Identity", "FileStorage", "API")
	return s, d
}

func BenchmarkAssume(b *testing.B) {
	s, d := deployed(b)
	_, role := d.Resource("Identity", "IdentityPoolUnauthenticatedRole")
	for b.Loop() {
		deploytest.Session(b, s, role.Attributes["Arn"].(string), pool, "unauthenticated")
	}
}

func BenchmarkCredentials(b *testing.B) {
	s, d := deployed(b)
	_, role := d.Resource("Identity", "IdentityPoolUnauthenticatedRole")
	key := deploytest.Session(b, s, role.Attributes["Arn"].(string), pool, "unauthenticated").AccessKeyID
	for b.Loop() {
		if _, ok := s.Credentials(key); !ok {
			b.Fatal("the key is unknown")
		}
	}
}

func BenchmarkAs(b *testing.B) {
	s, d := deployed(b)
	_, role := d.Resource("API", "PhotosRole")
	arn := role.Attributes["Arn"].(string)
	for b.Loop() {
		if _, err := s.As(context.Background(), arn, "appsync", iam.Service{Name: "appsync.amazonaws.com"}); err != nil {
			b.Fatal(err)
		}
	}
}

// Run with -race: roles change while sessions are made and looked up.
func TestService_isSafeForConcurrentUse(t *testing.T) {
	r := newRig(t)
	arn := r.roleARN("Identity", "IdentityPoolUnauthenticatedRole")
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 20 {
				session, err := r.s.Assume(context.Background(), roles.Request{
					RoleARN: arn, SessionName: "guest", WebIdentity: person("us-east-1:g", "unauthenticated"),
				})
				if err != nil {
					t.Error(err)
					return
				}
				c, ok := r.s.Credentials(session.AccessKeyID)
				if !ok || len(c.Identity) < 2 {
					t.Errorf("got %d policies, %t, want those of the role", len(c.Identity), ok)
				}
			}
		})
	}
	group.Go(func() {
		for i := range 20 {
			err := r.Update("FileStorage", "GuestAccess", func(p map[string]any) { p["PolicyDocument"] = allow(i) })
			if err != nil {
				t.Error(err)
			}
		}
	})
	group.Wait()
}
