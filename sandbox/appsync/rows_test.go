package appsync_test

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// Photos and products are there by their rows: no test here is about the making of pictures.

// write calls an operation of DynamoDB on the table of a source.
func (r *rig) write(operation, source string, input map[string]any) {
	r.t.Helper()
	input["TableName"] = r.One("AWS::DynamoDB::GlobalTable", source).State.PhysicalID
	body, err := json.Marshal(input)
	if err != nil {
		r.t.Fatal(err)
	}
	if _, refusal := r.tables.Handle(operation, body); refusal != nil {
		r.t.Fatal(refusal)
	}
}

type attribute = map[string]any

func text(s string) attribute  { return attribute{"S": s} }
func number(n int) attribute   { return attribute{"N": strconv.Itoa(n)} }
func uuid(n int) string        { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }
func (r *rig) time() attribute { return text(r.clock.Now().UTC().Format("2006-01-02T15:04:05.000Z")) }

// picture are the attributes of a row that has a picture of an upload.
func picture(owner, upload, claim string) attribute {
	return attribute{
		"upload": text(owner + "/" + upload), "claim": text(claim), "original": text(owner + "/0123456789abcdef0123456789abcdef"),
		"folder": text("0123456789abcdef0123456789abcdef"), "width": number(40), "height": number(30), "placeholder": text("GAYDBYCA"),
		"renditions": attribute{"L": []any{
			attribute{"M": attribute{"width": number(40), "format": text("webp")}}, attribute{"M": attribute{"width": number(40), "format": text("jpeg")}},
		}},
		"bytes": number(1000),
	}
}

// photoOf is the id of a photo of a person's, which is there from now on.
func (r *rig) photoOf(p person, n int) string {
	r.t.Helper()
	id, row := p.sub+"."+uuid(n), picture(p.sub, uuid(n), uuid(n))
	for name, value := range (attribute{
		"photoId": text(id), "row": text("PHOTO"), "feed": text("PHOTO"), "photoOwner": text(p.sub), "uploadedBy": text(p.name),
		"likeCount": number(0), "commentCount": number(0), "version": number(1), "createdAt": r.time(), "updatedAt": r.time(),
	}) {
		row[name] = value
	}
	r.write("PutItem", "Photos", attribute{"Item": row})
	r.write("UpdateItem", "Photos", attribute{
		"Key":                       attribute{"photoId": text("PROFILE#" + p.sub), "row": text("PROFILE")},
		"UpdateExpression":          "SET #n = :n ADD photoCount :one, likeCount :zero, #b :bytes",
		"ExpressionAttributeNames":  map[string]string{"#n": "name", "#b": "bytes"},
		"ExpressionAttributeValues": attribute{":n": text(p.name), ":one": number(1), ":zero": number(0), ":bytes": number(1000)},
	})
	return id
}

// productOf is the id of a draft that an admin has made, at version 1, or of a product that is live, at version 2.
func (r *rig) productOf(p person, live bool) string {
	r.t.Helper()
	id := r.must(p.as(), `mutation{createProduct(input:{name:"Vase",price:5,currency:"EUR"}){id}}`, nil)["id"].(string)
	if live {
		row := picture(p.sub, uuid(0), id+".0."+uuid(0))
		for name, value := range (attribute{
			"id": text(id), "state": text("LIVE"), "name": text("Vase"), "price": number(5), "currency": text("EUR"), "version": number(2),
			"createdAt": r.time(), "updatedAt": r.time(),
		}) {
			row[name] = value
		}
		r.write("PutItem", "Products", attribute{"Item": row})
	}
	return id
}
