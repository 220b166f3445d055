package bucket

import (
	"errors"

	"github.com/aws/aws-lambda-go/events"
)

// Named is what a row names in the bucket. It is empty for a row without a picture, and for none.
type Named struct {
	// Set is the folder of its renditions, AREA/FOLDER/.
	Set string
	// Twin is where the set of a photo is when it is hidden or, of one that is hidden, when it is shown; empty of a product. Nothing of it
	// is there but while a set is moved, or where that was broken off.
	Twin string
	// Upload is what was sent, uploads/SUB/UUID.
	Upload string
	// Original is what the set was made of, originals/SUB/FOLDER; empty where it is not kept.
	Original string
	// Claims name the set: that of its making and, of a product, that of a copy of it for the other state.
	Claims []string
}

// NamedBy reads a row of the table of products, or of photos, whose rows have an attribute `row`. The error joins all that is not as
// resolvers and functions write it, so that nothing else is ever taken for a file of the row.
func NamedBy(row map[string]events.DynamoDBAttributeValue) (Named, error) {
	if _, has := row["folder"]; !has {
		return Named{}, nil
	}
	var faults []error
	text := func(name string) string {
		value, err := textIn(row, name)
		faults = append(faults, err)
		return value
	}
	folder, original := text("folder"), text("original")
	n := Named{Set: Photos + folder + "/", Upload: Uploads + text("upload"), Claims: []string{Answers + text("claim")}}
	if _, photo := row["row"]; photo {
		n.Twin = Hidden + folder + "/"
		if _, hidden := row["hidden"]; hidden {
			n.Set, n.Twin = n.Twin, n.Set
		}
	} else {
		n.Set = Drafts + folder + "/"
		if text("state") == "LIVE" {
			n.Set = Products + folder + "/"
		}
		n.Claims = append(n.Claims, Answers+folder+"."+number(row, "version"))
	}
	objects := append([]string{n.Upload}, n.Claims...)
	if original != "" {
		n.Original = Originals + original
		objects = append(objects, n.Original)
	}
	if err := errors.Join(faults...); err != nil {
		return Named{}, err
	}
	c := Remove{Folders: []string{n.Set}, Objects: objects}
	if err := c.Check(); err != nil {
		return Named{}, err
	}
	return n, nil
}

// number is a number of a row as DynamoDB writes it, and empty where there is none.
func number(row map[string]events.DynamoDBAttributeValue, name string) string {
	if value, has := row[name]; has && value.DataType() == events.DataTypeNumber {
		return value.Number()
	}
	return ""
}
