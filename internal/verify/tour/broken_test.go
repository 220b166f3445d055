package tour_test

import "testing"

func (r *rig) broken(t *testing.T) {}
