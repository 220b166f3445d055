// Package cdk has the resource that the CDK adds to each stack unasked, and that is nothing but a note to AWS.
package cdk

import (
	"context"
	"crypto/sha256"

	"lightbox.example/lightbox/sandbox/aws"
)

// MetadataType is the type of the note.
const MetadataType = "AWS::CDK::Metadata"

// metadataProperties are the property that it has: which constructs a stack is made of, compressed.
// https://docs.aws.amazon.com/cdk/v2/guide/usage-data.html
type metadataProperties struct{ Analytics string }

// ResourceTypes is the type, which is taken and does nothing: nobody counts constructs here.
func ResourceTypes() map[string]aws.ResourceType {
	put := func(_ context.Context, r aws.Resource) (aws.State, error) {
		var p metadataProperties
		if err := aws.Decode(MetadataType, r.Properties, &p); err != nil {
			return aws.State{}, err
		}
		sum := sha256.Sum256([]byte(r.Owner()))
		return aws.State{PhysicalID: aws.UUID(sum[:16])}, nil
	}
	return map[string]aws.ResourceType{MetadataType: {
		Properties: (*metadataProperties)(nil),
		Create:     put,
		Update: func(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
			return aws.State{PhysicalID: r.PhysicalID}, nil
		},
		Delete: func(context.Context, aws.Resource) error { return nil },
		Unread: "it is in no registry of types, and nothing is there to be read",
	}}
}
