package webp

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"math/rand/v2"
	"testing"

	"golang.org/x/image/webp"

	"lightbox.example/lightbox/internal/pictures/wasm"
)

// TestLibwebp_isWhatItsCommentSays: nothing else says where the binary is from. Whoever doubts it compares it with that of
// the module, which go.sum's checksum database vouches for.
func TestLibwebp_isWhatItsCommentSays(t *testing.T) {
	const want = "bbcf68343d79d80ba4ce7bb29215b2943711bd0787f68ff31785c6e2bb044459" // lib/webp.wasm.gz of v0.5.5
	sum := sha256.Sum256(compressed)
	if got := hex.EncodeToString(sum[:]); got != want {
		t.Errorf("got libwebp.wasm.gz with the SHA-256 %s, want %s", got, want)
	}
}

func grey(width, height int) *image.NYCbCrA {
	picture := NewPicture(width, height)
	for i := range picture.Y {
		picture.Y[i], picture.A[i] = byte(16+i%200), 255
	}
	for i := range picture.Cb {
		picture.Cb[i], picture.Cr[i] = 128, 128
	}
	return picture
}

func TestEncode_writesWhatCanBeRead(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 3}, {301, 199}, {MaxSide, 1}, {1, MaxSide}} {
		body, err := Encode(t.Context(), grey(size.X, size.Y), 75, 2)
		if err != nil {
			t.Fatalf("%v: %v", size, err)
		}
		img, err := webp.Decode(bytes.NewReader(body))
		if err != nil || img.Bounds().Size() != size {
			t.Errorf("%v: got %v, %v", size, img, err)
		}
	}
}

func TestEncode_refusesSizesThatThereAreNot(t *testing.T) {
	for _, size := range []image.Point{{0, 1}, {1, 0}, {MaxSide + 1, 1}, {1, MaxSide + 1}} {
		if _, err := Encode(t.Context(), NewPicture(size.X, size.Y), 75, 2); err == nil {
			t.Errorf("%v: got a picture, want an error", size)
		}
	}
}

// TestEncode_hasEnoughMemory for noise, in colour and in alpha, of which libwebp makes most.
func TestEncode_hasEnoughMemory(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	for _, side := range []int{3, 64, 700} {
		for _, alpha := range []bool{false, true} {
			picture := grey(side, side)
			for i := range picture.Y {
				picture.Y[i] = byte(noise.IntN(256))
				if alpha {
					picture.A[i] = byte(noise.IntN(256))
				}
			}
			for i := range picture.Cb {
				picture.Cb[i], picture.Cr[i] = byte(noise.IntN(256)), byte(noise.IntN(256))
			}
			if _, err := Encode(t.Context(), picture, 75, 2); err != nil {
				t.Errorf("%d × %d pixels, alpha %t: %v", side, side, alpha, err)
			}
		}
	}
}

// TestEncode_faultsAlone: a call that libwebp has too little memory for fails, and the next is as good as the first.
func TestEncode_faultsAlone(t *testing.T) {
	want, err := Encode(t.Context(), grey(64, 64), 75, 2)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := encode(t.Context(), grey(2000, 2000), 75, 2, 8<<20); !errors.Is(err, wasm.ErrMemory) {
		t.Errorf("got %v with 8 MiB for 4 million pixels, want %v", err, wasm.ErrMemory)
	}
	if got, err := Encode(t.Context(), grey(64, 64), 75, 2); err != nil || !bytes.Equal(got, want) {
		t.Errorf("got another picture after a fault: %v", err)
	}
}

func TestEncode_endsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Encode(ctx, grey(64, 64), 75, 2); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want that the context is cancelled", err)
	}
}
