package s3_test

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"lightbox.example/lightbox/sandbox/s3"
)

const s3Namespace = "http://s3.amazonaws.com/doc/2006-03-01/"

// node is an element of a document to be written.
type node struct {
	of         *s3.Element
	attributes string
	before     string // what stands before its content
	content    string // of an element without elements
	after      string // what stands behind the element
	left       bool   // out
	inner      []*node
}

// sample is a document with everything that it may have, and every node in it by its path.
func sample(of *s3.Element, path string, all map[string]*node) *node {
	n := &node{of: of, content: of.Text}
	all[path] = n
	for _, inner := range of.Elements {
		if !inner.Unsupported {
			n.inner = append(n.inner, sample(inner, path+"/"+inner.Name, all))
		}
	}
	return n
}

func (n *node) String() string {
	if n.left {
		return ""
	}
	b := strings.Builder{}
	fmt.Fprintf(&b, "<%s%s>%s%s", n.of.Name, n.attributes, n.before, n.content)
	for _, inner := range n.inner {
		b.WriteString(inner.String())
	}
	fmt.Fprintf(&b, "</%s>%s", n.of.Name, n.after)
	return b.String()
}

// asks sends a document as the operator, and returns the code and the body of the answer.
func (r *rig) asks(reader s3.Reader, document string) (code, body string) {
	response := r.direct(r.caller(operator), reader.Method, reader.Target, map[string]string{"Content-MD5": md5Of(document)}, []byte(document))
	body = response.Body.String()
	if response.Code < 300 {
		return "none", body
	}
	return errorCode(body), body
}

