package dynamodb

import (
	"cmp"
	"time"

	"lightbox.example/lightbox/sandbox/store"
)

// DescribeContinuousBackupsInput is the request of DescribeContinuousBackups.
type DescribeContinuousBackupsInput struct {
	TableName string `required:"true" shape:"TableName"`
}

// DescribeContinuousBackupsOutput is its response, and that of UpdateContinuousBackups.
type DescribeContinuousBackupsOutput struct {
	ContinuousBackupsDescription ContinuousBackupsDescription
}

// ContinuousBackupsDescription says from when until when a table can be restored, in seconds since 1970.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PointInTimeRecoveryDescription.html
type ContinuousBackupsDescription struct {
	ContinuousBackupsStatus        string
	PointInTimeRecoveryDescription struct {
		PointInTimeRecoveryStatus  string
		RecoveryPeriodInDays       int     `json:",omitempty"`
		EarliestRestorableDateTime float64 `json:",omitempty"`
		LatestRestorableDateTime   float64 `json:",omitempty"`
	}
}

func noTable(name string) error {
	return &Error{Type: "TableNotFoundException", Message: "Table not found: " + name}
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }

func (e *Service) describeContinuousBackups(in *DescribeContinuousBackupsInput) (*DescribeContinuousBackupsOutput, error) {
	t := e.tables[in.TableName]
	if t == nil {
		return nil, noTable(in.TableName)
	}
	return e.backups(t), nil
}

func (e *Service) backups(t *table) *DescribeContinuousBackupsOutput {
	out := &DescribeContinuousBackupsOutput{}
	out.ContinuousBackupsDescription.ContinuousBackupsStatus = "ENABLED"
	d := &out.ContinuousBackupsDescription.PointInTimeRecoveryDescription
	d.PointInTimeRecoveryStatus = "DISABLED"
	if t.PointInTimeRecovery {
		d.PointInTimeRecoveryStatus = "ENABLED"
		d.RecoveryPeriodInDays = cmp.Or(t.RecoveryDays, defaultRecoveryDays)
		d.EarliestRestorableDateTime, d.LatestRestorableDateTime = seconds(t.restorable(e.now())), seconds(e.now())
	}
	return out
}

// UpdateContinuousBackupsInput is the request of UpdateContinuousBackups.
type UpdateContinuousBackupsInput struct {
	TableName                        string `required:"true" shape:"TableName"`
	PointInTimeRecoverySpecification *struct {
		PointInTimeRecoveryEnabled bool `required:"true"`
		RecoveryPeriodInDays       int  `min:"1" max:"35"`
	} `required:"true"`
}

// updateContinuousBackups switches point-in-time recovery on or off: "If you disable point-in-time recovery and later enable it
// on a table, you reset the start time for which you can recover that table".
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/pointintimerecovery_restores.html
func (e *Service) updateContinuousBackups(in *UpdateContinuousBackupsInput) (*DescribeContinuousBackupsOutput, error) {
	t := e.tables[in.TableName]
	if t == nil {
		return nil, noTable(in.TableName)
	}
	wanted := in.PointInTimeRecoverySpecification
	err := e.change(t, func(next *table) {
		next.PointInTimeRecovery, next.RecoveryDays = wanted.PointInTimeRecoveryEnabled, wanted.RecoveryPeriodInDays
		next.keepRecovery(t, e.now())
	}, func(tx store.Writer, next *table) error { return next.dropRecovery(tx, t) })
	return e.backups(e.tables[in.TableName]), err
}
