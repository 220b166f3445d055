package pictures

import (
	"bytes"
	"encoding/binary"
)

// JPEG's markers, ITU-T T.81 table B.1.
const (
	markerSOF0  = 0xc0
	markerSOF2  = 0xc2
	markerDHT   = 0xc4
	markerJPG   = 0xc8
	markerDAC   = 0xcc
	markerSOF15 = 0xcf
	markerSOS   = 0xda
	markerEOI   = 0xd9
	markerAPP1  = 0xe1
	markerAPP2  = 0xe2
)

// maxScans is how many scans a progressive JPEG may have. Encoders write up to some twenty. Each goes over all pixels, in as
// few as a hundred bytes, so that a file of thousands takes hours.
const maxScans = 100

// inspectJPEG walks the segments. What comes after the first scan says nothing that is used, only scans are counted.
func inspectJPEG(source []byte) (header, error) {
	h := header{format: formatJPEG, orientation: upright}
	var profile profileParts
	var exif bool
	for rest := source[2:]; ; {
		marker, segment, after, ok := nextSegment(rest)
		if !ok || marker == markerEOI {
			return header{}, damaged(formatJPEG)
		}
		rest = after
		switch {
		case marker == markerSOS:
			if h.width == 0 {
				return header{}, damaged(formatJPEG)
			}
			if scans := 1 + countScans(rest); scans > maxScans {
				return header{}, refuse(Unsupported, "the JPEG is made of %d scans: save it as a plain JPEG", scans)
			}
			h.profile = profile.join()
			return confirmJPEG(h, source)
		case marker == markerAPP1 && !exif && bytes.HasPrefix(segment, []byte(exifPrefix)):
			h.orientation, exif = readOrientation(segment[len(exifPrefix):]), true
		case marker == markerAPP2:
			profile.add(segment)
		case marker >= markerSOF0 && marker <= markerSOF15 && marker != markerDHT && marker != markerJPG && marker != markerDAC:
			if h.width != 0 {
				return header{}, damaged(formatJPEG)
			}
			if err := h.readFrame(marker, segment); err != nil {
				return header{}, err
			}
		}
	}
}

// countScans walks what follows a scan's header, up to the picture's end.
func countScans(rest []byte) int {
	for scans := 0; ; {
		marker, _, after, ok := nextSegment(rest)
		if !ok || marker == markerEOI {
			return scans
		}
		if marker == markerSOS {
			scans++
		}
		rest = after
	}
}

// nextSegment reads a marker and what belongs to it. ok is false where there is none, or less of it than it says.
func nextSegment(rest []byte) (marker byte, segment, after []byte, ok bool) {
	// T.81 allows fill bytes before a marker, and decoders forgive other bytes between segments. In a scan a byte of 0xff
	// has a zero behind it, and restart markers have no segment.
	for len(rest) >= 2 && (rest[0] != 0xff || rest[1] == 0xff || rest[1] == 0) {
		next := bytes.IndexByte(rest[1:], 0xff)
		if next < 0 {
			return 0, nil, nil, false
		}
		rest = rest[1+next:]
	}
	if len(rest) < 2 {
		return 0, nil, nil, false
	}
	marker, rest = rest[1], rest[2:]
	if marker >= 0xd0 && marker <= 0xd9 || marker == 0x01 {
		return marker, nil, rest, true
	}
	if len(rest) < 2 {
		return 0, nil, nil, false
	}
	length := int(binary.BigEndian.Uint16(rest))
	if length < 2 || length > len(rest) {
		return 0, nil, nil, false
	}
	return marker, rest[2:length], rest[length:], true
}

// readFrame reads the frame header, T.81 B.2.2: size, components, and what decoding them takes.
func (h *header) readFrame(marker byte, segment []byte) error {
	if marker > markerSOF2 {
		return refuse(Unsupported, "the JPEG is of a rare kind (lossless, hierarchical or arithmetic): save it as a plain JPEG")
	}
	if len(segment) < 6 || len(segment) != 6+3*int(segment[5]) {
		return damaged(formatJPEG)
	}
	if segment[0] != 8 {
		return refuse(Unsupported, "the JPEG has %d bits a colour: save it with 8", segment[0])
	}
	h.height, h.width = int(binary.BigEndian.Uint16(segment[1:])), int(binary.BigEndian.Uint16(segment[3:]))
	if h.height == 0 {
		return refuse(Unsupported, "the JPEG says its height at its end: save it as a plain JPEG")
	}
	components := segment[6:]
	var across, down, samples int64 = 1, 1, 0
	for i := 0; i < len(components); i += 3 {
		x, y := int64(components[i+1]>>4), int64(components[i+1]&15)
		across, down, samples = max(across, x), max(down, y), samples+x*y
	}
	// Blocks come in units of the largest sampling factors.
	units := ((int64(h.width) + 8*across - 1) / (8 * across)) * ((int64(h.height) + 8*down - 1) / (8 * down))
	h.decoded = units * samples * 64
	if marker == markerSOF2 {
		h.decoded += units * samples * 64 * 4 // a coefficient is an int32, and all are kept
	}
	if segment[5] != 1 {
		h.decoded += 4 * int64(h.width) * int64(h.height) // four inks, or RGB that was never made YCbCr
	}
	return nil
}

// profileParts are the pieces of a profile that is cut to fit JPEG's segments, ICC.1:2022 annex B.4.
type profileParts struct {
	parts [][]byte
	size  int
	bad   bool
}

func (p *profileParts) add(segment []byte) {
	const prefix = "ICC_PROFILE\x00"
	if !bytes.HasPrefix(segment, []byte(prefix)) || len(segment) < len(prefix)+2 {
		return
	}
	number, count := int(segment[len(prefix)]), int(segment[len(prefix)+1])
	if p.parts == nil {
		p.parts = make([][]byte, count)
	}
	part := segment[len(prefix)+2:]
	if count != len(p.parts) || number < 1 || number > count || p.parts[number-1] != nil || p.size+len(part) > maxProfile {
		p.bad = true
		return
	}
	p.parts[number-1], p.size = part, p.size+len(part)
}

// join is nil where a part is missing, doubled, or of another profile.
func (p *profileParts) join() []byte {
	if p.bad {
		return nil
	}
	for _, part := range p.parts {
		if part == nil {
			return nil
		}
	}
	return bytes.Join(p.parts, nil)
}
