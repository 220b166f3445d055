package pictures

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestMake_putsAnAVIFBesideEachWebP where that is asked, with the same pixels by what libvips reads in both. The control is
// the set without.
func TestMake_putsAnAVIFBesideEachWebP(t *testing.T) {
	folder := t.TempDir()
	var tasks []comparison
	for name, source := range map[string][]byte{"opaque": jpegOf(t, scene(601, 400), 95), "alpha": pngOf(t, scene(200, 301)), "dot": pngOf(t, scene(1, 1))} {
		plain, err := Make(t.Context(), source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		both, err := Make(t.Context(), source, Options{AVIF: true})
		if err != nil {
			t.Fatal(err)
		}
		avifs := len(plain.Renditions) - 1
		if got, want := names(both.Renditions[avifs:]), names(plain.Renditions); !slices.Equal(got, want) {
			t.Errorf("%s: got %v after the AVIFs, want %v as without them", name, got, want)
		}
		if got, want := names(Outline(both.Width, both.Height, Options{AVIF: true})), names(both.Renditions); !slices.Equal(got, want) {
			t.Errorf("%s: its outline: got %v, want %v", name, got, want)
		}
		for i, r := range both.Renditions[:avifs] {
			if got, want := r.String(), strings.Replace(plain.Renditions[i].String(), "webp", "avif", 1); got != want {
				t.Errorf("%s: got %s, want %s", name, got, want)
			}
			for _, one := range []Rendition{r, plain.Renditions[i]} {
				file := filepath.Join(folder, name+"."+strings.ReplaceAll(one.String(), " ", "."))
				if err := os.WriteFile(file, one.Body, 0o600); err != nil {
					t.Fatal(err)
				}
				tasks = append(tasks, comparison{From: file, To: file + ".pixels", Width: one.Width, Height: one.Height})
			}
		}
	}
	libvips(t, tasks, nil, "pixels")
	for i := 0; i < len(tasks); i += 2 {
		var pixels [2][]byte
		for j := range pixels {
			var err error
			if pixels[j], err = os.ReadFile(tasks[i+j].To); err != nil {
				t.Fatal(err)
			}
		}
		if got := distanceOf(pixels[0], pixels[1]); got.mean > 5 || got.most > 30 {
			t.Errorf("%s: got a distance of %.2f from the WebP on average and %d for 99 %%, want 5 and 30", filepath.Base(tasks[i].From), got.mean, got.most)
		}
	}
}

func names(of []Rendition) []string {
	var all []string
	for _, r := range of {
		all = append(all, r.String())
	}
	return all
}

// TestMake_refusesWhatAVIFHasNoMemoryFor, which is made without.
func TestMake_refusesWhatAVIFHasNoMemoryFor(t *testing.T) {
	source := jpegOf(t, scene(400, 300), 90)
	without := Options{MaxMemory: 100 << 20}
	if _, err := Make(t.Context(), source, without); err != nil {
		t.Fatal(err)
	}
	with := without
	with.AVIF = true
	_, err := Make(t.Context(), source, with)
	if refusal, is := errors.AsType[*Refusal](err); !is || refusal.Code != TooMuchMemory {
		t.Errorf("got %v with AVIF, want %s", err, TooMuchMemory)
	}
}
