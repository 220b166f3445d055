package pictures

import (
	"context"
	"math"
)

// A raster is pixels of 8 bits, rows without gaps.
type raster struct {
	width, height int
	channels      int // as in rows
	inks          bool
	pix           []byte
}

func newRaster(width, height, channels int) raster {
	return raster{width: width, height: height, channels: channels, pix: make([]byte, width*height*channels)}
}

func (r raster) rows() rows {
	stride := r.width * r.channels
	return rows{width: r.width, height: r.height, channels: r.channels, inks: r.inks,
		read: func(y int, to []byte) { copy(to, r.pix[y*stride:]) }}
}

// reach is how far a box may shrink: what is left for the better kernel is a factor of reach to 2 × reach.
const reach = 1.5

// resize makes a raster of rows. Boxes of pixels are averaged first as far as that keeps more than is wanted, and Lanczos'
// kernel does the rest: a full-size Lanczos costs several times more and shows nothing more.
func resize(ctx context.Context, from rows, width, height int) (raster, error) {
	return resample(ctx, from, float64(from.width), float64(from.height), width, height)
}

// resample does so for rows of which the picture fills only so many pixels, counted from the top left. Planes of colours that
// pixels share have such an edge.
func resample(ctx context.Context, from rows, filledX, filledY float64, width, height int) (raster, error) {
	boxX, boxY := max(1, int(filledX/float64(width)/reach)), max(1, int(filledY/float64(height)/reach))
	from = from.shrunk(boxX, boxY)
	to := newRaster(width, height, from.channels)
	to.inks = from.inks
	across, down := kernel(from.width, filledX/float64(boxX), width), kernel(from.height, filledY/float64(boxY), height)
	stride := width * from.channels

	// The rows that the current one is mixed of, narrowed already.
	ring := make([][]byte, down.taps)
	for i := range ring {
		ring[i] = make([]byte, stride)
	}
	line := make([]byte, from.width*from.channels)
	sums := make([]int32, stride)
	next := 0
	for y := range height {
		if err := ctx.Err(); err != nil {
			return raster{}, err
		}
		first, weights := down.at(y)
		for ; next < first+len(weights); next++ {
			from.read(next, line)
			across.narrow(line, ring[next%len(ring)], from.channels)
		}
		for i := range sums {
			sums[i] = half
		}
		for i, weight := range weights {
			row := ring[(first+i)%len(ring)]
			for x, value := range row[:len(sums)] {
				sums[x] += weight * int32(value)
			}
		}
		row := to.pix[y*stride : (y+1)*stride]
		for x, sum := range sums {
			row[x] = clamp(sum >> precision)
		}
	}
	return to, nil
}

// precision is the binary places of weights. 255 × the sum of a kernel's absolute weights stays far below 2^31.
const (
	precision = 14
	half      = 1 << (precision - 1)
)

// A resampling kernel for one direction: for each pixel of the result where it begins in the source, and the weights.
type resampling struct {
	taps    int
	starts  []int
	counts  []int
	weights []int32 // taps for each pixel
}

func (k resampling) at(i int) (first int, weights []int32) {
	return k.starts[i], k.weights[i*k.taps : i*k.taps+k.counts[i]]
}

// kernel is Lanczos' with three lobes, its weights rounded so that they are exactly one in all. filled is how many of the
// source's pixels the result shows.
func kernel(from int, filled float64, to int) resampling {
	scale := filled / float64(to)
	if scale == 1 {
		k := resampling{taps: 1, starts: make([]int, to), counts: make([]int, to), weights: make([]int32, to)}
		for i := range to {
			k.starts[i], k.counts[i], k.weights[i] = i, 1, 1<<precision
		}
		return k
	}
	stretch := max(1, scale) // a result that is larger is interpolated by the kernel as it is
	radius := 3 * stretch
	k := resampling{taps: min(from, int(2*radius)+2), starts: make([]int, to), counts: make([]int, to)}
	k.weights = make([]int32, to*k.taps)
	exact := make([]float64, k.taps)
	for i := range to {
		center := (float64(i) + 0.5) * scale
		first := min(max(0, int(math.Ceil(center-radius-0.5))), from-1)
		last := min(from-1, int(math.Floor(center+radius-0.5)))
		count, sum := last-first+1, 0.0
		for j := range count {
			exact[j] = lanczos((float64(first+j) + 0.5 - center) / stretch)
			sum += exact[j]
		}
		k.starts[i], k.counts[i] = first, count
		weights, left, largest := k.weights[i*k.taps:], int32(1<<precision), 0
		for j := range count {
			weights[j] = int32(math.Round(exact[j] / sum * (1 << precision)))
			left -= weights[j]
			if weights[j] > weights[largest] {
				largest = j
			}
		}
		weights[largest] += left
	}
	return k
}

