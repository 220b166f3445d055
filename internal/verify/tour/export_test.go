package tour

import "time"

// SetAtWork has a clean wait for less: the sandbox's functions are fast, once they are there.
func SetAtWork(d time.Duration) { atWork = d }
