package proof

import (
	"slices"
	"strings"

	"lightbox.example/lightbox/internal/access"
	"lightbox.example/lightbox/internal/proof/question"
	"lightbox.example/lightbox/internal/proof/system"
)

// misuse is an attack that must come to nothing, whatever the access table says, with what
// must stay possible beside it.
type misuse struct {
	rows     string // the numbers in docs/MISUSE.md
	text     string // what holds instead
	attempts []attempt
}

// attempt is something that somebody tries, or everyGroup, or everyFunction.
type attempt struct {
	who, action string
	// key is an object's, "" for the bucket itself; {me} and {other} are ids of identities,
	// {my sub} and {other sub} of users. For an action of another service it is a function's name.
	key string
	// prefix is what a listing asks for; nil for none.
	prefix *string
	over   question.Transport
	may    bool
}

// everyGroup stands for a member of each group in turn, everyFunction for each function of ours, those that the user pool calls among
// them.
const (
	everyGroup    = "a member of a group"
	everyFunction = "a function"
)

func never(who, action, key string) attempt {
	return attempt{who: who, action: action, key: key, over: question.TLS12}
}

func always(who, action, key string) attempt {
	return attempt{who: who, action: action, key: key, over: question.TLS12, may: true}
}

func (a attempt) below(prefix string) attempt {
	a.prefix = &prefix
	return a
}

func (a attempt) via(over question.Transport) attempt {
	a.over = over
	return a
}

// misuses are written by hand: nothing here is computed from the table or the policies. Who
// means to change what one of them says changes it here.
var misuses = slices.Concat(misusesOfPeople, misusesOfFunctions)

