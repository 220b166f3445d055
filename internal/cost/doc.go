// Package cost says what an assembly costs at AWS: a month of some use by service, what a thousand more of each of its parts
// add, what strangers can cause at most, and what other settings would change of all that.
//
// Facts come from the templates (Read), the use from a file (ReadUsage), and what AWS takes from one table (Prices), which has
// a date. Bill multiplies them. All of it is arithmetic on whole numbers: money is in nanodollars.
//
// A month has 31 days, a GB 10⁹ bytes. AWS's own GB of 2³⁰ bytes is 7 % larger, so sums are rather too high than too low.
package cost

// Seconds, minutes, hours and days of the longest month.
const (
	days    = 31
	hours   = days * 24
	minutes = hours * 60
	seconds = minutes * 60
)
