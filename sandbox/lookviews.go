package sandbox

import (
	"cmp"
	"net/http"

	sdk "github.com/aws/aws-sdk-go-v2/aws"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/console"
	"lightbox.example/lightbox/sandbox/look"
	"lightbox.example/lightbox/sandbox/paging"
)

// lookViews are the pages that show what is in the services, and change it.
func (s *Sandbox) lookViews() []view {
	page := func(name, title, key string) view {
		return view{
			Page: console.Page{Name: name, Title: title, Group: looking, Icon: name, Key: key},
			// The services are others once a state was loaded.
			data: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.look.Pages()[name].ServeHTTP(w, r) }),
		}
	}
	files := page("files", "Files", "f")
	files.more = map[string]http.Handler{
		"/" + look.RawName: apart(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.look.Raw().ServeHTTP(w, r) })),
	}
	return []view{page("users", "Users", "u"), files, page("data", "Data", "d"), page("api", "API", "q"), page("functions", "Functions", "x")}
}

// openLook has the pages ask the services that are there now.
func (s *Sandbox) openLook() {
	key := sdk.Credentials{AccessKeyID: AccessKeyID, SecretAccessKey: SecretAccessKey}
	s.look = look.New(look.Config{
		Client: look.Client{Region: s.config.Region, Key: key, Now: s.config.Now, Answer: s.answerLook},
		Users:  s.Users, Identities: s.Identities, Files: s.Files, APIs: s.APIs, Functions: s.Functions, Logs: s.Logs, Now: s.config.Now,
		Pages: paging.New(s.store), Web: s.Web,
	})
}

// answerLook has a service answer one of its pages' requests, which by itself is nobody's call: what only looks is logged where it has a fault.
func (s *Sandbox) answerLook(w http.ResponseWriter, r *http.Request, quiet bool) {
	if !quiet {
		s.dispatch(w, r)
		return
	}
	ctx, entry := aws.WithEntry(r.Context())
	s.find(r).ServeHTTP(w, r.WithContext(ctx))
	if entry.Fault != nil {
		s.fault(cmp.Or(entry.Service, "sandbox"), entry.Operation, entry.Fault)
	}
}

// openAs answers who comes with a ticket to the front end's address, and is nothing that a page of another site can have: it is followed as a link,
// from this machine, and good once.
func (s *Sandbox) openAs(r *http.Request) route {
	to := forThisMachine(r)
	to.Handler, to.others = s.look.Open(), navigates(r)
	return to
}
