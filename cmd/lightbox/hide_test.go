package main

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// photo is a photo of somebody's, with a set of one file.
func (c community) photo(sub, folder string) {
	c.t.Helper()
	text := func(value string) types.AttributeValue { return &types.AttributeValueMemberS{Value: value} }
	number := func(value string) types.AttributeValue { return &types.AttributeValueMemberN{Value: value} }
	upload := "01234567-89ab-4cde-8f01-23456789abcd"
	_, err := c.tables.PutItem(c.t.Context(), &dynamodb.PutItemInput{TableName: &c.photos, Item: map[string]types.AttributeValue{
		"photoId": text(sub + "." + upload), "row": text("PHOTO"), "photoOwner": text(sub), "feed": text("PHOTO"), "createdAt": text("2026-01-02T03:04:05Z"),
		"folder": text(folder), "upload": text(sub + "/" + upload), "claim": text(upload), "original": text(""),
		"renditions": &types.AttributeValueMemberL{Value: []types.AttributeValue{
			&types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"width": number("40"), "format": text("webp")}},
		}},
	}})
	if err != nil {
		c.t.Fatal(err)
	}
	c.file("public/photos/" + folder + "/40.webp")
}

func TestUserBlock_hidesPhotosUntilUnblock(t *testing.T) {
	c, _ := newCommunity(t)
	hers, his := strings.Repeat("a", 32), strings.Repeat("b", 32)
	c.photo(c.joins("maria", "maria@example.com"), hers)
	c.photo(c.joins("jonas", "jonas@example.com"), his)
	const blocked = "maria is blocked. Tokens and keys that they have end within an hour.\n"
	for _, step := range []struct{ args, says, shows, area string }{
		{"user block maria", blocked, "disabled", "public"},
		{"user block maria --hide", blocked + "1 photo is hidden, 0 were so before.\n", "hidden since 2", "hidden"},
		{"user block maria --hide", blocked + "0 photos are hidden, 1 were so before.\n", "with 1 photos", "hidden"},
		{"user unblock maria", "maria may sign in again.\n1 photo is shown again.\n", "enabled", "public"},
		{"user unblock maria", "maria may sign in again.\n0 photos are shown again.\n", "enabled", "public"},
	} {
		if exit, out, faults := on(strings.Fields(step.args)...); exit != 0 || out != step.says || faults != "" {
			t.Errorf("%s: got %d, %q and %q, want %q", step.args, exit, out, faults, step.says)
		}
		if _, out, _ := on("user", "show", "maria"); !strings.Contains(out, step.shows) || !says(out, "photos", 1) {
			t.Errorf("%s: got\n%s\nwant %q", step.args, out, step.shows)
		}
		if got := c.keys(); !strings.Contains(got, step.area+"/photos/"+hers) || !strings.Contains(got, "public/photos/"+his) || strings.Count(got, hers) != 1 {
			t.Errorf("%s: got the files %s, want hers in %s, and the other's where it was", step.args, got, step.area)
		}
	}
	// What is missing is said, and the exit code is 1.
	c.row("photoId", "x.y", "row", "PHOTO", "photoOwner", c.joins("anna", "anna@example.com"), "folder", "none")
	if exit, out, faults := on("user", "block", "anna", "--hide"); exit != 1 || !strings.Contains(out, "0 photos are hidden") || !strings.Contains(faults, "the photo x.y: ") {
		t.Errorf("a row of nobody's: got %d, %q and %q, want it named", exit, out, faults)
	}
}
