package alarms

const lambdaPage = "https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html"

// appSync has the dimension GraphQLAPIId for all of these.
func appSync(name string) Source {
	return Source{"https://docs.aws.amazon.com/appsync/latest/devguide/monitoring.html",
		name + ": errors encountered while running a GraphQL query; unit Count, by the statistic Sum; dimension GraphQLAPIId"}
}

var cloudFront = Source{"https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html",
	"5xxErrorRate: the percentage of all viewer requests for which the response's HTTP status code is 5xx; valid statistic Average, unit Percent; " +
		"dimensions DistributionId and Region, whose value is always Global; from us-east-1"}

func dynamoDB(name string) Source {
	return Source{"https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/metrics-dimensions.html",
		name + ": requests that exceed the units of a table or a global secondary index; unit Count, statistic Sum; dimensions TableName, " +
			"GlobalSecondaryIndexName: TableName alone does not count global secondary indexes"}
}

func cognito(name string) Source {
	page := "https://docs.aws.amazon.com/cognito/latest/developerguide/metrics-for-cognito-user-pools.html"
	if name == "SignInSuccesses" {
		return Source{page, "SignInSuccesses: To count the total number of failed user authentication requests, use the CloudWatch Math expression and subtract the " +
			"Sum statistic from the Sample Count statistic; dimensions UserPool, UserPoolClient; units Count"}
	}
	return Source{page, name + ": a count of 1 is published whenever a request is throttled; statistic Sum; dimensions UserPool, UserPoolClient; units Count"}
}

var s3 = Source{"https://docs.aws.amazon.com/AmazonS3/latest/userguide/metrics-dimensions.html",
	"BucketSizeBytes: the amount of data in bytes that is stored in a bucket, current and noncurrent objects and the parts of incomplete uploads; valid " +
		"statistic Average, units Bytes; dimensions BucketName, StorageType"}
