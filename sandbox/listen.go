package sandbox

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
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
	errs := s.twice(addresses, flags)
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

// twice refuses one address for two of them.
func (s *Sandbox) twice(addresses, flags map[string]string) (errs []error) {
	by := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(addresses)) {
		address := addresses[name]
		if _, port, err := net.SplitHostPort(address); err != nil || port == "0" {
			continue
		}
		if other, taken := by[address]; taken {
			errs = append(errs, fmt.Errorf("%s %s: got the address of %s, want another", flags[name], address, flags[other]))
			delete(addresses, name)
		}
		by[address] = name
	}
	return errs
}

// CheckAddress refuses what is no address of a listener, as in 127.0.0.1:4566; the port 0 is a free one.
func CheckAddress(address string) error {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return errors.New("got no port, want HOST:PORT, as in 127.0.0.1:4566")
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return fmt.Errorf("got the port %q, want a number from 0 to 65535, as in 127.0.0.1:4566", port)
	}
	return nil
}

func (s *Sandbox) listener(address string) (net.Listener, error) {
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	if !s.config.ExposeToNetwork && !loopback(address) {
		return nil, errors.New("other machines may reach this address, and everyone knows the administrator's key: want 127.0.0.1:PORT, or --expose-to-network")
	}
	listener, err := net.Listen("tcp", address)
	var unknown *net.DNSError
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, errors.New("got an address that is taken, want a free one: is another sandbox there? `lsof -i` names who listens")
	case errors.Is(err, syscall.EADDRNOTAVAIL), errors.As(err, &unknown):
		return nil, errors.New("got an address that this machine does not have, want one of its own, as in 127.0.0.1:4566")
	case errors.Is(err, syscall.EACCES):
		return nil, errors.New("got a port that only an administrator of this machine may take, want one from 1024 on, as in 127.0.0.1:4566")
	}
	return listener, err
}

// loopback reports whether only this machine reaches an address.
func loopback(address string) bool {
	host := aws.Hostname(address)
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}
