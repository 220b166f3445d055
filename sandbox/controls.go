package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"time"

	"lightbox.example/lightbox/sandbox/look"
)

// controlLimit is more than any of what is asked here takes.
const controlLimit = 4 << 10

// A ClockState is what /_lightbox/clock answers.
type ClockState struct {
	Now   time.Time `json:"now"`
	Ahead string    `json:"ahead"` // of the clock that the sandbox was given, as in 25h0m0s
}

// SavedStates are what /_lightbox/state answers.
type SavedStates struct {
	Saved []Saved `json:"saved"`
}

// clockControl is what the clock shows, and moves it.
//
//	GET /_lightbox/clock                        what it shows
//	POST /_lightbox/clock {"forward": "25h"}    or {"to": "2026-12-24T08:00:00Z"}
func (s *Sandbox) clockControl() http.Handler {
	return control(s.forward, func() (any, error) { return ClockState{s.Now().UTC(), s.clock.isAhead().String()}, nil })
}

// stateControl is which states were saved, and saves and loads one.
//
//	GET /_lightbox/state                        which there are
//	POST /_lightbox/state {"save": "seeded"}    or {"load": "seeded"}
func (s *Sandbox) stateControl() http.Handler {
	return control(s.change, func() (any, error) {
		saved, err := s.Saved()
		return SavedStates{append([]Saved{}, saved...)}, err
	})
}

// control answers what there is, and before it does what a POST asks for.
func control[T any](do func(context.Context, T) error, show func() (any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method {
		case http.MethodGet:
		case http.MethodPost:
			var wanted T
			body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, controlLimit))
			if err == nil {
				err = look.Decode(body, &wanted)
			}
			if err != nil {
				http.Error(w, "the body: "+err.Error(), http.StatusBadRequest)
				return
			}
			if err = do(r.Context(), wanted); err != nil {
				http.Error(w, err.Error(), statusOf(err))
				return
			}
		default:
			w.Header().Set("Allow", "GET, POST")
			http.Error(w, "got "+clipped(r.Method)+", want GET or POST", http.StatusMethodNotAllowed)
			return
		}
		answer, err := show()
		if err != nil {
			http.Error(w, err.Error(), statusOf(err))
			return
		}
		answerJSON(w, answer)
	})
}

// errAsked is in errors about what was asked for.
var errAsked = errors.New("nothing was changed")

// ErrNone is in errors about something that is not there, also in those of a Page's Data: the answer is 404.
var ErrNone = errors.New("there is none")

// A misasked is what is wrong with the query of a page: the answer is 400.
type misasked struct{ error }

func statusOf(err error) int {
	var asked misasked
	switch {
	case errors.As(err, &asked):
		return http.StatusBadRequest
	case errors.Is(err, ErrNotNow):
		return http.StatusConflict
	case errors.Is(err, errAsked):
		return http.StatusBadRequest
	case errors.Is(err, ErrNone):
		return http.StatusNotFound
	}
	return http.StatusInternalServerError
}

// forward moves the clock.
func (s *Sandbox) forward(ctx context.Context, wanted struct{ Forward, To string }) error {
	var d time.Duration
	var err error
	switch {
	case (wanted.Forward == "") == (wanted.To == ""):
		err = errors.New(`got neither or both of "forward" and "to", want one of them`)
	case wanted.Forward != "":
		if d, err = time.ParseDuration(wanted.Forward); err != nil {
			err = fmt.Errorf("forward: got %q, want a duration, as in 25h", wanted.Forward)
		}
	default:
		var to time.Time
		if to, err = time.Parse(time.RFC3339, wanted.To); err != nil {
			err = fmt.Errorf("to: got %q, want a time, as in 2026-12-24T08:00:00Z", wanted.To)
		}
		if d = to.Sub(s.Now()); err == nil && d == math.MaxInt64 {
			err = fmt.Errorf("to: got %s, want a time within 292 years, which is how far the clock goes at once", wanted.To)
		}
	}
	if err == nil {
		err = s.checkForward(d, wanted.Forward+wanted.To)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", err, errAsked)
	}
	return s.Forward(ctx, d)
}

// change saves a state or loads one. The request itself is no reason to wait.
func (s *Sandbox) change(ctx context.Context, wanted struct{ Save, Load string }) error {
	ticketOf(ctx).leave()
	switch {
	case wanted.Save != "" && wanted.Load == "":
		return s.Save(ctx, wanted.Save)
	case wanted.Load != "" && wanted.Save == "":
		return s.Load(ctx, wanted.Load)
	}
	return fmt.Errorf(`got neither or both of "save" and "load", want one of them: %w`, errAsked)
}
