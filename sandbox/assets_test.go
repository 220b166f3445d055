package sandbox

import (
	"testing"

	"lightbox.example/lightbox/sandbox/aws"
)

// What a service asks S3 for, as the code of a function, leaves the request that it is for in the log.
func TestObject_leavesTheLogsEntry(t *testing.T) {
	s, err := Start(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	ctx, entry := aws.WithEntry(t.Context())
	entry.Service, entry.Operation, entry.Caller = "lambda", "UpdateFunctionCode", "somebody"
	if _, err := s.object(ctx, "none", "code.zip", 1); err == nil {
		t.Error("got an object of no bucket")
	}
	if entry.Service != "lambda" || entry.Operation != "UpdateFunctionCode" || entry.Caller != "somebody" {
		t.Errorf("got %s %s by %s, want what it was", entry.Service, entry.Operation, entry.Caller)
	}
}
