package seal

import (
	"testing"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// FuzzSeal offers anything as a Session: none but those that were sealed are opened.
func FuzzSeal(f *testing.F) {
	sealer, err := New(store.NewMemory())
	if err != nil {
		f.Fatal(err)
	}
	now := time.Date(2026, 11, 1, 2, 18, 43, 0, time.UTC)
	sealedUp := sealer.Close(Challenge{Step: StepTOTP, Client: "c", Name: "ann", Expires: now.Add(time.Minute)})
	f.Add(sealedUp)
	f.Add("")
	f.Add("AAAA")
	f.Add(sealedUp[:len(sealedUp)-4])
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := sealer.Open(text, "c", now, StepTOTP); err == nil && text != sealedUp {
			t.Fatalf("got no error for %q", text)
		}
	})
}
