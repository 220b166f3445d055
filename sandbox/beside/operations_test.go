package beside_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddb "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	s3types "github.com/aws/aws-sdk-go-v2/service/s3/types"
)

// client is that of all emulators: connections stay.
var client = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, Timeout: time.Minute}

// An operation is asked again and again. Its number n tells calls apart.
type operation struct {
	name  string
	of    func(services) bool
	heavy bool // by one caller alone
	do    func(ctx context.Context, r *running, n int64) error
}

func ofS3(s services) bool       { return s.s3 }
func ofDynamoDB(s services) bool { return s.dynamodb }
func ofGraphQL(s services) bool  { return s.graphql }

var (
	small = bytes.Repeat([]byte("0123456789"), 1<<10)
	large = bytes.Repeat([]byte("0123456789"), 10<<10)
	part  = bytes.Repeat([]byte("01234567"), 5<<20/8)
)

var operations = []operation{
	{"S3 PutObject, 10 KB", ofS3, false, func(ctx context.Context, r *running, n int64) error {
		return r.put(ctx, fmt.Sprintf("put/%d", n%100), small)
	}},
	{"S3 PutObject, 100 KB", ofS3, false, func(ctx context.Context, r *running, n int64) error {
		return r.put(ctx, fmt.Sprintf("put/%d", n%100), large)
	}},
	{"S3 GetObject, 10 KB", ofS3, false, func(ctx context.Context, r *running, _ int64) error {
		answer, err := r.s3.GetObject(ctx, &s3.GetObjectInput{Bucket: &r.bucket, Key: aws.String("small")})
		if err != nil {
			return err
		}
		defer func() { _ = answer.Body.Close() }()
		got, err := io.ReadAll(answer.Body)
		return wants(err, len(got), len(small))
	}},
	{"S3 ListObjectsV2, 1,000 keys", ofS3, false, func(ctx context.Context, r *running, _ int64) error {
		answer, err := r.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &r.bucket, Prefix: aws.String("many/")})
		if err != nil {
			return err
		}
		return wants(nil, len(answer.Contents), 1000)
	}},
	{"S3 ListObjectsV2, 100 folders of 10", ofS3, false, func(ctx context.Context, r *running, _ int64) error {
		answer, err := r.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &r.bucket, Prefix: aws.String("many/"), Delimiter: aws.String("/")})
		if err != nil {
			return err
		}
		return wants(nil, len(answer.CommonPrefixes), 100)
	}},
	{"S3 multipart upload, 20 MB", ofS3, true, func(ctx context.Context, r *running, _ int64) error { return r.multipart(ctx) }},
	{"DynamoDB PutItem", ofDynamoDB, false, func(ctx context.Context, r *running, n int64) error {
		_, err := r.dynamodb.PutItem(ctx, &dynamodb.PutItemInput{TableName: &r.table, Item: row(fmt.Sprint("p", n%100), fmt.Sprint(n))})
		return err
	}},
	{"DynamoDB GetItem", ofDynamoDB, false, func(ctx context.Context, r *running, n int64) error {
		answer, err := r.dynamodb.GetItem(ctx, &dynamodb.GetItemInput{TableName: &r.table, Key: key("list", fmt.Sprintf("%03d", n%100))})
		if err != nil {
			return err
		}
		return wants(nil, len(answer.Item), 4)
	}},
	{"DynamoDB UpdateItem", ofDynamoDB, false, func(ctx context.Context, r *running, n int64) error {
		_, err := r.dynamodb.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &r.table, Key: key("count", fmt.Sprint(n%100)), UpdateExpression: aws.String("ADD seen :one"),
			ExpressionAttributeValues: map[string]ddb.AttributeValue{":one": &ddb.AttributeValueMemberN{Value: "1"}},
		})
		return err
	}},
	{"DynamoDB Query, 20 items", ofDynamoDB, false, func(ctx context.Context, r *running, _ int64) error {
		answer, err := r.dynamodb.Query(ctx, &dynamodb.QueryInput{
			TableName: &r.table, KeyConditionExpression: aws.String("pk = :pk"), Limit: aws.Int32(20),
			ExpressionAttributeValues: map[string]ddb.AttributeValue{":pk": &ddb.AttributeValueMemberS{Value: "list"}},
		})
		if err != nil {
			return err
		}
		return wants(nil, len(answer.Items), 20)
	}},
	{"DynamoDB BatchWriteItem, 25 items", ofDynamoDB, false, func(ctx context.Context, r *running, n int64) error {
		return r.batch(ctx, fmt.Sprint("batch", n%100), 0)
	}},
	{"GraphQL get", ofGraphQL, false, func(ctx context.Context, r *running, _ int64) error {
		return r.graphql(ctx, `query($pk: ID!, $sk: ID!) { get(pk: $pk, sk: $sk) { pk sk words } }`, map[string]any{"pk": "list", "sk": "007"})
	}},
	{"GraphQL put", ofGraphQL, false, func(ctx context.Context, r *running, n int64) error {
		return r.graphql(ctx, `mutation($pk: ID!, $sk: ID!, $words: String) { put(pk: $pk, sk: $sk, words: $words) { pk sk words } }`,
			map[string]any{"pk": "graphql", "sk": fmt.Sprint(n % 1000), "words": "so many words"})
	}},
}

