package pictures

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

var (
	figures = flag.Bool("figures", false, "measure 12, 24 and 48 million pixels beside sharp")
	peaks   = flag.Bool("peaks", false, "measure the peak memory of every source, and of ones of 50 million pixels")
)

// memoryLimit is the GOMEMLIMIT that peaks are measured with. A function of 1,769 MB sets about that.
const memoryLimit = "1100MiB"

// A measurement is what making a set took, in a process of its own.
type measurement struct {
	Answer  string  `json:"answer"` // the code of a refusal, or "made"
	Prepare float64 `json:"prepare"`
	CPU     float64 `json:"cpu"`  // seconds, without Prepare
	Wall    float64 `json:"wall"` // seconds
	Peak    int64   `json:"peak"` // bytes, the process's VmHWM
	Bytes   int     `json:"bytes"`
}

// TestMeasure_child is the process that measure starts.
func TestMeasure_child(t *testing.T) {
	file, rest, found := strings.Cut(os.Getenv("LIGHTBOX_PICTURES_MEASURE"), "\n")
	if !found {
		t.Skip("runs in the child only")
	}
	folder, avif, _ := strings.Cut(rest, "\n")
	options := Options{AVIF: avif == "true"}
	source, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var m measurement
	began := processorTime()
	if err := Prepare(options); err != nil {
		t.Fatal(err)
	}
	m.Prepare = (processorTime() - began).Seconds()
	began, started := processorTime(), time.Now()
	set, err := Make(t.Context(), source, options)
	m.CPU, m.Wall, m.Answer = (processorTime() - began).Seconds(), time.Since(started).Seconds(), "made"
	var refusal *Refusal
	if errors.As(err, &refusal) {
		m.Answer = string(refusal.Code)
	} else if err != nil {
		t.Fatal(err)
	}
	for _, rendition := range set.Renditions {
		m.Bytes += len(rendition.Body)
		if folder == "" {
			continue
		}
		name := filepath.Join(folder, fmt.Sprintf("%d.%s", rendition.Width, rendition.Format))
		if err := os.WriteFile(name, rendition.Body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	m.Peak = peakMemory(t)
	answer, _ := json.Marshal(m)
	fmt.Printf("measured %s\n", answer)
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &usage)
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// peakMemory is VmHWM of proc(5): the most memory that the process ever had.
func peakMemory(t *testing.T) int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("no /proc here")
	}
	_, line, _ := strings.Cut(string(status), "VmHWM:")
	kilobytes, err := strconv.ParseInt(strings.Fields(line)[0], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes << 10
}

func measure(t *testing.T, file, folder string, avif bool) measurement {
	t.Helper()
	command, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	child := exec.Command(command, "-test.run=^TestMeasure_child$", "-test.v")
	child.Env = append(os.Environ(), "LIGHTBOX_PICTURES_MEASURE="+file+"\n"+folder+"\n"+strconv.FormatBool(avif), "GOMEMLIMIT="+memoryLimit, "GOMAXPROCS=1")
	out, err := child.CombinedOutput()
	_, answer, found := strings.Cut(string(out), "measured ")
	if !found {
		t.Skipf("no measurement: %v\n%s", err, out)
	}
	var m measurement
	line, _, _ := strings.Cut(answer, "\n")
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	return m
}

// TestPeak_staysBelowItsLimit makes hostile and large sources, each in a process of its own. All of them:
//
//	go test ./internal/pictures -run TestPeak -v -args -peaks
func TestPeak_staysBelowItsLimit(t *testing.T) {
	folder := t.TempDir()
	for i, h := range hostiles(t) {
		if !*peaks && h.name != "PNG with a bomb for a profile" && h.name != "GIF of 20,000 frames" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("%02d %s", i, strings.ReplaceAll(h.name, "/", " "))), h.source, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if *peaks {
		libvips(t, nil, nil, "sources", folder)
		libvips(t, nil, nil, "large", folder)
	}
	files, err := filepath.Glob(filepath.Join(folder, "*"))
	if err != nil || len(files) == 0 {
		t.Fatalf("got no files: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			m := measure(t, file, "", false)
			t.Logf("%-16s peak %5.0f MiB, CPU %5.2f s", m.Answer, float64(m.Peak)/(1<<20), m.CPU)
			if limit := (Options{}).orDefaults().MaxMemory; m.Peak > limit {
				t.Errorf("got a peak of %d MiB, want %d at most", m.Peak>>20, limit>>20)
			}
		})
	}
}

