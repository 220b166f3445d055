package main

import (
	"bytes"
	"image"
	"image/jpeg"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox"
)

// deployedSandbox has dev and its functions, and is where AWS's tools look for it.
func deployedSandbox(t *testing.T, changes ...func(stack string, template []byte) []byte) *sandbox.Sandbox {
	t.Helper()
	return startedSandbox(t, sandbox.Config{}, deploytest.WorkingAssembly(t, "../..", "dev", changes...))
}

// startedSandbox is one with an assembly deployed, whom the SDK asks by the environment of this process.
func startedSandbox(t *testing.T, config sandbox.Config, assembly string) *sandbox.Sandbox {
	t.Helper()
	s := emptySandbox(t, config)
	if err := s.Deploy(t.Context(), assembly, nil); err != nil {
		t.Fatal(err)
	}
	return s
}

// emptySandbox is one without an assembly, asked in the same way.
func emptySandbox(t *testing.T, config sandbox.Config) *sandbox.Sandbox {
	t.Helper()
	s, err := sandbox.Start(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, variable := range s.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	return s
}

// writePhoto writes the row of a photo whose set has a WebP of 60 pixels, and a WebP and a JPEG of 120, and of its files what is named.
func writePhoto(t *testing.T, s *sandbox.Sandbox, id, folder, original string, files ...string) {
	t.Helper()
	cfg, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewGray(image.Rect(0, 0, 200, 100)), nil); err != nil {
		t.Fatal(err)
	}
	overview, err := fetchOverview(s.HTTP())
	if err != nil {
		t.Fatal(err)
	}
	bucket := overview.Output("Lightbox-dev-FileStorage", "BucketName")
	for _, key := range files {
		if _, err := s3.NewFromConfig(cfg).PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(picture.Bytes())}); err != nil {
			t.Fatal(err)
		}
	}
	tables := dynamodb.NewFromConfig(cfg)
	listed, err := tables.ListTables(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	number := func(value string) types.AttributeValue { return &types.AttributeValueMemberN{Value: value} }
	one := func(width, format string) types.AttributeValue {
		return &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"width": number(width), "format": text(format)}}
	}
	for _, name := range listed.TableNames {
		if !strings.Contains(name, "Photos") {
			continue
		}
		_, err := tables.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &name, Item: map[string]types.AttributeValue{
			"photoId": text("s." + id), "row": text("PHOTO"), "feed": text("PHOTO"), "photoOwner": text("s"), "createdAt": text("2026-01-0" + id),
			"folder": text(folder), "claim": text("00000000-0000-4000-8000-00000000000" + id), "original": text(original),
			"width": number("200"), "height": number("100"), "bytes": number("1000"),
			"renditions": &types.AttributeValueMemberL{Value: []types.AttributeValue{one("60", "webp"), one("120", "webp"), one("120", "jpeg")}},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// code is the exit code of a command line, and what it prints.
func code(args ...string) (exit int, stdout, stderr string) {
	var out, faults bytes.Buffer
	exit = status(run(args, &out), &faults)
	return exit, out.String(), faults.String()
}

func TestPicturesRender_saysOfWhatItMadeEach(t *testing.T) {
	s := deployedSandbox(t)
	render := func(flags ...string) (int, string, string) {
		return code(append([]string{"pictures", "render", "--config", "../../cdk.json", "--at-once", "1"}, flags...)...)
	}
	folder := func(digit string) string { return strings.Repeat(digit, 32) }
	expect := func(what string, exit int, stdout, stderr string, flags ...string) {
		t.Helper()
		if code, out, faults := render(flags...); code != exit || out != stdout || faults != stderr {
			t.Errorf("%s: got %d, %q and %q\nwant %d, %q and %q", what, code, out, faults, exit, stdout, stderr)
		}
	}
	expect("nothing", 0, "Made: 0 from the original, 0 from the largest rendition. Up to date: 0. Failed: 0.\n", "")
	writePhoto(t, s, "1", folder("a"), "s/"+folder("a"), "originals/s/"+folder("a"))
	writePhoto(t, s, "2", folder("b"), "", "public/photos/"+folder("b")+"/120.webp")
	writePhoto(t, s, "3", folder("c"), "s/"+folder("c"))
	expect("a dry run", 0, "[1/3] photo s.1: would be made from the original\n[2/3] photo s.2: would be made from its largest rendition, 120.webp\n"+
		"[3/3] photo s.3: would be made from the original\nWould make: 2 from the original, 1 from the largest rendition. Up to date: 0. Failed: 0.\n", "", "--dry-run")
	expect("two are made", 1, "[1/3] photo s.1: made from the original\n[2/3] photo s.2: made from its largest rendition, 120.webp\n"+
		"[3/3] photo s.3: failed: there is no originals/s/"+folder("c")+", or the function may not read it\n"+
		"Made: 1 from the original, 1 from the largest rendition. Up to date: 0. Failed: 1.\n",
		"lightbox: pictures: got 1 of 3 pictures of dev not made, for the reasons above; run it again when they are mended\n")
	writePhoto(t, s, "3", folder("c"), "s/"+folder("c"), "originals/s/"+folder("c"))
	expect("the third", 0, "[1/1] photo s.3: made from the original\nMade: 1 from the original, 0 from the largest rendition. Up to date: 2. Failed: 0.\n", "")
	expect("again", 0, "Made: 0 from the original, 0 from the largest rendition. Up to date: 3. Failed: 0.\n", "")
	if exit, out, _ := render("--all"); exit != 0 || !strings.HasSuffix(out, "Made: 2 from the original, 1 from the largest rendition. Up to date: 0. Failed: 0.\n") {
		t.Errorf("--all: got %d, %s", exit, out)
	}
}

func TestPicturesRender_saysWhatItWants(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"pictures rendr", `unknown command "rendr" for "lightbox pictures"; did you mean "render"?`},
		{"pictures render --at-once=0", "--at-once: got 0, want 1 to 100"},
		{"pictures render --dry", "unknown flag: --dry"},
		{"pictures render --config ../../cdk.json --env none", `env: got "none"`},
	} {
		exit, stdout, stderr := code(strings.Fields(test.args)...)
		if exit != 1 || stdout != "" || !strings.Contains(stderr, test.want) {
			t.Errorf("%s: got %d, %q and %q, want 1 and %q", test.args, exit, stdout, stderr, test.want)
		}
	}
	emptySandbox(t, sandbox.Config{})
	if exit, _, stderr := code("pictures", "render", "--config", "../../cdk.json"); exit != 1 || !strings.Contains(stderr, "Lightbox-dev-API in us-east-1: got no such stack, want it deployed") {
		t.Errorf("nothing deployed: got %d, %q", exit, stderr)
	}
}
