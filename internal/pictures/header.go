package pictures

import (
	"bytes"
	"image"
	"image/gif"
	"image/jpeg"
	"image/png"
)

// A header is what a source says of itself before it is decoded. Every number in it comes from the sender.
type header struct {
	format        string
	width, height int         // as stored, before the orientation is applied
	orientation   orientation // of Exif; upright where nothing is said
	profile       []byte      // ICC, nil where there is none
	decoded       int64       // bytes that decoding takes at its worst, the source itself not counted

	webp webpFrame // of a WebP
}

// inspect reads a source's header. Whatever it reads is bounded by the source's length, but for a PNG's profile, which is
// inflated up to maxProfile. It errs by a Refusal.
func inspect(source []byte) (header, error) {
	format, err := sniff(source)
	if err != nil {
		return header{}, err
	}
	var h header
	switch format {
	case formatJPEG:
		h, err = inspectJPEG(source)
	case formatPNG:
		h, err = inspectPNG(source)
	case formatGIF:
		h, err = inspectGIF(source)
	case formatWebP:
		h, err = inspectWebP(source)
	}
	if err != nil {
		return header{}, err
	}
	if h.width < 1 || h.height < 1 {
		return header{}, damaged(format)
	}
	h.format = format
	return h, nil
}

// confirm errs where the decoder's own reading of the size is another than ours: what is allocated must be what was checked.
func confirm(h header, config image.Config, err error) (header, error) {
	if err != nil || config.Width != h.width || config.Height != h.height {
		return header{}, damaged(h.format)
	}
	return h, nil
}

func confirmJPEG(h header, source []byte) (header, error) {
	config, err := jpeg.DecodeConfig(bytes.NewReader(source))
	return confirm(h, config, err)
}

func confirmPNG(h header, source []byte) (header, error) {
	config, err := png.DecodeConfig(bytes.NewReader(source))
	return confirm(h, config, err)
}

func confirmGIF(h header, source []byte) (header, error) {
	config, err := gif.DecodeConfig(bytes.NewReader(source))
	return confirm(h, config, err)
}

// maxProfile is how many bytes of a colour profile are read. The largest that printers' associations publish have some 3 MB.
const maxProfile = 4 << 20

// limits refuses what is too much to decode, before anything is.
func (h header) limits(source []byte, o Options) error {
	if pixels := int64(h.width) * int64(h.height); pixels > int64(o.MaxPixels) {
		return refuse(TooManyPixels, "the picture has %d × %d pixels, more than %g million: want that at most",
			h.width, h.height, float64(o.MaxPixels)/1e6)
	}
	if need := h.memory(source, o); need > o.MaxMemory {
		return refuse(TooMuchMemory, "the %s of %d × %d pixels would take %d MiB to open: want %d MiB at most; save it smaller, or as a plain JPEG",
			h.format, h.width, h.height, need>>20, o.MaxMemory>>20)
	}
	return nil
}
