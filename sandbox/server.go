package sandbox

import (
	"context"
	"crypto/tls"
	"log"
	"net"
	"net/http"
	"regexp"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/look"
)

// A service is one of AWS's, as requests find it.
type service struct {
	name   string                 // in the scope of signatures, as in s3
	target string                 // what X-Amz-Target begins with, as in DynamoDB_20120810; "" for services that do without
	serves func(host string) bool // whether a Host, in lower case and without a port, is the service's
	http.Handler
}

// at serves the names of a regional endpoint: NAME.REGION.amazonaws.com, and for global services NAME.amazonaws.com.
func at(name string) func(string) bool {
	prefix := name + "."
	return func(host string) bool {
		rest, ok := strings.CutPrefix(host, prefix)
		return ok && (rest == "amazonaws.com" || strings.Count(rest, ".") == 2 && strings.HasSuffix(rest, ".amazonaws.com"))
	}
}

// below serves the names below an endpoint: ANY.NAME.REGION.amazonaws.com.
func below(name string) func(string) bool {
	endpoint := at(name)
	return func(host string) bool {
		_, rest, ok := strings.Cut(host, ".")
		return ok && endpoint(rest)
	}
}

// scope are the region and the service in a signature's scope, in a header or in a query.
var scope = regexp.MustCompile(`Credential=[^/]*(?:/|%2F)\d{8}(?:/|%2F)([a-z0-9-]+)(?:/|%2F)([a-z0-9-]+)(?:/|%2F)aws4_request`)

// scopeOf are the region and the service for which a request is signed; "" without a signature.
func scopeOf(r *http.Request) (region, service string) {
	header := r.Header.Get("Authorization")
	// As clients write it. Whatever else there may be, the expression finds.
	_, credential, _ := strings.Cut(header, " Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	plain := func(text string) bool {
		return text != "" && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == ""
	}
	if parts := strings.Split(credential, "/"); len(parts) == 5 && plain(parts[2]) && plain(parts[3]) && parts[4] == "aws4_request" {
		return parts[2], parts[3]
	}
	if signed := scope.FindStringSubmatch(header + "&" + r.URL.RawQuery); signed != nil {
		return signed[1], signed[2]
	}
	return "", ""
}

// find returns the service that a request is for: by its Host or, where that is no name of AWS's, by what the request says
// of itself. What says nothing is S3's, whose requests may be anonymous. It returns nil for a name of AWS's that the
// sandbox does not have.
func (s *Sandbox) find(r *http.Request) *service {
	host := aws.Hostname(r.Host)
	for i := range s.table {
		if s.table[i].serves(host) {
			return &s.table[i]
		}
	}
	if ofAWS(host) {
		return nil
	}
	name := "s3"
	if _, signed := scopeOf(r); signed != "" {
		name = signed
	} else if follows(r) {
		name = "sns"
	}
	target, _, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	for i := range s.table {
		if s.table[i].name == name && target == "" || target != "" && s.table[i].target == target {
			return &s.table[i]
		}
	}
	return nil
}

// follows reports whether a request is that of a link in one of SNS's mails, which is not signed.
func follows(r *http.Request) bool {
	action := r.URL.Query().Get("Action")
	return r.Method == http.MethodGet && r.URL.Path == "/" && (action == "ConfirmSubscription" || action == "Unsubscribe")
}

// ofAWS reports whether a name is one that AWS has.
func ofAWS(host string) bool {
	return host != "localhost" && !strings.HasSuffix(host, ".localhost") && ours(host)
}

// dispatch answers a request to a service, and logs it.
func (s *Sandbox) dispatch(w http.ResponseWriter, r *http.Request) { s.answering(s.find(r))(w, r) }

// answering answers requests to a service that was found, nil for none, and logs them.
func (s *Sandbox) answering(found *service) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) { s.answer(w, r, found) }
}

