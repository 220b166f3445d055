package config

import "strings"

// DidYouMean is a hint at the known word that is nearest to the one that was
// written, as in `; did you mean "prod"?`, or "" when none is near. Near is at
// most two letters away, or a third of those written; case does not count.
func DidYouMean(written string, known []string) string {
	nearest, least := "", max(2, len(written)/3)+1
	for _, word := range known {
		if d := distance(strings.ToLower(written), strings.ToLower(word)); d < least && d < len(word) {
			nearest, least = word, d
		}
	}
	if nearest == "" {
		return ""
	}
	return "; did you mean " + quote(nearest) + "?"
}

// distance is the number of letters to insert, remove or replace that turns a
// into b (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(row[j]+1, row[j+1]+1, replace)
		}
	}
	return row[len(b)]
}
