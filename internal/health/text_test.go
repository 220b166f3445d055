package health

import (
	"strings"
	"testing"
	"time"

	cfn "github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/google/go-cmp/cmp"

	"lightbox.example/lightbox/internal/config"
)

var at = time.Date(2026, 1, 2, 3, 4, 0, 0, time.UTC)

// bad is an environment of which much is wrong.
func bad() Status {
	ago := func(d time.Duration) time.Time { return at.Add(-d) }
	s := Status{
		Env: "prod", Region: "eu-west-1", At: at, AlarmsTo: "night@example.com", Wrong: []string{},
		Alarms: []Alarm{
			{Name: "lightbox-prod-eu-west-1-ApiErrors", Title: "The API fails: it answers with status 5xx", State: Rings, Since: ago(18 * time.Minute), Page: "docs/RUNBOOK.md#api-errors"},
			{Name: "lightbox-prod-eu-west-1-ThrottledPhotos", Title: "The table Photos is asked for more than it may serve: requests are refused", State: Rings, Since: ago(time.Minute), Page: "docs/RUNBOOK.md#throttled-tables"},
			{Name: "lightbox-prod-eu-west-1-CdnErrors", State: Missing, Stack: "OperationsGlobal"},
			{Name: "lightbox-prod-eu-west-1-ThrottledUsers", State: OK, Silent: true},
			{Name: "lightbox-prod-eu-west-1-BucketGrowth", State: NoData},
		},
		Topics: []Topic{{ARN: "arn:aws:sns:eu-west-1:111122223333:a", Stacks: []string{"Operations"}, Mails: Confirmed}},
		Stacks: []Stack{
			{ID: "Auth", State: Done, Status: "CREATE_COMPLETE", Changed: ago(90 * 24 * time.Hour), Drift: "DRIFTED", Looked: ago(5 * time.Hour)},
			{ID: "CDN", State: Absent},
			{ID: "API", State: Failed, Status: "UPDATE_ROLLBACK_COMPLETE", Changed: ago(30 * time.Minute), Drift: "IN_SYNC", Looked: ago(6 * time.Hour),
				Faults: []StackFail{{"PhotosAB12CD34", "AWS::DynamoDB::GlobalTable", "Cannot perform more than one GSI creation or deletion in a single update"}}},
			{ID: "OperationsGlobal", State: Running, Status: "UPDATE_IN_PROGRESS", Changed: ago(31 * time.Minute)},
		},
	}
	s.judge()
	return s
}

const said = `prod in eu-west-1, 2026-01-02 03:04 UTC

WRONG: 2 alarms are ringing; 1 alarm is not there: deploy OperationsGlobal; 1
       alarm is silent: nobody is told; Auth was changed by hand; the stack CDN
       is not there; the last deployment of API failed.

Is it us, and since when
  ALARM    since 2026-01-02 02:46 UTC, 18 minutes
           The API fails: it answers with status 5xx.
           docs/RUNBOOK.md#api-errors
  ALARM    since 2026-01-02 03:03 UTC, 1 minute
           The table Photos is asked for more than it may serve: requests are
           refused.
           docs/RUNBOOK.md#throttled-tables
  MISSING  lightbox-prod-eu-west-1-CdnErrors.
  Quiet: 1 of 5 alarms. Mails go to night@example.com.
  The budget is not looked at: AWS Budgets has it.
  no data  lightbox-prod-eu-west-1-BucketGrowth
  silent   lightbox-prod-eu-west-1-ThrottledUsers: its mails are switched off,
           or it has none.

What changed
  Auth             CREATE_COMPLETE, 2025-10-04 03:04 UTC, 90 days ago
  CDN              is not there.
  API              UPDATE_ROLLBACK_COMPLETE, 2026-01-02 02:34 UTC, 30 minutes
                   ago
    PhotosAB12CD34 (AWS::DynamoDB::GlobalTable): Cannot perform more than one
    GSI creation or deletion in a single update
  OperationsGlobal UPDATE_IN_PROGRESS, 2026-01-02 02:33 UTC, 31 minutes ago
  The first alarm rang 12 minutes after the last deployment began, that of API.
  What this checkout would change: lightbox plan --deployed, of a synth.

Changed by hand
  Auth             differs from its template, as seen 2026-01-01 22:04 UTC, 5
                   hours ago.
  CloudFormation looked last 2026-01-01 22:04 UTC, 5 hours ago.

Read on
  docs/RUNBOOK.md begins with what to do first.
  lightbox verify --env prod reads back what is deployed and proves it.
  lightbox status --error ID --env prod finds an error that somebody was shown.
`

