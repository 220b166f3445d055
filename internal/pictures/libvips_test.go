package pictures

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
)

// libvips runs tools/node/libvips.mjs with a JSON input and decodes its JSON output, where out is not nil. Where the packages
// of tools/node are not installed the test is skipped, but not where CI is set.
func libvips(t *testing.T, in, out any, arguments ...string) {
	t.Helper()
	folder := filepath.Join("..", "..", "tools", "node")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "sharp", "package.json")); err != nil {
		const missing = "NOT COMPARED WITH LIBVIPS: %v; run npm ci in tools/node"
		if os.Getenv("CI") != "" {
			t.Fatalf(missing, err)
		}
		t.Skipf(missing, err)
	}
	input, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	node := exec.Command("node", append([]string{"libvips.mjs"}, arguments...)...)
	node.Dir, node.Stdin = folder, bytes.NewReader(input)
	var faults bytes.Buffer
	node.Stderr = &faults
	answer, err := node.Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, faults.Bytes())
	}
	if out == nil {
		return
	}
	if err := json.Unmarshal(answer, out); err != nil {
		t.Fatalf("%v in %q", err, answer)
	}
}

// A distance is how far pixels are apart, in steps of 8 bits, colours multiplied by alpha.
type distance struct {
	mean float64
	most int // of 99 % of values
}

func distanceOf(got, want []byte) distance {
	var counts [256]int
	sum, total := 0, len(got)
	for i := 0; i < total; i += 4 {
		for c := range 4 {
			a, b := int(got[i+c]), int(want[i+c])
			if c < 3 {
				a, b = a*int(got[i+3])/255, b*int(want[i+3])/255
			}
			counts[max(a-b, b-a)]++
			sum += max(a-b, b-a)
		}
	}
	d := distance{mean: float64(sum) / float64(total)}
	for seen := counts[0]; seen*100 < total*99; seen += counts[d.most] {
		d.most++
	}
	return d
}

// rgba is the raster with alpha.
func (r raster) rgba() []byte {
	if r.channels == 4 {
		return r.pix
	}
	return r.mapped(4, func(from, to []byte) {
		copy(to, from)
		to[3] = 255
	}).pix
}

// What may be apart, when both have decoded, turned, resized and converted the same file: rounding. A wrong range, matrix,
// profile, kernel, offset or orientation is apart by many times as much.
var tolerance = distance{mean: 0.5, most: 3}

// toleranceOf is the tolerance for what has a reason to be further apart. The scene is the worst there is: a chequered field
// of saturated colours, with edges every few pixels.
func toleranceOf(name string) distance {
	for _, special := range []struct {
		pattern string
		distance
	}{
		// Little CMS converts each pixel before libvips mixes them, and cuts off colours that sRGB lacks; here it is after.
		{"display-p3.*", distance{2, 25}},
		{"with-metadata.jpg", distance{2, 25}},
		{"cmyk-*.jpg", distance{2.5, 20}},
		{"wide-colours.jpg", distance{1, 8}},
		{"profile-in-parts.jpg", distance{1, 8}},
		// Colours that four pixels share: libjpeg and libwebp spread them over these before libvips mixes them.
		{"full-colour.jpg", tolerance},
		{"progressive-full-colour.jpg", tolerance},
		{"grey*.jpg", tolerance},
		{"one-*.jpg", tolerance},
		{"*-strip.jpg", distance{3, 15}},
		{"*.jpg", distance{1.5, 20}},
		{"lossy*.webp", distance{1.5, 20}},
		{"animated.webp", distance{1, 15}},
		{"orientation-6.webp", distance{1.5, 8}},
		{"palette-1-bit.png", distance{0.5, 8}}, // black and white: the kernel's overshoot is cut off between its two directions
	} {
		if match, _ := filepath.Match(special.pattern, name); match {
			return special.distance
		}
	}
	return tolerance
}

// comparison is a task of libvips.mjs, and what it is compared with.
type comparison struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
	got    []byte
}

