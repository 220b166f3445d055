package roles

import (
	"crypto/sha256"
	"encoding/base32"
	"regexp"
	"time"

	"lightbox.example/lightbox/sandbox/iam"
)

// bootstrap are the roles of the CDK's bootstrap stack and what they may do.
// https://github.com/aws/aws-cdk-cli/blob/main/packages/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml
type bootstrap struct {
	name       *regexp.Regexp
	everything []*iam.Policy
	trust      *iam.Policy // of the roles that the CLI assumes
	execTrust  *iam.Policy // of the role that CloudFormation assumes
}

func newBootstrap(account string) (bootstrap, error) {
	b := bootstrap{name: regexp.MustCompile(
		`^cdk-hnb659fds-(deploy|file-publishing|image-publishing|lookup|cfn-exec)-role-` + account + `-[a-z]{2}(-[a-z]+)+-[0-9]+$`)}
	everything, err := iam.Parse(iam.Identity, "administrator", []byte(`{
		"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}`))
	if err != nil {
		return b, err
	}
	b.everything = []*iam.Policy{everything}
	b.trust, err = iam.Parse(iam.Trust, "trust of the bootstrap roles", []byte(`{
		"Version": "2012-10-17",
		"Statement": [{
			"Effect": "Allow", "Action": ["sts:AssumeRole", "sts:TagSession"],
			"Principal": {"AWS": "arn:aws:iam::`+account+`:root"}
		}]}`))
	if err != nil {
		return b, err
	}
	b.execTrust, err = iam.Parse(iam.Trust, "trust of the bootstrap role that executes", []byte(`{
		"Version": "2012-10-17",
		"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "cloudformation.amazonaws.com"}}]}`))
	return b, err
}

// role returns the bootstrap role of the name, nil if it is none.
func (b *bootstrap) role(name string) *role {
	kind := b.name.FindStringSubmatch(name)
	if kind == nil {
		return nil
	}
	sum := sha256.Sum256([]byte(name))
	r := &role{Name: name, Path: "/", ID: "AROA" + base32.StdEncoding.EncodeToString(sum[:])[:17], MaxSession: time.Hour, bootstrap: true}
	r.Trust.compiled = b.trust
	if kind[1] == "cfn-exec" {
		r.Trust.compiled = b.execTrust
	}
	return r
}
