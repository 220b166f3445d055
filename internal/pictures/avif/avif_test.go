package avif

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"math/rand/v2"
	"testing"

	"lightbox.example/lightbox/internal/pictures/wasm"
)

// TestLibavif_isWhatItsCommentSays: nothing else says where the binary is from. Whoever doubts it compares it with that of
// the module, which go.sum's checksum database vouches for.
func TestLibavif_isWhatItsCommentSays(t *testing.T) {
	const want = "af09b7698dc6034049cb8cd09378f5fd8f34de6079443bfb0240c208b1f3b670" // lib/encode.wasm.gz of v0.4.4
	sum := sha256.Sum256(compressed)
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("got libavif.wasm.gz with the SHA-256 %s, want %s", got, want)
	}
}

const quality, speed = 65, 10

func grey(size image.Point) []byte { return bytes.Repeat([]byte{100, 100, 100, 255}, size.X*size.Y) }

// What the pixels are is compared by libvips, in package pictures.
func TestEncode_writesAVIF(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 3}, {301, 199}, {8192, 1}, {1, 8192}} {
		body, err := Encode(t.Context(), grey(size), size.X, size.Y, quality, speed)
		if err != nil || len(body) < 12 || string(body[4:12]) != "ftypavif" {
			t.Errorf("%v: got %.12q, %v", size, body, err)
		}
	}
}

func TestEncode_refusesSizesThatThereAreNot(t *testing.T) {
	for _, size := range []image.Point{{0, 1}, {1, 0}, {MaxSide + 1, 1}, {1, MaxSide + 1}, {10000, 10000}} {
		if _, err := Encode(t.Context(), grey(size), size.X, size.Y, quality, speed); err == nil {
			t.Errorf("%v: got a picture, want an error", size)
		}
	}
	if _, err := Encode(t.Context(), make([]byte, 4), 2, 1, quality, speed); err == nil {
		t.Error("4 bytes for 2 pixels: got a picture, want an error")
	}
}

// TestEncode_hasEnoughMemory for noise, in colour and in alpha, of which libavif makes most.
func TestEncode_hasEnoughMemory(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	for _, side := range []int{3, 64, 700} {
		pix := make([]byte, 4*side*side)
		for i := range pix {
			pix[i] = byte(noise.IntN(256))
		}
		for i := 0; i < len(pix); i += 4 { // no colour is more than its alpha
			pix[i], pix[i+1], pix[i+2] = min(pix[i], pix[i+3]), min(pix[i+1], pix[i+3]), min(pix[i+2], pix[i+3])
		}
		if _, err := Encode(t.Context(), pix, side, side, quality, speed); err != nil {
			t.Errorf("%d × %d pixels: %v", side, side, err)
		}
	}
}

// TestEncode_faultsAlone: a call that libavif has too little memory for fails, and the next is as good as the first.
func TestEncode_faultsAlone(t *testing.T) {
	small, large := image.Pt(64, 64), image.Pt(1000, 1000)
	want, err := Encode(t.Context(), grey(small), small.X, small.Y, quality, speed)
	if err != nil {
		t.Fatal(err)
	}
	for _, memory := range []int64{4 << 20, 10 << 20, 20 << 20} {
		if body, err := encode(t.Context(), grey(large), large.X, large.Y, quality, speed, memory); err == nil {
			t.Errorf("got %d bytes with %d MiB for a million pixels, want an error", len(body), memory>>20)
		} else if memory == 4<<20 && !errors.Is(err, wasm.ErrMemory) {
			t.Errorf("got %v, want %v", err, wasm.ErrMemory)
		}
	}
	if got, err := Encode(t.Context(), grey(small), small.X, small.Y, quality, speed); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got another picture after a fault: %v", err)
	}
}

func TestEncode_endsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Encode(ctx, grey(image.Pt(64, 64)), 64, 64, quality, speed); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}
