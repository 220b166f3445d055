package verify

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/proof/system"
)

// isDefault tells what AWS answers for a property that a template leaves out.
func isDefault(kind, path string, value any) bool {
	for pattern, standing := range defaults[kind] {
		if matches(pattern, path) && same(path, value, standing) {
			return true
		}
	}
	return false
}

// isMadeUp tells a name that CloudFormation made up for a resource whose template has none: its physical id, the end of that,
// or one that begins with the logical id.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
func (p *part) isMadeUp(path string, value any) bool {
	name, is := value.(string)
	return is && strings.HasSuffix(path, "Name") && !strings.Contains(path, ".") &&
		(name == p.physical || strings.HasSuffix(p.physical, "/"+name) || strings.HasSuffix(p.physical, ":"+name) || strings.HasPrefix(name, p.resource.LogicalID+"-"))
}

// defaults are what a property is that a template does not say, by type and path. Where no page stands behind one, it is that of
// the type, https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/ with the type's name.
var defaults = map[string]map[string]any{
	"AWS::AppSync::DataSource": {
		"DynamoDBConfig.UseCallerCredentials": false, // aws-properties-appsync-datasource-dynamodbconfig.html
		"DynamoDBConfig.Versioned":            false,
		"MetricsConfig":                       "DISABLED",
	},
	"AWS::AppSync::FunctionConfiguration": {"MaxBatchSize": 0},
	"AWS::AppSync::Resolver":              {"MaxBatchSize": 0, "MetricsConfig": "DISABLED"},
	"AWS::AppSync::GraphQLApi": {
		"ApiType": "GRAPHQL", "Visibility": "GLOBAL", "XrayEnabled": false, "IntrospectionConfig": "ENABLED",
		"QueryDepthLimit": 0, "ResolverCountLimit": 0,
		"LogConfig.ExcludeVerboseContent": false,
	},
	"AWS::Budgets::Budget": {"Budget.CostTypes": map[string]any{ // aws-properties-budgets-budget-costtypes.html
		"IncludeCredit": true, "IncludeDiscount": true, "IncludeOtherSubscription": true, "IncludeRecurring": true, "IncludeRefund": true,
		"IncludeSubscription": true, "IncludeSupport": true, "IncludeTax": true, "IncludeUpfront": true, "UseAmortized": false, "UseBlended": false,
	}},
	"AWS::CloudWatch::Alarm": {"ActionsEnabled": true},
	"AWS::CloudFront::Distribution": {
		"DistributionConfig.Origins.*.ConnectionAttempts":         3, // aws-properties-cloudfront-distribution-origin.html
		"DistributionConfig.Origins.*.ConnectionTimeout":          10,
		"DistributionConfig.Origins.*.OriginShield":               map[string]any{"Enabled": false},
		"DistributionConfig.Restrictions":                         map[string]any{"GeoRestriction": map[string]any{"RestrictionType": "none"}},
		"DistributionConfig.Staging":                              false,
		"DistributionConfig.Logging":                              map[string]any{"Enabled": false, "IncludeCookies": false},
		"DistributionConfig.ViewerCertificate":                    map[string]any{"CloudFrontDefaultCertificate": true, "MinimumProtocolVersion": "TLSv1"},
		"DistributionConfig.DefaultCacheBehavior.Compress":        false, // aws-properties-cloudfront-distribution-defaultcachebehavior.html
		"DistributionConfig.DefaultCacheBehavior.SmoothStreaming": false,
		"DistributionConfig.DefaultCacheBehavior.AllowedMethods":  []any{"GET", "HEAD"},
		"DistributionConfig.DefaultCacheBehavior.CachedMethods":   []any{"GET", "HEAD"},
		"DistributionConfig.CacheBehaviors.*.SmoothStreaming":     false,
		"DistributionConfig.CacheBehaviors.*.AllowedMethods":      []any{"GET", "HEAD"},
		"DistributionConfig.CacheBehaviors.*.CachedMethods":       []any{"GET", "HEAD"},
	},
	"AWS::Cognito::IdentityPool": {"AllowClassicFlow": false},
	"AWS::Cognito::UserPool": {
		"AdminCreateUserConfig.UnusedAccountValidityDays": 7, // aws-properties-cognito-userpool-admincreateuserconfig.html
		"EmailConfiguration":                              map[string]any{"EmailSendingAccount": "COGNITO_DEFAULT"},
		"Policies.SignInPolicy":                           map[string]any{"AllowedFirstAuthFactors": []any{"PASSWORD"}},
		"UserPoolTier":                                    "ESSENTIALS", "MfaConfiguration": "OFF", "DeletionProtection": "INACTIVE",
	},
	"AWS::Cognito::UserPoolClient": {
		"EnableTokenRevocation":                    true,
		"EnablePropagateAdditionalUserContextData": false,
		"PreventUserExistenceErrors":               "LEGACY", // cognito-user-pool-managing-errors.html
	},
	"AWS::DynamoDB::GlobalTable": {
		"Replicas.*.ContributorInsightsSpecification":                      map[string]any{"Enabled": false}, // aws-properties-dynamodb-globaltable-replicaspecification.html
		"Replicas.*.PointInTimeRecoverySpecification.RecoveryPeriodInDays": 35,
		"Replicas.*.TableClass":                                            "STANDARD",
		"Replicas.*.DeletionProtectionEnabled":                             false,
		"SSESpecification":                                                 map[string]any{"SSEEnabled": false},
	},
	"AWS::Logs::QueryDefinition": {"QueryLanguage": "CWLI"},
	"AWS::Events::Rule":          {"EventBusName": "default", "State": "ENABLED"},
	"AWS::IAM::ManagedPolicy":    {"Path": "/"},
	"AWS::IAM::Role":             {"MaxSessionDuration": 3600, "Path": "/"},
	"AWS::Lambda::EventSourceMapping": {
		"Enabled": true, "MaximumBatchingWindowInSeconds": 0, "MaximumRecordAgeInSeconds": -1, "ParallelizationFactor": 1,
		"TumblingWindowInSeconds": 0, "BisectBatchOnFunctionError": false, "MaximumRetryAttempts": -1,
	},
	"AWS::Lambda::Function": {
		"EphemeralStorage":        map[string]any{"Size": 512},
		"LoggingConfig":           map[string]any{"LogFormat": "Text"}, // and a group: see besideOwnLog
		"LoggingConfig.LogFormat": "Text",                              // aws-properties-lambda-function-loggingconfig.html
		"PackageType":             "Zip", "RecursiveLoop": "Terminate",
		"RuntimeManagementConfig": map[string]any{"UpdateRuntimeOn": "Auto"}, // aws-properties-lambda-function-runtimemanagementconfig.html
		"TracingConfig":           map[string]any{"Mode": "PassThrough"},
		"Architectures":           []any{"x86_64"},
	},
	"AWS::Logs::LogGroup": {"DeletionProtectionEnabled": false, "LogGroupClass": "STANDARD"},
	"AWS::S3::Bucket": {
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
		"BucketEncryption": map[string]any{"ServerSideEncryptionConfiguration": []any{map[string]any{
			"BucketKeyEnabled": false, "ServerSideEncryptionByDefault": map[string]any{"SSEAlgorithm": "AES256"},
		}}},
		"BucketEncryption.ServerSideEncryptionConfiguration.*.BucketKeyEnabled": false,
		// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetBucketLifecycleConfiguration.html
		"LifecycleConfiguration.TransitionDefaultMinimumObjectSize": "all_storage_classes_128K",
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html
		"OwnershipControls": map[string]any{"Rules": []any{map[string]any{"ObjectOwnership": "BucketOwnerEnforced"}}},
		// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
		"PublicAccessBlockConfiguration": map[string]any{
			"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true,
		},
	},
}

