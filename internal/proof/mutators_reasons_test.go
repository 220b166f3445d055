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
	unreadHere    = "nothing that signedIn answers is read by this resolver"
	unreadName    = "this resolver does not read the user name"
	unreadSub     = "this resolver does not read the sub"
	separated     = "how the parts of a claim are set apart: each has one length, or is in one place"
	ignoredAnswer = "what a pipeline's own request answers is read by nobody"
	lagging       = "a read that may lag"
	listOrder     = "the order of a list"
	besides       = "what a row says besides who may see it: its writer wrote it, its readers read it"
	growing       = "a version that grows by more than one"
	described     = "how a product describes itself: that is its admins' to write"
	newID         = "an id that the server makes is always new"
	foundBefore   = "the step before finds no such row"
	failing       = "which error a database gives that fails, or is too late"
	unchecked     = "which error a write gives that the database refused"
	otherError    = "which of the errors it is that refuses the caller"
	missingRow    = "which error a row gives that is not there"
	joined        = "how an expression is put together: DynamoDB refuses a wrong one"
	otherStep     = "another step of the pipeline refuses the caller as well"
	otherHandler  = "the handler after it refuses the caller as well"
	asksNobody    = "what is asked of a data source that is none"
	notMade       = "a picture that is not made gives nobody anything"
	anyOfASet     = "which file of a set it is: who may see one may see all"

	anyText      = "an id, a time and a format are texts, by either name"
	mayBeNull    = "what an answer always has may be null by the schema"
	mustBeThere  = "what may be null by the schema has to be there"
	leftOut      = "who leaves an argument out gets no further: the trials do"
	askedFor     = "an argument has to be sent"
	rootNull     = "a field may answer null, or must not: an error in its place"
	inputNull    = "a member of an input may be left out, or has to be there"
	unreadInput  = "an input or argument that no resolver reads"
	unanswered   = "a member that no resolver answers"
	pagesBegin   = "pages begin at their beginning, as long as they usually are"
	optionalGone = "what need not be sent cannot be"
)

// checking are the calls that limit what somebody sends.
var checking = regexp.MustCompile(`^(if \(isGiven\([\w.]+\)\) \{\s*)?(checkLength|checkId|checkPhotoId|checkCurrency|checkProductInput)\(`)

// A codeReason is a reason by where a mutant is: its module, its function, the line that it is in, and
// what it replaces. Each pattern has to match.
type codeReason struct{ module, function, line, text, why string }

// codeReasons are looked at in their order.
var codeReasons = []codeReason{
	{why: described, line: `description`},
	{why: limits, module: `^shared/(checks|currency|page)\.js$`},
	{why: limits, function: `^(isPictureName|isUUID|checkProductInput)$`},
	{why: limits, module: `^shared/(picture|product)\.js$`, function: `^$`},
	{why: limits, text: `isPictureName`, function: `^checkPicture$`},
	{why: limits, line: checking.String()},
	{why: limits, module: `^shared/room\.js$`, function: `^roomCondition$`, line: `^most(Photos|Bytes): `},
	{why: limits, module: `^roomForPhoto\.js$`, text: `^1$`},
	{why: limits, module: `^reserve\.js$`, line: `^limitExceeded\(`, text: `^(you have sent|pictures today: send more tomorrow)?$`},
	{why: separated, line: "claim: `", text: `^\W{0,2}$`},
	{why: ignoredAnswer, module: `^pipeline\.js$`, function: `^request$`},
	{why: lagging, text: `consistentRead|true`, line: `consistentRead: true`},
	{why: listOrder, line: `scanIndexForward: `},
	{why: besides, function: `^to[A-Z]`},
	{why: besides, text: `^(row\.\w+ = input\.\w+;|\s*text,\s*|, text: null|\s*createdAt: .*|REMOVE .*)$`},
	{why: besides, line: `^if \(isGiven\((input\.)?caption\)\)`},
	{why: growing, line: `\bone: 1\b`},
	{why: pagesBegin, text: `nextToken: |pageRequest\(`},
	{why: newID, line: `attribute_not_exists\(|autoId\(\)`},
	{why: newID, text: `attribute_not_exists\(`},
	{why: foundBefore, text: `attribute_exists\(`, module: `^delete`},
	{why: failing, module: `^shared/database\.js$`},
	{why: unchecked, line: `^(if \(.*\) \{\s*)?(checkFault|fault|checkProductWrite)\(|failed\[`},
	{why: otherError, module: `^shared/errors\.js$`, function: `^(notFound|conflict|badRequest)$`},
	{why: otherError, line: `^if \(!moderates\(ctx\) && `, function: `^response$`},
	{why: otherError, module: `^shared/room\.js$`, function: `^whyNoRoom$`},
	{why: missingRow, line: `^if \((photo|comment)\) \{`, function: `^response$`},
	{why: missingRow, line: `^(notFound|conflict)\(|^if \(!(row|ctx\.result)\b|^return ctx\.result \?`},
	{why: missingRow, function: `^checkProductWrite$`},
	{why: joined, module: `^shared/expression\.js$`},
	{why: anyOfASet, module: `^shared/picture\.js$`, function: `^(fileOf|jpegKey)$`},
	{why: notMade, module: `^readProduct\.js$`, text: `^ctx\.stash\.make = `},
}

