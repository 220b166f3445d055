package appsyncjs

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A layout is a parsed format of Java's DateTimeFormatter: the part of it that means the same in every locale.
// https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
type layout []piece

// A piece is a letter with its count, or a literal text.
type piece struct {
	letter byte // 0 for a literal
	count  int
	text   string
}

// layoutLetters are the letters that are known, with the counts that are.
var layoutLetters = map[byte]string{
	'y': "4", 'u': "4", 'M': "12", 'd': "12", 'H': "12", 'm': "12", 's': "12", 'S': "3", 'Z': "123", 'X': "12345",
}

// parseLayout reads a format. A section in brackets is optional in Java; as long as it holds what every time has, it is as
// if it had none.
func parseLayout(format string) (layout, error) {
	var pieces layout
	for i := 0; i < len(format); {
		letter := format[i]
		switch {
		case letter == '\'':
			end := strings.IndexByte(format[i+1:], '\'')
			if end < 0 {
				return nil, fmt.Errorf("the format %q has an open quote", format)
			}
			text := format[i+1 : i+1+end]
			if end == 0 {
				text = "'"
			}
			pieces = append(pieces, piece{text: text})
			i += end + 2
		case letter == '[' || letter == ']':
			i++
		case letter >= 'a' && letter <= 'z' || letter >= 'A' && letter <= 'Z':
			count := len(format[i:]) - len(strings.TrimLeft(format[i:], string(letter)))
			if count > 9 || !strings.Contains(layoutLetters[letter], strconv.Itoa(count)) {
				return nil, fmt.Errorf("%s in the format %q is not supported by this runtime", format[i:i+count], format)
			}
			pieces = append(pieces, piece{letter: letter, count: count})
			i += count
		case strings.IndexByte("#{}", letter) >= 0:
			return nil, fmt.Errorf("%c in the format %q is reserved", letter, format)
		default:
			pieces = append(pieces, piece{text: string(letter)})
			i++
		}
	}
	return pieces, nil
}

// format writes t.
func (l layout) format(t time.Time) string {
	var out strings.Builder
	for _, p := range l {
		switch p.letter {
		case 0:
			out.WriteString(p.text)
		case 'y', 'u':
			fmt.Fprintf(&out, "%04d", t.Year())
		case 'S':
			fmt.Fprintf(&out, "%03d", t.Nanosecond()/int(time.Millisecond))
		case 'Z':
			out.WriteString(t.Format("-0700"))
		case 'X':
			out.WriteString(offset(t, p.count))
		default:
			value := map[byte]int{'M': int(t.Month()), 'd': t.Day(), 'H': t.Hour(), 'm': t.Minute(), 's': t.Second()}[p.letter]
			fmt.Fprintf(&out, "%0*d", p.count, value)
		}
	}
	return out.String()
}

// offset writes the zone's offset as the letter X does: one letter for hours, and minutes where there are any; two for hours
// and minutes; four with seconds where there are any; odd ones above one with colons.
func offset(t time.Time, count int) string {
	_, seconds := t.Zone()
	if seconds == 0 {
		return "Z"
	}
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	hours, minutes, rest := seconds/3600, seconds/60%60, seconds%60
	colon := ""
	if count > 1 && count%2 == 1 {
		colon = ":"
	}
	text := fmt.Sprintf("%s%02d", sign, hours)
	if count > 1 || minutes != 0 {
		text += fmt.Sprintf("%s%02d", colon, minutes)
	}
	if count > 3 && rest != 0 {
		text += fmt.Sprintf("%s%02d", colon, rest)
	}
	return text
}

// parse reads text. Its zone is the one in the text, or else zone; without either it names no moment.
func (l layout) parse(text string, zone *time.Location) (time.Time, error) {
	fail := fmt.Errorf("%q does not fit the format", text)
	fields := map[byte]int{'M': 1, 'd': 1}
	rest := text
	for _, p := range l {
		if p.letter == 0 {
			var ok bool
			if rest, ok = strings.CutPrefix(rest, p.text); !ok {
				return time.Time{}, fail
			}
			continue
		}
		if p.letter == 'Z' || p.letter == 'X' {
			token := offsetText.FindString(rest)
			found, err := parseOffset(token)
			if err != nil {
				return time.Time{}, fail
			}
			zone, rest = found, rest[len(token):]
			continue
		}
		width := 2
		switch {
		case p.letter == 'y' || p.letter == 'u':
			width = 4
		case p.letter == 'S':
			width = 3
		case p.count == 1 && (len(rest) < 2 || rest[1] < '0' || rest[1] > '9'):
			width = 1
		}
		if len(rest) < width || strings.Trim(rest[:width], "0123456789") != "" {
			return time.Time{}, fail
		}
		fields[p.letter], _ = strconv.Atoi(rest[:width])
		rest = rest[width:]
	}
	year, ok := fields['y']
	if !ok {
		year, ok = fields['u']
	}
	if rest != "" || !ok {
		return time.Time{}, fail
	}
	if zone == nil {
		return time.Time{}, fmt.Errorf("%q names no zone: give one", text)
	}
	t := time.Date(year, time.Month(fields['M']), fields['d'], fields['H'], fields['m'], fields['s'], fields['S']*int(time.Millisecond), zone)
	if t.Day() != fields['d'] || int(t.Month()) != fields['M'] || t.Hour() != fields['H'] || t.Minute() != fields['m'] || t.Second() != fields['s'] {
		return time.Time{}, fail
	}
	return t, nil
}

var (
	offsetText  = regexp.MustCompile(`^(Z|[+-]\d\d(:\d\d(:\d\d)?|\d\d(\d\d)?)?)`)
	offsetParts = regexp.MustCompile(`^([+-])(\d\d):?(\d\d)?:?(\d\d)?$`)
)

// parseOffset reads "Z", "+08", "+0800", "+08:00" or "-07:00:30".
func parseOffset(text string) (*time.Location, error) {
	if text == "Z" {
		return time.UTC, nil
	}
	parts := offsetParts.FindStringSubmatch(text)
	if parts == nil {
		return nil, fmt.Errorf("%q is not an offset as +08:00", text)
	}
	hours, _ := strconv.Atoi(parts[2])
	minutes, _ := strconv.Atoi(parts[3])
	seconds, _ := strconv.Atoi(parts[4])
	total := hours*3600 + minutes*60 + seconds
	if minutes > 59 || seconds > 59 || total > 18*3600 {
		return nil, fmt.Errorf("the offset %q is out of range", text)
	}
	if parts[1] == "-" {
		total = -total
	}
	return time.FixedZone(text, total), nil
}

// zoneName is a zone of the IANA database, as "Australia/Perth".
var zoneName = regexp.MustCompile(`^[A-Z][A-Za-z_]*(/[A-Za-z0-9_+-]+)*$`)

// parseZone reads an offset or the name of a zone.
func parseZone(text string) (*time.Location, error) {
	if zone, err := parseOffset(text); err == nil {
		return zone, nil
	}
	if !zoneName.MatchString(text) || text == "Local" {
		return nil, fmt.Errorf("%q is not a time zone as Australia/Perth or +08:00", text)
	}
	zone, err := time.LoadLocation(text)
	if err != nil {
		return nil, fmt.Errorf("%q is not a time zone as Australia/Perth or +08:00", text)
	}
	return zone, nil
}