// misusesOfPeople are what people could try, and whoever comes without credentials.
var misusesOfPeople = []misuse{
	{"M01", "nobody reads a file past the CDN without credentials", []attempt{
		never("anyone on the internet", "s3:GetObject", "public/products/x.png"),
		always("CloudFront", "s3:GetObject", "public/products/x.png"),
	}},
	{"M02", "people's files are for people who have signed in", []attempt{
		never("anyone on the internet", "s3:GetObject", "private/{me}/x.png"),
		never("anyone on the internet", "s3:GetObject", "protected/{me}/x.png"),
		always("a signed-in user", "s3:GetObject", "private/{me}/x.png"),
	}},
	{"M03", "nobody lists the bucket without credentials", []attempt{
		never("anyone on the internet", "s3:ListBucket", ""),
		never("anyone on the internet", "s3:ListBucket", "").below("public/products/"),
		always("an admin", "s3:ListBucket", "").below("public/products/"),
	}},
	{"M04", "nobody writes a file without credentials", []attempt{
		never("anyone on the internet", "s3:PutObject", "public/products/x.png"),
		never("anyone on the internet", "s3:DeleteObject", "public/products/x.png"),
		never("anyone on the internet", "s3:PutObject", "uploads/{me}/x"),
		always(pictures, "s3:PutObject", "public/products/x.png"),
	}},
	{"M06", "nothing goes over plain HTTP", []attempt{
		never("a signed-in user", "s3:GetObject", "private/{me}/x").via(question.PlainHTTP),
		never("CloudFront", "s3:GetObject", "public/products/x").via(question.PlainHTTP),
		always("a signed-in user", "s3:GetObject", "private/{me}/x"),
	}},
	{"M07", "nothing goes over TLS below 1.2", []attempt{
		never("a signed-in user", "s3:GetObject", "private/{me}/x").via(question.TLS11),
		always("a signed-in user", "s3:GetObject", "private/{me}/x"),
	}},
	{"M08 M09", "the CDN of this account reads what is public, and nothing else", []attempt{
		always("CloudFront", "s3:GetObject", "public/products/x.png"),
		always("CloudFront", "s3:GetObject", "public/photos/f01de2/x.webp"),
		never("CloudFront", "s3:GetObject", "private/{me}/x.png"),
		never("CloudFront", "s3:GetObject", "protected/{me}/x.png"),
		never("CloudFront", "s3:GetObject", "drafts/x.png"),
		never("CloudFront", "s3:GetObject", "uploads/{my sub}/x"),
		never("CloudFront", "s3:GetObject", "originals/{my sub}/x"),
		never("CloudFront of another account", "s3:GetObject", "public/products/x.png"),
	}},
	{"M11", "the CDN does nothing but read", []attempt{
		never("CloudFront", "s3:ListBucket", "").below("public/products/"),
		never("CloudFront", "s3:PutObject", "public/products/x.png"),
		always("CloudFront", "s3:GetObject", "public/products/x.png"),
	}},
	{"M12", "a path of the CDN is a key as it is: nothing leads out of an area", []attempt{
		never("CloudFront", "s3:GetObject", "public/../private/{me}/x.png"),
		never("CloudFront", "s3:GetObject", "public/%2e%2e/private/{me}/x.png"),
		never("CloudFront", "s3:GetObject", "public//private/{me}/x.png"),
		always("CloudFront", "s3:GetObject", "public/products/x.png"),
	}},
	{"M24 M25", "guests read the catalogue's pictures, and write nothing", []attempt{
		always("a guest", "s3:GetObject", "public/products/x.png"),
		never("a guest", "s3:PutObject", "public/products/x.png"),
		never("a guest", "s3:DeleteObject", "public/products/x.png"),
		never("a guest", "s3:PutObject", "public/photos/f01de2/x.webp"),
		never("a guest", "s3:PutObject", "uploads/{my sub}/x"),
	}},
	{"M26", "protected files are for people who have signed in", []attempt{
		never("a guest", "s3:GetObject", "protected/{other}/x.png"),
		never("a guest", "s3:GetObject", "protected/{me}/x.png"),
		always("a signed-in user", "s3:GetObject", "protected/{other}/x.png"),
	}},
	{"M27", "guests have no files of their own", []attempt{
		never("a guest", "s3:GetObject", "private/{me}/x.png"),
		never("a guest", "s3:PutObject", "private/{me}/x.png"),
		always("a signed-in user", "s3:PutObject", "private/{me}/x.png"),
	}},
	{"M28 M29", "guests list nothing", []attempt{
		never("a guest", "s3:ListBucket", ""),
		never("a guest", "s3:ListBucket", "").below(""),
		never("a guest", "s3:ListBucket", "").below("p"),
		never("a guest", "s3:ListBucket", "").below("private/"),
		never("a guest", "s3:ListBucket", "").below("protected/"),
		never("a guest", "s3:ListBucket", "").below("public/"),
		never("a guest", "s3:ListBucket", "").below("public/products/"),
		always("an admin", "s3:ListBucket", "").below("public/products/"),
	}},
	{"M31", "nobody meddles with other people's uploads", []attempt{
		never("a guest", "s3:ListBucketMultipartUploads", ""),
		never("a guest", "s3:AbortMultipartUpload", "public/products/x.png"),
		never("a signed-in user", "s3:ListBucketMultipartUploads", ""),
		never("a signed-in user", "s3:AbortMultipartUpload", "uploads/{other sub}/x"),
		never("a signed-in user", "s3:GetObject", "uploads/{other sub}/x"),
		never("a signed-in user", "s3:PutObject", "uploads/{other sub}/x"),
		never(everyGroup, "s3:GetObject", "uploads/{other sub}/x"),
		always("a signed-in user", "s3:AbortMultipartUpload", "uploads/{my sub}/x"),
	}},
	{"M36", "guests reach no other service", []attempt{
		never("a guest", "dynamodb:GetItem", ""),
		never("a guest", "cognito-idp:AdminCreateUser", ""),
		never("a guest", "lambda:InvokeFunction", ""),
		never("a guest", "sts:AssumeRole", ""),
		never("a guest", "iam:PassRole", ""),
		always("a guest", "s3:GetObject", "public/products/x.png"),
	}},
	{"M40 M41", "private files are their owner's, and nobody else's", []attempt{
		always("a signed-in user", "s3:GetObject", "private/{me}/x"),
		always("a signed-in user", "s3:PutObject", "private/{me}/x"),
		always("a signed-in user", "s3:DeleteObject", "private/{me}/x"),
		never("a signed-in user", "s3:GetObject", "private/{other}/x"),
		never("a signed-in user", "s3:PutObject", "private/{other}/x"),
		never("a signed-in user", "s3:DeleteObject", "private/{other}/x"),
		never("a signed-in user", "s3:GetObject", "private/{me}x/x"),
		never("a signed-in user", "s3:GetObjectVersion", "private/{other}/x"),
	}},
	{"M42 M43", "protected files are read by people who have signed in, and written by their owner", []attempt{
		always("a signed-in user", "s3:GetObject", "protected/{other}/x"),
		never("a signed-in user", "s3:PutObject", "protected/{other}/x"),
		never("a signed-in user", "s3:DeleteObject", "protected/{other}/x"),
		always("a signed-in user", "s3:PutObject", "protected/{me}/x"),
	}},
	{"M44", "users list their own folder, and no other", []attempt{
		never("a signed-in user", "s3:ListBucket", "").below("private/{other}/"),
		always("a signed-in user", "s3:ListBucket", "").below("private/{me}/"),
		never("a signed-in user", "s3:ListBucket", "").below("private/{me}"),
		never("a signed-in user", "s3:ListBucket", "").below("private/"),
	}},
	{"M48", "nobody publishes by copying", []attempt{
		always("a signed-in user", "s3:GetObject", "private/{me}/x"),
		never("a signed-in user", "s3:PutObject", "public/x"),
		never("a signed-in user", "s3:PutObject", "public/products/x"),
		never(everyGroup, "s3:PutObject", "public/products/x"),
		always(pictures, "s3:PutObject", "public/products/x"),
	}},
	{"M50", "nobody changes the bucket or who may use its files", []attempt{
		never("a signed-in user", "s3:PutObjectAcl", "private/{me}/x"),
		never("a signed-in user", "s3:PutObjectTagging", "private/{me}/x"),
		never("a signed-in user", "s3:PutBucketPolicy", ""),
		never("a signed-in user", "s3:PutBucketCORS", ""),
		never("a signed-in user", "s3:DeleteBucket", ""),
		never(everyGroup, "s3:GetBucketPolicy", ""),
		always("a signed-in user", "s3:PutObject", "private/{me}/x"),
	}},
	{"M52", "a presigned URL asks as whoever signed it", []attempt{
		always("a signed-in user", "s3:GetObject", "private/{me}/x"),
		never("a signed-in user", "s3:GetObject", "private/{other}/x"),
		never("a signed-in user", "s3:GetObject", "private/{me}/x").via(question.PlainHTTP),
		never("anyone on the internet", "s3:GetObject", "private/{me}/x"),
	}},
	{"M65", "no person writes the catalogue's pictures", []attempt{
		never("a signed-in user", "s3:PutObject", "public/products/x.png"),
		never("a signed-in user", "s3:DeleteObject", "public/products/x.png"),
		never(everyGroup, "s3:PutObject", "public/products/x.png"),
		never(everyGroup, "s3:DeleteObject", "public/products/x.png"),
		always(pictures, "s3:PutObject", "public/products/x.png"),
		always(remover, "s3:DeleteObject", "public/products/x.png"),
	}},
	{"M66", "no person wipes the catalogue, and what a function removes of it can be brought back", []attempt{
		never("a signed-in user", "s3:ListBucket", "").below("public/products/"),
		never("a signed-in user", "s3:DeleteObject", "public/products/x.png"),
		never(everyGroup, "s3:DeleteObject", "public/products/x.png"),
		never(everyGroup, "s3:DeleteObjectVersion", "public/products/x.png"),
		never(everyGroup, "s3:PutBucketVersioning", ""),
		never(everyGroup, "s3:PutLifecycleConfiguration", ""),
		never(remover, "s3:DeleteObjectVersion", "public/products/x.png"),
		never(remover, "s3:DeleteObjectVersion", "drafts/x.png"),
		always("an admin", "s3:ListBucket", "").below("public/products/"),
		always(remover, "s3:DeleteObject", "public/products/x.png"),
	}},
	{"M70", "groups have files of their own and see no private ones, and admins moderate others'", []attempt{
		always(everyGroup, "s3:PutObject", "private/{me}/x"),
		always(everyGroup, "s3:PutObject", "protected/{me}/x"),
		always(everyGroup, "s3:PutObject", "uploads/{my sub}/x"),
		always(everyGroup, "s3:GetObject", "originals/{my sub}/x"),
		never(everyGroup, "s3:GetObject", "private/{other}/x"),
		never(everyGroup, "s3:PutObject", "protected/{other}/x"),
		never(everyGroup, "s3:GetObject", "originals/{other sub}/x"),
		always("an admin", "s3:DeleteObject", "protected/{other}/x"),
	}},
	{"M71", "drafts are the admins'", []attempt{
		never("CloudFront", "s3:GetObject", "drafts/x.png"),
		never("a guest", "s3:GetObject", "drafts/x.png"),
		never("a signed-in user", "s3:GetObject", "drafts/x.png"),
		never("a signed-in user", "s3:ListBucket", "").below("drafts/"),
		always("an admin", "s3:GetObject", "drafts/x.png"),
		always(pictures, "s3:GetObject", "drafts/x.png"),
	}},
	{"M85", "what lies in no area is nobody's", []attempt{
		never("CloudFront", "s3:GetObject", "public/x.png"),
		never("a guest", "s3:GetObject", "public/x.png"),
		never("a signed-in user", "s3:GetObject", "public/x.png"),
		never(everyGroup, "s3:GetObject", "public/x.png"),
		never(pictures, "s3:PutObject", "public/x.png"),
		never(remover, "s3:DeleteObject", "public/x.png"),
		always("an admin", "s3:GetObject", "public/products/x.png"),
	}},
}

