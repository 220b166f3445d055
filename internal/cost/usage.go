package cost

// Usage is what a month's costs depend on besides the templates.
type Usage struct {
	// Users are active: they sign up or in, refresh a token or change themselves, once or a thousand times.
	Users int64
	// Calls are queries and mutations, Updates what subscriptions deliver, and ConnectedMinutes how long the sockets for it are open.
	Calls, Updates, ConnectedMinutes int64
	// Pictures are uploaded and made, StoredPictures are there from before, Deletions are taken away.
	Pictures, StoredPictures, Deletions int64
	// Views are pictures that the CDN serves.
	Views int64
	// Mails are codes and whatever else the user pool sends.
	Mails int64

	Each      Each
	WebACL    WebACL
	Strangers Strangers
}

// Each is how much one of them is. Percents are whole.
type Each struct {
	// ReadsPerCall are read request units; PercentMutations of calls write a row of RowBytes.
	ReadsPerCall, PercentMutations, PercentErrors, AnswerBytes int64
	// RowsPerPicture are its own row, comments and likes.
	RowsPerPicture, RowBytes int64
	// UploadBytes is a picture as it is sent, PictureBytes what WebP and JPEG of it have together, ViewBytes what a view loads;
	// each without AVIF. PictureMilliseconds is how long the function works on one.
	UploadBytes, PictureBytes, ViewBytes, PictureMilliseconds int64
	// PercentMisses of views are fetched from the bucket.
	PercentMisses int64
	// PercentAsia and PercentSouth of views are from Asia, Africa and the Middle East, and from South America and Oceania.
	PercentAsia, PercentSouth int64
	// PoolRequestsPerUser are requests to the user pool: sign-ins, and a refresh an hour.
	PoolRequestsPerUser int64
}

// WebACL is what a web ACL has, which no template says: how many rules, and how many requests in five minutes its rate-based rule lets
// an address make.
//
// https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statement-type-rate-based-high-level-settings.html
type WebACL struct{ Rules, RequestsPerFiveMinutes int64 }

// Strangers is what those have who want to cause costs: addresses, accounts that they signed up for, sockets that they keep open,
// and how fast they are together.
type Strangers struct{ Addresses, Accounts, Connections, GigabitsPerSecond int64 }

// DefaultUsage is of a thousand users.
func DefaultUsage() Usage {
	return Usage{
		Users: 1000, Calls: 240_000, Updates: 100_000, ConnectedMinutes: 160_000,
		Pictures: 3000, StoredPictures: 30_000, Deletions: 100, Views: 200_000, Mails: 500,
		Each: Each{
			ReadsPerCall: 2, PercentMutations: 10, PercentErrors: 1, AnswerBytes: 4000,
			RowsPerPicture: 10, RowBytes: 500,
			UploadBytes: 3_000_000, PictureBytes: 1_500_000, ViewBytes: 300_000, PictureMilliseconds: 2000,
			PercentMisses: 10, PercentAsia: 10, PercentSouth: 5, PoolRequestsPerUser: 30,
		},
		WebACL:    WebACL{Rules: 1, RequestsPerFiveMinutes: 300},
		Strangers: Strangers{Addresses: 10, Accounts: 10, Connections: 10_000, GigabitsPerSecond: 1},
	}
}

// A key is one of the file's.
type key struct {
	name     string // with the object that it is in, as in "each.rowBytes"
	value    *int64
	most     int64
	required bool
}

// Bounds of what a file may say. Within them no product of two overflows.
const (
	mostCount   = 10_000_000_000
	mostBytes   = 100_000_000
	mostMillis  = 25_000 // AppSync waits for 30 seconds
	mostPercent = 100
)

// keys are all of a file, in the order of the default's.
func (u *Usage) keys() []key {
	e := &u.Each
	return []key{
		{"users", &u.Users, mostCount, true},
		{"calls", &u.Calls, mostCount, true},
		{"updates", &u.Updates, mostCount, false},
		{"connectedMinutes", &u.ConnectedMinutes, mostCount, false},
		{"pictures", &u.Pictures, mostCount, true},
		{"storedPictures", &u.StoredPictures, mostCount, false},
		{"deletions", &u.Deletions, mostCount, false},
		{"views", &u.Views, mostCount, true},
		{"mails", &u.Mails, mostCount, false},
		{"each.readsPerCall", &e.ReadsPerCall, 1000, false},
		{"each.percentMutations", &e.PercentMutations, mostPercent, false},
		{"each.percentErrors", &e.PercentErrors, mostPercent, false},
		{"each.answerBytes", &e.AnswerBytes, 1_000_000, false},
		{"each.rowsPerPicture", &e.RowsPerPicture, 100, false},
		{"each.rowBytes", &e.RowBytes, 100_000, false},
		{"each.uploadBytes", &e.UploadBytes, mostBytes, false},
		{"each.pictureBytes", &e.PictureBytes, mostBytes, false},
		{"each.viewBytes", &e.ViewBytes, mostBytes, false},
		{"each.pictureMilliseconds", &e.PictureMilliseconds, mostMillis, false},
		{"each.percentMisses", &e.PercentMisses, mostPercent, false},
		{"each.percentAsia", &e.PercentAsia, mostPercent, false},
		{"each.percentSouth", &e.PercentSouth, mostPercent, false},
		{"each.poolRequestsPerUser", &e.PoolRequestsPerUser, 100_000, false},
		{"webAcl.rules", &u.WebACL.Rules, 1000, false},
		{"webAcl.requestsPerFiveMinutes", &u.WebACL.RequestsPerFiveMinutes, 2_000_000_000, false},
		{"strangers.addresses", &u.Strangers.Addresses, 10_000_000, false},
		{"strangers.accounts", &u.Strangers.Accounts, 10_000_000, false},
		{"strangers.connections", &u.Strangers.Connections, 100_000_000, false},
		{"strangers.gigabitsPerSecond", &u.Strangers.GigabitsPerSecond, 1000, false},
	}
}

// counts are the keys that are left out for what is not there; all others have the default's value then.
func (k key) counts() bool { return k.most == mostCount }
