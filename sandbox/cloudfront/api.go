package cloudfront

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/pipeline"
	"lightbox.example/lightbox/sandbox/pipeline/input"
)

// Operations are the operations of CloudFront's API by name. Distributions are CloudFormation's to make.
var Operations = pipeline.Table[*Service]{
	"CreateInvalidation": pipeline.Signed(func(s *Service, in createInput) string { return s.arnOf(in.DistributionID) }, (*Service).createInvalidation),
	"GetInvalidation":    pipeline.Signed(func(s *Service, in getInput) string { return s.arnOf(in.DistributionID) }, (*Service).getInvalidation),
	"ListInvalidations":  pipeline.Signed(func(s *Service, in listInput) string { return s.arnOf(in.DistributionID) }, (*Service).listInvalidations),
}

// API is how CloudFront is reached over the wire. It is global: requests are signed for us-east-1.
// https://docs.aws.amazon.com/general/latest/gr/cf_region.html
var API = pipeline.API[*Service]{
	Name: "cloudfront", Operations: Operations, BodyLimit: bodyLimit, Input: words(),
	Protocol: rest{}, Parse: parse,
	Place: func(s *Service) pipeline.Place {
		return pipeline.Place{Region: "us-east-1", Account: s.Account, Keys: s.Keys, Now: s.Now}
	},
}

// words are how CloudFront speaks of the faults of an input. Its service model has no constraints but that members are there.
func words() *input.Dialect {
	d := pipeline.Words("MalformedXML", nil)
	d.Values = texts{pipeline.Form(nil).Values}
	d.Mismatch = func(path string, err error) error {
		if path != "" {
			path += ": "
		}
		return aws.Refuse(http.StatusBadRequest, "MalformedInput", "%s%s", path, err)
	}
	return d
}

// texts are values of a path, a query or a document: all of them are texts, and an element without anything in it can be an
// object.
type texts struct{ input.Values }

func (v texts) Object(tree any, into reflect.Type) (map[string]any, error) {
	if text, ok := tree.(string); ok && strings.TrimSpace(text) == "" {
		return map[string]any{}, nil
	}
	return v.Values.Object(tree, into)
}

type createInput struct {
	DistributionID    string `aws:"DistributionId" required:"true"`
	InvalidationBatch *struct {
		CallerReference string `required:"true"`
		Paths           struct {
			Items    []string
			Quantity int `required:"true"`
		} `required:"true"`
	}
}

// createInvalidation begins to invalidate paths.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
func (s *Service) createInvalidation(_ context.Context, in createInput) (any, error) {
	batch := in.InvalidationBatch
	if batch == nil {
		return nil, aws.Refuse(http.StatusBadRequest, "MissingBody", "This operation requires a body. Ensure that the body is present and the Content-Type header is set.")
	}
	s.mu.RLock() // the distribution is there as long as its invalidations are made
	defer s.mu.RUnlock()
	if err := s.checkDistribution(in.DistributionID); err != nil {
		return nil, err
	}
	if got, want := batch.Paths.Quantity, len(batch.Paths.Items); got != want {
		return nil, aws.Refuse(http.StatusBadRequest, "InconsistentQuantities", "The value of Quantity and the size of Items don't match: got %d and %d", got, want)
	}
	if err := checkBatch(batch.CallerReference, batch.Paths.Items); err != nil {
		return nil, err
	}
	made := &invalidation{
		ID: newInvalidationID(), Distribution: in.DistributionID, Created: s.Now().UTC(), Reference: batch.CallerReference, Paths: batch.Paths.Items,
	}
	status := made.status(made.Created)
	before, err := s.invalidations.add(s.Store, made)
	switch {
	case err != nil:
		return nil, err
	case before != nil:
		made, status = before, before.status(s.Now())
	default:
		s.cache.invalidate(made)
	}
	location := "https://" + endpoint + version + "/distribution/" + made.Distribution + "/invalidation/" + made.ID
	return answer{http.StatusCreated, location, made.document(status)}, nil
}

