package cloudfront_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/credentials"
	client "github.com/aws/aws-sdk-go-v2/service/cloudfront"
	"github.com/aws/aws-sdk-go-v2/service/cloudfront/types"
	"github.com/aws/smithy-go"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/iam"
	"lightbox.example/lightbox/sandbox/roles"
)

var root = sdk.Credentials{AccessKeyID: developer.ID, SecretAccessKey: developer.Secret}

// api is AWS's client of CloudFront, by a key.
func (r *rig) api(as sdk.Credentials) *client.Client {
	return client.New(client.Options{
		Region: "us-east-1", Credentials: credentials.StaticCredentialsProvider{Value: as}, HTTPClient: r, Retryer: sdk.NopRetryer{},
	})
}

func (r *rig) distribution() string { return r.one("AWS::CloudFront::Distribution", "").PhysicalID }

// invalidate invalidates paths under a reference.
func (r *rig) invalidate(reference string, paths ...string) (*client.CreateInvalidationOutput, error) {
	return r.invalidateOf(r.distribution(), reference, paths...)
}

func (r *rig) invalidateOf(distribution, reference string, paths ...string) (*client.CreateInvalidationOutput, error) {
	return r.api(root).CreateInvalidation(ctx, &client.CreateInvalidationInput{DistributionId: &distribution, InvalidationBatch: &types.InvalidationBatch{
		CallerReference: &reference, Paths: &types.Paths{Items: paths, Quantity: sdk.Int32(int32(len(paths)))}, //nolint:gosec // a few thousand
	}})
}

// must invalidates paths, and returns the id.
func (r *rig) must(reference string, paths ...string) string {
	r.t.Helper()
	got, err := r.invalidate(reference, paths...)
	if err != nil {
		r.t.Fatal(err)
	}
	return *got.Invalidation.Id
}

// status is that of an invalidation.
func (r *rig) status(id string) string {
	r.t.Helper()
	distribution := r.distribution()
	got, err := r.api(root).GetInvalidation(ctx, &client.GetInvalidationInput{DistributionId: &distribution, Id: &id})
	if err != nil {
		r.t.Fatal(err)
	}
	return *got.Invalidation.Status
}

// coded wants an error with a code, and words in its message.
func coded(t *testing.T, what string, err error, code string, words ...string) {
	t.Helper()
	var refusal smithy.APIError
	if !errors.As(err, &refusal) || refusal.ErrorCode() != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
		return
	}
	for _, word := range words {
		if !strings.Contains(refusal.ErrorMessage(), word) {
			t.Errorf("%s: got %s, want %s", what, refusal.ErrorMessage(), word)
		}
	}
}

// https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
func TestAPI_createsGetsAndListsInvalidations(t *testing.T) {
	r := newRig(t)
	made, err := r.invalidate("first", "/a.png", "/b/*")
	if err != nil {
		t.Fatal(err)
	}
	distribution, id := r.distribution(), *made.Invalidation.Id
	want(t, "location", *made.Location, "https://cloudfront.amazonaws.com/2020-05-31/distribution/"+distribution+"/invalidation/"+id)
	want(t, "at first", *made.Invalidation.Status, "InProgress")
	want(t, "created", *made.Invalidation.CreateTime, r.clock.Now())
	got, err := r.api(root).GetInvalidation(ctx, &client.GetInvalidationInput{DistributionId: &distribution, Id: &id})
	if err != nil {
		t.Fatal(err)
	}
	batch := got.Invalidation.InvalidationBatch
	want(t, "the batch", []any{*batch.CallerReference, batch.Paths.Items, *batch.Paths.Quantity}, []any{"first", []string{"/a.png", "/b/*"}, 2})
	want(t, "whoever polls", r.status(id), "InProgress")
	r.clock.Pass(waits)
	want(t, "sees it complete", r.status(id), "Completed")

	ids := []string{r.must("third", "/c"), r.must("second", "/c"), id}
	slices.Reverse(ids[:2])
	var listed []string
	pages := client.NewListInvalidationsPaginator(r.api(root), &client.ListInvalidationsInput{DistributionId: &distribution, MaxItems: sdk.Int32(2)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatal(err)
		}
		want(t, "its quantity", int(*page.InvalidationList.Quantity), len(page.InvalidationList.Items))
		for _, one := range page.InvalidationList.Items {
			listed = append(listed, *one.Id)
			want(t, *one.Id, *one.Status, map[bool]string{true: "Completed", false: "InProgress"}[*one.Id == id])
		}
	}
	want(t, "the list, the latest first", listed, ids)
	r.open(0)
	want(t, "after a restart", r.status(id), "Completed")
}

