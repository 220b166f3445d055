package bucket

import (
	"errors"
	"fmt"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Image is a row of a table as its stream would have it: its texts, numbers, lists and maps, which is all that resolvers write.
func Image(row map[string]types.AttributeValue) map[string]events.DynamoDBAttributeValue {
	image := map[string]events.DynamoDBAttributeValue{}
	for name, value := range row {
		if value, known := imageOf(value); known {
			image[name] = value
		}
	}
	return image
}

func imageOf(value types.AttributeValue) (image events.DynamoDBAttributeValue, known bool) {
	switch value := value.(type) {
	case *types.AttributeValueMemberS:
		return events.NewStringAttribute(value.Value), true
	case *types.AttributeValueMemberN:
		return events.NewNumberAttribute(value.Value), true
	case *types.AttributeValueMemberM:
		return events.NewMapAttribute(Image(value.Value)), true
	case *types.AttributeValueMemberL:
		var list []events.DynamoDBAttributeValue
		for _, one := range value.Value {
			if one, known := imageOf(one); known {
				list = append(list, one)
			}
		}
		return events.NewListAttribute(list), true
	}
	return image, false
}

// RenditionsOf are the files that a row says its set has, as in 160.webp.
func RenditionsOf(row map[string]events.DynamoDBAttributeValue) (files []string, err error) {
	list, has := row["renditions"]
	if !has || list.DataType() != events.DataTypeList || len(list.List()) == 0 {
		return nil, errors.New("renditions: want a list")
	}
	for i, one := range list.List() {
		file, err := renditionIn(one)
		if err != nil {
			return nil, fmt.Errorf("renditions[%d]: %w", i, err)
		}
		files = append(files, file)
	}
	return files, nil
}

// renditionIn is the file of a rendition as a row has it.
func renditionIn(one events.DynamoDBAttributeValue) (file string, err error) {
	if one.DataType() != events.DataTypeMap {
		return "", errors.New("want a map")
	}
	format, width := one.Map()["format"], one.Map()["width"]
	if format.DataType() != events.DataTypeString || width.DataType() != events.DataTypeNumber {
		return "", errors.New("want a format and a width")
	}
	ending := format.String()
	if ending == "jpeg" {
		ending = "jpg"
	}
	file = width.Number() + "." + ending
	return file, matches("file", aFile, file, "a rendition, as in 160.webp")
}
