package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/console"
	"lightbox.example/lightbox/sandbox/store"
)

// Account is the AWS account that the sandbox is.
const Account = "000000000000"

// The developer's own access key: the administrator of the account. It is no secret, and no key of AWS's.
const (
	AccessKeyID     = "AKIALIGHTBOXSANDBOX0"
	SecretAccessKey = "lightbox-sandbox-secret-key-not-a-secret"
)

// Config says where a Sandbox listens and where it keeps what it is given. The zero value listens on free ports of
// 127.0.0.1 and keeps everything in memory.
type Config struct {
	HTTP  string // host:port of the endpoint and the pages; "127.0.0.1:0" if empty
	HTTPS string // host:port for the names of AWS's services; "127.0.0.1:0" if empty
	// Data is the folder of the database, the bodies of objects and the certificate; "" keeps them in memory and in a
	// folder of its own that Close removes.
	Data   string
	Region string           // "us-east-1" if empty
	Now    func() time.Time // time.Now if nil

	// ExposeToNetwork allows addresses that other machines reach. They can then do everything here, and have this machine run
	// their programs as functions: the administrator's key is known.
	ExposeToNetwork bool

	// Origins are those of pages that may call the services with any key. The sandbox's own pages answer them no more than others.
	// They are as a browser says them, as in http://localhost:9000. Over the bridge, pages at the ports of localhost where tools for
	// front ends serve may call the services besides, with sessions that these gave them.
	Origins []string

	// Quotas says whether tables refuse what is more than the most units a second that their template gives them, and user pools
	// more requests a second than Cognito's default quotas. Here a crowd is often one test, so that it is off.
	Quotas bool

	Pages []Page // more pages below /_lightbox/

	Web string // a folder with a built front end, served at WebAddr; "" for none
	// WebFiles are the files of a front end in the place of Web. It is told the address of the endpoint, as in 127.0.0.1:4566,
	// which pages of a sandbox have to know; nil for none.
	WebFiles func(http string) fs.FS
	WebAddr  string // host:port; "127.0.0.1:0" if empty
	// WebStack is an output of a stack, as in Shop-dev-Site/SiteDomainName, that has the domain name of a distribution. Once
	// there is one, it is what answers at WebAddr in the place of Web, headers and all.
	WebStack string

	Log  func(Call) // gets each call when it is over, from many goroutines; nil for none
	Mail func(Mail) // gets each message that Cognito or SNS would send; nil for none
}

// A Sandbox is a running one. Its services are there for tests to look into.
type Sandbox struct {
	services
	config    Config
	folder    string // absolute: that of Data, or temporary
	temporary string // the folder that Close removes; "" for none
	address   string // the file that says where this is; "" for none
	store     store.Store
	clock     clock
	gate      gate // what requests come through
	authority *authority
	requests  *requests
	views     []view // the pages below /_lightbox/
	console   *console.Console
	origins   map[string]bool // of pages that may call the services
	names     map[string]bool // the hosts of those that were named

	listeners map[string]net.Listener // by "http", "https", "web"
	servers   []*http.Server
	running   sync.WaitGroup
	stop      context.CancelFunc
}

// Start opens the store, and serves until Close or until ctx is done. The error says which address or folder was at fault.
func Start(ctx context.Context, config Config) (*Sandbox, error) {
	config = config.withDefaults()
	s := &Sandbox{config: config, requests: &requests{}, listeners: map[string]net.Listener{}, clock: clock{base: config.Now}}
	s.config.Now = s.clock.now
	if err := s.open(); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	ctx, s.stop = context.WithCancel(ctx)
	s.running.Go(func() { s.sweep(ctx) })
	s.running.Go(func() { s.rest(ctx) })
	s.serve(ctx)
	return s, nil
}

