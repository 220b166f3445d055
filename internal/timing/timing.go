// Package timing is what tests of speed have in common: an address for what is measured, and how long its answers take.
package timing

import (
	"net"
	"slices"
	"sync"
	"testing"
	"time"
)

// Measure does something again and again for some time, from that many callers, and each of them so often at least. It returns how
// long each time took, the shortest first.
func Measure(callers, least int, long time.Duration, do func() error) ([]time.Duration, error) {
	times, errs := make([][]time.Duration, callers), make([]error, callers)
	var running sync.WaitGroup
	end := time.Now().Add(long)
	for i := range callers {
		running.Go(func() {
			for len(times[i]) < least || time.Now().Before(end) {
				began := time.Now()
				if errs[i] = do(); errs[i] != nil {
					return
				}
				times[i] = append(times[i], time.Since(began))
			}
		})
	}
	running.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	all := slices.Concat(times...)
	slices.Sort(all)
	return all, nil
}

// FreePort is a port of this machine that nobody listens at.
func FreePort(t testing.TB) int {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().(*net.TCPAddr).Port
}
