package pictures

import (
	"errors"
	"testing"
)

// FuzzInspect is what stands before the decoders: it answers or refuses, and what it lets pass is bounded.
//
//	go test ./internal/pictures -run '^$' -fuzz FuzzInspect -fuzztime 10m
func FuzzInspect(f *testing.F) {
	for _, h := range hostiles(f) {
		if len(h.source) < 64<<10 {
			f.Add(h.source)
		}
	}
	for _, source := range ownSources(f) {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source []byte) {
		o := Options{}.orDefaults()
		h, err := inspect(source)
		if err == nil {
			err = h.limits(source, o)
		}
		var refusal *Refusal
		if err != nil {
			if !errors.As(err, &refusal) || refusal.Words == "" {
				t.Fatalf("got %v, want a refusal with words", err)
			}
			return
		}
		if h.width < 1 || h.height < 1 || h.width*h.height > o.MaxPixels || h.decoded < 1 || len(h.profile) > maxProfile || h.orientation < 1 || h.orientation > 8 {
			t.Fatalf("got %d × %d, %d bytes to decode, a profile of %d, orientation %d", h.width, h.height, h.decoded, len(h.profile), h.orientation)
		}
		for _, step := range h.steps(o) {
			if step.width < 1 || step.height < 1 || step.width > 2048 || step.height > 4*2048 {
				t.Fatalf("got a rendition of %d × %d", step.width, step.height)
			}
		}
		if h.format == formatWebP {
			if again, err := inspect(h.webp.container()); err != nil || again.width != h.webp.bounds.Dx() || again.height != h.webp.bounds.Dy() {
				t.Fatalf("got %d × %d in the container of one frame, want %v: %v", again.width, again.height, h.webp.bounds, err)
			}
		}
	})
}

// FuzzProfile is what reads colour profiles: it takes them or leaves them.
//
//	go test ./internal/pictures -run '^$' -fuzz FuzzProfile -fuzztime 10m
func FuzzProfile(f *testing.F) {
	for _, profile := range [][]byte{profileOf("GRAY", 1.8), profileOf("RGB ", 2.2), displayP3(), tagged(displayP3(), 1<<31), curved(profileOf("RGB ", 2.2), 1<<32-1)} {
		f.Add(profile)
	}
	f.Fuzz(func(_ *testing.T, profile []byte) {
		if len(profile) > maxProfile {
			return
		}
		for _, r := range []raster{newRaster(2, 2, 1), newRaster(2, 2, 3), {width: 2, height: 2, channels: 4, inks: true, pix: make([]byte, 16)}} {
			r.toRGB(profile)
		}
	})
}
