package tour

import (
	"context"
	"fmt"
	"net/http"
	"strings"
)

const aboutCDN = "the CDN"

// tryCDN tries what the distribution answers whatever is asked for: its methods, its headers, and where it sends plain HTTP.
func (w *walk) tryCDN(ctx context.Context) error {
	missing := w.cdn + "/products/" + Prefix + w.run
	for _, path := range []string{"/", "/?list-type=2&prefix=private/", "/products/", "/products/" + Prefix + w.run} {
		got, err := w.roads.fetch(ctx, http.MethodGet, w.cdn+path)
		w.got(trial{"M11", aboutCDN, w.anyone, "get " + strings.TrimSuffix(path, w.run)}, status(got, err), "403")
	}
	for _, method := range []string{http.MethodPut, http.MethodPost, http.MethodDelete, http.MethodPatch} {
		got, err := w.roads.fetch(ctx, method, missing)
		w.got(trial{"M13", aboutCDN, w.anyone, method}, status(got, err), "403", "405")
	}
	got, err := w.roads.fetch(ctx, http.MethodGet, strings.Replace(missing, "https:", "http:", 1))
	went := status(got, err)
	if err == nil {
		went = fmt.Sprint(got.status, " to ", strings.SplitN(got.header.Get("Location"), ":", 2)[0])
	}
	w.got(trial{"M14", aboutCDN, w.anyone, "get by plain HTTP"}, went, "301 to https")
	w.tryHeaders(ctx, missing)
	return ctx.Err()
}

// tryHeaders looks at those of any answer: an error's are those of a picture, but for what its file says.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-response-headers.html
func (w *walk) tryHeaders(ctx context.Context, target string) {
	got, err := w.roads.fetch(ctx, http.MethodGet, target, "Origin", "https://another.example")
	if err != nil {
		w.got(trial{"M77", aboutCDN, w.anyone, "look at headers"}, said(err), allowed)
		return
	}
	for _, one := range []struct{ cases, header, has string }{
		{"M15", "Content-Security-Policy", "sandbox"},
		{"M15", "Content-Security-Policy", "default-src 'none'"},
		{"M15", "X-Content-Type-Options", "nosniff"},
		{"M77", "X-Frame-Options", "DENY"},
		{"M14", "Strict-Transport-Security", "max-age="},
		{"M76", "Access-Control-Allow-Origin", "*"},
	} {
		value := got.header.Get(one.header)
		t := trial{one.cases, aboutCDN, w.anyone, "look for " + one.has + " in " + one.header}
		if strings.Contains(value, one.has) {
			w.got(t, "there", "there")
			continue
		}
		w.got(t, fmt.Sprintf("%q", value), "there")
	}
}
