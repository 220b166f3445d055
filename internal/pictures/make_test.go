package pictures

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"
)

func TestMake_makesTheWidthsAndNoneLarger(t *testing.T) {
	for _, test := range []struct {
		name          string
		width, height int
		want          []string
	}{
		{"larger than all", 2100, 700, []string{"webp 160×53", "webp 480×160", "webp 960×320", "webp 1280×427", "webp 2048×683", "jpeg 1280×427"}},
		{"between two", 700, 350, []string{"webp 160×80", "webp 480×240", "webp 700×350", "jpeg 700×350"}},
		{"exactly one", 480, 10, []string{"webp 160×3", "webp 480×10", "jpeg 480×10"}},
		{"smaller than all", 50, 20, []string{"webp 50×20", "jpeg 50×20"}},
		{"a pixel", 1, 1, []string{"webp 1×1", "jpeg 1×1"}},
		{"a tall strip", 300, 3000, []string{"webp 64×640", "webp 192×1920", "webp 300×3000", "jpeg 300×3000"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			set, err := Make(t.Context(), pngOf(t, image.NewGray(image.Rect(0, 0, test.width, test.height))), Options{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range set.Renditions {
				got = append(got, r.String())
			}
			if !slices.Equal(got, test.want) || set.Width != test.width || set.Height != test.height {
				t.Errorf("got %d × %d as %q, want %q", set.Width, set.Height, got, test.want)
			}
			if outline := fmt.Sprint(Outline(test.width, test.height, Options{})); outline != fmt.Sprint(set.Renditions) {
				t.Errorf("its outline: got %s, want %v", outline, set.Renditions)
			}
			for _, r := range set.Renditions {
				h, err := inspect(r.Body)
				if err != nil || h.width != r.Width || h.height != r.Height {
					t.Errorf("%v: got %d × %d in its bytes, %v", r, h.width, h.height, err)
				}
			}
		})
	}
}

// TestMake_makesTheSameAgain does so several times at once, too.
func TestMake_makesTheSameAgain(t *testing.T) {
	source := withProfile(jpegOf(t, scene(600, 400), 90), profileOf("RGB ", 2.2))
	want, err := Make(t.Context(), source, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			got, err := Make(context.Background(), bytes.Clone(source), Options{})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got another set of the same source: %v", err)
			}
		})
	}
	group.Wait()
}

func TestMake_endsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Make(ctx, jpegOf(t, scene(600, 400), 90), Options{}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}

func TestMake_takesWhatIsNamedOtherwise(t *testing.T) {
	// Nobody tells Make a name or a type; a PNG that was called a JPEG is a PNG.
	if set, err := Make(t.Context(), pngOf(t, scene(40, 30)), Options{}); err != nil || len(set.Renditions) != 2 {
		t.Errorf("got %d renditions, %v", len(set.Renditions), err)
	}
}

// TestMake_putsAlphaOnWhite in the JPEG, and keeps it in the WebP and the placeholder.
func TestMake_putsAlphaOnWhite(t *testing.T) {
	img := image.NewNRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		img.Set(i%64, i/64, color.NRGBA{200, 0, 0, 128 * byte(i%64/32)}) // nothing, then half of a red
	}
	set, err := Make(t.Context(), pngOf(t, img), Options{})
	if err != nil {
		t.Fatal(err)
	}
	flat, clear := opened(t, "JPEG", set.Renditions[1].Body, Options{}), opened(t, "WebP", set.Renditions[0].Body, Options{})
	near := func(r raster, x int, want ...int) {
		t.Helper()
		pixel := r.pix[(32*r.width+x)*r.channels:][:r.channels]
		for c, value := range want {
			if math.Abs(float64(pixel[c])-float64(value)) > 6 {
				t.Errorf("got %v at %d, want about %v", pixel, x, want)
			}
		}
	}
	near(flat, 8, 255, 255, 255)
	near(flat, 56, 227, 127, 127)
	near(clear, 56, 200, 0, 0, 128)
	if alpha := clear.pix[(32*64+8)*4+3]; alpha != 0 {
		t.Errorf("got an alpha of %d where there is nothing, want 0", alpha)
	}
}

