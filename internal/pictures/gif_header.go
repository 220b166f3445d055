package pictures

import "encoding/binary"

// inspectGIF reads the logical screen. image/gif refuses frames that do not lie in it, so that it bounds the first frame, and
// nothing is read of later ones.
func inspectGIF(source []byte) (header, error) {
	h := header{format: formatGIF, orientation: upright}
	if len(source) < 13 {
		return header{}, damaged(formatGIF)
	}
	h.width, h.height = int(binary.LittleEndian.Uint16(source[6:])), int(binary.LittleEndian.Uint16(source[8:]))
	pixels := int64(h.width) * int64(h.height)
	h.decoded = 2 * pixels // a byte a pixel of the frame, and once more of an interlaced one
	return confirmGIF(h, source)
}
