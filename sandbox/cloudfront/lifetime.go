package cloudfront

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// cachePolicy says what is in the key of the cache and for how long something stays there. Of a request nothing but its path
// and, perhaps, its Accept-Encoding is in the key of those that the sandbox knows.
type cachePolicy struct {
	name                    string
	minimum, usual, longest time.Duration
	encoding                bool // the normalized Accept-Encoding is in the key, so that answers can be compressed
}

// cachePolicies are the managed policies that the sandbox knows, by their ids.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
var cachePolicies = map[string]cachePolicy{
	"658327ea-f89d-4fab-a63d-7e88639e58f6": {name: "CachingOptimized", minimum: time.Second, usual: 24 * time.Hour, longest: 365 * 24 * time.Hour, encoding: true},
}

// CachePolicies returns the names of the managed cache policies that the sandbox knows, by their ids.
func CachePolicies() map[string]string {
	names := map[string]string{}
	for id, policy := range cachePolicies {
		names[id] = policy.name
	}
	return names
}

// lifetime is how long an object with the header stays fresh: as long as its Cache-Control or, without one, its Expires says,
// within the policy's bounds, and the policy's usual time if they say nothing.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html#ExpirationDownloadDist
func (p cachePolicy) lifetime(header http.Header, now time.Time) time.Duration {
	age, said := maxAge(header)
	if !said {
		expires := header.Get("Expires")
		if expires == "" {
			return max(p.minimum, p.usual)
		}
		at, err := http.ParseTime(expires)
		if err == nil { // what is no time is over
			age = at.Sub(now)
		}
	}
	return min(max(p.minimum, age), max(p.minimum, p.longest))
}

// maxAge is what Cache-Control says, and whether it says anything about that. What a browser must not keep, or must ask for
// again, has no time.
func maxAge(header http.Header) (time.Duration, bool) {
	directives := map[string]string{}
	for directive := range strings.SplitSeq(strings.Join(header.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		directives[strings.ToLower(name)] = strings.Trim(value, `"`)
	}
	for _, name := range []string{"no-cache", "no-store", "private"} {
		if _, found := directives[name]; found {
			return 0, true
		}
	}
	for _, name := range []string{"s-maxage", "max-age"} {
		seconds, err := strconv.ParseInt(directives[name], 10, 32)
		if err == nil {
			return time.Duration(seconds) * time.Second, true
		}
	}
	return 0, false
}

// usualErrorLifetime is how long an error stays that CustomErrorResponses does not mention.
const usualErrorLifetime = 10 * time.Second

// errorLifetime is how long the answer with the status stays in the cache, 0 if it does not at all: it does if
// CustomErrorResponses says so; by themselves 404, 414 and those that are the origin's fault; and the others if the origin
// says how long.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
func (c distributionConfig) errorLifetime(status int, header http.Header) time.Duration {
	age, _ := maxAge(header)
	for _, response := range c.CustomErrorResponses {
		if response.ErrorCode != status || status == http.StatusRequestedRangeNotSatisfiable {
			continue
		}
		if response.ErrorCachingMinTTL == nil {
			return max(age, usualErrorLifetime)
		}
		return max(age, time.Duration(*response.ErrorCachingMinTTL)*time.Second)
	}
	switch status {
	case http.StatusNotFound, http.StatusRequestURITooLong, http.StatusInternalServerError, http.StatusNotImplemented,
		http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return max(age, usualErrorLifetime)
	case http.StatusBadRequest, http.StatusForbidden, http.StatusMethodNotAllowed, http.StatusPreconditionFailed,
		http.StatusUnsupportedMediaType:
		return age
	}
	return 0
}
