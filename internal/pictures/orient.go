package pictures

// oriented is the raster as a person held the camera.
func (r raster) oriented(o orientation) raster {
	if o == upright {
		return r
	}
	to := newRaster(r.width, r.height, r.channels)
	if o.turned() {
		to.width, to.height = r.height, r.width
	}
	to.inks = r.inks
	// Where a stored pixel goes: x and y are those of the upright picture.
	right, bottom := r.width-1, r.height-1
	for j := range r.height {
		for i := range r.width {
			var x, y int
			switch o {
			case 2:
				x, y = right-i, j
			case 3:
				x, y = right-i, bottom-j
			case 4:
				x, y = i, bottom-j
			case 5:
				x, y = j, i
			case 6:
				x, y = bottom-j, i
			case 7:
				x, y = bottom-j, right-i
			case 8:
				x, y = j, right-i
			}
			from, at := (j*r.width+i)*r.channels, (y*to.width+x)*r.channels
			copy(to.pix[at:at+r.channels], r.pix[from:])
		}
	}
	return to
}
