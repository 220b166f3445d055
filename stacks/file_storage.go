package stacks

import (
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"

	"lightbox.example/lightbox/constructs"
	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/config"
)

// FileStorageProps are the resources of other stacks that FileStorage needs.
type FileStorageProps struct {
	Roles constructs.Roles
	Site  Site
	// Declared are the functions that there are to be.
	Declared []access.Function
}

// FileStorage keeps people's files, and says who may do what to them.
type FileStorage struct {
	Stack  awscdk.Stack
	Bucket awss3.IBucket
	// Failures gets what functions could not deal with of a table's stream.
	Failures awss3.IBucket
}

// failureDays is how long what functions gave up stays.
const failureDays = 30

// NewFileStorage defines the FileStorage stack.
func NewFileStorage(app awscdk.App, cfg config.Config, props FileStorageProps) (FileStorage, error) {
	stack := newStack(app, "FileStorage", "files and who may use them", cfg)
	logs := constructs.NewPrivateBucket(stack, "AccessLogs", constructs.PrivateBucketProps{
		ExpireAfterDays: cfg.LogRetentionDays,
		RemoveData:      cfg.RemoveData,
	})
	bucket := constructs.NewPrivateBucket(stack, "Files", constructs.PrivateBucketProps{
		Origins:     props.Site.origins(cfg),
		OpenOrigins: cfg.OpenOrigins,
		AccessLogs:  logs,
		Rules:       access.Rules(),
		Events:      slices.ContainsFunc(props.Declared, func(f access.Function) bool { return len(f.Created) > 0 }),
		RemoveData:  cfg.RemoveData,
	})
	// Of its own, because Lambda wants to write to it under any key, and list it.
	failures := constructs.NewPrivateBucket(stack, "Failures", constructs.PrivateBucketProps{
		ExpireAfterDays: failureDays,
		RemoveData:      cfg.RemoveData,
	})
	err := constructs.NewFileAccess(stack, constructs.FileAccessProps{
		Bucket: bucket,
		Rules:  access.Rules(),
		Roles:  props.Roles,
	})
	output(stack, "BucketName", "Bucket of people's files", bucket.BucketName())
	output(stack, "BucketRegion", "Region of the bucket", stack.Region())
	return FileStorage{Stack: stack, Bucket: bucket, Failures: failures}, err
}
