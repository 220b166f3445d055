package removal

import (
	"errors"
	"fmt"
	"strconv"
)

// Settings are what the function is told by its environment.
type Settings struct {
	Bucket           string // the name of the bucket of files
	Products, Photos string // the names of the tables
	Distribution     string // the id of the CDN's
	UserPool         string // its id
	Failures         string // the name of the bucket of what could not be dealt with
	ReadUnits        int    // the ceiling of each table's reads in a second
}

// ReadSettings reads BUCKET, PRODUCTS_TABLE, PHOTOS_TABLE, DISTRIBUTION, USER_POOL, FAILURES and READ_UNITS, which have to be there. The
// error joins all faults.
func ReadSettings(getenv func(name string) string) (s Settings, err error) {
	var faults []error
	for _, one := range []struct {
		name, what string
		into       *string
	}{
		{"BUCKET", "the name of the bucket of files", &s.Bucket},
		{"PRODUCTS_TABLE", "the name of the table of products", &s.Products},
		{"PHOTOS_TABLE", "the name of the table of photos", &s.Photos},
		{"DISTRIBUTION", "the id of the CDN's distribution", &s.Distribution},
		{"USER_POOL", "the id of the user pool", &s.UserPool},
		{"FAILURES", "the name of the bucket of what could not be dealt with", &s.Failures},
	} {
		if *one.into = getenv(one.name); *one.into == "" {
			faults = append(faults, fmt.Errorf("%s: got nothing, want %s", one.name, one.what))
		}
	}
	units := getenv("READ_UNITS")
	var err2 error
	if s.ReadUnits, err2 = strconv.Atoi(units); err2 != nil || s.ReadUnits < 1 {
		faults = append(faults, fmt.Errorf("READ_UNITS: got %q, want the ceiling of a table's reads, 1 or more", units))
	}
	return s, errors.Join(faults...)
}