// fill makes what is read.
func (r *running) fill(ctx context.Context) error {
	if r.has.s3 {
		if err := r.put(ctx, "small", small); err != nil {
			return err
		}
		for i := range 1000 {
			if err := r.put(ctx, fmt.Sprintf("many/%02d/%d", i/10, i%10), []byte("x")); err != nil {
				return err
			}
		}
	}
	for from := 0; r.has.dynamodb && from < 100; from += 25 {
		if err := r.batch(ctx, "list", from); err != nil {
			return err
		}
	}
	return nil
}

func (r *running) put(ctx context.Context, key string, content []byte) error {
	_, err := r.s3.PutObject(ctx, &s3.PutObjectInput{Bucket: &r.bucket, Key: &key, Body: bytes.NewReader(content)})
	return err
}

func (r *running) multipart(ctx context.Context) error {
	key := aws.String("parts")
	begun, err := r.s3.CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: &r.bucket, Key: key})
	if err != nil {
		return err
	}
	var parts []s3types.CompletedPart
	for number := int32(1); number <= 4; number++ {
		made, err := r.s3.UploadPart(ctx, &s3.UploadPartInput{
			Bucket: &r.bucket, Key: key, UploadId: begun.UploadId, PartNumber: &number, Body: bytes.NewReader(part),
		})
		if err != nil {
			return err
		}
		parts = append(parts, s3types.CompletedPart{ETag: made.ETag, PartNumber: aws.Int32(number), ChecksumCRC32: made.ChecksumCRC32})
	}
	_, err = r.s3.CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: &r.bucket, Key: key, UploadId: begun.UploadId, MultipartUpload: &s3types.CompletedMultipartUpload{Parts: parts},
	})
	return err
}

func (r *running) batch(ctx context.Context, pk string, from int) error {
	var writes []ddb.WriteRequest
	for i := range 25 {
		writes = append(writes, ddb.WriteRequest{PutRequest: &ddb.PutRequest{Item: row(pk, fmt.Sprintf("%03d", from+i))}})
	}
	_, err := r.dynamodb.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]ddb.WriteRequest{r.table: writes}})
	return err
}

func key(pk, sk string) map[string]ddb.AttributeValue {
	return map[string]ddb.AttributeValue{"pk": &ddb.AttributeValueMemberS{Value: pk}, "sk": &ddb.AttributeValueMemberS{Value: sk}}
}

func row(pk, sk string) map[string]ddb.AttributeValue {
	item := key(pk, sk)
	item["words"] = &ddb.AttributeValueMemberS{Value: strings.Repeat("so many words ", 10)}
	item["number"] = &ddb.AttributeValueMemberN{Value: "42.5"}
	return item
}

// graphql asks with a signed request.
func (r *running) graphql(ctx context.Context, query string, variables map[string]any) error {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, r.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Host = r.host
	request.Header.Set("Content-Type", "application/json")
	keys, _ := r.config.Credentials.Retrieve(ctx)
	sum := sha256.Sum256(body)
	if err := v4.NewSigner().SignHTTP(ctx, keys, request, hex.EncodeToString(sum[:]), "appsync", region, time.Now()); err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err == nil && (answer.StatusCode != http.StatusOK || strings.Contains(string(text), `"errors"`) || !strings.Contains(string(text), "so many words")) {
		err = fmt.Errorf("got %d %s, want a row", answer.StatusCode, text)
	}
	return err
}

func wants(err error, got, want int) error {
	if err == nil && got != want {
		err = fmt.Errorf("got %d, want %d", got, want)
	}
	return err
}

// count numbers the calls.
var count atomic.Int64