// checkMisuse makes sure that nobody gets by the access table what nobody is meant to have.
// What the policies give against the table, and over plain HTTP, is told by checkGrants.
func checkMisuse(s *system.System, c question.Contract, count *Count) []Violation {
	found := findings{rule: "misuse"}
	callers := callersByName(s)
	told := map[string]bool{}
	for _, m := range misuses {
		for _, a := range m.everybody(s) {
			who, q := callers[a.who], questionOf(s, a)
			count.Questions++
			decision, reasons := question.Decide(s, who, q, a.over)
			if bool(decision) == a.may || bool(decision) != c.Allows(who, q) || told[a.who+a.action] {
				continue
			}
			told[a.who+a.action] = true // one example is enough
			if decision {
				found.opens(definedAt(s, reasons.Deciding()[0]), "%s", opened(who, q, reasons, m.says(m.text)))
				continue
			}
			found.closes(lacking(s, who, reasons), "%s", closed(who, q, reasons, m.says("it must stay possible")))
		}
	}
	return found.all
}

// everybody are the attempts with each group's member in the place of everyGroup, and each function in that of everyFunction.
func (m misuse) everybody(s *system.System) []attempt {
	var all []attempt
	for _, a := range m.attempts {
		who := []string{a.who}
		switch a.who {
		case everyGroup:
			who = nil
			for _, group := range s.Groups {
				who = append(who, access.GroupNamed(access.Principal(group.Name)).One())
			}
		case everyFunction:
			who = nil
			for _, function := range s.Functions {
				who = append(who, "the function "+function.Name)
			}
		}
		for _, a.who = range who {
			all = append(all, a)
		}
	}
	return all
}

