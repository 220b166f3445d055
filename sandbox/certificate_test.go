package sandbox

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lightbox.example/lightbox/internal/deploytest"
)

func TestAuthority_isMadeAnewBeforeItExpiresAndNotSooner(t *testing.T) {
	made := time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC)
	ends := time.Date(2033, 3, 1, 12, 0, 0, 0, time.UTC) // 2033 has no 29 February
	for _, tt := range []struct {
		at   time.Time
		anew bool
	}{
		{made.Add(time.Minute), false},
		{time.Date(2032, 11, 29, 12, 0, 0, 0, time.UTC), false},
		{time.Date(2032, 12, 2, 12, 0, 0, 0, time.UTC), true}, // what it signed now would be good for longer
		{ends.Add(time.Minute), true},
		{ends.AddDate(10, 0, 0), true},
	} {
		folder := t.TempDir()
		first, err := openAuthority(folder, deploytest.ClockAt(made).Now)
		if err != nil {
			t.Fatal(err)
		}
		if got := first.certificate.NotAfter; !got.Equal(ends) {
			t.Errorf("it is good until %s, want %s", got, ends)
		}
		clock := deploytest.ClockAt(tt.at)
		again, err := openAuthority(folder, clock.Now)
		if err != nil {
			t.Fatalf("at %s: %v", tt.at, err)
		}
		if anew := !bytes.Equal(first.certificate.Raw, again.certificate.Raw); anew != tt.anew {
			t.Errorf("at %s: got another certificate: %t, want %t", tt.at, anew, tt.anew)
		}
		again.signs(t, clock.Now())
		clock.Pass(89 * 24 * time.Hour) // for as long as what it signs lasts
		again.signs(t, clock.Now())
	}
}

// A sandbox that runs for months has a certificate that is good, always.
func TestAuthority_signsAnewWhatExpires(t *testing.T) {
	clock := deploytest.ClockAt(time.Date(2028, 2, 28, 23, 50, 0, 0, time.UTC))
	a, err := openAuthority(t.TempDir(), clock.Now)
	if err != nil {
		t.Fatal(err)
	}
	first := a.signs(t, clock.Now())
	clock.Pass(time.Hour) // into 29 February
	if again := a.signs(t, clock.Now()); again != first {
		t.Error("got another certificate after an hour, want the one that is good for months")
	}
	for range 30 {
		clock.Pass(30 * 24 * time.Hour)
		a.signs(t, clock.Now())
	}
}

// signs wants the certificate for one of AWS's names to be good at a time, for who trusts the authority's file.
func (a *authority) signs(t *testing.T, at time.Time) *tls.Certificate {
	t.Helper()
	const name = "s3.us-east-1.amazonaws.com"
	leaf, err := a.leaf(&tls.ClientHelloInfo{ServerName: name})
	if err != nil {
		t.Fatal(err)
	}
	pem, err := os.ReadFile(a.file)
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(pem)
	if _, err := leaf.Leaf.Verify(x509.VerifyOptions{DNSName: name, Roots: trusted, CurrentTime: at}); err != nil {
		t.Errorf("at %s: %v", at, err)
	}
	return leaf
}

func TestAuthority_refusesAFileThatIsNoCertificate(t *testing.T) {
	folder := t.TempDir()
	if _, err := openAuthority(folder, time.Now); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "ca.pem")
	if err := os.WriteFile(file, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openAuthority(folder, time.Now); err == nil {
		t.Error("got no error, want one that names the folder")
	}
}
