package aws_test

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/sandbox/aws"
)

var cognito = aws.JSONProtocol{Version: "1.1", Target: "AWSCognitoIdentityProviderService", Internal: "InternalServerError"}

func post(body string) *http.Request {
	r := httptest.NewRequest("POST", "/", strings.NewReader(body))
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
	return r
}

func TestJSON_readsTheOperation(t *testing.T) {
	operation, err := cognito.Operation(post(""), 0)
	if err != nil || operation != "SignUp" {
		t.Errorf("got %q, %v", operation, err)
	}
	r := post("")
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	if _, err := cognito.Operation(r, 0); codeOf(err) != "UnknownOperationException" {
		t.Errorf("got %v", err)
	}
}

func TestReadBody_refusesMoreThanItsLimit(t *testing.T) {
	if body, err := aws.ReadBody(post("four"), 4); err != nil || string(body) != "four" {
		t.Errorf("got %q, %v", body, err)
	}
	if _, err := aws.ReadBody(post("fives"), 4); codeOf(err) != "RequestEntityTooLarge" {
		t.Errorf("got %v, want RequestEntityTooLarge", err)
	}
}

func TestJSON_answers(t *testing.T) {
	r := post("")
	ctx, entry := aws.WithEntry(r.Context())
	r = r.WithContext(ctx)
	w := httptest.NewRecorder()
	cognito.Write(w, r, "SignUp", map[string]bool{"UserConfirmed": false})
	if got := w.Body.String(); got != `{"UserConfirmed":false}` || w.Header().Get("Content-Type") != "application/x-amz-json-1.1" {
		t.Errorf("got %s, %v", got, w.Header())
	}
	if id := w.Header().Get("X-Amzn-Requestid"); id == "" || id != entry.RequestID {
		t.Errorf("got request id %q", id)
	}
	w = httptest.NewRecorder()
	aws.JSONProtocol{Version: "1.0", TypeName: "com.amazonaws.dynamodb.v20120810"}.WriteError(w, r, aws.Refuse(400, "ValidationException", "no %s", "good"))
	want := `{"__type":"com.amazonaws.dynamodb.v20120810#ValidationException","message":"no good"}`
	if got := w.Body.String(); got != want || w.Code != 400 || w.Header().Get("X-Amzn-Errortype") != "ValidationException" {
		t.Errorf("got %d %s, want %s", w.Code, got, want)
	}
}

