package cloudfront

import (
	"net/http"

	"lightbox.example/lightbox/sandbox/aws"
)

// inPlaceOf is the page that CustomErrorResponses has for an answer of the origin, or the answer. The page is asked of the
// origin of the behavior of its path, and no function is called for it. If it can't be had, the viewer gets the status with
// which it was refused.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/HTTPStatusCodes.html
func (v *visit) inPlaceOf(answer *response) *response {
	custom, found := v.site.Config.pageFor(answer.status)
	if !found {
		return answer
	}
	there := *v
	there.path = custom.ResponsePagePath
	there.site = v.find(v.r.Host, there.path)
	if there.site == nil {
		return answer // the distribution has gone meanwhile
	}
	request := there.request()
	request.Method = http.MethodGet
	entry := aws.EntryOf(v.r.Context())
	before := *entry
	page := there.exchange(request, true)
	*entry = before // why the viewer did not get what it asked for
	page.error = answer.status
	if page.status == http.StatusOK {
		page.status = custom.ResponseCode
	}
	return page
}

// pageFor is what is answered in the place of a status, if that has a page.
func (c distributionConfig) pageFor(status int) (errorResponse, bool) {
	for _, one := range c.CustomErrorResponses {
		if one.ErrorCode == status && one.ResponsePagePath != "" {
			return one, true
		}
	}
	return errorResponse{}, false
}
