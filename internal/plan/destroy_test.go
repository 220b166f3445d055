package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"lightbox.example/lightbox/sandbox"
)

// services are clients of a sandbox.
type services struct {
	*sandbox.Sandbox
	stacks *cloudformation.Client
	files  *s3.Client
}

func newServices(t *testing.T, folder string) services {
	t.Helper()
	cloud, err := sandbox.Start(t.Context(), sandbox.Config{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cloud.Close() })
	for _, variable := range cloud.Environment() {
		name, value, _ := strings.Cut(variable, "=")
		t.Setenv(name, value)
	}
	settings, err := config.LoadDefaultConfig(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s := services{cloud, cloudformation.NewFromConfig(settings), s3.NewFromConfig(settings, func(o *s3.Options) { o.UsePathStyle = true })}
	s.deploy(t, folder)
	return s
}

func (s services) deploy(t *testing.T, folder string) {
	t.Helper()
	if err := s.Deploy(t.Context(), folder, nil); err != nil {
		t.Fatal(err)
	}
}

// destroyed deletes a stack, and returns the logical ids that it kept.
func (s services) destroyed(t *testing.T, name string) (kept []string) {
	t.Helper()
	id := stackOf(s.Stacks.Stacks(), name).ID
	if _, err := s.stacks.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &id}); err != nil {
		t.Fatal(err)
	}
	if err := cloudformation.NewStackDeleteCompleteWaiter(s.stacks, func(o *cloudformation.StackDeleteCompleteWaiterOptions) {
		o.MinDelay, o.MaxDelay = time.Millisecond, 100*time.Millisecond
	}).Wait(t.Context(), &cloudformation.DescribeStacksInput{StackName: &id}, time.Minute); err != nil {
		t.Fatal(err)
	}
	pages := cloudformation.NewDescribeStackEventsPaginator(s.stacks, &cloudformation.DescribeStackEventsInput{StackName: &id})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page.StackEvents {
			if e.ResourceStatus == types.ResourceStatusDeleteSkipped {
				kept = append(kept, *e.LogicalResourceId)
			}
		}
	}
	return kept
}

// What is deleted from now on with its stack is, and the deletion is not refused; where the plan says no such word, it is.
func TestPlans_foretellWhatADestroyDeletes(t *testing.T) {
	c := newServices(t, prod(t))
	auth := stackOf(c.Stacks.Stacks(), "Lightbox-prod-Auth").ID
	if _, err := c.stacks.DeleteStack(t.Context(), &cloudformation.DeleteStackInput{StackName: &auth}); err == nil {
		t.Error("the control, prod as it ships: got its deletion begun, want it refused")
	}
	p := compare(t, prod(t), loose(t))
	c.deploy(t, loose(t))
	for i := len(p.Stacks) - 1; i >= 0; i-- {
		s := p.Stacks[i]
		foretold := slices.ContainsFunc(s.Findings, func(f Finding) bool { return f.ID == "cannot-be-taken-back:"+s.ID+"/protection" })
		if !foretold {
			t.Errorf("%s: got no word on its protection: %+v", s.Name, s.Findings)
		}
		if kept := c.destroyed(t, s.Name); len(kept) > 0 {
			t.Errorf("%s: kept %v, want all deleted as foretold", s.Name, kept)
		}
	}
}

// From dev's settings to prod's and back, files stay: the CDK's function empties a bucket only as long as that has a tag.
func TestPlans_losesNoFileBetweenDevAndProd(t *testing.T) {
	c := newServices(t, loose(t))
	bucket := physical(stackOf(c.Stacks.Stacks(), "Lightbox-prod-FileStorage"))[files]
	key := "public/kept"
	if _, err := c.files.PutObject(t.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: strings.NewReader("picture")}); err != nil {
		t.Fatal(err)
	}
	for _, next := range []string{prod(t), loose(t), prod(t)} {
		c.deploy(t, next)
		if _, err := c.files.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key}); err != nil {
			t.Fatalf("got %v, want the file as it was", err)
		}
	}
	c.deploy(t, loose(t))
	for _, name := range []string{"API", "CDN", "FileStorage"} {
		c.destroyed(t, "Lightbox-prod-"+name)
	}
	if _, err := c.files.HeadObject(t.Context(), &s3.HeadObjectInput{Bucket: &bucket, Key: &key}); err == nil {
		t.Error("the control, dev's settings destroyed: got the file, want it gone with its bucket")
	}
}
