package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"syscall"

	"lightbox.example/lightbox/sandbox/aws"
)

// listen takes the addresses. The error has all that can't be had, each by the flag of `lightbox sandbox` that names it.
func (s *Sandbox) listen() error {
	addresses := map[string]string{"http": s.config.HTTP, "https": s.config.HTTPS}
	if s.config.Web != "" || s.config.WebFiles != nil {
		addresses["web"] = s.config.WebAddr
	}
	flags := map[string]string{"http": "--http", "https": "--https", "web": "--web-addr"}
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(addresses)) {
		listener, err := s.listener(addresses[name])
		if err != nil {
			errs = append(errs, fmt.Errorf("%s %s: %w", flags[name], addresses[name], err))
			continue
		}
		s.listeners[name] = listener
	}
	return errors.Join(errs...)
}

func (s *Sandbox) listener(address string) (net.Listener, error) {
	if _, _, err := net.SplitHostPort(address); err != nil {
		return nil, errors.New("got no port, want HOST:PORT, as in 127.0.0.1:4566")
	}
	if !s.config.ExposeToNetwork && !loopback(address) {
		return nil, errors.New("other machines may reach this address, and everyone knows the administrator's key: want 127.0.0.1:PORT, or --expose-to-network")
	}
	listener, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, errors.New("got an address that is taken, want a free one: is another sandbox there? `lsof -i` names who listens")
	}
	return listener, err
}

// loopback reports whether only this machine reaches an address.
func loopback(address string) bool {
	host := aws.Hostname(address)
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
