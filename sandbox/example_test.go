package sandbox_test

import (
	"context"
	"log"

	"lightbox.example/lightbox/sandbox"
)

func Example() {
	ctx := context.Background()
	s, err := sandbox.Start(ctx, sandbox.Config{Data: ".lightbox", HTTP: "127.0.0.1:4566", HTTPS: "127.0.0.1:8443"})
	if err != nil {
		log.Fatal(err)
	}
	if err := s.Deploy(ctx, "cdk.out", nil); err != nil { // or `npx cdk deploy --all` with s.Environment() set
		log.Print(err)
	}
	log.Print(s.Overview().Stacks) // what is in it; Users, Files and Tables are there for tests
	if err := s.Close(); err != nil {
		log.Print(err)
	}
}
