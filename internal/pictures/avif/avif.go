// Package avif encodes AVIF pictures by libavif and libaom, compiled to WebAssembly. It decodes none.
//
// libavif.wasm.gz is lib/encode.wasm.gz of github.com/gen2brain/avif v0.4.4 (libavif 1.1.1, libaom 3.10.0; licences in
// LICENSE), byte by byte. That package itself is not imported, for the reasons that package webp gives.
package avif

import (
	"context"
	_ "embed"
	"fmt"

	"lightbox.example/lightbox/internal/pictures/wasm"
)

//go:embed libavif.wasm.gz
var compressed []byte

var program = wasm.New("avif", compressed)

// MaxSide is how many pixels a picture of Encode's has at most in each direction, and maxPixels in all.
const (
	MaxSide   = 16383
	maxPixels = 50e6
)

// Memory is how many bytes of memory Encode lets libavif have for a picture of that many pixels: what noise with alpha took,
// the worst there is, and some more.
func Memory(pixels int) int64 { return 40*int64(pixels) + 24<<20 }

// Encode encodes a picture of four bytes a pixel: red, green and blue, multiplied by the alpha that follows them. Colours are
// halved in both directions (4:2:0). It takes quality from 0 to 100 and speed from 0, small, to 10, fast. Equal pictures give
// equal bytes.
//
// Each call has an instance of its own, which is gone when it returns, with its memory. It errs where the picture is empty or
// too large, where ctx has ended before it begins, and where libavif faults or wants more than Memory.
func Encode(ctx context.Context, pix []byte, width, height, quality, speed int) ([]byte, error) {
	return encode(ctx, pix, width, height, quality, speed, Memory(width*height))
}

func encode(ctx context.Context, pix []byte, width, height, quality, speed int, memory int64) ([]byte, error) {
	if width < 1 || height < 1 || width > MaxSide || height > MaxSide || width*height > maxPixels || len(pix) != 4*width*height {
		return nil, fmt.Errorf("avif: got %d × %d pixels in %d bytes, want 1 to %d, four bytes a pixel", width, height, len(pix), MaxSide)
	}
	i, err := program.Open(ctx, memory)
	if err != nil {
		return nil, err
	}
	defer i.Close()
	in := i.Write(pix)
	size := i.Write(make([]byte, 8))
	const yuv420 = 3
	out := i.Call("encode", uint64(in), uint64(width), uint64(height), uint64(size), uint64(quality), uint64(quality), uint64(speed), yuv420)
	return i.Result(out, size)
}

// Prepare compiles libavif for this machine's processor, once in a process: a few seconds. The first Encode does it otherwise.
func Prepare() error { return program.Prepare() }
