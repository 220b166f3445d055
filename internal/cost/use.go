package cost

// What of the code of this program costs depend on.
const (
	// A set is WebP in five widths and a JPEG; AVIF has the same five widths.
	filesOfSet, filesOfAVIF = 6, 5
	// AVIF has 31 % fewer bytes than WebP, for three times the function's time (docs/adr/0027).
	percentAVIF, timesAVIF = 69, 3
	// A new picture changes as many rows: what is reserved, its own row, a count, and what is released.
	rowsOfPicture = 4
	// A change that a function hears of takes it so long, in milliseconds.
	streamMillis = 200
	// A line of an access log, of a function's invocation and of a failed call have about as many bytes.
	accessLogBytes, logBytes = 600, 1000
	// The sweep is a pass an hour, whose units are reads of 4 KB, and whose lists have a thousand keys.
	passes, unitBytes, keysOfList = hours, 4096, 1000
)

// A Use is how much of each item a month needs.
type Use map[Item]int64

// use is what an assembly needs for a use of it.
func use(f Facts, u Usage) Use {
	m := Use{f.Plan: u.Users, Calls: u.Calls, Updates: u.Updates, Connected: u.ConnectedMinutes, Out: u.Calls * u.Each.AnswerBytes}
	if f.OwnSender {
		m[Mails] = u.Mails
	}
	m.add(rows(f, u))
	m.add(functions(f, u))
	m.add(files(f, u))
	m.add(views(f, u))
	m[Invalidations] = u.Deletions
	m[Alarms], m[Metrics], m[Dashboards], m[Secrets] = f.Alarms, f.Metrics, f.Dashboards, f.Providers
	if f.Traced {
		m[Traces] += sampled(u.Calls)
	}
	m[Logged] += u.Calls * u.Each.PercentErrors / 100 * logBytes
	m[Kept] = m[Logged] * f.LogDays / days
	m.add(webACLs(f, u.WebACL, map[Guarded]int64{GuardedAPI: u.Calls, GuardedAuth: u.Users * u.Each.PoolRequestsPerUser, GuardedCDN: u.Views}))
	return m
}

// add adds another use.
func (m Use) add(other Use) {
	for item, quantity := range other {
		m[item] += quantity
	}
}

// sampled is how many of the requests of a month are traced at most: the first of each second and 5 % of the others.
//
// https://docs.aws.amazon.com/xray/latest/devguide/xray-console-sampling.html
func sampled(requests int64) int64 {
	return min(requests, seconds) + max(0, requests-seconds)*5/100
}

// rows are what the tables serve and keep. A row that changes is taken to be in each index of the table that has the most.
func rows(f Facts, u Usage) Use {
	indexes, backups := int64(0), int64(0)
	for _, table := range f.Tables {
		indexes = max(indexes, table.Indexes())
		if table.Recovery {
			backups = 1
		}
	}
	bytes := rowBytes(u)
	units := max(1, (u.Each.RowBytes+1023)/1024) * (1 + indexes)
	changes := u.Calls*u.Each.PercentMutations/100 + u.Pictures*rowsOfPicture
	return Use{
		Reads: u.Calls * u.Each.ReadsPerCall, Writes: changes * units,
		Rows: bytes * (1 + indexes), Backups: bytes * backups,
	}
}

// rowBytes are those of all rows, once.
func rowBytes(u Usage) int64 {
	return (u.StoredPictures + u.Pictures) * u.Each.RowsPerPicture * u.Each.RowBytes
}

// functions are what Lambda does: it makes the pictures, hears of rows, and sweeps each hour.
func functions(f Facts, u Usage) Use {
	m := Use{}
	for _, of := range f.Functions {
		runs, millis := int64(0), int64(0)
		switch {
		case of.Pictures:
			runs, millis = u.Pictures, u.Pictures*pictureMillis(f, u)
		case of.SweepUnits > 0:
			changes := u.Pictures + u.Deletions
			rate := max(1, of.SweepUnits/2)
			units := min(rowBytes(u)/unitBytes, rate*of.Seconds)
			runs, millis = passes+changes, passes*(units/rate+1)*1000+changes*streamMillis
			m[Reads] += passes * units
		}
		m[Invocations] += runs
		m[of.Time] += millis * of.Memory
		m[Logged] += runs * logBytes
		if of.Traced && of.SweepUnits > 0 { // what AppSync calls is in the API's traces
			m[Traces] += sampled(runs)
		}
	}
	return m
}

// pictureMillis is how long one takes.
func pictureMillis(f Facts, u Usage) int64 {
	if f.AVIF {
		return u.Each.PictureMilliseconds * timesAVIF
	}
	return u.Each.PictureMilliseconds
}

// files are what the bucket keeps and is asked.
func files(f Facts, u Usage) Use {
	number, bytes := int64(filesOfSet), u.Each.PictureBytes
	if f.AVIF {
		number, bytes = number+filesOfAVIF, bytes*(100+percentAVIF)/100
	}
	if f.KeepOriginals {
		number, bytes = number+1, bytes+u.Each.UploadBytes
	}
	stored := u.StoredPictures + u.Pictures
	puts := u.Pictures*(1+number) + passes*(stored*number/keysOfList)
	gets := u.Pictures + u.Views*u.Each.PercentMisses/100
	m := Use{Stored: stored * bytes, Puts: puts, Gets: gets}
	if f.AccessLogs {
		m[Stored] += (puts + gets) * accessLogBytes * f.AccessLogDays / days
	}
	return m
}

// views are what the CDN serves, from the regions that its price class has. The others' viewers are served by the nearest ones.
//
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PriceClass.html
func views(f Facts, u Usage) Use {
	asia, south := u.Each.PercentAsia, u.Each.PercentSouth
	switch f.PriceClass {
	case "PriceClass_100":
		asia, south = 0, 0
	case "PriceClass_200":
		south = 0
	}
	fromAsia, fromSouth := u.Views*asia/100, u.Views*south/100
	near, bytes := u.Views-fromAsia-fromSouth, viewBytes(f, u)
	return Use{
		NearViews: near, AsiaViews: fromAsia, SouthViews: fromSouth,
		NearBytes: near * bytes, AsiaBytes: fromAsia * bytes, SouthBytes: fromSouth * bytes,
	}
}

// viewBytes is what a view loads.
func viewBytes(f Facts, u Usage) int64 {
	if f.AVIF {
		return u.Each.ViewBytes * percentAVIF / 100
	}
	return u.Each.ViewBytes
}

// webACLs are those of the account that guard something here, and the requests that they look at.
func webACLs(f Facts, acl WebACL, requests map[Guarded]int64) Use {
	m, seen := Use{}, map[string]bool{}
	for guarded, arn := range f.WebACLs {
		seen[arn] = true
		m[WebACLInspected] += requests[guarded]
	}
	if len(seen) > 0 {
		m[WebACLs], m[WebACLRules] = int64(len(seen)), int64(len(seen))*acl.Rules
	}
	return m
}
