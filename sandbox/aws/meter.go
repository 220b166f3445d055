package aws

import "time"

// A Datum is a value of a metric, as a service reports it to CloudWatch.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
type Datum struct {
	Namespace  string      // as in AWS/Lambda
	Name       string      // as in Errors
	Dimensions []Dimension // in any order
	Value      float64
	Unit       string    // as in Count
	At         time.Time // now if zero
}

// A Dimension says of which resource a metric is.
type Dimension struct{ Name, Value string }

// A Meter takes what services count. A nil one counts nothing. It is called from many goroutines.
type Meter func(Datum)

// Count reports a value of now. Dimensions are names and values in turn.
func (m Meter) Count(namespace, name string, value float64, unit string, dimensions ...string) {
	if m == nil {
		return
	}
	d := Datum{Namespace: namespace, Name: name, Value: value, Unit: unit}
	for i := 0; i+1 < len(dimensions); i += 2 {
		d.Dimensions = append(d.Dimensions, Dimension{dimensions[i], dimensions[i+1]})
	}
	m(d)
}