func TestAPI_refusesWhatIsNotThere(t *testing.T) {
	r := newRig(t)
	distribution, none := r.distribution(), "ENONE"
	_, err := r.invalidateOf(none, "x", "/x")
	coded(t, "another distribution", err, "NoSuchDistribution")
	_, err = r.api(root).GetInvalidation(ctx, &client.GetInvalidationInput{DistributionId: &none, Id: &none})
	coded(t, "of another distribution", err, "NoSuchDistribution")
	_, err = r.api(root).ListInvalidations(ctx, &client.ListInvalidationsInput{DistributionId: &none})
	coded(t, "those of another distribution", err, "NoSuchDistribution")
	_, err = r.api(root).GetInvalidation(ctx, &client.GetInvalidationInput{DistributionId: &distribution, Id: &none})
	coded(t, "another invalidation", err, "NoSuchInvalidation")
	_, err = r.api(root).ListInvalidations(ctx, &client.ListInvalidationsInput{DistributionId: &distribution, Marker: &none})
	coded(t, "a marker of none", err, "InvalidArgument", "the marker")
	_, err = r.api(root).ListDistributions(ctx, &client.ListDistributionsInput{})
	coded(t, "another operation", err, "UnknownOperationException", "GET /2020-05-31/distribution is not an operation of cloudfront that the sandbox knows")
	_, err = r.api(root).GetDistribution(ctx, &client.GetDistributionInput{Id: &distribution})
	coded(t, "another operation of a distribution", err, "UnknownOperationException")
	_, err = r.api(root).DeleteDistribution(ctx, &client.DeleteDistributionInput{Id: &distribution})
	coded(t, "its deletion", err, "UnknownOperationException", "DELETE")
}

// https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
func TestAPI_asksIAM(t *testing.T) {
	r := newRig(t)
	distribution := r.distribution()
	may := r.session("arn:aws:cloudfront::"+account+":distribution/"+distribution, "cloudfront:CreateInvalidation")
	invalidate := func(as sdk.Credentials, distribution string) error {
		_, err := r.api(as).CreateInvalidation(ctx, &client.CreateInvalidationInput{DistributionId: &distribution, InvalidationBatch: &types.InvalidationBatch{
			CallerReference: sdk.String("x"), Paths: &types.Paths{Items: []string{"/x"}, Quantity: sdk.Int32(1)},
		}})
		return err
	}
	fails(t, "control", invalidate(may, distribution))
	coded(t, "another distribution", invalidate(may, "ENONE"), "AccessDenied", "is not authorized to perform: cloudfront:CreateInvalidation on resource: arn:aws:cloudfront::"+account+":distribution/ENONE")
	_, err := r.api(may).GetInvalidation(ctx, &client.GetInvalidationInput{DistributionId: &distribution, Id: sdk.String("I")})
	coded(t, "another operation", err, "AccessDenied", "cloudfront:GetInvalidation")
	_, err = r.api(may).ListInvalidations(ctx, &client.ListInvalidationsInput{DistributionId: &distribution})
	coded(t, "the list", err, "AccessDenied", "cloudfront:ListInvalidations")
	coded(t, "another secret", invalidate(sdk.Credentials{AccessKeyID: developer.ID, SecretAccessKey: "other"}, distribution), "SignatureDoesNotMatch")
	coded(t, "another key", invalidate(sdk.Credentials{AccessKeyID: "AKIDNONE", SecretAccessKey: "other"}, distribution), "InvalidClientTokenId")

	path := "/2020-05-31/distribution/" + distribution + "/invalidation"
	r.post(sdk.Credentials{}, "", path, document("y", "1", "/y")).refused(t, "nobody", 403, "MissingAuthenticationToken", "")
	r.post(root, "eu-central-1", path, document("y", "1", "/y")).refused(t, "another region", 403, "SignatureDoesNotMatch", "eu-central-1")
	r.post(may, "us-east-1", path+"x", "").refused(t, "what is no operation", 404, "UnknownOperationException", "")
	r.post(may, "us-east-1", strings.Replace(path, distribution, "ENONE", 1), "<").refused(t, "a fault of who may not", 403, "AccessDenied", "")
	want(t, "control", r.post(root, "us-east-1", path, document("y", "1", "/y")).status, 201)
}

