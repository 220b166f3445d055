package config

import (
	"fmt"
	"regexp"
)

// pullPattern are the names of environments of pull requests. The number is GitHub's, which begins at 1.
var pullPattern = regexp.MustCompile(`^pr-[1-9][0-9]*$`)

// pullSource is the environment that those of pull requests are made from.
const pullSource = "dev"

// OfPullRequest reports whether a name is that of a pull request's environment, as in "pr-12", which needs no object in cdk.json.
func OfPullRequest(env string) bool {
	return pullPattern.MatchString(env) && len(env) <= environmentLength
}

// ofPullRequest makes settings those of a pull request's environment, which has to go with all its data. What there can be once is left
// to the source: the host names of its distributions, and the sign-in host of its user pool, to which a provider returns. Nobody is
// woken by one.
func ofPullRequest(env string, cfg Config, source *object) Config {
	for _, key := range []string{"allowDeletion", "removeData"} {
		if source.values[key] != true {
			source.refuse(source.at(key), "nothing or false", fmt.Sprintf("true, because %s is made from it and goes with its data", quote(env)))
		}
	}
	cfg.CDN.Domain, cfg.CDN.CertificateARN = "", ""
	cfg.Site.Domain, cfg.Site.CertificateARN = "", ""
	cfg.Social, cfg.Alarms, cfg.Budget = Social{}, Alarms{}, Budget{}
	return cfg
}
