package sandbox

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func TestAuthority_isMadeAnewOnlyWhenItHasExpired(t *testing.T) {
	folder := t.TempDir()
	first, err := openAuthority(folder)
	if err != nil {
		t.Fatal(err)
	}
	again, err := openAuthority(folder)
	if err != nil || !bytes.Equal(first.certificate.Raw, again.certificate.Raw) {
		t.Fatalf("got another certificate (%v), want the one that is there", err)
	}
	expired := *first.certificate
	expired.NotAfter = time.Now().Add(-time.Minute)
	if err := writeAuthority(&expired, first.key, first.file, filepath.Join(folder, "ca-key.pem")); err != nil {
		t.Fatal(err)
	}
	renewed, err := openAuthority(folder)
	if err != nil || !renewed.certificate.NotAfter.After(time.Now()) {
		t.Fatalf("got %v, %v, want a certificate that is good", renewed, err)
	}
}

func TestAuthority_refusesAFileThatIsNoCertificate(t *testing.T) {
	folder := t.TempDir()
	if _, err := openAuthority(folder); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "ca.pem")
	if err := os.WriteFile(file, []byte("notes"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := openAuthority(folder); err == nil {
		t.Error("got no error, want one that names the folder")
	}
}
