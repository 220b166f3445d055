package pictures

import "encoding/binary"

// An orientation is Exif's tag 0x0112: where the stored first row and first column are in the upright picture (CIPA DC-008,
// 4.6.4 A). From 5 on width and height change places.
type orientation int

const upright orientation = 1

func (o orientation) turned() bool { return o >= 5 }

const exifPrefix = "Exif\x00\x00"

// readOrientation finds the orientation in a TIFF's first directory, which is all that is read of Exif. It is upright where
// nothing, or nothing of sense, is said: viewers take no offence either.
func readOrientation(tiff []byte) orientation {
	if len(tiff) < 8 {
		return upright
	}
	var order binary.ByteOrder = binary.LittleEndian
	switch string(tiff[:4]) {
	case "II*\x00":
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return upright
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return upright
	}
	entries := tiff[at+2:]
	for range order.Uint16(tiff[at:]) {
		if len(entries) < 12 {
			return upright
		}
		const tagOrientation, typeShort = 0x0112, 3
		if order.Uint16(entries) == tagOrientation {
			value := orientation(order.Uint16(entries[8:]))
			if order.Uint16(entries[2:]) != typeShort || order.Uint32(entries[4:]) != 1 || value < 1 || value > 8 {
				return upright
			}
			return value
		}
		entries = entries[12:]
	}
	return upright
}
