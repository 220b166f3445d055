package pictures

import (
	"bytes"
	"encoding/binary"

	"github.com/kovidgoyal/imaging/prism/meta/icc"
)

// toRGB is the raster in sRGB: three channels, or four where there is alpha, which no longer multiplies them. A profile that
// nobody can read, or that is of another kind of colour than the picture, does not count: browsers take sRGB then, too.
func (r raster) toRGB(profile []byte) raster {
	if r.channels == 4 && !r.inks {
		divide(r.pix)
		r = r.withoutFullAlpha()
	}
	if table := tableOf(profile, r); table != nil {
		return table.apply(r)
	}
	switch {
	case r.channels == 1:
		return r.mapped(3, func(from, to []byte) { to[0], to[1], to[2] = from[0], from[0], from[0] })
	case r.inks:
		return r.mapped(3, func(from, to []byte) {
			paper := 255 - uint32(from[3])
			for c := range 3 {
				to[c] = byte(((255-uint32(from[c]))*paper + 127) / 255)
			}
		})
	}
	return r
}

// withoutFullAlpha leaves an alpha out that hides nothing.
func (r raster) withoutFullAlpha() raster {
	for i := 3; i < len(r.pix); i += 4 {
		if r.pix[i] != 255 {
			return r
		}
	}
	return r.mapped(3, func(from, to []byte) { copy(to, from[:3]) })
}

// mapped makes a raster of each pixel by itself.
func (r raster) mapped(channels int, pixel func(from, to []byte)) raster {
	to := newRaster(r.width, r.height, channels)
	for i, j := 0, 0; i < len(r.pix); i, j = i+r.channels, j+channels {
		pixel(r.pix[i:i+r.channels], to.pix[j:j+channels])
	}
	return to
}

// A colourTable is a profile's conversion to sRGB, computed at the points of a grid, between which is interpolated. Little
// CMS does the same with the same numbers of points; computing it for each pixel takes thirty times longer.
type colourTable struct {
	inputs int // channels
	points int // in each direction
	values []float32
}

// tableOf is nil where nothing has to be, or can be, converted.
func tableOf(source []byte, r raster) (table *colourTable) {
	if !isSound(source) {
		return nil
	}
	defer func() {
		if recover() != nil { // a profile that the parser's author did not think of
			table = nil
		}
	}()
	profile, err := icc.DecodeProfile(bytes.NewReader(source))
	if err != nil || profile.IsSRGB() {
		return nil
	}
	kind := colourKind{space: icc.ColorSpaceRGB, inputs: 3, points: 33}
	switch {
	case profile.Header.DataColorSpace == icc.ColorSpaceGray && !r.inks:
		kind = colourKind{space: icc.ColorSpaceGray, inputs: 1, points: 256}
	case r.inks:
		kind = colourKind{space: icc.ColorSpaceCMYK, inputs: 4, points: 17}
	case r.channels == 1:
		return nil
	}
	if profile.Header.DataColorSpace != kind.space {
		return nil
	}
	convert, err := profile.CreateTransformerToSRGB(icc.RelativeColorimetricRenderingIntent, true, kind.inputs, true, false, true)
	if err != nil {
		return nil
	}
	return kind.table(convert)
}

// isSound says whether a profile's table of tags lies in it, and all tags too (ICC.1:2022, 7.3). The parser believes what it
// reads there, and allocates as much.
func isSound(profile []byte) bool {
	const header, entry, most = 132, 12, 100
	if len(profile) < header {
		return false
	}
	count := uint64(binary.BigEndian.Uint32(profile[header-4:]))
	start := header + entry*count
	if count > most || start > uint64(len(profile)) {
		return false
	}
	for table := profile[header:start]; len(table) > 0; table = table[entry:] {
		offset, size := uint64(binary.BigEndian.Uint32(table[4:])), uint64(binary.BigEndian.Uint32(table[8:]))
		if offset < start || offset+size > uint64(len(profile)) || !curvesAreSound(profile[offset:offset+size]) {
			return false
		}
	}
	return true
}

// curvesAreSound says whether each curve of a tag, which is one or is made of them (ICC.1:2022, 10.6 and 10.12), has the
// points that it says it has.
func curvesAreSound(tag []byte) bool {
	const header = 12
	if !bytes.HasPrefix(tag, []byte("curv")) && !bytes.HasPrefix(tag, []byte("mAB ")) && !bytes.HasPrefix(tag, []byte("mBA ")) {
		return true
	}
	for {
		at := bytes.Index(tag, []byte("curv"))
		if at < 0 {
			return true
		}
		tag = tag[at:]
		if len(tag) >= header && 2*uint64(binary.BigEndian.Uint32(tag[header-4:])) > uint64(len(tag)-header) {
			return false
		}
		tag = tag[len("curv"):]
	}
}

type colourKind struct {
	space          icc.ColorSpace
	inputs, points int
}

func (k colourKind) table(convert *icc.Pipeline) *colourTable {
	size := 1
	for range k.inputs {
		size *= k.points
	}
	table := &colourTable{inputs: k.inputs, points: k.points, values: make([]float32, 3*size)}
	var in, out [4]float64
	for i := range size {
		// The first channel changes slowest.
		for c, rest := k.inputs-1, i; c >= 0; c, rest = c-1, rest/k.points {
			in[c] = float64(rest%k.points) / float64(k.points-1)
		}
		if k.inputs == 4 {
			convert.TransformGeneral(out[:], in[:])
		} else {
			out[0], out[1], out[2] = convert.Transform(in[0], in[1], in[2])
		}
		for c := range 3 {
			table.values[3*i+c] = float32(255 * max(0, min(1, out[c])))
		}
	}
	return table
}

// apply converts a raster. Alpha stays.
func (t *colourTable) apply(r raster) raster {
	channels := 3
	if r.channels == 4 && !r.inks {
		channels = 4
	}
	var last, known [4]byte
	first := true
	return r.mapped(channels, func(from, to []byte) {
		// A picture has areas of one colour.
		same := !first
		for c := range t.inputs {
			same = same && last[c] == from[c]
		}
		if !same {
			t.interpolate(from, known[:3])
			copy(last[:], from)
			first = false
		}
		copy(to, known[:3])
		if channels == 4 {
			to[3] = from[3]
		}
	})
}

// interpolate mixes the corners of the cell in which a colour lies.
func (t *colourTable) interpolate(from, to []byte) {
	var base int
	var steps [4]int
	var parts [4]float32
	for c, step := t.inputs-1, 3; c >= 0; c, step = c-1, step*t.points {
		at := float32(from[c]) * float32(t.points-1) / 255
		cell := min(int(at), t.points-2)
		base, steps[c], parts[c] = base+cell*step, step, at-float32(cell)
	}
	var sums [3]float32
	for corner := range 1 << t.inputs {
		weight, at := float32(1), base
		for c := range t.inputs {
			if corner>>c&1 == 1 {
				weight, at = weight*parts[c], at+steps[c]
			} else {
				weight *= 1 - parts[c]
			}
		}
		for c := range sums {
			sums[c] += weight * t.values[at+c]
		}
	}
	for c, sum := range sums {
		to[c] = byte(sum + 0.5)
	}
}
