package cost

import (
	"bytes"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/assembly"
)

var update = flag.Bool("update", false, "write what reports of the use in testdata/ say anew")

// root is the folder of the module, taken before any test changes its own.
var root, _ = filepath.Abs("../..")

// now is a day on which the prices are fresh.
var now = Of.AddDate(0, 0, 20)

// factsOf are those of an environment as it ships, with changes to the texts of its templates.
func factsOf(t *testing.T, env string, changes ...func(stack string, template []byte) []byte) Facts {
	t.Helper()
	a, err := assembly.Open(deploytest.WholeAssembly(t, root, env, changes...))
	if err != nil {
		t.Fatal(err)
	}
	facts, err := Read(a)
	if err != nil {
		t.Fatal(err)
	}
	// Whoever tests has functions of the machine's own architecture.
	facts.Functions = each(facts.Functions, func(of *Function) { of.Time = ARM })
	return facts
}

func usageOf(t *testing.T, name string) Usage {
	t.Helper()
	usage, err := ReadUsage(filepath.Join("testdata", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return usage
}

// Four uses of prod, as a person reads them.
func TestReports_areGolden(t *testing.T) {
	prod := factsOf(t, "prod")
	for _, name := range []string{"idle", "club", "shop", "crowd"} {
		var text bytes.Buffer
		if err := NewReport("cdk.out", prod, usageOf(t, name), now).WriteText(&text); err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(text.String()) {
			if width := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); width > 80 {
				t.Errorf("%s: got a line of %d columns, want at most 80: %s", name, width, line)
			}
		}
		file := filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(file, text.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), text.String()); diff != "" {
			t.Errorf("%s (-reviewed +now); `go test ./internal/cost -update` writes it:\n%s", file, diff)
		}
	}
}

// by is the sums that a person made with a pocket calculator, in USD by service.
type by map[string]float64

// What each of the four uses costs, with the arithmetic. The tables have three indexes at most, functions 1,769 and 512 MB; a month
// has 744 hours and 2,678,400 seconds.
var hand = map[string]by{
	// The hourly round alone, 744 runs of a second with half a GB: all within what is free. 744 log lines of 1,000 bytes are kept.
	"idle": {"Lambda": 0, "X-Ray": 0, "CloudWatch": 0.000744 * 30 / 31 * 0.03},
	"club": {
		"Cognito": 0,
		"AppSync": 0.24*4 + 0.1*2 + 0.16*0.08,
		// 15 MB of rows are 3,662 units an hour. 24,000 calls and 3,000 × 4 changes write a table and three indexes.
		"DynamoDB": (0.48+744*0.003662)*0.125 + (0.024+0.012)*4*0.625 + 0.015*0.20,
		// 3,000 × 2 s × 1.7275 GB + 744 × 46 s × 0.5 GB + 3,000 × 0.2 s × 0.5 GB are 27,777 GB-seconds.
		"Lambda": 0,
		// 4.5 MB a picture, and 62,624 log lines of 600 bytes; 8 writes a picture and 21 lists an hour; 3,000 and 20,000 reads.
		"S3":            (13.5+0.0375744*30/31)*0.023 + (0.024+0.015624)*5 + 0.023*0.4,
		"CloudFront":    0, // 60 GB and 200,000 requests from all continents are free
		"Data transfer": 0,
		"X-Ray":         (0.240 + 0.003744 - 0.1) * 5,
		"CloudWatch":    0.009144 * 30 / 31 * 0.03,
	},
	"shop": {
		"Cognito": 0,
		"AppSync": 2.4*4 + 1*2 + 1.6*0.08,
		// 1.65 GB are 402,832 units, of which an hourly round reads 80 a second for 900 seconds.
		"DynamoDB": (4.8+744*0.072)*0.125 + (0.24+0.12)*4*0.625 + 1.65*0.20,
		// 30,000 × 2 s × 1769/1024 + 744 × 901 s × 0.5 + 33,000 × 0.2 s × 0.5.
		"Lambda": (103_652.34 + 335_172 + 3_300 - 400_000) * 13.3334 / 1e6,
		// 330,000 × 4.5 MB; 240,000 writes and 744 × 2,310 lists; 230,000 reads.
		"S3":            (1485+2.18864*600/1000*30/31)*0.023 + (0.24+1.71864)*5 + 0.23*0.4,
		"CloudFront":    2000 * 0.005, // 600 GB and 2 million requests are free
		"Data transfer": 0,
		"X-Ray":         (2.4 + 0.033744 - 0.1) * 5,
		"CloudWatch":    0.087744 * 30 / 31 * 0.03,
	},
	"crowd": {
		"Cognito":  90_000 * 0.015,
		"AppSync":  24*4 + 10*2 + 16*0.08,
		"DynamoDB": (48+744*0.072)*0.125 + (2.4+1.2)*4*0.625 + (66-25)*0.25 + 16.5*0.20,
		"Lambda":   (1_036_523.44 + 335_172 + 33_000 - 400_000) * 13.3334 / 1e6,
		"S3":       (14_850+21.8864*600/1000*30/31)*0.023 + (2.4+17.1864)*5 + 2.3*0.4,
		// 5,100 GB and 17 million requests near by, of which 1,000 GB and 10 million of all are free.
		"CloudFront":    4100*0.085 + 600*0.12 + 300*0.114 + 7*1.2 + 2*1.2 + 1*2.2 + 29_000*0.005,
		"Data transfer": 0,                                                // 96 GB
		"X-Ray":         (2.6784 + (24-2.6784)*0.05 + 0.330744 - 0.1) * 5, // the first of each second, and 5 %
		"CloudWatch":    0.870744 * 30 / 31 * 0.03,
	},
}

// The bill agrees with the sums by hand, to the cent.
func TestBill_isWhatAPersonReckons(t *testing.T) {
	prod := factsOf(t, "prod")
	for name, sums := range hand {
		bill := NewBill(prod, usageOf(t, name))
		got, want, total := map[string]string{}, map[string]string{}, 0.0
		for service, sum := range bill.Services() {
			got[service] = sum.String()
		}
		for service, sum := range sums {
			want[service] = dollars(sum)
			total += sum
		}
		got["together"], want["together"] = bill.Total().String(), dollars(total)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-by hand +bill):\n%s", name, diff)
		}
	}
}

// dollars is a sum as Money writes it.
func dollars(sum float64) string { return Money(math.Round(sum * 1e9)).String() }
