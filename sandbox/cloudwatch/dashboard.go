package cloudwatch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"lightbox.example/lightbox/sandbox/aws"
	"lightbox.example/lightbox/sandbox/store"
)

const dashboardType = "AWS::CloudWatch::Dashboard"

// dashboardProperties are the properties of AWS::CloudWatch::Dashboard that the sandbox knows.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudwatch-dashboard.html
type dashboardProperties struct {
	DashboardBody, DashboardName string
	Tags                         []struct{ Key, Value string }
}

// dashboard is one as it is kept.
type dashboard struct {
	Name, Owner, Body string
	Modified          time.Time
}

// body is as much of a dashboard's as is looked at.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
type body struct {
	Widgets []struct {
		Type                string
		X, Y, Width, Height *int
		Properties          struct {
			Metrics                              [][]any
			Region, View, Query, Title, Markdown string
			Alarms                               []string
			Annotations                          struct{ Alarms []string }
		}
	}
}

const (
	mostWidgets = 500
	grid        = 24
	tallest     = 1000
)

var (
	dashboardName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[A-Za-z0-9_-]{1,255}$`) })
	regionName    = regexp.MustCompile(`^[a-z]{2}(-[a-z]+)+-[1-9]$`)
	widgetTypes   = []string{"alarm", "explorer", "log", "metric", "text"}
)

func (p *dashboardProperties) read(r aws.Resource, name string) error {
	if err := aws.Decode(dashboardType, r.Properties, p); err != nil {
		return err
	}
	if p.DashboardName == "" {
		p.DashboardName = name
	}
	var faults []error
	if !dashboardName().MatchString(p.DashboardName) {
		faults = append(faults, fmt.Errorf("%s.DashboardName: got %q, want at most 255 letters, digits, hyphens and underscores", dashboardType, p.DashboardName))
	}
	for _, fault := range checkBody(p.DashboardBody) {
		faults = append(faults, fmt.Errorf("%s.DashboardBody: %w", dashboardType, fault))
	}
	return errors.Join(faults...)
}

// checkBody looks at the widgets: their places on the grid, and what they are about.
func checkBody(text string) (faults []error) {
	var b body
	if err := json.Unmarshal([]byte(text), &b); err != nil {
		return []error{fmt.Errorf("got what is no body of a dashboard: %w", err)}
	}
	fault := func(i int, path, format string, args ...any) {
		faults = append(faults, fmt.Errorf("widgets[%d].%s: %s", i, path, fmt.Sprintf(format, args...)))
	}
	if len(b.Widgets) > mostWidgets {
		faults = append(faults, fmt.Errorf("widgets: got %d, want at most %d", len(b.Widgets), mostWidgets))
	}
	for i, w := range b.Widgets {
		if !slices.Contains(widgetTypes, w.Type) {
			fault(i, "type", "got %q, want one of %s", w.Type, strings.Join(widgetTypes, ", "))
		}
		if x, width := aws.Or(w.X, 0), aws.Or(w.Width, 6); x < 0 || width < 1 || x+width > grid {
			fault(i, "width", "got x %d and width %d, want them within %d columns", x, width, grid)
		}
		if y, height := aws.Or(w.Y, 0), aws.Or(w.Height, 6); y < 0 || height < 1 || height > tallest {
			fault(i, "height", "got y %d and height %d, want a height of 1 to %d", y, height, tallest)
		}
		p := w.Properties
		if (w.Type == "metric" || w.Type == "log") && !regionName.MatchString(p.Region) {
			fault(i, "properties.region", "got %q, want a region", p.Region)
		}
		switch {
		case w.Type == "metric" && len(p.Metrics) == 0 && len(p.Annotations.Alarms) == 0:
			fault(i, "properties.metrics", "got none, want metrics or an alarm")
		case w.Type == "log" && p.Query == "":
			fault(i, "properties.query", "got none, want one")
		case w.Type == "alarm" && len(p.Alarms) == 0:
			fault(i, "properties.alarms", "got none, want ARNs of alarms")
		}
		for j, m := range p.Metrics {
			if err := checkMetric(m); err != nil {
				fault(i, fmt.Sprintf("properties.metrics[%d]", j), "%s", err)
			}
		}
	}
	return faults
}

// checkMetric wants a namespace, a name and pairs of a dimension, or an object with an expression.
func checkMetric(m []any) error {
	if len(m) > 0 {
		if options, ok := m[len(m)-1].(map[string]any); ok {
			m = m[:len(m)-1]
			if expression, ok := options["expression"].(string); ok && expression != "" && len(m) == 0 {
				return nil
			}
		}
	}
	for i, part := range m {
		if text, ok := part.(string); !ok || text == "" {
			return fmt.Errorf("got %v at %d, want a text", part, i)
		}
	}
	if len(m) < 2 || len(m)%2 != 0 {
		return fmt.Errorf("got %d texts, want a namespace, a name, and a name and a value for each dimension", len(m))
	}
	return nil
}

func (s *Service) createDashboard(_ context.Context, r aws.Resource) (aws.State, error) {
	var p dashboardProperties
	if err := p.read(r, r.MadeName(longestAlarm)); err != nil {
		return aws.State{}, err
	}
	return s.putDashboard(p, r.Owner())
}

func (s *Service) updateDashboard(_ context.Context, _ map[string]any, r aws.Resource) (aws.State, error) {
	var p dashboardProperties
	if err := p.read(r, r.PhysicalID); err != nil {
		return aws.State{}, err
	}
	return s.putDashboard(p, "")
}

// putDashboard makes a dashboard for an owner, or updates one for none.
func (s *Service) putDashboard(p dashboardProperties, owner string) (aws.State, error) {
	err := s.Store.Update(func(tx store.Writer) error {
		d := dashboard{Name: p.DashboardName, Owner: owner}
		if _, err := store.GetJSON(tx, s.space(dashboardSpace), d.Name, &d); err != nil {
			return err
		}
		if owner != "" && d.Owner != owner {
			return aws.AlreadyExists(dashboardType, d.Name)
		}
		d.Body, d.Modified = p.DashboardBody, s.Now().UTC()
		return store.PutJSON(tx, s.space(dashboardSpace), d.Name, d)
	})
	return aws.State{PhysicalID: p.DashboardName}, err
}

func (s *Service) deleteDashboard(_ context.Context, r aws.Resource) error {
	return s.Store.Update(func(tx store.Writer) error { return tx.Delete(s.space(dashboardSpace), []byte(r.PhysicalID)) })
}

type dashboardInput struct {
	DashboardName string `required:"true" shape:"AlarmName"`
}

type dashboardsInput struct{ DashboardNamePrefix, NextToken string }

func (s *Service) dashboardARN(name string) string {
	return "arn:aws:cloudwatch::" + s.Account + ":dashboard/" + name
}

func (s *Service) namedDashboard(in dashboardInput) string { return s.dashboardARN(in.DashboardName) }

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetDashboard.html
func (s *Service) getDashboard(_ context.Context, in dashboardInput) (any, error) {
	var d dashboard
	var found bool
	err := s.Store.View(func(tx store.Reader) (err error) {
		found, err = store.GetJSON(tx, s.space(dashboardSpace), in.DashboardName, &d)
		return err
	})
	if err == nil && !found {
		err = aws.Refuse(http.StatusNotFound, "ResourceNotFound", "Dashboard %s does not exist", in.DashboardName)
	}
	return map[string]any{"DashboardArn": s.dashboardARN(d.Name), "DashboardBody": d.Body, "DashboardName": d.Name}, err
}

// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListDashboards.html
func (s *Service) listDashboards(_ context.Context, in dashboardsInput) (any, error) {
	list := []map[string]any{}
	err := s.Store.View(func(tx store.Reader) error {
		for name := range tx.Range(s.space(dashboardSpace), store.Prefix([]byte(in.DashboardNamePrefix))) {
			var d dashboard
			if _, err := store.GetJSON(tx, s.space(dashboardSpace), string(name), &d); err != nil {
				return err
			}
			list = append(list, map[string]any{"DashboardArn": s.dashboardARN(d.Name), "DashboardName": d.Name, "LastModified": seconds{d.Modified}, "Size": len(d.Body)})
		}
		return nil
	})
	return map[string]any{"DashboardEntries": list}, err
}
