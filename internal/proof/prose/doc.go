// Package prose joins names and breaks lines, for sentences that people read.
package prose
