// Package webp encodes WebP pictures by libwebp, compiled to WebAssembly.
//
// libwebp.wasm.gz is that of github.com/gen2brain/webp v0.5.5 (libwebp 1.4.0; licences in LICENSE), byte by byte. That
// package itself is not imported, because it loads the machine's own libwebp where it finds one, unless the whole program is
// built with -tags nodynamic; because its memory has no limit; and because what it imports links the binary dynamically.
// Nothing here depends on build tags or on what is installed.
package webp

import (
	"context"
	_ "embed"
	"fmt"
	"image"
	"slices"

	"lightbox.example/lightbox/internal/pictures/wasm"
)

//go:embed libwebp.wasm.gz
var compressed []byte

var program = wasm.New("webp", compressed)

// MaxSide is how many pixels a WebP has at most in each direction.
const MaxSide = 16383

// Memory is how many bytes of memory Encode lets libwebp have for a picture of that many pixels: what noise took, the worst
// there is, and some more. Alpha is encoded without loss, which takes three times as much.
func Memory(pixels int, alpha bool) int64 {
	each := int64(12)
	if alpha {
		each = 38
	}
	return each*int64(pixels) + 16<<20
}

// Encode encodes a picture in YCbCr with 4:2:0 and alpha, in the range of video (RFC 6386, 9.2). It takes quality from 0 to
// 100 and method from 0, fast, to 6, small. All planes must be without gaps, as NewPicture makes them. Equal pictures give
// equal bytes.
//
// Each call has an instance of its own, which is gone when it returns, with its memory. It errs where the picture is empty or
// larger than MaxSide, where ctx has ended before it begins, and where libwebp faults or wants more than Memory.
func Encode(ctx context.Context, picture *image.NYCbCrA, quality, method int) ([]byte, error) {
	alpha := slices.ContainsFunc(picture.A, func(a byte) bool { return a != 255 })
	return encode(ctx, picture, quality, method, Memory(picture.Rect.Dx()*picture.Rect.Dy(), alpha))
}

func encode(ctx context.Context, picture *image.NYCbCrA, quality, method int, memory int64) ([]byte, error) {
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	if width < 1 || height < 1 || width > MaxSide || height > MaxSide {
		return nil, fmt.Errorf("webp: got %d × %d pixels, want 1 to %d", width, height, MaxSide)
	}
	i, err := program.Open(ctx, memory)
	if err != nil {
		return nil, err
	}
	defer i.Close()
	in := i.Write(picture.Y, picture.Cb, picture.Cr, picture.A)
	size := i.Write(make([]byte, 8))
	const yuv420a, lossless, exact = 4, 0, 0
	out := i.Call("encode", uint64(in), uint64(width), uint64(height), uint64(size), yuv420a, uint64(quality), uint64(method), lossless, exact)
	return i.Result(out, size)
}

// NewPicture is an empty picture, as Encode takes it.
func NewPicture(width, height int) *image.NYCbCrA {
	return image.NewNYCbCrA(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
}

// Prepare compiles libwebp for this machine's processor, once in a process. The first Encode does it otherwise.
func Prepare() error { return program.Prepare() }
