package pictures

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"slices"

	"github.com/galdor/go-thumbhash"

	"lightbox.example/lightbox/internal/pictures/avif"
	"lightbox.example/lightbox/internal/pictures/webp"
)

// Encoders' settings. Quality is between 0 and 100, by each encoder's own measure.
const (
	avifQuality = 60
	avifSpeed   = 10 // the fastest
	webpQuality = 75
	webpMethod  = 2
	jpegQuality = 80
)

// makeSet makes all renditions from the largest, each from the one before: that costs a fifth of making each from the source.
func makeSet(ctx context.Context, h header, largest raster, o Options) (Set, error) {
	var set Set
	set.Width, set.Height = h.upright()
	current := largest
	var jpegRendition Rendition
	var avifs, webps []Rendition
	for _, step := range h.steps(o) {
		var err error
		if current, err = current.to(ctx, step.width, step.height); err != nil {
			return Set{}, err
		}
		if step.jpeg {
			jpegRendition = Rendition{step.width, step.height, JPEG, nil}
			if jpegRendition.Body, err = encodeJPEG(current); err != nil {
				return Set{}, err
			}
		}
		if step.webp {
			body, err := webp.Encode(ctx, current.yuv(), webpQuality, webpMethod)
			if err != nil {
				return Set{}, err
			}
			webps = append(webps, Rendition{step.width, step.height, WebP, body})
		}
		if step.webp && o.AVIF {
			body, err := avif.Encode(ctx, current.premultiplied(), step.width, step.height, avifQuality, avifSpeed)
			if err != nil {
				return Set{}, err
			}
			avifs = append(avifs, Rendition{step.width, step.height, AVIF, body})
		}
	}
	slices.Reverse(avifs)
	slices.Reverse(webps)
	set.Renditions = append(append(avifs, webps...), jpegRendition)
	var err error
	set.Placeholder, err = placeholder(ctx, current)
	return set, err
}

// Outline is the set that Make makes of a source of that size when it is upright: its renditions without their bodies.
func Outline(width, height int, options Options) []Rendition {
	h := header{width: width, height: height, orientation: upright}
	var avifs, webps, jpegs []Rendition
	for _, step := range h.steps(options.orDefaults()) {
		if step.webp && options.AVIF {
			avifs = append(avifs, Rendition{step.width, step.height, AVIF, nil})
		}
		if step.webp {
			webps = append(webps, Rendition{step.width, step.height, WebP, nil})
		}
		if step.jpeg {
			jpegs = append(jpegs, Rendition{step.width, step.height, JPEG, nil})
		}
	}
	slices.Reverse(avifs)
	slices.Reverse(webps)
	return slices.Concat(avifs, webps, jpegs)
}

// Recipe says of what sizes and qualities a set is: with another one, the same source makes other bytes.
func Recipe(options Options) string {
	o := options.orDefaults()
	recipe := fmt.Sprintf("webp %d quality %d method %d, jpeg %d quality %d", o.Widths, webpQuality, webpMethod, o.JPEGWidth, jpegQuality)
	if o.AVIF {
		recipe += fmt.Sprintf(", avif quality %d speed %d", avifQuality, avifSpeed)
	}
	return recipe
}

// A step is a size, and what is made in it.
type step struct {
	width, height int
	webp, jpeg    bool
}

// steps are the sizes from the largest down, no width twice.
func (h header) steps(o Options) []step {
	var steps []step
	for i := len(o.Widths) - 1; i >= 0; i-- {
		width, height := h.fit(o.Widths[i])
		if len(steps) == 0 || width < steps[len(steps)-1].width {
			steps = append(steps, step{width: width, height: height, webp: true})
		}
	}
	width, height := h.fit(o.JPEGWidth)
	for i := range steps {
		if steps[i].width == width && steps[i].height == height {
			steps[i].jpeg = true
			return steps
		}
		if steps[i].width < width {
			return append(steps[:i:i], append([]step{{width: width, height: height, jpeg: true}}, steps[i:]...)...)
		}
	}
	return append(steps, step{width: width, height: height, jpeg: true})
}

// to is the raster in a size that is not larger than its own.
func (r raster) to(ctx context.Context, width, height int) (raster, error) {
	if r.width == width && r.height == height {
		return r, nil
	}
	if r.channels == 4 {
		r = r.mapped(4, func(from, to []byte) {
			copy(to, from)
			multiply(to)
		})
	}
	small, err := resize(ctx, r.rows(), width, height)
	if small.channels == 4 {
		divide(small.pix)
	}
	return small, err
}

// premultiplied are four bytes a pixel: its colours, multiplied by the alpha that follows them.
func (r raster) premultiplied() []byte {
	return r.mapped(4, func(from, to []byte) {
		copy(to, from)
		if len(from) == 3 {
			to[3] = 255
			return
		}
		multiply(to)
	}).pix
}

// encodeJPEG puts the raster on white.
func encodeJPEG(r raster) ([]byte, error) {
	flat := image.NewRGBA(image.Rect(0, 0, r.width, r.height))
	for i, j := 0, 0; i < len(r.pix); i, j = i+r.channels, j+4 {
		pixel := flat.Pix[j : j+4 : j+4]
		pixel[0], pixel[1], pixel[2], pixel[3] = r.pix[i], r.pix[i+1], r.pix[i+2], 255
		if r.channels == 3 || r.pix[i+3] == 255 {
			continue
		}
		alpha := uint32(r.pix[i+3])
		for c := range 3 {
			pixel[c] = byte((uint32(pixel[c])*alpha + 255*(255-alpha) + 127) / 255)
		}
	}
	var body bytes.Buffer
	err := jpeg.Encode(&body, flat, &jpeg.Options{Quality: jpegQuality})
	return body.Bytes(), err
}

// placeholder is a ThumbHash, which wants 100 pixels a side at most.
func placeholder(ctx context.Context, r raster) ([]byte, error) {
	const side = 100
	width, height := r.width, r.height
	if width >= height && width > side {
		width, height = side, max(1, (height*side+width/2)/width)
	} else if height > side {
		width, height = max(1, (width*side+height/2)/height), side
	}
	small, err := r.to(ctx, width, height)
	if err != nil {
		return nil, err
	}
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for i, j := 0, 0; i < len(small.pix); i, j = i+small.channels, j+4 {
		copy(img.Pix[j:j+3], small.pix[i:])
		img.Pix[j+3] = 255
		if small.channels == 4 {
			img.Pix[j+3] = small.pix[i+3]
		}
	}
	return thumbhash.EncodeImage(img), nil
}