// reasoned are why an edit of a node may pass: what sets it apart, and what makes it equal.
func (c *codeTree) reasoned(n codeNode, edit codeEdit) (apart, equal string) {
	text := c.code[edit.from:edit.to]
	if n.why != "" {
		return n.why, ""
	}
	if why := c.notRead(n, edit); why != "" {
		return "", why
	}
	if c.dropsIdentity(n.Node, edit) {
		return "", identityGiven
	}
	matches := func(pattern, text string) bool { return pattern == "" || regexp.MustCompile(pattern).MatchString(text) }
	for _, r := range codeReasons {
		if matches(r.module, n.module) && matches(r.function, n.function) && matches(r.line, c.line(edit.from, edit.to)) && matches(r.text, strings.TrimSpace(text)) {
			if r.why == limits {
				return limits, ""
			}
			return "", r.why
		}
	}
	return "", ""
}

// placed is reasoned by where a resolver or function is in the API.
func (c *codeTree) placed(of system.API, id string, n codeNode, text string) string {
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
	case (n.function == "signedIn" || text == "signedIn(ctx);") && asks && refuses:
		return otherStep
	case n.function == "request" && text == "signedIn(ctx);" && strings.Count(c.code, "signedIn(ctx)") > 2:
		return otherHandler
	case n.function == "request" && !asks && !strings.HasPrefix(n.module, "shared/"):
		return asksNobody
	}
	return ""
}

// notRead is why what signedIn answers may change: nothing reads that part of it.
func (c *codeTree) notRead(n codeNode, edit codeEdit) string {
	text := c.code[edit.from:edit.to]
	if n.function != "signedIn" || !strings.HasPrefix(c.line(edit.from, edit.to), "return ") {
		return ""
	}
	read := func(name string) bool {
		return regexp.MustCompile(`(?:\{[^{}]*\b` + name + `\b[^{}]*\} = signedIn\(|signedIn\(\w+\)\.` + name + `\b)`).MatchString(c.code)
	}
	switch {
	case strings.HasPrefix(text, "{") && !read("sub") && !read("username"):
		return unreadHere
	case strings.Contains(text, "username") && !read("username") && edit.operator == "remove a member":
		return unreadName + ", which is gone"
	case strings.Contains(text, "username") && !read("username"):
		return unreadName + ", which is another claim"
	case strings.Contains(text, "sub") && !read("sub"):
		return unreadSub
	}
	return ""
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
	case strings.HasSuffix(what, " another") && (strings.Contains(what, ": ID") || strings.Contains(what, ": AWSDateTime") || strings.Contains(what, ": PictureFormat")):
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
	case strings.Contains(what, ".nextToken: "):
		return pagesBegin
	case operator == "remove an argument" && !strings.HasSuffix(what, "!") && !strings.Contains(what, "(limit)") && !strings.Contains(what, "(nextToken)"):
		return optionalGone
	case operator == "remove an argument" && (strings.Contains(what, "(limit)") || strings.Contains(what, "(nextToken)")),
		operator == "change an argument's type" && (strings.Contains(what, "(limit)") || strings.Contains(what, "(nextToken)")):
		return pagesBegin
	case operator == "remove a field" && input:
		return optionalGone
	}
	return ""
}
