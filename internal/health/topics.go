package health

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"lightbox.example/lightbox/internal/config"
)

// SNS is what is asked of it.
type SNS interface {
	sns.ListSubscriptionsByTopicAPIClient
}

// Topic is one of SNS's that alarms send to.
type Topic struct {
	ARN string `json:"arn"`
	// Stacks are those of the alarms, as in Operations.
	Stacks []string `json:"stacks"`
	// Mails is whether who should hear of it does.
	Mails Mails `json:"mails"`
}

// Mails is what becomes of those of a topic.
type Mails string

// What becomes of them.
const (
	Confirmed Mails = "confirmed"
	Pending   Mails = "pending"
	Nobody    Mails = "nobody" // the address is not subscribed, or the topic is not there
)

// wrong says why an address gets no mails.
func (t Topic) wrong(email string) string {
	of := strings.Join(t.Stacks, " and ")
	if t.Mails == Pending {
		return fmt.Sprintf("%s is not confirmed for the mails of %s: follow the link in the mail of AWS", email, of)
	}
	return fmt.Sprintf("%s is not subscribed to the mails of %s", email, of)
}

// mails says where they go.
func (s *Status) mails() string {
	heard := func(t Topic) bool { return t.Mails == Confirmed }
	switch {
	case !slices.ContainsFunc(s.Topics, heard):
		return "No mail goes to " + s.AlarmsTo + "."
	case !slices.ContainsFunc(s.Topics, func(t Topic) bool { return !heard(t) }):
		return "Mails go to " + s.AlarmsTo + "."
	}
	return "Some mails go to " + s.AlarmsTo + "."
}

// readTopics asks of each topic that alarms send to whether the address of the settings is told. A topic is in the region of its alarms.
//
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html
func readTopics(ctx context.Context, all []Alarm, cfg config.Config, in func(region string) Clients) ([]Topic, error) {
	var topics []Topic
	var faults []error
	for _, a := range all {
		for _, arn := range a.topics {
			at := slices.IndexFunc(topics, func(t Topic) bool { return t.ARN == arn })
			if at < 0 {
				mails, err := readMails(ctx, in(regionOfARN(arn)).SNS, arn, cfg.Alarms.Email)
				if err != nil {
					faults = append(faults, fmt.Errorf("%s: %w", arn, err))
				}
				at, topics = len(topics), append(topics, Topic{ARN: arn, Mails: mails})
			}
			if t := &topics[at]; !slices.Contains(t.Stacks, a.Stack) {
				t.Stacks = append(t.Stacks, a.Stack)
			}
		}
	}
	return topics, errors.Join(faults...)
}

// regionOfARN is where what an ARN names is, as in arn:aws:sns:eu-west-1:111122223333:name; "" if it is none.
func regionOfARN(arn string) string {
	if parts := strings.Split(arn, ":"); len(parts) > 3 {
		return parts[3]
	}
	return ""
}

// unconfirmed is what lists have in place of the ARN of a subscription whose link nobody followed yet. After two days AWS forgets it.
//
// https://docs.aws.amazon.com/sns/latest/dg/SendMessageToEmail.html
const unconfirmed = "PendingConfirmation"

// readMails is whether an address is subscribed to a topic.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ListSubscriptionsByTopic.html
func readMails(ctx context.Context, client SNS, topic, email string) (Mails, error) {
	found := Nobody
	pages := sns.NewListSubscriptionsByTopicPaginator(client, &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if _, gone := errors.AsType[*types.NotFoundException](err); gone {
			return Nobody, nil
		}
		if err != nil {
			return "", err
		}
		for _, one := range page.Subscriptions {
			if !strings.EqualFold(aws.ToString(one.Endpoint), email) || !strings.HasPrefix(aws.ToString(one.Protocol), "email") {
				continue
			}
			if arn := aws.ToString(one.SubscriptionArn); arn != unconfirmed && arn != "Deleted" {
				return Confirmed, nil
			} else if arn == unconfirmed {
				found = Pending
			}
		}
	}
	return found, nil
}
