package schema

// Besides are the types that the sandbox makes for apps of others: no template of the project has one, and a region that lacks one
// lacks nothing that is in use.
var Besides = []string{"AWS::AppSync::ApiKey", "AWS::CloudFront::CloudFrontOriginAccessIdentity", "AWS::DynamoDB::Table"}