// TestMake_placeholder holds the known hash of one colour, and sizes.
func TestMake_placeholderIsSmall(t *testing.T) {
	for name, source := range map[string][]byte{"opaque": jpegOf(t, scene(300, 200), 90), "alpha": pngOf(t, scene(200, 300)), "strip": jpegOf(t, scene(900, 2), 90)} {
		set, err := Make(t.Context(), source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := len(set.Placeholder); got < 5 || got > 25 {
			t.Errorf("%s: got a placeholder of %d bytes, want 5 to 25", name, got)
		}
	}
}

// TestMake_keepsColours draws a chart in Display P3, and finds each of its colours in the WebP and the JPEG within ΔE 3 (CIE
// 1976). The control is the same chart without its profile.
func TestMake_keepsColours(t *testing.T) {
	chart := []color.NRGBA{
		{115, 82, 68, 255}, {194, 150, 130, 255}, {98, 122, 157, 255}, {87, 108, 67, 255}, {133, 128, 177, 255}, {103, 189, 170, 255},
		{214, 126, 44, 255}, {80, 91, 166, 255}, {193, 90, 99, 255}, {94, 60, 108, 255}, {157, 188, 64, 255}, {224, 163, 46, 255},
		{56, 61, 150, 255}, {70, 148, 73, 255}, {175, 54, 60, 255}, {231, 199, 31, 255}, {187, 86, 149, 255}, {8, 133, 161, 255},
		{243, 243, 242, 255}, {200, 200, 200, 255}, {160, 160, 160, 255}, {122, 122, 121, 255}, {85, 85, 85, 255}, {52, 52, 52, 255},
	}
	const side = 40
	img := image.NewNRGBA(image.Rect(0, 0, 6*side, 4*side))
	for i, c := range chart {
		for p := range side * side {
			img.Set(i%6*side+p%side, i/6*side+p/side, toDisplayP3(c))
		}
	}
	worst := func(source []byte) float64 {
		set, err := Make(t.Context(), source, Options{})
		if err != nil {
			t.Fatal(err)
		}
		var most float64
		for _, rendition := range set.Renditions {
			if rendition.Width != 6*side {
				continue
			}
			r := opened(t, rendition.String(), rendition.Body, Options{})
			for i, c := range chart {
				pixel := r.pix[((i/6*side+side/2)*r.width+i%6*side+side/2)*r.channels:]
				most = max(most, deltaE(c, color.NRGBA{pixel[0], pixel[1], pixel[2], 255}))
			}
		}
		return most
	}
	for name, source := range map[string][]byte{
		"PNG":  pngWith(pngOf(t, img), "iCCP", deflated(displayP3())),
		"JPEG": withProfile(jpegOf(t, img, 95), displayP3()),
	} {
		got := worst(source)
		t.Logf("%s: ΔE %.2f at most", name, got)
		if got > 3 {
			t.Errorf("%s: got a colour that is ΔE %.1f off, want 3 at most", name, got)
		}
	}
	if got := worst(pngOf(t, img)); got < 6 {
		t.Errorf("got ΔE %.1f without the profile: this chart shows nothing", got)
	}
}

func linear(v uint8) float64 {
	c := float64(v) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}

func encoded(v float64) uint8 {
	v = max(0, min(1, v))
	if v <= 0.0031308 {
		return uint8(v*12.92*255 + 0.5)
	}
	return uint8((1.055*math.Pow(v, 1/2.4)-0.055)*255 + 0.5)
}

// toDisplayP3 converts a colour of sRGB: both have the same white and the same curve.
func toDisplayP3(c color.NRGBA) color.NRGBA {
	r, g, b := linear(c.R), linear(c.G), linear(c.B)
	return color.NRGBA{encoded(0.822462*r + 0.177538*g), encoded(0.033194*r + 0.966806*g), encoded(0.017083*r + 0.072397*g + 0.910520*b), 255}
}

func deltaE(a, b color.NRGBA) float64 {
	lab := func(c color.NRGBA) [3]float64 {
		r, g, b := linear(c.R), linear(c.G), linear(c.B)
		f := func(t float64) float64 {
			if t > 216.0/24389 {
				return math.Cbrt(t)
			}
			return (24389.0/27*t + 16) / 116
		}
		x, y, z := f((0.4124564*r+0.3575761*g+0.1804375*b)/0.95047), f(0.2126729*r+0.7151522*g+0.0721750*b), f((0.0193339*r+0.1191920*g+0.9503041*b)/1.08883)
		return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
	}
	p, q := lab(a), lab(b)
	return math.Sqrt((p[0]-q[0])*(p[0]-q[0]) + (p[1]-q[1])*(p[1]-q[1]) + (p[2]-q[2])*(p[2]-q[2]))
}
