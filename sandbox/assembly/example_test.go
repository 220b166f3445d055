package assembly_test

import (
	"fmt"

	"lightbox.example/lightbox/sandbox/assembly"
)

func Example() {
	a, err := assembly.Open("testdata/assembly") // stacks, in the order of deployment
	if err != nil {
		fmt.Println(err)
		return
	}
	resolved, err := assembly.Symbolic(a, nil) // all of them, with made-up physical ids: the proof
	if err != nil {
		fmt.Println(err)
		return
	}
	for i, stack := range a.Stacks {
		fmt.Println(stack.ID, len(resolved[i].Resources) > 0)
	}
	// Output:
	// Auth true
	// Identity true
	// API true
	// FileStorage true
	// CDN true
}

// One stack in a live environment, as the sandbox has it.
func ExampleResolver() {
	template, err := assembly.ParseTemplate("Shop", []byte(`{"Resources": {
		"Bucket": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Fn::Sub": "shop-${AWS::Region}"}}}
	}}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	r, err := assembly.NewResolver(template, assembly.Environment{AccountID: "111122223333", Region: "eu-west-1", Partition: "aws", StackName: "Shop"})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, resource := range r.Resources() { // in the order of creation
		properties, err := r.Properties(resource.LogicalID)
		fmt.Println(resource.LogicalID, properties, err)
	}
	// Output:
	// Bucket map[BucketName:shop-eu-west-1] <nil>
}
