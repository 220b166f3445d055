package proof

import (
	"cmp"
	"fmt"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// The functions that ship, as those who ask.
const (
	pictures = "the function pictures"
	remover  = "the function remover"
)

// misusesOfFunctions are what becomes possible, or must not, because functions write what is public.
var misusesOfFunctions = []misuse{
	{"M86", "functions alone write and remove what is public, and drafts", []attempt{
		never("CloudFront", "s3:DeleteObject", "public/photos/f01de2/x.webp"),
		never("a guest", "s3:PutObject", "public/photos/f01de2/x.webp"),
		never("a guest", "s3:DeleteObject", "drafts/f01de2/x.webp"),
		never("a signed-in user", "s3:PutObject", "public/photos/{my sub}/x.webp"),
		never("a signed-in user", "s3:DeleteObject", "public/photos/{my sub}/x.webp"),
		never("a signed-in user", "s3:AbortMultipartUpload", "public/photos/{my sub}/x.webp"),
		never("a signed-in user", "s3:PutObject", "drafts/f01de2/x.webp"),
		never(everyGroup, "s3:PutObject", "public/photos/{my sub}/x.webp"),
		never(everyGroup, "s3:DeleteObject", "public/photos/f01de2/x.webp"),
		never(everyGroup, "s3:PutObject", "drafts/f01de2/x.webp"),
		never(everyGroup, "s3:DeleteObject", "drafts/f01de2/x.webp"),
		always(pictures, "s3:PutObject", "public/photos/f01de2/x.webp"),
		always(pictures, "s3:PutObject", "drafts/f01de2/x.webp"),
		always(remover, "s3:DeleteObject", "drafts/f01de2/x.webp"),
		always("a signed-in user", "s3:PutObject", "uploads/{my sub}/x"),
	}},
	{"M89", "a claim is the functions': nobody says where the pictures of an upload are", []attempt{
		never("a guest", "s3:GetObject", "answers/x"),
		never("a signed-in user", "s3:PutObject", "answers/x"),
		never("a signed-in user", "s3:GetObject", "answers/x"),
		never(everyGroup, "s3:PutObject", "answers/x"),
		never(everyGroup, "s3:DeleteObject", "answers/x"),
		always(pictures, "s3:PutObject", "answers/x"),
		always(pictures, "s3:GetObject", "answers/x"),
	}},
	{"M110", "what is hidden is read by nobody", []attempt{
		never("CloudFront", "s3:GetObject", "hidden/photos/f01de2/x.webp"),
		never("a guest", "s3:GetObject", "hidden/photos/f01de2/x.webp"),
		never("a signed-in user", "s3:GetObject", "hidden/photos/f01de2/x.webp"),
		never("a signed-in user", "s3:ListBucket", "").below("hidden/photos/"),
		never(everyGroup, "s3:GetObject", "hidden/photos/f01de2/x.webp"),
		never(everyGroup, "s3:ListBucket", "").below("hidden/photos/"),
		never(pictures, "s3:GetObject", "hidden/photos/f01de2/x.webp"),
		never(remover, "s3:GetObject", "hidden/photos/f01de2/x.webp"),
		always(remover, "s3:DeleteObjectVersion", "hidden/photos/f01de2/x.webp"),
		always("CloudFront", "s3:GetObject", "public/photos/f01de2/x.webp"),
	}},
	{"M90", "what is gone comes back to nobody: no older version is read, and photos go with theirs", []attempt{
		never("CloudFront", "s3:GetObjectVersion", "public/photos/f01de2/x.webp"),
		never("a guest", "s3:GetObjectVersion", "public/products/f01de2/x.webp"),
		never("a signed-in user", "s3:GetObjectVersion", "public/photos/f01de2/x.webp"),
		never("a signed-in user", "s3:ListBucketVersions", "").below("public/photos/"),
		never(everyGroup, "s3:GetObjectVersion", "public/photos/f01de2/x.webp"),
		never(everyGroup, "s3:ListBucketVersions", "").below("public/photos/"),
		never(pictures, "s3:GetObjectVersion", "public/photos/f01de2/x.webp"),
		never(remover, "s3:GetObjectVersion", "public/photos/f01de2/x.webp"),
		always(remover, "s3:ListBucketVersions", "").below("public/photos/f01de2/"),
		always(remover, "s3:DeleteObjectVersion", "public/photos/f01de2/x.webp"),
		always(remover, "s3:DeleteObjectVersion", "originals/{other sub}/x"),
		always(remover, "s3:DeleteObject", "public/products/x/main.jpg"),
	}},
	{"M91", "a function does what its column says: people's own files are none of its", []attempt{
		never(pictures, "s3:GetObject", "private/{other}/x"),
		never(pictures, "s3:GetObject", "protected/{other}/x"),
		never(pictures, "s3:PutObject", "private/{other}/x"),
		never(pictures, "s3:PutObject", "uploads/{other sub}/x"),
		never(pictures, "s3:DeleteObject", "public/photos/f01de2/x.webp"),
		never(pictures, "s3:DeleteObjectVersion", "public/photos/f01de2/x.webp"),
		never(pictures, "s3:ListBucket", ""),
		never(pictures, "s3:ListBucket", "").below("public/photos/"),
		never(remover, "s3:GetObject", "originals/{other sub}/x"),
		never(remover, "s3:GetObject", "public/photos/f01de2/x.webp"),
		never(remover, "s3:PutObject", "public/photos/f01de2/x.webp"),
		never(remover, "s3:GetObject", "private/{other}/x"),
		never(remover, "s3:PutObject", "private/{other}/x"),
		never(remover, "s3:DeleteObject", "private/{other}/x"),
		never(pictures, "s3:DeleteObjectVersion", "protected/{other}/x"),
		never(remover, "s3:ListBucketVersions", ""),
		always(pictures, "s3:GetObject", "uploads/{other sub}/x"),
		always(pictures, "s3:PutObject", "originals/{other sub}/x"),
		always(remover, "s3:DeleteObjectVersion", "uploads/{other sub}/x"),
	}},
	{"M72 M91 M92", "no function makes somebody an admin, takes another role, or reaches what is none of its", otherServices()},
	{"M79", "no function changes users, the user pool or its own leave to be called", []attempt{
		never(everyFunction, "cognito-idp:AdminConfirmSignUp", ""),
		never(everyFunction, "cognito-idp:AdminCreateUser", ""),
		never(everyFunction, "cognito-idp:AdminSetUserPassword", ""),
		never(everyFunction, "cognito-idp:UpdateUserPool", ""),
		never(everyFunction, "lambda:AddPermission", "pictures"),
		never(everyFunction, "lambda:InvokeFunction", "remover"),
		always(pictures, "logs:PutLogEvents", "pictures"),
	}},
	{"M97", "nobody calls a function, or puts another in its place", []attempt{
		never("anyone on the internet", "lambda:InvokeFunction", "pictures"),
		never("a guest", "lambda:InvokeFunction", "pictures"),
		never("a guest", "lambda:InvokeFunction", "remover"),
		never("a signed-in user", "lambda:InvokeFunction", "pictures"),
		never("a signed-in user", "lambda:InvokeFunctionUrl", "remover"),
		never("a signed-in user", "lambda:InvokeAsync", "remover"),
		never("a signed-in user", "lambda:UpdateFunctionCode", "pictures"),
		never(everyGroup, "lambda:InvokeFunction", "pictures"),
		never(everyGroup, "lambda:InvokeFunction", "remover"),
		never(everyGroup, "lambda:UpdateFunctionConfiguration", "pictures"),
		never(everyGroup, "lambda:AddPermission", "remover"),
		always(pictures, "s3:GetObject", "uploads/{other sub}/x"),
	}},
	{"M103", "a table's stream is read for the function that hears of it, and by nobody", []attempt{
		never("anyone on the internet", "dynamodb:GetRecords", "Products"),
		never("a guest", "dynamodb:GetRecords", "Products"),
		never("a signed-in user", "dynamodb:GetRecords", "Products"),
		never("a signed-in user", "dynamodb:ListStreams", "Products"),
		never(everyGroup, "dynamodb:GetRecords", "Products"),
		never(everyGroup, "dynamodb:DescribeStream", "Photos"),
		never(everyGroup, "lambda:CreateEventSourceMapping", "remover"),
		never(everyGroup, "dynamodb:GetRecords", "Photos"),
		never(pictures, "dynamodb:GetRecords", "Photos"),
		never(pictures, "dynamodb:ListStreams", "Products"),
		never(pictures, "lambda:UpdateEventSourceMapping", "pictures"),
		never(remover, "dynamodb:ListStreams", "Photos"),
		always(pictures, "dynamodb:GetRecords", "Products"),
		always(pictures, "dynamodb:GetShardIterator", "Products"),
		always(remover, "dynamodb:GetRecords", "Photos"),
	}},
	{"M106", "what reads and removes rows past the API is the function remover, which alone scans", []attempt{
		never("a guest", "dynamodb:BatchWriteItem", "Photos"),
		never("a signed-in user", "dynamodb:Query", "Photos"),
		never(everyGroup, "dynamodb:GetItem", "Photos"),
		never(pictures, "dynamodb:GetItem", "Photos"),
		never(pictures, "dynamodb:BatchWriteItem", "Photos"),
		never(remover, "dynamodb:PutItem", "Photos"),
		never(remover, "dynamodb:DeleteItem", "Products"),
		never(remover, "dynamodb:BatchWriteItem", "Products"),
		never(everyGroup, "dynamodb:Scan", "Photos"),
		never(pictures, "dynamodb:Scan", "Photos"),
		never(pictures, "dynamodb:Scan", "Products"),
		always(remover, "dynamodb:Scan", "Photos"),
		always(remover, "dynamodb:UpdateItem", "Photos"),
		always(remover, "dynamodb:Query", "Photos"),
		always(remover, "dynamodb:GetItem", "Products"),
	}},
	{"M108", "users and identities are deleted by the function remover, which makes and changes none", []attempt{
		never("a guest", "cognito-idp:AdminDeleteUser", ""),
		never("a signed-in user", "cognito-idp:AdminDeleteUser", ""),
		never("a signed-in user", "cognito-identity:DeleteIdentities", ""),
		never(everyGroup, "cognito-idp:AdminDeleteUser", ""),
		never(everyGroup, "cognito-identity:DeleteIdentities", ""),
		never(pictures, "cognito-idp:AdminDeleteUser", ""),
		never(pictures, "cognito-identity:DeleteIdentities", ""),
		never(remover, "cognito-idp:AdminDisableUser", ""),
		never(remover, "cognito-idp:AdminSetUserPassword", ""),
		never(remover, "cognito-identity:UpdateIdentityPool", ""),
		always(remover, "cognito-idp:AdminDeleteUser", ""),
		always(remover, "cognito-identity:DeleteIdentities", ""),
	}},
	{"M107", "nobody but the function remover has the CDN forget something, and it changes nothing else there", []attempt{
		never("a guest", "cloudfront:CreateInvalidation", cdnOf),
		never("a signed-in user", "cloudfront:CreateInvalidation", cdnOf),
		never(everyGroup, "cloudfront:CreateInvalidation", cdnOf),
		never(pictures, "cloudfront:CreateInvalidation", cdnOf),
		never(remover, "cloudfront:UpdateDistribution", cdnOf),
		always(remover, "cloudfront:CreateInvalidation", cdnOf),
	}},
	{"M104", "what a function could not deal with is written by Lambda for it, and read by nobody of the application", []attempt{
		never("CloudFront", "s3:GetObject", failuresOf+"/aws/lambda/x"),
		never("a guest", "s3:GetObject", failuresOf+"/aws/lambda/x"),
		never("a signed-in user", "s3:GetObject", failuresOf+"/aws/lambda/x"),
		never("a signed-in user", "s3:PutObject", failuresOf+"/aws/lambda/x"),
		never("a signed-in user", "s3:ListBucket", failuresOf),
		never(everyGroup, "s3:GetObject", failuresOf+"/aws/lambda/x"),
		never(everyGroup, "s3:PutObject", failuresOf+"/aws/lambda/x"),
		never(everyGroup, "s3:DeleteObject", failuresOf+"/aws/lambda/x"),
		never(remover, "s3:GetObject", failuresOf+"/aws/lambda/x"),
		never(pictures, "s3:GetObject", failuresOf+"/aws/lambda/x"),
		never(pictures, "s3:DeleteObject", failuresOf+"/aws/lambda/x"),
		always(pictures, "s3:PutObject", failuresOf+"/aws/lambda/x"),
		always(remover, "s3:PutObject", failuresOf+"/aws/lambda/x"),
	}},
}

// cdnOf stands in keys for the distribution.
const cdnOf = "the CDN"

// failuresOf stands in keys for the bucket of what functions could not deal with.
const failuresOf = "{failures}"

// otherServices are what no function does with other services; of the logs it writes its own.
func otherServices() []attempt {
	var all []attempt
	for _, action := range []string{
		"cognito-idp:AdminAddUserToGroup", "cognito-idp:AdminUpdateUserAttributes", "cognito-idp:CreateGroup", "cognito-idp:ListUsers",
		"iam:PassRole", "iam:PutRolePolicy", "iam:AttachRolePolicy", "sts:AssumeRole",
		"dynamodb:PutItem", "appsync:GraphQL",
	} {
		all = append(all, never(everyFunction, action, ""))
	}
	for _, pair := range [][2]string{{pictures, "remover"}, {remover, "pictures"}} {
		who, other := pair[0], pair[1]
		for _, action := range []string{"lambda:InvokeFunction", "lambda:UpdateFunctionCode", "lambda:AddPermission", "logs:PutLogEvents"} {
			all = append(all, never(who, action, other))
		}
		own := strings.TrimPrefix(who, "the function ")
		all = append(all, never(who, "lambda:InvokeFunction", own), always(who, "logs:PutLogEvents", own))
	}
	return all
}

// subjectOf is what an action of another service than S3 is about; a key names one of the functions there, or the table of a stream.
func subjectOf(s *system.System, action, key string) string {
	service, operation, _ := strings.Cut(action, ":")
	function, _ := s.FunctionNamed(key)
	switch service {
	case "cognito-identity":
		return fmt.Sprintf("arn:%s:cognito-identity:%s:%s:identitypool/%s", s.Partition, s.Region, s.Account, s.Pool.ID)
	case "cognito-idp":
		return fmt.Sprintf("arn:%s:cognito-idp:%s:%s:userpool/%s", s.Partition, s.Region, s.Account, s.Users.ID)
	case "iam", "sts":
		return s.User.ARN
	case "appsync":
		return s.API.ARN + "/types/Query/fields/getProduct"
	case "cloudfront":
		return fmt.Sprintf("arn:%s:cloudfront::%s:distribution/%s", s.Partition, s.Account, s.CDN.ID)
	case "lambda":
		return function.ARN
	case "logs":
		return strings.TrimSuffix(function.LogARN, "*") + "log-stream:x"
	}
	table := s.API.Tables[cmp.Or(key, "Photos")]
	switch operation {
	case "DescribeStream", "GetRecords", "GetShardIterator", "ListStreams":
		return table.StreamARN
	}
	return table.ARN
}
