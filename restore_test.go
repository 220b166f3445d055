package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	rows "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	gocmp "github.com/google/go-cmp/cmp"
)

const tableKind = "AWS::DynamoDB::GlobalTable"

// row is a row of a photo, and one in three is the photo's.
func row(n int, text string) map[string]rows.AttributeValue {
	item := map[string]rows.AttributeValue{}
	for name, value := range map[string]string{
		"photoId": fmt.Sprint("photo-", n/3), "row": []string{"PHOTO", fmt.Sprint("COMMENT#", n), fmt.Sprint("LIKE#", n)}[n%3], "owner": "maria",
		"createdAt": fmt.Sprintf("2026-11-30T09:%02d:00.000Z", n), "text": text,
	} {
		item[name] = &rows.AttributeValueMemberS{Value: value}
	}
	return item
}

// somebody is the sub of a user whose profile the API is asked for.
const somebody = "00000000-0000-4000-8000-000000000001"

// profile is the row of somebody who has so many photos.
func profile(photos string) map[string]rows.AttributeValue {
	return map[string]rows.AttributeValue{
		"photoId": &rows.AttributeValueMemberS{Value: "PROFILE#" + somebody}, "row": &rows.AttributeValueMemberS{Value: "PROFILE"},
		"name": &rows.AttributeValueMemberS{Value: "maria"}, "photoCount": &rows.AttributeValueMemberN{Value: photos}, "likeCount": &rows.AttributeValueMemberN{Value: "1"},
	}
}

// all are the rows of a table as JSON, sorted.
func (c cloud) all(table string) (list []string) {
	c.t.Helper()
	pages := dynamodb.NewScanPaginator(c.tablesAPI(), &dynamodb.ScanInput{TableName: &table})
	for pages.HasMorePages() {
		page, err := pages.NextPage(c.t.Context())
		if err != nil {
			c.t.Fatal(err)
		}
		for _, item := range page.Items {
			text, err := json.Marshal(item) // maps are sorted
			if err != nil {
				c.t.Fatal(err)
			}
			list = append(list, string(text))
		}
	}
	slices.Sort(list)
	return list
}

func (c cloud) put(table string, item map[string]rows.AttributeValue) {
	c.t.Helper()
	if _, err := c.tablesAPI().PutItem(c.t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: item}); err != nil {
		c.t.Fatal(err)
	}
}

// settingsOf is what DynamoDB says of a table beside its name and its counts.
func (c cloud) settingsOf(table string) map[string]any {
	c.t.Helper()
	api, ctx := c.tablesAPI(), c.t.Context()
	described, err := api.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &table})
	if err != nil {
		c.t.Fatal(err)
	}
	backups, err := api.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &table})
	if err != nil {
		c.t.Fatal(err)
	}
	d := described.Table
	settings := map[string]any{
		"protected": *d.DeletionProtectionEnabled, "ceilings": d.OnDemandThroughput, "stream": d.StreamSpecification, "billing": d.BillingModeSummary.BillingMode,
		"recovery": backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription.PointInTimeRecoveryStatus, "keys": d.KeySchema,
	}
	for _, x := range d.GlobalSecondaryIndexes {
		settings["index "+*x.IndexName] = []any{x.KeySchema, x.Projection, x.OnDemandThroughput}
	}
	text, err := json.Marshal(settings)
	if err != nil {
		c.t.Fatal(err)
	}
	plain := map[string]any{}
	if err := json.Unmarshal(text, &plain); err != nil {
		c.t.Fatal(err)
	}
	return plain
}

// nextSecond waits until the clock is in another second, which is how exact a restore is.
func nextSecond() time.Time {
	now := time.Now()
	time.Sleep(now.Truncate(time.Second).Add(1010 * time.Millisecond).Sub(now))
	return time.Now().Truncate(time.Second)
}