// session is one of a role that may do something.
func (r *rig) session(resource string, action string) sdk.Credentials {
	r.t.Helper()
	statement := func(more map[string]any) map[string]any {
		more["Effect"] = "Allow"
		return map[string]any{"Version": "2012-10-17", "Statement": []any{more}}
	}
	if _, err := r.roles.ResourceTypes()["AWS::IAM::Role"].Create(ctx, aws.Resource{Stack: "test", LogicalID: "Caller", Suffix: "abcdefghijkl", Properties: map[string]any{
		"RoleName": "caller", "AssumeRolePolicyDocument": statement(map[string]any{"Principal": map[string]any{"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}),
		"Policies": []any{map[string]any{"PolicyName": "p", "PolicyDocument": statement(map[string]any{"Action": action, "Resource": resource})}},
	}}); err != nil {
		r.t.Fatal(err)
	}
	s, err := r.roles.Assume(ctx, roles.Request{
		RoleARN: "arn:aws:iam::" + account + ":role/caller", SessionName: "test", Caller: &aws.Caller{Principal: iam.Service{Name: "ec2.amazonaws.com"}},
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return sdk.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, SessionToken: s.SessionToken}
}

// post sends a body that a key signs for a region; none if its id is "".
func (r *rig) post(as sdk.Credentials, region, path, body string) answer {
	r.t.Helper()
	request, err := http.NewRequest(http.MethodPost, "https://cloudfront.amazonaws.com"+path, bytes.NewReader([]byte(body)))
	if err != nil {
		r.t.Fatal(err)
	}
	if as.AccessKeyID != "" {
		sum := sha256.Sum256([]byte(body))
		if err := v4.NewSigner().SignHTTP(ctx, as, request, hex.EncodeToString(sum[:]), "cloudfront", region, r.clock.Now()); err != nil {
			r.t.Fatal(err)
		}
	}
	response, err := r.Do(request)
	if err != nil {
		r.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, string(content)}
}

// Do sends a request to the API without a connection: one may be reset before the refusal of a body that nobody reads.
func (r *rig) Do(request *http.Request) (*http.Response, error) {
	var wire bytes.Buffer
	if err := request.Write(&wire); err != nil {
		return nil, err
	}
	received, err := http.ReadRequest(bufio.NewReader(&wire))
	if err != nil {
		return nil, err
	}
	received.TLS, received.RemoteAddr = &tls.ConnectionState{Version: tls.VersionTLS13}, "127.0.0.1:1"
	recorder := httptest.NewRecorder()
	r.handle.ServeHTTP(recorder, received)
	return recorder.Result(), nil
}

// refused wants a refusal in CloudFront's document.
func (a answer) refused(t *testing.T, what string, status int, code, message string) {
	t.Helper()
	var got struct {
		XMLName xml.Name
		Error   struct{ Type, Code, Message string }
	}
	if err := xml.Unmarshal([]byte(a.body), &got); err != nil || got.XMLName.Space != "http://cloudfront.amazonaws.com/doc/2020-05-31/" || got.XMLName.Local != "ErrorResponse" ||
		a.status != status || got.Error.Type != "Sender" || got.Error.Code != code || !strings.Contains(got.Error.Message, message) {
		t.Errorf("%s: got %d %s, want %d %s with %s", what, a.status, a.body, status, code, message)
	}
}

// document is that of a batch.
func document(reference, quantity string, paths ...string) string {
	items := ""
	if len(paths) > 0 {
		items = "<Items><Path>" + strings.Join(paths, "</Path>\n<Path>") + "</Path></Items>"
	}
	return `<?xml version="1.0" encoding="UTF-8"?>
<InvalidationBatch xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"><CallerReference>` + reference + "</CallerReference><Paths>" + items +
		"<Quantity>" + quantity + "</Quantity></Paths></InvalidationBatch>\n"
}

func TestAPI_saysWhatIsWrongWithADocument(t *testing.T) {
	r := newRig(t)
	path := "/2020-05-31/distribution/" + r.distribution() + "/invalidation"
	right := document("right", "2", "/x", "/y")
	for name, body := range map[string]string{
		"control": right, "without a namespace": strings.Replace(right, ` xmlns="http://cloudfront.amazonaws.com/doc/2020-05-31/"`, "", 1),
		"with a comment": strings.Replace(right, "<Paths>", "<!-- paths --><Paths>", 1),
	} {
		if got := r.post(root, "us-east-1", path, body); got.status != 201 {
			t.Errorf("%s: got %d %s", name, got.status, got.body)
		}
	}
	for _, test := range []struct {
		name, body, code, message string
	}{
		{"nothing", "", "MissingBody", "This operation requires a body"},
		{"no XML", "{}", "MalformedInput", ""},
		{"blanks", " \n", "MalformedInput", "unexpected EOF"},
		{"half of it", right[:len(right)/2], "MalformedInput", ""},
		{"two roots", right + "<InvalidationBatch/>", "MalformedInput", "more than one element"},
		{"text behind it", right + "x", "MalformedInput", ""},
		{"another namespace", strings.Replace(right, "2020-05-31/\"", "2012-05-05/\"", 1), "MalformedInput", "2012-05-05"},
		{"entities", strings.Replace(right, "<InvalidationBatch", `<!DOCTYPE x [<!ENTITY x "y">]><InvalidationBatch`, 1), "MalformedInput", "DOCTYPE"},
		{"another root", "<DistributionConfig/>", "MalformedXML", "CreateInvalidation: DistributionConfig is not supported by the sandbox"},
		{"another member", strings.Replace(right, "<Paths>", "<Tags>x</Tags><Paths>", 1), "MalformedXML", "invalidationBatch.Tags is not supported by the sandbox"},
		{"a member twice", strings.Replace(right, "<Paths>", "<CallerReference>x</CallerReference><Paths>", 1), "MalformedInput", "CallerReference twice"},
		{"text among elements", strings.Replace(right, "<Paths>", "<Paths>x", 1), "MalformedInput", "got the text"},
		{"another element in the list", strings.ReplaceAll(right, "Path>", "Key>"), "MalformedInput", "want Path"},
		{"elements in a text", document("right", "1", "<a>/x</a>"), "MalformedInput", "got an object, want a string"},
		{"no number", document("x", "two", "/x", "/y"), "MalformedInput", "two"},
		{"a path for the list", strings.Replace(right, "<Items>", "<Items>/x", 1), "MalformedInput", "got the text"},
		{"nested for ever", strings.Repeat("<a>", 1000), "MalformedInput", "deeper than 32"},
		{"an empty batch", "<InvalidationBatch/>", "MalformedXML", "2 validation errors detected: Value null at 'invalidationBatch.callerReference' failed to satisfy constraint: Member must not be null; Value null at 'invalidationBatch.paths'"},
		{"no quantity", strings.Replace(right, "<Quantity>2</Quantity>", "", 1), "MalformedXML", "Value null at 'invalidationBatch.paths.quantity'"},
		{"another quantity", document("x", "3", "/x", "/y"), "InconsistentQuantities", "got 3 and 2"},
		{"a quantity of none", document("x", "1"), "InconsistentQuantities", "got 1 and 0"},
		{"no paths", document("x", "0"), "InvalidArgument", "want at least one"},
		{"no reference", document("", "1", "/x"), "InvalidArgument", "CallerReference"},
		{"all faults at once", document("", "2", "x", "/*/"), "InvalidArgument", `CallerReference: got none, want one; "x": want a slash at its begin; "/*/": want * as its last`},
	} {
		r.post(root, "us-east-1", path, test.body).refused(t, test.name, 400, test.code, test.message)
	}
	r.post(root, "us-east-1", path+"?Max=1", right).refused(t, "a parameter", 400, "MalformedXML", "Max is not supported by the sandbox")
	r.post(root, "us-east-1", path, document("x", "1", "/"+strings.Repeat("x", 16<<20))).refused(t, "more than it reads", 413, "BatchTooLarge", "")
}
