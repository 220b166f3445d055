package lambda_test

import (
	"context"
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/deploytest"
	"lightbox.example/lightbox/sandbox/lambda"
)

func TestFunction_isTakenIfItIsTheCDKs(t *testing.T) {
	s := lambda.New(lambda.Config{Region: deploytest.Region, Account: deploytest.Account})
	d := deploytest.New(t, "../..", "dev", s.ResourceTypes())
	d.Deploy("Auth", "Identity", "FileStorage")
	r, state := d.Resource("FileStorage", "CustomS3AutoDeleteObjects")
	function := s.ResourceTypes()["AWS::Lambda::Function"]
	name := "Lightbox-dev-FileStorage-CustomS3AutoDeleteObjectsC-abcdefghijkl"
	if want := "arn:aws:lambda:us-east-1:000000000000:function:" + name; state.PhysicalID != name || state.Attributes["Arn"] != want {
		t.Errorf("got %v, want %s", state, want)
	}
	if again, err := function.Update(context.Background(), nil, r); err != nil || again.PhysicalID != name {
		t.Errorf("got %v, %v, want the same function", again, err)
	}
	if err := function.Delete(context.Background(), r); err != nil {
		t.Error(err)
	}
	r.LogicalID = "Mine"
	if _, err := function.Create(context.Background(), r); err == nil || !strings.Contains(err.Error(), "the function Mine is not supported by the sandbox") {
		t.Errorf("another function: got %v", err)
	}
	r.Properties["Layers"] = []any{"l"}
	if _, err := function.Create(context.Background(), r); err == nil || !strings.Contains(err.Error(), "AWS::Lambda::Function.Layers is not supported by the sandbox") {
		t.Errorf("a property that is not known: got %v", err)
	}
}