// TestMake_againstLibvips makes pictures of odd kinds, and holds what is made of them against libvips.
func TestMake_againstLibvips(t *testing.T) {
	folder := t.TempDir()
	libvips(t, nil, nil, "sources", folder)
	for name, body := range ownSources(t) {
		if err := os.WriteFile(filepath.Join(folder, name), body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("pixels", func(t *testing.T) { samePixels(t, folder) })
	t.Run("metadata", func(t *testing.T) { nothingBeside(t, folder) })
}

// samePixels holds each pixel of each source, when it is small, against what libvips makes of the same file.
func samePixels(t *testing.T, folder string) {
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) < 60 {
		t.Fatalf("got %d files, want at least 60: %v", len(files), err)
	}
	results := t.TempDir()
	var tasks []comparison
	for _, file := range files {
		source, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		// A factor that is no whole number; and at its own size what is smaller.
		r := opened(t, filepath.Base(file), source, Options{Widths: []int{203}, JPEGWidth: 203})
		tasks = append(tasks, comparison{From: file, To: filepath.Join(results, filepath.Base(file)), Width: r.width, Height: r.height, got: r.rgba()})
	}
	libvips(t, tasks, nil, "pixels")
	for _, task := range tasks {
		t.Run(filepath.Base(task.From), func(t *testing.T) {
			want, err := os.ReadFile(task.To)
			if err != nil || len(want) != len(task.got) {
				t.Fatalf("got %d bytes of pixels from libvips, want %d: %v", len(want), len(task.got), err)
			}
			limit := toleranceOf(filepath.Base(task.From))
			got := distanceOf(task.got, want)
			t.Logf("%d × %d: mean %.2f, 99 %% within %d", task.Width, task.Height, got.mean, got.most)
			if got.mean > limit.mean || got.most > limit.most {
				t.Errorf("got a distance of %.2f on average and %d for 99 %%, want %.2f and %d", got.mean, got.most, limit.mean, limit.most)
			}
		})
	}
}

func opened(t *testing.T, name string, source []byte, o Options) raster {
	t.Helper()
	o = o.orDefaults()
	h, err := inspect(source)
	if err == nil {
		err = h.limits(source, o)
	}
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	r, err := h.open(t.Context(), source, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

// nothingBeside is M88 of docs/MISUSE.md: it holds renditions of pictures with Exif, GPS, XMP, IPTC, comments and profiles against what libvips finds in
// them, and against their bytes.
func nothingBeside(t *testing.T, folder string) {
	results := t.TempDir()
	var files []string
	var sizes [][2]int
	for _, name := range []string{"with-metadata.jpg", "display-p3.png", "display-p3.webp", "cmyk-with-profile.jpg", "animated.webp", "all-it-can-say.jpg", "all-it-can-say.png", "orientation-6.webp"} {
		source, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		set, err := Make(t.Context(), source, Options{Widths: []int{100, 300}})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		for _, rendition := range set.Renditions {
			for _, word := range []string{"Exif", "EXIF", "XMP", "xmpmeta", "ICC_PROFILE", "ICCP", "acsp", "Photoshop", "8BIM", "GPS", "SECRET", "Adobe"} {
				if bytes.Contains(rendition.Body, []byte(word)) {
					t.Errorf("%s: got %q in the %s of %d pixels, want no such bytes", name, word, rendition.Format, rendition.Width)
				}
			}
			file := filepath.Join(results, fmt.Sprintf("%s-%d.%s", name, rendition.Width, rendition.Format))
			if err := os.WriteFile(file, rendition.Body, 0o600); err != nil {
				t.Fatal(err)
			}
			files, sizes = append(files, file), append(sizes, [2]int{rendition.Width, rendition.Height})
		}
	}
	type said struct {
		Format string   `json:"format"`
		Width  int      `json:"width"`
		Height int      `json:"height"`
		Beside []string `json:"beside"`
	}
	var answers []said
	libvips(t, files, &answers, "metadata")
	for i, answer := range answers {
		if len(answer.Beside) > 0 || [2]int{answer.Width, answer.Height} != sizes[i] {
			t.Errorf("%s: got %+v, want nothing beside pixels, and %v of them", filepath.Base(files[i]), answer, sizes[i])
		}
	}
	// The control: libvips sees it where it is.
	var control []said
	libvips(t, []string{filepath.Join(folder, "with-metadata.jpg")}, &control, "metadata")
	if beside := control[0].Beside; !slices.Contains(beside, "exif") || !slices.Contains(beside, "xmp") || !slices.Contains(beside, "icc") {
		t.Errorf("got %v of the source, want exif, xmp and icc among it", beside)
	}
}
