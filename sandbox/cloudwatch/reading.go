package cloudwatch

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

// readAlarmOf is an alarm, without its state. Its actions are on unless it says otherwise.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html
func (s *Service) readAlarmOf(_ context.Context, of aws.Identifier) (map[string]any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	a := s.alarms[of["AlarmName"]]
	if a == nil {
		return nil, aws.ErrNoResource
	}
	properties := aws.Encode(a.Properties)
	properties["ActionsEnabled"] = aws.Or(a.Properties.ActionsEnabled, true)
	maps.Copy(properties, s.alarmState(a.Name).Attributes)
	return properties, nil
}

func (s *Service) listAlarms(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range slices.Sorted(maps.Keys(s.alarms)) {
		list = append(list, aws.Identifier{"AlarmName": name})
	}
	return list, nil
}

func (s *Service) alarmARN(of aws.Identifier) string { return s.arn(cmp.Or(of["AlarmName"], "*")) }

func (s *Service) readDashboard(_ context.Context, of aws.Identifier) (properties map[string]any, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		var d dashboard
		found, err := store.GetJSON(tx, s.space(dashboardSpace), of["DashboardName"], &d)
		if err == nil && !found {
			return aws.ErrNoResource
		}
		properties = aws.Encode(dashboardProperties{DashboardBody: d.Body, DashboardName: d.Name})
		return err
	})
	return properties, err
}

func (s *Service) listDashboardNames(context.Context, aws.Identifier) (list []aws.Identifier, err error) {
	err = s.Store.View(func(tx store.Reader) error {
		for name := range tx.Range(s.space(dashboardSpace), store.Range{}) {
			list = append(list, aws.Identifier{"DashboardName": string(name)})
		}
		return nil
	})
	return list, err
}

func (s *Service) dashboardOf(of aws.Identifier) string {
	return s.dashboardARN(cmp.Or(of["DashboardName"], "*"))
}