func (s *Sandbox) answer(w http.ResponseWriter, r *http.Request, found *service) {
	ctx, entry := aws.WithEntry(r.Context())
	r, x := watch(r.WithContext(ctx))
	answer := &recorder{ResponseWriter: w, status: http.StatusOK, exchange: x}
	start := time.Now() // how long it takes, by the machine's clock
	defer func() {
		if fault := recover(); fault != nil {
			s.panicked(answer, entry, fault)
		}
		if entry.Operation == "" {
			entry.Operation = clipped(r.Method + " " + r.URL.EscapedPath())
		}
		x.answerHeader = w.Header().Clone()
		s.record(entry, x, answer.status, time.Since(start))
	}()
	if found == nil {
		entry.Service = clipped(aws.Hostname(r.Host))
		http.Error(answer, "the sandbox has no service for "+r.Host+r.URL.Path, http.StatusNotImplemented)
		return
	}
	entry.Service = found.name
	if found.name == realtimeName { // it stays, and ends when its service does
		ticketOf(ctx).leave()
	}
	found.ServeHTTP(answer, r)
}

// clipped is a text of a client's for the log, which keeps many.
func clipped(text string) string { return text[:min(len(text), 200)] }

// A recorder remembers the status of an answer, and how its body begins.
type recorder struct {
	http.ResponseWriter
	status   int
	wrote    bool
	exchange *exchange
}

func (r *recorder) WriteHeader(status int) {
	if !r.wrote {
		r.status, r.wrote = status, true
		r.exchange.answer.begin(r.Header())
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(b []byte) (int, error) {
	if !r.wrote {
		r.wrote = true
		r.exchange.answer.begin(r.Header())
	}
	r.exchange.answer.add(b)
	return r.ResponseWriter.Write(b)
}

// Unwrap lets http.ResponseController reach what is behind, for WebSockets.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// serve starts the listeners.
func (s *Sandbox) serve(ctx context.Context) {
	handlers := s.handlers()
	for name, listener := range s.listeners {
		server := &http.Server{
			Handler:           withTimeouts(dated(s.gate.through(handlers[name]), s.config.Now)),
			BaseContext:       func(net.Listener) context.Context { return ctx },
			ReadHeaderTimeout: 10 * time.Second, // a client that dribbles its headers
			IdleTimeout:       2 * time.Minute,
			MaxHeaderBytes:    64 << 10,
			// OPTIONS * is a request like others, with a Date.
			DisableGeneralOptionsHandler: true,
			ErrorLog:                     log.New(logWriter{s}, "", 0),
			// WebSockets need HTTP/1.1.
			TLSConfig:    &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.authority.leaf, NextProtos: []string{"http/1.1"}},
			TLSNextProto: map[string]func(*http.Server, *tls.Conn, http.Handler){},
		}
		s.servers = append(s.servers, server)
		s.running.Go(func() {
			if name == "https" {
				_ = server.ServeTLS(listener, "", "") // ends with Shutdown
				return
			}
			_ = server.Serve(listener)
		})
	}
}

// handlers answer at the listeners.
func (s *Sandbox) handlers() map[string]http.Handler {
	pages, front := s.servePages(), s.front()
	return map[string]http.Handler{
		"http": s.wall(func(r *http.Request) route {
			switch path := r.URL.Path; {
			case path == pagesPath+bridgeName:
				return s.bridge(r)
			case path == pagesPath+scriptName, path == pagesPath+workerName:
				return s.browserPart(r)
			case strings.HasPrefix(path, pagesPath):
				to := forThisMachine(r)
				to.Handler, to.own, to.others = pages, true, navigates(r)
				return to
			}
			return s.service(r)
		}),
		"https": s.wall(s.service),
		"web": s.wall(func(r *http.Request) route {
			if r.URL.Path == look.OpenPath {
				return s.openAs(r)
			}
			return route{Handler: front, named: s.hosted(aws.Hostname(r.Host)), names: "localhost", others: navigates(r)}
		}),
	}
}

// service is the route of a request for one of the services. By a name that is not AWS's, services share an origin with each
// other and with the pages.
func (s *Sandbox) service(r *http.Request) route {
	host := aws.Hostname(r.Host)
	found := s.find(r)
	to := route{
		Handler: s.answering(found), named: s.hosted(host), names: "localhost, 127.0.0.1 or a name of AWS's services",
		others: found != nil && found.open(r) || follows(r) && navigates(r),
	}
	if !ofAWS(host) {
		to.Handler = apart(to.Handler)
	}
	return to
}
