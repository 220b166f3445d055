package pictures

import (
	"image"
	"image/color"
)

// rows gives a decoded picture row by row, so that no second one of its size is ever in memory.
type rows struct {
	width, height int
	channels      int                    // 1 grey, 3 RGB, 4 RGB with alpha or, where inks is true, CMYK
	inks          bool                   // CMYK, 255 is full ink
	read          func(y int, to []byte) // writes width × channels bytes; RGB is multiplied by alpha
}

// rowsOf reads an image of image/jpeg, image/png, image/gif or x/image/webp on its canvas; what of the canvas a frame leaves
// free is transparent.
func rowsOf(img image.Image, h header) rows {
	r := rows{width: img.Bounds().Dx(), height: img.Bounds().Dy()}
	switch img := img.(type) {
	case *image.Gray:
		r.channels = 1
		r.read = func(y int, to []byte) { copy(to, img.Pix[y*img.Stride:]) }
	case *image.Gray16:
		r.channels = 1
		r.read = func(y int, to []byte) { narrow(to, img.Pix[y*img.Stride:]) }
	case *image.CMYK:
		r.channels, r.inks = 4, true
		r.read = func(y int, to []byte) { copy(to, img.Pix[y*img.Stride:]) }
	case *image.YCbCr:
		r.channels = 3
		r.read = yuvRows(img, h.colours())
	case *image.NYCbCrA:
		r.channels = 4
		r.read = alphaRows(img)
	case *image.RGBA: // of image/png and image/jpeg; opaque, whatever its type says
		r.channels = 3
		r.read = func(y int, to []byte) { dropFourth(to, img.Pix[y*img.Stride:]) }
	case *image.RGBA64: // of image/png; opaque
		r.channels = 3
		r.read = func(y int, to []byte) {
			from := img.Pix[y*img.Stride:]
			for i := 0; i < len(to); i += 3 {
				narrow(to[i:i+3], from[i/3*8:])
			}
		}
	case *image.NRGBA:
		r.channels = 4
		r.read = func(y int, to []byte) {
			copy(to, img.Pix[y*img.Stride:])
			multiply(to)
		}
	case *image.NRGBA64:
		r.channels = 4
		r.read = func(y int, to []byte) {
			narrow(to, img.Pix[y*img.Stride:])
			multiply(to)
		}
	case *image.Paletted:
		r.channels = 4
		r.read = paletteRows(img)
	default:
		panic("pictures: a decoder gave an image of an unknown type")
	}
	return r.on(image.Rect(0, 0, h.width, h.height), frameBounds(img, h))
}

// frameBounds is where the decoded frame lies on the canvas.
func frameBounds(img image.Image, h header) image.Rectangle {
	if h.format == formatWebP {
		return h.webp.bounds
	}
	return img.Bounds()
}

// on puts a frame on a larger, transparent canvas.
func (r rows) on(canvas, frame image.Rectangle) rows {
	if frame == canvas {
		return r
	}
	buffer := make([]byte, r.width*r.channels)
	return rows{width: canvas.Dx(), height: canvas.Dy(), channels: 4, read: func(y int, to []byte) {
		clear(to)
		if y < frame.Min.Y || y >= frame.Max.Y {
			return
		}
		r.read(y-frame.Min.Y, buffer)
		to = to[4*frame.Min.X:]
		for x := range r.width {
			switch r.channels {
			case 4:
				copy(to[4*x:4*x+4], buffer[4*x:])
			case 3:
				copy(to[4*x:4*x+3], buffer[3*x:])
				to[4*x+3] = 255
			}
		}
	}}
}

// narrow makes values of 16 bits, big endian, ones of 8.
func narrow(to, from []byte) {
	for i := range to {
		wide := uint32(from[2*i])<<8 | uint32(from[2*i+1])
		to[i] = byte((wide*255 + 32767) / 65535)
	}
}

func dropFourth(to, from []byte) {
	for i, j := 0, 0; i < len(to); i, j = i+3, j+4 {
		to[i], to[i+1], to[i+2] = from[j], from[j+1], from[j+2]
	}
}

// multiply multiplies RGB by its alpha, so that what cannot be seen does not count when pixels are mixed.
func multiply(pixels []byte) {
	for i := 0; i+3 < len(pixels); i += 4 {
		alpha := uint32(pixels[i+3])
		if alpha == 255 {
			continue
		}
		for c := i; c < i+3; c++ {
			pixels[c] = byte((uint32(pixels[c])*alpha + 127) / 255)
		}
	}
}

// divide undoes multiply.
func divide(pixels []byte) {
	for i := 0; i+3 < len(pixels); i += 4 {
		alpha := uint32(pixels[i+3])
		if alpha == 255 || alpha == 0 {
			continue
		}
		for c := i; c < i+3; c++ {
			pixels[c] = byte(min(255, (uint32(pixels[c])*255+alpha/2)/alpha))
		}
	}
}

func paletteRows(img *image.Paletted) func(int, []byte) {
	var table [256][4]byte // an index that the palette lacks is transparent
	for i, c := range img.Palette[:min(256, len(img.Palette))] {
		c := color.NRGBAModel.Convert(c).(color.NRGBA)
		entry := [4]byte{c.R, c.G, c.B, c.A}
		multiply(entry[:])
		table[i] = entry
	}
	return func(y int, to []byte) {
		from := img.Pix[y*img.Stride:]
		for x := 0; 4*x < len(to); x++ {
			copy(to[4*x:4*x+4], table[from[x]][:])
		}
	}
}

func alphaRows(img *image.NYCbCrA) func(int, []byte) {
	opaque := make([]byte, 3*img.Rect.Dx())
	read := yuvRows(&img.YCbCr, videoColours)
	return func(y int, to []byte) {
		read(y, opaque)
		alpha := img.A[y*img.AStride:]
		for x := 0; 4*x < len(to); x++ {
			to[4*x], to[4*x+1], to[4*x+2], to[4*x+3] = opaque[3*x], opaque[3*x+1], opaque[3*x+2], alpha[x]
		}
		multiply(to)
	}
}

func clamp(v int32) byte {
	if uint32(v) <= 255 {
		return byte(v)
	}
	return byte(^(v >> 31)) // 0 below, 255 above
}