func (c Config) withDefaults() Config {
	for _, address := range []*string{&c.HTTP, &c.HTTPS, &c.WebAddr} {
		if *address == "" {
			*address = "127.0.0.1:0"
		}
	}
	if c.Region == "" {
		c.Region = "us-east-1"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// open takes the addresses first: they tell at once when another sandbox is there.
func (s *Sandbox) open() error {
	if err := errors.Join(append(s.config.checkOrigins(), s.config.checkWeb(), s.openConsole(), s.listen())...); err != nil {
		return err
	}
	s.ownOrigins()
	if err := s.openFolder(); err != nil {
		return err
	}
	var err error
	if s.authority, err = openAuthority(filepath.Join(s.folder, "tls"), s.clock.base); err != nil {
		return err
	}
	if err := s.openClock(); err != nil {
		return err
	}
	if err := s.openServices(s.folder); err != nil {
		return err
	}
	return s.checkRegion()
}

// checkWeb refuses a folder without pages.
func (c Config) checkWeb() error {
	if c.Web == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(c.Web, "index.html")); err != nil {
		return fmt.Errorf("--web %s: got no index.html there, want the folder of a built front end", c.Web)
	}
	return nil
}

// openFolder opens the store, and writes into its folder where the sandbox is.
func (s *Sandbox) openFolder() (err error) {
	if s.config.Data == "" {
		s.temporary, err = os.MkdirTemp("", "lightbox-sandbox-")
		s.folder, s.store = s.temporary, store.NewMemory()
		return err
	}
	if s.folder, err = filepath.Abs(s.config.Data); err != nil {
		return err
	}
	if s.store, err = store.Open(filepath.Join(s.folder, databaseFile)); err != nil {
		return damaged(err, s.config.Data)
	}
	s.address = filepath.Join(s.folder, addressFile)
	return os.WriteFile(s.address, []byte(s.HTTP()), 0o600)
}

// checkRegion refuses stacks of another region: on AWS they would stay there, and here all that there is has one.
func (s *Sandbox) checkRegion() error {
	for _, st := range s.Stacks.Stacks() {
		if parts := strings.Split(st.ID, ":"); len(parts) > 3 && parts[3] != s.config.Region {
			return fmt.Errorf("%s: got the region %s and stacks of %s, want one region: another folder (--data), or empty this one (`lightbox sandbox reset --data %s`)",
				s.config.Data, s.config.Region, parts[3], s.config.Data)
		}
	}
	return nil
}

// HTTP is the address of the endpoint, as in 127.0.0.1:4566.
func (s *Sandbox) HTTP() string { return s.listens("http") }

// HTTPS is the address that answers for the names of AWS's services.
func (s *Sandbox) HTTPS() string { return s.listens("https") }

// Web is the address of the front end, "" if there is none. On this machine it is localhost:PORT: the page's origin is what
// the bucket's CORS rule knows it by.
func (s *Sandbox) Web() string {
	address := s.listens("web")
	if !loopback(address) {
		return address
	}
	_, port, _ := net.SplitHostPort(address)
	return "localhost:" + port
}

// CAFile is the certificate of the authority that signs the sandbox's, for NODE_EXTRA_CA_CERTS.
func (s *Sandbox) CAFile() string { return s.authority.file }

// listens is the address of a listener, as this machine reaches it.
func (s *Sandbox) listens(name string) string {
	listener := s.listeners[name]
	if listener == nil {
		return ""
	}
	address := listener.Addr().String()
	if host, port, _ := net.SplitHostPort(address); net.ParseIP(host).IsUnspecified() {
		return "127.0.0.1:" + port
	}
	return address
}

// Environment is what AWS's tools and the CDK CLI need to know to come here, as NAME=value.
func (s *Sandbox) Environment() []string { return s.Overview().Environment() }

// sweep does what is due by the clock.
func (s *Sandbox) sweep(ctx context.Context) {
	ticker := time.NewTicker(time.Minute)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			s.sweepNow(ctx)
		}
	}
}

func (s *Sandbox) sweepNow(ctx context.Context) {
	t, err := s.gate.enter(ctx)
	if err != nil {
		return
	}
	defer t.leave()
	if _, err := s.Files.Sweep(ctx); err != nil && ctx.Err() == nil {
		s.fault("s3", "Lifecycle", err)
	}
	if err := s.Tables.Sweep(); err != nil {
		s.fault("dynamodb", "TimeToLive", err)
	}
}

// Close lets the requests that are under way end, for ten seconds at most, and closes the store.
func (s *Sandbox) Close() error {
	if s.stop != nil {
		s.stop()
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	errs := []error{s.closeSockets(ctx)}
	for _, server := range s.servers {
		if err := server.Shutdown(ctx); err != nil {
			errs = append(errs, err, server.Close())
		}
	}
	for _, listener := range s.listeners {
		_ = listener.Close() // the servers have closed those that they were given
	}
	s.running.Wait()
	errs = append(errs, s.closeServices())
	if s.store != nil {
		errs = append(errs, s.store.Close())
	}
	if s.address != "" {
		_ = os.Remove(s.address) // it may be gone, with its folder
	}
	if s.temporary != "" {
		errs = append(errs, os.RemoveAll(s.temporary))
	}
	return errors.Join(errs...)
}
