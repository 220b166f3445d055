package realtime

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// The real client: Amplify, as it is on npm, by its own names and certificates.
func TestAmplify_subscribes(t *testing.T) {
	const folder = "../../../tools/node"
	node, err := filepath.Abs("../../../node_modules/.bin/node") // the pinned one, which has WebSocket
	if err != nil {
		t.Fatal(err)
	}
	for _, needed := range []string{node, filepath.Join(folder, "node_modules", "aws-amplify")} {
		if _, err := os.Stat(needed); err != nil {
			t.Skipf("%v: make node_modules tools/node/node_modules", err)
		}
	}
	l := serveLive(t, Config{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host == l.host() {
			l.ServeHTTP(w, r)
			return
		}
		l.apis.ServeHTTP(w, r)
	}))
	certificate, file := certify(t, l.host(), l.apiHost())
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
	server.StartTLS()
	t.Cleanup(server.Close)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, node, "--import", "./aws-hosts.mjs", "subscribe.mjs", "https://"+l.apiHost()+"/graphql")
	command.Dir = folder
	command.Env = append(os.Environ(), "LIGHTBOX_HTTPS="+server.Listener.Addr().String(), "NODE_EXTRA_CA_CERTS="+file)
	output, err := command.CombinedOutput()
	if err != nil || !strings.HasSuffix(string(output), "ok\n") {
		t.Errorf("subscribe.mjs: %v\n%s", err, output)
	}
	eventually(t, "the client has left", func() bool { return l.Connections() == 0 })
}

// certify makes a certificate for the names, and a file with it.
func certify(t *testing.T, names ...string) (certificate tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, DNSNames: names,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}
