package sandbox_test

import "testing"

// A service is found at a host, and signs for its name. Its faults that are known, until "The house" mends them, are written
// down per service: the tests are green while the fault is there, and red as soon as it is gone or another one comes up.

// expectWrong holds what was found of a service against what is known of it.
func expectWrong(t testing.TB, id, what string, wrong, known bool) {
	t.Helper()
	switch {
	case wrong && !known:
		t.Errorf("%s: %s is wrong, which nobody expects", id, what)
	case !wrong && known:
		t.Errorf("%s: %s is right now: remove the expectation", id, what)
	}
}

func TestExpectWrong_noticesWhatChanges(t *testing.T) {
	for _, test := range []struct{ wrong, known, fails bool }{{true, true, false}, {false, false, false}, {true, false, true}, {false, true, true}} {
		noted := &notedTB{TB: t}
		expectWrong(noted, "W0", "it", test.wrong, test.known)
		if noted.failed != test.fails {
			t.Errorf("wrong %t, known %t: got a failure %t, want %t", test.wrong, test.known, noted.failed, test.fails)
		}
	}
}

// notedTB keeps to itself that a test failed.
type notedTB struct {
	testing.TB
	failed bool
}

func (n *notedTB) Errorf(string, ...any) { n.failed = true }
