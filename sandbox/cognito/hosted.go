package cognito

import (
	"net/http"
	"strings"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/cognito/directory"
)

// hostedDomain is what the names of all pages for signing in end with: PREFIX.auth.REGION.amazoncognito.com.
const hostedDomain = ".amazoncognito.com"

// ServesHosted reports whether a host is that of pages for signing in.
func ServesHosted(host string) bool { return strings.HasSuffix(host, hostedDomain) }

// Hosted answers at the domains of user pools: every page is refused by name, with the pool that it would be of.
//
// https://docs.aws.amazon.com/cognito/latest/developerguide/cognito-userpools-server-contract-reference.html
func (s *Service) Hosted() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, entry := aws.Begin(r, "cognito-idp", s.directory.Region, s.now)
		entry.Operation = "HostedPage"
		prefix, rest, _ := strings.Cut(aws.Hostname(r.Host), ".")
		var pool string
		err := s.directory.View(func(t directory.Tx) error {
			d, err := t.Domain(prefix)
			pool = d.Settings.UserPoolID
			return err
		})
		if err != nil || rest != "auth."+s.directory.Region+hostedDomain {
			http.Error(w, "there is no user pool with the domain "+aws.Hostname(r.Host), http.StatusNotFound)
			return
		}
		http.Error(w, "the hosted pages of Cognito are not supported by the sandbox: got "+r.URL.Path+" of the user pool "+pool+
			", want people to sign in by InitiateAuth, as Amplify's signIn does", http.StatusNotImplemented)
	})
}
