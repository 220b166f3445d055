package sandbox

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// domains are the names that the sandbox's certificates are good for. The authority can sign no others: trusting it makes
// nothing else on the machine less safe.
var domains = []string{"amazonaws.com", "cloudfront.net", "amazoncognito.com", "localhost"}

// An authority signs a certificate for each name that is asked for, when it is.
type authority struct {
	file        string // the certificate, PEM
	now         func() time.Time
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey

	mu     sync.Mutex
	leaves map[string]*tls.Certificate
}

// An authority lasts five years, and what it signs three months, an hour before which it is signed anew.
const (
	authorityYears = 5
	leafMonths     = 3
)

// openAuthority reads the authority in the folder, or makes it. One that has expired, or would before what it signs, is made
// anew: who trusted it has to trust the new one.
func openAuthority(folder string, now func() time.Time) (*authority, error) {
	a := &authority{file: filepath.Join(folder, "ca.pem"), now: now, leaves: map[string]*tls.Certificate{}}
	keyFile := filepath.Join(folder, "ca-key.pem")
	pair, err := tls.LoadX509KeyPair(a.file, keyFile)
	if errors.Is(err, fs.ErrNotExist) || err == nil && now().AddDate(0, leafMonths, 0).After(pair.Leaf.NotAfter) {
		if err := makeAuthority(folder, a.file, keyFile, now()); err != nil {
			return nil, err
		}
		pair, err = tls.LoadX509KeyPair(a.file, keyFile)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w: remove the folder to have a new certificate made", folder, err)
	}
	key, ok := pair.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s: got a key of type %T, want ECDSA", keyFile, pair.PrivateKey)
	}
	a.certificate, a.key = pair.Leaf, key
	return a, nil
}

// slack is how far the sandbox's clock may be ahead of that of clients, which hold certificates against their own.
const slack = 24 * time.Hour

func makeAuthority(folder, certificateFile, keyFile string, now time.Time) error {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Lightbox sandbox on this machine"},
		NotBefore: now.Add(-slack), NotAfter: now.AddDate(authorityYears, 0, 0),
		IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true, KeyUsage: x509.KeyUsageCertSign,
		PermittedDNSDomainsCritical: true, PermittedDNSDomains: domains,
		PermittedIPRanges: []*net.IPNet{
			{IP: net.IPv4(127, 0, 0, 0).To4(), Mask: net.CIDRMask(8, 32)},
			{IP: net.IPv6loopback, Mask: net.CIDRMask(128, 128)},
		},
	}
	return writeAuthority(template, key, certificateFile, keyFile)
}

// writeAuthority signs a certificate by its own key, and writes both.
func writeAuthority(template *x509.Certificate, key *ecdsa.PrivateKey, certificateFile, keyFile string) error {
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(keyFile, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret}), 0o600),
		os.WriteFile(certificateFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644), //nolint:gosec // everyone may read a certificate
	)
}

// leavesLimit bounds the certificates that are kept: names are the client's to choose.
const leavesLimit = 1000

// leaf is the certificate for the name that a client asks for, or for the address it came to.
func (a *authority) leaf(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	name := strings.ToLower(hello.ServerName)
	now := a.now()
	a.mu.Lock()
	defer a.mu.Unlock()
	if leaf := a.leaves[name]; leaf != nil && now.Before(leaf.Leaf.NotAfter.Add(-time.Hour)) {
		return leaf, nil
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Lightbox sandbox"},
		NotBefore: now.Add(-slack), NotAfter: now.AddDate(0, leafMonths, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if name != "" {
		if !ours(name) {
			return nil, fmt.Errorf("got TLS for %q, want a name of AWS's services, as in s3.us-east-1.amazonaws.com", name)
		}
		template.DNSNames = append(template.DNSNames, name)
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.certificate, &key.PublicKey, a.key)
	if err != nil {
		return nil, err
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	if len(a.leaves) >= leavesLimit {
		clear(a.leaves)
	}
	a.leaves[name] = &tls.Certificate{Certificate: [][]byte{der, a.certificate.Raw}, PrivateKey: key, Leaf: parsed}
	return a.leaves[name], nil
}

// ours reports whether a name is one that the authority may sign.
func ours(name string) bool {
	for _, domain := range domains {
		if name == domain || strings.HasSuffix(name, "."+domain) {
			return true
		}
	}
	return false
}

func serial() *big.Int {
	b := make([]byte, 16)
	_, _ = rand.Read(b) // never fails
	return new(big.Int).SetBytes(b)
}