func TestWriteText_saysWhatIsWrongSinceWhenAndWhatChanged(t *testing.T) {
	var b strings.Builder
	s := bad()
	if err := s.WriteText(&b); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(said, b.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	for line := range strings.Lines(b.String()) {
		if len([]rune(line)) > columns+1 {
			t.Errorf("got a line of %d columns, want %d at most: %s", len([]rune(line))-1, columns, line)
		}
	}
}

func TestStateOf_isHowTheLastDeploymentWent(t *testing.T) {
	of := map[Deployment][]cfn.StackStatus{
		Done: {cfn.StackStatusCreateComplete, cfn.StackStatusUpdateComplete, cfn.StackStatusImportComplete, cfn.StackStatusUpdateCompleteCleanupInProgress},
		Failed: {cfn.StackStatusCreateFailed, cfn.StackStatusRollbackComplete, cfn.StackStatusRollbackInProgress, cfn.StackStatusUpdateRollbackComplete,
			cfn.StackStatusUpdateRollbackFailed, cfn.StackStatusUpdateRollbackCompleteCleanupInProgress, cfn.StackStatusDeleteFailed,
			cfn.StackStatusUpdateFailed, cfn.StackStatusImportRollbackComplete, cfn.StackStatusImportRollbackInProgress, cfn.StackStatusImportRollbackFailed,
			cfn.StackStatusUpdateRollbackInProgress, cfn.StackStatusRollbackFailed},
		Running:  {cfn.StackStatusCreateInProgress, cfn.StackStatusUpdateInProgress, cfn.StackStatusImportInProgress},
		Deleting: {cfn.StackStatusDeleteInProgress},
		Absent:   {cfn.StackStatusDeleteComplete, cfn.StackStatusReviewInProgress},
	}
	seen := 0
	for want, all := range of {
		for _, status := range all {
			seen++
			if got := stateOf(status); got != want {
				t.Errorf("%s: got %s, want %s", status, got, want)
			}
		}
	}
	if all := len(cfn.StackStatus("").Values()); seen != all {
		t.Errorf("got %d statuses, want all %d of CloudFormation's", seen, all)
	}
}

func TestPlaces_areTheStacksThatTheSettingsMake(t *testing.T) {
	mails := config.Alarms{Email: "night@example.com"}
	for name, test := range map[string]struct {
		cfg  config.Config
		want string
	}{
		"plain":             {config.Config{Region: "us-east-1"}, "Auth Identity FileStorage CDN API (Operations)"},
		"abroad":            {config.Config{Region: "eu-west-1"}, "Auth Identity FileStorage CDN API (Operations) (OperationsGlobal:us-east-1)"},
		"with everything":   {config.Config{Region: "us-east-1", Site: config.Site{Present: true}, Alarms: mails}, "Site Auth Identity FileStorage CDN API Operations"},
		"of another region": {config.Config{Region: "eu-west-1", Alarms: mails}, "Auth Identity FileStorage CDN API Operations OperationsGlobal:us-east-1"},
	} {
		var got []string
		for _, one := range places(test.cfg) {
			if one.region != test.cfg.Region {
				one.id += ":" + one.region
			}
			if one.leftOver {
				one.id = "(" + one.id + ")"
			}
			got = append(got, one.id)
		}
		if strings.Join(got, " ") != test.want {
			t.Errorf("%s: got %v, want %s", name, got, test.want)
		}
	}
}

// Whatever keeps somebody from being told is wrong, be all else well.
func TestJudge_wantsMailsToArrive(t *testing.T) {
	topic := func(mails Mails) []Topic {
		return []Topic{{ARN: "a", Stacks: []string{"Operations"}, Mails: Confirmed}, {ARN: "b", Stacks: []string{"OperationsGlobal"}, Mails: mails}}
	}
	quiet := []Alarm{{Name: "a", State: OK}, {Name: "b", State: OK}}
	for name, test := range map[string]struct {
		status Status
		want   []string
	}{
		"control":          {Status{Alarms: quiet, Topics: topic(Confirmed), Stacks: []Stack{{ID: "Auth", State: Done}, {ID: "API", State: Running}}}, nil},
		"all are silent":   {Status{Alarms: []Alarm{{State: OK, Silent: true}, {State: OK, Silent: true}}}, []string{"2 alarms are silent: nobody is told"}},
		"not confirmed":    {Status{Alarms: quiet, Topics: topic(Pending)}, []string{"me@example.com is not confirmed for the mails of OperationsGlobal: follow the link in the mail of AWS"}},
		"not subscribed":   {Status{Alarms: quiet, Topics: topic(Nobody)}, []string{"me@example.com is not subscribed to the mails of OperationsGlobal"}},
		"left over":        {Status{Stacks: []Stack{{ID: "Operations", Region: "us-east-1", State: Done, LeftOver: true}}}, []string{"the stack Operations in us-east-1 is left over: no alarms are set, delete it"}},
		"is being deleted": {Status{Stacks: []Stack{{ID: "API", State: Deleting}}}, []string{"the stack API is being deleted"}},
		"two stacks":       {Status{Alarms: []Alarm{{State: Missing, Stack: "OperationsGlobal"}, {State: Missing, Stack: "Operations"}}}, []string{"2 alarms are not there: deploy Operations and OperationsGlobal"}},
	} {
		test.status.AlarmsTo = "me@example.com"
		test.status.judge()
		if diff := cmp.Diff(test.want, test.status.Wrong); diff != "" {
			t.Errorf("%s: wrong (-want +got):\n%s", name, diff)
		}
	}
}