// standardAttributes are those that each user pool has, whatever its template says.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
var standardAttributes = []string{
	"address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "identities", "locale", "middle_name", "name",
	"nickname", "phone_number", "phone_number_verified", "picture", "preferred_username", "profile", "sub", "updated_at", "website", "zoneinfo",
}

// ownAttributes are those of a pool's schema that a template may have to say.
func ownAttributes(schema any) []any {
	return slices.DeleteFunc(slices.Clone(system.Items(schema)), func(one any) bool {
		attribute, _ := one.(map[string]any)
		name := fmt.Sprint(attribute["Name"])
		ofSub := name == "sub"
		return slices.Contains(standardAttributes, name) && same("", attribute["Mutable"], !ofSub) && same("", attribute["Required"], ofSub) && same("", attribute["DeveloperOnlyAttribute"], false)
	})
}

// besideOwnLog is where a function logs to and how, without the group that Lambda makes for one whose template names none.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-loggroups.html
func besideOwnLog(live, declared any, name string) any {
	members, is := live.(map[string]any)
	if !is || members["LogGroup"] != "/aws/lambda/"+name || system.Lookup(declared, "LogGroup") != nil {
		return live
	}
	members = maps.Clone(members)
	delete(members, "LogGroup")
	return members
}

// underTheirKeys are the role mappings that live under the keys of the template's that are of the same provider: CloudFormation
// needs texts for keys, and the provider's name is one that it makes.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-cognito-identitypoolroleattachment-rolemapping.html
func underTheirKeys(live, declared any) any {
	mappings, is := live.(map[string]any)
	if !is {
		return live
	}
	keys := map[string]string{}
	ours, _ := declared.(map[string]any)
	for key, mapping := range ours {
		if provider, is := system.Lookup(mapping, "IdentityProvider").(string); is {
			keys[provider] = key
		}
	}
	all := map[string]any{}
	for provider, mapping := range mappings {
		if key, ours := keys[provider]; ours {
			provider = key
		}
		all[provider] = mapping
	}
	return all
}
