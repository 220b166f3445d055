package pictures

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"io"
)

// PNG's colour types, W3C PNG (third edition) 11.2.1.
const (
	pngGrey      = 0
	pngRGB       = 2
	pngPalette   = 3
	pngGreyAlpha = 4
	pngRGBA      = 6
)

// inspectPNG walks the chunks. It forgives what is wrong after the header: the decoder is the judge of that.
func inspectPNG(source []byte) (header, error) {
	h := header{format: formatPNG, orientation: upright}
	rest := source[8:]
	first, data, rest, ok := nextChunkPNG(rest)
	if !ok || first != "IHDR" || len(data) != 13 {
		return header{}, damaged(formatPNG)
	}
	width, height := binary.BigEndian.Uint32(data), binary.BigEndian.Uint32(data[4:])
	if width > 1<<31-1 || height > 1<<31-1 {
		return header{}, damaged(formatPNG)
	}
	h.width, h.height = int(width), int(height)
	depth, kind, interlaced := data[8], data[9], data[12] != 0

	var transparent, profiled bool
	for {
		var name string
		name, data, rest, ok = nextChunkPNG(rest)
		if !ok || name == "IEND" {
			break
		}
		switch name {
		case "tRNS":
			transparent = true
		case "iCCP":
			if !profiled { // one at most, or there were thousands to inflate
				h.profile, profiled = inflateProfile(data), true
			}
		case "eXIf":
			h.orientation = readOrientation(bytes.TrimPrefix(data, []byte(exifPrefix)))
		}
	}

	// What image/png decodes into: Gray, Paletted, or four values a pixel; of one byte each, or of two.
	bytesAPixel := int64(4)
	if kind == pngPalette || kind == pngGrey && !transparent {
		bytesAPixel = 1
	}
	if depth == 16 {
		bytesAPixel *= 2
	}
	h.decoded = capped(int64(h.width), int64(h.height), bytesAPixel)
	if interlaced {
		h.decoded *= 2 // the passes, the largest of which is a half of it, and what the collector has not yet freed
	}
	return confirmPNG(h, source)
}

// capped is the product of sizes that a sender chose, short of what an int64 cannot hold.
func capped(width, height, bytesAPixel int64) int64 {
	if pixels := width * height; height == 0 || pixels/height == width && pixels < 1<<48 {
		return pixels * bytesAPixel
	}
	return 1 << 48
}

func nextChunkPNG(rest []byte) (name string, data, after []byte, ok bool) {
	if len(rest) < 12 {
		return "", nil, nil, false
	}
	length := uint64(binary.BigEndian.Uint32(rest))
	if length > uint64(len(rest)-12) {
		return "", nil, nil, false
	}
	return string(rest[4:8]), rest[8 : 8+length], rest[12+length:], true
}

// inflateProfile reads an iCCP chunk: a name, a zero, the method zero, a zlib stream. It is nil where the chunk has no such
// form, or a profile of more than maxProfile, which is nothing but a bomb.
func inflateProfile(chunk []byte) []byte {
	name, stream, found := bytes.Cut(chunk, []byte{0})
	if !found || len(name) > 79 || len(stream) < 1 || stream[0] != 0 {
		return nil
	}
	reader, err := zlib.NewReader(bytes.NewReader(stream[1:]))
	if err != nil {
		return nil
	}
	profile, err := io.ReadAll(io.LimitReader(reader, maxProfile+1))
	if err != nil || len(profile) > maxProfile {
		return nil
	}
	return profile
}