// Every element, attribute, namespace and text that S3's schema does not have is refused by its name, in every document that
// the sandbox reads, at every place.
func TestDocuments_areReadStrictly(t *testing.T) {
	r := newRig(t)
	r.put("k", "x")
	for _, reader := range s3.Readers() {
		t.Run(reader.Name, func(t *testing.T) {
			refused := func(what, code, document string, named ...string) {
				t.Helper()
				got, body := r.asks(reader, document)
				if got != code || slices.ContainsFunc(named, func(name string) bool { return !strings.Contains(body, name) }) {
					t.Errorf("%s: got %s, want %s that names %s\n%s\n%s", what, got, code, named, document, body)
				}
			}
			all := map[string]*node{}
			root := sample(reader.Shape, reader.Root, all)
			plain := root.String()
			for what, document := range map[string]string{
				"as it is":      plain,
				"declared":      `<?xml version="1.0" encoding="UTF-8"?>` + plain,
				"marked":        "\ufeff" + plain,
				"of S3":         strings.Replace(plain, ">", ` xmlns="`+s3Namespace+`">`, 1),
				"with a prefix": strings.Replace(strings.NewReplacer("</", "</a:", "<", "<a:").Replace(plain), ">", ` xmlns:a="`+s3Namespace+`">`, 1),
				// As XmlSerializer of .NET begins every document.
				"with prefixes that nothing has": strings.Replace(plain, ">", ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">`, 1),
				"with comments":                  strings.ReplaceAll(plain, "><", "> <!-- a comment --> <"),
				"with CDATA":                     strings.ReplaceAll(plain, ">x<", "><![CDATA[x]]><"),
			} {
				if code, body := r.asks(reader, document); code == "MalformedXML" || code == "NotImplemented" {
					t.Errorf("%s: %s\n%s", what, document, body)
				}
			}
			for path, n := range all {
				reset := func(change func()) string {
					kept := *n
					change()
					document := root.String()
					*n = kept
					return document
				}
				refused("an attribute of "+path, "MalformedXML", reset(func() { n.attributes = ` Foo="1"` }), path+":", "Foo")
				refused("an attribute of another namespace of "+path, "MalformedXML", reset(func() { n.attributes = ` xmlns:b="urn:b" b:Foo="1"` }), path, "Foo")
				refused("an element of another namespace in "+path, "MalformedXML", reset(func() { n.attributes, n.before = ` xmlns:b="urn:b"`, "<b:Key>x</b:Key>" }), path, "Key")
				refused("a namespace of "+path, "MalformedXML", reset(func() { n.attributes = ` xmlns="urn:b"` }), n.of.Name, "urn:b")
				refused("an element in "+path, "MalformedXML", reset(func() { n.before = "<Foo><Bar/></Foo>" }), path+":", "Foo")
				refused("a type of "+path, "MalformedXML", reset(func() { n.before = "<?foo bar?>" }), "foo")
				switch {
				case len(n.inner) > 0:
					refused("text in "+path, "MalformedXML", reset(func() { n.before = "Foo" }), path+":", "Foo")
				case n.content != "x":
					refused("another type of "+path, "MalformedXML", reset(func() { n.content = "Foo" }), path+":", "Foo")
				}
				if path != reader.Root && !n.of.Many {
					refused(path+" twice", "MalformedXML", reset(func() { n.after = n.String() }), path+":", "twice")
				}
				if path != reader.Root && n.of.Required {
					refused("without "+path, "MalformedXML", reset(func() { n.left = true }), path+":", "none")
				}
				for _, inner := range n.of.Elements {
					if inner.Unsupported {
						refused(path+"/"+inner.Name, "NotImplemented", reset(func() { n.before = fmt.Sprintf("<%s>1</%[1]s>", inner.Name) }), path+"/"+inner.Name)
					}
				}
			}
			other := strings.NewReplacer("<"+reader.Root+">", "<Foo>", "</"+reader.Root+">", "</Foo>").Replace(plain)
			refused("another document", "MalformedXML", other, "Foo", reader.Root)
			refused("two documents", "MalformedXML", plain+plain, reader.Root)
			refused("text behind it", "MalformedXML", plain+"Foo", "Foo")
			refused("a document type", "MalformedXML", `<!DOCTYPE Foo [<!ENTITY a "b">]>`+plain, "Foo")
			refused("another encoding", "MalformedXML", `<?xml version="1.0" encoding="UTF-16"?>`+plain, "UTF-16", "UTF-8")
			refused("no document", "MalformedXML", "", reader.Root)
			refused("a piece of one", "MalformedXML", plain[:len(plain)-1])
			refused("two faults", "MalformedXML", strings.Replace(plain, ">", "><Foo/><Bar/>", 1), "Foo", "Bar")
		})
	}
}

// Nothing in the package reads XML but by the table.
func TestDocuments_areReadInOnePlace(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		reads := strings.Contains(string(content), "xml.NewDecoder(") || strings.Contains(string(content), "xml.Unmarshal(")
		switch {
		case reads && file == "document.go":
			found++
		case reads && !strings.HasSuffix(file, "_test.go"):
			t.Errorf("%s reads XML; want document.go alone to", file)
		}
	}
	want(t, "places", found, 1)
}

// What the SDK can write into a document is known, or known not to be carried out.
func TestDocuments_knowWhatTheSDKWrites(t *testing.T) {
	for place, kind := range map[string]reflect.Type{
		"Delete/Object": reflect.TypeFor[types.ObjectIdentifier](), "CompleteMultipartUpload/Part": reflect.TypeFor[types.CompletedPart](),
		"Tagging/TagSet/Tag": reflect.TypeFor[types.Tag](),
	} {
		var e *s3.Element
		for _, reader := range s3.Readers() {
			if root, _, _ := strings.Cut(place, "/"); reader.Root == root {
				e = reader.Shape
			}
		}
		for name := range strings.SplitSeq(place[strings.Index(place, "/")+1:], "/") {
			e = e.Elements[slices.IndexFunc(e.Elements, func(e *s3.Element) bool { return e.Name == name })]
		}
		for i := range kind.NumField() {
			name := kind.Field(i).Name
			if kind.Field(i).IsExported() && !slices.ContainsFunc(e.Elements, func(e *s3.Element) bool { return e.Name == name }) {
				t.Errorf("%s: the SDK writes %s, which nobody declares", place, name)
			}
		}
	}
}
