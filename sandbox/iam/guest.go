package iam

import (
	"fmt"
	"sync"
)

// GuestCeiling returns the two session policies that Cognito passes for an unauthenticated identity in the enhanced flow
// (GetCredentialsForIdentity): a guest may do what its role allows and one of the two allows as well. The classic flow
// passes neither.
// https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies-scope-down-services
func GuestCeiling() []*Policy { return guestCeiling() }

var guestCeiling = sync.OnceValue(func() []*Policy {
	var out []*Policy
	for _, src := range []struct{ name, document string }{
		{"Cognito's inline session policy", guestInline},
		{"AmazonCognitoUnAuthedIdentitiesSessionPolicy", guestManaged},
	} {
		p, err := Parse(Session, src.name, []byte(src.document))
		if err != nil {
			panic(fmt.Sprintf("iam: %v", err)) // a constant of this file
		}
		out = append(out, p)
	}
	return out
})

// guestInline is "The inline session policy" of the page above. It lets both services of this system through, S3 and
// AppSync.
const guestInline = `{
	"Version": "2012-10-17",
	"Statement": [{
		"Effect": "Allow",
		"Action": [
			"cloudwatch:*", "logs:*", "dynamodb:*", "kinesis:*", "mobileanalytics:*", "s3:*", "ses:*", "sns:*", "sqs:*",
			"lambda:*", "machinelearning:*", "execute-api:*", "iot:*", "gamelift:*", "cognito-identity:*",
			"cognito-idp:*", "lex:*", "polly:*", "comprehend:*", "translate:*", "transcribe:*", "rekognition:*",
			"mobiletargeting:*", "firehose:*", "appsync:*", "personalize:*", "sagemaker:InvokeEndpoint",
			"cognito-sync:*", "codewhisperer:*", "textract:DetectDocumentText", "textract:AnalyzeDocument", "sdb:*"
		],
		"Resource": "*"
	}]
}`

// guestManaged is version 3 (2024-11-01) of the managed policy, as
// https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonCognitoUnAuthedIdentitiesSessionPolicy.html
// prints it. Neither S3 nor AppSync is in it.
const guestManaged = `{
	"Version": "2012-10-17",
	"Statement": [{
		"Sid": "CognitoUnAuthedIdentitiesSessionPolicy",
		"Effect": "Allow",
		"Action": [
			"rum:PutRumEvents", "sagemaker:InvokeEndpoint", "polly:*", "comprehend:*", "translate:*", "transcribe:*",
			"rekognition:*", "mobiletargeting:*", "firehose:*", "personalize:*", "geo:GetMap*", "geo:SearchPlaceIndex*",
			"geo:GetPlace", "geo:CalculateRoute*", "geo:*Geofence", "geo:*Geofences", "geo:*DevicePosition*",
			"kms:Encrypt", "kms:Decrypt", "kms:ReEncryptTo", "kms:ReEncryptFrom", "kms:GenerateDataKey",
			"kms:GenerateDataKeyPair", "kms:GenerateDataKeyPairWithoutPlaintext", "kms:GenerateDataKeyWithoutPlaintext"
		],
		"Resource": "*"
	}]
}`
