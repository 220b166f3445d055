package tour

// The cases of docs/MISUSE.md are each in one of three places: in what a trial says that it is of, in Derived, or in NotWalked.

// Derived are the cases that the rows of a table of ours walk, by the stage that walks the table.
var Derived = map[string]string{
	"M01": "files", "M02": "files", "M04": "files", "M09": "files", "M25": "files", "M26": "files", "M27": "files", "M29": "files",
	"M42": "files", "M43": "files", "M65": "files", "M66": "files", "M70": "files",
	"M33": "fields of the API",
}

// NotWalked are the cases that cannot be tried from outside on what lives, and why.
var NotWalked = map[string]string{
	"M05":  "it would change the bucket, if it were let in; the block of public access is read back",
	"M18":  "no query of the schema is so deep, and a page of photos with so many resolvers wants photos; the limits are read back",
	"M21":  "only with social sign-in, whose pages are Cognito's; the client's callbacks are read back",
	"M23":  "keys of another way in are what it would take: another provider's, or SAML's; the trust of roles is read back",
	"M59":  "it takes two writes in one moment; tests of the resolvers do that",
	"M73":  "who the user pool calls is read back",
	"M75":  "refused at synth",
	"M78":  "it takes another account; the policies of functions are read back",
	"M79":  "a function of the user pool is asked by nobody but the pool; its role is read back",
	"M81":  "AppSync alone has its roles; they are read back",
	"M82":  "AppSync alone has its role; it is read back",
	"M83":  "which functions there are, and of what code, is read back",
	"M84":  "it takes a deployment; `lightbox plan` says who would lose what",
	"M91":  "functions alone have their roles; they are read back",
	"M92":  "functions alone have their roles, and triggers are read back",
	"M95":  "it would use up a day's pictures, of a person of their own; tests of the sandbox do that",
	"M96":  "it takes a change of a row by hand, which others would see",
	"M98":  "the operator alone invokes that; which resolvers there are is read back",
	"M103": "Lambda alone reads streams; what it reads them for is read back",
	"M104": "it takes a change that fails, which would be left in the bucket of failures for thirty days",
	"M105": "refused at synth; rules and notifications are read back",
	"M109": "it takes two hours, between two passes of the sweep",
	"M110": "it takes somebody who is blocked with their photos; tests of the sandbox do that, and nobody reads hidden/ here",
	"M111": "the headers and the function of the site are read back",
	"M112": "it is what reading back is for",
}
