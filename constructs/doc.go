// Package constructs holds building blocks with an opinion, one a file. A construct takes
// the service's own words as props, by value; its zero value is the safe one; it returns what
// callers use of it and keeps the rest to itself.
package constructs
