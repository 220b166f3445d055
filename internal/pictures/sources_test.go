package pictures

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"lightbox.example/lightbox/internal/pictures/webp"
)

// ownSources are pictures that Go's encoders make, and what is put into them by hand: orientations, profiles, metadata.
func ownSources(t testing.TB) map[string][]byte {
	t.Helper()
	plain := jpegOf(t, scene(330, 214), 92)
	flat := pngOf(t, scene(330, 214))
	soft := webpOf(t, scene(330, 214))
	made := map[string][]byte{
		"grey-with-profile.jpg": withProfile(jpegOf(t, greyScene(300, 200), 92), profileOf("GRAY", 1.8)),
		"grey-with-profile.png": pngWith(pngOf(t, greyScene(300, 200)), "iCCP", deflated(profileOf("GRAY", 1.8))),
		"wide-colours.jpg":      withProfile(plain, profileOf("RGB ", 563.0/256)),
		"wide-colours.png":      pngWith(flat, "iCCP", deflated(profileOf("RGB ", 563.0/256))),
		"profile-in-parts.jpg":  withProfile(plain, append(profileOf("RGB ", 563.0/256), make([]byte, 150_000)...)),
		"profile-of-grey.jpg":   withProfile(plain, []byte("not a profile at all, and no reason to refuse the picture")),
		"transparent-colour.png": pngWith(pngOf(t, opaqueOf(scene(120, 90))), "tRNS",
			[]byte{0, 230, 0, 30, 0, 40}),
		"orientation-6.png":  pngWith(flat, "eXIf", exif(binary.LittleEndian, 6)),
		"orientation-8.png":  pngWith(flat, "eXIf", exif(binary.BigEndian, 8)),
		"orientation-6.webp": webpWith(soft, 330, 214, "EXIF", append([]byte(exifPrefix), exif(binary.BigEndian, 6)...)),
		"first-frame.gif":    smallFrameGIF(t),
		"all-it-can-say.jpg": withSegments(plain, segment(0xfe, []byte("SECRET comment")), segment(markerAPP1, append([]byte(exifPrefix), exif(binary.BigEndian, 3)...)),
			segment(markerAPP1, []byte("http://ns.adobe.com/xap/1.0/\x00<x:xmpmeta>SECRET</x:xmpmeta>")),
			segment(0xed, []byte("Photoshop 3.0\x008BIM\x04\x04\x00\x00\x00\x00\x00\x06SECRET"))),
		"all-it-can-say.png": pngWith(pngWith(flat, "tEXt", []byte("GPS\x00SECRET")), "eXIf", exif(binary.BigEndian, 1)),
	}
	for o := 1; o <= 8; o++ {
		order := binary.ByteOrder(binary.BigEndian)
		if o%2 == 0 {
			order = binary.LittleEndian
		}
		made[fmt.Sprintf("orientation-%d.jpg", o)] = withSegments(plain, segment(markerAPP1, append([]byte(exifPrefix), exif(order, o)...)))
	}
	return made
}

// scene is a picture with slopes, edges and saturated colours, and with a soft edge of alpha.
func scene(width, height int) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			u, v := float64(x)/float64(width), float64(y)/float64(height)
			c := color.NRGBA{byte(255 * u), byte(127 + 100*math.Sin(31*u)*math.Cos(23*v)), byte(255 * (1 - v)), 255}
			if (u-0.3)*(u-0.3)+(v-0.4)*(v-0.4) < 0.03 {
				c = color.NRGBA{230, 30, 40, 255}
			}
			if u > 0.9 {
				c.A = byte(255 * (1 - u) * 10)
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func opaqueOf(img *image.NRGBA) *image.NRGBA {
	for i := 3; i < len(img.Pix); i += 4 {
		img.Pix[i] = 255
	}
	return img
}

func greyScene(width, height int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, width, height))
	for i := range img.Pix {
		img.Pix[i] = byte(128 + 127*math.Sin(float64(i%width)/40)*math.Cos(float64(i/width)/30))
	}
	return img
}