// A table that somebody spoilt, row for row: restored to the second before, its settings put back, imported, and taken by the
// next deployment, with the old one kept.
func TestRestore_ofATable(t *testing.T) {
	c := newCloud(t)
	c.must(shipped(t, "prod").folder)
	old := c.resource("API", tableKind, "Photos")
	for n := range 9 {
		c.put(old, row(n, "as it should be"))
	}
	c.put(old, profile("7"))
	c.prodPool().SignUp("reader")
	wanted, before := c.all(old), nextSecond()
	nextSecond()
	c.put(old, row(4, "spoilt"))
	c.put(old, row(40, "too many"))
	gone := row(7, "")
	key := map[string]rows.AttributeValue{"photoId": gone["photoId"], "row": gone["row"]}
	if _, err := c.tablesAPI().DeleteItem(t.Context(), &dynamodb.DeleteItemInput{TableName: &old, Key: key}); err != nil {
		t.Fatal(err)
	}
	c.put(old, profile("0"))
	spoilt := c.all(old)
	if got := c.photosOf("reader"); got != "0" || gocmp.Equal(wanted, spoilt) {
		t.Fatalf("the control: got %s photos, want the table spoilt", got)
	}
	streams := map[string]string{"RemoverPhotosStream": "", "RemoverProductsStream": ""}
	for id := range streams {
		streams[id] = c.resource("API", mappingKind, id)
	}

	mapping := filepath.Join(c.home, "restored.json")
	restoring := append(typed(t, restoreTable, program, "2026-11-30T09:15:00Z", before.UTC().Format(time.RFC3339)), "--mapping", mapping)
	out := c.ran(restoring...)
	said := regexp.MustCompile(`"tables": \{"restored": \{"photos": "([^"]+)"\}\}`).FindStringSubmatch(out)
	if said == nil {
		t.Fatalf("got no setting in\n%s", out)
	}
	name := said[1]
	if diff := gocmp.Diff(wanted, c.all(name)); diff != "" {
		t.Fatalf("rows of the new table (-as they were +now):\n%s", diff)
	}
	if diff := gocmp.Diff(c.settingsOf(old), c.settingsOf(name)); diff != "" {
		t.Errorf("settings of the new table (-of the old one +now):\n%s", diff)
	}
	wants(t, "again", c.ran(restoring...), "restored by an earlier run", name+" is ready")

	restored := prodWith(t, map[string]any{"tables": map[string]any{"restored": map[string]any{"photos": name}}})
	if err := c.Deploy(t.Context(), restored, nil); err == nil || !strings.Contains(err.Error(), name+"\", that of one that is there, of no stack") {
		t.Errorf("a deployment without the import: got %v, want it refused because there is the table", err)
	}
	if got := c.resource("API", tableKind, "Photos"); got != old {
		t.Errorf("after it: got the table %s, want %s", got, old)
	}
	taking, deploying, _ := strings.Cut(takeTable, "\n")
	c.step(restored, typed(t, taking, "npx cdk", "restored.json", mapping))
	wants(t, "the next step", out, strings.Replace(taking, "restored.json", mapping, 1), deploying)
	if got := c.one("API").Status; got != "IMPORT_COMPLETE" {
		t.Errorf("got %s, want IMPORT_COMPLETE", got)
	}
	if diff := gocmp.Diff(wanted, c.all(name)); diff != "" {
		t.Errorf("rows after the import (-as they were +now):\n%s", diff)
	}
	c.must(restored)
	if got := c.resource("API", tableKind, "Photos"); got != name {
		t.Errorf("got the table %s, want %s", got, name)
	}
	c.turned(name, streams)
	if diff := gocmp.Diff(wanted, c.all(name)); diff != "" {
		t.Errorf("rows after the deployment (-as they were +now):\n%s", diff)
	}
	if diff := gocmp.Diff(spoilt, c.all(old)); diff != "" {
		t.Errorf("the old table, which is kept (-spoilt +now):\n%s", diff)
	}
}

// turned holds the API, the functions and the streams to a table: what they did with another before.
func (c cloud) turned(name string, streams map[string]string) {
	c.t.Helper()
	remover, err := c.functionsAPI().GetFunctionConfiguration(c.t.Context(), &lambda.GetFunctionConfigurationInput{
		FunctionName: sdk.String(c.resource("API", "AWS::Lambda::Function", "RemoverFunction")),
	})
	if err != nil {
		c.t.Fatal(err)
	}
	if got := remover.Environment.Variables["PHOTOS_TABLE"]; got != name {
		c.t.Errorf("the function's table: got %s, want %s", got, name)
	}
	for id, was := range streams {
		if now := c.resource("API", mappingKind, id); (now == was) == strings.Contains(id, "Photos") {
			c.t.Errorf("%s: got the mapping %s after %s, want another one for the table that is another alone", id, now, was)
		}
	}
	if got := c.photosOf("reader"); got != "7" {
		c.t.Errorf("the API: got %s photos of somebody, want 7 as it was", got)
	}
}

const mappingKind = "AWS::Lambda::EventSourceMapping"

// photosOf is how many photos somebody has, as the API answers a user.
func (c cloud) photosOf(name string) string {
	c.t.Helper()
	body := `{"query": "{ getProfile(owner: \"` + somebody + `\") { photoCount } }"}`
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, "http://"+c.HTTP()+"/graphql", strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	for _, output := range c.one("API").Outputs {
		if output.Key == "GraphQLAPIURL" {
			address, err := url.Parse(output.Value)
			if err != nil {
				c.t.Fatal(err)
			}
			request.Host = address.Host
		}
	}
	request.Header.Set("Authorization", c.prodPool().SignIn(name).AccessToken)
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	var answer struct {
		Data struct {
			GetProfile struct{ PhotoCount json.Number }
		}
	}
	if err := json.Unmarshal(text, &answer); err != nil || answer.Data.GetProfile.PhotoCount == "" {
		c.t.Fatalf("the API: %v: %s", err, text)
	}
	return answer.Data.GetProfile.PhotoCount.String()
}