func (m misuse) says(what string) string {
	return what + ", whatever the access table says (" + strings.ReplaceAll(m.rows, " ", ", ") + " of docs/MISUSE.md)"
}

func callersByName(s *system.System) map[string]question.Caller {
	byName := map[string]question.Caller{}
	for _, who := range question.Callers(s) {
		byName[who.Name] = who
	}
	return byName
}

// questionOf is an attempt in the words of the evaluator.
func questionOf(s *system.System, a attempt) question.Question {
	ids := strings.NewReplacer("{me}", question.MyIdentity, "{other}", question.OtherIdentity, "{my sub}", question.MySub, "{other sub}", question.OtherSub)
	q := question.Question{Action: a.action, Resource: s.Bucket.ARN}
	switch service, _, _ := strings.Cut(a.action, ":"); {
	case service != "s3":
		q.Resource = subjectOf(s, a.action, a.key)
	case strings.HasPrefix(a.key, failuresOf):
		q.Resource = "arn:" + s.Partition + ":s3:::none"
		for _, bucket := range s.Failures {
			q.Resource = bucket.ARN + strings.TrimPrefix(a.key, failuresOf)
		}
	case a.key != "":
		q.Resource += "/" + ids.Replace(a.key)
	}
	if a.prefix != nil {
		prefix := ids.Replace(*a.prefix)
		q.Prefix = &prefix
	}
	return q
}