func jpegOf(t testing.TB, img image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	if nrgba, ok := img.(*image.NRGBA); ok {
		img = opaqueOf(nrgba)
	}
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: quality}); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func pngOf(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func webpOf(t testing.TB, img *image.NRGBA) []byte {
	t.Helper()
	r := raster{width: img.Rect.Dx(), height: img.Rect.Dy(), channels: 4, pix: img.Pix}
	body, err := webp.Encode(t.Context(), r.yuv(), 90, 2)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// smallFrameGIF is an animation of which the first frame fills a part of the screen, and has a hole.
func smallFrameGIF(t testing.TB) []byte {
	t.Helper()
	colours := color.Palette{color.NRGBA{}, color.NRGBA{220, 40, 30, 255}, color.NRGBA{20, 90, 200, 255}}
	first := image.NewPaletted(image.Rect(20, 10, 140, 90), colours)
	second := image.NewPaletted(image.Rect(0, 0, 200, 120), colours)
	for i := range first.Pix {
		first.Pix[i] = byte(i / 17 % 3)
	}
	for i := range second.Pix {
		second.Pix[i] = 2
	}
	var out bytes.Buffer
	err := gif.EncodeAll(&out, &gif.GIF{Image: []*image.Paletted{first, second}, Delay: []int{10, 10}, Config: image.Config{Width: 200, Height: 120}})
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// exif is a TIFF of one directory with an orientation, and with a place.
func exif(order binary.ByteOrder, orientation int) []byte {
	out := []byte("MM\x00*")
	if order == binary.LittleEndian {
		out = []byte("II*\x00")
	}
	put16 := func(v int) { out = append(out, 0, 0); order.PutUint16(out[len(out)-2:], uint16(v)) }
	put32 := func(v int) { out = append(out, 0, 0, 0, 0); order.PutUint32(out[len(out)-4:], uint32(v)) }
	put32(8)
	put16(2)
	put16(0x010e) // ImageDescription, in ASCII
	put16(2)
	put32(10)
	put32(38)
	put16(0x0112)
	put16(3)
	put32(1)
	put16(orientation)
	put16(0)
	put32(0)
	return append(out, "GPS SECRET\x00"...)
}

// segment is one of JPEG's.
func segment(marker byte, data []byte) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(data)+2)), data...)
}

// withSegments puts segments before all others.
func withSegments(jpeg []byte, segments ...[]byte) []byte {
	return append(append(bytes.Clone(jpeg[:2]), bytes.Join(segments, nil)...), jpeg[2:]...)
}

// withProfile puts a profile into a JPEG, in as many parts as it needs.
func withProfile(jpeg, profile []byte) []byte {
	const size = 65_000
	count := (len(profile) + size - 1) / size
	var segments [][]byte
	for i := range count {
		part := profile[i*size : min((i+1)*size, len(profile))]
		segments = append(segments, segment(markerAPP2, append([]byte("ICC_PROFILE\x00"+string([]byte{byte(i + 1), byte(count)})), part...)))
	}
	return withSegments(jpeg, segments...)
}

// pngWith puts a chunk behind the header.
func pngWith(png []byte, name string, data []byte) []byte {
	const header = 8 + 25
	return append(append(bytes.Clone(png[:header]), pngChunk(name, data)...), png[header:]...)
}

func pngChunk(name string, data []byte) []byte {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(append(out, name...), data...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:]))
}

// deflated is a profile as iCCP has it.
func deflated(profile []byte) []byte {
	var out bytes.Buffer
	out.WriteString("test\x00\x00")
	w := zlib.NewWriter(&out)
	_, _ = w.Write(profile)
	_ = w.Close()
	return out.Bytes()
}

