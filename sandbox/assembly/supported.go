package assembly

import "strings"

// Section is where in a template a function may stand. They are bits of a set.
type Section uint8

// The sections that have functions in them.
const (
	InResources Section = 1 << iota
	InOutputs
	InConditions
	InRules
)

// String names the sections of a set, as in "resources, outputs".
func (s Section) String() string {
	var names []string
	for _, one := range []Section{InResources, InOutputs, InConditions, InRules} {
		if s&one != 0 {
			names = append(names, sectionNames[one])
		}
	}
	return strings.Join(names, ", ")
}

// Intrinsic is a function of the template language that this package resolves. Any other is refused by name.
type Intrinsic struct {
	Name     string
	In       Section // where it may stand
	Argument string  // its form
	Gives    string
	Document string // page of AWS that says so

	condition bool // it gives true or false
	resolve   func(w *walk, argument any) (any, bool)
}

const (
	functionPrefix = "Fn::"
	pages          = "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-"
	anywhere       = InResources | InOutputs | InConditions | InRules
	inValues       = InResources | InOutputs
)

// Intrinsics returns the functions that are supported. It is the one table of them: the resolver works by it.
func Intrinsics() []Intrinsic {
	return []Intrinsic{
		{"Ref", anywhere, `"name"`, "the value of a parameter or pseudo parameter, or the physical id of a resource", pages + "ref.html", false, resolveRef},
		{"Fn::GetAtt", inValues, `["logicalId", "attribute"] or "logicalId.attribute"`, "an attribute of a resource", pages + "getatt.html", false, resolveGetAtt},
		{"Fn::Join", inValues | InConditions, `["delimiter", [values]]`, "the values as one text", pages + "join.html", false, resolveJoin},
		{"Fn::Sub", inValues | InConditions, `"text" or ["text", {variables}]`, "the text with ${Name}, ${LogicalId.Attribute} and ${variable} replaced; ${!Literal} stays as ${Literal}", pages + "sub.html", false, resolveSub},
		{"Fn::Select", inValues | InConditions, `[index, [values]]`, "the value at the index, from 0", pages + "select.html", false, resolveSelect},
		{"Fn::Split", inValues | InConditions, `["delimiter", "text"]`, "the parts of the text, the whole of it where there is no delimiter", pages + "split.html", false, resolveSplit},
		{"Fn::Base64", inValues, `"text"`, "the text in base64", pages + "base64.html", false, resolveBase64},
		{"Fn::FindInMap", inValues | InConditions, `["mapping", "key", "second key"], {"DefaultValue": value} may follow`, "a value of a mapping", pages + "findinmap.html", false, resolveFindInMap},
		{"Fn::ImportValue", inValues, `"export name"`, "what another stack of the account and region exports", pages + "importvalue.html", false, resolveImportValue},
		{"Fn::GetStackOutput", inValues, `{"StackName": …, "OutputName": …, "Region": …}`, "an output of another stack, a weak reference; Region is this stack's without one; RoleArn is refused", pages + "getstackoutput.html", false, resolveGetStackOutput},
		{"Fn::If", inValues, `["condition", value if true, value if false]`, "one of the values; the other is not looked at", pages + "conditions.html", false, resolveIf},
		{"Fn::Equals", InConditions | InRules, `[value, value]`, "whether the two are the same text, in case too", pages + "conditions.html", true, resolveEquals},
		{"Fn::And", InConditions | InRules, `[2 to 10 conditions]`, "whether all of them hold", pages + "conditions.html", true, resolveAnd},
		{"Fn::Or", InConditions | InRules, `[2 to 10 conditions]`, "whether one of them holds", pages + "conditions.html", true, resolveOr},
		{"Fn::Not", InConditions | InRules, `[condition]`, "whether it does not hold", pages + "conditions.html", true, resolveNot},
		{"Condition", InConditions, `"name"`, "whether that condition holds", pages + "conditions.html", true, resolveCondition},
		{"Fn::Contains", InRules, `[[values], value]`, "whether the value is among the values", pages + "rules.html", true, resolveContains},
	}
}

// intrinsics is the table by name. It is filled by init because the functions call each other through it.
var intrinsics map[string]*Intrinsic

func init() {
	table := Intrinsics()
	intrinsics = make(map[string]*Intrinsic, len(table))
	for i := range table {
		intrinsics[table[i].Name] = &table[i]
	}
}

// PseudoParameter is a name with AWS:: that Ref and Fn::Sub know without a declaration. AWS::NotificationARNs, the one
// other, is refused by name.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/pseudo-parameter-reference.html
type PseudoParameter struct {
	Name  string
	Gives string

	value func(e *Environment) string
}

// PseudoParameters returns the pseudo parameters that are supported.
func PseudoParameters() []PseudoParameter {
	return []PseudoParameter{
		{"AWS::AccountId", "the account's twelve digits", func(e *Environment) string { return e.AccountID }},
		{"AWS::Region", "the stack's region", func(e *Environment) string { return e.Region }},
		{"AWS::Partition", "the region's partition, as in aws", func(e *Environment) string { return e.Partition }},
		{"AWS::URLSuffix", "the partition's domain, as in amazonaws.com", func(e *Environment) string { return e.URLSuffix }},
		{"AWS::StackName", "the stack's name", func(e *Environment) string { return e.StackName }},
		{"AWS::StackId", "the stack's ARN", func(e *Environment) string { return e.StackID }},
		{noValue, "nothing: the property or the element of the list goes; by Ref only", nil},
	}
}

const noValue = "AWS::NoValue"

var pseudoParameters = func() map[string]PseudoParameter {
	byName := map[string]PseudoParameter{}
	for _, p := range PseudoParameters() {
		byName[p.Name] = p
	}
	return byName
}()

// ParameterType is a type that a parameter may have.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-supplied-parameter-types.html
type ParameterType struct {
	Name  string
	Gives string // what Ref gives

	number, list, store bool
}

// ParameterTypes returns the types that are supported.
func ParameterTypes() []ParameterType {
	return []ParameterType{
		{Name: "String", Gives: "the text"},
		{Name: "Number", Gives: "the number as text", number: true},
		{Name: "List<Number>", Gives: "the numbers between commas, as texts", number: true, list: true},
		{Name: "CommaDelimitedList", Gives: "the texts between commas, without spaces around them", list: true},
		{Name: "AWS::SSM::Parameter::Name", Gives: "the name of a parameter of the parameter store, which has to exist", store: true},
		{Name: "AWS::SSM::Parameter::Value<String>", Gives: "what the parameter store has under the name", store: true},
		{Name: "AWS::SSM::Parameter::Value<List<String>>", Gives: "the same, parted at commas", store: true, list: true},
		{Name: "AWS::SSM::Parameter::Value<CommaDelimitedList>", Gives: "the same, parted at commas", store: true, list: true},
	}
}

var parameterKinds = func() map[string]ParameterType {
	byName := map[string]ParameterType{}
	for _, t := range ParameterTypes() {
		byName[t.Name] = t
	}
	return byName
}()
