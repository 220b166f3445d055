package pictures

import (
	"context"
	"image"

	"lightbox.example/lightbox/internal/pictures/webp"
)

// colours are a conversion from YCbCr to RGB, by BT.601, in units of 1/65536.
type colours struct{ black, luma, red, greenB, greenR, blue int32 }

// A JPEG's values use all of a byte (JFIF 1.02), a WebP's the range of video, 16 to 235 (RFC 6386, 9.2), which image.YCbCr's
// own conversion does not know.
var (
	fullColours  = colours{0, 65536, 91881, 22554, 46802, 116130}
	videoColours = colours{16, 76309, 104597, 25674, 53278, 132201}
)

func (h header) colours() colours {
	if h.format == formatWebP {
		return videoColours
	}
	return fullColours
}

// rgb writes a pixel.
func (c colours) rgb(to []byte, y, cb, cr byte) {
	luma := (int32(y)-c.black)*c.luma + 32768
	b, r := int32(cb)-128, int32(cr)-128
	to = to[:3:3]
	to[0] = clamp((luma + c.red*r) >> 16)
	to[1] = clamp((luma - c.greenB*b - c.greenR*r) >> 16)
	to[2] = clamp((luma + c.blue*b) >> 16)
}

// resizeYUV resizes each plane by itself and converts what is left, which for a JPEG's usual 4:2:0 is a quarter of the work.
func resizeYUV(ctx context.Context, img *image.YCbCr, c colours, width, height int) (raster, error) {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	shareX, shareY := shared(img.SubsampleRatio)
	plane := func(pix []byte, stride, shareX, shareY int) (raster, error) {
		from := rows{width: (w + shareX - 1) / shareX, height: (h + shareY - 1) / shareY, channels: 1}
		from.read = func(y int, to []byte) { copy(to, pix[y*stride:]) }
		return resample(ctx, from, float64(w)/float64(shareX), float64(h)/float64(shareY), width, height)
	}
	luma, err := plane(img.Y, img.YStride, 1, 1)
	if err != nil {
		return raster{}, err
	}
	cb, err := plane(img.Cb, img.CStride, shareX, shareY)
	if err != nil {
		return raster{}, err
	}
	cr, err := plane(img.Cr, img.CStride, shareX, shareY)
	if err != nil {
		return raster{}, err
	}
	to := newRaster(width, height, 3)
	for i, y := range luma.pix {
		c.rgb(to.pix[3*i:], y, cb.pix[i], cr.pix[i])
	}
	return to, nil
}

// shared is how many pixels, across and down, have a colour in common.
func shared(ratio image.YCbCrSubsampleRatio) (x, y int) {
	switch ratio {
	case image.YCbCrSubsampleRatio422:
		return 2, 1
	case image.YCbCrSubsampleRatio420:
		return 2, 2
	case image.YCbCrSubsampleRatio440:
		return 1, 2
	case image.YCbCrSubsampleRatio411:
		return 4, 1
	case image.YCbCrSubsampleRatio410:
		return 4, 2
	}
	return 1, 1
}

// yuvRows reads a picture whose planes cannot be resized each by itself: one with alpha, or one on a larger canvas.
func yuvRows(img *image.YCbCr, c colours) func(int, []byte) {
	shareX, shareY := shared(img.SubsampleRatio)
	return func(y int, to []byte) {
		luma, chroma := img.Y[y*img.YStride:], y/shareY*img.CStride
		for x := 0; 3*x < len(to); x++ {
			i := chroma + x/shareX
			c.rgb(to[3*x:], luma[x], img.Cb[i], img.Cr[i])
		}
	}
}

// yuv converts to what libwebp encodes: the range of video, colours halved in both directions, and mixed by alpha.
func (r raster) yuv() *image.NYCbCrA {
	to := webp.NewPicture(r.width, r.height)
	for i := range to.A {
		to.A[i] = 255
	}
	for y := range r.height {
		line := r.pix[y*r.width*r.channels:]
		luma := to.Y[y*to.YStride : y*to.YStride+r.width]
		for x := range luma {
			p := line[x*r.channels : x*r.channels+3]
			luma[x] = byte((16839*int32(p[0]) + 33059*int32(p[1]) + 6420*int32(p[2]) + 16<<16 + 32768) >> 16)
		}
		if r.channels == 4 {
			alpha := to.A[y*to.AStride:]
			for x := range r.width {
				alpha[x] = line[4*x+3]
			}
		}
	}
	for y := 0; y < r.height; y += 2 {
		r.chroma(to, y)
	}
	return to
}

// chroma writes the row of colours that two rows of pixels share.
func (r raster) chroma(to *image.NYCbCrA, y int) {
	at := y / 2 * to.CStride
	stride := r.width * r.channels
	down := stride
	if y+1 == r.height {
		down = 0
	}
	for x := 0; x < r.width; x += 2 {
		i := y*stride + x*r.channels
		right := r.channels
		if x+1 == r.width {
			right = 0
		}
		var red, green, blue, total int32
		for _, j := range [4]int{i, i + right, i + down, i + down + right} {
			p := r.pix[j : j+r.channels]
			weight := int32(1)
			if r.channels == 4 {
				weight = int32(p[3])
			}
			red, green, blue, total = red+weight*int32(p[0]), green+weight*int32(p[1]), blue+weight*int32(p[2]), total+weight
		}
		if total == 0 {
			to.Cb[at], to.Cr[at] = 128, 128
		} else {
			if total != 4 { // to four times the average, as of four opaque pixels
				red, green, blue = 4*red/total, 4*green/total, 4*blue/total
			}
			to.Cb[at] = byte((-9719*red - 19081*green + 28800*blue + 128<<18 + 1<<17) >> 18)
			to.Cr[at] = byte((28800*red - 24116*green - 4684*blue + 128<<18 + 1<<17) >> 18)
		}
		at++
	}
}
