package assembly

// Environment is what a stack finds where it is deployed: all that a template asks for and does not say itself. Of what
// a template does not ask for, nothing needs to be there. A missing or empty answer is an error that names the question.
type Environment struct {
	AccountID string // twelve digits
	Region    string // as in us-east-1
	Partition string // as in aws
	URLSuffix string // as in amazonaws.com
	StackName string
	StackID   string // the stack's ARN

	// Parameters are the given values by the parameters' names. Parameters without one take their default.
	Parameters map[string]string

	// Later is the text that Resources and Stacks give for what is not known yet; "" where all is. What functions make of it is not
	// known either: a part of it, or another form.
	Later string
	// Told says that the names which the template does not define were told by Sketch: Resources is asked for them too.
	Told bool

	Resources Resources
	Stacks    Stacks
	SSM       SSM
	Secrets   Secrets
}

// Resources knows what became of the resources of the stack. It is asked for a resource only after all resources that
// it depends on, if Properties is called in the order of Resolver.Resources.
type Resources interface {
	// Ref returns the physical id, which is what Ref gives for the type.
	Ref(resource *Resource) (string, error)
	// GetAtt returns an attribute: a string or []string.
	GetAtt(resource *Resource, attribute string) (any, error)
}

// Stacks knows the outputs of the other stacks of the account.
type Stacks interface {
	// StackOutput returns the output that the stack of the region has under the key.
	StackOutput(region, stack, key string) (string, error)
	// Export returns what a stack of the same region exports under the name.
	Export(name string) (string, error)
}

// SSM is the parameter store.
type SSM interface {
	// Parameter returns the latest value under the name; of a StringList, the items with commas between them.
	Parameter(name string) (string, error)
}

// Secrets gives the values of dynamic references.
type Secrets interface {
	Dynamic(ref DynamicReference) (string, error)
}
