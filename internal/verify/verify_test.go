package verify_test

import (
	"testing"

	"lightbox.example/lightbox/internal/verify"
)

func TestDeployed_isGreenWhereNothingWasChanged(t *testing.T) {
	r := newRig(t, "prod")
	report, text := r.verify(t)
	if report.Code() != verify.CodeFine || len(report.Rows) > 0 {
		t.Errorf("got\n%s", text)
	}
}
