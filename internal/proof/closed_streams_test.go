package proof

import (
	"strings"
	"testing"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/prooftest"
)

const (
	productsStream = "API/PicturesProductsStream"
	photosTable    = "API/Photos/Resource"
	failuresBucket = "FileStorage/Failures/Resource"
	failuresPolicy = "FileStorage/Failures/Policy/Resource"
)

// streamOf is the stream of a table, as CloudFormation says it.
func streamOf(t testing.TB, path string) any {
	return map[string]any{"Fn::GetAtt": []any{idOf(t, path), "StreamArn"}}
}

// gone is prod without a resource of the API's stack.
func gone(path string) func(testing.TB) string {
	return func(t testing.TB) string {
		return prooftest.Altered(t, "API", func(template map[string]any) {
			delete(template["Resources"].(map[string]any), idOf(t, path))
		})
	}
}

// ofFailures is a statement about what the bucket of failures has.
func ofFailures(t testing.TB, action, key string) map[string]any {
	return prooftest.Elsewhere(action, prooftest.Shipped(t, "prod").Failures[0].ARN+key)
}

// M103, M104: a function hears of the tables that it is declared to hear of, by one mapping each, and Lambda reads with its role and
// nobody else's; what it gave up is in a bucket that is closed to all others. Whatever else a template says of it is named.
func TestProve_M103_M104_isClosedToStreams(t *testing.T) {
	for name, test := range map[string]struct {
		dir  func(testing.TB) string
		want string // in a sentence of the proof; empty is that it passes
	}{
		"control: as it ships": {set("API", productsStream, "BatchSize", 10), ""},

		"another function hears":     {with("API/RemoverPhotosStream", "FunctionName", func(t testing.TB) any { return refTo(t, picturesFunction) }), "the function pictures hears of Photos: access.Functions does not declare that"},
		"nobody hears any more":      {gone(productsStream), "the function pictures hears nothing of Products"},
		"of another table":           {with(productsStream, "EventSourceArn", func(t testing.TB) any { return streamOf(t, photosTable) }), "the function pictures hears of Photos: access.Functions does not declare that"},
		"of a table of others":       {set("API", productsStream, "EventSourceArn", "arn:aws:dynamodb:us-east-1:111122223333:table/x/stream/y"), "the function pictures hears of arn:aws:dynamodb:us-east-1:111122223333:table/x/stream/y"},
		"twice":                      {twin(productsStream, "API/Twin/Resource"), "the function pictures hears of Products twice"},
		"of everything":              {set("API", productsStream, "FilterCriteria", nil), "FilterCriteria.Filters: got nothing, want it"},
		"of other rows":              {set("API", productsStream, "FilterCriteria.Filters", []any{map[string]any{"Pattern": `{"dynamodb":{"NewImage":{"state":{"S":["DRAFT"]}}}}`}}), "of what the function pictures is declared to hear"},
		"of what comes later":        {set("API", productsStream, "StartingPosition", "LATEST"), "StartingPosition: got LATEST, want TRIM_HORIZON"},
		"many at once":               {set("API", productsStream, "BatchSize", 1000), "BatchSize: got 1000, want 10, which the function pictures"},
		"what fails holds others up": {set("API", productsStream, "BisectBatchOnFunctionError", false), "BisectBatchOnFunctionError: got false, want true"},
		"what fails comes for ever":  {set("API", productsStream, "MaximumRetryAttempts", nil), "MaximumRetryAttempts: got nothing, want 10"},
		"all fails with one":         {set("API", productsStream, "FunctionResponseTypes", nil), "FunctionResponseTypes: got nothing"},
		"what fails is lost":         {set("API", productsStream, "DestinationConfig", nil), "DestinationConfig.OnFailure.Destination: got nothing"},
		"what fails goes to people":  {with(productsStream, "DestinationConfig.OnFailure.Destination", func(t testing.TB) any { return prooftest.Shipped(t, "prod").Bucket.ARN }), "DestinationConfig.OnFailure.Destination: got"},
		"what fails goes away":       {set("API", productsStream, "DestinationConfig.OnFailure.Destination", "arn:aws:s3:::somebody-elses"), "DestinationConfig.OnFailure.Destination: got"},
		"it is switched off":         {set("API", productsStream, "Enabled", false), unread},
		"many at a time":             {set("API", productsStream, "ParallelizationFactor", 10), unread},
		"a window":                   {set("API", productsStream, "MaximumBatchingWindowInSeconds", 300), unread},

		"a table without a stream":     {set("API", products, "StreamSpecification", nil), "StreamSpecification: got none, want one: a function is declared to hear of Products"},
		"a stream of keys":             {set("API", products, "StreamSpecification", map[string]any{"StreamViewType": "KEYS_ONLY"}), "StreamSpecification: got map[StreamViewType:KEYS_ONLY]"},
		"a stream with its own say":    {set("API", products, "StreamSpecification.ResourcePolicy", map[string]any{}), "StreamSpecification: got map["},
		"a stream that goes to others": {set("API", products, "Replicas.0.KinesisStreamSpecification", map[string]any{"StreamArn": "x"}), unread},

		"a role that can't read":      {withoutStatement(picturesAccess, "ReadStreams"), "the function pictures may not use dynamodb:DescribeStream on"},
		"a role that can't leave it":  {withoutStatement(picturesAccess, "PutFailures"), "the function pictures may not use s3:PutObject on"},
		"a role that can't list it":   {withoutStatement(picturesAccess, "ListFailures"), "the function pictures may not use s3:ListBucket on"},
		"all streams there are":       {prooftest.Granting(picturesAccess, prooftest.Elsewhere("dynamodb:ListStreams", "*")), "the function pictures may use dynamodb:ListStreams on *"},
		"another table's stream":      {prooftest.Granting(picturesAccess, prooftest.Elsewhere("dynamodb:GetRecords", streamOf(t, photosTable))), "the function pictures may use dynamodb:GetRecords on"},
		"people read a stream":        {prooftest.Granting(users, prooftest.Elsewhere("dynamodb:GetRecords", "*")), "a signed-in user may dynamodb:getrecords"},
		"a data source reads it":      {prooftest.Granting("API/ProductsAccess/Resource", prooftest.Elsewhere("dynamodb:GetRecords", streamOf(t, products))), "AppSync may use dynamodb:GetRecords on"},
		"a function reads failures":   {prooftest.Granting(picturesAccess, ofFailures(t, "s3:GetObject", "/*")), "the function pictures may use s3:GetObject on"},
		"people read failures":        {prooftest.Granting(users, ofFailures(t, "s3:GetObject", "/aws/*")), "a signed-in user may"},
		"guests put failures":         {prooftest.Granting(guests, ofFailures(t, "s3:PutObject", "/*")), "a guest may"},
		"failures in the clear":       {withoutDenials, "the function pictures may put aws/lambda/x over plain HTTP"},
		"failures that the CDN reads": {prooftest.Granting(failuresPolicy, by("cloudfront.amazonaws.com", prooftest.Elsewhere("s3:GetObject", "*"))), "got a principal, an effect, a resource or a condition that no statement of such a bucket has"},
		"failures that stay":          {set("FileStorage", failuresBucket, "LifecycleConfiguration.Rules", nil), "LifecycleConfiguration.Rules: got []"},
		"failures that are public":    {set("FileStorage", failuresBucket, "PublicAccessBlockConfiguration.BlockPublicPolicy", false), "a bucket must not become public"},
	} {
		t.Run(name, func(t *testing.T) {
			expect(t, violationsOf(test.dir(t)), test.want)
		})
	}
}

