package fidelity_test

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
)

// serve passes a request on as it is, and hears what it was. An answer waits for the sandbox's log.
func (b *bench) serve(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	going := b.run
	b.mu.Unlock()
	if going == nil {
		http.Error(w, "no judge is at work", http.StatusServiceUnavailable)
		return
	}
	going.turn()
	if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		b.socket(w, r, going)
		return
	}
	if name := strings.Trim(r.URL.Path, "/"); going.buckets && name != "" && !strings.Contains(name, "/") && b.bucket(w, r, name) {
		return
	}
	answer, err := b.relay(r)
	if err == nil {
		err = b.hear(going, r, answer)
	}
	if err != nil {
		going.t.Error(err)
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	maps.Copy(w.Header(), answer.header)
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body) // a judge that has hung up doesn't want it
}

// An answer of the sandbox's, the names of its header as they were on the wire: net/http would make its own of them.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// dial connects to the sandbox as a client came to the front: with TLS or without it.
func (b *bench) dial(r *http.Request, host string) (net.Conn, error) {
	if r.TLS == nil {
		return net.Dial("tcp", b.sandbox.HTTP())
	}
	return tls.Dial("tcp", b.sandbox.HTTPS(), &tls.Config{RootCAs: b.authority, ServerName: aws.Hostname(host), MinVersion: tls.VersionTLS12})
}

// onward is a request as the sandbox is to have it.
func onward(r *http.Request) *http.Request {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host = "http", r.Host // its Host stays: it is signed
	out.Header.Del("Expect")
	switch {
	case strings.HasSuffix(r.URL.Path, "/.well-known/jwks.json"):
		out.Host = "cognito-idp.us-east-1.amazonaws.com"
	case r.Header.Get("X-Api-Host") != "":
		out.Host = r.Header.Get("X-Api-Host")
		out.Header.Del("X-Api-Host")
	}
	return out
}

// relay sends a request on as it is, and reads all of the answer.
func (b *bench) relay(r *http.Request) (answer, error) {
	out := onward(r)
	out.Close = true
	connection, err := b.dial(r, out.Host)
	if err != nil {
		return answer{}, err
	}
	defer connection.Close()
	go func() { _ = out.Write(connection) }() // one that is refused early is not read to its end
	whole, err := io.ReadAll(connection)
	if err != nil && len(whole) == 0 {
		return answer{}, err
	}
	response, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(whole)), r)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	a := answer{status: response.StatusCode, header: http.Header{}}
	if a.body, err = io.ReadAll(response.Body); err != nil {
		return answer{}, err
	}
	head, _, _ := bytes.Cut(whole, []byte("\r\n\r\n"))
	for _, line := range strings.Split(string(head), "\r\n")[1:] {
		if name, value, ok := strings.Cut(line, ":"); ok && name != "Connection" && name != "Transfer-Encoding" {
			a.header[name] = append(a.header[name], strings.TrimSpace(value))
		}
	}
	return a, nil
}

// hear tells the run what an answer is of, and keeps it.
func (b *bench) hear(going *run, r *http.Request, a answer) error {
	id := cmp.Or(a.header.Get("X-Amzn-Requestid"), a.header.Get("X-Amz-Request-Id"), a.header.Get("X-Amz-Cf-Id"))
	call, ok := b.call(id)
	if !ok {
		return nil // nothing of AWS's API, as the keys of tokens
	}
	of := operation(call, r.URL.Path)
	going.called(of, a.status, a.body)
	if of.Service == viewers {
		return nil // what viewers get is of no model
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return json.NewEncoder(b.answers).Encode(map[string]any{
		"service": of.Service, "operation": of.Name, "status": a.status, "headers": a.header, "body": a.body[:min(len(a.body), 1<<20)],
		"refused": refusedByName(a.status, a.body),
	})
}

// refusedByName reports whether an answer is that of what the sandbox does not imitate.
func refusedByName(status int, body []byte) bool {
	if status < http.StatusBadRequest {
		return false
	}
	for _, words := range []string{"not supported by the sandbox", "that the sandbox knows", "NotImplemented", "the sandbox has no service", "The sandbox takes"} {
		if bytes.Contains(body, []byte(words)) {
			return true
		}
	}
	return false
}

// bucket makes, changes and removes buckets by the handlers that CloudFormation calls, for judges who make their own: on the
// wire the sandbox refuses it. False is for requests of another kind.
func (b *bench) bucket(w http.ResponseWriter, r *http.Request, name string) bool {
	versioning := r.URL.Query().Has("versioning")
	if plain := r.URL.RawQuery == ""; r.Method != http.MethodPut && r.Method != http.MethodDelete || !plain && !versioning || r.Header.Get("X-Amz-Bucket-Object-Lock-Enabled") != "" {
		return false
	}
	handlers := b.sandbox.Files.ResourceTypes()["AWS::S3::Bucket"]
	resource := aws.Resource{
		Partition: "aws", Region: "us-east-1", Account: "000000000000", Stack: "judge", LogicalID: "Bucket",
		PhysicalID: name, Properties: map[string]any{"BucketName": name},
	}
	var err error
	switch {
	case r.Method == http.MethodDelete:
		if _, missing := handlers.Find(context.Background(), aws.Identifier{"BucketName": name}); missing != nil {
			err = aws.Refuse(http.StatusNotFound, "NoSuchBucket", "The specified bucket does not exist")
			break
		}
		err = handlers.Delete(context.Background(), resource)
	case versioning:
		var to struct{ Status string }
		if err = xml.NewDecoder(r.Body).Decode(&to); err == nil {
			resource.Properties["VersioningConfiguration"] = map[string]any{"Status": to.Status}
			_, err = handlers.Update(context.Background(), nil, resource)
		}
	default:
		if _, missing := handlers.Find(context.Background(), aws.Identifier{"BucketName": name}); missing == nil {
			err = aws.Refuse(http.StatusConflict, "BucketAlreadyOwnedByYou", "Your previous request to create the named bucket succeeded and you already own it.")
			break
		}
		_, err = handlers.Create(context.Background(), resource)
	}
	if err == nil {
		w.Header().Set("Location", "/"+name)
		if r.Method == http.MethodDelete {
			w.WriteHeader(http.StatusNoContent)
		}
		return true
	}
	refusal := aws.Refuse(http.StatusBadRequest, "InvalidBucketName", "%v", err)
	errors.As(err, &refusal)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(refusal.Status)
	fmt.Fprintf(w, "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message><BucketName>%s</BucketName></Error>", refusal.Code, refusal.Message, name)
	return true
}
