package pictures

import "fmt"

// Code says why a picture is refused. Codes are stable: callers may compare them, and tests do.
type Code string

// Every reason for which Make refuses a source.
const (
	Empty         Code = "empty"           // no bytes
	TooLarge      Code = "too-large"       // more than Options.MaxBytes
	TooManyPixels Code = "too-many-pixels" // more than Options.MaxPixels
	TooMuchMemory Code = "too-much-memory" // decoding would take more than Options.MaxMemory
	WrongFormat   Code = "wrong-format"    // a format that is known and not taken: HEIC, AVIF, SVG, a PDF, …
	NotAPicture   Code = "not-a-picture"   // nothing that is known
	Unsupported   Code = "unsupported"     // a format that is taken, in a variety that is not: a lossless or arithmetic JPEG
	Damaged       Code = "damaged"         // cut short, or not what its format asks for
)

// Refusal is the error for a source of which no renditions are made, by the fault of the source. It is what the person who
// uploaded it can mend; any other error of Make is not.
type Refusal struct {
	Code  Code
	Words string // for that person: what was got, and what to do; a sentence without a full stop
}

func (r *Refusal) Error() string { return r.Words }

func refuse(code Code, format string, values ...any) *Refusal {
	return &Refusal{Code: code, Words: fmt.Sprintf(format, values...)}
}

func damaged(format string) *Refusal {
	return refuse(Damaged, "the %s is damaged or cut short: save it anew, or upload it again", format)
}