// TestFigures prints what making a set takes beside sharp, which makes the same renditions in one thread:
//
//	go test ./internal/pictures -run TestFigures -v -args -figures
func TestFigures(t *testing.T) {
	if !*figures {
		t.Skip("-figures was not given")
	}
	for _, size := range [][2]int{{4000, 3000}, {6000, 4000}, {8000, 6000}} {
		folder := t.TempDir()
		photo, ours, theirs := filepath.Join(folder, "photo.jpg"), filepath.Join(folder, "ours"), filepath.Join(folder, "theirs")
		for _, folder := range []string{ours, theirs} {
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		libvips(t, nil, nil, "photo", photo, strconv.Itoa(size[0]), strconv.Itoa(size[1]))
		source, err := os.Stat(photo)
		if err != nil {
			t.Fatal(err)
		}
		var sharp measurement
		libvips(t, nil, &sharp, "set", photo, theirs)
		m := measure(t, photo, ours, false)
		t.Logf("%d million pixels, a JPEG of %.1f MB: CPU %.2f s (sharp %.2f: × %.1f, goal 3), wall %.2f (%.2f), peak %.0f MiB (%.0f), %d kB (%d)",
			size[0]*size[1]/1_000_000, float64(source.Size())/1e6, m.CPU, sharp.CPU, m.CPU/sharp.CPU, m.Wall, sharp.Wall,
			float64(m.Peak)/(1<<20), float64(sharp.Peak)/(1<<20), m.Bytes/1000, sharp.Bytes/1000)
		for _, name := range []string{"480.webp", "1280.webp", "2048.webp", "1280.jpeg"} {
			t.Logf("  %-9s SSIM %.4f (sharp %.4f)", name, likeness(t, photo, ours, name), likeness(t, photo, theirs, name))
		}
		t.Logf("  once in a process: compiling libwebp takes %.2f s of CPU", m.Prepare)
		avif := measure(t, photo, ours, true)
		t.Logf("  with AVIF: CPU %.2f s (× %.1f), peak %.0f MiB, compiling both %.2f s", avif.CPU, avif.CPU/m.CPU, float64(avif.Peak)/(1<<20), avif.Prepare)
		for _, width := range Widths() {
			sizes := map[string]int64{}
			for _, format := range []string{"webp", "avif"} {
				file, err := os.Stat(filepath.Join(ours, fmt.Sprintf("%d.%s", width, format)))
				if err != nil {
					t.Fatal(err)
				}
				sizes[format] = file.Size()
			}
			name := fmt.Sprintf("%d.avif", width)
			t.Logf("  %-9s SSIM %.4f (WebP %.4f), %d bytes (%d)", name, likeness(t, photo, ours, name), likeness(t, photo, ours, fmt.Sprintf("%d.webp", width)), sizes["avif"], sizes["webp"])
		}
	}
}

// likeness is the mean structural similarity (Wang et al., 2004) of luma in blocks of 8 by 8 to what libvips makes of the
// source without loss.
func likeness(t *testing.T, source, folder, name string) float64 {
	t.Helper()
	file := filepath.Join(folder, name)
	same := file // of the same size, and such that it can be read
	if width, is := strings.CutSuffix(file, ".avif"); is {
		same = width + ".webp"
	}
	body, err := os.ReadFile(same)
	if err != nil {
		t.Fatal(err)
	}
	h, err := inspect(body)
	if err != nil {
		t.Fatal(err)
	}
	tasks := []comparison{{From: source, To: file + ".want", Width: h.width, Height: h.height}, {From: file, To: file + ".got", Width: h.width, Height: h.height}}
	libvips(t, tasks, nil, "pixels")
	var planes [2][]float64
	for i, task := range tasks {
		pixels, err := os.ReadFile(task.To)
		if err != nil {
			t.Fatal(err)
		}
		for j := 0; j < len(pixels); j += 4 {
			planes[i] = append(planes[i], 0.299*float64(pixels[j])+0.587*float64(pixels[j+1])+0.114*float64(pixels[j+2]))
		}
	}
	return ssim(planes[0], planes[1], h.width, h.height)
}

func ssim(a, b []float64, width, height int) float64 {
	const side, c1, c2 = 8, 0.01 * 255 * 0.01 * 255, 0.03 * 255 * 0.03 * 255
	total, blocks := 0.0, 0
	for top := 0; top+side <= height; top += side / 2 {
		for left := 0; left+side <= width; left += side / 2 {
			var sa, sb, saa, sbb, sab float64
			for y := top; y < top+side; y++ {
				for x := left; x < left+side; x++ {
					p, q := a[y*width+x], b[y*width+x]
					sa, sb, saa, sbb, sab = sa+p, sb+q, saa+p*p, sbb+q*q, sab+p*q
				}
			}
			const n = side * side
			ma, mb := sa/n, sb/n
			va, vb, cov := saa/n-ma*ma, sbb/n-mb*mb, sab/n-ma*mb
			total += (2*ma*mb + c1) * (2*cov + c2) / ((ma*ma + mb*mb + c1) * (va + vb + c2))
			blocks++
		}
	}
	return total / math.Max(1, float64(blocks))
}