// checkBatch refuses paths that can't be invalidated, each of them.
func checkBatch(reference string, paths []string) error {
	var faults []error
	if reference == "" {
		faults = append(faults, errors.New("CallerReference: got none, want one"))
	}
	if len(paths) == 0 {
		faults = append(faults, errors.New("want at least one"))
	}
	for _, path := range paths {
		const most = 10
		if fault := checkPath(path); fault != "" && len(faults) < most {
			faults = append(faults, fmt.Errorf("%.100q: %s", path, fault))
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return invalid("Your request contains one or more invalid invalidation paths.", faults...)
}

type getInput struct {
	DistributionID string `aws:"DistributionId" required:"true"`
	ID             string `aws:"Id" required:"true"`
}

// getInvalidation returns an invalidation with its paths.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_GetInvalidation.html
func (s *Service) getInvalidation(_ context.Context, in getInput) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.checkDistribution(in.DistributionID); err != nil {
		return nil, err
	}
	list := s.invalidations.list(in.DistributionID)
	i := slices.IndexFunc(list, func(one *invalidation) bool { return one.ID == in.ID })
	if i < 0 {
		return nil, aws.Refuse(http.StatusNotFound, "NoSuchInvalidation", "The specified invalidation does not exist.")
	}
	return answer{status: http.StatusOK, document: list[i].document(list[i].status(s.Now()))}, nil
}

type listInput struct {
	DistributionID string `aws:"DistributionId" required:"true"`
	Marker         string
	MaxItems       *int `min:"1" max:"100"`
}

// mostListed is how many invalidations a page has at most.
const mostListed = 100

// listInvalidations returns those of a distribution, "in decreasing order from most recent to oldest".
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListInvalidations.html
func (s *Service) listInvalidations(_ context.Context, in listInput) (any, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if err := s.checkDistribution(in.DistributionID); err != nil {
		return nil, err
	}
	list := s.invalidations.list(in.DistributionID)
	if in.Marker != "" {
		i := slices.IndexFunc(list, func(one *invalidation) bool { return one.ID == in.Marker })
		if i < 0 {
			return nil, invalid("The argument is invalid.", fmt.Errorf("the marker: got %.100q, want the id of an invalidation", in.Marker))
		}
		list = list[i+1:]
	}
	page := listDocument{Namespace: namespace, Marker: in.Marker, MaxItems: mostListed, Items: []summary{}}
	if in.MaxItems != nil {
		page.MaxItems = *in.MaxItems
	}
	now := s.Now()
	for _, one := range list[:min(len(list), page.MaxItems)] {
		page.Items = append(page.Items, summary{one.ID, stamp(one.Created), one.status(now)})
	}
	if page.Quantity = len(page.Items); page.Quantity < len(list) {
		page.IsTruncated, page.NextMarker = true, page.Items[page.Quantity-1].ID
	}
	return answer{status: http.StatusOK, document: page}, nil
}

// checkDistribution refuses the id of none.
func (s *Service) checkDistribution(id string) error {
	if s.distributions.byID[id] == nil {
		return aws.Refuse(http.StatusNotFound, "NoSuchDistribution", "The specified distribution does not exist.")
	}
	return nil
}

func invalid(message string, faults ...error) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidArgument", "%s %s", message, strings.ReplaceAll(errors.Join(faults...).Error(), "\n", "; "))
}

func batchTooLarge(files int) error {
	return aws.Refuse(http.StatusRequestEntityTooLarge, "BatchTooLarge", "Invalidation batch specified is too large: got %d files, want at most %d", files, maxFiles)
}

func tooMany(what string) error {
	return aws.Refuse(http.StatusBadRequest, "TooManyInvalidationsInProgress", "Processing your request will cause you to exceed the maximum number of %s.", what)
}

func referenceUsed(reference string) error {
	return aws.Refuse(http.StatusBadRequest, "InvalidationBatchAlreadyExists", "Invalidation batch specified already exists: the reference %.100q is that of other paths", reference)
}

// The documents of answers.
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Invalidation.html,
// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_InvalidationList.html

type invalidationDocument struct {
	XMLName   xml.Name `xml:"Invalidation"`
	Namespace string   `xml:"xmlns,attr"`
	summary
	InvalidationBatch struct {
		CallerReference string
		Paths           struct {
			Items    []string `xml:"Items>Path"`
			Quantity int
		}
	}
}

type summary struct {
	ID         string `xml:"Id"`
	CreateTime string
	Status     string
}

type listDocument struct {
	XMLName     xml.Name  `xml:"InvalidationList"`
	Namespace   string    `xml:"xmlns,attr"`
	Items       []summary `xml:"Items>InvalidationSummary"`
	IsTruncated bool
	Marker      string
	MaxItems    int
	NextMarker  string `xml:",omitempty"`
	Quantity    int
}

func (i *invalidation) document(status string) invalidationDocument {
	d := invalidationDocument{Namespace: namespace, summary: summary{i.ID, stamp(i.Created), status}}
	d.InvalidationBatch.CallerReference = i.Reference
	d.InvalidationBatch.Paths.Items, d.InvalidationBatch.Paths.Quantity = i.Paths, len(i.Paths)
	return d
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
