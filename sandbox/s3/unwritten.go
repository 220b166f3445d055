package s3

// unwritten are operations that S3 has and the sandbox doesn't. They are here so that policies decide about them first: who
// may not change a bucket's policy is told so, and only who may is told that nobody wrote it.
// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
var unwritten = unwrittenOperations()

func unwrittenOperations() []operation {
	var list []operation
	add := func(on target, method, parameter, name, action string) {
		list = append(list, operation{name: name, method: method, on: on, with: []string{parameter}, action: "s3:" + action})
	}
	// Of most parts of a bucket's configuration there are three operations; to delete one is to change it.
	for _, row := range []struct{ parameter, name, read, write, remove string }{
		{"accelerate", "BucketAccelerateConfiguration", "GetAccelerateConfiguration", "PutAccelerateConfiguration", ""},
		{"acl", "BucketAcl", "GetBucketAcl", "PutBucketAcl", ""},
		{"analytics", "BucketAnalyticsConfiguration", "GetAnalyticsConfiguration", "PutAnalyticsConfiguration", "PutAnalyticsConfiguration"},
		{"cors", "BucketCors", "", "PutBucketCORS", "PutBucketCORS"},
		{"encryption", "BucketEncryption", "", "PutEncryptionConfiguration", "PutEncryptionConfiguration"},
		{"intelligent-tiering", "BucketIntelligentTieringConfiguration", "GetIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration", "PutIntelligentTieringConfiguration"},
		{"inventory", "BucketInventoryConfiguration", "GetInventoryConfiguration", "PutInventoryConfiguration", "PutInventoryConfiguration"},
		{"lifecycle", "BucketLifecycleConfiguration", "GetLifecycleConfiguration", "PutLifecycleConfiguration", "PutLifecycleConfiguration"},
		{"logging", "BucketLogging", "GetBucketLogging", "PutBucketLogging", ""},
		{"metrics", "BucketMetricsConfiguration", "GetMetricsConfiguration", "PutMetricsConfiguration", "PutMetricsConfiguration"},
		{"notification", "BucketNotificationConfiguration", "GetBucketNotification", "PutBucketNotification", ""},
		{"object-lock", "ObjectLockConfiguration", "GetBucketObjectLockConfiguration", "PutBucketObjectLockConfiguration", ""},
		{"ownershipControls", "BucketOwnershipControls", "GetBucketOwnershipControls", "PutBucketOwnershipControls", "PutBucketOwnershipControls"},
		{"policy", "BucketPolicy", "GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy"},
		{"policyStatus", "BucketPolicyStatus", "GetBucketPolicyStatus", "", ""},
		{"publicAccessBlock", "PublicAccessBlock", "GetBucketPublicAccessBlock", "PutBucketPublicAccessBlock", "PutBucketPublicAccessBlock"},
		{"replication", "BucketReplication", "GetReplicationConfiguration", "PutReplicationConfiguration", "PutReplicationConfiguration"},
		{"requestPayment", "BucketRequestPayment", "GetBucketRequestPayment", "PutBucketRequestPayment", ""},
		{"tagging", "BucketTagging", "GetBucketTagging", "PutBucketTagging", "PutBucketTagging"},
		{"versioning", "BucketVersioning", "", "PutBucketVersioning", ""},
		{"website", "BucketWebsite", "GetBucketWebsite", "PutBucketWebsite", "DeleteBucketWebsite"},
	} {
		for method, action := range map[string]string{get: row.read, put: row.write, del: row.remove} {
			if action != "" {
				add(onBucket, method, row.parameter, verbs[method]+row.name, action)
			}
		}
	}
	add(onBucket, get, "session", "CreateSession", "CreateSession")
	for _, row := range []struct{ method, parameter, name, action string }{
		{get, "acl", "GetObjectAcl", "GetObjectAcl"},
		{put, "acl", "PutObjectAcl", "PutObjectAcl"},
		{get, "legal-hold", "GetObjectLegalHold", "GetObjectLegalHold"},
		{put, "legal-hold", "PutObjectLegalHold", "PutObjectLegalHold"},
		{get, "retention", "GetObjectRetention", "GetObjectRetention"},
		{put, "retention", "PutObjectRetention", "PutObjectRetention"},
		{get, "torrent", "GetObjectTorrent", "GetObjectTorrent"},
		{put, "renameObject", "RenameObject", "PutObject"},
		{post, "restore", "RestoreObject", "RestoreObject"},
		{post, "select", "SelectObjectContent", "GetObject"},
	} {
		add(onObject, row.method, row.parameter, row.name, row.action)
	}
	return list
}

var verbs = map[string]string{get: "Get", put: "Put", del: "Delete"}
