package assembly

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestPath_quotesWhatIsNotAName(t *testing.T) {
	for want, p := range map[string]path{
		``:                              nil,
		`Properties.a_1-b`:              {keyStep("Properties"), keyStep("a_1-b")},
		`a[0][12].b.Fn::Join[1]`:        {keyStep("a"), indexStep(0), indexStep(12), keyStep("b"), keyStep("Fn::Join"), indexStep(1)},
		`Condition["s3:prefix"]["a.b"]`: {keyStep("Condition"), keyStep("s3:prefix"), keyStep("a.b")},
		`a[""]["\"\n"]`:                 {keyStep("a"), keyStep(""), keyStep("\"\n")},
		`["` + strings.Repeat("x", 100) + `…"]`: {keyStep(strings.Repeat("x", 1000))},
	} {
		if got := p.String(); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestFault_saysWhereAndWhy(t *testing.T) {
	fault := &Fault{Stack: "Shop", Kind: KindResource, LogicalID: "B", Construct: "Shop/B", Path: "Properties.a", Err: fs.ErrNotExist}
	if got, want := fault.Error(), "Shop: resource B (Shop/B): Properties.a: file does not exist"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	joined := errors.Join(errors.New("other"), errors.Join(fault, nil), fault)
	if list := faultsIn(joined); len(list) != 2 || list[0] != fault || !errors.Is(joined, fs.ErrNotExist) {
		t.Errorf("got %v, want the fault twice", list)
	}
	if list := faultsIn(nil); list != nil {
		t.Errorf("got %v of no error", list)
	}
}

// faultsIn returns the faults that err joins, in their order. Errors of other types in it, those of files for one, are not
// among them.
func faultsIn(err error) []*Fault {
	var fault *Fault
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Fault
		for _, e := range joined.Unwrap() {
			all = append(all, faultsIn(e)...)
		}
		return all
	}
	if errors.As(err, &fault) {
		return []*Fault{fault}
	}
	return nil
}
