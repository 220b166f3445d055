package cloudfront

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// Origin is S3 as CloudFront needs it: it answers requests that need no signature because their caller is known.
type Origin interface {
	As(aws.Caller) http.Handler
}

// Config is what a Service needs.
type Config struct {
	Store   store.Store
	Origin  Origin
	Now     func() time.Time
	Account string // 12 digits: whose the distributions are
	Keys    aws.Keys
	Meter   aws.Meter // gets what is counted, of us-east-1
	// CacheBytes is how much the cache holds; 0 is 64 MB.
	CacheBytes int64
}

// Service is CloudFront. Its methods are safe for concurrent use.
type Service struct {
	Config
	cache         *cache
	invalidations invalidations

	mu            sync.RWMutex
	distributions registry[*distribution]
	controls      registry[*control]
	identities    registry[*originIdentity]
	policies      registry[*headersPolicy]
	functions     registry[*function]
}

// New opens the service with the distributions that are in the store.
func New(config Config) (*Service, error) {
	s := &Service{
		Config: config, cache: newCache(config.CacheBytes, config.Now),
		distributions: registry[*distribution]{kind: "Distribution", space: "cloudfront/distributions"},
		controls:      registry[*control]{kind: "OriginAccessControl", space: "cloudfront/controls"},
		identities:    registry[*originIdentity]{kind: "CloudFrontOriginAccessIdentity", space: "cloudfront/identities"},
		policies:      registry[*headersPolicy]{kind: "ResponseHeadersPolicy", space: "cloudfront/policies"},
		functions:     registry[*function]{kind: "Function", space: "cloudfront/functions"},
	}
	err := s.Store.View(func(tx store.Reader) error {
		for _, load := range []func(store.Reader) error{s.distributions.load, s.controls.load, s.identities.load, s.policies.load, s.functions.load, s.invalidations.load} {
			if err := load(tx); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cloudfront: %w", err)
	}
	return s, nil
}

// Serves reports whether a Host is a distribution's, or that of the API.
func Serves(host string) bool { return ForViewers(host) || aws.Hostname(host) == endpoint }

// ForViewers reports whether a Host is a distribution's.
func ForViewers(host string) bool { return strings.HasSuffix(aws.Hostname(host), domain) }

// domain is what the names of all distributions end with.
const domain = ".cloudfront.net"

// ServeHTTP answers viewers at the names of distributions, and by any other name what the API is asked. Whether a viewer's
// request came by TLS is what r.TLS says.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if ForViewers(r.Host) {
		s.view(w, r)
		return
	}
	API.Serve(s, w, r)
}

// Methods returns the methods by which viewers may ask for objects.
func Methods() []string { return slices.Clone(methods) }

// methods are those that a distribution can allow here.
var methods = []string{http.MethodGet, http.MethodHead}

// Distribution is a distribution as a page or a test shows it.
type Distribution struct {
	ID, ARN    string
	DomainName string // as in d111111abcdef8.cloudfront.net
	Enabled    bool
	Comment    string
}

// Distributions returns all distributions by their ids.
func (s *Service) Distributions() []Distribution {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var list []Distribution
	for _, d := range s.distributions.sorted() {
		list = append(list, Distribution{d.ID, s.arn(d), d.domain(), d.Config.Enabled, d.Config.Comment})
	}
	return list
}

func (s *Service) arn(d *distribution) string { return s.arnOf(d.ID) }

func (s *Service) arnOf(id string) string {
	return "arn:aws:cloudfront::" + s.Account + ":distribution/" + id
}

// site is all that a request to a distribution depends on.
type site struct {
	*distribution
	behavior behavior // of the path
	origin   originConfig
	control  *control        // nil without one
	identity *originIdentity // likewise
	headers  *headersPolicy  // nil without one
	function *function       // that is called for a viewer's request, nil without one
}

// find returns the distribution of a host and what belongs to it where viewers ask for a path, which is raw; nil if there is
// none that is enabled.
func (s *Service) find(host, path string) *site {
	s.mu.RLock()
	defer s.mu.RUnlock()
	label, ok := strings.CutSuffix(aws.Hostname(host), domain)
	if !ok {
		return nil
	}
	d := s.distributions.byID[idOf(label)]
	if d == nil || !d.Config.Enabled {
		return nil
	}
	b := d.Config.behaviorFor(path)
	found := &site{distribution: d, behavior: b, headers: s.policies.byID[b.ResponseHeadersPolicyID], function: s.functions.byID[b.viewerRequest()]}
	for _, origin := range d.Config.Origins {
		if origin.ID == b.TargetOriginID {
			found.origin, found.control, found.identity = origin, s.controls.byID[origin.OriginAccessControlID], s.identities.byID[origin.identity()]
		}
	}
	return found
}
