package cloudfront

import "net/http"

// answered remembers the status of an answer to a viewer.
type answered struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answered) WriteHeader(status int) {
	a.status = status
	a.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach what is behind.
func (a *answered) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// count reports what a distribution's metrics have of an answer. A rate is the average of 0 and 100.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
func (v *visit) count(answer *answered) {
	if v.site == nil {
		return
	}
	report := func(metric, unit string, value float64) {
		v.Meter.Count("AWS/CloudFront", metric, value, unit, "DistributionId", v.site.ID, "Region", "Global")
	}
	rate := func(metric string, counts bool) {
		value := 0.0
		if counts {
			value = 100
		}
		report(metric, "Percent", value)
	}
	class := answer.status / 100
	report("Requests", "None", 1)
	rate("4xxErrorRate", class == 4)
	rate("5xxErrorRate", class == 5)
	rate("TotalErrorRate", class == 4 || class == 5)
}
