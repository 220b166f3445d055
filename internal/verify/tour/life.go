package tour

import "context"

func (w *walk) tryLife(context.Context) error { return nil }
