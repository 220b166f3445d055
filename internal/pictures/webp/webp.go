// Package webp encodes WebP pictures by libwebp, compiled to WebAssembly: no cgo, and no way out of its memory for what goes
// wrong in it.
//
// libwebp.wasm.gz is that of github.com/gen2brain/webp v0.5.5 (libwebp 1.4.0; licences in LICENSE), byte by byte. That
// package itself is not imported, because it loads the machine's own libwebp where it finds one, unless the whole program is
// built with -tags nodynamic; because its memory has no limit; and because what it imports links the binary dynamically.
// Nothing here depends on build tags or on what is installed.
package webp

import (
	"bytes"
	"compress/gzip"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"image"
	"io"
	"slices"
	"sync"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
)

//go:embed libwebp.wasm.gz
var compressed []byte

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
// larger than MaxSide, where ctx has ended before it begins, and where libwebp faults or wants more than Memory. Once begun
// it is not interrupted: looking at ctx in each loop makes it three times as slow, and its work is bounded by the pixels.
func Encode(ctx context.Context, picture *image.NYCbCrA, quality, method int) ([]byte, error) {
	alpha := slices.ContainsFunc(picture.A, func(a byte) bool { return a != 255 })
	return encode(ctx, picture, quality, method, Memory(picture.Rect.Dx()*picture.Rect.Dy(), alpha))
}

func encode(ctx context.Context, picture *image.NYCbCrA, quality, method int, memory int64) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	width, height := picture.Rect.Dx(), picture.Rect.Dy()
	if width < 1 || height < 1 || width > MaxSide || height > MaxSide {
		return nil, fmt.Errorf("webp: got %d × %d pixels, want 1 to %d", width, height, MaxSide)
	}
	code, err := program()
	if err != nil {
		return nil, err
	}
	ctx = experimental.WithMemoryAllocator(ctx, limit(memory))
	instance, err := code.runtime.InstantiateModule(ctx, code.module, wazero.NewModuleConfig().WithName(""))
	if err != nil {
		return nil, fmt.Errorf("webp: %w", err)
	}
	defer func() { _ = instance.Close(ctx) }() // it has nothing that could fail
	c := calls{ctx: ctx, instance: instance}
	in := c.write(picture.Y, picture.Cb, picture.Cr, picture.A)
	size := c.write(make([]byte, 8))
	const yuv420a, lossless, exact = 4, 0, 0
	out := c.call("encode", uint64(in), uint64(width), uint64(height), uint64(size), yuv420a, uint64(quality), uint64(method), lossless, exact)
	return c.result(out, size)
}

// NewPicture is an empty picture, as Encode takes it.
func NewPicture(width, height int) *image.NYCbCrA {
	return image.NewNYCbCrA(image.Rect(0, 0, width, height), image.YCbCrSubsampleRatio420)
}

// Prepare compiles libwebp for this machine's processor, once in a process. The first Encode does it otherwise.
func Prepare() error {
	_, err := program()
	return err
}

type compiled struct {
	runtime wazero.Runtime
	module  wazero.CompiledModule
}

var program = sync.OnceValues(func() (compiled, error) {
	reader, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return compiled{}, fmt.Errorf("webp: %w", err)
	}
	binary, err := io.ReadAll(reader)
	if err != nil {
		return compiled{}, fmt.Errorf("webp: %w", err)
	}
	ctx := context.Background()
	runtime := wazero.NewRuntime(ctx)
	// It writes to no file, and reads none: it has no more of WASI than its library asks for when it starts.
	if _, err := wasi_snapshot_preview1.Instantiate(ctx, runtime); err != nil {
		return compiled{}, fmt.Errorf("webp: %w", err)
	}
	module, err := runtime.CompileModule(ctx, binary)
	if err != nil {
		return compiled{}, fmt.Errorf("webp: %w", err)
	}
	return compiled{runtime, module}, nil
})

// calls are calls into one instance, up to the first that fails.
type calls struct {
	ctx      context.Context
	instance api.Module
	err      error
}

// call is 0 where it failed.
func (c *calls) call(name string, values ...uint64) uint32 {
	if c.err != nil {
		return 0
	}
	results, err := c.instance.ExportedFunction(name).Call(c.ctx, values...)
	if err != nil {
		c.err = fmt.Errorf("webp: %s: %w", name, err)
		return 0
	}
	return uint32(results[0])
}

var errMemory = errors.New("webp: libwebp wants more memory than it may have")

// write puts parts, one after another, into memory of their own.
func (c *calls) write(parts ...[]byte) uint32 {
	total := 0
	for _, part := range parts {
		total += len(part)
	}
	start := c.call("malloc", uint64(total))
	if c.err == nil && start == 0 {
		c.err = errMemory
	}
	at := start
	for _, part := range parts {
		if c.err == nil && !c.instance.Memory().Write(at, part) {
			c.err = errMemory
		}
		at += uint32(len(part))
	}
	return start
}

// result copies what libwebp made.
func (c *calls) result(out, size uint32) ([]byte, error) {
	if c.err != nil {
		return nil, c.err
	}
	if out == 0 {
		return nil, errMemory
	}
	length, ok := c.instance.Memory().ReadUint32Le(size)
	if !ok || length == 0 {
		return nil, errMemory
	}
	made, ok := c.instance.Memory().Read(out, length)
	if !ok {
		return nil, errMemory
	}
	return bytes.Clone(made), nil
}

// limit allocates one memory, and no more than so many bytes of it. What is not touched costs nothing.
func limit(most int64) experimental.MemoryAllocator {
	return experimental.MemoryAllocatorFunc(func(_, _ uint64) experimental.LinearMemory {
		return &linear{most: most}
	})
}

type linear struct {
	most   int64
	buffer []byte
}

func (l *linear) Reallocate(size uint64) []byte {
	if size > uint64(l.most) {
		return nil
	}
	if l.buffer == nil {
		l.buffer = make([]byte, l.most)
	}
	return l.buffer[:size]
}

func (l *linear) Free() { l.buffer = nil }