func TestWriteError_keepsInnerFaultsToTheLog(t *testing.T) {
	r := post("")
	ctx, entry := aws.WithEntry(r.Context())
	r = r.WithContext(ctx)
	fault := errors.New("disk full at /home/ann")
	for code, write := range map[string]func(http.ResponseWriter, *http.Request, error){
		"InternalServerError": cognito.WriteError,
		"InternalFailure":     aws.QueryProtocol{}.WriteError,
	} {
		w := httptest.NewRecorder()
		write(w, r, fault)
		if w.Code != 500 || !strings.Contains(w.Body.String(), code) || strings.Contains(w.Body.String(), "ann") {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		if !errors.Is(entry.Fault, fault) {
			t.Errorf("the log has %v", entry.Fault)
		}
	}
}

func TestQuery_readsForms(t *testing.T) {
	p := aws.QueryProtocol{Namespace: "http://example/"}
	r := httptest.NewRequest("POST", "/?Version=2010-05-15", strings.NewReader("Action=ListStacks&A.member.1=x+y"))
	operation, err := p.Operation(r, 100)
	if err != nil {
		t.Fatal(err)
	}
	body, err := p.Body(r, 100)
	if err != nil {
		t.Fatal(err)
	}
	form, err := aws.ParseQuery(string(body))
	if err != nil || operation != "ListStacks" || form.Get("A.member.1") != "x y" || form.Get("Version") != "2010-05-15" {
		t.Errorf("got %q, %v, %v", operation, form, err)
	}
	for body, want := range map[string]string{"": "MissingAction", "Action=%zz": "MalformedQueryString", strings.Repeat("a", 101): "RequestEntityTooLarge"} {
		if _, err := p.Operation(httptest.NewRequest("POST", "/", strings.NewReader(body)), 100); codeOf(err) != want {
			t.Errorf("%.20q: got %v, want %s", body, err, want)
		}
	}
}

func TestQuery_answers(t *testing.T) {
	p := aws.QueryProtocol{Namespace: "http://example/"}
	r := httptest.NewRequest("POST", "/", nil)
	ctx, entry := aws.WithEntry(r.Context())
	r = r.WithContext(ctx)
	w := httptest.NewRecorder()
	p.Write(w, r, "GetIt", struct{ Name string }{"a<b"})
	want := `<GetItResponse xmlns="http://example/"><GetItResult><Name>a&lt;b</Name></GetItResult><ResponseMetadata><RequestId>` + entry.RequestID + `</RequestId></ResponseMetadata></GetItResponse>`
	if got := w.Body.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	w = httptest.NewRecorder()
	p.WriteError(w, r, aws.Refuse(400, "ValidationError", "Stack with id x does not exist"))
	want = `<ErrorResponse xmlns="http://example/"><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id x does not exist</Message></Error><RequestId>` + entry.RequestID + `</RequestId></ErrorResponse>`
	if got := w.Body.String(); got != want || w.Code != 400 {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRESTXMLError_writesTheDetails(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	body := aws.RESTXMLError(r, aws.Refuse(404, "NoSuchKey", "gone & <lost>").With("Key", "a\x01b"))
	var document struct {
		XMLName            xml.Name `xml:"Error"`
		Code, Message, Key string
	}
	if err := xml.Unmarshal(body, &document); err != nil || document.Code != "NoSuchKey" || document.Message != "gone & <lost>" {
		t.Errorf("got %s, %v", body, err)
	}
}

func TestDecode_readsProperties(t *testing.T) {
	type rule struct {
		ID   string `cfn:"Id"`
		Days int
	}
	var got struct {
		Name     string
		Enabled  *bool
		Rules    []rule
		Tags     map[string]string
		Document any
		Ratio    float64
	}
	var properties map[string]any
	err := json.Unmarshal([]byte(`{"Name": "b", "Enabled": "true", "Rules": [{"Id": "x", "Days": "30"}, {"Days": 1}], "Tags": {"a": "b"}, "Document": {"x": [1]}, "Ratio": 1.2}`), &properties)
	if err != nil {
		t.Fatal(err)
	}
	if err := aws.Decode("AWS::X::Y", properties, &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "b" || !*got.Enabled || len(got.Rules) != 2 || got.Rules[0] != (rule{"x", 30}) || got.Rules[1].Days != 1 || got.Tags["a"] != "b" || got.Ratio != 1.2 {
		t.Errorf("got %+v", got)
	}
}

func TestEncode_saysWhatDecodeHasRead(t *testing.T) {
	type rule struct {
		ID   string `cfn:"Id"`
		Days int
		On   bool
	}
	type settings struct {
		Name, Empty string
		Off         *bool
		Zero        *int
		None        *rule
		Rules       []rule
		Unset       rule
		Tags        map[string]string
		Document    any
		Ratio       float64
	}
	want := map[string]any{
		"Name": "b", "Off": false, "Zero": 0.0, "Tags": map[string]any{"a": ""}, "Document": map[string]any{"x": []any{""}}, "Ratio": 1.5,
		"Rules": []any{map[string]any{"Id": "x", "Days": 30.0, "On": false}, map[string]any{"On": true}},
	}
	var read settings
	if err := aws.Decode("AWS::X::Y", want, &read); err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]any{"a struct": read, "a pointer": &read} {
		if diff := cmp.Diff(want, aws.Encode(value)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDecode_refusesByPath(t *testing.T) {
	var got struct {
		Name    string
		Enabled bool
		Rules   []struct{ Days int }
	}
	err := aws.Decode("AWS::X::Y", map[string]any{
		"Foo": nil, "Name": []any{}, "Enabled": "1", "Rules": []any{map[string]any{"Days": 1.5}, map[string]any{"Bar": 1.0}, "x"},
	}, &got)
	want := `AWS::X::Y.Enabled: got "1", want true or false
AWS::X::Y.Foo is not supported by the sandbox
AWS::X::Y.Name: got []interface {}, want a single value
AWS::X::Y.Rules[0].Days: got "1.5", want a whole number
AWS::X::Y.Rules[1].Bar is not supported by the sandbox
AWS::X::Y.Rules[2]: got string, want an object`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