// webpWith makes a simple WebP an extended one with a chunk at its end.
func webpWith(simple []byte, width, height int, name string, data []byte) []byte {
	body := simple[12:]
	if string(body[:4]) == "VP8X" {
		body = body[18:]
	}
	const exifAndAlpha = 1<<3 | 1<<4
	w, h := width-1, height-1
	extended := webpChunk("VP8X", []byte{exifAndAlpha, 0, 0, 0, byte(w), byte(w >> 8), 0, byte(h), byte(h >> 8), 0})
	whole := append(append(append([]byte("WEBP"), extended...), body...), webpChunk(name, data)...)
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(whole))), whole...)
}

func webpChunk(name string, data []byte) []byte {
	out := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(data))), data...)
	if len(data)%2 == 1 {
		out = append(out, 0)
	}
	return out
}

// profileOf is an ICC profile of version 2 with a gamma: of grey, or of Adobe RGB's primaries.
func profileOf(space string, gamma float64) []byte {
	curve := binary.BigEndian.AppendUint16([]byte("curv\x00\x00\x00\x00\x00\x00\x00\x01"), uint16(math.Round(gamma*256)))
	return profileWith(space, curve, [3][3]float64{{0.60974, 0.31111, 0.01947}, {0.20528, 0.62567, 0.06087}, {0.14919, 0.06322, 0.74457}})
}

// displayP3 has the curve of sRGB, as a parametric one.
func displayP3() []byte {
	curve := []byte("para\x00\x00\x00\x00\x00\x03\x00\x00")
	for _, v := range []float64{2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045} {
		curve = binary.BigEndian.AppendUint32(curve, uint32(math.Round(v*65536)))
	}
	return profileWith("RGB ", curve, [3][3]float64{{0.51512, 0.24120, -0.00105}, {0.29198, 0.69225, 0.04189}, {0.15710, 0.06657, 0.78407}})
}

// profileWith has primaries as they are in a space whose white is D50.
func profileWith(space string, curve []byte, primaries [3][3]float64) []byte {
	fixed := func(values ...float64) []byte {
		out := []byte("XYZ \x00\x00\x00\x00")
		for _, v := range values {
			out = binary.BigEndian.AppendUint32(out, uint32(int32(math.Round(v*65536))))
		}
		return out
	}
	type tag struct {
		name string
		data []byte
	}
	tags := []tag{
		{"desc", append([]byte("desc\x00\x00\x00\x00\x00\x00\x00\x05test\x00"), make([]byte, 78)...)},
		{"cprt", []byte("text\x00\x00\x00\x00none\x00")},
		{"wtpt", fixed(0.9642, 1, 0.8249)},
	}
	if space == "GRAY" {
		tags = append(tags, tag{"kTRC", curve})
	} else {
		tags = append(tags, tag{"rXYZ", fixed(primaries[0][:]...)}, tag{"gXYZ", fixed(primaries[1][:]...)},
			tag{"bXYZ", fixed(primaries[2][:]...)}, tag{"rTRC", curve}, tag{"gTRC", curve}, tag{"bTRC", curve})
	}
	body := make([]byte, 128)
	copy(body[8:], "\x02\x40\x00\x00mntr"+space+"XYZ ")
	copy(body[36:], "acsp")
	copy(body[68:], fixed(0.9642, 1, 0.8249)[8:])
	body = binary.BigEndian.AppendUint32(body, uint32(len(tags)))
	at := len(body) + 12*len(tags)
	var data []byte
	for _, tag := range tags {
		body = append(body, tag.name...)
		body = binary.BigEndian.AppendUint32(body, uint32(at+len(data)))
		body = binary.BigEndian.AppendUint32(body, uint32(len(tag.data)))
		data = append(data, tag.data...)
		for len(data)%4 != 0 {
			data = append(data, 0)
		}
	}
	body = append(body, data...)
	binary.BigEndian.PutUint32(body, uint32(len(body)))
	return body
}