// withoutDenials is prod whose bucket of failures is open to plain HTTP, for whoever has a policy.
func withoutDenials(t testing.TB) string {
	return prooftest.Edited(t, "FileStorage", failuresPolicy, func(properties map[string]any) {
		document := properties["PolicyDocument"].(map[string]any)
		document["Statement"] = document["Statement"].([]any)[1:]
	})
}

// What is declared decides, and nothing that is written here.
func TestCheckStreams_followsTheDeclaration(t *testing.T) {
	s := prooftest.Shipped(t, "prod")
	if found := checkStreams(s, access.Functions()); len(found) > 0 {
		t.Errorf("got %v of what ships", found)
	}
	for want, functions := range map[string][]access.Function{
		"the function pictures hears of Products: access.Functions does not declare that": {{Name: access.Pictures}, {Name: access.Remover}},
		"the function pictures hears nothing of Photos": {
			access.FunctionNamed(access.Remover),
			{Name: access.Pictures, Streams: []access.Stream{{Of: access.Photos, Rows: []access.Row{access.Photo}, Changes: []access.Change{access.Removed}, Batch: 100}}},
		},
		"StreamSpecification: got one, want none: no function is declared to hear of Photos": {access.FunctionNamed(access.Pictures)},
		"FilterCriteria.Filters: got": {{Name: access.Pictures, Streams: []access.Stream{{Of: access.Products, Rows: []access.Row{access.Draft}, Changes: access.AllChanges()}}}},
	} {
		var texts []string
		for _, v := range checkStreams(s, functions) {
			texts = append(texts, v.Text)
		}
		if all := strings.Join(texts, "\n"); !strings.Contains(all, want) {
			t.Errorf("got %s, want %s in it", all, want)
		}
	}
}
