package proof

import (
	"regexp"
	"slices"
	"strings"

	"github.com/dop251/goja/ast"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/system"
)

// The reasons for which a mutant that nobody chose may pass, besides those of Irrelevance. Each is about
// a place in code or schema that a machine finds; none is about a mutant that somebody has looked at.
// Limits is apart, as an irrelevant property is; the others count among the mutants.
const (
	limits = "how long, large or well-formed what somebody sends may be, whoever it is"

	identityGiven = "AppSync knows an identity of everybody whom the API's two modes let in"
	unreadHere    = "a value that this resolver does not read"
	ignoredAnswer = "what a pipeline's own request answers is read by nobody"
	lagging       = "a read that may lag"
	listOrder     = "the order of a list"
	lackable      = "an answer without what it may lack by the schema"
	described     = "how a product describes itself: that is its admins' to write"
	newID         = "an id that the server makes is always new"
	whichError    = "which error a database that fails, or a row that is not there, gives"

	otherStep  = "another step of the pipeline refuses the caller as well"
	asksNobody = "what is asked of a data source that is none"

	anyText      = "an id is a text, by either name"
	mayBeNull    = "what an answer always has may be null by the schema"
	mustBeThere  = "what may be null by the schema has to be there"
	leftOut      = "who leaves an argument out gets no further: the trials do"
	askedFor     = "an argument has to be sent"
	rootNull     = "a field may answer null, or must not: an error in its place"
	inputNull    = "a member of an input may be left out, or has to be there"
	unreadInput  = "an input or argument that no resolver reads"
	unanswered   = "a member that no resolver answers"
	pagesBegin   = "pages begin at their beginning, as long as they usually are"
	optionalGone = "what an input need not have is not there"
)

// checking are the functions that limit what somebody sends; they are in checkingModules, or called.
var (
	checking        = regexp.MustCompile(`^(if \(isGiven\([\w.]+\)\) \{\s*)?(checkLength|checkId|checkPhotoId|checkCurrency|checkProductInput)\(`)
	checkingModules = []string{"shared/checks.js", "shared/currency.js", "shared/page.js"}
	checkers        = []string{"isPictureName", "isUUID", "checkProductInput"}
	answering       = regexp.MustCompile(`^to[A-Z]`)
	twoReads        = regexp.MustCompile(`^(if \(.*\) \{\s*)?(notFound|checkFault|fault|conflict)\(`)
)

// reasoned are why an edit of a node may pass: what sets it apart, and what makes it equal.
func (c *codeTree) reasoned(n codeNode, edit codeEdit) (apart, equal string) {
	text, before := c.code[edit.from:edit.to], c.code[:edit.from]
	switch {
	case n.why != "":
		return n.why, ""
	case strings.Contains(c.line(edit.from, edit.to), "description"):
		return "", described
	case slices.Contains(checkingModules, n.module), slices.Contains(checkers, n.function), n.module == "shared/picture.js" && n.function == "", checking.MatchString(text):
		return limits, ""
	case n.function == "signedIn" && strings.Contains(before[strings.LastIndex(before, "\n")+1:]+text, "return ") && c.notRead(text):
		return "", unreadHere
	case c.dropsIdentity(n.Node, edit):
		return "", identityGiven
	case n.module == "pipeline.js" && n.function == "request":
		return "", ignoredAnswer
	case strings.Contains(c.line(edit.from, edit.to), "consistentRead: true") && !strings.Contains(text, "key") && !strings.Contains(text, "operation"):
		return "", lagging
	case strings.Contains(c.line(edit.from, edit.to), "scanIndexForward: "):
		return "", listOrder
	case answering.MatchString(n.function) && edit.operator == "remove a member":
		return "", lackable
	case strings.Contains(text, "attribute_not_exists("):
		return "", newID
	case n.module == "shared/database.js", n.module == "shared/errors.js" && n.function != "unauthorized", twoReads.MatchString(text):
		return "", whichError
	}
	return "", ""
}

// placed is reasoned by where a resolver or function is in the API.
func placed(of system.API, id string, n codeNode) string {
	asks, refuses := false, true
	for _, resolver := range of.Resolvers {
		if resolver.LogicalID == id && len(resolver.Steps) == 0 {
			asks, refuses = resolver.Source != string(access.None), false
		}
		inPipeline := slices.ContainsFunc(resolver.Steps, func(step system.Step) bool { return step.LogicalID == id })
		if asks = asks || inPipeline; inPipeline && !slices.ContainsFunc(resolver.Steps, func(step system.Step) bool {
			return step.LogicalID != id && strings.Contains(step.Code, "function signedIn(")
		}) {
			refuses = false
		}
	}
	switch {
	case n.function == "signedIn" && asks && refuses:
		return otherStep
	case n.function == "request" && !asks && !strings.HasPrefix(n.module, "shared/"):
		return asksNobody
	}
	return ""
}

// notRead tells whether nothing but signedIn has the names of the members in a text.
func (c *codeTree) notRead(text string) bool {
	start := strings.Index(c.code, "function signedIn(")
	end := start + strings.Index(c.code[start:], "\n}")
	rest := c.code[:start] + c.code[end:]
	read := func(name string) bool { return regexp.MustCompile(`\b` + name + `\b`).MatchString(rest) }
	if strings.HasPrefix(text, "{") {
		return !read("sub") && !read("username")
	}
	for _, name := range []string{"username", "sub"} {
		if strings.Contains(text, name) {
			return !read(name)
		}
	}
	return false
}

// dropsIdentity tells an edit that takes away the question whether there is an identity, and nothing else.
func (c *codeTree) dropsIdentity(node ast.Node, edit codeEdit) bool {
	n, isBinary := node.(*ast.BinaryExpression)
	return isBinary && edit.operator == "take one side" && edit.with == c.text(n.Right) &&
		slices.Contains([]string{"!!ctx.identity", "!ctx.identity"}, c.text(n.Left))
}

// schemaReason is why a mutant of a schema may pass. Input tells that it is of a type that callers send,
// root of Query, Mutation or Subscription.
func schemaReason(operator, what string) string {
	place, _, _ := strings.Cut(strings.TrimSuffix(what, ":"), " ")
	of, _, _ := strings.Cut(place, ".")
	input, root := strings.HasSuffix(of, "Input"), slices.Contains([]string{"Query", "Mutation", "Subscription"}, of)
	nullable, required := strings.HasSuffix(what, "null or not") && !strings.Contains(what, "! null"), strings.HasSuffix(what, "! null or not")
	switch {
	case strings.HasSuffix(what, " another") && strings.Contains(what, ": ID"):
		return anyText
	case operator == "change a field's type" && input && (nullable || required):
		return inputNull
	case operator == "change a field's type" && root && (nullable || required):
		return rootNull
	case operator == "change a field's type" && required:
		return mayBeNull
	case operator == "change a field's type" && nullable:
		return mustBeThere
	case operator == "change an argument's type" && required:
		return leftOut
	case operator == "change an argument's type" && nullable:
		return askedFor
	case operator == "add an argument" && root, (operator == "add a field" || operator == "extend a type") && input:
		return unreadInput
	case (operator == "add a field" || operator == "extend a type") && !root:
		return unanswered
	case operator == "remove an argument" && (strings.Contains(what, "(limit)") || strings.Contains(what, "(nextToken)")),
		operator == "change an argument's type" && (strings.Contains(what, "(limit)") || strings.Contains(what, "(nextToken)")):
		return pagesBegin
	case operator == "remove a field" && input:
		return optionalGone
	}
	return ""
}
