package fidelity_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// certified are the names that judges reach the front by with TLS, moved to this machine: those of the services that clients know no
// other address of.
var certified = []string{
	"cognito-idp.us-east-1.amazonaws.com", "cognito-identity.us-east-1.amazonaws.com",
	"*.appsync-api.us-east-1.amazonaws.com", "*.appsync-realtime-api.us-east-1.amazonaws.com", "*.cloudfront.net",
}

// certificate is one for the front, by itself, and the file that clients trust it by.
func certificate(t testing.TB) (of tls.Certificate, file string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "judges"}, DNSNames: certified, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true, IsCA: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "front.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// socket relays a WebSocket, frame by frame as it is, until one side ends it. The case that opens it has called AppSync's operation.
func (b *bench) socket(w http.ResponseWriter, r *http.Request, going *run) {
	out := onward(r)
	there, err := b.dial(r, out.Host)
	if err != nil {
		going.t.Error(err)
		return
	}
	defer there.Close()
	if err := out.Write(there); err != nil {
		going.t.Error(err)
		return
	}
	buffered := bufio.NewReader(there)
	response, err := http.ReadResponse(buffered, r)
	if err != nil {
		going.t.Error(err)
		return
	}
	defer response.Body.Close()
	going.called(live, response.StatusCode, nil)
	here, waiting, err := http.NewResponseController(w).Hijack()
	if err != nil {
		going.t.Error(err)
		return
	}
	defer here.Close()
	if err := response.Write(here); err != nil || response.StatusCode != http.StatusSwitchingProtocols {
		return // the judge has hung up, or was turned away
	}
	ended := make(chan error, 2)
	pipe := func(to io.Writer, from io.Reader) {
		_, err := io.Copy(to, from)
		ended <- err
	}
	go pipe(there, waiting)
	go pipe(here, buffered)
	<-ended
}
