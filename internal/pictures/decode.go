package pictures

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
)

// decode decodes the first frame of a source that header.limits let pass. It errs by a Refusal, or by that of ctx.
func decode(ctx context.Context, source []byte, h header) (img image.Image, err error) {
	defer func() {
		// A decoder's panic is an input that its author did not think of.
		if recover() != nil {
			img, err = nil, damaged(h.format)
		}
	}()
	from := func(source []byte) io.Reader { return interruptible{ctx, bytes.NewReader(source)} }
	switch h.format {
	case formatJPEG:
		img, err = jpeg.Decode(from(source))
	case formatPNG:
		img, err = png.Decode(from(source))
	case formatGIF:
		img, err = gif.Decode(from(source))
	case formatWebP:
		img, err = webp.Decode(from(h.webp.container()))
	}
	if cause := ctx.Err(); cause != nil {
		return nil, cause
	}
	var rare jpeg.UnsupportedError
	if errors.As(err, &rare) {
		return nil, refuse(Unsupported, "the JPEG is of a rare kind (%s): save it as a plain JPEG", string(rare))
	}
	if err != nil {
		return nil, damaged(h.format)
	}
	return img, nil
}

// interruptible ends a decoder between two reads, once its context is done.
type interruptible struct {
	ctx context.Context
	io.Reader
}

func (r interruptible) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