func lanczos(x float64) float64 {
	if x == 0 {
		return 1
	}
	if x <= -3 || x >= 3 {
		return 0
	}
	x *= math.Pi
	return 3 * math.Sin(x) * math.Sin(x/3) / (x * x)
}

// narrow mixes a row's pixels.
func (k resampling) narrow(from, to []byte, channels int) {
	switch channels {
	case 1:
		for x := range k.starts {
			first, weights := k.at(x)
			sum := int32(half)
			for i, weight := range weights {
				sum += weight * int32(from[first+i])
			}
			to[x] = clamp(sum >> precision)
		}
	case 3:
		for x := range k.starts {
			first, weights := k.at(x)
			a, b, c := int32(half), int32(half), int32(half)
			pixels := from[3*first:]
			for _, weight := range weights {
				pixel := pixels[:3:3]
				a, b, c = a+weight*int32(pixel[0]), b+weight*int32(pixel[1]), c+weight*int32(pixel[2])
				pixels = pixels[3:]
			}
			pixel := to[3*x : 3*x+3 : 3*x+3]
			pixel[0], pixel[1], pixel[2] = clamp(a>>precision), clamp(b>>precision), clamp(c>>precision)
		}
	case 4:
		for x := range k.starts {
			first, weights := k.at(x)
			a, b, c, d := int32(half), int32(half), int32(half), int32(half)
			pixels := from[4*first:]
			for _, weight := range weights {
				pixel := pixels[:4:4]
				a, b = a+weight*int32(pixel[0]), b+weight*int32(pixel[1])
				c, d = c+weight*int32(pixel[2]), d+weight*int32(pixel[3])
				pixels = pixels[4:]
			}
			pixel := to[4*x : 4*x+4 : 4*x+4]
			pixel[0], pixel[1] = clamp(a>>precision), clamp(b>>precision)
			pixel[2], pixel[3] = clamp(c>>precision), clamp(d>>precision)
		}
	}
}

// shrunk gives rows of the averages of boxes. The last box of a row or column may have fewer pixels.
func (r rows) shrunk(across, down int) rows {
	if across == 1 && down == 1 {
		return r
	}
	small := rows{width: (r.width + across - 1) / across, height: (r.height + down - 1) / down, channels: r.channels, inks: r.inks}
	line := make([]byte, r.width*r.channels)
	sums := make([]uint32, small.width*r.channels)
	small.read = func(y int, to []byte) {
		clear(sums)
		top, bottom := y*down, min((y+1)*down, r.height)
		for row := top; row < bottom; row++ {
			r.read(row, line)
			addBoxes(sums, line, across, r.channels)
		}
		for i := range to {
			box := i / r.channels
			count := uint32((min((box+1)*across, r.width) - box*across) * (bottom - top))
			to[i] = byte((sums[i] + count/2) / count)
		}
	}
	return small
}

func addBoxes(sums []uint32, line []byte, across, channels int) {
	if channels == 1 {
		for box := range sums {
			pixels := line[:min(across, len(line))]
			var sum uint32
			for _, value := range pixels {
				sum += uint32(value)
			}
			sums[box] += sum
			line = line[len(pixels):]
		}
		return
	}
	for box := 0; box < len(sums); box += channels {
		pixels := min(across*channels, len(line))
		sum := sums[box : box+channels]
		for i := 0; i < pixels; i += channels {
			for c := range sum {
				sum[c] += uint32(line[i+c])
			}
		}
		line = line[pixels:]
	}
}
