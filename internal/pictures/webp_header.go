package pictures

import (
	"bytes"
	"encoding/binary"
	"image"
)

// A webpFrame is the one frame that is decoded of a WebP: all of it, or the first of an animation.
type webpFrame struct {
	bounds image.Rectangle // in the canvas
	alpha  []byte          // the chunk ALPH, nil where there is none
	lossy  []byte          // the chunk VP8, else nil
	exact  []byte          // the chunk VP8L, else nil
}

// inspectWebP walks the chunks of the container that https://developers.google.com/speed/webp/docs/riff_container describes.
func inspectWebP(source []byte) (header, error) {
	h := header{format: formatWebP, orientation: upright}
	body := source[12:]
	if size := int64(binary.LittleEndian.Uint32(source[4:])); size < 4 || size-4 > int64(len(body)) {
		return header{}, damaged(formatWebP)
	} else {
		body = body[:size-4]
	}
	var extended, animated, found bool
	for !found || extended {
		name, data, after, ok := nextChunkWebP(body)
		if !ok {
			break
		}
		body = after
		switch name {
		case "VP8X":
			if extended || found || len(data) < 10 {
				return header{}, damaged(formatWebP)
			}
			extended, animated = true, data[0]&2 != 0
			h.width, h.height = 1+int(uint24(data[4:])), 1+int(uint24(data[7:]))
		case "ICCP":
			if h.profile == nil && len(data) <= maxProfile {
				h.profile = data
			}
		case "EXIF":
			h.orientation = readOrientation(bytes.TrimPrefix(data, []byte(exifPrefix)))
		case "ANMF":
			if !animated || found {
				continue
			}
			if len(data) < 16 {
				return header{}, damaged(formatWebP)
			}
			corner := image.Pt(2*int(uint24(data)), 2*int(uint24(data[3:])))
			if !h.webp.read(data[16:]) || h.webp.bounds.Dx() != 1+int(uint24(data[6:])) || h.webp.bounds.Dy() != 1+int(uint24(data[9:])) {
				return header{}, damaged(formatWebP)
			}
			h.webp.bounds, found = h.webp.bounds.Add(corner), true
		case "ALPH", "VP8 ", "VP8L":
			if animated || found {
				continue
			}
			found = h.webp.take(name, data)
		}
	}
	return h.closeWebP(extended, found)
}

// closeWebP holds the frame against its canvas, and estimates what golang.org/x/image/webp takes.
func (h header) closeWebP(extended, found bool) (header, error) {
	if !found {
		return header{}, damaged(formatWebP)
	}
	if !extended {
		h.width, h.height, h.webp.alpha = h.webp.bounds.Dx(), h.webp.bounds.Dy(), nil
	}
	if canvas := image.Rect(0, 0, h.width, h.height); !h.webp.bounds.In(canvas) {
		return header{}, damaged(formatWebP)
	}
	pixels := int64(h.webp.bounds.Dx()) * int64(h.webp.bounds.Dy())
	switch {
	case h.webp.exact != nil:
		h.decoded = 3 * 4 * pixels // the pixels, before and after a transform, and the colours' cache
	case h.webp.alpha != nil:
		h.decoded = 2*pixels + 2*4*pixels // the planes, and alpha by way of an image of four bytes a pixel
	default:
		h.decoded = 2 * pixels
	}
	return h, nil
}

// read takes the chunks of an animation's frame, up to that of its pixels.
func (f *webpFrame) read(body []byte) bool {
	for {
		name, data, after, ok := nextChunkWebP(body)
		if !ok {
			return false
		}
		if f.take(name, data) {
			return true
		}
		body = after
	}
}

// take keeps a chunk of a frame, and says whether it was that of the pixels, of which the size is read.
func (f *webpFrame) take(name string, data []byte) bool {
	switch name {
	case "ALPH":
		f.alpha = data
	case "VP8 ":
		// RFC 6386, 9.1: three bytes of flags, a start code, and sizes of 14 bits.
		if len(data) < 10 || data[3] != 0x9d || data[4] != 0x01 || data[5] != 0x2a {
			return false
		}
		f.lossy = data
		f.bounds = image.Rect(0, 0, int(binary.LittleEndian.Uint16(data[6:])&0x3fff), int(binary.LittleEndian.Uint16(data[8:])&0x3fff))
		return true
	case "VP8L":
		// RFC 9649, 3.4: a signature and two sizes of 14 bits, less one.
		if len(data) < 5 || data[0] != 0x2f {
			return false
		}
		f.exact, f.alpha = data, nil
		bits := binary.LittleEndian.Uint32(data[1:])
		f.bounds = image.Rect(0, 0, 1+int(bits&0x3fff), 1+int(bits>>14&0x3fff))
		return true
	}
	return false
}

func nextChunkWebP(rest []byte) (name string, data, after []byte, ok bool) {
	if len(rest) < 8 {
		return "", nil, nil, false
	}
	length := uint64(binary.LittleEndian.Uint32(rest[4:]))
	if length > uint64(len(rest)-8) {
		return "", nil, nil, false
	}
	end := min(8+length+length%2, uint64(len(rest)))
	return string(rest[:4]), rest[8 : 8+length], rest[end:], true
}

func uint24(data []byte) uint32 { return uint32(data[0]) | uint32(data[1])<<8 | uint32(data[2])<<16 }

// container is a WebP of the one frame and nothing else, for a decoder of stills.
func (f webpFrame) container() []byte {
	var body bytes.Buffer
	chunk := func(name string, data []byte) {
		body.WriteString(name)
		_ = binary.Write(&body, binary.LittleEndian, uint32(len(data)))
		body.Write(data)
		if len(data)%2 == 1 {
			body.WriteByte(0)
		}
	}
	body.WriteString("WEBP")
	if f.alpha != nil {
		w, h := uint32(f.bounds.Dx()-1), uint32(f.bounds.Dy()-1)
		const hasAlpha = 1 << 4
		chunk("VP8X", []byte{hasAlpha, 0, 0, 0, byte(w), byte(w >> 8), byte(w >> 16), byte(h), byte(h >> 8), byte(h >> 16)})
		chunk("ALPH", f.alpha)
	}
	if f.lossy != nil {
		chunk("VP8 ", f.lossy)
	} else {
		chunk("VP8L", f.exact)
	}
	whole := binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(body.Len()))
	return append(whole, body.Bytes()...)
}
