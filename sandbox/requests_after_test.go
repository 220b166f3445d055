package sandbox

import "testing"

// A page that was open while the sandbox was ended and started again asks for what is behind a call of before.
func TestRequests_behindACallOfBeforeAreAll(t *testing.T) {
	var q requests
	for range 3 {
		q.add(Call{}, nil)
	}
	for number, want := range map[int]int{0: 3, 2: 1, 3: 0, 4: 3, 500: 3} {
		if got := q.after(number); len(got) != want {
			t.Errorf("behind %d: got %d calls, want %d", number, len(got), want)
		}
	}
}
