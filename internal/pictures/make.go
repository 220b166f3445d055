package pictures

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"

	"lightbox.example/lightbox/internal/pictures/avif"
	"lightbox.example/lightbox/internal/pictures/webp"
)

// Options are limits and sizes. What is zero has its default.
type Options struct {
	Widths    []int // of the WebP renditions, in pixels; default 160, 480, 960, 1280, 2048
	AVIF      bool  // whether each WebP has an AVIF beside it, which takes several times as long
	JPEGWidth int   // of the JPEG, in pixels; default 1280
	MaxBytes  int   // of a source; default 20 MiB
	MaxPixels int   // of a source; default 50 million
	MaxMemory int64 // bytes that making the set may take by estimate; default 1,400 MiB, which suits 1,769 MB and their runtime
}

// Widths are the default widths of the WebP renditions, in pixels. The package's comment says for which slot each is.
func Widths() []int { return []int{160, 480, 960, 1280, 2048} }

func (o Options) orDefaults() Options {
	if len(o.Widths) == 0 {
		o.Widths = Widths()
	}
	o.Widths = slices.Sorted(slices.Values(o.Widths))
	if o.JPEGWidth == 0 {
		o.JPEGWidth = 1280
	}
	if o.MaxBytes == 0 {
		o.MaxBytes = 20 << 20
	}
	if o.MaxPixels == 0 {
		o.MaxPixels = 50e6
	}
	if o.MaxMemory == 0 {
		o.MaxMemory = 1400 << 20
	}
	return o
}

// A Set is everything that is made of one source.
type Set struct {
	Width, Height int         // of the source when it is upright, in pixels
	Placeholder   []byte      // a ThumbHash: 5 to 25 bytes
	Renditions    []Rendition // the AVIF ones by ascending width, if any, then the WebP ones, then the JPEG
}

// A Rendition is a picture without metadata, in sRGB, upright.
type Rendition struct {
	Width, Height int    // in pixels
	Format        Format // and with it the suffix of its key
	Body          []byte
}

func (r Rendition) String() string { return fmt.Sprintf("%s %d×%d", r.Format, r.Width, r.Height) }

// Format is a format of renditions.
type Format string

// The formats of renditions.
const (
	AVIF Format = "avif"
	WebP Format = "webp"
	JPEG Format = "jpeg"
)

// Type is the format's media type, as Content-Type has it.
func (f Format) Type() string { return "image/" + string(f) }

// Make makes the set of a source, which may be anything: its sender is not trusted in a single byte. The same source and
// options give the same bytes, on the same kind of processor.
//
// It errs by a *Refusal where the source is at fault. It errs by that of ctx when ctx ends, which is looked at between steps,
// between reads of a decoder and between rows; and otherwise only by a fault of this program.
func Make(ctx context.Context, source []byte, options Options) (Set, error) {
	o := options.orDefaults()
	if len(source) > o.MaxBytes {
		return Set{}, refuse(TooLarge, "the picture has %.1f MB: want %.1f MB at most", float64(len(source))/1e6, float64(o.MaxBytes)/1e6)
	}
	h, err := inspect(source)
	if err != nil {
		return Set{}, err
	}
	if err := h.limits(source, o); err != nil {
		return Set{}, err
	}
	largest, err := h.open(ctx, source, o)
	if err != nil {
		return Set{}, err
	}
	return makeSet(ctx, h, largest, o)
}

// open is the source's picture in the size of the largest rendition: upright, in sRGB.
func (h header) open(ctx context.Context, source []byte, o Options) (raster, error) {
	img, err := decode(ctx, source, h)
	if err != nil {
		return raster{}, err
	}
	width, height := h.fit(max(o.JPEGWidth, o.Widths[len(o.Widths)-1]))
	if h.orientation.turned() {
		width, height = height, width
	}
	small, err := h.shrink(ctx, img, width, height)
	if err != nil {
		return raster{}, err
	}
	return small.toRGB(h.profile).oriented(h.orientation), nil
}

// shrink makes a small raster of the decoded picture, in the picture's own colours.
func (h header) shrink(ctx context.Context, img image.Image, width, height int) (raster, error) {
	if yuv, ok := img.(*image.YCbCr); ok && frameBounds(img, h) == image.Rect(0, 0, h.width, h.height) {
		return resizeYUV(ctx, yuv, h.colours(), width, height)
	}
	return resize(ctx, rowsOf(img, h), width, height)
}

// upright is the source's size as it is seen.
func (h header) upright() (width, height int) {
	if h.orientation.turned() {
		return h.height, h.width
	}
	return h.width, h.height
}

// tallest is how many times its nominal width a rendition is high at most. What is taller is made narrower, so that a strip
// of one pixel's width makes no rendition of ten thousands of pixels' height.
const tallest = 4

// fit is the size of the rendition of a nominal width: that width, or the source's own where that is smaller.
func (h header) fit(nominal int) (width, height int) {
	w, t := h.upright()
	width, height = w, t
	if width > nominal {
		width, height = nominal, max(1, (t*nominal+w/2)/w)
	}
	if most := min(tallest*nominal, webp.MaxSide, avif.MaxSide); height > most {
		width, height = max(1, (w*most+t/2)/t), most
	}
	return width, height
}

// memory is the bytes that making the set takes by estimate: the process with its compiled encoder and colour tables, the
// source, and the larger of two steps, because what was decoded is gone when the encoder begins.
func (h header) memory(source []byte, o Options) int64 {
	width, height := h.fit(max(o.JPEGWidth, o.Widths[len(o.Widths)-1]))
	pixels := width * height
	const process = 64 << 20
	shrinking := h.decoded + 8*int64(pixels) + 64*int64(h.width)
	encoding := 12*int64(pixels) + webp.Memory(pixels, h.format != formatJPEG)
	if o.AVIF {
		encoding = max(encoding, 8*int64(pixels)+avif.Memory(pixels)+avifProcess)
	}
	return process + int64(len(source)) + max(shrinking, encoding)
}

// avifProcess is what the compiled encoder of AVIF takes, for as long as the process lives.
const avifProcess = 48 << 20

// Prepare does what the first Make of a process with these options does otherwise: it compiles the encoders. That of WebP takes
// about as long as making a small set, that of AVIF seconds. A function calls it while it starts.
func Prepare(o Options) error {
	if o.AVIF {
		return errors.Join(webp.Prepare(), avif.Prepare())
	}
	return webp.Prepare()
}
