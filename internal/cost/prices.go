package cost

import "time"

// Of is the month that the prices are of: those of Region, in US dollars without taxes.
var Of = time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)

// Region is whose prices they are. Others differ, by a fifth or so; Cognito's, CloudFront's and WAF's do not.
const Region = "us-east-1"

// A Price is what AWS takes for one thing.
type Price struct {
	// Service is its part of the bill, and What the thing.
	Service, What string
	// Unit is what Tiers are for, as in "million", and Per how many of the thing that is.
	Unit string
	Per  int64
	// Tiers are in their order. What is free for good stands there as a tier that costs nothing.
	Tiers []Tier
	// Page is AWS's, and Seen where the price was read when the table was made.
	Page string
	Seen Seen
}

// A Tier is a price up to some use of a month.
type Tier struct {
	UpTo  int64 // of the thing, 0 for all the rest
	Micro int64 // microdollars a unit
}

// Seen says where a price was read.
type Seen string

// Where prices were read.
const (
	OnPage   Seen = "AWS" // that page, or another of AWS's
	ByOthers Seen = "others who quote AWS"
	Known    Seen = "not looked up"
)

const (
	million = 1_000_000
	gb      = 1_000_000_000
	tb      = 1000 * gb
	// gbSecond is counted in megabytes × milliseconds.
	gbSecond = 1024 * 1000
)

// flat is one price for all of it.
func flat(micro int64) []Tier { return []Tier{{0, micro}} }

// past is one price for what is not free.
func past(free, micro int64) []Tier { return []Tier{{free, 0}, {0, micro}} }

// An Item is a thing that AWS takes money for.
type Item string

// The items.
const (
	Essentials      Item = "cognito.essentials"
	Plus            Item = "cognito.plus"
	Mails           Item = "ses.mails"
	Calls           Item = "appsync.calls"
	Updates         Item = "appsync.updates"
	Connected       Item = "appsync.minutes"
	Reads           Item = "dynamodb.reads"
	Writes          Item = "dynamodb.writes"
	Rows            Item = "dynamodb.storage"
	Backups         Item = "dynamodb.backups"
	Invocations     Item = "lambda.invocations"
	ARM             Item = "lambda.arm64"
	X86             Item = "lambda.x86_64"
	Stored          Item = "s3.storage"
	Puts            Item = "s3.puts"
	Gets            Item = "s3.gets"
	NearBytes       Item = "cloudfront.near.bytes"
	AsiaBytes       Item = "cloudfront.asia.bytes"
	SouthBytes      Item = "cloudfront.south.bytes"
	NearViews       Item = "cloudfront.near.requests"
	AsiaViews       Item = "cloudfront.asia.requests"
	SouthViews      Item = "cloudfront.south.requests"
	Invalidations   Item = "cloudfront.invalidations"
	Out             Item = "transfer.out"
	Traces          Item = "xray.traces"
	Logged          Item = "logs.ingested"
	Kept            Item = "logs.kept"
	Alarms          Item = "cloudwatch.alarms"
	Metrics         Item = "cloudwatch.metrics"
	Dashboards      Item = "cloudwatch.dashboards"
	Secrets         Item = "secretsmanager.secrets"
	WebACLs         Item = "waf.acls"
	WebACLRules     Item = "waf.rules"
	WebACLInspected Item = "waf.requests"
)

const (
	cognitoPage    = "https://aws.amazon.com/cognito/pricing/"
	sesPage        = "https://aws.amazon.com/ses/pricing/"
	appSyncPage    = "https://aws.amazon.com/appsync/pricing/"
	dynamoDBPage   = "https://aws.amazon.com/dynamodb/pricing/on-demand/"
	lambdaPage     = "https://aws.amazon.com/lambda/pricing/"
	s3Page         = "https://aws.amazon.com/s3/pricing/"
	cloudFrontPage = "https://aws.amazon.com/cloudfront/pricing/"
	ec2Page        = "https://aws.amazon.com/ec2/pricing/on-demand/"
	xrayPage       = "https://aws.amazon.com/xray/pricing/"
	cloudWatchPage = "https://aws.amazon.com/cloudwatch/pricing/"
	secretsPage    = "https://aws.amazon.com/secrets-manager/pricing/"
	wafPage        = "https://aws.amazon.com/waf/pricing/"
)

