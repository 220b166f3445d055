package tour

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// roads are how names of AWS are reached: as they are, or in the sandbox, whose addresses are those of the SDK's environment.
type roads struct {
	client    *http.Client // follows no redirection
	transport *http.Transport
}

// patience is how long an answer may take. A picture is made in it.
const patience = time.Minute

// roadsOf reads AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_S3 and AWS_CA_BUNDLE. Where S3 is asked on this machine, all names are: by TLS there,
// and by plain HTTP at the other.
// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
func roadsOf(getenv func(string) string) (roads, error) {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	transport := &http.Transport{
		Proxy: http.ProxyFromEnvironment, DialContext: dialer.DialContext, TLSClientConfig: &tls.Config{MinVersion: tls.VersionTLS12},
		MaxIdleConnsPerHost: atOnce, DisableCompression: true, IdleConnTimeout: 30 * time.Second,
	}
	if file := getenv("AWS_CA_BUNDLE"); file != "" {
		pem, err := os.ReadFile(file) //nolint:gosec // the operator names it
		if err != nil {
			return roads{}, fmt.Errorf("AWS_CA_BUNDLE: %w", err)
		}
		transport.TLSClientConfig.RootCAs = x509.NewCertPool()
		if !transport.TLSClientConfig.RootCAs.AppendCertsFromPEM(pem) {
			return roads{}, fmt.Errorf("AWS_CA_BUNDLE: %s: got no certificate, want some", file)
		}
	}
	secure, err := url.Parse(getenv("AWS_ENDPOINT_URL_S3"))
	if err != nil {
		return roads{}, fmt.Errorf("AWS_ENDPOINT_URL_S3: %w", err)
	}
	plain, err := url.Parse(getenv("AWS_ENDPOINT_URL"))
	if err != nil {
		return roads{}, fmt.Errorf("AWS_ENDPOINT_URL: %w", err)
	}
	if ip := net.ParseIP(secure.Hostname()); ip != nil && ip.IsLoopback() {
		transport.Proxy = nil
		transport.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			if strings.HasSuffix(address, ":80") {
				return dialer.DialContext(ctx, network, plain.Host)
			}
			return dialer.DialContext(ctx, network, secure.Host)
		}
	}
	return roads{client(transport), transport}, nil
}

func client(transport *http.Transport) *http.Client {
	return &http.Client{
		Transport: transport, Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// ofOldTLS is a client that speaks TLS 1.1 at most.
func (r roads) ofOldTLS() *http.Client {
	transport := r.transport.Clone()
	transport.TLSClientConfig.MinVersion, transport.TLSClientConfig.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	return client(transport)
}

// close ends connections that nobody uses.
func (r roads) close() { r.transport.CloseIdleConnections() }

// A reply is what a plain request got.
type reply struct {
	status int
	header http.Header
	body   []byte
}

// mostRead is how much of an answer is read: a picture fits in.
const mostRead = 32 << 20

// do sends a request and reads the answer.
func do(client *http.Client, request *http.Request) (reply, error) {
	response, err := client.Do(request)
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostRead))
	return reply{response.StatusCode, response.Header, body}, err
}

// fetch is a request without a body. Headers are pairs of name and value.
func (r roads) fetch(ctx context.Context, method, target string, headers ...string) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, target, nil)
	if err != nil {
		return reply{}, err
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	return do(r.client, request)
}