// Prices are all that is counted.
var Prices = map[Item]Price{
	Essentials:  {"Cognito", "active users, plan Essentials", "user", 1, past(10_000, 15_000), cognitoPage, ByOthers},
	Plus:        {"Cognito", "active users, plan Plus", "user", 1, flat(20_000), cognitoPage, Known},
	Mails:       {"SES", "mails", "thousand", 1000, flat(100_000), sesPage, ByOthers},
	Calls:       {"AppSync", "queries and mutations", "million", million, flat(4 * million), appSyncPage, ByOthers},
	Updates:     {"AppSync", "real-time updates", "million", million, flat(2 * million), appSyncPage, OnPage},
	Connected:   {"AppSync", "minutes connected", "million", million, flat(80_000), appSyncPage, OnPage},
	Reads:       {"DynamoDB", "read request units", "million", million, flat(125_000), dynamoDBPage, ByOthers},
	Writes:      {"DynamoDB", "write request units", "million", million, flat(625_000), dynamoDBPage, ByOthers},
	Rows:        {"DynamoDB", "rows and indexes", "GB", gb, past(25*gb, 250_000), dynamoDBPage, Known},
	Backups:     {"DynamoDB", "backups to any second", "GB", gb, flat(200_000), dynamoDBPage, Known},
	Invocations: {"Lambda", "invocations", "million", million, past(million, 200_000), lambdaPage, OnPage},
	ARM:         {"Lambda", "time of functions, arm64", "million GB-seconds", million * gbSecond, past(400_000*gbSecond, 13_333_400), lambdaPage, ByOthers},
	X86:         {"Lambda", "time of functions, x86_64", "million GB-seconds", million * gbSecond, past(400_000*gbSecond, 16_666_700), lambdaPage, OnPage},
	Stored:      {"S3", "files", "GB", gb, []Tier{{50 * tb, 23_000}, {500 * tb, 22_000}, {0, 21_000}}, s3Page, ByOthers},
	Puts:        {"S3", "requests that write or list", "million", million, flat(5 * million), s3Page, ByOthers},
	Gets:        {"S3", "requests that read", "million", million, flat(400_000), s3Page, Known},
	NearBytes: {"CloudFront", "bytes, North America and Europe", "GB", gb, []Tier{
		{10 * tb, 85_000}, {50 * tb, 80_000}, {150 * tb, 60_000}, {500 * tb, 40_000}, {1024 * tb, 30_000}, {5120 * tb, 25_000}, {0, 20_000},
	}, cloudFrontPage, OnPage},
	// The dearest of Asia, Africa and the Middle East.
	AsiaBytes: {"CloudFront", "bytes, Asia and Africa", "GB", gb, []Tier{
		{10 * tb, 120_000}, {50 * tb, 100_000}, {150 * tb, 95_000}, {500 * tb, 90_000}, {1024 * tb, 80_000}, {5120 * tb, 70_000}, {0, 60_000},
	}, cloudFrontPage, OnPage},
	// Australia's, which are dearer than South America's.
	SouthBytes: {"CloudFront", "bytes, South America and Oceania", "GB", gb, []Tier{
		{10 * tb, 114_000}, {50 * tb, 98_000}, {150 * tb, 94_000}, {500 * tb, 92_000}, {1024 * tb, 90_000}, {5120 * tb, 85_000}, {0, 80_000},
	}, cloudFrontPage, OnPage},
	NearViews:     {"CloudFront", "requests, North America and Europe", "million", million, flat(1_200_000), cloudFrontPage, Known},
	AsiaViews:     {"CloudFront", "requests, Asia and Africa", "million", million, flat(1_200_000), cloudFrontPage, Known},
	SouthViews:    {"CloudFront", "requests, South America and Oceania", "million", million, flat(2_200_000), cloudFrontPage, Known},
	Invalidations: {"CloudFront", "paths that it forgets", "path", 1, past(1000, 5000), cloudFrontPage, OnPage},
	Out: {"Data transfer", "bytes of answers of the API", "GB", gb, []Tier{
		{100 * gb, 0}, {10 * tb, 90_000}, {50 * tb, 85_000}, {150 * tb, 70_000}, {0, 50_000},
	}, ec2Page, Known},
	Traces: {"X-Ray", "traces", "million", million, past(100_000, 5*million), xrayPage, OnPage},
	Logged: {"CloudWatch", "log lines taken in", "GB", gb, past(5*gb, 500_000), cloudWatchPage, ByOthers},
	Kept:   {"CloudWatch", "log lines kept", "GB", gb, flat(30_000), cloudWatchPage, Known},
	// Of an alarm over several metrics, each counts.
	Alarms: {"CloudWatch", "metrics that alarms look at", "metric", 1, past(10, 100_000), cloudWatchPage, ByOthers},
	// Those of streams have to be asked for. Nobody found where AWS says what they cost: taken for custom ones, that is rather too much.
	Metrics:         {"CloudWatch", "metrics of streams", "metric", 1, past(10, 300_000), cloudWatchPage, Known},
	Dashboards:      {"CloudWatch", "dashboards", "dashboard", 1, past(3, 3*million), cloudWatchPage, ByOthers},
	Secrets:         {"Secrets Manager", "secrets", "secret", 1, flat(400_000), secretsPage, Known},
	WebACLs:         {"WAF", "web ACLs", "web ACL", 1, flat(5 * million), wafPage, ByOthers},
	WebACLRules:     {"WAF", "rules of web ACLs", "rule", 1, flat(million), wafPage, ByOthers},
	WebACLInspected: {"WAF", "requests that it looks at", "million", million, flat(600_000), wafPage, ByOthers},
}

// A FreeTogether is what several items have free for good together. AWS does not say whose it is first: it is taken from the items in
// their order, the cheapest first, so that a sum is rather too high.
type FreeTogether struct {
	Items []Item `json:"items"`
	Free  int64  `json:"free"`
}

// Free are what CloudFront gives a month in all regions together.
//
// https://aws.amazon.com/cloudfront/pricing/
var Free = []FreeTogether{
	{[]Item{NearBytes, SouthBytes, AsiaBytes}, tb},
	{[]Item{NearViews, AsiaViews, SouthViews}, 10 * million},
}

// items are all, in the order of a bill.
var items = []Item{
	Essentials, Plus, Mails, Calls, Updates, Connected, Reads, Writes, Rows, Backups, Invocations, ARM, X86, Stored, Puts, Gets,
	NearBytes, AsiaBytes, SouthBytes, NearViews, AsiaViews, SouthViews, Invalidations, Out, Traces, Logged, Kept, Alarms, Metrics, Dashboards,
	Secrets, WebACLs, WebACLRules, WebACLInspected,
}

// Old tells whether the prices are older than a year.
func Old(now time.Time) bool { return now.After(Of.AddDate(1, 1, 0)) }
